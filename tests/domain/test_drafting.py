"""From events to notices: one for each person and happening, one for a whole catch-up (C2, A8)."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count

import pytest
from uuid_utils.compat import UUID

from escgraph.domain.catching_up import PATIENCE, is_late, more_to_come
from escgraph.domain.drafting import Drafts, Heard
from escgraph.domain.event import Event
from escgraph.domain.events import ManagementReminded, ResponseBreached
from escgraph.domain.hearers import Hearing
from escgraph.domain.ladder import LATE
from escgraph.domain.notice import Hearer, Notice, NoticeKind
from escgraph.domain.state import TicketState
from escgraph.domain.terms import NoticeId, PersonId, Priority, TicketId
from tests.domain.desk import NINE, hours
from tests.domain.happenings import (
    ENGINEER,
    MANAGER,
    OWNER,
    escalated,
    happening,
    marked_critical,
    state,
)

AT = NINE + hours(6)
"""When an outage ends that began before the first deadline."""

SECOND = timedelta(seconds=1)
TICKET = TicketId(UUID(int=1))
OTHER = TicketId(UUID(int=2))

BREACH = ResponseBreached(at=AT, by=None, due_at=NINE + hours(1), catch_up=True)
RUNG = replace(escalated(), at=AT, catch_up=True)


def behind(priority: Priority = Priority.HIGH) -> TicketState:
    """A ticket whose next deadline is over, too."""
    return replace(state(), priority=priority, next_due_at=AT)


def caught_up(priority: Priority = Priority.HIGH) -> TicketState:
    return replace(state(), priority=priority, next_due_at=AT + SECOND)


def heard(
    position: int,
    event: Event,
    seen: TicketState,
    *people: PersonId,
    kind: NoticeKind = NoticeKind.ESCALATED,
    ticket: TicketId = TICKET,
) -> Heard:
    return Heard(
        position=position,
        happening=happening(event, seen),
        ticket=ticket,
        review=None,
        hearings=[Hearing(person, Hearer.OWNER, kind) for person in people],
    )


def breach(position: int, *people: PersonId, ticket: TicketId = TICKET) -> Heard:
    return heard(
        position, BREACH, behind(), *people, kind=NoticeKind.RESPONSE_BREACHED, ticket=ticket
    )


def drafts(*added: Heard, waiting: Iterable[Notice] = (), at: datetime = AT) -> Drafts:
    numbers = count(100 + len(added))
    drafted = Drafts(waiting, at=at, new_id=lambda: NoticeId(UUID(int=next(numbers))))
    for one in added:
        drafted.add(one)
    return drafted


def told(notices: Iterable[Notice]) -> list[tuple[PersonId, NoticeKind, tuple[int, ...]]]:
    return [(one.person, one.kind, one.positions) for one in notices]


def test_each_hearer_of_an_event_gets_a_notice_whose_key_is_theirs() -> None:
    """C2."""
    event = replace(RUNG, catch_up=False)

    owner, engineer = drafts(heard(7, event, caught_up(), OWNER, ENGINEER)).new

    assert (owner.key, engineer.key) == (f"7:{OWNER}", f"7:{ENGINEER}")
    assert (owner.positions, owner.more_until, owner.created_at) == ((7,), None, AT)
    assert (owner.priority, owner.pressing) == (Priority.HIGH, True)


@pytest.mark.parametrize("priority", [Priority.MEDIUM, Priority.LOW])
def test_only_high_presses(priority: Priority) -> None:
    (notice,) = drafts(heard(7, RUNG, caught_up(priority), OWNER)).new

    assert not notice.pressing


def test_the_rungs_of_a_catch_up_are_one_notice_for_each_who_hears_of_them() -> None:
    """A8: it is about the last escalation, and tells of all."""
    drafted = drafts(
        breach(1, OWNER),
        heard(2, RUNG, behind(), OWNER, ENGINEER),
        heard(3, RUNG, caught_up(), OWNER, MANAGER),
    )

    assert told(drafted.new) == [
        (OWNER, NoticeKind.ESCALATED, (1, 2, 3)),
        (ENGINEER, NoticeKind.ESCALATED, (2,)),
        (MANAGER, NoticeKind.ESCALATED, (3,)),
    ]
    assert {one.more_until for one in drafted.new} == {AT}, "nobody waits when all is told"


def test_a_reminder_after_an_escalation_leaves_the_notice_about_the_escalation() -> None:
    reminded = ManagementReminded(at=AT, by=None, number=1, due_at=AT - 2 * LATE)
    drafted = drafts(
        heard(1, RUNG, behind(), MANAGER),
        heard(2, reminded, caught_up(), MANAGER, kind=NoticeKind.MANAGEMENT_REMINDER),
    )

    assert told(drafted.new) == [(MANAGER, NoticeKind.ESCALATED, (1, 2))]


def test_catch_ups_of_two_tickets_are_two_notices() -> None:
    drafted = drafts(breach(1, OWNER), breach(2, OWNER, ticket=OTHER))

    assert [one.positions for one in drafted.new] == [(1,), (2,)]


def test_while_more_is_to_come_a_notice_waits_for_fifteen_seconds_at_most() -> None:
    (notice,) = drafts(breach(1, OWNER)).new

    assert notice.more_until == AT + PATIENCE == AT + 15 * SECOND


def test_a_notice_that_waits_from_before_takes_what_comes_and_goes_with_the_last_rung() -> None:
    waiting = drafts(breach(1, OWNER, ENGINEER)).new

    later = drafts(heard(2, RUNG, caught_up(), OWNER), waiting=waiting, at=AT + SECOND)

    assert later.new == []
    assert told(later.changed) == [
        (OWNER, NoticeKind.ESCALATED, (1, 2)),
        (ENGINEER, NoticeKind.RESPONSE_BREACHED, (1,)),
    ]
    assert {one.more_until for one in later.changed} == {AT + SECOND}


def test_what_somebody_does_meanwhile_is_a_notice_of_its_own() -> None:
    """An act is no rung, and its author stands in it."""
    drafted = drafts(
        breach(1, OWNER),
        heard(2, marked_critical(critical=True), behind(), OWNER, kind=NoticeKind.CRITICAL),
    )

    assert [one.positions for one in drafted.new] == [(1,), (2,)]


def test_what_presses_is_not_put_to_what_does_not() -> None:
    """That one may wait for a digest."""
    drafted = drafts(
        heard(1, RUNG, behind(Priority.LOW), OWNER), heard(2, RUNG, caught_up(), OWNER)
    )

    assert [(one.positions, one.pressing) for one in drafted.new] == [((1,), False), ((2,), True)]


def test_a_deadline_in_time_after_a_catch_up_is_a_notice_of_its_own() -> None:
    caught = drafts(breach(1, OWNER), heard(2, RUNG, caught_up(), OWNER)).new
    at = AT + hours(2)
    in_time = replace(RUNG, at=at, due_at=at, catch_up=False)

    later = drafts(heard(3, in_time, replace(caught_up(), next_due_at=None), OWNER),
                   waiting=caught, at=at)  # fmt: skip

    assert told(later.new) == [(OWNER, NoticeKind.ESCALATED, (3,))]
    assert later.changed == []


@pytest.mark.parametrize(
    ("next_due_at", "more"), [(AT - SECOND, True), (AT, True), (AT + SECOND, False), (None, False)]
)
def test_more_is_to_come_while_the_next_deadline_is_over(
    next_due_at: datetime | None, *, more: bool
) -> None:
    """A13: at the very moment of a deadline, it is."""
    assert more_to_come(RUNG, replace(state(), next_due_at=next_due_at)) is more
    assert not more_to_come(RUNG, None)


@pytest.mark.parametrize(
    ("event", "late"),
    [
        (BREACH, True),
        (replace(BREACH, catch_up=False), False),
        (RUNG, True),
        (replace(RUNG, catch_up=False), False),
        (ManagementReminded(at=AT, by=None, number=1, due_at=AT - LATE), False),
        (ManagementReminded(at=AT, by=None, number=1, due_at=AT - LATE - SECOND), True),
        (marked_critical(critical=True), False),
    ],
)
def test_only_a_deadline_is_late(event: Event, *, late: bool) -> None:
    assert is_late(event) is late
