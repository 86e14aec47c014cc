"""What docker-compose.yml describes works together: two web processes, two workers."""

import asyncio
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from tests.end_to_end.client import Client
from tests.end_to_end.layout import Layout
from tests.end_to_end.subscriber import Subscriber, over_websocket
from tests.servers import psql

TICKETS = 5
LEVEL_2 = timedelta(hours=2)
"""The target of a HIGH ticket."""

ONE_LIFE = ["TicketOpened", "ResponseBreached", "TicketEscalated"]


@pytest.fixture(scope="module")
def layout(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Layout]:
    with Layout(logs=tmp_path_factory.mktemp("logs")) as layout:
        yield layout


@pytest.fixture(scope="module")
def agent(layout: Layout) -> str:
    return layout.hire("ada", "level_1_agent")


@pytest.fixture(scope="module")
def engineer(layout: Layout) -> str:
    return layout.hire("eva", "engineer", "--tier", "LEVEL_2")


async def test_a_ticket_opened_on_one_web_process_escalates_and_arrives_on_the_other(
    layout: Layout, agent: str, engineer: str
) -> None:
    tickets = await _lives(layout, agent, engineer)

    assert list(tickets.values()) == [ONE_LIFE] * TICKETS


async def test_it_does_so_although_a_worker_was_killed(
    layout: Layout, agent: str, engineer: str
) -> None:
    layout.workers[0].kill()

    tickets = await _lives(layout, agent, engineer)

    assert list(tickets.values()) == [ONE_LIFE] * TICKETS
    assert layout.workers[1].running


async def test_it_does_so_although_redis_is_gone(layout: Layout, agent: str, engineer: str) -> None:
    layout.redis.kill()

    tickets = await _lives(layout, agent, engineer)

    assert list(tickets.values()) == [ONE_LIFE] * TICKETS


async def test_a_web_process_stands_in_when_every_worker_is_dead(
    layout: Layout, agent: str, engineer: str
) -> None:
    for worker in layout.workers:
        worker.kill()

    tickets = await _lives(layout, agent, engineer)

    assert list(tickets.values()) == [ONE_LIFE] * TICKETS
    twice = "SELECT ticket_id FROM escalation GROUP BY ticket_id, kind HAVING count(*) > 1"
    assert psql(layout.database_url, twice) == ""


async def _lives(layout: Layout, agent: str, engineer: str) -> dict[str, list[str]]:
    """By ticket, what a subscriber on the second web process hears of those opened on the first.

    Their LEVEL_2 deadlines come within two seconds, one after the other.
    """
    here, there = layout.webs
    async with Client(f"http://{here}/graphql", agent) as client, asyncio.TaskGroup() as group:
        now = datetime.fromisoformat(psql(layout.database_url, "SELECT clock_timestamp()"))
        begin: str = (await client.ask("{ board { cursor } }"))["board"]["cursor"]
        subscriber = Subscriber(over_websocket(f"ws://{there}/graphql", engineer), after=begin)
        following = group.create_task(subscriber.follow())
        opened = []
        for number in range(TICKETS):
            due = now + timedelta(seconds=1 + number * 0.25)
            opened.append(await client.open(reportedAt=(due - LEVEL_2).isoformat()))
        await subscriber.heard_of("TicketEscalated", times=TICKETS)
        following.cancel()
    heard: dict[str, list[str]] = {ticket["id"]: [] for ticket in opened}
    for event in subscriber.heard:
        heard[event.ticket or ""].append(event.kind)
    return heard
