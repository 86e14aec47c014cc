"""Firing leaves the rows that the domain says, on SQLite and on PostgreSQL alike."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from escgraph.domain.events import ResponseBreached
from escgraph.domain.ladder import LATE
from escgraph.domain.terms import DeadlineKind, Tier
from escgraph.domain.ticket import Change
from escgraph.store import escalations, firing, stream, tickets
from tests.store.ladders import (
    HOUR,
    INSTANT,
    NINE,
    SCENES,
    first_due,
    held,
    low_priority,
    move_in,
    store,
    tried,
    untouched,
    urgent,
    with_a_rung_for_level_3,
)
from tests.store.left_behind import all_events, expected, history, left

pytestmark = pytest.mark.usefixtures("house")

Scene = Callable[[], Change]
WHOLE_LADDER = timedelta(days=60)


@pytest.fixture
async def house(connected: str) -> None:
    await move_in()


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.__name__)
async def test_each_deadline_fires_at_its_instant_as_the_domain_says(scene: Scene) -> None:
    ticket = await store(scene())
    fired = 0
    while (due := first_due(ticket)) is not None:
        early = await firing.fire(now=due.due_at - INSTANT, limit=10)
        assert early.count == 0

        one = await firing.fire(now=due.due_at, limit=10)

        assert one.count == 1
        assert await left(ticket) == expected(ticket, due.kind, at=due.due_at)
        ticket = await tickets.load(ticket.id)
        fired += 1
    assert fired
    assert (await firing.fire(now=NINE + WHOLE_LADDER, limit=10)).count == 0


async def test_the_scenes_show_every_kind_of_deadline() -> None:
    kinds = set()
    for scene in SCENES:
        ticket = await store(scene())
        kinds |= {row.kind for row in ticket.deadlines if row.armed}

    assert kinds == set(DeadlineKind)


async def test_missed_deadlines_of_many_tickets_fire_in_order_one_of_each_ticket_a_pass() -> None:
    standing = [await store(scene()) for scene in SCENES]
    now = NINE + WHOLE_LADDER
    while due := {ticket.id: row for ticket in standing if (row := first_due(ticket)) is not None}:
        head = await stream.head()

        fired = await firing.fire(now=now, limit=len(SCENES))

        assert fired.count == len(due)
        assert fired.position == head.position + len(due) == (await stream.head()).position
        waiting = [ticket for ticket in standing if ticket.id in due]
        for ticket in waiting:
            wanted = expected(ticket, due[ticket.id].kind, at=now)
            assert await left(ticket) == wanted
        standing = [await tickets.load(ticket.id) for ticket in waiting]
        await _assert_in_order_of_due(fired.count, {id_: row.due_at for id_, row in due.items()})
    assert await _numbers_without_gaps()


async def _assert_in_order_of_due(count: int, due_at: dict[object, object]) -> None:
    newest = (await all_events())[-count:]
    moments = [due_at[event.ticket_id] for event in newest]
    assert moments == sorted(moments)  # type: ignore[type-var]  # moments


async def _numbers_without_gaps() -> bool:
    events = await all_events()
    positions = [event.position for event in events]
    versions: dict[object, list[int | None]] = {}
    for event in events:
        versions.setdefault(event.ticket_id, []).append(event.ticket_version)
    return positions == list(range(1, len(events) + 1)) and all(
        seen == list(range(1, len(seen) + 1)) for seen in versions.values()
    )


@pytest.mark.parametrize(("late", "caught_up"), [(LATE, False), (LATE + INSTANT, True)])
async def test_a_rung_that_fires_more_than_a_minute_late_was_caught_up_on(
    late: timedelta, *, caught_up: bool
) -> None:
    ticket = await store(urgent())
    due = NINE + HOUR

    await firing.fire(now=due + late, limit=1)

    _, event, _ = (await history(ticket.id))[-1]
    assert event == ResponseBreached(at=due + late, by=None, due_at=due, catch_up=caught_up)


async def test_a_tier_without_people_is_reached_all_the_same_and_others_are_told() -> None:
    ticket = await store(with_a_rung_for_level_3())
    for _ in range(3):
        await firing.fire(now=NINE + 3 * HOUR, limit=1)

    _, to_nobody = await escalations.of_tickets([ticket.id])

    assert (await tickets.load(ticket.id)).tier is Tier.LEVEL_3
    assert to_nobody.no_recipient
    assert to_nobody.responsible_to == ()
    assert len(to_nobody.told) == 3


async def test_a_hold_ends_at_its_cap_however_late_that_is_noticed() -> None:
    ticket = await store(held())
    cap = next(row for row in ticket.deadlines if row.kind is DeadlineKind.HOLD_CAP).due_at

    await firing.fire(now=cap + 2 * HOUR, limit=1)

    after = await tickets.load(ticket.id)
    assert [pause.ended_at for pause in after.pauses] == [cap]
    assert after.updated_at == cap + 2 * HOUR


async def test_a_limit_takes_what_was_due_first() -> None:
    low, high, medium = [await store(scene()) for scene in (low_priority, urgent, untouched)]

    assert (await firing.fire(now=NINE + 30 * HOUR, limit=2)).count == 2

    versions = [(await tickets.load(ticket.id)).version for ticket in (low, high, medium)]
    assert versions == [1, 2, 2]


async def test_only_those_that_are_named_fire_even_where_others_come_before_them() -> None:
    first, second = await store(urgent()), await store(untouched())
    now = NINE + 5 * HOUR
    due = await firing.due(now=now, limit=10)

    fired = await firing.fire(now=now, limit=1, only=due[1:])

    assert fired.count == 1
    assert [(await tickets.load(t.id)).version for t in (first, second)] == [1, 2]
    assert (await firing.fire(now=now, limit=1, only=due[1:])).count == 0


async def test_a_rung_never_fires_before_the_latest_event_of_its_ticket() -> None:
    """Where the clock of the process that wrote it runs ahead."""
    ticket = await store(tried(NINE + 5 * HOUR))
    due = first_due(ticket)
    assert due is not None
    assert due.due_at < ticket.updated_at

    await firing.fire(now=due.due_at, limit=1)

    assert await left(ticket) == expected(ticket, due.kind, at=ticket.updated_at)
