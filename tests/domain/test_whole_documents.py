"""A policy with everything it may have, as a document (P5): nothing is lost, little is written."""

import json
from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from hypothesis import given, settings

from escgraph.domain.calendar import ALL_DAY, Calendar, Holiday, Region, Window
from escgraph.domain.calendar_document import day_of, window_of, window_text
from escgraph.domain.catalogue import Category, Recurrence, Reference, Route
from escgraph.domain.errors import InvalidInputError
from escgraph.domain.policy import SOP, Policy, validate
from escgraph.domain.policy_document import (
    REQUIRED,
    document,
    policy_of,
    restored,
    stored,
    whole_document,
)
from escgraph.domain.terms import HoldReason, Priority
from tests.domain.desk import days, hours
from tests.domain.policies import HOLIDAYS, holidays_of, whole_policies

OFFICE = Calendar("office", "Europe/Berlin", regions=(Region("DE", "BE"),))


@settings(deadline=None)
@given(whole_policies())
def test_a_policy_with_everything_survives_its_document(policy: Policy) -> None:
    """P5."""
    read = policy_of(json.loads(json.dumps(document(policy))), holidays=holidays_of)

    assert read == policy


@settings(deadline=None)
@given(whole_policies())
def test_a_stored_policy_is_restored_with_the_days_that_it_knew(policy: Policy) -> None:
    """P5: no library is asked when a version is read again, so none can change it."""
    figures, kept = json.loads(json.dumps(stored(policy)))

    assert restored(figures, kept) == policy


def test_a_policy_that_was_stored_without_days_is_restored() -> None:
    """The database of the version before kept none."""
    assert restored(document(SOP), None) == SOP


def test_a_document_leaves_out_what_is_as_in_the_sop() -> None:
    assert tuple(document(SOP)) == REQUIRED
    assert set(document(replace(SOP, zone="Europe/Berlin"))) == {*REQUIRED, "zone"}
    assert set(whole_document(SOP)) > set(REQUIRED)


def test_the_holidays_of_a_region_that_nobody_gave_are_not_guessed() -> None:
    policy = replace(SOP, calendars={"office": OFFICE})

    with pytest.raises(InvalidInputError, match="DE-BE are not known") as refused:
        policy_of(document(policy))
    assert refused.value.field == ("calendars", "office", "holidays", "0")


def test_a_day_that_two_regions_keep_is_closed_once() -> None:
    both = replace(OFFICE, regions=(Region("DE"), Region("DE", "BE")))

    read = policy_of(document(replace(SOP, calendars={"office": both})), holidays=holidays_of)

    assert [holiday.day for holiday in read.calendars["office"].holidays] == [
        date(2026, 1, 1),
        date(2026, 3, 8),
        date(2026, 10, 3),
    ]
    assert len(HOLIDAYS[Region("DE")]) == len(HOLIDAYS[Region("DE", "BE")]) == 2


@pytest.mark.parametrize(
    ("window", "text"),
    [
        (Window(time(9), time(12)), "09:00-12:00"),
        (Window(time(0), None), "00:00-24:00"),
        (Window(time(22, 30), time(23, 59, 59)), "22:30-23:59:59"),
    ],
)
def test_a_window_is_written_as_people_write_it(window: Window, text: str) -> None:
    assert window_text(window) == text
    assert window_of(text) == window


@pytest.mark.parametrize(
    "text", ["", "9-12", "09:00", "09:00 - 12:00", "24:00-25:00", "09:60-10:00", "09:00-24:01"]
)
def test_a_text_that_is_no_window_is_refused(text: str) -> None:
    with pytest.raises(InvalidInputError, match="is no window"):
        window_of(text)


@pytest.mark.parametrize(
    "text", ["", "tomorrow", "2026-02-29", "20261224", "2026-W01-1", "2026-1-1"]
)
def test_a_text_that_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(InvalidInputError, match="is no day"):
        day_of(text)


ROUTE = Route("minor-bug", None, "Apps", None)


@pytest.mark.parametrize(
    ("policy", "field", "complaint"),
    [
        (replace(SOP, categories=()), "categories", "no category"),
        (
            replace(SOP, categories=(Category("a b", "A", Priority.LOW),)),
            "categories.0.key",
            "is no key of a category",
        ),
        (
            replace(SOP, categories=(*SOP.categories, replace(SOP.categories[0], name="Again"))),
            "categories.6",
            "system-outage stands there twice",
        ),
        (
            replace(SOP, categories=(Category("a", " ", Priority.LOW),)),
            "categories.0.name",
            "the name is empty",
        ),
        (
            replace(SOP, routes=(replace(ROUTE, category="x"),)),
            "routes.0.category",
            "does not list",
        ),
        (replace(SOP, routes=(replace(ROUTE, team=""),)), "routes.0.team", "the team is empty"),
        (replace(SOP, routes=(replace(ROUTE, component=" "),)), "routes.0.component", "is empty"),
        (replace(SOP, routes=(replace(ROUTE, owner="me"),)), "routes.0.owner", "no e-mail"),
        (
            replace(SOP, routes=(ROUTE, replace(ROUTE, team="Other"))),
            "routes.1",
            "category and component minor-bug and any stands there twice",
        ),
        (replace(SOP, references=(Reference("", "", ""),)), "references.0.title", "is empty"),
        (
            replace(SOP, references=(Reference("A", "", ""), Reference("A", "x", "2"))),
            "references.1",
            "twice",
        ),
        (replace(SOP, recurrence=Recurrence(1, days(90))), "recurrence.tickets", "at least twice"),
        (replace(SOP, recurrence=Recurrence(3, days(0))), "recurrence.within", "above zero"),
        (replace(SOP, recurrence=Recurrence(3, days(3651))), "recurrence.within", "3650 days"),
        (
            replace(SOP, hold_caps={HoldReason.CHANGE_WINDOW: hours(0)}),
            "holdCaps.CHANGE_WINDOW",
            "hold cap for CHANGE_WINDOW is not above",
        ),
        (
            replace(SOP, update_cadence={Priority.LOW: hours(0)}),
            "updateCadence.LOW",
            "cadence of LOW is not above",
        ),
        (
            replace(SOP, update_cadence={Priority.HIGH: days(3651)}),
            "updateCadence.HIGH",
            "3650 days",
        ),
        (replace(SOP, zone="Europe"), "zone", "no time zone"),
        (replace(SOP, zone="europe/berlin"), "zone", "did you mean Europe/Berlin"),
        (replace(SOP, calendars={"24x7": OFFICE}), "calendars.24x7", "no calendar may be called"),
        (
            replace(SOP, calendars={"office": replace(OFFICE, zone="Berlin")}),
            "calendars.office.zone",
            "no time zone",
        ),
        (replace(SOP, clocks={Priority.LOW: "office"}), "clocks.LOW", "does not have .none."),
        (replace(SOP, review_calendar="office"), "reviewCalendar", "the clock of reviews"),
    ],
)
def test_a_policy_that_contradicts_itself_is_refused_by_the_place(
    policy: Policy, field: str, complaint: str
) -> None:
    """T11, A6, A7, A24, F1, P3, Q2, R4."""
    with pytest.raises(InvalidInputError, match=complaint) as refused:
        validate(policy)
    assert ".".join(refused.value.field) == field


@pytest.mark.parametrize(
    "policy",
    [
        replace(SOP, routes=(ROUTE, replace(ROUTE, category=None), replace(ROUTE, component="x"))),
        replace(SOP, references=()),
        replace(SOP, update_cadence={}),
        replace(SOP, recurrence=Recurrence(2, timedelta(seconds=1))),
        replace(SOP, recurrence=Recurrence(2, days(3650))),
        replace(SOP, hold_caps={HoldReason.CHANGE_WINDOW: timedelta(seconds=1)}),
        replace(
            SOP,
            calendars={"office": replace(OFFICE, week=ALL_DAY)},
            clocks={Priority.LOW: "office"},
            review_calendar="office",
        ),
        replace(SOP, calendars={"office": replace(OFFICE, closed=(Holiday(date.max, ""),))}),
    ],
)
def test_a_policy_may_have_all_that_it_needs(policy: Policy) -> None:
    assert validate(policy) is policy
