"""A what-if as tables: what every figure was and would be, and the tickets that differ."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta

from escgraph.cli.console import new_table, remark, say, say_table
from escgraph.cli.what_if_figures import BY_DEADLINE, Figure, figures
from escgraph.domain.durations import written
from escgraph.domain.figures import Spread
from escgraph.domain.policy import Policy
from escgraph.domain.what_if import Compared, Difference, WhatIf

MOST_NAMES = 10


def tell(
    what_if: WhatIf, policy: Policy, *, was: str, changes: Sequence[str], by_category: bool
) -> None:
    """Print what the policy changes, and what comes of it."""
    say(f"was: {was}; would be: {policy.name}")
    for change in changes:
        say(f"- {change}")
    say()
    rows = [one for one in what_if.compared if _alone(one, by_category=by_category)]
    _tell_counts(rows, figures(what_if))
    say()
    _tell_lateness(rows)
    say()
    _tell_names("would escalate and did not", what_if.would_escalate)
    _tell_names("would not escalate and did", what_if.would_not)


def name_otherwise(names: Sequence[str]) -> None:
    """Tell of which tickets the record says otherwise than their own policy."""
    if names:
        remark(
            f"{len(names):,} tickets went otherwise than their own policy would have it, since an "
            f"engine was late: {_some(names)}"
        )


def _alone(one: Compared, *, by_category: bool) -> bool:
    """It is of a priority or a category and not of both."""
    return one.category is None or (by_category and one.priority is None)


def _tell_counts(rows: Iterable[Compared], counted: dict[str, Figure]) -> None:
    columns = ("tickets", *(name.removesuffix(BY_DEADLINE) for name in counted))
    table = new_table("", *columns, numbers=frozenset(columns))
    for one in rows:
        cells = (_arrow(f"{n(one.was):,}", f"{n(one.would_be):,}") for n in counted.values())
        table.add_row(_of(one), f"{one.tickets:,}", *cells)
    say_table(table)


def _tell_lateness(rows: Iterable[Compared]) -> None:
    columns = ("response late by", "9 in 10 within", "resolved late by", "9 in 10 within ")
    table = new_table("", *columns, numbers=frozenset(columns))
    for one in rows:
        responses = _arrows(one.was.response_lateness, one.would_be.response_lateness)
        resolutions = _arrows(one.was.resolution_lateness, one.would_be.resolution_lateness)
        table.add_row(_of(one), *responses, *resolutions)
    say_table(table)


def _arrows(was: Spread | None, would_be: Spread | None) -> Iterator[str]:
    """The medians, and the ninth tenths."""
    before, after = _late(was), _late(would_be)
    return map(_arrow, before, after)


def _late(spread: Spread | None) -> tuple[str, str]:
    if spread is None:
        return "-", "-"
    return written(_rounded(spread.median)), written(_rounded(spread.p90))


def _rounded(duration: timedelta) -> timedelta:
    """As exactly as anybody wants to know."""
    units = (timedelta(days=1), timedelta(hours=1)), (timedelta(minutes=1), timedelta(minutes=1))
    unit = next((unit for least, unit in units if duration >= least), timedelta(seconds=1))
    return round(duration / unit) * unit


def _arrow(was: str, would_be: str) -> str:
    return was if was == would_be else f"{was} → {would_be}"


def _of(one: Compared) -> str:
    return str(one.priority or one.category or "ALL")


def _tell_names(what: str, differences: Sequence[Difference]) -> None:
    names = [f"{one.name} ({', '.join(one.tiers)})" for one in differences]
    say(f"{what}: {len(names):,}{f' · {_some(names)}' if names else ''}")


def _some(names: Sequence[str]) -> str:
    more = len(names) - MOST_NAMES
    return ", ".join(names[:MOST_NAMES]) + (f" and {more:,} more" if more > 0 else "")
