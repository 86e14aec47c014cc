"""A ticket moved to another version of the policy: what counts anew, and what stays (P5, A8)."""

from dataclasses import replace
from datetime import datetime, timedelta
from types import MappingProxyType

import pytest
from hypothesis import given

from escgraph.domain import moving
from escgraph.domain.calendar import Calendar
from escgraph.domain.deadlines import arm
from escgraph.domain.errors import ForbiddenError, InvalidInputError, WrongStatusError
from escgraph.domain.events import TicketEscalated, TicketMovedToPolicy
from escgraph.domain.moving import fired_by, move, outlook
from escgraph.domain.policy import SOP, Policy, Targets, validate
from escgraph.domain.terms import (
    DeadlineKind,
    DeadlineState,
    HoldReason,
    Priority,
    Role,
    Status,
    Tier,
)
from escgraph.domain.ticket import Change, Ticket
from tests.domain.desk import NINE, Desk, days, hours, minutes
from tests.domain.hours import office
from tests.domain.lives import LIVES, Life
from tests.domain.people import MANAGER, ONE_OF_EACH_ROLE
from tests.domain.test_laws import end_of, lived

ADMINISTRATOR = ONE_OF_EACH_ROLE[Role.ADMINISTRATOR]
RESPONSE, LEVEL_2, LEVEL_3, MANAGEMENT, HOLD_CAP = (
    DeadlineKind.RESPONSE,
    DeadlineKind.LEVEL_2,
    DeadlineKind.LEVEL_3,
    DeadlineKind.MANAGEMENT,
    DeadlineKind.HOLD_CAP,
)
REMINDERS = (DeadlineKind.REMINDER_1, DeadlineKind.REMINDER_2, DeadlineKind.REMINDER_3)


def policy(
    *targets: float, version: int = 2, level_3: float | None = None, base: Policy = SOP
) -> Policy:
    """The SOP with other hours for every priority: response, LEVEL_2, MANAGEMENT."""
    respond, level_2, management = (hours(count) for count in targets)
    third = None if level_3 is None else hours(level_3)
    same = Targets(respond, level_2, third, management)
    return validate(
        replace(
            base,
            version=version,
            targets=MappingProxyType(dict.fromkeys(Priority, same)),
        )
    )


FASTER = policy(0.5, 1, 2)
SLOWER = policy(10, 20, 40)


def moved(desk: Desk, at: datetime, to: Policy, *, reason: str = "Tightened") -> Change:
    return move(desk.ticket, by=ADMINISTRATOR, at=at, policy=to, reason=reason)


def due(ticket: Ticket, kind: DeadlineKind) -> datetime:
    row = ticket.deadline(kind)
    assert row is not None
    assert row.armed
    return row.due_at


def heard(change: Change) -> list[str]:
    return [type(event).__name__ for event in change.events]


def test_deadlines_count_anew_from_the_start_of_the_clock() -> None:
    """P5, A8."""
    change = moved(Desk(Priority.MEDIUM), NINE + minutes(10), FASTER)

    assert change.ticket.policy_version == 2
    assert due(change.ticket, RESPONSE) == NINE + hours(0.5)
    assert due(change.ticket, LEVEL_2) == NINE + hours(1)
    assert due(change.ticket, MANAGEMENT) == NINE + hours(2)
    assert change.events == (
        TicketMovedToPolicy(
            at=NINE + minutes(10),
            by=ADMINISTRATOR.person,
            from_version=1,
            to_version=2,
            reason="Tightened",
        ),
    )


def test_what_was_paused_is_not_counted_by_the_new_policy_either() -> None:
    """A7."""
    desk = Desk(Priority.MEDIUM)
    desk.acknowledge(NINE)
    desk.hold(NINE + hours(1))
    desk.resume(NINE + hours(4))

    assert due(moved(desk, NINE + hours(4), SLOWER).ticket, LEVEL_2) == NINE + hours(23)


def test_what_is_past_by_the_new_policy_fires_at_once_in_order_as_catching_up() -> None:
    """A8: response, LEVEL_2 and MANAGEMENT, an instant before and at the last of them."""
    early = moved(Desk(Priority.LOW), NINE + hours(2) - timedelta.resolution, FASTER)
    late = moved(Desk(Priority.LOW), NINE + hours(2), FASTER)

    assert heard(early) == ["TicketMovedToPolicy", "ResponseBreached", "TicketEscalated"]
    assert heard(late) == [*heard(early), "TicketEscalated"]
    assert late.ticket.tier is Tier.MANAGEMENT
    climbs = [event for event in late.events if isinstance(event, TicketEscalated)]
    assert [(event.due_at, event.at, event.catch_up) for event in climbs] == [
        (NINE + hours(1), NINE + hours(2), True),
        (NINE + hours(2), NINE + hours(2), True),
    ]
    assert due(late.ticket, REMINDERS[0]) == NINE + hours(2) + hours(1)


def test_what_fired_stays_fired_under_a_slower_policy() -> None:
    """A8."""
    desk = Desk(Priority.HIGH)
    desk.live_until(NINE + hours(2))

    change = moved(desk, NINE + hours(3), SLOWER)

    assert heard(change) == ["TicketMovedToPolicy"]
    assert change.ticket.tier is Tier.LEVEL_2
    fired = [row.kind for row in change.ticket.deadlines if row.state is DeadlineState.FIRED]
    assert fired == [RESPONSE, LEVEL_2]
    assert due(change.ticket, MANAGEMENT) == NINE + hours(40)


def test_a_rung_that_the_new_policy_has_besides_is_armed_and_one_that_it_lacks_is_void() -> None:
    """A5."""
    with_third = policy(1, 2, 9, version=3, level_3=5)
    desk = Desk(Priority.HIGH, policy=with_third)
    there = moved(Desk(Priority.HIGH), NINE, with_third)
    back = moved(desk, NINE, SLOWER)

    assert due(there.ticket, LEVEL_3) == NINE + hours(5)
    gone = back.ticket.deadline(LEVEL_3)
    assert gone is not None
    assert gone.state is DeadlineState.VOID


def test_a_rung_below_the_tier_that_was_reached_does_not_fire() -> None:
    """A15, A8: at MANAGEMENT already, though LEVEL_3 would be past."""
    desk = Desk(Priority.HIGH)
    desk.live_until(NINE + hours(4))

    change = moved(desk, NINE + hours(5), policy(0.5, 1, 3, level_3=2))

    assert heard(change) == ["TicketMovedToPolicy"]


def test_a_hold_that_lasts_keeps_its_cap() -> None:
    """A7: those after it get the new one."""
    other_cap = replace(SLOWER, hold_cap=days(1))
    desk = Desk(Priority.MEDIUM)
    desk.hold(NINE + hours(1), reason=HoldReason.AWAITING_VENDOR)

    change = moved(desk, NINE + hours(2), other_cap)

    assert change.ticket.status is Status.ON_HOLD
    assert due(change.ticket, HOLD_CAP) == NINE + hours(1) + days(14)
    assert due(change.ticket, LEVEL_2) == NINE + days(14) + hours(20)


def test_a_met_response_is_met_whatever_the_new_target() -> None:
    """A13: nothing is both met and breached."""
    desk = Desk(Priority.LOW)
    desk.acknowledge(NINE + hours(5))

    change = moved(desk, NINE + hours(5), policy(1, 8, 16))

    row = change.ticket.deadline(RESPONSE)
    assert row is not None
    assert row.state is DeadlineState.MET
    assert heard(change) == ["TicketMovedToPolicy"]


def test_reminders_count_from_when_management_was_reached() -> None:
    """A19: by the times of the new policy; what was reminded is not reminded again."""
    often = replace(SLOWER, reminders=(minutes(30), hours(3), hours(30)))
    desk = Desk(Priority.HIGH)
    desk.live_until(NINE + hours(4) + hours(1))

    change = moved(desk, NINE + hours(6), often)

    first = change.ticket.deadline(REMINDERS[0])
    assert first is not None
    assert first.state is DeadlineState.FIRED
    assert due(change.ticket, REMINDERS[1]) == NINE + hours(4) + hours(3)
    assert due(change.ticket, REMINDERS[2]) == NINE + hours(4) + hours(30)


def test_who_accepted_is_not_reminded_by_the_new_policy() -> None:
    """A19."""
    desk = Desk(Priority.HIGH)
    desk.live_until(NINE + hours(4))
    desk.accept(NINE + hours(4.5), by=MANAGER)

    change = moved(desk, NINE + hours(5), replace(SLOWER, reminders=(hours(8),)))

    assert not any(row.armed for row in change.ticket.deadlines if row.kind in REMINDERS)


def test_a_reopened_ticket_keeps_its_grace() -> None:
    """A20: by the grace of the new policy."""
    desk = Desk(Priority.HIGH)
    desk.acknowledge(NINE)
    desk.resolve(NINE + hours(1.5))
    desk.reopen(NINE + hours(9))

    change = moved(desk, NINE + hours(9), replace(FASTER, reopening_grace=hours(1)))

    assert due(change.ticket, LEVEL_2) == NINE + hours(10)


def test_a_policy_with_office_hours_counts_by_them_from_then_on() -> None:
    """A6: nine in London is four in New York; eight hours end at five in the afternoon there."""
    sleeping = replace(
        SLOWER,
        targets=SOP.targets,
        calendars={"office": replace(office(), name="office")},
        clocks={Priority.MEDIUM: "office"},
    )

    change = moved(Desk(Priority.MEDIUM), NINE, sleeping)

    assert isinstance(sleeping.calendar(Priority.MEDIUM), Calendar)
    assert due(change.ticket, LEVEL_2) == NINE + hours(13)


def test_the_indicator_is_that_of_the_new_policy() -> None:
    """C4."""
    marked = replace(SLOWER, urgent_indicator="(!)")

    assert moved(Desk(Priority.HIGH), NINE, marked).ticket.indicator == "(!)"
    assert moved(Desk(Priority.LOW), NINE, marked).ticket.indicator == ""


def test_a_ticket_that_is_there_already_is_left_as_it_is() -> None:
    """P5: moving again is harmless, however late."""
    change = moved(Desk(Priority.HIGH, policy=FASTER), NINE + hours(9), FASTER)

    assert change.steps == ()


def test_only_a_ticket_that_is_worked_on_is_moved() -> None:
    """A3."""
    desk = Desk()
    desk.resolve(NINE + hours(1))

    with pytest.raises(WrongStatusError, match="that is RESOLVED to another policy"):
        moved(desk, NINE + hours(1), FASTER)


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.ADMINISTRATOR}))
def test_only_administrators_move_tickets(role: Role) -> None:
    """P2."""
    with pytest.raises(ForbiddenError, match="ask ADMINISTRATOR"):
        move(Desk().ticket, by=ONE_OF_EACH_ROLE[role], at=NINE, policy=FASTER, reason="x")


def test_a_move_needs_a_reason() -> None:
    with pytest.raises(InvalidInputError, match="reason is empty"):
        moved(Desk(), NINE, FASTER, reason=" ")


def test_a_look_ahead_tells_what_would_fire_and_writes_nothing() -> None:
    """Q5, A8: a reminder that is past fires as soon as an engine looks."""
    desk = Desk(Priority.LOW)
    at = NINE + hours(1.5)

    look = outlook(desk.ticket, at=at, policy=FASTER)

    assert [row.kind for row in look.firing] == [RESPONSE, LEVEL_2]
    assert look.after.deadlines == moved(desk, at, FASTER).ticket.deadlines
    assert desk.ticket.policy_version == 1
    waiting = Desk(Priority.HIGH)
    waiting.live_until(NINE + hours(4))
    soon = outlook(
        waiting.ticket, at=NINE + hours(4.5), policy=replace(SLOWER, reminders=(minutes(30),))
    )
    assert [row.kind for row in soon.firing] == [REMINDERS[0]]


@lived
@given(LIVES)
def test_after_any_life_a_move_forgets_nothing_and_undoes_nothing(life: Life) -> None:
    """P1, A8."""
    desk = end_of(life)
    before, at = desk.ticket, desk.ticket.updated_at + minutes(3)
    if not before.live:
        return
    ticket = moving.moved(before, by=None, at=at, policy=FASTER, reason="x").ticket

    assert arm(ticket, FASTER) == ticket
    assert ticket.reached >= before.reached
    assert ticket.pauses[: len(before.pauses) - 1] == before.pauses[:-1]
    assert fired(before) <= fired(ticket)
    rungs = [row for row in ticket.deadlines if row.armed and row.to_tier]
    assert rungs or ticket.reached is Tier.MANAGEMENT
    assert all(row.due_at > at for row in rungs)
    assert fired(ticket) - fired(before) <= {row.kind for row in fired_by(before, ticket, at=at)}


def fired(ticket: Ticket) -> set[DeadlineKind]:
    rows = {row.kind for row in ticket.deadlines if row.state is DeadlineState.FIRED}
    return rows - {HOLD_CAP}
