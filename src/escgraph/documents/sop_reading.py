"""The SOP's document read back: the policy that it was rendered from (Q5).

Only the tables are read; what stands around them follows from them, and the public holidays from
the regions of a calendar, as in the file of a policy.
"""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from types import MappingProxyType

from escgraph.documents import sop_tables as the
from escgraph.documents.sop_words import HOLDS, duration_of, text_or, week_of
from escgraph.documents.table_reading import Row, Tables, html_tables, markdown_tables
from escgraph.domain.calendar import Calendar, Holiday, Region
from escgraph.domain.calendar_document import (
    HolidaysOf,
    calendar_document,
    calendar_of,
    day_of,
)
from escgraph.domain.errors import InvalidInputError
from escgraph.domain.policy import (
    UPDATE_CADENCE,
    Category,
    Policy,
    Recurrence,
    Reference,
    Route,
    Targets,
    validate,
)
from escgraph.domain.terms import HoldReason, Priority

_HOLDS = {words: reason for reason, words in HOLDS.items()}


def from_markdown(text: str, *, holidays: HolidaysOf) -> Policy:
    """The policy of a document in Markdown; `holidays` gives the days of its regions.

    Raises:
        InvalidInputError: a figure is missing or cannot be read, or the policy is not valid.
    """
    return _read(markdown_tables(text), holidays)


def from_html(page: str, *, holidays: HolidaysOf) -> Policy:
    """The policy of a page; `holidays` gives the days of its regions.

    Raises:
        InvalidInputError: as `from_markdown`.
    """
    return _read(html_tables(page), holidays)


def _read(tables: Tables, holidays: HolidaysOf) -> Policy:
    try:
        return validate(_policy(tables, holidays))
    except KeyError as error:
        raise InvalidInputError(
            f'the document lacks "{error.args[0]}"; render it anew from its policy'
        ) from error
    except ValueError as error:
        raise InvalidInputError(f"the document cannot be read: {error}") from error


def _policy(tables: Tables, holidays: HolidaysOf) -> Policy:
    version, limits = _pairs(tables, the.VERSION), _pairs(tables, the.LIMITS)
    reviews = _pairs(tables, the.REVIEWS)
    hold_caps, hold_cap = _holds(tables)
    return Policy(
        version=int(version[the.NUMBER]),
        name=version[the.NAME],
        targets=MappingProxyType(
            {Priority(row["Priority"]): _targets(row) for row in tables[the.TARGETS]}
        ),
        hold_cap=hold_cap,
        backdating_cap=duration_of(limits[the.BACKDATING]),
        reopening_grace=duration_of(limits[the.GRACE]),
        escalating_reopening=int(limits[the.ESCALATING]),
        reminders=tuple(
            duration_of(row["After management was reached"])
            for row in tables.get(the.REMINDERS, ())
        ),
        review_working_days=int(reviews[the.REVIEW_DUE]),
        urgent_indicator=version[the.INDICATOR],
        hold_caps=MappingProxyType(hold_caps),
        calendars=MappingProxyType(_calendars(tables, holidays)),
        clocks=MappingProxyType(_clocks(tables)),
        zone=version[the.ZONE],
        review_calendar=_calendar_named(reviews[the.WORKING_DAYS], but=the.WEEKDAYS),
        update_cadence=_cadence(tables),
        categories=tuple(map(_category, tables.get(the.CATEGORIES, ()))),
        routes=tuple(map(_route, tables.get(the.ROUTES, ()))),
        references=tuple(map(_reference, tables.get(the.REFERENCES, ()))),
        recurrence=Recurrence(
            tickets=int(reviews[the.RECURRING].partition(" ")[0]),
            within=duration_of(reviews[the.RECURRING_WITHIN]),
        ),
    )


def _pairs(tables: Tables, caption: str) -> Row:
    return {row["What"]: row["Figure"] for row in tables[caption]}


def _targets(row: Row) -> Targets:
    level_3 = row.get(the.LEVEL_3, the.BY_HAND)
    return Targets(
        respond=duration_of(row["Initial response"]),
        level_2=duration_of(row["Level 2 after"]),
        level_3=None if level_3 == the.BY_HAND else duration_of(level_3),
        management=duration_of(row["Management after"]),
    )


def _holds(tables: Tables) -> tuple[dict[HoldReason, timedelta], timedelta]:
    """The caps of reasons that have their own, and the cap of all others."""
    caps = {row["Reason"]: duration_of(row["At most"]) for row in tables[the.HOLD_LIMITS]}
    others = [cap for words, cap in caps.items() if words not in _HOLDS]
    if len(others) != 1:
        raise KeyError(the.ANY_REASON)
    return {_HOLDS[words]: cap for words, cap in caps.items() if words in _HOLDS}, others[0]


def _cadence(tables: Tables) -> Mapping[Priority, timedelta]:
    """As in the SOP, where the document is one of before it had a rhythm."""
    if the.UPDATES not in tables:
        return UPDATE_CADENCE
    return {
        Priority(row["Priority"]): duration_of(row["At least every"])
        for row in tables[the.UPDATES]
        if row["At least every"] != the.NO_RHYTHM
    }


def _clocks(tables: Tables) -> dict[Priority, str]:
    names = {
        Priority(row["Priority"]): _calendar_named(row["Time counts"], but=the.ROUND_THE_CLOCK)
        for row in tables[the.TARGETS]
    }
    return {priority: name for priority, name in names.items() if name is not None}


def _calendar_named(words: str, *, but: str) -> str | None:
    if words == but:
        return None
    if not words.startswith(the.BY_CALENDAR):
        raise InvalidInputError(f'"{words}" names no calendar; write "{the.BY_CALENDAR}…"')
    return words.removeprefix(the.BY_CALENDAR)


def _calendars(tables: Tables, holidays: HolidaysOf) -> dict[str, Calendar]:
    calendars = [_calendar(row, tables) for row in tables.get(the.CALENDARS, ())]
    return {
        one.name: calendar_of(one.name, calendar_document(one), holidays=holidays)
        for one in calendars
    }


def _calendar(row: Row, tables: Tables) -> Calendar:
    """The calendar without its public holidays."""
    closed = _of(row, tables, the.CLOSED)
    return Calendar(
        name=row["Calendar"],
        zone=row["Time zone"],
        week=week_of([(one["Days"], one["Open"]) for one in _of(row, tables, the.HOURS)]),
        regions=tuple(_regions(row["Public holidays of"])),
        closed=tuple(Holiday(day_of(one["Day"]), one["Why"]) for one in closed),
    )


def _of(calendar: Row, tables: Tables, caption: str) -> list[Row]:
    """The rows of that table that are about that calendar."""
    rows = tables.get(caption, ())
    return [row for row in rows if row["Calendar"] == calendar["Calendar"]]


def _regions(words: str) -> Iterator[Region]:
    for name in words.split(", ") if words != the.NO_REGION else ():
        country, _, subdivision = name.partition("-")
        yield Region(country, subdivision or None)


def _category(row: Row) -> Category:
    return Category(row["Key"], row["Category"], Priority(row["Suggested priority"]))


def _route(row: Row) -> Route:
    return Route(
        category=text_or(row["Category"], the.ANY),
        component=text_or(row["Component"], the.ANY),
        team=row["Team"],
        owner=text_or(row["Owner, if a script opens it"], the.NOBODY),
    )


def _reference(row: Row) -> Reference:
    return Reference(
        title=row["Document"], link=row.get("Link", ""), version=row.get("Version", "")
    )
