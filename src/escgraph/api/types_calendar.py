"""Business hours as types."""

from enum import StrEnum
from typing import Annotated

import strawberry

from escgraph.api.enums import described
from escgraph.api.typed import field
from escgraph.api.types_explanation import ClosedDay
from escgraph.domain import calendar
from escgraph.domain.calendar_document import WEEKDAYS, window_text

Weekday = StrEnum("Weekday", [(name, name) for name in WEEKDAYS])  # type: ignore[misc]  # from the one list of them
described(Weekday, "A day of the week.", {name: f"{name.title()}." for name in WEEKDAYS})


@strawberry.type(description="The open hours of one weekday.")
class OpenHours:
    weekday: Weekday = strawberry.field(description="Which weekday.")
    windows: list[str] = strawberry.field(
        description="Each as in 09:00-12:00, in the calendar's zone; 24:00 is midnight at the end. "
        "Empty for a day that is closed."
    )


@strawberry.type(description="A region whose public holidays are closed.")
class Region:
    country: str = strawberry.field(description="Its code by ISO 3166-1, as in DE.")
    subdivision: str | None = strawberry.field(
        description="Its part, as in BE for Berlin; null for what is closed in all of it."
    )


@strawberry.type(description="Business hours: when time counts.")
class Calendar:
    figures: strawberry.Private[calendar.Calendar]
    name: str = strawberry.field(description="What the policy calls it.")
    zone: str = strawberry.field(description="The IANA time zone of its windows.")
    week: list[OpenHours] = strawberry.field(description="Monday to Sunday.")
    regions: list[Region] = strawberry.field(description="Whose public holidays are closed.")
    closed: list[ClosedDay] = strawberry.field(description="Own closed days.")

    @field(
        description="The public holidays of a year, as they were known when the policy was "
        "published: a version never changes."
    )
    def holidays(
        self, year: Annotated[int, strawberry.argument(description="Which year.")]
    ) -> list[ClosedDay]:
        return [_day_of(one) for one in self.figures.holidays if one.day.year == year]


def calendar_of(figures: calendar.Calendar) -> Calendar:
    return Calendar(
        figures=figures,
        name=figures.name,
        zone=figures.zone,
        week=[
            OpenHours(weekday=Weekday(name), windows=[window_text(window) for window in windows])
            for name, windows in zip(WEEKDAYS, figures.week, strict=True)
        ],
        regions=[
            Region(country=one.country, subdivision=one.subdivision) for one in figures.regions
        ],
        closed=[_day_of(one) for one in figures.closed],
    )


def _day_of(holiday: calendar.Holiday) -> ClosedDay:
    return ClosedDay(day=holiday.day, name=holiday.name)
