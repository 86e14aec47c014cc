"""The policy as data: the SOP's own figures, what follows from them, and what is refused."""

from dataclasses import replace
from datetime import timedelta
from types import MappingProxyType
from typing import Any

import pytest

from escgraph.domain.errors import InvalidInputError
from escgraph.domain.policy import CATEGORIES, LONGEST, SOP, Policy, Targets, validate
from escgraph.domain.terms import Priority, Tier
from tests.domain.desk import days, hours, minutes

ZERO = timedelta(0)


def with_targets(targets: Targets, priority: Priority = Priority.HIGH) -> Policy:
    return replace(SOP, targets=MappingProxyType({**SOP.targets, priority: targets}))


@pytest.mark.parametrize(
    ("priority", "respond", "level_2", "management"),
    [
        (Priority.HIGH, 1, 2, 4),
        (Priority.MEDIUM, 4, 8, 16),
        (Priority.LOW, 24, 48, 72),
    ],
)
def test_the_default_policy_is_the_table_of_the_sop(
    priority: Priority, respond: int, level_2: int, management: int
) -> None:
    """T1 to T9."""
    targets = SOP.targets[priority]

    assert targets == Targets(hours(respond), hours(level_2), None, hours(management))


@pytest.mark.parametrize(
    ("priority", "after"), [(Priority.HIGH, 2), (Priority.MEDIUM, 8), (Priority.LOW, 24)]
)
def test_what_the_second_level_has_is_derived(priority: Priority, after: int) -> None:
    """W2: [X] is the LEVEL_2 target, [Y] is MANAGEMENT minus LEVEL_2."""
    assert SOP.targets[priority].assessment == hours(after)


def test_the_default_policy_says_what_was_decided_beside_the_table() -> None:
    """A1, A7, A19, A20, C4, D3."""
    assert SOP.backdating_cap == days(7)
    assert SOP.hold_cap == days(14)
    assert SOP.reminders == (hours(1), hours(4), hours(24))
    assert SOP.reopening_grace == minutes(15)
    assert SOP.escalating_reopening == 3
    assert SOP.review_working_days == 5
    assert SOP.urgent_indicator
    assert SOP.version == 1


def test_the_default_policy_is_valid() -> None:
    assert validate(SOP) is SOP


def test_the_third_level_is_a_rung_only_where_the_policy_has_one() -> None:
    """A5."""
    without = Targets(hours(1), hours(2), None, hours(4))
    between = Targets(hours(1), hours(2), hours(3), hours(4))

    assert [tier for tier, _ in without.rungs] == [Tier.LEVEL_2, Tier.MANAGEMENT]
    assert between.rungs == (
        (Tier.LEVEL_2, hours(2)),
        (Tier.LEVEL_3, hours(3)),
        (Tier.MANAGEMENT, hours(4)),
    )


def test_every_priority_counts_around_the_clock() -> None:
    assert {SOP.calendar(priority).name for priority in Priority} == {"24x7"}


def test_the_six_examples_suggest_their_priority() -> None:
    """T10, P3."""
    assert [(c.key, c.suggested_priority) for c in CATEGORIES] == [
        ("system-outage", Priority.HIGH),
        ("security-issue", Priority.HIGH),
        ("feature-not-working", Priority.MEDIUM),
        ("degraded-performance", Priority.MEDIUM),
        ("minor-bug", Priority.LOW),
        ("cosmetic-issue", Priority.LOW),
    ]


@pytest.mark.parametrize("priority", list(Priority))
@pytest.mark.parametrize(
    "targets",
    [
        pytest.param(Targets(hours(3), hours(2), None, hours(4)), id="response after LEVEL_2"),
        pytest.param(Targets(hours(1), hours(5), None, hours(4)), id="LEVEL_2 after MANAGEMENT"),
        pytest.param(Targets(hours(1), hours(3), hours(2), hours(4)), id="LEVEL_3 before LEVEL_2"),
        pytest.param(
            Targets(hours(1), hours(2), hours(5), hours(4)), id="LEVEL_3 after MANAGEMENT"
        ),
        pytest.param(Targets(ZERO, hours(2), None, hours(4)), id="no time to respond"),
        pytest.param(Targets(-hours(1), hours(2), None, hours(4)), id="negative"),
    ],
)
def test_targets_out_of_order_are_refused(priority: Priority, targets: Targets) -> None:
    """T11: response ≤ LEVEL_2 ≤ (LEVEL_3) ≤ MANAGEMENT for each priority."""
    with pytest.raises(InvalidInputError, match=priority):
        validate(with_targets(targets, priority))


def test_targets_that_fall_together_are_in_order() -> None:
    """T11: ≤, not <."""
    together = with_targets(Targets(hours(1), hours(1), hours(1), hours(1)))

    assert validate(together) is together


def test_the_shortest_response_target_is_above_zero() -> None:
    """T11."""
    tight = with_targets(Targets(timedelta(microseconds=1), hours(1), None, hours(2)))

    assert validate(tight) is tight


@pytest.mark.parametrize("priority", list(Priority))
def test_a_policy_that_forgets_a_priority_is_refused(priority: Priority) -> None:
    """T11: for each priority."""
    targets = {other: SOP.targets[other] for other in Priority if other is not priority}

    with pytest.raises(InvalidInputError, match=f"no targets for {priority}"):
        validate(replace(SOP, targets=targets))


@pytest.mark.parametrize(
    ("policy", "complaint"),
    [
        (replace(SOP, hold_cap=ZERO), "hold cap"),
        (replace(SOP, backdating_cap=-minutes(1)), "back-dating cap"),
        (replace(SOP, reopening_grace=-minutes(1)), "reopening grace"),
        (replace(SOP, reminders=(hours(1),) * 2), "each later"),
        (replace(SOP, reminders=(hours(2), hours(1))), "each later"),
        (replace(SOP, reminders=tuple(hours(n) for n in (1, 2, 3, 4))), "three at most"),
        (replace(SOP, reminders=(ZERO, hours(1))), "reminder is not above zero"),
    ],
)
def test_a_policy_that_cannot_be_worked_by_is_refused(policy: Policy, complaint: str) -> None:
    """T11."""
    with pytest.raises(InvalidInputError, match=complaint):
        validate(policy)


@pytest.mark.parametrize(
    "policy",
    [
        replace(SOP, hold_cap=timedelta(seconds=1)),
        replace(SOP, backdating_cap=ZERO, reopening_grace=ZERO),
        replace(SOP, version=1, escalating_reopening=1, review_working_days=1),
        replace(SOP, reminders=()),
        replace(SOP, reminders=(timedelta(seconds=1),)),
    ],
)
def test_a_strict_policy_is_still_a_policy(policy: Policy) -> None:
    assert validate(policy) is policy


@pytest.mark.parametrize(("days", "allowed"), [(366, True), (367, False), (10**9, False)])
def test_a_review_waits_a_year_of_working_days_at_most(days: int, *, allowed: bool) -> None:
    """D3: what is due behind the year 9999 could not be stored, and nothing could be resolved."""
    policy = replace(SOP, review_working_days=days)

    if allowed:
        assert validate(policy) is policy
    else:
        with pytest.raises(InvalidInputError, match="reviewWorkingDays is above 366"):
            validate(policy)


@pytest.mark.parametrize("count", [0, -1, True, 1.0, "1", None])
@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("version", "version"),
        ("escalating_reopening", "escalatingReopening"),
        ("review_working_days", "reviewWorkingDays"),
    ],
)
def test_what_is_counted_is_a_whole_number_from_one_on(
    name: str,
    said: str,
    count: Any,  # noqa: ANN401 - a wrong type is what is tested
) -> None:
    """T11."""
    with pytest.raises(InvalidInputError, match=f"^{said} is no whole number from 1 on"):
        validate(replace(SOP, **{name: count}))


@pytest.mark.parametrize("text", ["", " \t", None, 3])
@pytest.mark.parametrize(
    ("name", "said"), [("name", "name"), ("urgent_indicator", "urgentIndicator")]
)
def test_what_people_read_is_text_and_not_empty(
    name: str,
    said: str,
    text: Any,  # noqa: ANN401 - a wrong type is what is tested
) -> None:
    """T11, and C4 for the indicator."""
    with pytest.raises(InvalidInputError, match=f"^{said} is empty or no text"):
        validate(replace(SOP, **{name: text}))


def with_duration(name: str, length: timedelta) -> Policy:
    if name == "management":
        return with_targets(Targets(hours(1), hours(2), None, length))
    if name == "level_3":
        return with_targets(Targets(hours(1), hours(2), length, length))
    return replace(SOP, **{name: (length,) if name == "reminders" else length})  # type: ignore[arg-type]  # the name decides


@pytest.mark.parametrize(
    "name",
    ["hold_cap", "backdating_cap", "reopening_grace", "reminders", "management", "level_3"],
)
def test_no_duration_is_longer_than_a_calendar_can_carry(name: str) -> None:
    """T11, P1: what could not be armed would forget its ticket."""
    longest = with_duration(name, LONGEST)

    assert validate(longest) is longest
    with pytest.raises(InvalidInputError, match="longer than 3650 days"):
        validate(with_duration(name, LONGEST + timedelta(seconds=1)))
