"""E-mail from a running server to a mail server: who must know is told, with the package (C2)."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from escgraph.store.sealing import new_key
from tests.conftest import StartService
from tests.end_to_end.client import mutation
from tests.end_to_end.desk import REPORT, Json
from tests.end_to_end.program import ESCGRAPH
from tests.mail_server import MailServer, Received
from tests.processes import free_port

PATIENCE_S = 30.0
FROM = "Escalations <escgraph@example.org>"


@pytest.fixture
def mail() -> Iterator[MailServer]:
    with MailServer() as server:
        yield server


@pytest.fixture
def agent(mail: MailServer, start_service: StartService, tmp_path: Path) -> Iterator[httpx.Client]:
    """The agent of a demo that sends e-mail, and tries again after a moment.

    It ends before the mail server does.
    """
    port = free_port()
    place = f"http://127.0.0.1:{port}"
    environ = {
        "ESCGRAPH_DATABASE_URL": f"sqlite://{tmp_path / 'demo.db'}",
        "ESCGRAPH_PORT": str(port),
        "ESCGRAPH_PUBLIC_URL": place,
        "ESCGRAPH_SECRET_KEYS": new_key(),
        "ESCGRAPH_SMTP_URL": mail.url,
        "ESCGRAPH_MAIL_FROM": FROM,
        "ESCGRAPH_RETRY_WAITS": "1s",
    }
    server = start_service([ESCGRAPH, "serve", "--demo"], environ, name="serve")
    server.wait_for_text("Ctrl-C stops.")
    found = re.search(r"^export ESC_TOKEN_AGENT=(\S+)$", server.output, re.MULTILINE)
    assert found is not None
    headers = {"Authorization": f"Bearer {found[1]}"}
    with httpx.Client(base_url=place, headers=headers, timeout=20) as client:
        yield client


def test_who_must_know_gets_one_mail_each_also_from_a_server_that_wants_to_be_asked_twice(
    agent: httpx.Client, mail: MailServer
) -> None:
    mail.behaviour.greylisted.add("eva@example.org")
    eva = next(one["id"] for one in asked(agent, "{people {id name}}")["people"]
               if one["name"] == "Eva Novak")  # fmt: skip
    opened = asked(agent, mutation("openTicket", "ticket { id }"), input=REPORT)
    ticket = opened["openTicket"]["ticket"]["id"]
    asked(agent, mutation("assignTicket", "ticket { id }"),
          input={"ticketId": ticket, "assigneeIds": [eva]})  # fmt: skip
    asked(agent, mutation("escalateTicket", "ticket { id }"),
          input={"ticketId": ticket, "expectedTier": "LEVEL_1", "reason": "NO_ACCESS",
                 "comment": "Nobody here knows this"})  # fmt: skip

    assigned, escalated = first_to(mail, "eva@example.org"), first_to(mail, "ada@example.org")

    assert escalated.message["From"] == FROM
    assert escalated.message["Subject"].startswith("[URGENT] ESC-000001")
    assert "Nobody here knows this" in text_of(escalated)
    assert [part.get_filename() for part in escalated.message.iter_attachments()]
    assert assigned.message["In-Reply-To"] == escalated.message["In-Reply-To"]
    link = re.search(r"http://\S+/link/\S+", text_of(assigned))
    assert link is not None
    assert agent.post(link[0]).status_code == 200
    assert tries(agent, ticket, "ASSIGNED", "Eva Novak") == ["FAILED", "DELIVERED"]
    assert tries(agent, ticket, "ESCALATED", "Ada Lindqvist") == ["DELIVERED"]
    ids = [one.message["Message-ID"] for one in mail.received]
    assert len(set(ids)) == len(ids)


def tries(agent: httpx.Client, ticket: str, kind: str, name: str) -> list[str]:
    """What came of each attempt to tell that person, once it arrived."""
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        for notice in asked(agent, TOLD, id=ticket)["ticket"]["notices"]:
            (delivery,) = notice["deliveries"]
            wanted = (notice["kind"], notice["person"]["name"]) == (kind, name)
            if wanted and delivery["state"] == "DELIVERED":
                return [attempt["outcome"] for attempt in delivery["attempts"]]
        time.sleep(0.05)
    raise AssertionError(f"{kind} was not delivered to {name}")


TOLD = """query($id: ID!) {
  ticket(id: $id) { notices { kind person { name } deliveries { state attempts { outcome } } } }
}"""


def first_to(mail: MailServer, address: str) -> Received:
    """The first mail to it, once it is there."""
    until = time.monotonic() + PATIENCE_S
    while not mail.to(address):
        assert time.monotonic() < until, f"nothing came for {address}"
        time.sleep(0.05)
    return mail.to(address)[0]


def text_of(mail: Received) -> str:
    body = mail.message.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def asked(client: httpx.Client, document: str, **variables: object) -> Json:
    answer = client.post("/graphql", json={"query": document, "variables": variables}).json()
    assert "errors" not in answer, answer
    found: Json = answer["data"]
    payloads = [part for part in found.values() if isinstance(part, dict)]
    assert [part["errors"] for part in payloads if part.get("errors")] == []
    return found
