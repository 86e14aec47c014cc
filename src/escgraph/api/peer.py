"""How long a peer is waited for, and how one that does not answer is let go.

ASGI can only ask for a close, which waits for the peer to read what was sent before: for a peer
that no longer reads, that is for ever. Only the server's transport can be aborted. uvicorn gives
the application `receive` as a bound method of an object that has the transport (its HTTP cycle,
and each of its WebSocket protocols), so it can be reached without a word in the server's code.
Behind another server, or a middleware that wraps `receive`, there is nothing to abort: the
application's task then ends, and the server closes as it sees fit.
"""

import struct
from dataclasses import dataclass
from typing import Self

from starlette.types import Receive
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol


@dataclass(frozen=True, slots=True)
class Patience:
    """All in seconds.

    Attributes:
        initialise: until a new socket has sent `connection_init`.
        ping: between two pings on a socket, or two comments on an event stream.
        silence: until a socket from which nothing came, not even a pong, is dropped.
        send: until a peer that does not read what it is sent is dropped.
        close: until a peer that does not answer a close, or take the end of a stream, is dropped.
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


def takes_more(receive: Receive) -> bool:
    """Whether what is sent on that HTTP response is taken at once; False: it may have to wait."""
    cycle = getattr(receive, "__self__", None)
    return isinstance(cycle, RequestResponseCycle) and not cycle.flow.write_paused


class Wire:
    """The connection under a WebSocket, for text that is bytes already.

    The way through the server costs several times what the write itself does, most of it for what
    is the same each time. What is written here is a whole frame, like all that the server writes,
    so the two can take turns.
    """

    def __init__(self, protocol: WebSocketsSansIOProtocol) -> None:
        self._protocol = protocol

    @classmethod
    def under(cls, receive: Receive) -> Self | None:
        """None behind another server, a middleware, or where frames are compressed."""
        protocol = getattr(receive, "__self__", None)
        if not isinstance(protocol, WebSocketsSansIOProtocol) or protocol.conn.extensions:
            return None
        return cls(protocol)

    def write(self, *text: bytes) -> bool:
        """Write one text frame if it is taken at once; False: nothing was written."""
        protocol = self._protocol
        if (
            not protocol.writable.is_set()  # full: more is in the buffer than it is to hold
            or protocol.close_sent
            or protocol.disconnected
            or protocol.transport.is_closing()
        ):
            return False
        protocol.transport.write(b"".join((frame_head(sum(map(len, text))), *text)))
        return True


def frame_head(length: int) -> bytes:
    """Of a text frame that is whole and not masked (RFC 6455 §5.2)."""
    if length < _SHORT:
        return struct.pack("!BB", _WHOLE_TEXT, length)
    if length < _LONG:
        return struct.pack("!BBH", _WHOLE_TEXT, _SHORT, length)
    return struct.pack("!BBQ", _WHOLE_TEXT, _SHORT + 1, length)


_WHOLE_TEXT = 0x81
_SHORT, _LONG = 126, 65_536
"""Lengths from there on do not fit into the second byte, and into two bytes more."""
