"""What the engines say differently when they count: buckets, spans of time, quantiles.

PostgreSQL has all three. SQLite is taught `width_bucket` (see `sqlite_client`), subtracts moments
as whole microseconds, and finds the values around a quantile by their rank.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from escgraph.domain.figures import Spread
from escgraph.store.database import dialect
from escgraph.store.values import moment_text

_TENTHS = {"median": 5, "p90": 9}


def moments(values: Sequence[datetime]) -> list[Any]:
    """Ascending moments as a value for `place`."""
    return list(values) if dialect() == "postgres" else [moment_text(one) for one in values]


def place(moment: str, mark: str) -> str:
    """How many of the moments at `mark` are not later: the number of the bucket, from 1."""
    return f"width_bucket({moment}, {mark}::timestamptz[])"


def span(until: str, since: str) -> str:
    """How much later the one moment is than the other."""
    if dialect() == "postgres":
        return f"({until} - {since})"
    return f"({_microseconds(until)} - {_microseconds(since)})"


def fence() -> str:
    """Behind a subquery, has PostgreSQL take its columns for values of which it knows nothing.

    It would take each moment for a bucket of its own, and sort them all instead of hashing few.
    """
    return " OFFSET 0" if dialect() == "postgres" else ""


def plain(text: str) -> str:
    """The text compared byte by byte: a database's language makes sorting many times as slow."""
    return f'{text} COLLATE "C"' if dialect() == "postgres" else text


def spread(source: str, keys: str) -> str:
    """The spread and the sum of the spans `x` that the source gives, for each of its `keys`."""
    return (_ON_POSTGRES if dialect() == "postgres" else _ON_SQLITE).format(
        source=source, keys=keys
    )


def spread_of(row: Mapping[str, Any]) -> Spread:
    """The spread in a row of such a statement."""
    if dialect() == "postgres":
        return Spread(row["many"], *row["quantiles"])
    return Spread(row["many"], _between(row, "median"), _between(row, "p90"))


def total_of(row: Mapping[str, Any]) -> timedelta:
    """The sum in it."""
    return _duration(row["total"])


def _duration(value: timedelta | int) -> timedelta:
    return value if isinstance(value, timedelta) else timedelta(microseconds=value)


def _between(row: Mapping[str, Any], name: str) -> timedelta:
    """The quantile, linearly between the values at the ranks around it."""
    low: int = row[f"{name}_low"]
    high: int = row[f"{name}_high"]
    rest = (row["many"] - 1) * _TENTHS[name] % 10
    return timedelta(microseconds=low + (high - low) * rest / 10)


def _microseconds(moment: str) -> str:
    """Since 1970. SQLite's own reading of a fraction rounds it, so the digits are taken apart."""
    return f"(strftime('%s', substr({moment}, 1, 19)) * 1000000 + substr({moment}, 21, 6))"


_ON_POSTGRES = """
SELECT {keys}, count(*) AS many, sum(x) AS total,
  percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY x) AS quantiles
FROM ({source}) AS spans GROUP BY {keys}
"""
_ON_SQLITE = """
SELECT {keys}, count(*) AS many, sum(x) AS total,
  max(CASE WHEN rank = last * 5 / 10 THEN x END) AS median_low,
  max(CASE WHEN rank = (last * 5 + 9) / 10 THEN x END) AS median_high,
  max(CASE WHEN rank = last * 9 / 10 THEN x END) AS p90_low,
  max(CASE WHEN rank = (last * 9 + 9) / 10 THEN x END) AS p90_high
FROM (
  SELECT {keys}, x, row_number() OVER (PARTITION BY {keys} ORDER BY x) - 1 AS rank,
    count(*) OVER (PARTITION BY {keys}) - 1 AS last
  FROM ({source}) AS spans
) AS ranked GROUP BY {keys}
"""
"""Ranks count from 0. A quantile of p tenths lies at rank p/10 of the last."""
