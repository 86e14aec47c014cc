"""Local processes that a test starts, and that never outlive it, not even when pytest is killed."""

import contextlib
import os
import pwd
import random
import shlex
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Self, TypedDict

_taken: set[int] = set()


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on, and that is handed out once.

    It lies below the ports that the kernel gives to outgoing connections: one of those could take
    it while its server is down for a moment.
    """
    while True:
        port = random.randrange(20_000, 32_000)
        if port not in _taken and not listening(port):
            _taken.add(port)
            return port


def listening(port: int) -> bool:
    """Whether somebody accepts connections on that port of 127.0.0.1."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Undertaker:
    """A shell that waits for the end of this process, however it ends, and then runs `last_will`.

    It reads from a pipe whose other end dies with this process. As `user` when one is given.
    """

    def __init__(self, last_will: str, *, user: str | None = None) -> None:
        self._shell = subprocess.Popen(
            ["/bin/sh", "-c", f"read -r _ && exit 0\n{last_will}"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            cwd="/",
            **as_user(user),
        )

    def dismiss(self) -> None:
        """It is no longer needed."""
        self._shell.communicate(b"\n")

    def execute(self) -> None:
        """Run the will now, to its end."""
        self._shell.communicate()


class Identity(TypedDict, total=False):
    """Who a subprocess runs as; empty for the user who runs the tests."""

    user: str
    group: int
    extra_groups: list[int]


def as_user(user: str | None) -> Identity:
    """What makes a subprocess run as that user, in none of our groups."""
    if user is None:
        return {}
    return {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []}


class Service:
    """One running program, in a session of its own, which ends as a whole.

    Attributes:
        log: the file that receives what it writes, standard output and error together.
    """

    def __init__(
        self, command: Sequence[str | Path], *, log: Path, environ: Mapping[str, str] | None = None
    ) -> None:
        """Start it with `environ` over this process's own, less the ESCGRAPH_ variables."""
        self.command = [str(word) for word in command]
        self.log = log
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                env={**_inherited(), **(environ or {})},
            )
        self.pid = self._process.pid
        self._undertaker = Undertaker(f"kill -s KILL -- -{self.pid}")
        self._ended = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.end()

    @property
    def running(self) -> bool:
        """It is not reaped here, so that its number belongs to nobody else until `end`."""
        if self._ended:
            return False
        return os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None

    @property
    def output(self) -> str:
        """What it wrote so far."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal: SIGSTOP freezes it, SIGCONT lets it go on."""
        if self.running:
            os.kill(self.pid, number)

    def wait(self, *, seconds: float = 30) -> int:
        """Its exit code, once it has ended by itself; negative where a signal ended it."""
        self._until(lambda: not self.running, seconds=seconds, what="end")
        return self.end()

    def terminate(self, *, seconds: float = 30) -> int:
        """Ask it to end, as its supervisor would, and wait until it has."""
        self.signal(signal.SIGTERM)
        return self.wait(seconds=seconds)

    def kill(self) -> int:
        """End it without a chance to tidy up; what it started lives on until `end`."""
        self.signal(signal.SIGKILL)
        self._until(lambda: not self.running, seconds=10, what="die")
        return -signal.SIGKILL

    def end(self) -> int:
        """Kill what is left of it, and of what it started; its exit code."""
        if not self._ended:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.pid, signal.SIGKILL)
            self._process.wait()
            self._undertaker.dismiss()
            self._ended = True
        return self._process.returncode

    def wait_until(
        self, happened: Callable[[], bool], *, seconds: float = 30, what: str = "get ready"
    ) -> Self:
        """Wait until something is so; fails with its output when it ends before or takes longer."""
        self._until(lambda: happened() or not self.running, seconds=seconds, what=what)
        if not happened():
            raise AssertionError(f"it ended and did not {what}: {self._account()}")
        return self

    def wait_for_port(self, port: int, *, seconds: float = 30) -> Self:
        return self.wait_until(
            lambda: listening(port), seconds=seconds, what=f"listen on port {port}"
        )

    def wait_for_text(self, text: str, *, seconds: float = 30) -> Self:
        return self.wait_until(lambda: text in self.output, seconds=seconds, what=f"write {text!r}")

    def _until(self, happened: Callable[[], bool], *, seconds: float, what: str) -> None:
        late = time.monotonic() + seconds
        while not happened():
            if time.monotonic() > late:
                raise AssertionError(f"it did not {what} in {seconds} s: {self._account()}")
            time.sleep(0.02)

    def _account(self) -> str:
        return f"{shlex.join(self.command)}\n{self.output[-4000:]}"


def _inherited() -> dict[str, str]:
    """Settings of the person who runs the tests are none of the tests' own."""
    return {name: text for name, text in os.environ.items() if not name.startswith("ESCGRAPH_")}
