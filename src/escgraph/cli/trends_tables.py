"""Trends as tables: a line a bucket, how much there was and where the time went."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from zoneinfo import ZoneInfo

from escgraph.cli.console import new_table, say, say_table
from escgraph.domain.figures import CLOCKS, Group, Point, Series, Spread
from escgraph.domain.terms import DeadlineKind, Tier, Trigger
from escgraph.queries.trends import Trends

Cell = Callable[[Point], str]


def show(series: Series, known: Trends) -> None:
    """Print the tables of one group; what no bucket has, has no column."""
    if series.group.keys or series.group.rest:
        say(_name(series.group))
    zone = ZoneInfo(known.zone)
    for columns in (_COUNTS, _SHARES, _AT_TIERS, _ESCALATIONS):
        there = {
            name: cell
            for name, cell in columns.items()
            if any(cell(point) != NONE for point in series.points)
        }
        if not there:
            continue
        table = new_table("from", *there, numbers=frozenset(there))
        for point in series.points:
            table.add_row(_start(point, zone), *(cell(point) for cell in there.values()))
        say_table(table)
        say()


NONE = "–"  # noqa: RUF001 - a dash, for people
"""What stands where there is nothing to say."""


def _name(group: Group) -> str:
    if group.rest:
        return "all others"
    return ", ".join(f"{key.lower()} {value or 'none'}" for key, value in group.keys.items())


def _start(point: Point, zone: ZoneInfo) -> str:
    day = point.bucket.starts_at.astimezone(zone).date()
    return f"{day}{'*' if point.bucket.partial else ''}"


def _median(spread: Spread | None) -> str:
    return NONE if spread is None else _short(spread.median)


def _both(spread: Spread | None) -> str:
    return NONE if spread is None else f"{_short(spread.median)} / {_short(spread.p90)}"


def _short(duration: timedelta) -> str:
    """In the two largest units that it has: 3d 4h, 4h 5m, 5m."""
    minutes = round(duration / timedelta(minutes=1))
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        return f"{days}d {hours}h"
    return f"{hours}h {minutes}m" if hours else f"{minutes}m"


def _share(kind: DeadlineKind) -> Cell:
    def cell(point: Point) -> str:
        kept = point.targets.get(kind)
        return NONE if kept is None else f"{kept.share:.0%}"

    return cell


def _at_tier(tier: Tier) -> Cell:
    def cell(point: Point) -> str:
        figures = point.at_tiers.get(tier)
        return NONE if figures is None else _short(figures.spread.median)

    return cell


def _escalated(tier: Tier, trigger: Trigger) -> Cell:
    def cell(point: Point) -> str:
        count = point.escalations.get((tier, trigger))
        return NONE if count is None else f"{count:,}"

    return cell


_BY = {
    Trigger.DEADLINE: "by deadline",
    Trigger.MANUAL: "by hand",
    Trigger.REOPENED: "by reopening",
}
_COUNTS: Mapping[str, Cell] = {
    "opened": lambda point: f"{point.opened:,}",
    "resolved": lambda point: f"{point.resolved:,}",
    "reopened": lambda point: f"{point.reopened:,}" if point.reopened else NONE,
    "rate": lambda point: NONE if not point.reopened else f"{point.reopen_rate or 0:.0%}",
    "cancelled": lambda point: f"{point.cancelled:,}" if point.cancelled else NONE,
    "live": lambda point: NONE if point.backlog is None else f"{point.backlog.count:,}",
    "their age": lambda point: NONE if point.backlog is None else _median(point.backlog.age),
    "response, p90": lambda point: _both(point.first_response),
    "resolution, p90": lambda point: _both(point.resolution),
}
_SHARES: Mapping[str, Cell] = {f"{clock} in time": _share(clock) for clock in CLOCKS}
_AT_TIERS: Mapping[str, Cell] = {f"at {tier}": _at_tier(tier) for tier in Tier}
_ESCALATIONS: Mapping[str, Cell] = {
    f"to {tier} {_BY[trigger]}": _escalated(tier, trigger) for tier in Tier for trigger in Trigger
}
