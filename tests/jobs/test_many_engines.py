"""Four engines at once, one of them killed every half second: each rung fires exactly once."""

import asyncio
import signal
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from multiprocessing.process import BaseProcess
from types import MappingProxyType

from escgraph.clock import Clock
from escgraph.domain.policy import SOP, Targets
from escgraph.domain.state import state_of
from escgraph.domain.terms import Priority
from escgraph.store.codec import read_state
from escgraph.store.database import database_now, fetch
from escgraph.store.stream import StoredEvent
from escgraph.store.ticket_rows import ticket_of
from tests.crowd import multiply
from tests.jobs.engines import start_engine
from tests.store.ladders import opened, publish, store
from tests.store.left_behind import all_events

ENGINES = 4
DEADLINES = 10_000
KILL_EVERY_S = 0.5

SECOND = timedelta(seconds=1)
START = 3 * SECOND
"""From now, when the first ticket is opened; the engines are up by then."""

SPREAD = 5 * SECOND
"""Between the opening of the first ticket and of the last."""

IN_SECONDS = replace(
    SOP,
    version=3,
    targets=MappingProxyType(
        {priority: Targets(SECOND, 2 * SECOND, None, 3 * SECOND) for priority in Priority}
    ),
    reminders=(SECOND, 2 * SECOND, 3 * SECOND),
)
LADDER = (
    "TicketOpened",
    "ResponseBreached",
    "TicketEscalated",
    "TicketEscalated",
    "ManagementReminded",
    "ManagementReminded",
    "ManagementReminded",
)
"""What happens to a ticket that nobody touches."""

TICKETS = -(-DEADLINES // (len(LADDER) - 1))


async def test_each_deadline_fires_once_and_none_is_missed_however_engines_die(
    house_on_postgres: str,
) -> None:
    await publish(IN_SECONDS)
    clock = Clock()
    await clock.measure(database_now)
    first = await store(opened(policy=IN_SECONDS, at=clock.now() + START))
    await multiply(first.id, copies=TICKETS - 1, shift=lambda n: SPREAD * (n / TICKETS))

    kills = await _kill_until_all_have_fired(house_on_postgres)

    assert kills > 2 * ENGINES
    events = await all_events()
    assert [event.position for event in events] == list(range(1, TICKETS * len(LADDER) + 1))
    await _each_ticket_climbed_its_ladder_once(_by_ticket(events))
    await _each_rung_has_one_escalation()
    await _none_fired_early()


async def _kill_until_all_have_fired(url: str) -> int:
    """How many engines died on the way."""
    engines = [start_engine(url, f"engine {n}") for n in range(ENGINES)]
    kills = 0
    while await fetch("SELECT 1 FROM deadline WHERE state = 'ARMED' LIMIT 1"):
        await asyncio.sleep(KILL_EVERY_S)
        n = kills % ENGINES
        await asyncio.to_thread(_kill, engines[n])
        engines[n] = start_engine(url, f"engine {n}")
        kills += 1
    for engine in engines:
        await asyncio.to_thread(_kill, engine)
    return kills


def _kill(engine: BaseProcess) -> None:
    """As kill -9 does."""
    engine.kill()
    engine.join()
    assert engine.exitcode == -signal.SIGKILL


def _by_ticket(events: list[StoredEvent]) -> Mapping[object, list[StoredEvent]]:
    grouped: dict[object, list[StoredEvent]] = defaultdict(list)
    for event in events:
        grouped[event.ticket_id].append(event)
    return grouped


async def _each_ticket_climbed_its_ladder_once(
    histories: Mapping[object, list[StoredEvent]],
) -> None:
    rows = await fetch("SELECT * FROM ticket")
    assert len(rows) == len(histories) == TICKETS
    for row in rows:
        told = histories[row["id"]]
        assert tuple(event.kind for event in told) == LADDER
        assert [event.ticket_version for event in told] == list(range(1, len(LADDER) + 1))
        assert row["version"] == len(LADDER)
        assert read_state(told[-1].state or {}) == state_of(ticket_of(row))


async def _each_rung_has_one_escalation() -> None:
    rows = await fetch("SELECT ticket_id, cycle, trigger, kind FROM escalation")
    assert len({tuple(row.values()) for row in rows}) == len(rows)
    assert Counter(row["kind"] for row in rows) == {"LEVEL_2": TICKETS, "MANAGEMENT": TICKETS}
    assert {row["trigger"] for row in rows} == {"DEADLINE"}


async def _none_fired_early() -> None:
    rows = await fetch("SELECT state, fired_at >= due_at AS in_time FROM deadline")
    assert len(rows) >= DEADLINES
    assert {tuple(row.values()) for row in rows} == {("FIRED", True)}
