"""The BPI Challenge 2013 log of Volvo IT incidents, with the support level of each change."""

from collections.abc import Mapping
from datetime import datetime
from sys import intern
from types import MappingProxyType

from escgraph.domain.terms import HoldReason, Priority, Tier
from escgraph.play.rows import Format, Row, RowError, meaning, plausible

NUMBER = "SR Number"
MOMENT = "Change Date+Time"
STATUS = "Status"
SUB_STATUS = "Sub Status"
LEVEL = "ST Level"
IMPACT = "SR Latest Impact"

COMPLETED = "Completed"

RESPONDED = MappingProxyType(
    {"Accepted": True, "Queued": False, COMPLETED: True, "Unmatched": False}
)
"""Each status, and whether it counts as a first response."""

WAITING: Mapping[str, HoldReason | None] = MappingProxyType(
    {
        "In Progress": None,
        "Assigned": None,
        "Awaiting Assignment": None,
        "Unmatched": None,
        "Wait": HoldReason.AWAITING_CUSTOMER,
        "Wait - User": HoldReason.AWAITING_CUSTOMER,
        "Wait - Customer": HoldReason.AWAITING_CUSTOMER,
        "Wait - Vendor": HoldReason.AWAITING_VENDOR,
        "Wait - Implementation": HoldReason.CHANGE_WINDOW,
    }
)
"""Each sub status of an incident that is not completed, and why it then waits, if it does."""

CLOSES = MappingProxyType({"Resolved": False, "Closed": True, "In Call": True, "Cancelled": True})
"""Each sub status of a completed incident, and whether it closes as well."""

TIERS = MappingProxyType(
    {"L1": Tier.LEVEL_1, "L2": Tier.LEVEL_2, "L2/L3": Tier.LEVEL_2, "L3": Tier.LEVEL_3}
)

PRIORITIES = MappingProxyType(
    {
        "Major": Priority.HIGH,
        "High": Priority.HIGH,
        "Medium": Priority.MEDIUM,
        "Low": Priority.LOW,
    }
)


def read_row(line: int, cells: Mapping[str, str]) -> Row:
    responded = meaning(cells, STATUS, of=RESPONDED)
    completed = cells[STATUS] == COMPLETED
    return Row(
        line=line,
        incident=_incident(cells),
        at=_moment(cells[MOMENT]),
        opened_at=None,
        priority=meaning(cells, IMPACT, of=PRIORITIES),
        critical=cells[IMPACT] == "Major",
        level=meaning(cells, LEVEL, of=TIERS),
        responded=responded,
        waiting=None if completed else meaning(cells, SUB_STATUS, of=WAITING),
        completed=completed,
        closes=completed and meaning(cells, SUB_STATUS, of=CLOSES),
        words=intern(f"{cells[STATUS]} / {cells[SUB_STATUS]}"),
        by=intern(cells.get("Resource", "")),
        team=intern(cells.get("Involved ST", "")),
        component=intern(cells.get("Product", "")),
        reporter="",
    )


def _incident(cells: Mapping[str, str]) -> str:
    if not cells[NUMBER]:
        raise RowError(f"{NUMBER} is missing")
    return intern(cells[NUMBER])


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise RowError(
            f"{MOMENT} is {text!r}; it must read like 2012-05-11T00:26:15+01:00"
        ) from None
    if moment.tzinfo is None:
        raise RowError(f"{MOMENT} is {text!r}, without an offset; add Z or +hh:mm")
    return plausible(moment, column=MOMENT)


BPI = Format("BPI 2013", (NUMBER, MOMENT, STATUS, SUB_STATUS, LEVEL, IMPACT), read_row)
