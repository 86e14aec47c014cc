"""Web and worker processes, whole and real, to be killed and frozen at any moment.

They fork from a process that has imported everything, so that a new one works at once: a machine of
two cores could not otherwise start the next one before the last is dead.
"""

import asyncio
import os
import signal
import time
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, Literal, Self

from escgraph import app, worker
from escgraph.cli.logs import configure_logs
from escgraph.cli.running import finish
from escgraph.config import Settings, load_settings
from tests.faults.report import Count
from tests.forks import fork, imported_before
from tests.processes import listening

Kind = Literal["web", "worker"]

imported_before(__name__)

NO_TIME = timedelta(0)
READY_S = 30.0


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a program is started with; `clock_off` is how wrong its host's clock is."""

    kind: Kind
    environ: Mapping[str, str]
    log: Path
    clock_off: timedelta = NO_TIME


class Program:
    """One process that runs, and comes back as it was when it is started again.

    Attributes:
        kills: how often it was ended as kill -9 does while it lived.
    """

    def __init__(self, wanted: Wanted) -> None:
        self.wanted = wanted
        self.kills = 0
        self._process: BaseProcess | None = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_error: object) -> None:
        self.end()

    def start(self) -> Self:
        """Start it; `ready` waits until it works."""
        self._began = len(self.output)
        self._process = fork(_run, self.wanted)
        return self

    def ready(self) -> Self:
        """Wait until it does what it is there for."""
        late = time.monotonic() + READY_S
        while not self._works():
            if time.monotonic() > late or not self.running:
                raise AssertionError(f"it does not get ready: {self.output[-4000:]}")
            time.sleep(0.02)
        return self

    @property
    def pid(self) -> int:
        assert self._process is not None
        assert self._process.pid is not None
        return self._process.pid

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.is_alive()

    @property
    def exit_code(self) -> int | None:
        assert self._process is not None
        return self._process.exitcode

    @property
    def output(self) -> str:
        """What it wrote since it was first started."""
        log = self.wanted.log
        return log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""

    @property
    def port(self) -> int:
        return int(self.wanted.environ["ESCGRAPH_PORT"])

    def kill(self) -> None:
        """End it as kill -9 does."""
        self.kills += self.running
        self.end()

    def end(self) -> None:
        if self._process is not None and self._process.pid is not None:
            self._process.kill()
            self._process.join()

    def freeze(self) -> None:
        os.kill(self.pid, signal.SIGSTOP)

    @property
    def frozen(self) -> bool:
        """Whether it stands still, and lives."""
        return Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"

    def thaw(self) -> None:
        os.kill(self.pid, signal.SIGCONT)

    def terminate(self, *, seconds: float = 30) -> int:
        """Ask it to end, as its supervisor would; its exit code."""
        assert self._process is not None
        os.kill(self.pid, signal.SIGTERM)
        self._process.join(seconds)
        if self._process.exitcode is None:
            raise AssertionError(f"it did not end in {seconds} s: {self.output[-4000:]}")
        return self._process.exitcode

    def set_clock(self) -> None:
        """Set its host's clock, which is as wrong the other way from now on."""
        os.kill(self.pid, signal.SIGUSR2)

    def tasks(self) -> int:
        """How many asyncio tasks it has."""
        before = self.output.count(_TASKS)
        os.kill(self.pid, signal.SIGUSR1)
        late = time.monotonic() + 10
        while self.output.count(_TASKS) == before:
            if time.monotonic() > late:
                raise AssertionError("it does not say how many tasks it has")
            time.sleep(0.02)
        return int(self.output.rpartition(_TASKS)[2].split()[0])

    def descriptors(self) -> int:
        """How many files and sockets it has open."""
        return len(list(Path(f"/proc/{self.pid}/fd").iterdir()))

    def ports(self) -> set[int]:
        """Those of its TCP connections, as the other end sees them."""
        links = Path(f"/proc/{self.pid}/fd").iterdir()
        opened = {str(link.readlink()) for link in links if link.is_symlink()}
        rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
        return {
            int(row[1].rpartition(":")[2], 16) for row in rows if f"socket:[{row[9]}]" in opened
        }

    def memory(self) -> int:
        """What it holds of memory, in bytes."""
        pages = int(Path(f"/proc/{self.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")

    def cpu_s(self) -> float:
        """How much time of processors it used, in seconds."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def _works(self) -> bool:
        if self.wanted.kind == "web":
            return listening(self.port)
        return "worker.started" in self.output[self._began :]


def exited(programs: Sequence[Program]) -> Count:
    """How many ended by themselves, and what the first of them said at last."""
    gone = [program for program in programs if not program.running]
    return Count("processes that ended", len(gone), tuple(one.output[-500:] for one in gone[:1]))


_TASKS = "asyncio tasks: "


def _run(wanted: Wanted) -> None:
    """The life of such a process: what `escgraph serve` and `escgraph worker` do behind words."""
    _write_to(wanted.log)
    if wanted.clock_off:
        _go_by(_HostClock(wanted.clock_off))
    settings = load_settings(wanted.environ)
    configure_logs(settings)
    with suppress(KeyboardInterrupt):
        finish(_counted(_WORK[wanted.kind](settings)))


_WORK: dict[Kind, Callable[[Settings], Coroutine[Any, Any, None]]] = {
    "web": lambda settings: app.serve(settings, on_started=lambda: None),
    "worker": worker.run,
}


async def _counted(work: Coroutine[Any, Any, None]) -> None:
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGUSR1, _say_tasks)
    await work


def _say_tasks() -> None:
    os.write(1, f"{_TASKS}{len(asyncio.all_tasks())} \n".encode())


def _write_to(log: Path) -> None:
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(output, 1)
    os.dup2(output, 2)


class _HostClock:
    """What this host believes: wrong by so much, and by as much the other way once it is set."""

    def __init__(self, off: timedelta) -> None:
        self._off = off.total_seconds()
        self._right = time.time  # noqa: TID251 - the host's clock is what is made wrong here

    def time(self) -> float:
        return self._right() + self._off

    def be_set(self, *_signal: object) -> None:
        self._off = -self._off


def _go_by(host: _HostClock) -> None:
    time.time = host.time  # noqa: TID251 - the same
    signal.signal(signal.SIGUSR2, host.be_set)
