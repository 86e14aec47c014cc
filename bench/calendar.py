"""How fast business time is counted, by a calendar with a century of public holidays."""

import random
import time
from datetime import UTC, datetime, timedelta

from bench.figures import say
from escgraph.documents.holiday_dates import of_region
from escgraph.domain.calendar import Calendar, Region
from tests.domain.hours import WORKDAYS, week

TIMES = 100_000
TARGET = timedelta(hours=48)
FIRST = datetime(2020, 1, 1, tzinfo=UTC)
YEARS = timedelta(days=3652)
BERLIN = Region("DE", "BE")
AIM_S = 2.0


def measure() -> None:
    chance = random.Random(1)
    starts = [FIRST + chance.random() * YEARS for _ in range(TIMES)]
    hours = _office()
    began = time.perf_counter()
    ends = [hours.add(start, TARGET) for start in starts]
    took = time.perf_counter() - began
    met = "met" if took < AIM_S else "missed"
    conditions = f"{TIMES:,} of 48 business hours in ten years, cold; aim {AIM_S:.0f} s {met}"
    say("calendar, add", f"{took:.2f} s", conditions)
    began = time.perf_counter()
    counted = [hours.elapsed(start, end) for start, end in zip(starts, ends, strict=True)]
    say("calendar, elapsed", f"{time.perf_counter() - began:.2f} s", f"{TIMES:,} of the same, warm")
    assert set(counted) == {TARGET}


def _office() -> Calendar:
    """Two windows a day, the holidays of Berlin: a table of moments not yet made."""
    return Calendar(
        "office",
        zone="Europe/Berlin",
        week=week("09:00-12:00", "13:00-18:00", days=WORKDAYS),
        regions=(BERLIN,),
        holidays=of_region(BERLIN),
    )
