"""Who claims which message, in what order, and how many of one circuit at once (§5, C2)."""

import asyncio
from datetime import datetime, timedelta

import pytest

from escgraph.domain.notice import Pace
from escgraph.domain.terms import MessageId
from escgraph.store import outbox, simulation
from escgraph.store.database import execute, fetch
from escgraph.store.notice_rows import Message
from escgraph.store.outbox_statement import NEXT_DUE
from tests.store.ladders import NINE, move_in
from tests.store.letterbox import standing, waiting

LEASE = timedelta(seconds=20)
INSTANT = timedelta(microseconds=1)
SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
async def _people(connected: str) -> None:
    await move_in()


async def claimed(
    *, now: datetime = NINE, most: int = 32, at_once: int = 4, new: bool = True
) -> list[Message]:
    """What is claimed, after a first turn that makes the circuits of what is `new`."""
    if new:
        await execute(
            "INSERT INTO circuit (key, failures, claims, updated_at) "
            "SELECT DISTINCT circuit, 0, 0, created_at FROM message WHERE true "
            "ON CONFLICT (key) DO NOTHING"
        )
    return await outbox.claim(now=now, lease=LEASE, most=most, at_once=at_once)


def ids(messages: list[Message]) -> list[MessageId]:
    return [message.id for message in messages]


async def test_what_is_due_is_claimed_until_the_lease_ends_with_a_new_fence() -> None:
    message_id = await waiting(fence=6)

    (message,) = await claimed()

    assert message == await standing(message_id)
    assert (message.state, message.leased_until) == ("SENDING", NINE + LEASE)
    assert (message.attempts, message.fence, message.first_attempt_at) == (1, 7, NINE)


async def test_nothing_is_claimed_before_its_moment() -> None:
    message_id = await waiting(due_at=NINE)

    assert await claimed(now=NINE - INSTANT) == []
    assert ids(await claimed(now=NINE)) == [message_id]


async def test_what_is_claimed_is_nobody_else_s() -> None:
    await waiting()

    assert len(await claimed()) == 1
    assert await claimed() == []


async def test_the_first_message_of_a_place_is_sent_without_anybody_s_help() -> None:
    """Whoever writes a message knows nothing of circuits."""
    message_id = await waiting()

    found: list[Message] = []
    for _ in range(2):
        found += await claimed(new=False)

    assert ids(found) == [message_id]


async def test_urgent_messages_go_before_all_others_then_the_longest_due() -> None:
    late = NINE + SECOND
    digest = await waiting(pace=Pace.DIGEST, due_at=NINE)
    bundle = await waiting(pace=Pace.BUNDLED, due_at=NINE)
    second = await waiting(pace=Pace.AT_ONCE, due_at=late)
    first = await waiting(pace=Pace.AT_ONCE, due_at=late - INSTANT)

    assert ids(await claimed(now=late)) == [first, second, bundle, digest]


async def test_urgent_messages_of_one_place_go_before_the_others_of_any() -> None:
    await waiting(circuit="SLACK:1", pace=Pace.BUNDLED)
    urgent = await waiting(circuit="SLACK:2", pace=Pace.AT_ONCE, due_at=NINE + SECOND)

    assert ids(await claimed(now=NINE + SECOND, most=1)) == [urgent]


async def test_no_more_of_one_circuit_are_under_way_than_is_allowed() -> None:
    for _ in range(7):
        await waiting(circuit="SLACK:1")
    await waiting(circuit="SLACK:2")

    found = await claimed(at_once=4)

    assert sorted(message.circuit for message in found) == ["SLACK:1"] * 4 + ["SLACK:2"]
    assert await claimed(at_once=4) == []
    await _end(found[0])
    assert len(await claimed(at_once=4)) == 1


async def test_urgency_does_not_lift_the_limit() -> None:
    for pace in (Pace.AT_ONCE, Pace.BUNDLED, Pace.DIGEST):
        for _ in range(2):
            await waiting(circuit="SLACK:1", pace=pace)

    found = await claimed(at_once=3)

    assert [message.pace for message in found] == ["AT_ONCE", "AT_ONCE", "BUNDLED"]


async def test_each_circuit_gets_its_first_before_any_gets_its_second() -> None:
    for n in range(9):
        await waiting(circuit="SLACK:1", due_at=NINE - n * SECOND)
    await waiting(circuit="SLACK:2")
    await waiting(circuit="SLACK:3")

    found = await claimed(most=4)

    assert sorted(message.circuit for message in found) == ["SLACK:1"] * 2 + ["SLACK:2", "SLACK:3"]


async def test_a_circuit_with_none_under_way_goes_before_one_that_waits_for_an_answer() -> None:
    for _ in range(3):
        await waiting(circuit="SLACK:1")
    await claimed(most=1)
    other = await waiting(circuit="SLACK:2", due_at=NINE + SECOND)

    assert ids(await claimed(now=NINE + SECOND, most=1)) == [other]


async def test_the_second_of_a_quick_circuit_goes_before_one_more_of_a_slow_one() -> None:
    for _ in range(4):
        await waiting(circuit="SLACK:1")
    await claimed(most=3)
    others = [await waiting(circuit="SLACK:2", due_at=NINE + SECOND) for _ in range(2)]

    assert ids(await claimed(now=NINE + SECOND, most=2)) == others


async def test_an_open_circuit_is_passed_over_and_nobody_loses_an_attempt() -> None:
    shut = await waiting(circuit="SLACK:1")
    other = await waiting(circuit="SLACK:2")
    await _open("SLACK:1", until=NINE + SECOND)

    assert ids(await claimed()) == [other]
    assert (await standing(shut)).attempts == 0


async def test_a_half_open_circuit_lets_one_through() -> None:
    for _ in range(3):
        await waiting(circuit="SLACK:1")
    await _open("SLACK:1", until=NINE)

    (first,) = await claimed()
    assert await claimed() == []
    await _end(first)
    assert len(await claimed()) == 1


async def test_leases_that_have_ended_take_no_room() -> None:
    for _ in range(2):
        await waiting(circuit="SLACK:1")
    await claimed(at_once=1)

    assert await claimed(now=NINE + LEASE - INSTANT, at_once=1) == []
    assert len(await claimed(now=NINE + LEASE, at_once=1)) == 1


async def test_nothing_is_claimed_in_simulated_time() -> None:
    await waiting()
    await simulation.begin(at=NINE)

    assert await claimed() == []
    assert await outbox.next_due(now=NINE) is None
    await simulation.end()
    assert len(await claimed()) == 1


async def test_the_next_to_be_sent_is_the_first_due_of_all_circuits() -> None:
    assert await outbox.next_due(now=NINE) is None
    await waiting(circuit="SLACK:1", due_at=NINE + 2 * SECOND)
    await waiting(circuit="SLACK:2", due_at=NINE + SECOND, pace=Pace.DIGEST)

    assert await outbox.next_due(now=NINE) == NINE + SECOND


async def test_what_waits_for_an_open_circuit_is_due_when_it_opens_half() -> None:
    await waiting(circuit="SLACK:1")
    await _open("SLACK:1", until=NINE + 3 * SECOND)

    assert await outbox.next_due(now=NINE) == NINE + 3 * SECOND


async def test_a_walk_from_circuit_to_circuit_that_gets_nowhere_ends() -> None:
    """Nothing stops a statement on SQLite: it would spin for ever."""
    await waiting()
    stuck = NEXT_DUE.replace("m.circuit > line.circuit", "m.circuit >= line.circuit")
    assert stuck != NEXT_DUE

    (row,) = await asyncio.wait_for(fetch(stuck, NINE), timeout=5)

    assert row["due_at"] is not None


def test_the_names_of_the_paces_sort_by_their_urgency() -> None:
    """The statement takes them in the order of their names."""
    assert sorted(Pace) == [Pace.AT_ONCE, Pace.BUNDLED, Pace.DIGEST]


async def _open(circuit: str, *, until: datetime) -> None:
    await execute(
        "INSERT INTO circuit (key, failures, open_until, claims, updated_at) "
        "VALUES ($1, 10, $2, 0, $2)",
        circuit,
        until,
    )


async def _end(message: Message) -> None:
    await execute(
        "UPDATE message SET state = 'DELIVERED', delivered_at = due_at, leased_until = NULL "
        "WHERE id = $1",
        message.id,
    )
    assert not await fetch("SELECT 1 FROM message WHERE id = $1 AND state = 'SENDING'", message.id)
