"""How long a peer is waited for, and how one that does not answer is let go.

ASGI can only ask for a close, which waits for the peer to read what was sent before: for a peer
that no longer reads, that is for ever. Only the server's transport can be aborted. uvicorn gives
the application `receive` as a bound method of an object that has the transport (its HTTP cycle,
and each of its WebSocket protocols), so it can be reached without a word in the server's code.
Behind another server, or a middleware that wraps `receive`, there is nothing to abort: the
application's task then ends, and the server closes as it sees fit.
"""

from dataclasses import dataclass

from starlette.types import Receive


@dataclass(frozen=True, slots=True)
class Patience:
    """All in seconds.

    Attributes:
        initialise: until a new socket has sent `connection_init`.
        ping: between two pings on a socket, or two comments on an event stream.
        silence: until a socket from which nothing came, not even a pong, is dropped.
        send: until a peer that does not read what it is sent is dropped.
        close: until a peer that does not answer a close is dropped.
    """

    initialise: float = 10
    ping: float = 15
    silence: float = 30
    send: float = 10
    close: float = 5


class PeerStalledError(Exception):
    """The peer does not read what it is sent."""


def abort(receive: Receive) -> bool:
    """Cut the connection behind `receive` without sending what is buffered; False: out of reach."""
    transport = getattr(getattr(receive, "__self__", None), "transport", None)
    cut = getattr(transport, "abort", None)  # uvloop's transports are none of asyncio's classes
    if cut is None:
        return False
    cut()
    return True
