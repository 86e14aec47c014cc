"""The figures of trends, counted by the database: a statement each, a row a bucket and group.

Nothing is read from events but moves down a tier, which are few: they hold a ticket's whole state
each, and are by far the largest table. A resolution is a pause without a reason (see `pauses`):
it begins with the resolution, and ends with the reopening.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from escgraph.domain.figures import Dimension
from escgraph.domain.terms import Priority, Tier
from escgraph.store.conditions import Conditions
from escgraph.store.database import dialect, fetch
from escgraph.store.quantiles import fence, moments, place, plain, span, spread
from escgraph.store.trends_tables import ENDED, JUDGED, LIFE, RESOLUTION, STAYS, STOOD, TIMES

Rows = list[dict[str, Any]]

INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendsFilter:
    """Which tickets are counted; None asks for nothing, an empty tuple for none at all."""

    priorities: tuple[Priority, ...] | None = None
    categories: tuple[str, ...] | None = None
    components: tuple[str, ...] | None = None
    tiers: tuple[Tier, ...] | None = None
    teams: tuple[str, ...] | None = None
    critical: bool | None = None


EVERY_TICKET = TrendsFilter()


@dataclass(frozen=True, slots=True)
class Frame:
    """What is counted, and by what. A row's `b` is its bucket from 1, its `g` its group from 0.

    Attributes:
        bounds: where the buckets begin, and where the last one ends.
        at: the present; nothing is counted that would happen later.
        dimensions: what the groups are of.
        named: the values of each group; what is in none of them has the number behind the last.
    """

    bounds: tuple[datetime, ...]
    at: datetime
    where: TrendsFilter
    dimensions: tuple[Dimension, ...] = ()
    named: tuple[tuple[str, ...], ...] = ()


async def groups(frame: Frame, *, limit: int) -> list[tuple[str, ...]]:
    """The groups with the most tickets that lived in these buckets, the largest first."""
    conditions = _passing(frame.where)
    conditions.compare("t.opened_at", "<", frame.bounds[-1])
    conditions.add(
        f"(t.updated_at >= {conditions.mark(frame.bounds[0])} "
        "OR t.status IN ('OPEN', 'IN_PROGRESS', 'ON_HOLD'))"
    )
    columns = [_COLUMNS[one] for one in frame.dimensions]
    order = [plain(one) for one in columns]
    rows = await fetch(
        f"SELECT {', '.join(f'{one} AS k{n}' for n, one in enumerate(columns))} "  # noqa: S608 - our own names and placeholders
        f"FROM ticket t {conditions.where()} GROUP BY {', '.join(columns)} "
        f"ORDER BY count(*) DESC, {', '.join(order)} LIMIT {conditions.mark(limit)}",
        *conditions.values,
    )
    return [tuple(row[f"k{n}"] for n in range(len(columns))) for row in rows]


async def opened(frame: Frame) -> Rows:
    return await _counted(frame, "kept", "opened_at")


async def cancelled(frame: Frame) -> Rows:
    return await _counted(frame, "kept", "cancelled_at")


async def reopened(frame: Frame) -> Rows:
    return await _counted(frame, "stood JOIN kept ON id = ticket_id", "ended_at", STOOD)


async def first_responses(frame: Frame) -> Rows:
    return await _spans(frame, "kept", "acknowledged_at")


async def resolutions(frame: Frame) -> Rows:
    return await _spans(frame, "resolution", "at", STOOD, RESOLUTION)


async def targets(frame: Frame) -> Rows:
    """Deadlines by their `kind`: `many`, and how many came `in_time`."""
    counting = _Counting(frame)
    counting.also(STOOD)
    counting.also(JUDGED.format(since=counting.first))
    past = (*frame.bounds[:-1], min(frame.bounds[-1], frame.at + INSTANT))
    judged_in = place("judged_at", counting.mark(moments(past)))
    counting.also(f"placed AS (SELECT {judged_in} AS b, g, kind, in_time FROM judged{fence()})")  # noqa: S608 - the same
    rows = await counting.fetch(
        "SELECT b, g, kind, count(*) AS many, sum(CASE WHEN in_time THEN 1 ELSE 0 END) AS in_time "
        "FROM placed GROUP BY 1, 2, 3"
    )
    return [row for row in rows if 1 <= row["b"] < len(frame.bounds)]


async def escalations(frame: Frame) -> Rows:
    """`many` by `to_tier` and `trigger`."""
    counting = _Counting(frame)
    return await counting.fetch(
        f"SELECT {counting.bucket('e.fired_at')} AS b, g, {plain('e.to_tier')} AS to_tier, "  # noqa: S608 - the same
        f"{plain('e.trigger')} AS trigger, count(*) AS many "
        "FROM escalation e JOIN kept ON kept.id = e.ticket_id "
        f"WHERE {counting.inside('e.fired_at')} GROUP BY 1, 2, 3, 4"
    )


async def at_tiers(frame: Frame) -> Rows:
    """The spread of the time at each `tier`, and its `total`."""
    counting = _Counting(frame)
    counting.also(STOOD)
    counting.also(ENDED.format(inside=counting.inside("resolved_at")))
    counting.also(STAYS)
    less = span("started_at", "ended_at")
    counting.also(TIMES.format(stay=span("to_at", "from_at"), less=less))
    nothing = "interval '0'" if dialect() == "postgres" else "0"
    source = (
        f"SELECT {counting.bucket('resolved_at')} AS b, g, {plain('tier')} AS tier, x FROM at_tier "  # noqa: S608 - the same
        f"WHERE x > {nothing}"
    )
    return await counting.fetch(spread(source, "b, g, tier"))


async def backlog(frame: Frame) -> Rows:
    """The spread of the ages of what was live at each bucket's end, or is now."""
    counting = _Counting(frame)
    ends = counting.mark(moments(frame.bounds[1:]))
    marks = ", ".join(
        f"({counting.mark(n)}::int, {counting.mark(min(end, frame.at))}::timestamptz)"
        for n, end in enumerate(frame.bounds[1:], start=1)
    )
    counting.also(f"bucket (b, at) AS (VALUES {marks})")
    counting.also(STOOD)
    counting.also(LIFE)
    counting.also(
        f"seen AS MATERIALIZED (SELECT g, opened_at, {place('from_at', ends)} + 1 AS first, "  # noqa: S608 - the same
        f"coalesce({place('to_at', ends)}, {len(frame.bounds) - 1}) AS last FROM life)"
    )
    source = (
        f"SELECT b, g, {span('at', 'opened_at')} AS x "  # noqa: S608 - the same
        "FROM seen CROSS JOIN bucket WHERE first <= last AND b BETWEEN first AND last"
    )
    return await counting.fetch(spread(source, "b, g"))


class _Counting:
    """A statement on the way: `kept` are the tickets that pass, each with its group."""

    def __init__(self, frame: Frame, *parts: str) -> None:
        self._frame = frame
        self._conditions = _passing(frame.where)
        self._parts = [*self._named(), self._kept(), *parts]

    @cached_property
    def first(self) -> str:
        return self.mark(self._frame.bounds[0])

    @cached_property
    def end(self) -> str:
        return self.mark(self._frame.bounds[-1])

    @cached_property
    def bounds(self) -> str:
        return self.mark(moments(self._frame.bounds))

    def mark(self, value: object) -> str:
        """The placeholder of that value; PostgreSQL wants each to be used."""
        return self._conditions.mark(value)

    def also(self, part: str) -> None:
        """A further table that the statement is made from."""
        self._parts.append(part)

    def bucket(self, moment: str) -> str:
        return place(moment, self.bounds)

    def inside(self, moment: str) -> str:
        """That the moment lies in any bucket."""
        return f"{moment} >= {self.first} AND {moment} < {self.end}"

    async def fetch(self, select: str) -> Rows:
        return await fetch(f"WITH {', '.join(self._parts)} {select}", *self._conditions.values)

    def _named(self) -> list[str]:
        if not self._frame.named:
            return []
        rows = (
            f"({self.mark(n)}::int, {', '.join(f'{self.mark(one)}::text' for one in values)})"
            for n, values in enumerate(self._frame.named)
        )
        keys = ", ".join(f"k{n}" for n in range(len(self._frame.dimensions)))
        return [f"named (g, {keys}) AS (VALUES {', '.join(rows)})"]

    def _kept(self) -> str:
        columns = ", ".join(f"t.{name}" for name in _KEPT)
        where = self._conditions.where()
        if not self._frame.named:
            return f"kept AS (SELECT {columns}, 0 AS g FROM ticket t {where})"  # noqa: S608 - the same
        same = " AND ".join(
            f"named.k{n} = {_COLUMNS[one]}" for n, one in enumerate(self._frame.dimensions)
        )
        rest = len(self._frame.named)
        return (
            f"kept AS (SELECT {columns}, coalesce(named.g, {rest}) AS g FROM ticket t "  # noqa: S608 - the same
            f"LEFT JOIN named ON {same} {where})"
        )


async def _counted(frame: Frame, source: str, moment: str, *parts: str) -> Rows:
    """How `many` such moments there are."""
    counting = _Counting(frame, *parts)
    return await counting.fetch(
        f"SELECT {counting.bucket(moment)} AS b, g, count(*) AS many FROM {source} "  # noqa: S608 - the same
        f"WHERE {counting.inside(moment)} GROUP BY 1, 2"
    )


async def _spans(frame: Frame, source: str, moment: str, *parts: str) -> Rows:
    """The spread of how long after the start of the clock they came."""
    counting = _Counting(frame, *parts)
    return await counting.fetch(
        spread(
            f"SELECT {counting.bucket(moment)} AS b, g, {span(moment, 'clock_started_at')} AS x "  # noqa: S608 - the same
            f"FROM {source} WHERE {counting.inside(moment)}",
            "b, g",
        )
    )


def _passing(where: TrendsFilter) -> Conditions:
    conditions = Conditions()
    conditions.among("t.priority", where.priorities)
    conditions.among("t.category", where.categories)
    conditions.among("t.component", where.components)
    conditions.among("t.tier", where.tiers)
    conditions.among(_COLUMNS[Dimension.TEAM], where.teams)
    if where.critical is not None:
        conditions.add("t.critical" if where.critical else "NOT t.critical")
    return conditions


_COLUMNS = {
    Dimension.PRIORITY: "t.priority",
    Dimension.CATEGORY: "t.category",
    Dimension.COMPONENT: "t.component",
    Dimension.TIER: "t.tier",
    Dimension.TEAM: "coalesce(t.team, '')",
}
_KEPT = (
    "id",
    "status",
    "tier",
    "opened_at",
    "clock_started_at",
    "acknowledged_at",
    "resolved_at",
    "cancelled_at",
)
