"""An agent at a server who sends whatever comes to mind, and the database behind it."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import httpx
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from tests.end_to_end.client import mutation
from tests.end_to_end.program import Server

Json = dict[str, Any]

PATIENCE = 30.0
"""How long to wait for anything, in seconds."""

REPORT = {
    "title": "no route to the warehouse",
    "description": "every scanner is offline",
    "category": "system-outage",
    "priority": "HIGH",
    "reporter": "the warehouse",
}
INSIDES = ("Traceback", ".py", "site-packages", "SELECT", "INSERT", "sqlite", "escgraph.")
"""What no client may read; the paths of the server are looked for as well."""


def code(response: httpx.Response) -> str:
    """That of the one error which the response is."""
    (error,) = response.json()["errors"]
    assert error["message"]
    found: str = error["extensions"]["code"]
    return found


def say(socket: ClientConnection, kind: str, **more: object) -> None:
    """Send a message of graphql-transport-ws."""
    socket.send(json.dumps({"type": kind, **more}))


def heard(socket: ClientConnection) -> Json:
    """The next message."""
    message: Json = json.loads(socket.recv(timeout=PATIENCE))
    return message


def close_code(socket: ClientConnection) -> int | None:
    """With which code the server closes, whatever it says before."""
    while True:
        try:
            socket.recv(timeout=PATIENCE)
        except ConnectionClosed:
            return socket.close_code


BY_LOOPS = {"heartbeat", "notice", "delivery", "message", "attempt", "circuit"}
"""Tables that loops write, which tell of earlier acts at this very moment."""


class Desk:
    """An agent at a server, and the database behind it."""

    def __init__(self, server: Server, token: str) -> None:
        self.server = server
        self.token = token
        self._http = httpx.Client(timeout=20)

    def close(self) -> None:
        self._http.close()

    def post(self, content: bytes, **headers: str) -> httpx.Response:
        """The answer to any bytes at all, which shows nothing of the inside."""
        standard = {
            "Authorization": f"Bearer {self.token}",
            "Content-Type": "application/json",
        }
        response = self._http.post(self.server.url, content=content, headers=standard | headers)
        _shows_no_insides(response.text, self.server)
        return response

    def ask(self, document: str, **variables: object) -> Json:
        body = {"query": document, "variables": variables}
        answer: Json = self.post(json.dumps(body).encode()).json()
        return answer

    def act(self, name: str, /, **given: object) -> Json:
        """The payload of a mutation that was executed, whatever came of it."""
        answer = self.ask(mutation(name), input=given)
        assert "errors" not in answer, answer
        payload: Json = answer["data"][name]
        return payload

    def refused(self, name: str, /, **given: object) -> Json:
        """The one error of a mutation that wrote nothing."""
        with self.unchanged():
            payload = self.act(name, **given)
        assert payload["ticket"] is None
        assert payload["cursor"] is None
        (error,) = payload["errors"]
        return dict(error)

    def open(self, **given: object) -> Json:
        payload = self.act("openTicket", **{**REPORT, **given})
        assert payload["errors"] == []
        ticket: Json = payload["ticket"]
        return ticket

    @contextmanager
    def unchanged(self) -> Iterator[None]:
        """Nothing is written meanwhile."""
        before = self._written()
        yield
        assert self._written() == before

    @contextmanager
    def socket(self) -> Iterator[ClientConnection]:
        protocol = Subprotocol("graphql-transport-ws")
        with connect(self.server.socket_url, subprotocols=[protocol]) as socket:
            yield socket

    def _written(self) -> dict[str, int]:
        """How many rows each table has that acts write, and where the stream stands."""
        file = self.server.environ["ESCGRAPH_DATABASE_URL"].removeprefix("sqlite://")
        with closing(sqlite3.connect(file)) as database:
            named = "SELECT name FROM sqlite_schema WHERE type = 'table'"
            tables = [name for (name,) in database.execute(named) if name not in BY_LOOPS]
            rows = {
                name: database.execute(f"SELECT count(*) FROM {name}").fetchone()[0]
                for name in tables
            }
            (stream,) = database.execute("SELECT position FROM stream").fetchone()
        return {**rows, "position": stream}


def _shows_no_insides(text: str, server: Server) -> None:
    home = str(Path(server.environ["ESCGRAPH_DATABASE_URL"].removeprefix("sqlite://")).parent)
    for inside in (*INSIDES, home, str(Path(__file__).parents[2])):
        assert inside not in text
