"""How a person changes their wishes (§5)."""

from datetime import time
from zoneinfo import ZoneInfo

import pytest

from escgraph.domain.calm import HOURLY_CAP, NO_WISHES, Wishes
from escgraph.domain.errors import InvalidInputError
from escgraph.domain.quiet_hours import QuietHours
from escgraph.domain.times_of_day import time_of_day, written
from escgraph.domain.wishing import Changes, changed

BERLIN = ZoneInfo("Europe/Berlin")
NIGHT = QuietHours(time(22), time(7))
ALL = Wishes(zone=BERLIN, quiet=NIGHT, digest_at=time(8, 30), hourly_cap=5)


def test_what_nobody_says_anything_of_stays() -> None:
    assert changed(ALL, Changes()) == ALL
    assert changed(NO_WISHES, Changes()) == NO_WISHES
    assert changed(ALL, Changes(hourly_cap=7)) == Wishes(BERLIN, NIGHT, time(8, 30), 7)


def test_each_wish_is_taken_back_alone() -> None:
    assert changed(ALL, Changes(quiet=None)) == Wishes(BERLIN, None, time(8, 30), 5)
    assert changed(ALL, Changes(digest_at=None)) == Wishes(BERLIN, NIGHT, None, 5)
    assert changed(ALL, Changes(hourly_cap=None)).hourly_cap == HOURLY_CAP
    nothing = Changes(zone=None, quiet=None, digest_at=None, hourly_cap=None)
    assert changed(ALL, nothing) == NO_WISHES


@pytest.mark.parametrize(
    ("before", "changes"),
    [
        (NO_WISHES, Changes(quiet=NIGHT)),
        (NO_WISHES, Changes(digest_at=time(8))),
        (ALL, Changes(zone=None)),
        (ALL, Changes(zone=None, quiet=None)),
        (ALL, Changes(zone=None, digest_at=None)),
    ],
)
def test_times_of_day_need_a_clock(before: Wishes, changes: Changes) -> None:
    with pytest.raises(InvalidInputError, match="in which zone") as refused:
        changed(before, changes)
    assert refused.value.field == ("zone",)


@pytest.mark.parametrize("cap", [1, 1000])
def test_a_cap_may_be_low_or_high(cap: int) -> None:
    assert changed(NO_WISHES, Changes(hourly_cap=cap)).hourly_cap == cap


@pytest.mark.parametrize("cap", [-1, 0, 1001])
def test_a_cap_lets_something_through(cap: int) -> None:
    with pytest.raises(InvalidInputError, match="from 1 to 1000"):
        changed(NO_WISHES, Changes(hourly_cap=cap))


@pytest.mark.parametrize("text", ["00:00", "07:30", "23:59"])
def test_a_time_of_day_is_hours_and_minutes(text: str) -> None:
    assert written(time_of_day(text)) == text


@pytest.mark.parametrize(
    "text",
    ["", "7:30", "24:00", "12:60", "12:00:00", "1200", "\u0660\u0667:\u0663\u0660", "07:30 "],
)
def test_anything_else_is_none(text: str) -> None:
    with pytest.raises(InvalidInputError, match="is no time of day"):
        time_of_day(text)
