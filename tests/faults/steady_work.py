"""People who live the lives of tickets at a steady pace, leave some alone, and read the board."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from tests.faults.life import LIFE, Staff

LEFT_ALONE = 10
"""Every tenth ticket is opened and left to the engines."""

BOARD_EVERY_S = 1.0
BOARD = "{board {cells {priority tier status count} dueSoon {id title tier} cursor}}"


@dataclass(slots=True)
class Turns:
    """Moments at an even pace, each for whoever asks for the next one."""

    a_second: float
    begun: float
    taken: int = 0

    async def next(self) -> None:
        due = self.begun + self.taken / self.a_second
        self.taken += 1
        await asyncio.sleep(max(due - asyncio.get_running_loop().time(), 0))


@dataclass(slots=True)
class Work:
    """What was done."""

    opened: int = 0
    acts: int = 0
    _over: asyncio.Event = field(default_factory=asyncio.Event)

    async def live(self, staff: Staff, turns: Turns, *, description: str) -> None:
        """One ticket after the other; the last is left as it is."""
        while not self._over.is_set():
            await turns.next()
            ticket = await staff.desks["agent"].open(description=description)
            self.acts += 1
            self.opened += 1
            if ticket is not None and self.opened % LEFT_ALONE:
                await self._live(staff, turns, ticket["id"])

    async def look(self, staff: Staff) -> None:
        """At the board, again and again."""
        while not self._over.is_set():
            await staff.desks["manager"].ask(BOARD)
            await asyncio.sleep(BOARD_EVERY_S)

    def end(self) -> None:
        self._over.set()

    async def _live(self, staff: Staff, turns: Turns, ticket: str) -> None:
        for step in LIFE:
            await turns.next()
            if self._over.is_set():
                return
            now = asyncio.get_running_loop().time()
            operation, given = staff.begun(step, ticket, at=now)
            await staff.of(step).until_known(operation, **given)
            self.acts += 1


@asynccontextmanager
async def at_work(
    staffs: Sequence[Staff], *, a_second: float, hands: int, description: str
) -> AsyncIterator[Work]:
    """So many hands, turn by turn at those servers, as long as the `with` lasts."""
    work, turns = Work(), Turns(a_second, asyncio.get_running_loop().time())
    async with asyncio.TaskGroup() as tasks:
        for n in range(hands):
            staff = staffs[n % len(staffs)]
            tasks.create_task(work.live(staff, turns, description=description))
        for staff in staffs:
            tasks.create_task(work.look(staff))
        yield work
        work.end()
