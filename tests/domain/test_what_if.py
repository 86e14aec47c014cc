"""Two policies beside each other: how outcomes add up, and which tickets differ."""

from datetime import timedelta

import pytest

from escgraph.domain.course import Course, Missed, Rung
from escgraph.domain.figures import Spread
from escgraph.domain.history import History
from escgraph.domain.terms import Priority, Tier, Trigger
from escgraph.domain.what_if import Comparison, Difference, Outcome, spread
from tests.domain.desk import NINE, hours

QUIET = Course(None, (), 0)


def a_ticket(
    name: str, priority: Priority = Priority.MEDIUM, category: str = "minor-bug"
) -> History:
    return History(name, priority, category, Tier.LEVEL_1, NINE, NINE, 1, ())


def rung(
    tier: Tier, *, trigger: Trigger = Trigger.DEADLINE, after: int = 8, late: int | None = None
) -> Rung:
    due_at = NINE + hours(after)
    return Rung(tier, trigger, due_at, None if late is None else due_at + hours(late))


def climbed(*tiers: Tier) -> Course:
    return Course(None, tuple(rung(tier) for tier in tiers), 0)


def outcome(*courses: Course) -> Outcome:
    """What one policy made of that many tickets."""
    comparison = Comparison()
    for course in courses:
        comparison.add(a_ticket("ESC-000001"), was=QUIET, would_be=course)
    return comparison.result().all.would_be


def test_nothing_that_happened_is_no_outcome() -> None:
    assert Comparison().result().all.was == Outcome(0, {}, 0, None, None)


def test_breaches_rungs_and_reminders_add_up() -> None:
    """Q5."""
    missed = Missed(NINE, NINE + hours(1))
    both = (rung(Tier.LEVEL_2), rung(Tier.MANAGEMENT))
    reopened = rung(Tier.LEVEL_2, trigger=Trigger.REOPENED)

    found = outcome(Course(missed, both, 2), Course(None, (reopened,), 1), Course(missed, (), 0))

    assert (found.response_breaches, found.reminders) == (2, 3)
    assert found.rungs == {
        (Tier.LEVEL_2, Trigger.DEADLINE): 1,
        (Tier.LEVEL_2, Trigger.REOPENED): 1,
        (Tier.MANAGEMENT, Trigger.DEADLINE): 1,
    }


def test_who_never_answered_or_resolved_has_no_lateness() -> None:
    """P4."""
    never = Course(Missed(NINE, None), (rung(Tier.LEVEL_2),), 0)
    late = Course(Missed(NINE, NINE + hours(3)), (rung(Tier.LEVEL_2, late=5),), 0)

    found = outcome(never, late)

    assert found.response_breaches == 2
    assert found.response_lateness == Spread(1, hours(3), hours(3))
    assert found.resolution_lateness == Spread(1, hours(5), hours(5))


def test_a_resolution_is_late_by_the_first_rung_that_a_deadline_fired() -> None:
    """P4: not by a reopening, which is no deadline, and once for each ticket."""
    reopened = rung(Tier.LEVEL_2, trigger=Trigger.REOPENED, after=1, late=9)
    rungs = (
        reopened,
        rung(Tier.LEVEL_3, after=2, late=7),
        rung(Tier.MANAGEMENT, after=4, late=5),
    )

    assert outcome(Course(None, rungs, 0)).resolution_lateness == Spread(1, hours(7), hours(7))
    assert outcome(Course(None, (reopened,), 0)).resolution_lateness is None


def test_tickets_are_grouped_by_priority_by_category_and_by_both() -> None:
    """Q5."""
    comparison = Comparison()
    for name, priority, category in (
        ("1", Priority.LOW, "outage"),
        ("2", Priority.HIGH, "outage"),
        ("3", Priority.HIGH, "bug"),
    ):
        comparison.add(a_ticket(name, priority, category), was=QUIET, would_be=QUIET)

    groups = [(one.priority, one.category, one.tickets) for one in comparison.result().compared]

    assert groups == [
        (None, None, 3),
        (Priority.HIGH, None, 2),
        (Priority.LOW, None, 1),
        (None, "bug", 1),
        (None, "outage", 2),
        (Priority.HIGH, "bug", 1),
        (Priority.HIGH, "outage", 1),
        (Priority.LOW, "outage", 1),
    ]


def test_tickets_that_reach_a_tier_under_one_policy_only_are_named() -> None:
    """Q5: with the tiers; by whatever trigger one that was reached is no difference."""
    comparison = Comparison()
    both, second = climbed(Tier.LEVEL_2, Tier.MANAGEMENT), climbed(Tier.LEVEL_2)
    reopened = Course(None, (rung(Tier.LEVEL_2, trigger=Trigger.REOPENED),), 0)
    comparison.add(a_ticket("further"), was=second, would_be=both)
    comparison.add(a_ticket("at all"), was=QUIET, would_be=both)
    comparison.add(a_ticket("less far"), was=both, would_be=second)
    comparison.add(a_ticket("the same"), was=both, would_be=both)
    comparison.add(a_ticket("otherwise"), was=reopened, would_be=second)

    found = comparison.result()

    def named(name: str, *tiers: Tier) -> Difference:
        return Difference(name, Priority.MEDIUM, "minor-bug", tiers)

    assert found.would_escalate == (
        named("further", Tier.MANAGEMENT),
        named("at all", Tier.LEVEL_2, Tier.MANAGEMENT),
    )
    assert found.would_not == (named("less far", Tier.MANAGEMENT),)


@pytest.mark.parametrize(
    ("durations", "median", "p90"),
    [([5], 5, 5), ([1, 3], 2, 2.8), ([3, 1, 2], 2, 2.8), (range(11), 5, 9)],
)
def test_a_percentile_between_two_durations_is_taken_linearly(
    durations: list[int], median: float, p90: float
) -> None:
    """As the trends take it."""
    found = spread([timedelta(hours=count) for count in durations])

    assert found == Spread(len(durations), hours(median), hours(p90))


def test_there_is_no_percentile_of_nothing() -> None:
    assert spread([]) is None
