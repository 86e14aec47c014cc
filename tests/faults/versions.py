"""The versions before each migration, as git has them, to be run with what is installed here.

A copy of the sources without their history has none of them.
"""

import subprocess
import sys
import tarfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from escgraph.store import migrate
from tests.conftest import ROOT
from tests.processes import Service

MIGRATIONS = "src/escgraph/store/migrations"


class NoHistoryError(Exception):
    """The versions of before cannot be had; the message says why."""


@dataclass(frozen=True, slots=True)
class OldVersion:
    """The code as it was before `migration` came, in a directory of its own."""

    migration: str
    home: Path

    def start(self, command: str, environ: Mapping[str, str], *, log: Path) -> Service:
        """`escgraph serve` or `escgraph worker` of that version."""
        words = [sys.executable, "-m", "escgraph", command]
        return Service(words, log=log, environ={**environ, **self._path})

    def run(self, program: str, *words: str) -> str:
        """What a program prints that is written for that version, and its tests."""
        done = subprocess.run(
            [sys.executable, "-c", program, *words],
            cwd=self.home,
            env=self._path,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-4000:]
        return done.stdout.strip()

    def knows(self, kind: str) -> bool:
        """Whether it has events of that kind; it tells its subscribers of no others."""
        rooms = (self.home / "src" / "escgraph" / "domain").glob("*.py")
        return any(f"class {kind}(" in room.read_text() for room in rooms)

    @property
    def _path(self) -> dict[str, str]:
        return {"PYTHONPATH": f"{self.home / 'src'}:{self.home}"}


def versions_before(migrations: Sequence[str], home: Path) -> list[OldVersion]:
    """The version before each of those migrations.

    Raises:
        NoHistoryError: there is no git here, or no history that reaches so far.
    """
    return [OldVersion(name, _unpacked(_before(name), home / name)) for name in migrations]


def every_migration() -> list[str]:
    """All but the first, which has no version before it."""
    return [migration.name for migration in migrate._migrations()][1:]


def _before(migration: str) -> str:
    """The commit before the one that brought it."""
    file = f"{MIGRATIONS}/{migration}.py"
    found = _git("log", "--diff-filter=A", "--format=%H", "--", file).decode().split()
    if not found:
        raise NoHistoryError(f"git knows no commit that brought {file}")
    return _git("rev-parse", "--verify", f"{found[-1]}^").decode().strip()


def _unpacked(commit: str, home: Path) -> Path:
    with tarfile.open(fileobj=BytesIO(_git("archive", commit, "src", "tests"))) as sources:
        sources.extractall(home, filter="data")
    return home


def _git(*words: str) -> bytes:
    try:
        done = subprocess.run(["git", "-C", ROOT, *words], capture_output=True, check=False)
    except FileNotFoundError:
        raise NoHistoryError("git is not installed") from None
    if done.returncode:
        raise NoHistoryError(f"git {' '.join(words)}: {done.stderr.decode().strip()}")
    return done.stdout
