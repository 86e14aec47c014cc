"""Resolving, closing and cancelling: what must be written, and by whom (W6, R5, A3)."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from escgraph.domain.errors import DocumentsMissingError, ForbiddenError, InvalidInputError
from escgraph.domain.events import (
    FollowUp,
    StakeholderUpdatePosted,
    TicketCancelled,
    TicketClosed,
    TicketResolved,
)
from escgraph.domain.terms import DeadlineKind, ResolutionCode, Status
from escgraph.domain.ticket import Actor, Resolution
from tests.domain.desk import NINE, SECOND, Desk, hours
from tests.domain.people import AGENT, ENGINEER, MANAGER, OTHER_AGENT, person

FOLLOW_UP = FollowUp("Watch the disk", person(11), date(2026, 4, 1))


def resolved() -> Desk:
    desk = Desk()
    desk.resolve(NINE + hours(1))
    return desk


def test_resolving_says_how_and_with_which_code() -> None:
    """W6, D2."""
    desk = Desk()

    desk.resolve(NINE + hours(1), summary=" rebuilt ", root_cause=" a full disk ")

    assert desk.steps[-1].event == TicketResolved(
        at=NINE + hours(1),
        by=AGENT.person,
        summary="rebuilt",
        code=ResolutionCode.FIXED,
        root_cause="a full disk",
    )
    assert desk.ticket.resolution == Resolution("rebuilt", ResolutionCode.FIXED, "a full disk")
    assert desk.ticket.resolved_at == NINE + hours(1)
    assert desk.ticket.status is Status.RESOLVED


def test_without_a_summary_nothing_is_resolved() -> None:
    """W6."""
    with pytest.raises(InvalidInputError) as refused:
        Desk().resolve(NINE, summary="\t")

    assert refused.value.field == ("summary",)


def test_the_owner_closes_what_is_resolved() -> None:
    """R5, W6."""
    desk = resolved()

    desk.close(NINE + hours(2), follow_ups=(FOLLOW_UP,))

    assert desk.heard[-2:] == ["StakeholderUpdatePosted", "TicketClosed"]
    assert desk.steps[-1].event == TicketClosed(
        at=NINE + hours(2), by=AGENT.person, follow_ups=(FOLLOW_UP,), override_reason=""
    )
    assert desk.ticket.status is Status.CLOSED
    assert desk.ticket.closed_at == NINE + hours(2)
    assert desk.ticket.resolution == Resolution(
        "The index was rebuilt", ResolutionCode.FIXED, "A full disk", (FOLLOW_UP,)
    )


def test_the_closing_notice_is_sent_with_the_closing() -> None:
    """W6."""
    desk = resolved()

    change = desk.close(NINE + hours(2), closing_notice=" it works again ")

    update = change.events[0]
    assert isinstance(update, StakeholderUpdatePosted)
    assert (update.text, update.closing, update.at) == ("it works again", True, NINE + hours(2))
    assert desk.ticket.updated_stakeholders_at == NINE + hours(2)


def test_closing_without_documents_names_all_that_is_missing() -> None:
    """W6."""
    desk = resolved()

    with pytest.raises(DocumentsMissingError) as refused:
        desk.close(NINE + hours(2), follow_ups=None, closing_notice=" ")

    assert refused.value.missing == (
        'follow-up actions, or an explicit "none"',
        "a stakeholder update later than the resolution, or a closing notice",
    )
    assert refused.value.field == ("followUps",)
    assert desk.ticket.status is Status.RESOLVED


def test_an_explicit_none_is_enough_for_the_follow_ups() -> None:
    """W6."""
    desk = resolved()

    desk.close(NINE + hours(2), follow_ups=())

    assert desk.ticket.resolution is not None
    assert desk.ticket.resolution.follow_ups == ()


@pytest.mark.parametrize("description", ["", " \n"])
def test_a_follow_up_says_what_is_to_be_done(description: str) -> None:
    """W6: one that says nothing is refused, and nothing is closed nor told."""
    desk = resolved()
    empty = replace(FOLLOW_UP, description=description)
    before = desk.ticket

    with pytest.raises(InvalidInputError) as refused:
        desk.close(NINE + hours(2), follow_ups=(FOLLOW_UP, empty))

    assert refused.value.field == ("followUps",)
    assert desk.ticket == before


@pytest.mark.parametrize(
    ("missing", "field"),
    [
        ({"closing_notice": "", "override_reason": ""}, "closingNotice"),
        ({"override_reason": ""}, "overrideReason"),
    ],
)
def test_the_first_document_that_is_missing_is_the_field_at_fault(
    missing: dict[str, Any], field: str
) -> None:
    """W6, R5."""
    with pytest.raises(DocumentsMissingError) as refused:
        resolved().close(NINE + hours(2), by=MANAGER, **missing)

    assert refused.value.field == (field,)


def test_a_follow_up_is_due_on_the_day_of_the_closing_at_the_earliest() -> None:
    """W6."""
    desk = resolved()
    today = replace(FOLLOW_UP, due_on=NINE.date())

    with pytest.raises(InvalidInputError, match="before the day") as refused:
        desk.close(
            NINE + hours(2), follow_ups=(replace(today, due_on=NINE.date() - timedelta(days=1)),)
        )
    assert refused.value.field == ("followUps",)
    desk.close(NINE + hours(2), follow_ups=(today,))

    assert desk.ticket.status is Status.CLOSED


def test_a_reopening_leaves_what_remained_to_be_done_in_the_timeline() -> None:
    """W6, A20."""
    desk = resolved()
    desk.close(NINE + hours(2), follow_ups=(FOLLOW_UP,))
    desk.reopen(NINE + hours(3))

    (closing,) = (step.event for step in desk.steps if isinstance(step.event, TicketClosed))

    assert desk.ticket.resolution is None
    assert closing.follow_ups == (FOLLOW_UP,)


def test_an_update_after_the_resolution_stands_in_for_the_notice() -> None:
    """W6."""
    desk = resolved()
    desk.update(NINE + hours(1) + SECOND)

    desk.close(NINE + hours(2), closing_notice="")

    assert desk.heard[-1] == "TicketClosed"
    assert desk.heard.count("StakeholderUpdatePosted") == 1


def test_an_update_at_the_moment_of_the_resolution_is_not_later_than_it() -> None:
    """W6."""
    desk = Desk()
    desk.update(NINE + hours(1))
    desk.resolve(NINE + hours(1))

    with pytest.raises(DocumentsMissingError, match="stakeholder update"):
        desk.close(NINE + hours(2), closing_notice="")


def test_after_a_reopening_an_old_update_does_not_count() -> None:
    """W6, A20."""
    desk = resolved()
    desk.update(NINE + hours(2))
    desk.reopen(NINE + hours(3))
    desk.resolve(NINE + hours(4))

    with pytest.raises(DocumentsMissingError, match="stakeholder update"):
        desk.close(NINE + hours(5), closing_notice="")


@pytest.mark.parametrize("by", [OTHER_AGENT, ENGINEER])
def test_nobody_else_closes(by: Actor) -> None:
    """R5."""
    desk = resolved()

    with pytest.raises(ForbiddenError, match="owner"):
        desk.close(NINE + hours(2), by=by, override_reason="I can")


def test_a_manager_closes_in_the_owners_stead_with_a_reason() -> None:
    """R5."""
    desk = resolved()

    with pytest.raises(DocumentsMissingError) as refused:
        desk.close(NINE + hours(2), by=MANAGER, override_reason=" ")
    assert refused.value.missing == ("the reason why a manager closes in the owner's stead",)
    desk.close(NINE + hours(2), by=MANAGER, override_reason=" on leave ")

    assert desk.steps[-1].event == TicketClosed(
        at=NINE + hours(2), by=MANAGER.person, follow_ups=(), override_reason="on leave"
    )


def test_an_owner_overrides_nobody() -> None:
    """R5: a manager may be the owner, too."""
    desk = Desk(by=MANAGER, owner=MANAGER.person)
    desk.resolve(NINE)

    desk.close(NINE, by=MANAGER, override_reason="habit")

    event = desk.steps[-1].event
    assert isinstance(event, TicketClosed)
    assert event.override_reason == ""


def test_ownership_takes_the_right_to_close_with_it() -> None:
    """R4, R5."""
    desk = resolved()
    desk.transfer(NINE + hours(1), ENGINEER.person)

    with pytest.raises(ForbiddenError):
        desk.close(NINE + hours(2), by=AGENT)
    desk.close(NINE + hours(2), by=ENGINEER)

    assert desk.ticket.status is Status.CLOSED


def test_cancelling_says_why_and_ends_it() -> None:
    """A3."""
    desk = Desk()
    desk.hold(NINE)
    with pytest.raises(InvalidInputError):
        desk.cancel(NINE + hours(1), reason="")

    desk.cancel(NINE + hours(1), reason=" opened twice ")

    assert desk.steps[-1].event == TicketCancelled(
        at=NINE + hours(1), by=AGENT.person, reason="opened twice"
    )
    assert desk.ticket.status is Status.CANCELLED
    assert desk.ticket.cancelled_at == NINE + hours(1)
    assert desk.ticket.pauses[-1].ended_at == NINE + hours(1)
    assert desk.ticket.next_target is None


def test_while_it_is_resolved_the_pause_has_neither_end_nor_cap() -> None:
    """A20."""
    pause = resolved().ticket.pauses[-1]

    assert (pause.started_at, pause.ended_at, pause.cap_at, pause.reason) == (
        NINE + hours(1),
        None,
        None,
        None,
    )


def test_a_resolved_ticket_waits_for_nothing() -> None:
    """A3."""
    desk = resolved()

    assert desk.ticket.next_target is None
    assert desk.ticket.deadline(DeadlineKind.LEVEL_2) is not None
