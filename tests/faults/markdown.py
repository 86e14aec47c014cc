"""The table of what held, as it stands in a page between two marks."""

import os
import platform
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.faults.report import Report
from tests.faults.table import Promise

BEGIN, END = "<!-- faults -->\n", "<!-- end of faults -->"

Results = Mapping[str, Report | str]
"""By the name of the promise; a text says why there is no report."""


def table(chosen: Sequence[Promise], results: Results) -> str:
    rows = ["| | fault | must hold | measured |", "|---|---|---|---|"]
    for promise in chosen:
        said = _said(results[promise.name])
        rows.append(f"| {promise.name} | {promise.fault} | {promise.must_hold} | {said} |")
    return "\n".join(rows)


def conditions(*, seconds: float, reduced: bool) -> str:
    """How it was measured. The words of the table are those of the full sizes."""
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    minutes, rest = divmod(round(seconds), 60)
    command = "reduced, in small sizes as `make test` does it" if reduced else "`make faults`"
    return (
        f"{time.strftime('%Y-%m-%d')}, {command}: {os.cpu_count()} cores, Python "
        f"{platform.python_version()}, PostgreSQL 18 without fsync, load {load} at the end; "
        f"{minutes} min {rest} s in all."
    )


def write(page: Path, text: str) -> None:
    """Put that text between the marks of the page.

    Raises:
        ValueError: it has no marks.
    """
    before, begin, rest = page.read_text().partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{page} has no lines {BEGIN.strip()} and {END}")
    page.write_text(f"{before}{begin}\n{text}\n\n{end}{after}")


def _said(found: Report | str) -> str:
    if isinstance(found, Report):
        return f"{'' if found.holds else '**broken**: '}{found.measured}; {found.conditions}"
    return f"**no figures**: {found.splitlines()[-1] if found else 'it failed'}"
