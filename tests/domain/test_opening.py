"""Opening a ticket: complete from its first second (W1), its clock where it belongs (A1)."""

from dataclasses import replace
from datetime import UTC, timedelta, timezone

import pytest

from escgraph.domain.errors import ForbiddenError, InvalidInputError
from escgraph.domain.events import TicketMarkedCritical, TicketOpened
from escgraph.domain.policy import SOP
from escgraph.domain.terms import DeadlineKind, DeadlineState, Priority, Status, Tier
from escgraph.domain.ticket import Actor
from tests.domain.desk import NINE, SECOND, Desk, days, hours
from tests.domain.people import (
    ADMINISTRATOR,
    AGENT,
    ENGINEER,
    SCRIPT,
    STAKEHOLDER,
    WALLBOARD,
    person,
)


def test_a_ticket_has_everything_from_its_first_second() -> None:
    """W1, R1, R4, P5."""
    desk = Desk(Priority.MEDIUM, stakeholders=(STAKEHOLDER.person,))
    ticket = desk.ticket

    assert (ticket.status, ticket.tier, ticket.reached) == (
        Status.OPEN,
        Tier.LEVEL_1,
        Tier.LEVEL_1,
    )
    assert ticket.owner == AGENT.person
    assert ticket.opened_by == AGENT.person
    assert ticket.policy_version == SOP.version
    assert ticket.opened_at == ticket.clock_started_at == ticket.updated_at == NINE
    assert ticket.stakeholders == (STAKEHOLDER.person,)
    assert (ticket.version, ticket.cycle) == (1, 1)
    assert desk.heard == ["TicketOpened"]


def test_a_ticket_is_opened_with_every_deadline_armed() -> None:
    """W1, P1."""
    ticket = Desk(Priority.MEDIUM).ticket

    assert [(d.kind, d.due_at, d.to_tier) for d in ticket.deadlines] == [
        (DeadlineKind.RESPONSE, NINE + hours(4), None),
        (DeadlineKind.LEVEL_2, NINE + hours(8), Tier.LEVEL_2),
        (DeadlineKind.MANAGEMENT, NINE + hours(16), Tier.MANAGEMENT),
        (DeadlineKind.REMINDER_1, NINE + hours(17), None),
        (DeadlineKind.REMINDER_2, NINE + hours(20), None),
        (DeadlineKind.REMINDER_3, NINE + hours(40), None),
    ]
    assert {(d.state, d.cycle, d.fired_at) for d in ticket.deadlines} == {
        (DeadlineState.ARMED, 1, None)
    }


def test_the_opening_tells_what_was_said() -> None:
    """R1, W1."""
    desk = Desk(title="  Search is slow ", description=" Each search takes a minute\n")

    assert desk.steps[0].event == TicketOpened(
        at=NINE,
        by=AGENT.person,
        title="Search is slow",
        description="Each search takes a minute",
        backdated_to=None,
    )
    assert desk.ticket.title == "Search is slow"


def test_what_a_script_opens_belongs_to_the_owner_it_was_routed_to() -> None:
    """R4."""
    ticket = Desk(by=SCRIPT, owner=person(42)).ticket

    assert (ticket.owner, ticket.opened_by) == (person(42), SCRIPT.person)


def test_a_stakeholder_named_twice_is_one_stakeholder() -> None:
    ticket = Desk(stakeholders=(person(20), person(21), person(20))).ticket

    assert ticket.stakeholders == (person(20), person(21))


@pytest.mark.parametrize("by", [ENGINEER, STAKEHOLDER, ADMINISTRATOR, WALLBOARD])
def test_who_may_not_open_opens_nothing(by: Actor) -> None:
    """P2."""
    with pytest.raises(ForbiddenError, match="openTicket"):
        Desk(by=by)


@pytest.mark.parametrize("field", ["title", "description", "reporter"])
def test_an_opening_says_what_who_and_why(field: str) -> None:
    """R1."""
    texts = {"title": "t", "description": "d", "reporter": "r", field: " \n"}

    with pytest.raises(InvalidInputError) as refused:
        Desk(title=texts["title"], description=texts["description"], reporter=texts["reporter"])

    assert refused.value.field == (field,)


def test_the_longest_title_has_two_hundred_characters() -> None:
    assert Desk(title="x" * 200).ticket.title == "x" * 200
    with pytest.raises(InvalidInputError, match="201 characters"):
        Desk(title="x" * 201)


def test_the_clock_starts_when_the_issue_was_reported_and_that_is_recorded() -> None:
    """A1."""
    reported = NINE - hours(1)
    desk = Desk(Priority.MEDIUM, reported_at=reported)
    (event,) = (step.event for step in desk.steps)

    assert isinstance(event, TicketOpened)
    assert event.backdated_to == reported
    assert desk.ticket.clock_started_at == reported
    assert desk.ticket.opened_at == NINE
    assert desk.due(DeadlineKind.LEVEL_2) == reported + hours(8)


def test_a_report_of_this_very_moment_is_neither_back_dated_nor_in_the_future() -> None:
    """A1."""
    (event,) = (step.event for step in Desk(reported_at=NINE).steps)

    assert isinstance(event, TicketOpened)
    assert event.backdated_to is None


def test_the_future_is_refused() -> None:
    """A1."""
    with pytest.raises(InvalidInputError, match="future") as refused:
        Desk(reported_at=NINE + timedelta(microseconds=1))

    assert refused.value.field == ("reportedAt",)


def test_a_reported_time_without_an_offset_is_refused() -> None:
    """A1: nobody can tell which moment it is."""
    with pytest.raises(InvalidInputError, match="no offset") as refused:
        Desk(reported_at=NINE.replace(tzinfo=None))

    assert refused.value.field == ("reportedAt",)


def test_a_reported_time_is_kept_in_utc() -> None:
    """A1."""
    reported = NINE.astimezone(timezone(hours(2)))

    desk = Desk(reported_at=reported)

    assert desk.ticket.clock_started_at == NINE
    assert desk.ticket.clock_started_at.tzinfo is UTC


def test_a_ticket_is_back_dated_by_seven_days_at_most() -> None:
    """A1."""
    assert Desk(reported_at=NINE - days(7)).ticket.clock_started_at == NINE - days(7)
    with pytest.raises(InvalidInputError, match="7 days"):
        Desk(reported_at=NINE - days(7) - SECOND)


def test_the_cap_on_back_dating_is_the_policys() -> None:
    """A1, P5."""
    strict = replace(SOP, backdating_cap=hours(1))

    with pytest.raises(InvalidInputError):
        Desk(policy=strict, reported_at=NINE - hours(1) - SECOND)


def test_a_back_dated_ticket_climbs_at_once_what_is_past_already() -> None:
    """A1, A8: in order, each once, marked as catching up."""
    desk = Desk(Priority.HIGH, reported_at=NINE - hours(4))

    assert desk.heard == [
        "TicketOpened",
        "ResponseBreached",
        "TicketEscalated",
        "TicketEscalated",
    ]
    assert all(e.catch_up for e in desk.escalations)
    assert [e.due_at for e in desk.escalations] == [NINE - hours(2), NINE]
    assert {e.fired_at for e in desk.escalations} == {NINE}
    assert desk.due(DeadlineKind.REMINDER_1) == NINE + hours(1)


@pytest.mark.parametrize("tier", [Tier.LEVEL_2, Tier.LEVEL_3])
def test_a_ticket_may_start_higher_up_and_has_reached_that_tier(tier: Tier) -> None:
    ticket = Desk(tier=tier).ticket

    assert (ticket.tier, ticket.reached) == (tier, tier)
    assert ticket.deadline(DeadlineKind.LEVEL_2) is None
    assert ticket.deadline(DeadlineKind.MANAGEMENT) is not None


def test_a_ticket_that_starts_with_management_reminds_them_from_its_opening() -> None:
    """A19."""
    desk = Desk(tier=Tier.MANAGEMENT)

    assert desk.due(DeadlineKind.REMINDER_1) == NINE + hours(1)
    assert desk.ticket.deadline(DeadlineKind.MANAGEMENT) is None


@pytest.mark.parametrize("priority", [Priority.MEDIUM, Priority.LOW])
def test_only_a_high_ticket_is_opened_as_critical(priority: Priority) -> None:
    """A9."""
    with pytest.raises(InvalidInputError, match="HIGH") as refused:
        Desk(priority, critical=True)

    assert refused.value.field == ("critical",)


def test_a_critical_ticket_starts_at_the_first_level_like_any_other() -> None:
    """A9."""
    desk = Desk(Priority.HIGH, critical=True)

    assert desk.ticket.critical
    assert desk.ticket.tier is Tier.LEVEL_1
    assert desk.escalations == []


def test_opening_as_critical_calls_management_with_an_event_of_its_own() -> None:
    """A9: it is the mark that management is told of, whenever it is set."""
    desk = Desk(Priority.HIGH, critical=True)

    assert desk.heard == ["TicketOpened", "TicketMarkedCritical"]
    assert desk.steps[1].event == TicketMarkedCritical(
        at=NINE, by=AGENT.person, critical=True, reason="at the opening"
    )
    assert [step.after.version for step in desk.steps] == [1, 2]
    assert desk.steps[-1].after == desk.ticket
    assert desk.due(DeadlineKind.LEVEL_2) == NINE + hours(2)


def test_the_mark_of_an_opening_comes_before_what_is_past_already() -> None:
    """A8, A9."""
    desk = Desk(Priority.HIGH, critical=True, reported_at=NINE - hours(2))

    assert desk.heard == [
        "TicketOpened",
        "TicketMarkedCritical",
        "ResponseBreached",
        "TicketEscalated",
    ]
    assert [step.after.version for step in desk.steps] == [1, 2, 3, 4]


def test_a_ticket_keeps_the_policy_that_it_was_opened_under() -> None:
    """P5."""
    later = replace(SOP, version=2)

    assert Desk(policy=later).ticket.policy_version == 2
