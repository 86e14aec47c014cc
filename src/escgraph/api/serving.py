"""How uvicorn has to be set for sockets and event streams, and when it has to let them go."""

from collections.abc import Awaitable, Callable
from signal import SIG_DFL, SIGTERM, signal
from socket import socket
from types import FrameType

import uvicorn


def server_options() -> dict[str, object]:
    """Keyword arguments for `uvicorn.Config`, each away from its default for a reason."""
    return {
        "loop": "uvloop",
        "http": "httptools",
        "ws": "websockets-sansio",  # what "auto" means, named: "websockets" is the deprecated one
        "ws_max_size": 1_048_576,  # as long as an HTTP body; the default is 16 MiB
        "ws_per_message_deflate": False,  # doubles the memory of a socket
        "ws_ping_interval": None,  # we ping; uvicorn's closes with 1011, fatal for graphql-ws
        "ws_ping_timeout": None,
        "timeout_graceful_shutdown": 10,  # without it one open event stream keeps the server alive
        "server_header": False,
    }


class Server(uvicorn.Server):
    """uvicorn, which first asks the application to let go of what would never end by itself.

    uvicorn tells an application of the shutdown (lifespan) only after the last response ended, so
    an event stream would be cut by the graceful timeout instead of ended.
    """

    def __init__(
        self, config: uvicorn.Config, *, before_shutdown: Callable[[], Awaitable[None]]
    ) -> None:
        super().__init__(config)
        self._before_shutdown = before_shutdown

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """End in peace at the first SIGTERM; the next one finds no handler, and ends it at once."""
        super().handle_exit(sig, frame)
        if sig == SIGTERM:
            signal(SIGTERM, SIG_DFL)

    async def shutdown(self, sockets: list[socket] | None = None) -> None:
        await self._before_shutdown()
        await super().shutdown(sockets)
        # A clean end after SIGTERM is exit code 0; uvicorn would raise the signal once more.
        self._captured_signals = [n for n in self._captured_signals if n != SIGTERM]
