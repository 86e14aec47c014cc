"""Merging duplicates: the child is cancelled, the parent keeps the earlier start (A23)."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escgraph.domain.deadlines import arm
from escgraph.domain.errors import ForbiddenError, InvalidInputError, WrongStatusError
from escgraph.domain.events import (
    DuplicateAbsorbed,
    ResponseBreached,
    TicketEscalated,
    TicketMerged,
)
from escgraph.domain.terms import DeadlineKind, DeadlineState, Priority, Status, Tier
from tests.domain.desk import NINE, SECOND, Desk, days, hours, minutes
from tests.domain.people import (
    AGENT,
    ENGINEER,
    MANAGER,
    OTHER_AGENT,
    SCRIPT,
    STAKEHOLDER,
    person,
)

HOUR = hours(1)


def pair(priority: Priority = Priority.MEDIUM, *, apart: timedelta = HOUR) -> tuple[Desk, Desk]:
    """The duplicate, opened at nine, and the ticket that goes on, opened so much later."""
    return Desk(priority, number=2), Desk(priority, at=NINE + apart, number=1)


def test_the_duplicate_is_cancelled_and_says_where_it_goes_on() -> None:
    """A23, A3."""
    child, parent = pair()

    child.merge(NINE + hours(2), parent)

    assert child.ticket.status is Status.CANCELLED
    assert child.ticket.cancelled_at == NINE + hours(2)
    assert child.ticket.merged_into == parent.ticket.id
    assert not any(row.armed for row in child.ticket.deadlines)
    assert child.steps[-1].event == TicketMerged(
        at=NINE + hours(2),
        by=AGENT.person,
        into=parent.ticket.id,
        into_number=1,
        reason="Both are one outage",
    )


def test_the_parent_goes_on_from_the_earlier_start() -> None:
    """A23, A1: every target is counted from when the issue was first reported."""
    child, parent = pair()

    child.merge(NINE + hours(2), parent)

    assert parent.ticket.clock_started_at == NINE
    assert parent.due(DeadlineKind.RESPONSE) == NINE + hours(4)
    assert parent.due(DeadlineKind.LEVEL_2) == NINE + hours(8)
    assert parent.due(DeadlineKind.MANAGEMENT) == NINE + hours(16)
    assert parent.heard == ["TicketOpened", "DuplicateAbsorbed"]
    assert parent.ticket.opened_at == NINE + hours(1)


def test_a_duplicate_that_came_later_moves_no_deadline() -> None:
    """A23."""
    parent, child = pair()
    before = parent.ticket.deadlines

    child.merge(NINE + hours(2), parent)

    assert parent.ticket.clock_started_at == NINE
    assert parent.ticket.deadlines == before
    absorbed = parent.steps[-1].event
    assert isinstance(absorbed, DuplicateAbsorbed)
    assert absorbed.clock_moved_to is None


def test_the_parent_says_whom_it_absorbed_from_when_and_for_whom() -> None:
    """A23, C3."""
    child = Desk(number=2, stakeholders=(person(20), person(21)))
    parent = Desk(at=NINE + hours(1), stakeholders=(person(21),))

    child.merge(NINE + hours(2), parent)

    assert parent.steps[-1].event == DuplicateAbsorbed(
        at=NINE + hours(2),
        by=AGENT.person,
        duplicate=child.ticket.id,
        duplicate_number=2,
        reason="Both are one outage",
        clock_moved_to=NINE,
        stakeholders=(person(20),),
    )
    assert parent.ticket.stakeholders == (person(21), person(20))
    assert child.ticket.stakeholders == (person(20), person(21))


def test_what_the_earlier_start_puts_into_the_past_fires_at_once_in_order() -> None:
    """A23, A8."""
    child, parent = pair(apart=hours(15))

    child.merge(NINE + hours(17), parent)

    fired = [step.event for step in parent.steps[2:]]
    assert [type(event) for event in fired] == [ResponseBreached, TicketEscalated, TicketEscalated]
    assert [event.due_at for event in fired if isinstance(event, TicketEscalated)] == [
        NINE + hours(8),
        NINE + hours(16),
    ]
    assert all(event.catch_up for event in fired)  # type: ignore[attr-defined]  # all three have it
    assert parent.ticket.tier is Tier.MANAGEMENT
    assert parent.due(DeadlineKind.REMINDER_1) == NINE + hours(18)


def test_what_the_earlier_start_makes_due_at_that_very_moment_fires_too() -> None:
    """A13: now ≥ deadline."""
    child, parent = pair()
    child.merge(NINE + hours(8), parent)
    early_child, early_parent = pair()
    early_child.merge(NINE + hours(8) - SECOND, early_parent)

    assert parent.ticket.tier is Tier.LEVEL_2
    assert early_parent.ticket.tier is Tier.LEVEL_1


def test_a_rung_that_fired_stays_fired() -> None:
    """A8, A23: the parent climbs no rung twice, however early its clock starts."""
    child, parent = pair(Priority.HIGH)
    parent.sweep(NINE + hours(3))
    assert parent.ticket.tier is Tier.LEVEL_2

    child.merge(NINE + hours(3) + minutes(30), parent)

    assert parent.heard.count("TicketEscalated") == 1
    assert parent.heard.count("ResponseBreached") == 1
    assert parent.due(DeadlineKind.MANAGEMENT) == NINE + hours(4)


def test_the_start_may_move_further_back_than_a_report_may_be_back_dated() -> None:
    """A1, A23: the duplicate's start is a recorded fact."""
    child, parent = pair(Priority.LOW, apart=days(20))
    child.hold(NINE + hours(1))

    child.merge(NINE + days(20) + hours(1), parent)

    assert parent.ticket.clock_started_at == NINE
    assert parent.ticket.tier is Tier.MANAGEMENT


def test_an_answer_to_the_one_reporter_is_none_to_the_other() -> None:
    """A12, A23: the parent's own response target goes on, the child's stays met."""
    child, parent = pair()
    child.acknowledge(NINE + minutes(5))

    child.merge(NINE + hours(2), parent)

    answered = child.ticket.deadline(DeadlineKind.RESPONSE)
    assert answered is not None
    assert answered.state is DeadlineState.MET
    assert parent.ticket.acknowledged_at is None
    assert parent.due(DeadlineKind.RESPONSE) == NINE + hours(4)


def test_a_response_that_was_in_time_by_the_parents_own_clock_is_never_missed_later() -> None:
    """A13: nothing is both met and breached."""
    child, parent = pair(apart=hours(5))
    parent.acknowledge(NINE + hours(6))

    child.merge(NINE + hours(7), parent)

    assert not parent.ticket.breached
    assert "ResponseBreached" not in parent.heard


def test_a_hold_of_the_duplicate_ends_with_it_and_is_none_of_the_parent() -> None:
    """A7, A23."""
    child, parent = pair()
    child.hold(NINE + minutes(10))

    child.merge(NINE + hours(2), parent)

    assert child.ticket.pauses[-1].ended_at == NINE + hours(2)
    assert parent.ticket.pauses == ()
    assert parent.ticket.status is Status.OPEN


def test_the_parents_own_holds_still_count() -> None:
    """A7, A23."""
    child, parent = pair()
    parent.hold(NINE + hours(1))
    parent.resume(NINE + hours(4))

    child.merge(NINE + hours(5), parent)

    assert parent.due(DeadlineKind.LEVEL_2) == NINE + hours(11)


def test_a_reopened_parent_keeps_its_grace() -> None:
    """A20, A23: no rung fires within 15 minutes of a reopening."""
    child, parent = pair(Priority.HIGH)
    parent.acknowledge(NINE + hours(1))
    parent.resolve(NINE + hours(1) + minutes(55))
    parent.reopen(NINE + hours(5))

    child.merge(NINE + hours(5) + minutes(10), parent)

    assert parent.due(DeadlineKind.LEVEL_2) == NINE + hours(5) + minutes(15)
    assert parent.ticket.tier is Tier.LEVEL_1


@given(apart=st.integers(0, 200), later=st.integers(0, 200), first=st.sampled_from(list(Priority)))
def test_a_merge_leaves_nobody_forgotten_whatever_came_before(
    apart: int, later: int, first: Priority
) -> None:
    """P1: the parent is armed as it must be and nothing armed is in the past."""
    child, parent = pair(first, apart=apart * minutes(15))
    at = NINE + (apart + later) * minutes(15)

    child.merge(at, parent)

    assert arm(parent.ticket, parent.policy) == parent.ticket
    assert all(row.due_at > at for row in parent.ticket.deadlines if row.armed)
    assert parent.ticket.clock_started_at == min(NINE, parent.ticket.opened_at)
    assert [step.after.version for step in parent.steps] == list(range(1, len(parent.steps) + 1))


@pytest.mark.parametrize("by", [OTHER_AGENT, ENGINEER, SCRIPT, STAKEHOLDER])
def test_only_the_duplicates_owner_or_a_manager_merges_it(by: object) -> None:
    """A23, P2: owning the ticket that goes on is not enough."""
    child, parent = pair()

    with pytest.raises(ForbiddenError, match="mergeTickets"):
        child.merge(NINE + hours(2), parent, by=by)  # type: ignore[arg-type]  # actors all
    assert parent.heard == ["TicketOpened"]

    child.merge(NINE + hours(2), parent, by=MANAGER)
    assert child.ticket.merged_into is not None


def test_who_may_not_merge_learns_nothing_of_where_it_went() -> None:
    """P2: who does it is asked first."""
    child, parent = pair()
    child.merge(NINE + hours(2), parent)
    theirs = Desk(number=3, owner=OTHER_AGENT.person)

    for wrong in (theirs, child):
        with pytest.raises(ForbiddenError):
            child.merge(NINE + hours(3), wrong, by=OTHER_AGENT)


def test_a_ticket_is_no_duplicate_of_itself() -> None:
    desk = Desk()

    with pytest.raises(InvalidInputError, match="cannot be merged into itself") as refused:
        desk.merge(NINE + hours(1), desk)
    assert refused.value.field == ("intoTicketId",)


def test_a_merge_wants_a_reason() -> None:
    child, parent = pair()

    with pytest.raises(InvalidInputError, match="reason is empty"):
        child.merge(NINE + hours(2), parent, reason=" ")


def test_what_is_resolved_goes_on_for_nobody_before_it_is_reopened() -> None:
    """A23, A3."""
    child, parent = pair()
    parent.resolve(NINE + hours(2))

    with pytest.raises(WrongStatusError) as refused:
        child.merge(NINE + hours(3), parent)
    assert refused.value.message == ("cannot merge into a ticket that is RESOLVED; reopen it first")
    assert refused.value.field == ("intoTicketId",)


def test_what_is_cancelled_goes_on_for_nobody() -> None:
    child, parent = pair()
    parent.cancel(NINE + hours(2))

    with pytest.raises(WrongStatusError, match="name one that is still worked on"):
        child.merge(NINE + hours(3), parent)


def test_a_ticket_is_merged_once_and_the_refusal_names_where_it_went() -> None:
    """A23."""
    child, parent = pair()
    child.merge(NINE + hours(2), parent)

    with pytest.raises(WrongStatusError) as refused:
        child.merge(NINE + hours(3), Desk(number=3))
    assert refused.value.message == ("ESC-000002 was merged into ESC-000001 already; go on there")


def test_merges_make_no_chain_and_the_refusal_names_the_end_of_it() -> None:
    """A23."""
    child, parent = pair()
    child.merge(NINE + hours(2), parent)

    with pytest.raises(WrongStatusError) as refused:
        Desk(number=3).merge(NINE + hours(3), child)
    assert refused.value.message == (
        "ESC-000002 was itself merged into ESC-000001; merge into that one"
    )


def test_a_ticket_that_took_on_duplicates_may_be_one_itself() -> None:
    """A23: the start that it has goes on with it."""
    child, parent = pair()
    child.merge(NINE + hours(2), parent)
    whole = Desk(at=NINE + hours(3), number=3)

    parent.merge(NINE + hours(4), whole)

    assert whole.ticket.clock_started_at == NINE
    assert parent.ticket.merged_into == whole.ticket.id
