"""A policy written down and read again is the same policy (P5), and nonsense is refused."""

import json
from dataclasses import replace
from datetime import timedelta
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escgraph.domain.errors import InvalidInputError
from escgraph.domain.policy import SOP, Policy, Targets
from escgraph.domain.policy_document import document, policy_of, read_duration, written
from escgraph.domain.terms import Priority

DURATIONS = st.integers(1, 10**8).map(lambda seconds: timedelta(seconds=seconds))


@st.composite
def targets(draw: st.DrawFn) -> Targets:
    respond, second, third, management = sorted(draw(st.tuples(*[DURATIONS] * 4)))
    return Targets(respond, second, draw(st.sampled_from([None, third])), management)


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    return Policy(
        version=draw(st.integers(1, 1000)),
        name=draw(st.text(min_size=1).filter(str.strip)),
        targets=MappingProxyType({priority: draw(targets()) for priority in Priority}),
        hold_cap=draw(DURATIONS),
        backdating_cap=draw(DURATIONS) - timedelta(seconds=1),
        reopening_grace=draw(DURATIONS) - timedelta(seconds=1),
        escalating_reopening=draw(st.integers(1, 9)),
        reminders=tuple(sorted(draw(st.sets(DURATIONS, max_size=3)))),
        review_working_days=draw(st.integers(1, 30)),
        urgent_indicator=draw(st.text(min_size=1).filter(str.strip)),
    )


@given(policies())
def test_a_policy_survives_its_document_exactly(policy: Policy) -> None:
    """P5."""
    assert policy_of(json.loads(json.dumps(document(policy)))) == policy


@given(st.integers(0, 10**9))
def test_a_duration_survives_its_text(seconds: int) -> None:
    duration = timedelta(seconds=seconds)

    assert read_duration(written(duration)) == duration


@pytest.mark.parametrize(
    ("duration", "text"),
    [
        (timedelta(0), "0s"),
        (timedelta(hours=2), "2h"),
        (timedelta(seconds=90), "1m30s"),
        (timedelta(hours=36), "1d12h"),
        (timedelta(days=14), "14d"),
        (timedelta(minutes=15), "15m"),
    ],
)
def test_a_duration_is_written_as_people_write_it(duration: timedelta, text: str) -> None:
    assert written(duration) == text


@pytest.mark.parametrize("duration", [timedelta(seconds=-1), timedelta(seconds=1, microseconds=1)])
def test_a_duration_that_would_not_survive_is_not_written(duration: timedelta) -> None:
    with pytest.raises(InvalidInputError, match="whole seconds"):
        written(duration)


@pytest.mark.parametrize("text", ["", "2", "h", "2 h", "-2h", "2h!", "x2h", "1.5h", "2w"])
def test_a_text_that_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(InvalidInputError, match="is no duration"):
        read_duration(text)


@pytest.mark.parametrize("key", sorted(document(SOP)))
def test_a_document_that_lacks_something_is_refused_by_its_name(key: str) -> None:
    lacking = {name: value for name, value in document(SOP).items() if name != key}

    with pytest.raises(InvalidInputError, match=f"lacks {key}"):
        policy_of(lacking)


@pytest.mark.parametrize(
    "wrong",
    [
        {"targets": None},
        {"targets": {"URGENT": {}}},
        {"targets": {"HIGH": {"respond": "1h"}}},
        {"holdCap": 14},
        {"reminders": 3},
        {"targets": {"HIGH": "1h"}},
    ],
)
def test_a_document_that_cannot_be_read_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidInputError, match="the policy"):
        policy_of({**document(SOP), **wrong})


@pytest.mark.parametrize("nothing", [None, [], "the policy", 3])
def test_what_is_no_document_at_all_is_refused(
    nothing: Any,  # noqa: ANN401 - a wrong type is what is tested
) -> None:
    with pytest.raises(InvalidInputError, match="the policy cannot be read"):
        policy_of(nothing)


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        ({"version": "2"}, "version is no whole number"),
        ({"version": True}, "version is no whole number"),
        ({"escalatingReopening": "three"}, "escalatingReopening is no whole number"),
        ({"reviewWorkingDays": 2.5}, "reviewWorkingDays is no whole number"),
        ({"name": None}, "name is empty or no text"),
        ({"urgentIndicator": None}, "urgentIndicator is empty or no text"),
        ({"holdCap": "3651d"}, "longer than 3650 days"),
        ({"reminders": "1h"}, "is no duration"),
        ({"holdCap": ""}, "is no duration"),
        ({"holdCap": "9999999999999999h"}, "longer than time itself"),
        ({"reminders": ["9" * 20 + "d"]}, "longer than time itself"),
        ({"reminders": ["9" * 5000 + "s"]}, "longer than time itself"),
    ],
)
def test_a_document_with_a_wrong_value_is_refused_by_its_name(
    wrong: dict[str, Any], complaint: str
) -> None:
    """T11."""
    with pytest.raises(InvalidInputError, match=complaint):
        policy_of({**document(SOP), **wrong})


@pytest.mark.parametrize("key", ["respond", "level2", "level3", "management"])
def test_targets_that_lack_one_are_refused_by_its_name(key: str) -> None:
    """T11."""
    targets = document(SOP)["targets"]
    lacking = {name: value for name, value in targets["LOW"].items() if name != key}

    with pytest.raises(InvalidInputError, match=f"lacks {key}"):
        policy_of({**document(SOP), "targets": {**targets, "LOW": lacking}})


def test_a_document_of_an_invalid_policy_is_refused() -> None:
    """T11."""
    backwards = Targets(timedelta(hours=3), timedelta(hours=2), None, timedelta(hours=1))
    policy = replace(SOP, targets=MappingProxyType({**SOP.targets, Priority.LOW: backwards}))

    with pytest.raises(InvalidInputError, match="out of order"):
        policy_of(document(policy))
