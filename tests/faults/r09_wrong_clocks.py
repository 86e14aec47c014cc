"""R9: the clocks of all hosts are wrong, each in its own way, and one is set while it works."""

import asyncio
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from escgraph.domain.terms import Role, Tier
from escgraph.store import stream
from escgraph.store.database import fetch
from escgraph.store.values import moment
from tests.faults.desk import Desk
from tests.faults.history import History, check, everybody
from tests.faults.house import SECOND, Ground, House, on_postgres, publish_quick
from tests.faults.ladder import fired_once, lateness, until_all_have_fired
from tests.faults.programs import Program
from tests.faults.report import Count, Figure, Report

WRONG = timedelta(minutes=5)
LADDER = (2 * SECOND, 3 * SECOND, 4 * SECOND)


@dataclass(frozen=True, slots=True)
class Scale:
    """So many tickets are opened, evenly over `seconds`; half of the way each clock is set."""

    tickets: int
    seconds: float


FULL = Scale(tickets=300, seconds=40)
REDUCED = Scale(tickets=24, seconds=2)


async def run(scale: Scale, ground: Ground) -> Report:
    async with on_postgres(ground) as house:
        await publish_quick(*LADDER)
        house.worker(clock_off=WRONG)
        house.worker(clock_off=-WRONG)
        webs = house.web(clock_off=WRONG), house.web(clock_off=-WRONG)
        history = History()
        opened = await _open_tickets(house, webs, history, scale)
        await until_all_have_fired()
        late, events = await lateness(), await stream.read(0, limit=10_000)
        return Report(
            (
                *await fired_once(),
                *check(history, events, all_of=everybody(events)),
                Count("not opened", scale.tickets - opened),
            ),
            (
                Figure("deadlines", len(late), scale.tickets * len(LADDER), "", least=True),
                Figure("due off by", await _due_off_by(), 1.0),
                Figure("fired off by", max(map(abs, late), default=math.inf), 1.0),
            ),
            f"2 workers and 2 web processes, clocks off by ± {WRONG.total_seconds() / 60:g} min, "
            f"set by twice as much under way; {scale.tickets} tickets in {scale.seconds:g} s",
        )


async def _open_tickets(
    house: House, webs: Sequence[Program], history: History, scale: Scale
) -> int:
    """How many were opened. When half of them are, every host is as wrong the other way."""
    token = await house.hire(Role.LEVEL_1_AGENT, Tier.LEVEL_1)
    async with (
        Desk(house.url(webs[0]), token, history) as one,
        Desk(house.url(webs[1]), token, history) as other,
    ):
        desks, opened = (one, other), 0
        for n in range(scale.tickets):
            if n == scale.tickets // 2:
                _set_clocks(house)
            opened += await desks[n % 2].open() is not None
            await asyncio.sleep(scale.seconds / scale.tickets)
    return opened


def _set_clocks(house: House) -> None:
    for program in house.programs:
        program.set_clock()


async def _due_off_by() -> float:
    """How far any first deadline is from the target after its ticket came to be, in seconds.

    By the database's clock, as it wrote down the opening.
    """
    rows = await fetch(_FIRST)
    return max(
        abs((_moment(row["due_at"]) - _moment(row["recorded_at"]) - LADDER[0]).total_seconds())
        for row in rows
    )


def _moment(value: object) -> datetime:
    return cast("datetime", moment(value))


_FIRST = """
SELECT d.due_at, e.recorded_at FROM deadline d JOIN event e ON e.ticket_id = d.ticket_id
WHERE d.kind = 'RESPONSE' AND e.kind = 'TicketOpened'
"""
