"""The first response: what counts as one, and what becomes of its deadline (A3, A4, A12, A13)."""

import pytest

from escgraph.domain.errors import InvalidInputError
from escgraph.domain.events import NoteAdded, ResponseBreached
from escgraph.domain.policy import SOP
from escgraph.domain.terms import (
    DeadlineKind,
    DeadlineState,
    EventId,
    Priority,
    Status,
    Tier,
    Visibility,
)
from escgraph.domain.ticket import Actor
from escgraph.domain.work import reply
from tests.domain.desk import NINE, SECOND, Desk, hours, minutes
from tests.domain.people import AGENT, ENGINEER, MANAGER, SCRIPT, person


def response(desk: Desk) -> DeadlineState:
    row = desk.ticket.deadline(DeadlineKind.RESPONSE)
    assert row is not None
    return row.state


def test_acknowledging_is_the_first_response() -> None:
    """A12."""
    desk = Desk()

    desk.acknowledge(NINE + minutes(5))

    assert desk.ticket.acknowledged_at == NINE + minutes(5)
    assert desk.ticket.status is Status.IN_PROGRESS
    assert response(desk) is DeadlineState.MET


@pytest.mark.parametrize("by", [AGENT, ENGINEER, MANAGER])
def test_a_note_that_the_reporter_reads_is_a_first_response(by: Actor) -> None:
    """A12."""
    desk = Desk()

    desk.note(NINE + minutes(5), by=by)

    assert desk.heard == ["TicketOpened", "NoteAdded", "TicketAcknowledged"]
    assert desk.ticket.acknowledged_at == NINE + minutes(5)
    assert response(desk) is DeadlineState.MET


def test_an_internal_note_is_no_first_response() -> None:
    """A12."""
    desk = Desk()

    desk.note(NINE, visibility=Visibility.INTERNAL)

    assert desk.ticket.acknowledged_at is None
    assert response(desk) is DeadlineState.ARMED


def test_an_automatic_reply_is_no_first_response() -> None:
    """A12."""
    desk = Desk()

    desk.note(NINE, by=SCRIPT, visibility=Visibility.REPORTER)

    assert desk.ticket.acknowledged_at is None


def test_an_assignment_is_no_first_response() -> None:
    """A12."""
    desk = Desk()

    desk.assign(NINE, ENGINEER.person)

    assert desk.ticket.acknowledged_at is None
    assert response(desk) is DeadlineState.ARMED


def test_accepting_and_allocating_and_logging_are_no_first_responses() -> None:
    """A12."""
    desk = Desk()

    desk.accept(NINE, by=AGENT)
    desk.allocate(NINE, person(30))
    desk.log(NINE)

    assert response(desk) is DeadlineState.ARMED


def test_responding_twice_changes_nothing() -> None:
    """A12."""
    desk = Desk()
    desk.acknowledge(NINE + minutes(1))

    assert desk.acknowledge(NINE + minutes(2), by=ENGINEER).steps == ()
    desk.note(NINE + minutes(3))

    assert desk.heard == ["TicketOpened", "TicketAcknowledged", "NoteAdded"]
    assert desk.ticket.acknowledged_at == NINE + minutes(1)


def test_a_response_counts_also_when_the_ticket_is_held_or_resolved_with_it() -> None:
    """A12: at one moment, the response first."""
    held, resolved = Desk(), Desk()

    held.note(NINE)
    held.hold(NINE)
    resolved.note(NINE)
    resolved.resolve(NINE)

    assert response(held) is response(resolved) is DeadlineState.MET


def test_a_reply_that_comes_with_another_act_is_a_first_response() -> None:
    """A12: the same mutation may also pause or resolve."""
    change = reply(Desk().ticket, by=AGENT, at=NINE, policy=SOP, text="We wait for a part")

    assert [type(event).__name__ for event in change.events] == ["NoteAdded", "TicketAcknowledged"]
    assert change.ticket.acknowledged_at == NINE


def test_an_act_without_a_reply_answers_nobody() -> None:
    """A12."""
    ticket = Desk().ticket

    change = reply(ticket, by=AGENT, at=NINE, policy=SOP, text=" ")

    assert change.steps == ()
    assert change.ticket == ticket


def test_a_held_ticket_can_be_acknowledged_and_stays_held() -> None:
    """A7, A12."""
    desk = Desk()
    desk.hold(NINE)

    desk.acknowledge(NINE + hours(1))

    assert desk.ticket.status is Status.ON_HOLD
    assert response(desk) is DeadlineState.MET


def test_a_note_on_a_resolved_ticket_is_a_note_and_no_more() -> None:
    desk = Desk()
    desk.resolve(NINE)

    desk.note(NINE + hours(1))

    assert desk.heard[-1] == "NoteAdded"


def test_resolving_without_a_response_leaves_the_response_neither_met_nor_missed() -> None:
    """A3, A12."""
    desk = Desk()

    desk.resolve(NINE + hours(1))

    assert response(desk) is DeadlineState.VOID
    assert desk.ticket.acknowledged_at is None
    assert desk.ticket.response_breached_at is None


def test_a_response_does_not_stop_the_ladder() -> None:
    """A3."""
    desk = Desk(Priority.HIGH)
    desk.acknowledge(NINE)

    desk.live_until(NINE + hours(4))

    assert desk.ticket.tier is Tier.MANAGEMENT


def test_a_missed_response_is_a_breach_and_the_tier_stays() -> None:
    """A4."""
    desk = Desk(Priority.HIGH)

    desk.sweep(NINE + hours(1) + SECOND)

    assert desk.steps[-1].event == ResponseBreached(
        at=NINE + hours(1) + SECOND, by=None, due_at=NINE + hours(1), catch_up=False
    )
    assert desk.ticket.response_breached_at == NINE + hours(1) + SECOND
    assert desk.ticket.breached
    assert desk.ticket.tier is desk.ticket.reached is Tier.LEVEL_1
    assert desk.escalations == []


def test_after_a_missed_response_the_response_clock_runs_on() -> None:
    """A4: a late response is recorded; the breach stays."""
    desk = Desk(Priority.HIGH)
    desk.live_until(NINE + hours(1))

    desk.acknowledge(NINE + hours(1.5))

    assert desk.ticket.acknowledged_at == NINE + hours(1.5)
    assert desk.ticket.response_breached_at == NINE + hours(1)
    assert response(desk) is DeadlineState.FIRED


def test_a_response_at_the_very_moment_of_its_deadline_comes_first() -> None:
    """A13."""
    desk = Desk(Priority.HIGH)
    desk.live_until(NINE + hours(1), including=False)

    desk.acknowledge(NINE + hours(1))
    desk.sweep(NINE + hours(1))

    assert response(desk) is DeadlineState.MET
    assert not desk.ticket.breached


def test_a_breach_that_was_recorded_stays_one_even_at_that_very_moment() -> None:
    """A13: nothing is both met and breached."""
    desk = Desk(Priority.HIGH)
    desk.live_until(NINE + hours(1))

    desk.acknowledge(NINE + hours(1))

    assert response(desk) is DeadlineState.FIRED


def test_a_correction_is_a_new_note_that_points_at_the_old_one() -> None:
    """C1."""
    desk, wrong = Desk(), EventId(person(77))
    desk.note(NINE, text="The disk is full", visibility=Visibility.INTERNAL)

    desk.note(NINE, text="The index is full", visibility=Visibility.INTERNAL, corrects=wrong)

    notes = [step.event for step in desk.steps if isinstance(step.event, NoteAdded)]
    assert [(n.text, n.corrects) for n in notes] == [
        ("The disk is full", None),
        ("The index is full", wrong),
    ]


def test_an_empty_note_is_none() -> None:
    """C1."""
    with pytest.raises(InvalidInputError) as refused:
        Desk().note(NINE, text="  ")

    assert refused.value.field == ("text",)
