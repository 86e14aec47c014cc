"""escgraph as an operator runs it: by its commands, with its settings in the environment."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Self

from tests.processes import Service, free_port

ESCGRAPH = Path(sys.executable).with_name("escgraph")


def attempted(*words: str, environ: Mapping[str, str]) -> "subprocess.CompletedProcess[str]":
    """A command that was run to its end, however it ended."""
    ours = {name: text for name, text in os.environ.items() if not name.startswith("ESCGRAPH_")}
    return subprocess.run(
        [ESCGRAPH, *words],
        env={**ours, **environ},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def escgraph(*words: str, environ: Mapping[str, str]) -> str:
    """What a command that succeeds writes to standard output."""
    done = attempted(*words, environ=environ)
    assert done.returncode == 0, done.stderr
    return done.stdout


class Server:
    """An `escgraph serve` with a port for life: it comes back there however it ended.

    Attributes:
        environ: its settings; other commands take the same, and mean the same database.
        url: where it answers over HTTP; `socket_url` over WebSockets.
    """

    def __init__(self, environ: Mapping[str, str], *, log: Path) -> None:
        port = free_port()
        self.environ = {**environ, "ESCGRAPH_PORT": str(port)}
        self.url = f"http://127.0.0.1:{port}/graphql"
        self.socket_url = f"ws://127.0.0.1:{port}/graphql"
        self._port = port
        self._log = log
        self._service: Service | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.kill()

    def start(self) -> None:
        """Start it; returns once it answers."""
        service = Service([ESCGRAPH, "serve"], log=self._log, environ=self.environ)
        self._service = service
        service.wait_for_port(self._port)

    def kill(self) -> None:
        """End it as kill -9 does."""
        if self._service is not None:
            self._service.end()

    def terminate(self) -> int:
        """Ask it to end, and wait until it has; its exit code."""
        assert self._service is not None
        return self._service.terminate()
