"""The words of the SOP: their order, and moments that say where they are."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from escgraph.domain.terms import LIVE, RANK, DeadlineKind, Status, Tier, utc


def test_the_tiers_sort_in_climbing_order() -> None:
    """A5."""
    assert sorted(Tier, reverse=True) == [
        Tier.MANAGEMENT,
        Tier.LEVEL_3,
        Tier.LEVEL_2,
        Tier.LEVEL_1,
    ]


def test_only_open_tickets_climb() -> None:
    """A3."""
    assert {Status.OPEN, Status.IN_PROGRESS, Status.ON_HOLD} == LIVE


def test_on_one_moment_the_response_comes_first_then_the_end_of_a_hold_then_the_rungs() -> None:
    assert sorted(DeadlineKind, key=RANK.__getitem__) == [
        DeadlineKind.RESPONSE,
        DeadlineKind.HOLD_CAP,
        DeadlineKind.LEVEL_2,
        DeadlineKind.LEVEL_3,
        DeadlineKind.MANAGEMENT,
        DeadlineKind.REMINDER_1,
        DeadlineKind.REMINDER_2,
        DeadlineKind.REMINDER_3,
    ]


def test_a_moment_is_told_in_utc() -> None:
    berlin = datetime(2026, 3, 2, 9, 0, tzinfo=timezone(timedelta(hours=1)))

    assert utc(berlin).isoformat() == "2026-03-02T08:00:00+00:00"
    assert utc(berlin).tzinfo is UTC


def test_a_moment_without_an_offset_is_refused() -> None:
    with pytest.raises(ValueError, match="has no offset"):
        utc(datetime(2026, 3, 2, 9, 0))  # noqa: DTZ001 - the naive moment is the point
