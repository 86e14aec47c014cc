"""A server of its own, as it is run: it ends what is open and exits when it is told to."""

import asyncio
import signal
import socket
import sys
from asyncio.subprocess import PIPE

import pytest

from tests.api.test_event_stream import event, stream
from tests.api.toy import closing, hear, initialised, socket_to, subscribe

SERVER = """
import sys
import uvicorn
from escgraph.api.serving import Server, server_options
from tests.api.toy import Desk

app = Desk().app()
options = {**server_options(), "timeout_graceful_shutdown": 600}
config = uvicorn.Config(app, fd=int(sys.argv[1]), lifespan="off", **options)
Server(config, before_shutdown=app.shutdown).run()
"""


async def test_a_server_with_open_sockets_and_streams_exits_when_told_to() -> None:
    """Not because its graceful timeout passed: that is ten minutes here."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    at = f"127.0.0.1:{listener.getsockname()[1]}/graphql"
    fd = listener.fileno()
    server = await asyncio.create_subprocess_exec(
        sys.executable, "-c", SERVER, str(fd), pass_fds=[fd], stderr=PIPE
    )
    listener.close()
    try:
        async with socket_to(at) as ws, stream(at, "subscription {silence}") as lines:
            await initialised(ws)
            await subscribe(ws, "subscription {silence}")
            await hear(ws)
            await event(lines)

            server.send_signal(signal.SIGTERM)

            assert (await closing(ws))[0] == 1012
            with pytest.raises(EOFError):
                await event(lines)
        _, log = await asyncio.wait_for(server.communicate(), 10)
    finally:
        if server.returncode is None:
            server.kill()
            await server.wait()
    assert server.returncode == 0
    assert b"Traceback" not in log
