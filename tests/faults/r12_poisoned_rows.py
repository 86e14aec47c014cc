"""R12: a row that cannot fire is due in the same moment as hundreds that can."""

import asyncio
import json
import math
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import cycle
from uuid import UUID

from escgraph.cli.findings import State
from escgraph.domain.ticket import Ticket
from escgraph.store import tickets
from escgraph.store.database import fetch
from escgraph.store.values import uuid
from tests.cli.program import escgraph
from tests.faults.history import added
from tests.faults.house import SECOND, Ground, House, on_postgres, on_sqlite, publish_quick
from tests.faults.ladder import fired_once, lateness, tickets_due, until_so_many_fired
from tests.faults.report import Count, Figure, Report
from tests.store.poison import cure, poison, poison_otherwise

LADDER = (SECOND, 3 * SECOND, timedelta(days=1))
"""Response, LEVEL_2, and nothing more today. Between the two some rungs to LEVEL_2 go bad."""

PARKED = "engine.deadline_parked"


@dataclass(frozen=True, slots=True)
class Scale:
    """So many tickets, all due at once, so many of them poisoned: one, and then several."""

    tickets: int
    poisoned: tuple[int, ...]


FULL = Scale(tickets=1000, poisoned=(1, 10))
REDUCED = Scale(tickets=100, poisoned=(2,))


async def run(scale: Scale, ground: Ground) -> Report:
    counts, figures = [], []
    for poisoned in scale.poisoned:
        for where, lived_in in (
            ("PostgreSQL", _two_workers(_within(ground, f"workers {poisoned}"))),
            ("SQLite", _one_process(_within(ground, f"process {poisoned}"))),
        ):
            async with lived_in as house:
                found, late = await _poisoned(house, scale.tickets, poisoned)
            counts.append(found)
            figures.append(Figure(f"{where}, {poisoned} poisoned: the others within", late, 5.0))
    return Report(
        added(counts),
        figures,
        f"{scale.tickets:,} due at once; mended and set free, the poisoned fired too",
    )


@asynccontextmanager
async def _two_workers(ground: Ground) -> AsyncIterator[House]:
    async with on_postgres(ground) as house:
        house.workers(2)
        yield house


@asynccontextmanager
async def _one_process(ground: Ground) -> AsyncIterator[House]:
    async with on_sqlite(ground.home) as house:
        house.web(ESCGRAPH_ENGINE="on")
        yield house


def _within(ground: Ground, name: str) -> Ground:
    """The same ground with a home of its own, so that logs are kept apart."""
    home = ground.home / name
    home.mkdir()
    return replace(ground, home=home)


async def _poisoned(house: House, many: int, poisoned: int) -> tuple[tuple[Count, ...], float]:
    """What came of it, and how late the last of the others was."""
    await _open_tickets(house, many)
    await until_so_many_fired(many)
    spoilt = await _spoilt(poisoned)
    await until_so_many_fired(2 * many - poisoned)
    await _until_parked(poisoned)
    late = max(await lateness(), default=math.inf)
    alarms = (
        *await _alarms(house, [ticket.id for ticket in spoilt]),
        Count("not told by the doctor", int(not await _told_by_the_doctor(house, poisoned))),
    )
    for ticket in spoilt:
        await cure(ticket)
    await until_so_many_fired(2 * many)
    return (*await fired_once(), *alarms), late


async def _open_tickets(house: House, many: int) -> None:
    policy = await publish_quick(*LADDER)
    moment = await house.now() + SECOND + SECOND * many / 1000
    await tickets_due([moment] * many, after=LADDER[0], policy=policy)
    await house.settle()


async def _spoilt(many: int) -> Sequence[Ticket]:
    """So many tickets, whose next rung cannot fire, each for a reason of its own."""
    rows = await fetch("SELECT id FROM ticket ORDER BY number")
    spoilt = [await tickets.load(row["id"]) for row in rows[:: len(rows) // many][:many]]
    for ticket, spoil in zip(spoilt, cycle((poison, poison_otherwise)), strict=False):
        await spoil(ticket)
    return spoilt


async def _until_parked(many: int, *, seconds: float = 10) -> None:
    """Wait for so many, or that long: then some are not parked."""
    late = asyncio.get_running_loop().time() + seconds
    while len(await _parked()) < many and asyncio.get_running_loop().time() < late:
        await asyncio.sleep(0.05)


async def _parked() -> dict[UUID, UUID]:
    """Each parked deadline, and its ticket."""
    rows = await fetch("SELECT id, ticket_id FROM deadline WHERE parked_at IS NOT NULL")
    return {uuid(row["id"]): uuid(row["ticket_id"]) for row in rows}


async def _alarms(house: House, spoilt: Sequence[UUID]) -> tuple[Count, ...]:
    """Of each poisoned row one, and of no other."""
    parked = await _parked()
    said = "\n".join(program.output for program in house.programs)
    lines = [line for line in said.splitlines() if PARKED in line]
    silent = [deadline for deadline in parked if not any(str(deadline) in line for line in lines)]
    return (
        Count("not parked", len(set(spoilt) - set(parked.values()))),
        Count("parked wrongly", len(set(parked.values()) - set(spoilt))),
        Count("without an alarm", len(silent)),
        Count("alarms too many", len(lines) - len(parked)),
    )


async def _told_by_the_doctor(house: House, many: int) -> bool:
    """Whether `escgraph doctor` fails, and says how many deadlines are parked."""
    ran = await asyncio.to_thread(
        escgraph, "doctor", "--json", at=house.home, database_url=house.database_url
    )
    checks = {check["about"]: check for check in json.loads(ran.out)["checks"]}
    parked = checks["parked deadlines"]
    return ran.code == 1 and parked["state"] == State.FAIL and parked["says"].startswith(f"{many},")
