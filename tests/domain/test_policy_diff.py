"""What a new policy changes, said so that a manager can decide on it (Q5)."""

from dataclasses import fields, replace
from datetime import date, time, timedelta
from types import MappingProxyType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from escgraph.domain.calendar import Calendar, Holiday, Region, Window
from escgraph.domain.catalogue import Category, Recurrence, Reference, Route
from escgraph.domain.policy import SOP, Policy
from escgraph.domain.policy_diff import COMPARED, differences
from escgraph.domain.terms import HoldReason, Priority
from tests.domain.desk import days, hours, minutes
from tests.domain.policies import whole_policies

NINE_TO_FIVE = (Window(time(9), time(17)),)
SPLIT = (Window(time(9), time(12)), Window(time(13), time(17)))
OFFICE = Calendar("office", "Europe/Berlin", (*(NINE_TO_FIVE,) * 5, (), ()))
WITH_OFFICE = replace(SOP, calendars={"office": OFFICE})
FIELDS = [field.name for field in fields(Policy) if field.name != "version"]


def with_high(**changes: timedelta | None) -> Policy:
    targets = replace(SOP.targets[Priority.HIGH], **changes)  # type: ignore[arg-type]  # the names decide
    return replace(SOP, targets=MappingProxyType({**SOP.targets, Priority.HIGH: targets}))


def with_calendar(**changes: object) -> Policy:
    return replace(SOP, calendars={"office": replace(OFFICE, **changes)})  # type: ignore[arg-type]  # the same


def said(before: Policy, after: Policy) -> list[str]:
    return [difference.words for difference in differences(before, after)]


def test_every_field_of_a_policy_but_its_number_is_compared() -> None:
    """Q5: what nobody compares, nobody would be told of."""
    assert set(COMPARED) == set(FIELDS)


@settings(deadline=None)
@given(whole_policies(), whole_policies(), st.sampled_from(FIELDS))
def test_a_field_that_differs_is_told_and_one_that_does_not_is_not(
    policy: Policy, other: Policy, name: str
) -> None:
    """Q5, field by field."""
    changed = replace(policy, **{name: getattr(other, name)})

    assert bool(differences(policy, changed)) is (changed != policy)


@settings(deadline=None)
@given(whole_policies(), whole_policies())
def test_what_was_before_is_after_from_the_other_side(policy: Policy, other: Policy) -> None:
    there = {(one.path, one.before, one.after) for one in differences(policy, other)}
    back = {(one.path, one.after, one.before) for one in differences(other, policy)}

    assert there == back


@settings(deadline=None)
@given(whole_policies(), st.integers(1, 9))
def test_a_number_alone_is_no_difference(policy: Policy, version: int) -> None:
    assert differences(policy, replace(policy, version=version)) == ()


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (
            SOP,
            with_high(level_2=minutes(90)),
            "HIGH: escalates to LEVEL_2 after 1h30m instead of 2h",
        ),
        (
            SOP,
            with_high(respond=minutes(30)),
            "HIGH: the first response is due after 30m instead of 1h",
        ),
        (
            SOP,
            with_high(level_3=hours(3)),
            "HIGH: escalates to LEVEL_3 after 3h, which it did not before",
        ),
        (
            with_high(level_3=hours(3)),
            SOP,
            "HIGH: escalates to LEVEL_3 no longer; it did after 3h",
        ),
        (
            SOP,
            with_high(management=hours(3)),
            "HIGH: escalates to MANAGEMENT after 3h instead of 4h",
        ),
        (SOP, replace(SOP, name="Ours"), f'It is called "Ours" instead of "{SOP.name}"'),
        (
            SOP,
            replace(SOP, urgent_indicator="!!"),
            "What is urgent is marked !! instead of [URGENT]",
        ),
        (
            SOP,
            replace(SOP, zone="Asia/Tokyo"),
            "Days and quarters go by the time of Asia/Tokyo instead of UTC",
        ),
        (
            WITH_OFFICE,
            replace(WITH_OFFICE, clocks={Priority.LOW: "office"}),
            "LOW: its time counts in the hours of the calendar office instead of around the clock",
        ),
        (SOP, WITH_OFFICE, "The calendar office is new"),
        (WITH_OFFICE, SOP, "The calendar office is gone"),
        (
            WITH_OFFICE,
            with_calendar(week=(*(NINE_TO_FIVE,) * 6, ())),
            "The calendar office is open on Saturday 09:00-17:00 now",
        ),
        (
            WITH_OFFICE,
            with_calendar(week=((), *(NINE_TO_FIVE,) * 4, (), ())),
            "The calendar office is closed on Monday now; it was open 09:00-17:00",
        ),
        (
            WITH_OFFICE,
            with_calendar(week=(SPLIT, *(NINE_TO_FIVE,) * 4, (), ())),
            "The calendar office is open on Monday 09:00-12:00, 13:00-17:00 instead of 09:00-17:00",
        ),
        (
            WITH_OFFICE,
            with_calendar(zone="Europe/Paris"),
            "The calendar office goes by the time of Europe/Paris instead of Europe/Berlin",
        ),
        (
            WITH_OFFICE,
            with_calendar(regions=(Region("DE", "BE"),), holidays=(Holiday(date(2026, 3, 8), ""),)),
            "The calendar office is closed on the public holidays of DE-BE instead of none",
        ),
        (
            WITH_OFFICE,
            with_calendar(holidays=(Holiday(date(2026, 3, 8), "Women's Day"),)),
            "The calendar office is closed on the public holiday 2026-03-08 (Women's Day) now",
        ),
        (
            with_calendar(closed=(Holiday(date(2026, 12, 24), ""),)),
            WITH_OFFICE,
            "The calendar office is closed on 2026-12-24 no longer",
        ),
        (SOP, replace(SOP, hold_cap=days(7)), "A hold lasts 7d at most instead of 14d"),
        (
            SOP,
            replace(SOP, hold_caps={HoldReason.AWAITING_VENDOR: days(30)}),
            "A hold for AWAITING_VENDOR lasts 30d at most instead of as long as any other",
        ),
        (
            SOP,
            replace(SOP, update_cadence={**SOP.update_cadence, Priority.HIGH: minutes(30)}),
            "HIGH: stakeholders are told every 30m instead of every 1h",
        ),
        (
            SOP,
            replace(
                SOP,
                update_cadence={
                    Priority.HIGH: hours(1),
                    Priority.MEDIUM: hours(4),
                },
            ),
            "LOW: stakeholders are told in no fixed rhythm instead of every 1d",
        ),
        (
            SOP,
            replace(SOP, backdating_cap=days(1)),
            "A ticket may be dated back by 1d at most instead of 7d",
        ),
        (
            SOP,
            replace(SOP, reopening_grace=minutes(5)),
            "After a reopening nothing escalates for 5m instead of 15m",
        ),
        (
            SOP,
            replace(SOP, escalating_reopening=2),
            "Reopening number 2 escalates by itself instead of number 3",
        ),
        (
            SOP,
            replace(SOP, reminders=()),
            "Management is never reminded instead of after 1h, 4h, 1d",
        ),
        (
            SOP,
            replace(SOP, review_working_days=3),
            "A post-issue review is due within 3 working days instead of 5",
        ),
        (
            WITH_OFFICE,
            replace(WITH_OFFICE, review_calendar="office"),
            "Working days are those of office instead of Monday to Friday",
        ),
        (
            SOP,
            replace(SOP, recurrence=Recurrence(5, days(90))),
            "An issue recurs from 5 tickets on instead of 3",
        ),
        (
            SOP,
            replace(SOP, recurrence=Recurrence(3, days(30))),
            "An issue recurs within 30d instead of 90d",
        ),
        (
            SOP,
            replace(SOP, categories=(*SOP.categories, Category("vpn", "VPN", Priority.HIGH))),
            "The category VPN is new and suggests HIGH",
        ),
        (SOP, replace(SOP, categories=SOP.categories[1:]), "The category System outage is gone"),
        (
            SOP,
            replace(SOP, categories=SOP.categories[::-1]),
            "The categories stand in another order",
        ),
        (
            replace(SOP, categories=(Category("vpn", "VPN", Priority.HIGH),)),
            replace(SOP, categories=(Category("vpn", "VPN", Priority.LOW),)),
            "The category VPN suggests LOW instead of HIGH",
        ),
        (
            replace(SOP, categories=(Category("vpn", "VPN", Priority.HIGH),)),
            replace(SOP, categories=(Category("vpn", "Tunnel", Priority.HIGH),)),
            'The category vpn is called "Tunnel" instead of "VPN"',
        ),
        (
            SOP,
            replace(SOP, routes=(Route("minor-bug", None, "Apps", None),)),
            "Tickets of category minor-bug and component any go to Apps instead of to nobody",
        ),
        (
            replace(SOP, references=()),
            replace(SOP, references=(Reference("Guide", "", ""),)),
            'It refers to "Guide" now',
        ),
        (
            replace(SOP, references=(Reference("Guide", "", ""),)),
            replace(SOP, references=()),
            'It no longer refers to "Guide"',
        ),
        (
            replace(SOP, references=(Reference("Guide", "", ""),)),
            replace(SOP, references=(Reference("Guide", "https://x.org", "2.1"),)),
            'It refers to "Guide" 2.1 https://x.org instead of without a link',
        ),
    ],
)
def test_a_difference_is_said_as_a_manager_would_say_it(
    before: Policy, after: Policy, words: str
) -> None:
    """Q5."""
    assert said(before, after) == [words]


def test_differences_come_in_the_order_in_which_a_policy_is_read() -> None:
    after = replace(with_high(respond=minutes(30)), references=(), name="Ours", hold_cap=days(1))

    assert [one.path for one in differences(SOP, after)] == [
        "name",
        "targets.HIGH.respond",
        "holdCap",
        "references",
        "references",
        "references",
    ]


def test_a_difference_is_data_too() -> None:
    (difference,) = differences(SOP, with_high(level_2=minutes(90)))

    assert (difference.path, difference.before, difference.after) == (
        "targets.HIGH.level2",
        "2h",
        "1h30m",
    )
