"""What lives by a token ends with it, within seconds, whoever revoked it and however it ended."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import httpx
import pytest
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from tests.end_to_end.client import mutation
from tests.end_to_end.desk import PATIENCE, Json, close_code, heard, say
from tests.end_to_end.program import Server, escgraph

EVENTS = "subscription { events { __typename } }"
TOKEN = "secret token { id createdAt }"


class House:
    """A server, its administrator, and an engineer who gets tokens."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self._hire("Max", "administrator")
        self._admin = self.command("token", "create", "max@example.org", "--name", "first").strip()
        self._eva = self._hire("Eva", "engineer", "--tier", "LEVEL_2")

    def command(self, *words: str) -> str:
        return escgraph(*words, environ=self.server.environ)

    def token(self, *, expires_at: datetime | None = None) -> Json:
        """What createToken answers: `secret`, and of the `token` its `id` and `createdAt`."""
        ends = None if expires_at is None else expires_at.isoformat()
        given = {"personId": self._eva, "name": "desk", "scopes": ["READ"], "expiresAt": ends}
        return self.act("createToken", TOKEN, given)

    def act(self, name: str, wanted: str, given: Json) -> Json:
        body = {"query": mutation(name, wanted), "variables": {"input": given}}
        answer = self.post(self._admin, body).json()
        assert "errors" not in answer, answer
        payload: Json = answer["data"][name]
        assert payload["errors"] == []
        return payload

    def post(self, token: str, body: Json) -> httpx.Response:
        headers = {"Authorization": f"Bearer {token}"}
        return httpx.post(self.server.url, json=body, headers=headers, timeout=PATIENCE)

    @contextmanager
    def socket(self, token: str) -> Iterator[ClientConnection]:
        """A socket that has introduced itself with the token."""
        protocols = [Subprotocol("graphql-transport-ws")]
        with connect(self.server.socket_url, subprotocols=protocols) as socket:
            credentials = {"Authorization": f"Bearer {token}"}
            say(socket, "connection_init", payload=credentials)
            yield socket

    @contextmanager
    def subscribed(self, token: str) -> Iterator[ClientConnection]:
        """A socket that hears of events."""
        with self.socket(token) as socket:
            assert heard(socket)["type"] == "connection_ack"
            say(socket, "subscribe", id="1", payload={"query": EVENTS})
            assert heard(socket)["payload"]["data"]["events"]["__typename"] == "CaughtUp"
            yield socket

    @contextmanager
    def streamed(self, token: str) -> Iterator[Iterator[str]]:
        """The lines of an event stream, from its second item on."""
        headers = {"Authorization": f"Bearer {token}", "Accept": "text/event-stream"}
        body = {"query": EVENTS}
        with httpx.stream(
            "POST", self.server.url, json=body, headers=headers, timeout=PATIENCE
        ) as response:
            lines = response.iter_lines()
            assert "CaughtUp" in next(line for line in lines if line.startswith("data"))
            yield lines

    def _hire(self, name: str, role: str, *more: str) -> str:
        """Add a person; their id."""
        person = (name, f"{name.lower()}@example.org", "--role", role, *more)
        known = json.loads(self.command("person", "create", *person, "--json"))
        return str(known["id"])


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    home = tmp_path_factory.mktemp("house")
    environ = {"ESCGRAPH_DATABASE_URL": f"sqlite://{home / 'escgraph.db'}"}
    escgraph("migrate", environ=environ)
    with Server(environ, log=home / "serve.log") as server:
        yield House(server)


def test_what_lives_by_a_token_ends_when_it_is_revoked(house: House) -> None:
    token, other = house.token(), house.token()

    with (
        house.subscribed(token["secret"]) as socket,
        house.streamed(token["secret"]) as stream,
        house.subscribed(other["secret"]) as bystander,
    ):
        house.act("revokeToken", "token { id }", {"tokenId": token["token"]["id"]})

        _ends(socket, stream)
        _hears(bystander)
    _is_good_for_nothing(house, token["secret"])


def test_what_lives_by_a_token_ends_when_an_operator_revokes_it_in_a_shell(house: House) -> None:
    token, other = house.token(), house.token()

    with (
        house.subscribed(token["secret"]) as socket,
        house.streamed(token["secret"]) as stream,
        house.subscribed(other["secret"]) as bystander,
    ):
        house.command("token", "revoke", token["token"]["id"])

        _ends(socket, stream)
        _hears(bystander)
    _is_good_for_nothing(house, token["secret"])


def test_what_lives_by_a_token_ends_when_it_expires(house: House) -> None:
    other = house.token()
    now = datetime.fromisoformat(other["token"]["createdAt"])
    token = house.token(expires_at=now + timedelta(seconds=4))

    with (
        house.subscribed(token["secret"]) as socket,
        house.streamed(token["secret"]) as stream,
        house.subscribed(other["secret"]) as bystander,
    ):
        _ends(socket, stream)
        _hears(bystander)
    _is_good_for_nothing(house, token["secret"])


def _ends(socket: ClientConnection, stream: Iterator[str]) -> None:
    """The socket is closed with 4403, and the stream says why before it completes."""
    assert close_code(socket) == 4403
    *_, told, completed, _ = [line for line in stream if line.startswith(("data", "event"))]
    assert completed == "event: complete"
    (error,) = json.loads(told.removeprefix("data: "))["errors"]
    assert error["extensions"]["code"] == "UNAUTHENTICATED"


def _hears(socket: ClientConnection) -> None:
    """The socket is alive."""
    say(socket, "ping")
    while heard(socket)["type"] != "pong":
        pass


def _is_good_for_nothing(house: House, token: str) -> None:
    assert house.post(token, {"query": "{ me { name } }"}).status_code == 401
    with house.socket(token) as socket:
        assert close_code(socket) == 4403
