"""The event log of a ServiceNow incident table: one row for each update of an incident."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from sys import intern
from types import MappingProxyType

from escgraph.domain.terms import HoldReason, Priority, Tier
from escgraph.play.rows import Format, Row, RowError, meaning, plausible

NUMBER = "number"
STATE = "incident_state"
OPENED_AT = "opened_at"
UPDATED_AT = "sys_updated_at"
PRIORITY = "priority"

MISSING = "?"


@dataclass(frozen=True, slots=True)
class State:
    """What an incident in that state is; the fields are those of a row."""

    responded: bool = True
    waiting: HoldReason | None = None
    completed: bool = False
    closes: bool = False


STATES = MappingProxyType(
    {
        "New": State(responded=False),
        "Active": State(),
        "Awaiting User Info": State(waiting=HoldReason.AWAITING_CUSTOMER),
        "Awaiting Vendor": State(waiting=HoldReason.AWAITING_VENDOR),
        "Awaiting Problem": State(waiting=HoldReason.AWAITING_EVIDENCE),
        "Awaiting Evidence": State(waiting=HoldReason.AWAITING_EVIDENCE),
        "Resolved": State(completed=True),
        "Closed": State(completed=True, closes=True),
    }
)

PRIORITIES = MappingProxyType(
    {
        "1 - Critical": Priority.HIGH,
        "2 - High": Priority.HIGH,
        "3 - Moderate": Priority.MEDIUM,
        "4 - Low": Priority.LOW,
    }
)


def read_row(line: int, cells: Mapping[str, str]) -> Row:
    state = meaning(cells, STATE, of=STATES)
    return Row(
        line=line,
        incident=_incident(cells),
        at=_moment(cells[UPDATED_AT], UPDATED_AT),
        opened_at=_moment(cells[OPENED_AT], OPENED_AT),
        priority=meaning(cells, PRIORITY, of=PRIORITIES),
        critical=cells[PRIORITY] == "1 - Critical",
        level=Tier.LEVEL_1,
        responded=state.responded,
        waiting=state.waiting,
        completed=state.completed,
        closes=state.closes,
        words=intern(cells[STATE]),
        by=_text(cells, "sys_updated_by"),
        team=_text(cells, "assignment_group"),
        component=_text(cells, "subcategory") or _text(cells, "category"),
        reporter=_text(cells, "caller_id"),
    )


def _incident(cells: Mapping[str, str]) -> str:
    number = _text(cells, NUMBER)
    if not number:
        raise RowError(f"{NUMBER} is missing")
    return number


def _text(cells: Mapping[str, str], column: str) -> str:
    """The cell's text, empty where it is missing."""
    text = cells.get(column, MISSING)
    return "" if text == MISSING else intern(text)


@lru_cache(maxsize=4096)
def _moment(text: str, column: str) -> datetime:
    """The log names no zone: its times are UTC. Each row repeats the opening, hence the cache."""
    try:
        moment = datetime.strptime(text.replace("/", "-"), "%d-%m-%Y %H:%M").replace(tzinfo=UTC)
    except ValueError:
        raise RowError(f"{column} is {text!r}; it must read like 29-02-2016 01:16") from None
    return plausible(moment, column=column)


SERVICENOW = Format("ServiceNow", (NUMBER, STATE, OPENED_AT, UPDATED_AT, PRIORITY), read_row)
