"""The resolution log as rows of a file, page by page (D2): however long it is, a page is in memory.

Each page is read in a transaction of its own and ends before anything is sent, so that a slow
reader holds no connection. What is resolved or reopened meanwhile may be left out or come twice.
"""

from collections.abc import AsyncGenerator, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType

from escgraph.domain.terms import Tier
from escgraph.domain.ticket import Actor
from escgraph.queries import resolution_log
from escgraph.queries.resolution_log import ResolutionFilter, Resolved
from escgraph.queries.views import Wanted
from escgraph.store.keyset import LONGEST_PAGE

Row = Mapping[str, object]

SECONDS_AT: Mapping[Tier, str] = MappingProxyType(
    {
        Tier.LEVEL_1: "secondsAtLevel1",
        Tier.LEVEL_2: "secondsAtLevel2",
        Tier.LEVEL_3: "secondsAtLevel3",
        Tier.MANAGEMENT: "secondsAtManagement",
    }
)
COLUMNS = (
    "number",
    "title",
    "category",
    "component",
    "priority",
    "openedAt",
    "clockStartedAt",
    "resolvedAt",
    "closedAt",
    "code",
    "summary",
    "rootCause",
    *SECONDS_AT.values(),
    "responseBreached",
    "rungsMissed",
    "reopenings",
    "owner",
)
"""The names of the values in each row, in their order."""


async def pages(
    which: ResolutionFilter, *, viewer: Actor, size: int = LONGEST_PAGE
) -> AsyncGenerator[list[Row], None]:
    """The rows of the tickets last resolved that the viewer may see; one page at least.

    Raises:
        ForbiddenError: the viewer reads nothing.
    """
    after = None
    while True:
        page = await resolution_log.page(
            which, first=size, after=after, viewer=viewer, wanted=Wanted.PEOPLE
        )
        yield [_row(entry) for entry in page.entries]
        if not page.has_next:
            return
        after = page.cursors[-1]


def _row(entry: Resolved) -> Row:
    facts, resolution = entry.ticket.facts, entry.ticket.facts.resolution
    assert resolution is not None
    return {
        "number": f"ESC-{facts.number:06}",
        "title": facts.title,
        "category": facts.category,
        "component": facts.component,
        "priority": facts.priority.value,
        "openedAt": _moment(facts.opened_at),
        "clockStartedAt": _moment(facts.clock_started_at),
        "resolvedAt": _moment(facts.resolved_at),
        "closedAt": _moment(facts.closed_at),
        "code": resolution.code.value,
        "summary": resolution.summary,
        "rootCause": resolution.root_cause,
        **{name: _seconds(entry.at_tier[tier]) for tier, name in SECONDS_AT.items()},
        "responseBreached": entry.response_breached,
        "rungsMissed": [tier.value for tier in entry.rungs_missed],
        "reopenings": entry.reopenings,
        "owner": entry.ticket.people[facts.owner].name,
    }


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat().replace("+00:00", "Z")


def _seconds(duration: timedelta) -> int | float:
    """Without a fraction where there is none."""
    seconds = duration.total_seconds()
    return int(seconds) if seconds.is_integer() else seconds
