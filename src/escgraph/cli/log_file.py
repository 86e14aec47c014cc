"""An incident log as a command takes it: read, cut, and its bad rows told to whoever watches."""

from pathlib import Path

from escgraph.cli.console import remark
from escgraph.cli.running import Refusal
from escgraph.play.formats import read
from escgraph.play.rows import Log


def chosen(file: Path, *, limit: int | None) -> Log:
    """The log of the file, with only the `limit` incidents that began first unless that is None.

    Raises:
        LogError: the file cannot be read, or is no log of a known format.
        Refusal: it holds no incident.
    """
    whole = read(file)
    for row in whole.bad_rows:
        remark(f"line {row.line}: {row.reason}")
    if not whole.rows:
        raise Refusal(f"{file} has no incidents in it")
    return whole if limit is None else whole.first(limit)


def tell_skipped(log: Log) -> None:
    """Say how many rows were bad, if any were."""
    bad = len(log.bad_rows)
    if bad:
        remark("1 bad row was skipped" if bad == 1 else f"{bad} bad rows were skipped")
