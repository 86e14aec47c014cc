"""The loop of the senders: it sends what is due, at once, and outlives every fault (§5, C2)."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from escgraph.clock import Clock
from escgraph.domain.retrying import CLOSED
from escgraph.jobs import sending
from escgraph.jobs.posting import COMPOSED_AT_ONCE, Post
from escgraph.notify.letter import Letter
from escgraph.notify.outcome import UndeliveredError
from escgraph.notify.target import Target
from escgraph.store import circuits, heartbeats, simulation
from escgraph.store.database import execute, fetch
from escgraph.store.notice_rows import Message
from tests.jobs.post import RULES, SECOND, Bell, Sending, composed, post
from tests.store.ladders import NINE
from tests.store.left_behind import all_events
from tests.store.letterbox import a_circuit, standing, tries, waiting

pytestmark = pytest.mark.usefixtures("house")


@asynccontextmanager
async def senders(
    with_post: Post, *, stands_in: bool = False, most: int = 32
) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.create_task(sending.run(post=with_post, stands_in=stands_in, most=most))
    try:
        yield task
        assert not task.done()
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def until(happened: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not happened():  # noqa: ASYNC110 - a way only remembers
            await asyncio.sleep(0.005)


PATIENT = replace(RULES, send_timeout=20 * SECOND)
"""Where a receiver is waited for, however busy the machine is."""


class Slow:
    """A receiver that answers when it is told to; `most` is how many waited at the same time."""

    def __init__(self) -> None:
        self.go_on = asyncio.Event()
        self.waiting = self.most = 0

    async def __call__(self, letter: Letter, target: Target, *, at: datetime) -> str:
        self.waiting += 1
        self.most = max(self.most, self.waiting)
        try:
            await self.go_on.wait()
        finally:
            self.waiting -= 1
        return "200"


async def test_everything_that_is_due_is_sent_once() -> None:
    way = Sending()
    messages = [await waiting(circuit=f"SLACK:{n % 3}") for n in range(12)]

    async with senders(post(way)):
        await until(lambda: len(way.sent) == len(messages))

    assert {letter.id for letter in way.sent} == set(messages)
    assert {(await standing(message)).state for message in messages} == {"DELIVERED"}


async def test_who_writes_a_message_wakes_the_loop() -> None:
    """Without it, the loop would sleep for a second more."""
    way = Sending()
    await waiting()
    await a_circuit("EMAIL")
    with_post = post(way, clock=Clock(speed=0.001))  # a second takes a quarter of an hour

    async with senders(with_post):
        await until(lambda: len(way.sent) == 1)
        await asyncio.sleep(0.05)
        await waiting()
        with_post.wake.set()
        await until(lambda: len(way.sent) == 2)


async def test_what_failed_is_sent_again_at_its_moment() -> None:
    async def refuse(letter: Letter, target: Target, *, at: datetime) -> str:
        raise UndeliveredError("503")

    way = Sending(refuse)
    message = await waiting()

    async with senders(post(way)):
        await until(lambda: len(way.sent) == 1)

    assert [outcome for _, outcome, _ in await tries(message)] == ["FAILED", "DELIVERED"]


async def test_a_fast_clock_leaves_nobody_too_little_time() -> None:
    """Demonstrations: a minute is an hour, and sending takes as long as it takes."""

    async def slowly(letter: Letter, target: Target, *, at: datetime) -> str:
        await asyncio.sleep(0.1)  # more than five minutes by that clock
        return "200"

    message = await waiting()

    async with senders(post(slowly, clock=Clock(speed=3600.0, start=NINE))):
        await until_all("DELIVERED", count=1)

    assert [outcome for _, outcome, _ in await tries(message)] == ["DELIVERED"]


async def test_no_more_are_under_way_than_a_process_may_send() -> None:
    way = Slow()
    for n in range(6):
        await waiting(circuit=f"SLACK:{n}")

    way_post = post(way, rules=PATIENT)
    async with senders(way_post, most=3):
        await until(lambda: way.waiting == 3)
        way_post.wake.set()  # a turn more, which may claim nothing
        await asyncio.sleep(0.1)
        way.go_on.set()
        await until_all("DELIVERED", count=6)

    assert way.most == 3


async def test_few_letters_are_composed_at_once() -> None:
    """Or answers would wait for their turn, and a death meanwhile would make doubles."""
    now = most = 0

    async def slowly(message: Message) -> Letter:
        nonlocal now, most
        now += 1
        most = max(most, now)
        await asyncio.sleep(0.01)
        now -= 1
        return await composed(message)

    way = Sending()
    for n in range(8):
        await waiting(circuit=f"SLACK:{n}")

    async with senders(replace(post(way), compose=slowly)):
        await until(lambda: len(way.sent) == 8)

    assert most == COMPOSED_AT_ONCE


async def test_one_that_does_not_answer_holds_up_no_other() -> None:
    """One of 20 endpoints hangs: messages to the others all arrive meanwhile."""
    way, slow = Sending(), Slow()

    async def route(letter: Letter, target: Target, *, at: datetime) -> str:
        row = await standing(letter.id)
        chosen = slow if row.circuit == "SLACK:0" else way
        return await chosen(letter, target, at=at)

    for n in range(60):
        await waiting(circuit=f"SLACK:{n % 20}")

    async with senders(post(route, rules=PATIENT)):
        await until(lambda: len(way.sent) == 57 and slow.waiting == 3)
        slow.go_on.set()


async def test_a_receiver_that_may_be_back_gets_one_message_and_then_the_others() -> None:
    """Half open: the one that went ahead says how it fares."""
    way = Slow()
    await execute(
        "INSERT INTO circuit (key, failures, open_until, claims, updated_at) "
        "VALUES ('SLACK:1', 10, $1, 0, $1)",
        NINE,
    )
    for _ in range(6):
        await waiting(circuit="SLACK:1")

    async with senders(post(way, rules=PATIENT)):
        await until(lambda: way.waiting == 1)
        await asyncio.sleep(0.15)
        assert way.most == 1
        way.go_on.set()
        await until_all("DELIVERED", count=6)

    assert await circuits.load("SLACK:1") == CLOSED


async def test_a_receiver_that_is_not_back_costs_one_attempt_and_is_left_alone_for_longer() -> None:
    async def refuse(letter: Letter, target: Target, *, at: datetime) -> str:
        raise UndeliveredError("503")

    way = Sending(*[refuse] * 6)
    await execute(
        "INSERT INTO circuit (key, failures, open_until, claims, updated_at) "
        "VALUES ('SLACK:1', 10, $1, 0, $1)",
        NINE,
    )
    for _ in range(6):
        await waiting(circuit="SLACK:1")

    async with senders(post(way)):
        await until(lambda: len(way.targets) == 1)
        await asyncio.sleep(0.15)

    assert len(way.targets) == 1
    (row,) = await fetch("SELECT sum(attempts) AS attempts FROM message")
    assert row["attempts"] == 1
    circuit = await circuits.load("SLACK:1")
    assert circuit.failures == 11
    assert circuit.open_until is not None
    assert circuit.open_until > Clock().now() + 50 * SECOND


async def test_a_database_that_fails_does_not_end_it() -> None:
    way = Sending()
    await execute("ALTER TABLE circuit RENAME TO elsewhere")

    async with senders(post(way)):
        await waiting()
        await asyncio.sleep(0.1)
        assert way.sent == []
        await execute("ALTER TABLE elsewhere RENAME TO circuit")
        await until(lambda: len(way.sent) == 1)


async def test_what_a_dead_sender_left_is_sent_when_its_lease_is_over() -> None:
    way = Sending()
    past = Clock().now() - timedelta(milliseconds=1)
    message = await waiting(state="SENDING", attempts=1, fence=1, leased_until=past)

    async with senders(post(way)):
        await until(lambda: len(way.sent) == 1)

    assert [outcome for _, outcome, _ in await tries(message)] == ["LOST", "DELIVERED"]


async def test_the_last_lease_that_ended_is_told() -> None:
    bell = Bell()
    tried = len(RULES.retry_waits) + 1
    await waiting(state="SENDING", attempts=tried, fence=1, leased_until=NINE)

    async with senders(post(Sending(), bell=bell)):
        await until(lambda: bell.position > 0)

    assert [told.kind for told in await all_events()] == ["DeliveryDied"]


async def test_nothing_is_sent_while_a_log_is_played() -> None:
    way = Sending()
    await waiting()
    await simulation.begin(at=NINE)

    async with senders(post(way)):
        await asyncio.sleep(0.1)
        assert way.sent == []
        await simulation.end()
        await until(lambda: len(way.sent) == 1)


async def test_a_stand_in_sends_only_when_no_heartbeat_is_fresh() -> None:
    way = Sending()
    clock = Clock(speed=20.0, start=NINE + timedelta(days=1))
    await heartbeats.beat("worker", at=clock.now())
    await waiting()

    async with senders(post(way, clock=clock), stands_in=True):
        await asyncio.sleep(0.05)
        assert way.sent == []
        await until(lambda: len(way.sent) == 1)


async def test_what_is_under_way_is_finished_before_it_ends() -> None:
    way = Slow()
    message = await waiting()
    task = asyncio.create_task(sending.run(post=post(way, rules=PATIENT), stands_in=False))
    await until(lambda: way.waiting == 1)

    task.cancel()
    await asyncio.sleep(0.02)
    assert not task.done()
    way.go_on.set()
    await asyncio.wait([task])

    assert (await standing(message)).state == "DELIVERED"


async def test_what_takes_too_long_at_the_end_is_left_to_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sending, "GRACE_S", 0.05)
    way = Slow()
    message = await waiting()

    async with senders(post(way, rules=PATIENT)):
        await until(lambda: way.waiting == 1)

    after = await standing(message)
    assert after.state == "SENDING"
    assert way.waiting == 0


async def until_all(state: str, *, count: int) -> None:
    async with asyncio.timeout(20):
        while len(await fetch("SELECT 1 FROM message WHERE state = $1", state)) < count:  # noqa: ASYNC110 - the loop does it
            await asyncio.sleep(0.01)


def test_the_loop_looks_again_soon_at_what_is_due_and_held_by_others() -> None:
    assert sending._until(None, now=NINE) == SECOND
    assert sending._until(NINE, now=NINE) == sending.HELD_UP
    assert sending._until(NINE + SECOND / 100, now=NINE) == SECOND / 100
    assert sending._until(NINE + 2 * SECOND, now=NINE) == SECOND
