"""The table of SOP §6, cell by cell: what falls when, and not a second earlier (T1 to T9)."""

from datetime import UTC, datetime, timedelta

import pytest

from escgraph.domain.terms import DeadlineKind, DeadlineState, Priority, Tier
from tests.domain.desk import SECOND, Desk, hours

MIDNIGHT = datetime(2026, 3, 2, tzinfo=UTC)

CELLS = [
    pytest.param(Priority.HIGH, DeadlineKind.RESPONSE, 1, id="T1"),
    pytest.param(Priority.HIGH, DeadlineKind.LEVEL_2, 2, id="T2"),
    pytest.param(Priority.HIGH, DeadlineKind.MANAGEMENT, 4, id="T3"),
    pytest.param(Priority.MEDIUM, DeadlineKind.RESPONSE, 4, id="T4"),
    pytest.param(Priority.MEDIUM, DeadlineKind.LEVEL_2, 8, id="T5"),
    pytest.param(Priority.MEDIUM, DeadlineKind.MANAGEMENT, 16, id="T6"),
    pytest.param(Priority.LOW, DeadlineKind.RESPONSE, 24, id="T7"),
    pytest.param(Priority.LOW, DeadlineKind.LEVEL_2, 48, id="T8"),
    pytest.param(Priority.LOW, DeadlineKind.MANAGEMENT, 72, id="T9"),
]


def fired(desk: Desk, kind: DeadlineKind) -> bool:
    row = desk.ticket.deadline(kind)
    assert row is not None
    return row.state is DeadlineState.FIRED


@pytest.mark.parametrize(("priority", "kind", "after"), CELLS)
def test_nothing_fires_a_second_early_and_everything_at_its_deadline(
    priority: Priority, kind: DeadlineKind, after: int
) -> None:
    """T1 to T9: opened at 00:00:00."""
    desk = Desk(priority, at=MIDNIGHT)

    desk.live_until(MIDNIGHT + hours(after) - SECOND)
    assert not fired(desk, kind)

    desk.sweep(MIDNIGHT + hours(after))
    assert fired(desk, kind)


@pytest.mark.parametrize(
    ("priority", "level_2", "management"),
    [(Priority.HIGH, 2, 4), (Priority.MEDIUM, 8, 16), (Priority.LOW, 48, 72)],
)
def test_both_rungs_are_counted_from_opening(
    priority: Priority, level_2: int, management: int
) -> None:
    """A1, W3, W4."""
    desk = Desk(priority, at=MIDNIGHT)

    desk.live_until(MIDNIGHT + hours(100))

    assert [(e.from_tier, e.to_tier, e.fired_at) for e in desk.escalations] == [
        (Tier.LEVEL_1, Tier.LEVEL_2, MIDNIGHT + hours(level_2)),
        (Tier.LEVEL_2, Tier.MANAGEMENT, MIDNIGHT + hours(management)),
    ]


def test_an_unattended_high_ticket_reaches_management_in_four_hours() -> None:
    """W3, W4, A4."""
    desk = Desk(Priority.HIGH, at=MIDNIGHT)

    desk.sweep(MIDNIGHT + hours(4))

    assert desk.heard == [
        "TicketOpened",
        "ResponseBreached",
        "TicketEscalated",
        "TicketEscalated",
    ]
    assert desk.ticket.tier is Tier.MANAGEMENT


@pytest.mark.parametrize("wait", [timedelta(0), hours(1), hours(1000)])
def test_a_rung_fires_once_however_often_the_engine_wakes(wait: timedelta) -> None:
    """W3: exactly once."""
    desk = Desk(Priority.HIGH, at=MIDNIGHT)
    desk.live_until(MIDNIGHT + hours(40))

    change = desk.sweep(MIDNIGHT + hours(40) + wait)

    assert change.steps == ()
    assert [e.to_tier for e in desk.escalations] == [Tier.LEVEL_2, Tier.MANAGEMENT]
