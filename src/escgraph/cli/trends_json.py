"""Trends as JSON values, in the words of the API but for times, which are in seconds."""

from datetime import datetime
from typing import Any

from escgraph.domain.figures import CLOCKS, Backlog, Group, Point, Series, Spread
from escgraph.queries.trends import Trends


def written(known: Trends) -> dict[str, Any]:
    """The whole as JSON values."""
    return {
        "zone": known.zone,
        "by": known.by.value,
        "series": [_series(series) for series in known.series],
    }


def _series(series: Series) -> dict[str, Any]:
    return {
        "group": _group(series.group),
        "buckets": [_bucket(point) for point in series.points],
    }


def _group(group: Group) -> dict[str, Any]:
    keys = {dimension.lower(): value for dimension, value in group.keys.items()}
    return {**keys, "rest": group.rest}


def _bucket(point: Point) -> dict[str, Any]:
    return {
        "startsAt": _moment(point.bucket.starts_at),
        "endsAt": _moment(point.bucket.ends_at),
        "partial": point.bucket.partial,
        "opened": point.opened,
        "cancelled": point.cancelled,
        "resolved": point.resolved,
        "reopened": point.reopened,
        "reopenRate": point.reopen_rate,
        "firstResponse": spread_json(point.first_response),
        "resolution": spread_json(point.resolution),
        "targets": [
            {"clock": clock.value, "count": kept.count, "within": kept.within, "share": kept.share}
            for clock in CLOCKS
            if (kept := point.targets.get(clock)) is not None
        ],
        "escalations": [
            {"toTier": tier.value, "trigger": trigger.value, "count": count}
            for (tier, trigger), count in sorted(point.escalations.items())
        ],
        "timeAtTiers": [
            {
                "tier": tier.value,
                "count": figures.spread.count,
                "medianSeconds": figures.spread.median.total_seconds(),
                "p90Seconds": figures.spread.p90.total_seconds(),
                "totalSeconds": figures.total.total_seconds(),
            }
            for tier, figures in sorted(point.at_tiers.items())
        ],
        "backlog": _backlog(point.backlog),
    }


def _backlog(backlog: Backlog | None) -> dict[str, Any] | None:
    if backlog is None:
        return None
    return {
        "at": _moment(backlog.at),
        "count": backlog.count,
        "age": spread_json(backlog.age),
    }


def spread_json(spread: Spread | None) -> dict[str, Any] | None:
    if spread is None:
        return None
    return {
        "count": spread.count,
        "medianSeconds": spread.median.total_seconds(),
        "p90Seconds": spread.p90.total_seconds(),
    }


def _moment(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
