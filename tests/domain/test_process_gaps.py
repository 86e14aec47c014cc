"""Where the SOP was not lived by (Q3): what counts as a gap, and what does not."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from escgraph.domain.ladder import LATE
from escgraph.domain.package import Contents
from escgraph.domain.process_gaps import (
    EXAMPLES,
    Escalated,
    Gap,
    GapKind,
    Observed,
    Part,
    Tally,
    gaps,
)
from escgraph.domain.terms import Tier, Trigger

NOON = datetime(2026, 2, 3, 12, tzinfo=UTC)
INSTANT = timedelta(microseconds=1)
NOTHING = Tally(0, 0, ())
WHOLE = Contents(
    actions=True,
    response=True,
    assignee=True,
    stakeholders=True,
    update=True,
    component=True,
    notes=True,
)
IN_ORDER = Escalated(
    ticket=1,
    trigger=Trigger.MANUAL,
    to_tier=Tier.LEVEL_2,
    due_at=NOON,
    fired_at=NOON,
    no_recipient=False,
    contents=WHOLE,
)


def found(kind: GapKind, *escalations: Escalated, tiers: Sequence[Tier] = ()) -> Gap:
    observed = Observed(escalations, NOTHING, NOTHING, NOTHING, tiers)
    (gap,) = (gap for gap in gaps(observed) if gap.kind is kind)
    return gap


def test_every_kind_is_told_also_where_nothing_was_found() -> None:
    """Q3: "none" is an answer, silence is not."""
    told = gaps(Observed([IN_ORDER], NOTHING, NOTHING, NOTHING, ()))
    assert [gap.kind for gap in told] == list(GapKind)
    assert [gap.count for gap in told] == [0] * len(GapKind)


@pytest.mark.parametrize(
    ("trigger", "count"), [(Trigger.DEADLINE, 1), (Trigger.MANUAL, 0), (Trigger.REOPENED, 0)]
)
def test_a_rung_is_breached_by_a_deadline_and_not_by_hand(trigger: Trigger, count: int) -> None:
    """Q3, A15."""
    gap = found(GapKind.RUNG_BREACHED, replace(IN_ORDER, trigger=trigger))
    assert (gap.count, gap.of) == (count, 1)


@pytest.mark.parametrize(
    ("after", "count"), [(timedelta(0), 0), (LATE, 0), (LATE + INSTANT, 1), (timedelta(hours=3), 1)]
)
def test_an_escalation_fired_late_where_an_engine_missed_it(after: timedelta, count: int) -> None:
    """Q3: up to `LATE` an engine that runs may take."""
    fired = replace(IN_ORDER, trigger=Trigger.DEADLINE, fired_at=NOON + after)
    assert found(GapKind.FIRED_LATE, fired).count == count


def test_an_incomplete_package_says_what_it_lacks_the_most_frequent_first() -> None:
    """Q3, C3."""
    gap = found(
        GapKind.INCOMPLETE_PACKAGE,
        IN_ORDER,
        replace(IN_ORDER, ticket=2, contents=replace(WHOLE, notes=False)),
        replace(IN_ORDER, ticket=3, contents=replace(WHOLE, actions=False, notes=False)),
    )
    parts = (Part("notes", 2), Part("troubleshooting actions", 1))
    assert gap == Gap(GapKind.INCOMPLETE_PACKAGE, 2, 3, (2, 3), parts)


def test_a_tier_that_nobody_worked_at_is_counted_by_name() -> None:
    """Q3, A22."""
    gap = found(GapKind.NOBODY_TOLD, IN_ORDER, replace(IN_ORDER, ticket=4, no_recipient=True))
    assert gap == Gap(GapKind.NOBODY_TOLD, 1, 2, (4,), (Part("LEVEL_2", 1),))


def test_a_tier_without_people_is_a_gap_also_where_nothing_was_escalated() -> None:
    """Q3."""
    gap = found(GapKind.TIER_WITHOUT_PEOPLE, tiers=[Tier.LEVEL_3])
    assert gap == Gap(GapKind.TIER_WITHOUT_PEOPLE, 1, 4, (), (Part("LEVEL_3", 1),))


def test_an_escalation_that_no_stakeholder_heard_of_is_a_gap() -> None:
    """Q3."""
    alone = replace(IN_ORDER, ticket=5, contents=replace(WHOLE, stakeholders=False))
    assert found(GapKind.NO_STAKEHOLDERS, IN_ORDER, alone).tickets == (5,)


def test_a_ticket_that_shows_a_gap_twice_is_named_once_and_some_are_enough() -> None:
    twice = [replace(IN_ORDER, trigger=Trigger.DEADLINE)] * 2
    others = [replace(twice[0], ticket=number) for number in range(2, 10)]
    gap = found(GapKind.RUNG_BREACHED, *twice, *others)
    assert gap.count == 10
    assert gap.tickets == (1, 2, 3, 4, 5)
    assert len(gap.tickets) == EXAMPLES


def test_what_was_counted_elsewhere_is_passed_on() -> None:
    """Q3: late first responses, reviews that are missing or overdue."""
    late, missing, overdue = (Tally(n, 9, (n,)) for n in (1, 2, 3))
    told = {gap.kind: gap for gap in gaps(Observed([], late, missing, overdue, ()))}
    assert told[GapKind.RESPONSE_BREACHED] == Gap(GapKind.RESPONSE_BREACHED, 1, 9, (1,))
    assert told[GapKind.REVIEW_MISSING] == Gap(GapKind.REVIEW_MISSING, 2, 9, (2,))
    assert told[GapKind.REVIEW_OVERDUE] == Gap(GapKind.REVIEW_OVERDUE, 3, 9, (3,))
