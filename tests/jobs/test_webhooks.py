"""Fan-out: each webhook from its own place in the stream, each event once, whatever dies."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest

from escgraph.clock import Clock
from escgraph.commands import circle, work
from escgraph.commands import webhooks as commands
from escgraph.commands.acting import Call
from escgraph.domain.events import KINDS
from escgraph.domain.notice import ChannelKind, MessageState, Pace
from escgraph.domain.terms import Audience, Priority, Tier, Visibility, WebhookId
from escgraph.jobs import webhooks as job
from escgraph.jobs.webhooks import GAP, fan_out
from escgraph.queries.event_letters import is_for
from escgraph.store import database, sealing, simulation, stream, webhook_messages, webhooks
from escgraph.store.database import execute
from escgraph.store.notice_rows import circuit_of
from escgraph.store.replay import EventFilter
from escgraph.store.transactions import unit_of_work
from escgraph.stream.doorbell import LocalDoorbell
from tests.hooks import (
    arrive,
    claim,
    cursor,
    die,
    fan_out_all,
    hook,
    kinds_told,
    loaded,
    messages,
    told,
)
from tests.queries.house import NINE, House, hours, minutes

LATER = NINE + minutes(10)


@pytest.fixture
async def house(database_url: str) -> AsyncIterator[House]:
    async for house in _house(database_url):
        yield house


@pytest.fixture
async def house_on_postgres(pg_url: str) -> AsyncIterator[House]:
    async for house in _house(pg_url):
        yield house


async def _house(url: str) -> AsyncIterator[House]:
    sealing.use_keys([sealing.new_key()])
    await database.connect(url, pool_size=8)
    house = House()
    await house.move_in()
    yield house
    await database.close()
    sealing.use_keys([])


async def _tickets(house: House, count: int) -> None:
    for number in range(count):
        await house.open(f"Ticket {number}")


async def test_an_event_becomes_one_message_that_is_due_at_once(house: House) -> None:
    webhook = await hook(house)
    await house.open()

    await fan_out_all(at=LATER)
    await fan_out_all(at=LATER)

    opened = (await stream.read(0, limit=100))[-1]
    (message,) = [one for one in await messages(webhook) if one.event_position == opened.position]
    assert message.state is MessageState.WAITING
    assert (message.kind, message.pace) == (ChannelKind.WEBHOOK, Pace.AT_ONCE)
    assert (message.person, message.channel, message.webhook) == (None, None, webhook)
    assert (message.due_at, message.attempts, message.fence) == (LATER, 0, 0)
    assert message.circuit == circuit_of(ChannelKind.WEBHOOK, own=webhook)
    assert (await loaded(webhook)).position == (await stream.head()).position


async def test_a_webhook_begins_now_unless_it_is_told_from_where(house: House) -> None:
    await house.open()
    from_now = await hook(house)
    from_the_beginning = await hook(house, after=0)
    await house.open("Another")

    await fan_out_all()

    assert await kinds_told(from_now) == ["TicketOpened"]
    assert await kinds_told(from_the_beginning) == ["TicketOpened", "TicketOpened"]


async def test_the_id_of_a_message_is_that_of_the_event_for_this_webhook(house: House) -> None:
    """`webhook-id` is stable for ever, and no two webhooks share one."""
    first, second = await hook(house, after=0), await hook(house, after=0)
    await house.open()
    await fan_out_all()
    (event,) = await told(first)

    (one,), (other,) = await messages(first), await messages(second)
    assert one.id == webhook_messages.message_id(first, event)
    assert other.id == webhook_messages.message_id(second, event)
    assert one.id != other.id


FILTERS: tuple[tuple[dict[str, Any], set[str]], ...] = (
    ({}, {"high", "low", "note"}),
    ({"kinds": frozenset({"TicketOpened"})}, {"high", "low"}),
    ({"kinds": frozenset()}, set()),
    ({"priorities": frozenset({Priority.HIGH})}, {"high", "note"}),
    ({"priorities": frozenset({Priority.MEDIUM})}, set()),
    ({"tiers": frozenset({Tier.LEVEL_1})}, {"high", "low", "note"}),
    ({"tiers": frozenset({Tier.MANAGEMENT})}, set()),
    ({"urgent_only": True}, {"high", "note"}),
    ({"critical": True}, {"high", "note"}),
    ({"critical": False}, {"low"}),
    ({"kinds": frozenset({"NoteAdded"}), "urgent_only": True}, {"note"}),
    ({"kinds": frozenset({"NoteAdded"}), "critical": False}, set()),
)


async def test_a_webhook_hears_what_passes_its_filter(house: House) -> None:
    hooks = [(await hook(house, EventFilter(**given)), given, names) for given, names in FILTERS]
    high = await house.open("high", Priority.HIGH, critical=True)
    await house.open("low", Priority.LOW)
    call = house.call(house.agent, NINE)
    await work.add_note(high, call=call, text="x", visibility=Visibility.INTERNAL)

    await fan_out_all()

    for webhook, given, names in hooks:
        heard = {one.payload.get("title", "note") for one in await told(webhook)}
        assert (given, heard) == (given, names)
        assert (await loaded(webhook)).position == (await stream.head()).position


async def test_a_webhook_of_one_ticket_hears_of_no_other(house: House) -> None:
    ticket_id = await house.open("ours")
    webhook = await hook(house, EventFilter(ticket=ticket_id), after=0)
    await house.open("another")

    await fan_out_all()

    assert [one.ticket_id for one in await told(webhook)] == [ticket_id]


async def test_a_script_hears_what_scripts_see_and_an_administrator_what_he_does(
    house: House,
) -> None:
    """P2: by the eyes of the owner; people, tokens and webhooks are for those who oversee."""
    ours = await hook(house)
    by_alan = await hook(house, by=house.administrator)
    call = house.call(house.agent, NINE)
    ticket_id = await house.open()
    await circle.post_stakeholder_update(ticket_id, call=call, text="x", audience=Audience.INTERNAL)

    await fan_out_all()

    assert await kinds_told(ours) == ["TicketOpened", "StakeholderUpdatePosted"]
    assert await kinds_told(by_alan) == [
        "WebhookCreated",
        "TicketOpened",
        "StakeholderUpdatePosted",
    ]


async def test_an_owner_who_left_hears_nothing_and_misses_nothing(house: House) -> None:
    webhook = await hook(house)
    await _active(house, active=False)
    await house.open()

    await fan_out_all()
    assert await messages(webhook) == []

    await _active(house, active=True)
    await fan_out_all()
    assert await kinds_told(webhook) == ["TicketOpened"]


async def test_a_disabled_webhook_gets_no_message_and_loses_none(house: House) -> None:
    webhook = await hook(house)
    call = house.call(house.script, NINE)
    await commands.disable_webhook(webhook, call=call, reason="maintenance")
    await house.open()

    await fan_out_all()
    assert await messages(webhook) == []

    await commands.enable_webhook(webhook, call=call)
    await fan_out_all()
    assert await kinds_told(webhook) == ["TicketOpened"]


async def test_a_removed_webhook_gets_no_message(house: House) -> None:
    webhook = await hook(house)
    await house.open()
    await commands.remove_webhook(webhook, call=house.call(house.script, NINE))

    await fan_out_all()

    assert await messages(webhook) == []


async def test_what_is_not_delivered_to_webhooks_is_no_news_for_webhooks(house: House) -> None:
    """Two that fail would tell each other of it without end."""
    webhook = await loaded(await hook(house, by=house.administrator))
    (event,) = await stream.read(0, limit=1)
    dead = replace(event, kind="DeliveryDied", payload={"webhook": None, "reason": "x"})

    def hears(of: str | None) -> bool:
        about = replace(dead, payload={**dead.payload, "webhook": of})
        return is_for(webhook, about, owner=house.administrator)

    assert not hears(str(webhook.id))
    assert not hears(str(uuid4()))
    assert hears(None) is ("DeliveryDied" in KINDS)


async def test_a_test_is_heard_by_that_webhook_alone_whatever_it_wants(house: House) -> None:
    tried = await hook(house, EventFilter(kinds=frozenset()))
    other = await hook(house)

    await commands.test_webhook(tried, call=house.call(house.script, NINE))
    await fan_out_all()

    assert await kinds_told(tried) == ["WebhookTested"]
    assert await kinds_told(other) == []


async def test_no_more_than_a_thousand_messages_wait_and_the_rest_stays_in_the_stream(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job, "MOST_WAITING", 3)
    monkeypatch.setattr(job, "LEAST_ROOM", 1)
    webhook = await hook(house)
    await _tickets(house, 5)

    await fan_out_all()

    waiting = await messages(webhook)
    assert len(waiting) == 3
    assert (await loaded(webhook)).position == waiting[-1].event_position

    await arrive(await claim(waiting[0], until=LATER), at=LATER)
    await fan_out_all()
    assert len(await messages(webhook)) == 4
    for one in await messages(webhook):
        if one.state is MessageState.WAITING:
            await arrive(await claim(one, until=LATER), at=LATER)
    await fan_out_all()
    assert len(await messages(webhook)) == 5


async def test_a_long_way_behind_is_gone_in_pages(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job, "PAGE", 2)
    await _tickets(house, 5)
    webhook = await hook(house, after=0)

    assert (await fan_out(now=NINE)).moved == 1
    assert len(await messages(webhook)) == 2
    await fan_out_all()
    assert len(await messages(webhook)) == 5


async def test_two_fan_outs_at_once_make_each_message_once(
    house_on_postgres: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever comes second finds the webhook locked, or further on than it was seen."""
    house = house_on_postgres
    monkeypatch.setattr(job, "PAGE", 2)
    hooks = [await hook(house, after=0) for _ in range(3)]
    await _tickets(house, 12)

    async def go() -> None:
        for _ in range(30):
            await fan_out(now=NINE)

    await asyncio.gather(go(), go(), go())
    await fan_out_all()

    for webhook in hooks:
        assert await kinds_told(webhook) == ["TicketOpened"] * 12
        assert {one.fence for one in await messages(webhook)} == {0}, "none was put there twice"


async def test_who_saw_it_where_it_is_no_more_passes_nothing_on(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between looking and locking another fan-out may have been there."""
    webhook = await hook(house, after=0)
    await _tickets(house, 2)
    seen = await webhooks.behind((await stream.head()).position)
    await fan_out_all()

    async def as_seen_before(_: int) -> list[tuple[WebhookId, int]]:
        return seen

    monkeypatch.setattr(webhooks, "behind", as_seen_before)
    assert (await fan_out(now=LATER)).moved == 0
    assert {one.fence for one in await messages(webhook)} == {0}


async def test_while_one_is_at_a_webhook_others_leave_it_alone_and_acts_wait(
    house_on_postgres: House,
) -> None:
    house = house_on_postgres
    webhook, other = await hook(house, after=0), await hook(house, after=0)
    await _tickets(house, 2)
    held, let_go = asyncio.Event(), asyncio.Event()

    async def at_it() -> None:
        await webhooks.claimed(webhook)
        held.set()
        await let_go.wait()
        await webhooks.move(webhook, to=2)

    holder = asyncio.create_task(unit_of_work(at_it))
    await held.wait()
    assert (await fan_out(now=NINE)).moved == 1
    assert await messages(webhook) == []
    assert len(await messages(other)) == 2
    renaming = asyncio.create_task(_rename(house, webhook))
    done, _ = await asyncio.wait({renaming}, timeout=0.3)
    assert done == set()
    let_go.set()
    await asyncio.gather(holder, renaming)
    assert (await loaded(webhook)).position == 2, "an act puts nothing back to where it was"


async def test_a_fan_out_that_dies_on_its_way_leaves_nothing_half_done(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Messages are written and the place is not: after it, both or neither."""
    webhook = await hook(house)
    await house.open()
    before = await loaded(webhook)

    async def die_there(*_: object, **__: object) -> None:
        raise database.DatabaseUnavailable("killed")

    with monkeypatch.context() as patched:
        patched.setattr(webhooks, "move", die_there)
        with pytest.raises(database.DatabaseUnavailable):
            await fan_out(now=NINE)
    assert await messages(webhook) == []
    assert await loaded(webhook) == before

    await fan_out_all()
    assert await kinds_told(webhook) == ["TicketOpened"]


async def test_one_webhook_that_fails_holds_up_no_other(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good = await hook(house), await hook(house)
    await house.open()
    claimed = webhooks.claimed

    async def failing(webhook_id: WebhookId) -> webhooks.Webhook | None:
        if webhook_id == bad:
            raise ValueError("a bug")
        return await claimed(webhook_id)

    monkeypatch.setattr(webhooks, "claimed", failing)
    assert (await fan_out(now=NINE)).moved == 1
    assert await kinds_told(good) == ["TicketOpened"]


async def test_nothing_is_passed_on_in_simulated_time(house: House) -> None:
    webhook = await hook(house)
    await house.open()
    await simulation.begin(at=NINE)

    assert (await fan_out(now=NINE)).moved == 0
    assert await messages(webhook) == []

    await simulation.end()
    await fan_out_all()
    assert len(await messages(webhook)) == 1


async def test_where_nothing_is_new_a_hundred_webhooks_cost_as_much_as_one(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await hook(house)
    await fan_out_all()
    asked: list[str] = []
    monkeypatch.setattr(stream, "read", asked.append)

    for _ in range(19):
        await hook(house)
    await execute("UPDATE webhook SET position = $1", (await stream.head()).position)

    assert (await fan_out(now=NINE)).moved == 0
    assert asked == []


async def test_a_webhook_whose_events_are_not_stored_any_more_stops_and_says_so(
    house: House,
) -> None:
    webhook = await hook(house, after=0)
    await _tickets(house, 3)
    await execute("DELETE FROM event WHERE position <= $1", 2)

    done = await fan_out(now=LATER)

    stopped = await loaded(webhook)
    assert (stopped.disabled_at, stopped.disabled_reason) == (LATER, GAP)
    said = (await stream.read(0, limit=100))[-1]
    assert (said.kind, said.position, said.by) == ("WebhookDisabled", done.position, None)
    assert said.payload["reason"] == GAP
    assert await messages(webhook) == []


async def test_a_replay_sends_everything_behind_the_cursor_again_with_the_same_ids(
    house: House,
) -> None:
    await _tickets(house, 3)
    webhook = await hook(house, after=0)
    await fan_out_all()
    first, second, third = before = await messages(webhook)
    await arrive(await claim(first, until=LATER), at=LATER)
    await arrive(await claim(second, until=LATER), at=LATER)
    await die(await claim(third, until=LATER), at=LATER)

    await _replay(house, webhook, after=first.event_position or 0)
    await fan_out_all(at=LATER)

    untouched, *again = await messages(webhook)
    assert untouched.state is MessageState.DELIVERED
    assert [one.id for one in again] == [one.id for one in before[1:]]
    for one in again:
        assert (one.state, one.attempts, one.due_at) == (MessageState.WAITING, 0, LATER)
        assert (one.delivered_at, one.died_at, one.fault, one.leased_until) == (None,) * 4
        assert one.fence > 1, "the fence goes on"


async def test_a_replay_loses_nothing_that_is_being_sent_at_that_moment(house: House) -> None:
    """Who sends it then has lost it: it is sent once more, after the replay was asked for."""
    await house.open()
    webhook = await hook(house, after=0)
    await fan_out_all()
    sending = await claim((await messages(webhook))[0], until=LATER)

    await _replay(house, webhook, after=0)
    await fan_out_all(at=LATER)

    assert not await arrive(sending, at=LATER)
    (again,) = await messages(webhook)
    assert (again.id, again.state) == (sending.id, MessageState.WAITING)
    assert await arrive(await claim(again, until=LATER), at=LATER)


async def test_a_replay_beside_a_fan_out_leaves_no_event_out(house_on_postgres: House) -> None:
    house = house_on_postgres
    webhook = await hook(house, after=0)
    await _tickets(house, 6)

    async def replay() -> None:
        for _ in range(5):
            await _replay(house, webhook, after=0)

    async def go() -> None:
        for _ in range(20):
            await fan_out(now=NINE)

    await asyncio.gather(replay(), go(), go())
    await fan_out_all()

    assert await kinds_told(webhook) == ["TicketOpened"] * 6
    assert (await loaded(webhook)).position == (await stream.head()).position


async def test_a_change_of_the_filter_counts_from_where_the_webhook_is(house: House) -> None:
    webhook = await hook(house)
    await house.open()
    await fan_out_all()
    await commands.change_webhook(
        webhook,
        call=house.call(house.script, NINE),
        name=None,
        url=None,
        wanted=EventFilter(priorities=frozenset({Priority.HIGH})),
        allowed=(),
    )
    await house.open("low", Priority.LOW)
    await house.open("high", Priority.HIGH)

    await fan_out_all()

    titles = [one.payload["title"] for one in await told(webhook)]
    assert titles == ["Search is slow", "high"]


async def test_one_that_is_full_is_not_read_for_until_a_good_part_is_gone(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A receiver that is down must not cost a page of events at each turn."""
    monkeypatch.setattr(job, "MOST_WAITING", 4)
    monkeypatch.setattr(job, "LEAST_ROOM", 2)
    webhook = await hook(house)
    await _tickets(house, 9)
    await fan_out_all()
    first, second, *_ = await messages(webhook)

    await arrive(await claim(first, until=LATER), at=LATER)
    with monkeypatch.context() as patched:
        patched.setattr(stream, "read", _read_in_vain)
        assert (await fan_out(now=NINE)).moved == 0
    await arrive(await claim(second, until=LATER), at=LATER)
    assert (await fan_out(now=NINE)).moved == 1
    assert len(await messages(webhook)) == 6


async def test_the_loop_passes_on_at_a_ring_wakes_the_senders_and_outlives_a_fault(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    webhook = await hook(house)
    await house.open()
    real, calls, woken = job.fan_out, [], asyncio.Event()
    doorbell = LocalDoorbell()

    async def once_failing(*, now: datetime) -> job.FannedOut:
        calls.append(now)
        if len(calls) == 1:
            asyncio.get_running_loop().call_later(0.05, doorbell.tell, 1)
            raise ValueError("a bug")
        return await real(now=now)

    monkeypatch.setattr(job, "fan_out", once_failing)
    monkeypatch.setattr(job, "PAUSE_S", 0.0)
    monkeypatch.setattr(job, "LONGEST_SLEEP_S", 60.0)
    running = job.run(clock=Clock(), doorbell=doorbell, stands_in=False, wake=woken.set)
    async with asyncio.timeout(20):
        loop = asyncio.create_task(running)
        await woken.wait()
    loop.cancel()
    assert await kinds_told(webhook) == ["TicketOpened"]


async def _replay(house: House, webhook: WebhookId, *, after: int) -> None:
    await commands.replay_webhook(
        webhook, call=Call(by=house.script, at=NINE + hours(1)), after=await cursor(after)
    )


async def _rename(house: House, webhook: WebhookId) -> None:
    call = house.call(house.script, NINE)
    await commands.change_webhook(
        webhook, call=call, name="other", url=None, wanted=None, allowed=()
    )


async def _active(house: House, *, active: bool) -> None:
    await execute("UPDATE person SET active = $2 WHERE id = $1", house.script.person, active)


async def _read_in_vain(*_: object, **__: object) -> None:
    raise AssertionError("it was read")


@pytest.mark.parametrize("turns", range(5))
async def test_it_ends_although_a_ring_comes_with_the_end(
    turns: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or a worker that is told to end goes on for ever."""

    async def nothing(*, now: datetime) -> job.FannedOut:
        return job.NOTHING

    monkeypatch.setattr(job, "fan_out", nothing)
    monkeypatch.setattr(job, "GATHERING_S", 0.0)
    doorbell = LocalDoorbell()
    task = asyncio.create_task(
        job.run(clock=Clock(), doorbell=doorbell, stands_in=False, wake=lambda: None)
    )
    for _ in range(20):
        await asyncio.sleep(0)

    doorbell.tell(1)
    for _ in range(turns):
        await asyncio.sleep(0)
    task.cancel()

    _, going_on = await asyncio.wait([task], timeout=0.5)
    task.cancel()
    assert not going_on
