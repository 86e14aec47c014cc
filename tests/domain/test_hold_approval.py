"""A HIGH ticket at LEVEL_1 is held only with a manager's approval, however it became one (A7)."""

import pytest

from escgraph.domain.errors import ForbiddenError
from escgraph.domain.events import TicketHeld
from escgraph.domain.terms import Priority, Status, Tier
from escgraph.domain.ticket import Actor
from tests.domain.desk import NINE, Desk, days, hours, minutes
from tests.domain.people import AGENT, ENGINEER, MANAGER, OTHER_AGENT, OTHER_MANAGER


def held(priority: Priority, *, tier: Tier = Tier.LEVEL_1, by: Actor = AGENT) -> Desk:
    desk = Desk(priority, tier=tier)
    desk.hold(NINE, by=by)
    return desk


def approval(desk: Desk) -> object:
    hold = desk.ticket.hold
    assert hold is not None
    return hold.approved_by


@pytest.mark.parametrize("by", [AGENT, ENGINEER])
def test_a_high_ticket_at_the_first_level_is_not_held_without_a_manager(by: Actor) -> None:
    desk = Desk(Priority.HIGH)

    with pytest.raises(ForbiddenError, match="manager's approval"):
        desk.hold(NINE, by=by)

    assert desk.ticket.pauses == ()


def test_a_managers_approval_is_recorded_with_the_hold() -> None:
    desk = Desk(Priority.HIGH)

    desk.hold(NINE + minutes(1), by=MANAGER)

    event = desk.steps[-1].event
    assert isinstance(event, TicketHeld)
    assert event.approved_by == MANAGER.person
    assert approval(desk) == MANAGER.person


@pytest.mark.parametrize(
    ("priority", "tier"),
    [
        (Priority.HIGH, Tier.LEVEL_2),
        (Priority.HIGH, Tier.LEVEL_3),
        (Priority.MEDIUM, Tier.LEVEL_1),
        (Priority.LOW, Tier.LEVEL_1),
    ],
)
def test_any_other_ticket_is_held_without_approval(priority: Priority, tier: Tier) -> None:
    assert approval(held(priority, tier=tier)) is None


@pytest.mark.parametrize("by", [AGENT, OTHER_AGENT, ENGINEER])
@pytest.mark.parametrize("before", [Priority.LOW, Priority.MEDIUM])
def test_while_held_a_ticket_becomes_high_by_a_manager_only(before: Priority, by: Actor) -> None:
    desk = held(before)
    ticket = desk.ticket

    with pytest.raises(ForbiddenError, match="manager's approval"):
        desk.prioritise(NINE + minutes(5), Priority.HIGH, by=by)

    assert desk.ticket == ticket
    assert desk.heard == ["TicketOpened", "TicketHeld"]


def test_a_manager_who_makes_a_held_ticket_high_approves_its_hold() -> None:
    desk = held(Priority.LOW)

    desk.prioritise(NINE + minutes(5), Priority.HIGH, by=MANAGER)

    assert approval(desk) == MANAGER.person
    assert desk.steps[-1].after == desk.ticket
    assert desk.ticket.status is Status.ON_HOLD


def test_resumed_first_anybody_makes_it_high() -> None:
    desk = held(Priority.LOW)
    desk.resume(NINE + minutes(5))

    desk.prioritise(NINE + minutes(5), Priority.HIGH, by=AGENT)

    assert desk.ticket.priority is Priority.HIGH


@pytest.mark.parametrize("to_tier", [None, Tier.LEVEL_1])
def test_while_held_a_high_ticket_comes_down_to_the_first_level_by_a_manager_only(
    to_tier: Tier | None,
) -> None:
    desk = held(Priority.HIGH, tier=Tier.LEVEL_2)
    ticket = desk.ticket

    with pytest.raises(ForbiddenError, match="manager's approval"):
        desk.deescalate(NINE + minutes(5), by=ENGINEER, to_tier=to_tier)
    assert desk.ticket == ticket

    desk.deescalate(NINE + minutes(5), by=MANAGER, to_tier=to_tier)
    assert desk.ticket.tier is Tier.LEVEL_1
    assert approval(desk) == MANAGER.person
    assert desk.steps[-1].after == desk.ticket


def test_a_tier_above_the_first_level_needs_no_approval_on_the_way_down() -> None:
    desk = held(Priority.HIGH, tier=Tier.LEVEL_3)

    desk.deescalate(NINE + minutes(5), by=MANAGER, to_tier=Tier.LEVEL_2)

    assert approval(desk) is None


@pytest.mark.parametrize("priority", [Priority.MEDIUM, Priority.LOW])
def test_any_other_held_ticket_comes_down_without_approval(priority: Priority) -> None:
    desk = held(priority, tier=Tier.LEVEL_2)

    desk.deescalate(NINE + minutes(5), by=ENGINEER)

    assert approval(desk) is None


def test_a_held_ticket_that_changes_priority_below_high_needs_no_approval() -> None:
    desk = held(Priority.LOW)

    desk.prioritise(NINE + minutes(5), Priority.MEDIUM)

    assert approval(desk) is None


def test_above_the_first_level_a_held_ticket_becomes_high_without_approval() -> None:
    desk = held(Priority.LOW, tier=Tier.LEVEL_2)

    desk.prioritise(NINE + minutes(5), Priority.HIGH)

    assert approval(desk) is None


def test_the_first_approval_of_a_hold_is_enough_and_stays_on_record() -> None:
    desk = held(Priority.HIGH, by=MANAGER)

    desk.prioritise(NINE + minutes(5), Priority.LOW)
    desk.prioritise(NINE + minutes(6), Priority.HIGH, by=AGENT)
    desk.prioritise(NINE + minutes(7), Priority.LOW, by=AGENT)
    desk.prioritise(NINE + minutes(8), Priority.HIGH, by=OTHER_MANAGER)

    assert approval(desk) == MANAGER.person


def test_an_approval_is_for_one_hold() -> None:
    desk = held(Priority.HIGH, by=MANAGER)
    desk.resume(NINE + minutes(5))

    with pytest.raises(ForbiddenError):
        desk.hold(NINE + minutes(6), by=AGENT)


def test_an_ended_hold_needs_no_approval_any_more() -> None:
    """A20: being resolved is no hold."""
    desk = held(Priority.LOW)
    desk.resolve(NINE + hours(1))
    desk.reopen(NINE + hours(2))

    desk.prioritise(NINE + hours(2), Priority.HIGH)

    assert [pause.approved_by for pause in desk.ticket.pauses] == [None, None]


def test_a_manager_who_finds_the_cap_passed_approves_what_then_ends_by_itself() -> None:
    """A8."""
    desk = held(Priority.LOW)

    desk.prioritise(NINE + days(14), Priority.HIGH, by=MANAGER)

    assert "TicketResumed" in desk.heard
    assert desk.ticket.hold is None
    assert desk.ticket.pauses[-1].approved_by == MANAGER.person
