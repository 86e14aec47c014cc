"""Acting from a message against `escgraph serve` as it is run: with keys, and without."""

import re
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import httpx

from escgraph.clock import Clock
from escgraph.domain.permissions import Act
from escgraph.domain.terms import MessageId, PersonId, TicketId
from escgraph.notify.links import Links
from tests.conftest import StartService
from tests.end_to_end.client import mutation
from tests.end_to_end.desk import REPORT, Json
from tests.end_to_end.program import ESCGRAPH, escgraph
from tests.processes import Service, free_port

DEMO = [ESCGRAPH, "serve", "--demo"]


def test_a_link_acts_on_a_running_server_and_leaves_no_trace_in_its_log(
    start_service: StartService, tmp_path: Path
) -> None:
    port = free_port()
    place = f"http://127.0.0.1:{port}"
    environ = {
        "ESCGRAPH_DATABASE_URL": f"sqlite://{tmp_path / 'demo.db'}",
        "ESCGRAPH_PORT": str(port),
        "ESCGRAPH_PUBLIC_URL": place,
        "ESCGRAPH_SECRET_KEYS": escgraph("secret-key", environ={}).strip(),
        "ESCGRAPH_LOG_LEVEL": "DEBUG",
    }
    server = start_service(DEMO, environ, name="serve")
    server.wait_for_text("Ctrl-C stops.")
    with httpx.Client(base_url=place, timeout=20) as client:
        agent = _me(client, server)
        ticket = _asked(client, mutation("openTicket", "ticket { id }"), input=REPORT)
        ticket_id = ticket["openTicket"]["ticket"]["id"]
        link = Links(place, (environ["ESCGRAPH_SECRET_KEYS"],)).act(
            message=MessageId(uuid4()),
            person=PersonId(UUID(agent)),
            ticket=TicketId(UUID(ticket_id)),
            act=Act.ACKNOWLEDGE,
            until=Clock.host() + timedelta(hours=1),
        )
        assert link is not None
        assert client.get(link, headers={"Accept": "text/html"}).status_code == 200

        answer = client.post(link)

        assert answer.text == "You acknowledged ESC-000001. It is IN PROGRESS at LEVEL 1.\n"
        found = _asked(client, "query($id: ID!) {ticket(id: $id) {status}}", id=ticket_id)
        assert found["ticket"]["status"] == "IN_PROGRESS"
        assert client.get(f"{link}x").status_code == 404
    assert link.rpartition("/")[2] not in server.output
    assert "/link" not in server.output
    assert "links.off" not in server.output


def test_a_server_without_keys_says_once_that_messages_carry_no_links(
    start_service: StartService, tmp_path: Path
) -> None:
    environ = {
        "ESCGRAPH_DATABASE_URL": f"sqlite://{tmp_path / 'demo.db'}",
        "ESCGRAPH_PORT": str(free_port()),
    }
    server = start_service(DEMO, environ, name="serve")
    server.wait_for_text("Ctrl-C stops.")

    (said,) = [line for line in server.output.splitlines() if "links.off" in line]
    assert "ESCGRAPH_PUBLIC_URL" in said
    assert "ESCGRAPH_SECRET_KEYS" in said
    assert "escgraph secret-key" in said


def _me(client: httpx.Client, server: Service) -> str:
    """Come as the demo's agent from now on; the agent's id."""
    found = re.search(r"^export ESC_TOKEN_AGENT=(\S+)$", server.output, re.MULTILINE)
    assert found is not None
    client.headers["Authorization"] = f"Bearer {found[1]}"
    return str(_asked(client, "{me {person {id}}}")["me"]["person"]["id"])


def _asked(client: httpx.Client, document: str, **variables: object) -> Json:
    answer = client.post("/graphql", json={"query": document, "variables": variables}).json()
    assert "errors" not in answer, answer
    found: Json = answer["data"]
    return found
