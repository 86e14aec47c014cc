"""What becomes of a recorded deed where it meets another ticket than it did."""

from collections.abc import Callable
from typing import get_args

import pytest

from escgraph.domain.deeds import applies, done
from escgraph.domain.history import (
    Accepted,
    Acknowledged,
    Cancelled,
    ClockMoved,
    Closed,
    Deed,
    Deescalated,
    Escalated,
    Held,
    Moved,
    Reopened,
    Reprioritised,
    Resolved,
    Resumed,
)
from escgraph.domain.policy import SOP
from escgraph.domain.terms import HoldReason, Priority, Status, Tier
from escgraph.domain.ticket import Ticket
from tests.domain.desk import NINE, Desk, minutes
from tests.domain.people import ENGINEER, MANAGER

LATER = NINE + minutes(30)

DEEDS: tuple[Deed, ...] = (
    Acknowledged(LATER),
    Reprioritised(LATER, Priority.HIGH),
    Held(LATER, HoldReason.AWAITING_VENDOR),
    Resumed(LATER),
    Escalated(LATER, Tier.LEVEL_3),
    Deescalated(LATER, Tier.LEVEL_1),
    ClockMoved(LATER, NINE - minutes(5)),
    Moved(LATER, 2),
    Accepted(LATER),
    Resolved(LATER),
    Closed(LATER),
    Reopened(LATER),
    Cancelled(LATER),
)


def opened() -> Desk:
    return Desk()


def high() -> Desk:
    return Desk(Priority.HIGH)


def acknowledged() -> Desk:
    desk = Desk()
    desk.acknowledge(NINE)
    return desk


def held() -> Desk:
    desk = acknowledged()
    desk.hold(NINE)
    return desk


def at_level_3() -> Desk:
    desk = Desk()
    desk.escalate(NINE, to_tier=Tier.LEVEL_3)
    return desk


def at_management() -> Desk:
    desk = Desk()
    desk.escalate(NINE, to_tier=Tier.MANAGEMENT)
    return desk


def accepted() -> Desk:
    desk = at_management()
    desk.accept(NINE, by=MANAGER)
    return desk


def resolved() -> Desk:
    desk = acknowledged()
    desk.resolve(NINE)
    return desk


def closed() -> Desk:
    desk = resolved()
    desk.close(NINE + minutes(1))
    return desk


def cancelled() -> Desk:
    desk = Desk()
    desk.cancel(NINE)
    return desk


LIVING = "ClockMoved Moved Held Resolved Cancelled"
SENSE: dict[Callable[[], Desk], str] = {
    opened: f"Acknowledged Reprioritised Escalated {LIVING}",
    high: f"Acknowledged Escalated {LIVING}",
    acknowledged: f"Reprioritised Escalated {LIVING}",
    held: f"Reprioritised Resumed Escalated {LIVING}",
    at_level_3: f"Acknowledged Reprioritised Deescalated {LIVING}",
    at_management: f"Acknowledged Reprioritised Deescalated Accepted {LIVING}",
    accepted: f"Acknowledged Reprioritised Deescalated {LIVING}",
    resolved: "Closed Reopened",
    closed: "Reopened",
    cancelled: "",
}
"""Which deeds make sense for which ticket; the others are left out."""


def test_every_deed_is_among_them() -> None:
    assert tuple(type(deed) for deed in DEEDS) == get_args(Deed)


@pytest.mark.parametrize("desk", SENSE, ids=lambda desk: desk.__name__)
def test_a_deed_is_left_out_where_it_makes_no_sense(desk: Callable[[], Desk]) -> None:
    """Q5."""
    ticket = desk().ticket

    assert {name(deed) for deed in DEEDS if applies(deed, ticket)} == set(SENSE[desk].split())


@pytest.mark.parametrize("desk", SENSE, ids=lambda desk: desk.__name__)
def test_a_deed_that_makes_sense_is_never_refused(desk: Callable[[], Desk]) -> None:
    """Q5: nobody is asked again for a reason, an action or an approval."""
    ticket = desk().ticket

    for deed in DEEDS:
        if applies(deed, ticket):
            after = done(deed, ticket, SOP).ticket
            assert after != ticket or isinstance(deed, Closed | Moved)


def test_deeds_move_the_ticket_as_people_did() -> None:
    assert after(Escalated(LATER, Tier.LEVEL_3), opened()).tier is Tier.LEVEL_3
    assert after(Deescalated(LATER, Tier.LEVEL_2), at_management()).tier is Tier.LEVEL_2
    assert after(Reprioritised(LATER, Priority.LOW), at_level_3()).priority is Priority.LOW
    assert after(Accepted(LATER), at_management()).accepted_at == LATER
    assert after(Cancelled(LATER), held()).status is Status.CANCELLED


def test_a_hold_of_a_held_ticket_ends_the_one_before() -> None:
    """A7."""
    pauses = after(Held(LATER, HoldReason.AWAITING_VENDOR), held()).pauses

    assert [(pause.started_at, pause.ended_at) for pause in pauses] == [
        (NINE, LATER),
        (LATER, None),
    ]
    assert pauses[1].reason is HoldReason.AWAITING_VENDOR


def test_a_clock_is_never_moved_to_a_later_start() -> None:
    """A23."""
    assert not applies(ClockMoved(LATER, NINE), opened().ticket)
    assert after(ClockMoved(LATER, NINE - minutes(5)), opened()).clock_started_at == NINE - minutes(
        5
    )


def test_only_a_manager_acceptance_is_a_deed() -> None:
    """A19: at a lower tier it ends no reminders."""
    desk = Desk(tier=Tier.LEVEL_2)
    desk.accept(NINE, by=ENGINEER)

    assert not applies(Accepted(LATER), desk.ticket)


def after(deed: Deed, desk: Desk) -> Ticket:
    assert applies(deed, desk.ticket)
    return done(deed, desk.ticket, SOP).ticket


def name(deed: Deed) -> str:
    return type(deed).__name__
