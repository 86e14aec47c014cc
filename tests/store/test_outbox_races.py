"""Senders of many processes claim at once, and get in nobody's way (C2), on PostgreSQL."""

import asyncio
from collections import Counter
from datetime import timedelta

import pytest

from escgraph.domain.retrying import Sign
from escgraph.store import leases, outbox, outcomes
from escgraph.store.database import execute, fetch
from escgraph.store.notice_rows import Message
from escgraph.store.outbox_statement import CLAIM
from escgraph.store.outcomes import Attempt
from tests.store.holding import at_the_gate, others_hold, until_somebody_waits
from tests.store.ladders import NINE, move_in
from tests.store.letterbox import a_circuit, standing, waiting

LEASE = timedelta(seconds=20)
CLAIMERS = 3
"""As many as there are connections."""


@pytest.fixture(autouse=True)
async def _people(on_postgres: str) -> None:
    await move_in()
    for circuit in ("SLACK:1", "SLACK:2"):
        await a_circuit(circuit)


async def claim(*, at_once: int = 4, most: int = 32) -> list[Message]:
    return await outbox.claim(now=NINE, lease=LEASE, most=most, at_once=at_once)


def ended(message: Message) -> Attempt:
    return Attempt(message=message, started_at=NINE, ended_at=NINE, answer="200")


async def test_what_was_claimed_since_the_snapshot_counts() -> None:
    """Or two processes that claim in the same moment have twice as many under way as allowed."""
    for _ in range(2):
        await waiting(circuit="SLACK:1")
    late: list[Message] = []

    async def claim_late() -> list[Message]:
        late.extend(await claim(at_once=1))
        return late

    async with at_the_gate(claim_late):
        ungated = CLAIM.replace("heartbeat", "heartbeat_before")
        early = await fetch(ungated, NINE, NINE + LEASE, 32, 1)

    assert (len(early), len(late)) == (1, 0)


async def test_a_half_open_circuit_lets_one_through_however_many_ask() -> None:
    await execute("UPDATE circuit SET failures = 10, open_until = $1", NINE)
    for _ in range(6):
        await waiting(circuit="SLACK:1")

    found = await asyncio.gather(*(claim() for _ in range(CLAIMERS)))

    assert sum(map(len, found)) == 1


async def test_no_message_is_claimed_twice_however_many_claim() -> None:
    for circuit in ("SLACK:1", "SLACK:2"):
        for _ in range(40):
            await waiting(circuit=circuit)
    seen: Counter[object] = Counter()

    async def work() -> None:
        while seen.total() < 80:
            for message in await claim():
                seen[message.id] += 1
                assert await outcomes.delivered(ended(message))
            await asyncio.sleep(0)

    async with asyncio.timeout(30), asyncio.TaskGroup() as group:  # one that fails ends the others
        for _ in range(CLAIMERS):
            group.create_task(work())

    assert set(seen.values()) == {1}


async def test_a_claim_waits_for_nobody() -> None:
    """It takes what is free: another circuit, another message."""
    await waiting(circuit="SLACK:1")
    held = await waiting(circuit="SLACK:2")
    free = await waiting(circuit="SLACK:2")

    async with (
        others_hold("SELECT 1 FROM circuit WHERE key = 'SLACK:1' FOR UPDATE"),
        others_hold(f"SELECT 1 FROM message WHERE id = '{held}' FOR UPDATE"),
    ):
        found = await asyncio.wait_for(claim(), timeout=1.5)  # a lock is waited for 2 s

    assert [message.id for message in found] == [free]


async def test_leases_that_ended_are_taken_back_once() -> None:
    """And nobody waits for whoever does it."""
    messages = [await waiting(circuit="SLACK:1", attempts=9) for _ in range(3)]
    await claim()

    late = NINE + LEASE
    await asyncio.gather(
        *(leases.take_back(now=late, lease=LEASE, waits=()) for _ in range(CLAIMERS))
    )

    assert {(await standing(message)).state for message in messages} == {"DEAD"}
    (row,) = await fetch("SELECT count(*) AS deaths FROM event")
    assert row["deaths"] == len(messages)


async def test_failures_that_end_in_the_same_moment_are_all_counted() -> None:
    for _ in range(4):
        await waiting(circuit="SLACK:1")
    under_way = await claim()

    await asyncio.gather(
        *(outcomes.failed(ended(message), sign=Sign.FAILED, due_at=NINE) for message in under_way)
    )

    (row,) = await fetch("SELECT failures FROM circuit WHERE key = 'SLACK:1'")
    assert row["failures"] == 4


async def test_a_lease_that_somebody_is_at_is_left_to_them_and_the_others_are_taken_back() -> None:
    held, free = [await waiting(circuit="SLACK:1") for _ in range(2)]
    await claim()

    async with others_hold(f"SELECT 1 FROM message WHERE id = '{held}' FOR UPDATE"):
        await leases.take_back(now=NINE + LEASE, lease=LEASE, waits=(LEASE,))

    assert [(await standing(one)).state for one in (held, free)] == ["SENDING", "WAITING"]


async def test_a_circuit_that_two_make_in_the_same_moment_is_made_once() -> None:
    await waiting(circuit="SLACK:new")

    async with others_hold(
        "INSERT INTO circuit (key, failures, claims, updated_at) "
        "VALUES ('SLACK:new', 0, 0, now()) RETURNING key"
    ):
        late = asyncio.create_task(claim())
        await until_somebody_waits()

    assert await late == []
    assert len(await claim()) == 1
