"""After MANAGEMENT: reminders until a manager accepts, and then no more (A19)."""

from dataclasses import replace

import pytest

from escgraph.domain.events import ManagementReminded
from escgraph.domain.policy import SOP
from escgraph.domain.terms import DeadlineKind, DeadlineState, Priority, Tier
from tests.domain.desk import NINE, SECOND, Desk, days, hours
from tests.domain.people import MANAGER, OTHER_MANAGER

FIRST, SECOND_ONE, THIRD = (
    DeadlineKind.REMINDER_1,
    DeadlineKind.REMINDER_2,
    DeadlineKind.REMINDER_3,
)


def reminded(desk: Desk) -> list[ManagementReminded]:
    return [step.event for step in desk.steps if isinstance(step.event, ManagementReminded)]


def at_management() -> Desk:
    desk = Desk(Priority.HIGH)
    desk.acknowledge(NINE)
    desk.live_until(NINE + hours(4))
    return desk


def test_management_is_reminded_after_one_four_and_twenty_four_hours_and_then_no_more() -> None:
    desk = at_management()

    desk.live_until(NINE + days(300))

    assert [(e.number, e.at, e.due_at) for e in reminded(desk)] == [
        (1, NINE + hours(5), NINE + hours(5)),
        (2, NINE + hours(8), NINE + hours(8)),
        (3, NINE + hours(28), NINE + hours(28)),
    ]


def test_a_reminder_is_not_an_escalation() -> None:
    desk = at_management()
    escalations = desk.escalations
    escalated_at = desk.ticket.escalated_at

    desk.live_until(NINE + days(300))

    assert desk.escalations == escalations
    assert desk.ticket.escalated_at == escalated_at
    assert desk.ticket.tier is Tier.MANAGEMENT


def test_nothing_reminds_a_second_early() -> None:
    desk = at_management()

    assert desk.sweep(NINE + hours(5) - SECOND).steps == ()
    assert len(desk.sweep(NINE + hours(5)).steps) == 1


def test_a_managers_acceptance_ends_them() -> None:
    desk = at_management()
    desk.live_until(NINE + hours(5))

    desk.accept(NINE + hours(6), by=MANAGER)
    desk.live_until(NINE + days(300))

    assert len(reminded(desk)) == 1
    assert desk.ticket.accepted_at == NINE + hours(6)
    row = desk.ticket.deadline(SECOND_ONE)
    assert row is not None
    assert row.state is DeadlineState.VOID


def test_other_work_does_not_end_them() -> None:
    desk = at_management()

    desk.allocate(NINE + hours(4), MANAGER.person)
    desk.note(NINE + hours(4), by=MANAGER)

    assert desk.due(FIRST) == NINE + hours(5)


def test_a_manager_who_works_on_it_already_accepts_all_the_same() -> None:
    desk = at_management()
    desk.allocate(NINE + hours(4), MANAGER.person)

    desk.accept(NINE + hours(4), by=MANAGER)

    assert desk.ticket.accepted_at == NINE + hours(4)
    assert desk.ticket.assignees == (MANAGER.person,)


def test_the_first_acceptance_is_the_one_that_counts() -> None:
    desk = at_management()
    desk.accept(NINE + hours(5), by=MANAGER)

    desk.accept(NINE + hours(6), by=OTHER_MANAGER)

    assert desk.ticket.accepted_at == NINE + hours(5)
    assert desk.ticket.assignees == (MANAGER.person, OTHER_MANAGER.person)
    assert desk.accept(NINE + hours(7), by=MANAGER).steps == ()


def test_by_hand_they_count_from_the_act() -> None:
    """A15."""
    desk = Desk(Priority.HIGH)

    desk.escalate(NINE + hours(1), to_tier=Tier.MANAGEMENT)

    assert (desk.due(FIRST), desk.due(SECOND_ONE), desk.due(THIRD)) == (
        NINE + hours(2),
        NINE + hours(5),
        NINE + hours(25),
    )


def test_below_management_by_hand_they_still_count_from_its_deadline() -> None:
    desk = Desk(Priority.HIGH)

    desk.escalate(NINE + hours(1))

    assert desk.due(FIRST) == NINE + hours(5)


def test_a_later_act_does_not_move_them() -> None:
    desk = at_management()

    desk.hold(NINE + hours(4.5))
    desk.resume(NINE + hours(4.6))
    desk.prioritise(NINE + hours(4.7), Priority.MEDIUM, by=MANAGER)

    assert desk.due(FIRST) == NINE + hours(5)
    assert desk.due(THIRD) == NINE + hours(28)


def test_handed_down_nobody_is_reminded() -> None:
    """A21."""
    desk = at_management()

    desk.deescalate(NINE + hours(4))

    assert desk.sweep(NINE + days(300)).steps == ()


def test_brought_back_by_hand_those_that_are_left_count_from_then() -> None:
    desk = at_management()
    desk.live_until(NINE + hours(5))
    desk.deescalate(NINE + hours(6))

    desk.escalate(NINE + hours(7), by=MANAGER)

    row = desk.ticket.deadline(FIRST)
    assert row is not None
    assert row.state is DeadlineState.FIRED
    assert desk.due(SECOND_ONE) == NINE + hours(11)


def test_a_reopened_ticket_at_management_reminds_from_its_reopening() -> None:
    """A20."""
    desk = at_management()
    desk.live_until(NINE + hours(5))
    desk.resolve(NINE + hours(6))

    desk.reopen(NINE + hours(50))

    assert desk.due(FIRST) == NINE + hours(51)


def test_how_many_and_when_is_the_policys() -> None:
    """P5."""
    none, one = (
        Desk(policy=replace(SOP, reminders=())),
        Desk(policy=replace(SOP, reminders=(hours(2),))),
    )

    assert none.ticket.deadline(FIRST) is None
    assert one.due(FIRST) == NINE + hours(18)
    assert one.ticket.deadline(SECOND_ONE) is None


def test_a_response_that_is_caught_up_does_not_move_them() -> None:
    """A8, A19: only a rung that reaches MANAGEMENT starts them."""
    desk = Desk(Priority.LOW)
    desk.escalate(NINE, to_tier=Tier.MANAGEMENT)

    change = desk.prioritise(NINE + hours(1.5), Priority.HIGH, by=MANAGER)

    assert [type(event).__name__ for event in change.events] == [
        "PriorityChanged",
        "ResponseBreached",
    ]
    assert desk.due(SECOND_ONE) == NINE + hours(4)


def test_handed_down_an_acceptance_is_over() -> None:
    """A21: whoever brings it back asks for a new one."""
    desk = at_management()
    desk.accept(NINE + hours(4), by=MANAGER)

    desk.deescalate(NINE + hours(6))

    assert desk.ticket.accepted_at is None
    assert desk.sweep(NINE + days(300)).steps == ()


def test_brought_back_after_an_acceptance_it_reminds_again_until_the_next() -> None:
    desk = at_management()
    desk.live_until(NINE + hours(5))
    desk.accept(NINE + hours(6), by=MANAGER)
    desk.deescalate(NINE + hours(7))

    desk.escalate(NINE + hours(8), by=MANAGER)
    desk.live_until(NINE + hours(12))
    desk.accept(NINE + hours(13), by=MANAGER)
    desk.live_until(NINE + days(300))

    assert [(e.number, e.at) for e in reminded(desk)] == [
        (1, NINE + hours(5)),
        (2, NINE + hours(12)),
    ]
    assert desk.ticket.accepted_at == NINE + hours(13)


@pytest.mark.parametrize("closed", [False, True])
def test_reopened_an_accepted_ticket_wants_a_new_acceptance(*, closed: bool) -> None:
    """A20."""
    desk = at_management()
    desk.accept(NINE + hours(4), by=MANAGER)
    desk.resolve(NINE + hours(6))
    if closed:
        desk.close(NINE + hours(7))

    desk.reopen(NINE + hours(50))

    assert desk.ticket.accepted_at is None
    assert [desk.due(kind) for kind in (FIRST, SECOND_ONE, THIRD)] == [
        NINE + hours(51),
        NINE + hours(54),
        NINE + hours(74),
    ]
    desk.accept(NINE + hours(50), by=MANAGER)
    assert desk.ticket.accepted_at == NINE + hours(50)


def test_work_at_management_keeps_the_acceptance() -> None:
    desk = at_management()
    desk.accept(NINE + hours(4), by=MANAGER)

    desk.hold(NINE + hours(5), by=MANAGER)
    desk.resume(NINE + hours(6))
    desk.prioritise(NINE + hours(7), Priority.LOW, by=MANAGER)
    desk.resolve(NINE + hours(8))

    assert desk.ticket.accepted_at == NINE + hours(4)
