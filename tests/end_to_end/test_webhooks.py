"""Webhooks from the API to a receiver, over real processes: signed, kept, and replayed."""

import asyncio
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from standardwebhooks import Webhook

from escgraph.clock import Clock
from escgraph.commands import people
from escgraph.commands.seeding import SCOPES, seed
from escgraph.domain.terms import Role
from escgraph.store import database
from escgraph.store.migrate import migrate
from escgraph.store.sealing import new_key
from escgraph.store.transactions import unit_of_work
from tests.conftest import StartService
from tests.end_to_end.client import mutation
from tests.end_to_end.desk import REPORT, Json
from tests.end_to_end.program import Server
from tests.processes import free_port
from tests.receiver import Receiver, Request

EXAMPLE = Path(__file__).parents[2] / "examples" / "webhook_receiver.py"
ONLY_NEW = {"kinds": ["TicketOpened"]}


@dataclass(frozen=True, slots=True)
class Place:
    """A server whose operator lets it send to this machine, an agent, and a script."""

    server: Server
    agent: str
    script: str

    def act(self, name: str, wanted: str, /, *, token: str, **given: object) -> Json:
        body = {"query": mutation(name, wanted), "variables": {"input": given}}
        headers = {"Authorization": f"Bearer {token}"}
        said = httpx.post(self.server.url, json=body, headers=headers, timeout=20).json()
        assert "errors" not in said, said
        payload: Json = said["data"][name]
        assert payload["errors"] == [], payload
        return payload

    def open(self, title: str) -> None:
        report = {**REPORT, "title": title}
        self.act("openTicket", "ticket { id }", token=self.agent, **report)

    def subscribe(self, url: str) -> Json:
        given = {"name": "ours", "url": url, "filter": ONLY_NEW}
        return self.act("createWebhook", "webhook { id cursor } secret", token=self.script, **given)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    home = tmp_path_factory.mktemp("webhooks")
    url = f"sqlite://{home / 'escgraph.db'}"
    environ = {
        "ESCGRAPH_DATABASE_URL": url,
        "ESCGRAPH_SECRET_KEYS": new_key(),
        "ESCGRAPH_ALLOWED_NETWORKS": "127.0.0.0/8",
        "ESCGRAPH_SEND_TIMEOUT": "1",
    }
    agent, script = asyncio.run(_moved_in(url))
    with Server(environ, log=home / "serve.log") as server:
        yield Place(server, agent, script)


async def _moved_in(url: str) -> tuple[str, str]:
    """The tokens of an agent and a script in a new house."""
    await migrate(url)
    await database.connect(url, pool_size=2)
    await seed(at=Clock.host())
    agent = await _token("ada", Role.LEVEL_1_AGENT)
    script = await _token("robot", Role.SCRIPT)
    await database.close()
    return agent, script


async def _token(name: str, role: Role) -> str:
    secret, at = people.new_secret(), Clock.host()
    person = people.new_person(
        name=name, email=f"{name}@example.org", role=role, tier=None, lead=False, at=at
    )
    token = people.new_token(
        person_id=person.id, name="e2e", scopes=SCOPES[role], expires_at=None, at=at
    )
    await unit_of_work(lambda: people.store_person(person, by=None))
    await unit_of_work(lambda: people.store_token(token, secret=secret, by=None))
    return secret


def test_an_event_comes_signed_and_a_replay_brings_it_again_under_its_id(place: Place) -> None:
    with Receiver() as receiver:
        made = place.subscribe(receiver.url("/hook"))
        place.open("the scanner is dark")
        place.open("the printer is, too")
        _until(lambda: len(receiver.requests) >= 2)

        place.act(
            "replayWebhook",
            "webhook { id }",
            token=place.script,
            webhookId=made["webhook"]["id"],
            after=made["webhook"]["cursor"],
        )
        _until(lambda: len(receiver.requests) >= 4)
        place.act("removeWebhook", "cursor", token=place.script, webhookId=made["webhook"]["id"])

    first, again = receiver.requests[:2], receiver.requests[2:]
    assert _titles(first, made) == _titles(again, made)
    assert set(_titles(first, made).values()) == {"the scanner is dark", "the printer is, too"}


def test_what_happened_before_a_kill_9_comes_after_it_and_no_id_is_new(place: Place) -> None:
    """Whatever the server was doing: reading the stream, sending, or writing down how it went."""
    with Receiver() as receiver:
        made = place.subscribe(receiver.url("/hook"))
        titles = [f"before the kill {n}" for n in range(8)]
        for title in titles:
            place.open(title)
        place.server.kill()
        place.server.start()
        _until(lambda: set(_titles(receiver.requests, made).values()) == set(titles))
        place.open("after it")
        _until(lambda: "after it" in _titles(receiver.requests, made).values())

    assert len(_titles(receiver.requests, made)) == len(titles) + 1


def test_the_example_takes_each_event_once_and_refuses_what_we_did_not_sign(
    place: Place, start_service: StartService, tmp_path: Path
) -> None:
    port = free_port()
    made = place.subscribe(f"http://127.0.0.1:{port}/hook")
    environ = {
        "ESC_WEBHOOK_SECRET": made["secret"],
        "ESC_PORT": str(port),
        "ESC_TAKEN": str(tmp_path / "kept" / "taken"),
    }
    receiver = start_service([sys.executable, EXAMPLE], environ).wait_for_text("listening on port")

    place.open("seen by the example")
    receiver.wait_for_text("LEVEL_1     ")
    assert "TicketOpened" in receiver.output
    assert receiver.output.count("seen by the example") == 1

    which = {"webhookId": made["webhook"]["id"]}
    place.act(
        "replayWebhook",
        "cursor",
        token=place.script,
        **which,
        after=made["webhook"]["cursor"],
    )
    receiver.wait_for_text("-- TicketOpened again --")
    assert receiver.output.count("seen by the example") == 1

    forged = httpx.post(f"http://127.0.0.1:{port}/hook", json={"type": "TicketOpened"})
    assert forged.status_code == 401
    assert "-- refused: not signed with our secret --" in receiver.output


def _titles(requests: list[Request], made: Json) -> dict[UUID, str]:
    """By their ids; the reference library finds all of them ours."""
    return {
        UUID(request.headers["webhook-id"]): _verified(request, made)["data"]["state"]["title"]
        for request in list(requests)
    }


def _verified(request: Request, made: Json) -> Any:  # noqa: ANN401 - JSON may be anything
    return Webhook(made["secret"]).verify(request.body, dict(request.headers))


def _until(happened: Callable[[], bool], *, seconds: float = 40) -> None:
    late = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < late, "it did not come in time"
        time.sleep(0.02)
