"""Quarterly reviews open by themselves (Q1), also when nothing ran at the quarter's end."""

from dataclasses import dataclass
from datetime import datetime

import structlog

from escgraph.commands import quarterly
from escgraph.domain.quarter import ended, of
from escgraph.store import policies, quarterly_reviews, simulation

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Opened:
    """Which quarters got a review; `position` is that of the last one's event, None for none."""

    quarters: tuple[str, ...]
    position: int | None


async def open_quarters(*, now: datetime) -> int | None:
    """Do what `open_due` does; the position of the last event, None for none."""
    return (await open_due(now=now)).position


async def open_due(*, now: datetime) -> Opened:
    """Open a review for each quarter that is over, had something in it, and has none.

    It looks back to the first ticket, so a night or a year without a process is made up for, and a
    log that was played in is reviewed too. Twice, or from two processes at once, it opens nothing
    twice. While a log is played, it keeps off the database.
    """
    began_at = await quarterly_reviews.began_at()
    if began_at is None or await simulation.marked():
        return Opened((), None)
    zone = (await policies.in_force()).zone
    reviewed = await quarterly_reviews.reviewed()
    opened: list[str] = []
    position = None
    for quarter in ended(of(began_at, zone), now=now, zone=zone):
        span = quarter.starts_at(zone), quarter.ends_at(zone)
        if quarter.name in reviewed or not await quarterly_reviews.busy(*span):
            continue
        written = await quarterly.open_quarterly_review(quarter, at=now)
        if written is not None:
            opened.append(quarter.name)
            position = written.position
    await _gather()
    if opened:
        log.info("reviews.quarters_opened", quarters=opened)
    return Opened(tuple(opened), position)


async def _gather() -> None:
    """Give open reviews what was escalated in their quarter and committed after they opened."""
    for span in await quarterly_reviews.open_ones():
        if await quarterly_reviews.without_case(span):
            await quarterly.gather_cases(span.id)
