"""The SOP's document read back is the policy that it was rendered from (Q5)."""

from dataclasses import replace
from datetime import UTC, datetime
from types import MappingProxyType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from escgraph.documents.html import html
from escgraph.documents.markdown import markdown
from escgraph.documents.sop import sop
from escgraph.documents.sop_reading import from_html, from_markdown
from escgraph.domain.calendar import Calendar
from escgraph.domain.errors import InvalidInputError
from escgraph.domain.policy import SOP, Policy
from escgraph.domain.terms import Priority
from tests.documents.texts import TEXTS
from tests.domain.desk import hours
from tests.domain.policies import holidays_of, whole_policies

JANUARY = datetime(2026, 1, 1, tzinfo=UTC)
MARKDOWN = markdown(sop(SOP, (), in_force=None, at=JANUARY))
WORDS = TEXTS.filter(str.strip)


@st.composite
def policies_that_say_anything(draw: st.DrawFn) -> Policy:
    """Every text in them would like to be markup."""
    policy = draw(whole_policies())
    named = {
        name: new
        for name, new in zip(
            policy.calendars, draw(st.lists(WORDS, min_size=3, unique=True)), strict=False
        )
        if new != "24x7"
    }
    policy = replace(
        policy,
        name=draw(WORDS),
        urgent_indicator=draw(WORDS),
        categories=tuple(replace(one, name=draw(WORDS)) for one in policy.categories),
        references=tuple(
            replace(one, title=title, link=draw(TEXTS), version=draw(TEXTS))
            for one, title in zip(
                policy.references,
                draw(st.lists(WORDS, min_size=3, max_size=3, unique=True)),
                strict=False,
            )
        ),
        routes=tuple(
            replace(one, team=draw(WORDS), component=component)
            for one, component in zip(
                policy.routes,
                draw(st.lists(st.one_of(WORDS, st.just("any")), min_size=3, unique=True)),
                strict=False,
            )
        ),
    )
    if len(named) < len(policy.calendars):
        return policy
    return replace(
        policy,
        calendars={
            named[name]: _renamed(one, named[name], draw(TEXTS))
            for name, one in policy.calendars.items()
        },
        clocks={priority: named[name] for priority, name in policy.clocks.items()},
        review_calendar=None if policy.review_calendar is None else named[policy.review_calendar],
    )


def _renamed(calendar: Calendar, name: str, why: str) -> Calendar:
    return replace(
        calendar,
        name=name,
        closed=tuple(replace(day, name=why) for day in calendar.closed),
    )


@settings(deadline=None)
@given(whole_policies())
def test_a_policy_survives_its_document_in_markdown_and_in_html(policy: Policy) -> None:
    """Q5."""
    document = sop(policy, (), in_force=None, at=JANUARY)

    assert from_markdown(markdown(document), holidays=holidays_of) == policy
    assert from_html(html(document), holidays=holidays_of) == policy


@settings(deadline=None)
@given(policies_that_say_anything())
def test_no_text_of_a_policy_can_bend_its_document(policy: Policy) -> None:
    """Q5."""
    document = sop(policy, (), in_force=None, at=JANUARY)

    assert from_markdown(markdown(document), holidays=holidays_of) == policy
    assert from_html(html(document), holidays=holidays_of) == policy


@pytest.mark.parametrize(
    "policy",
    [
        SOP,
        replace(SOP, references=()),
        replace(SOP, reminders=()),
        replace(SOP, reopening_grace=hours(0), backdating_cap=hours(0)),
    ],
)
def test_the_sop_and_what_it_leaves_out_survive_their_document(policy: Policy) -> None:
    """Q5."""
    document = sop(policy, (), in_force=None, at=JANUARY)

    assert from_markdown(markdown(document), holidays=holidays_of) == policy
    assert from_html(html(document), holidays=holidays_of) == policy


def _read_with(was: str, instead: str) -> Policy:
    """What the SOP's document says after that change."""
    assert was in MARKDOWN
    return from_markdown(MARKDOWN.replace(was, instead), holidays=holidays_of)


def test_a_figure_that_was_changed_in_the_document_is_read_as_changed() -> None:
    before = "| 1 hour | 2 hours | 4 hours | around the clock |"

    read = from_markdown(
        MARKDOWN.replace(before, before.replace("4 hours", "5 hours 30 minutes")),
        holidays=holidays_of,
    )

    higher = replace(SOP.targets[Priority.HIGH], management=hours(5.5))
    targets = MappingProxyType({**SOP.targets, Priority.HIGH: higher})
    assert read == replace(SOP, targets=targets)


def test_a_document_of_figures_that_cannot_be_worked_by_is_refused() -> None:
    """T11."""
    with pytest.raises(InvalidInputError, match="the targets of HIGH are out of order"):
        from_markdown(
            MARKDOWN.replace("| 1 hour | 2 hours |", "| 3 hours | 2 hours |"), holidays=holidays_of
        )


@pytest.mark.parametrize(
    ("was", "instead", "complaint"),
    [
        ("**Limits**", "**Other limits**", 'lacks "Limits"'),
        ("| Version | 1 |\n", "", 'lacks "Version"'),
        ("| Version | 1 |", "| Version | one |", "cannot be read"),
        ("| Initial response |", "| First response |", 'lacks "Initial response"'),
        ("| Any reason | 14 days |\n", "", 'lacks "Any reason"'),
        ("| around the clock |", "| by feeling |", '"by feeling" names no calendar'),
        (
            "| 72 hours | around the clock |",
            "| 72 hours | by the calendar Office |",
            'is the calendar "Office"',
        ),
        ("| 14 days |", "| a fortnight |", '"a fortnight" is no duration'),
        ("| LOW | Minor bug", "| LATER | Minor bug", "cannot be read: 'LATER'"),
    ],
)
def test_a_document_that_lacks_something_is_refused_by_its_name(
    was: str, instead: str, complaint: str
) -> None:
    with pytest.raises(InvalidInputError, match=complaint):
        _read_with(was, instead)


@pytest.mark.parametrize("nothing", ["", "# Title\n", "<html></html>"])
def test_what_is_no_such_document_is_refused(nothing: str) -> None:
    with pytest.raises(InvalidInputError, match="lacks"):
        from_markdown(nothing, holidays=holidays_of)
    with pytest.raises(InvalidInputError, match="lacks"):
        from_html(nothing, holidays=holidays_of)
