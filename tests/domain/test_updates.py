"""When stakeholders are to hear how it stands (R4, §5)."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from escgraph.domain.calendar import Calendar, Window
from escgraph.domain.circle import post_update
from escgraph.domain.errors import InvalidInputError
from escgraph.domain.events import StakeholderUpdatePosted
from escgraph.domain.policy import SOP
from escgraph.domain.terms import Audience, HoldReason, Priority
from escgraph.domain.ticket import Ticket
from escgraph.domain.updates import Owed, OwedBecause, next_update_due, owed
from tests.domain.desk import NINE, SECOND, Desk, days, hours, sweep
from tests.domain.people import AGENT, person

STELLA = person(40)


def desk(priority: Priority = Priority.MEDIUM) -> Desk:
    return Desk(priority, stakeholders=(STELLA,))


@pytest.mark.parametrize(
    ("priority", "every"),
    [(Priority.HIGH, hours(1)), (Priority.MEDIUM, hours(4)), (Priority.LOW, hours(24))],
)
def test_they_hear_of_an_open_ticket_as_often_as_its_priority_asks(
    priority: Priority, every: timedelta
) -> None:
    """R4: from the opening, and then from what they heard last."""
    ticket = desk(priority)
    assert next_update_due(ticket.ticket, SOP) == NINE + every

    ticket.update(NINE + SECOND)

    assert next_update_due(ticket.ticket, SOP) == NINE + SECOND + every


def test_a_ticket_is_overdue_from_the_very_moment_on() -> None:
    """A13, for the rhythm."""
    ticket = desk().ticket

    assert owed(ticket, SOP, at=NINE + hours(4) - SECOND) is None
    assert owed(ticket, SOP, at=NINE + hours(4)) == Owed(OwedBecause.RHYTHM, NINE + hours(4))


def test_nobody_is_owed_word_where_nobody_hears_of_it() -> None:
    assert next_update_due(Desk().ticket, SOP) is None


def test_a_priority_without_a_rhythm_asks_for_none() -> None:
    policy = replace(SOP, update_cadence={Priority.HIGH: hours(1)})

    assert next_update_due(desk(Priority.LOW).ticket, policy) is None
    assert next_update_due(desk(Priority.HIGH).ticket, policy) is not None


def test_a_hold_does_not_stop_the_rhythm_for_they_wait_all_the_same() -> None:
    ticket = desk()
    ticket.hold(NINE + hours(1), reason=HoldReason.AWAITING_VENDOR)

    assert next_update_due(ticket.ticket, SOP) == NINE + hours(4)


def test_the_rhythm_counts_by_the_clock_of_the_priority() -> None:
    """A6: business hours for LOW, and eight of them a day."""
    week = ((Window(time(9), time(17)),),) * 5 + ((), ())
    office = Calendar("office", "UTC", week)
    policy = replace(SOP, calendars={"office": office}, clocks={Priority.LOW: "office"})

    assert next_update_due(desk(Priority.LOW).ticket, policy) == datetime(
        2026, 3, 4, 17, tzinfo=UTC
    )


def test_an_escalation_and_a_resolution_are_to_be_told_at_once() -> None:
    """R4, W6: and they count before the rhythm, the latest first."""
    ticket = desk()
    ticket.sweep(NINE + hours(8))
    assert owed(ticket.ticket, SOP, at=NINE + hours(8)) == Owed(
        OwedBecause.ESCALATED, NINE + hours(8)
    )

    ticket.resolve(NINE + hours(9))
    assert owed(ticket.ticket, SOP, at=NINE + days(9)) == Owed(
        OwedBecause.RESOLVED, NINE + hours(9)
    )
    assert next_update_due(ticket.ticket, SOP) is None

    ticket.update(NINE + hours(10))
    assert owed(ticket.ticket, SOP, at=NINE + days(9)) is None


def test_after_a_reopening_the_rhythm_begins_anew() -> None:
    ticket = desk()
    ticket.update(NINE + hours(1))
    ticket.resolve(NINE + hours(2))
    ticket.reopen(NINE + days(3))

    assert next_update_due(ticket.ticket, SOP) == NINE + days(3) + hours(4)


def post(
    ticket: Ticket, text: str, audience: Audience, external_text: str
) -> list[tuple[str, str]]:
    change = post_update(
        ticket, by=AGENT, at=NINE, text=text, audience=audience, external_text=external_text
    )
    assert change.ticket.updated_stakeholders_at == NINE
    posted = [event for event in change.events if isinstance(event, StakeholderUpdatePosted)]
    return [(event.text, event.audience) for event in posted]


def test_one_act_tells_the_inside_and_the_outside_in_different_words() -> None:
    """R3, W5."""
    assert post(desk().ticket, "The disk is dead", Audience.INTERNAL, " We work on it ") == [
        ("The disk is dead", "INTERNAL"),
        ("We work on it", "EXTERNAL"),
    ]
    assert post(desk().ticket, "We work on it", Audience.EXTERNAL, " ") == [
        ("We work on it", "EXTERNAL")
    ]


def test_two_texts_for_the_outside_are_refused() -> None:
    with pytest.raises(InvalidInputError, match="or no externalText") as refused:
        post(desk().ticket, "So", Audience.EXTERNAL, "Or so")
    assert refused.value.field == ("externalText",)


def test_the_engine_knows_no_deadline_of_updates() -> None:
    """A reminder to the owner moves no ticket and changes no version."""
    ticket = desk(Priority.HIGH).ticket

    assert sweep(ticket, NINE + hours(1) - SECOND).ticket == ticket
