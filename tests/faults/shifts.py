"""People who live through tickets, act by act, at one version of the program or at two in turn."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from tests.faults.desk import Desk, new_mark
from tests.faults.history import Operation, Outcome
from tests.faults.life import LIFE, Staff, Step, life_of

PAUSE_S = 0.02
SENT_AGAIN = 10
"""Of the latest acts at each version, so many are sent once more to the other."""

REPORTED = {
    "description": "every scanner is offline",
    "category": "system-outage",
    "priority": "HIGH",
    "reporter": "the warehouse",
}


@dataclass(frozen=True, slots=True)
class Act:
    """One that was done, and by whose server."""

    staff: Staff
    step: Step
    operation: Operation
    given: dict[str, object]


class Shift:
    """Who works, and where: each act is done at the next of the servers.

    Attributes:
        acts: all that were done; opening a ticket is not among them.
        cursors: what the stream's place was, every now and then.
    """

    def __init__(self, staffs: list[Staff]) -> None:
        self._staffs = staffs
        self._turn = 0
        self.acts: list[Act] = []
        self.lived: list[str] = []
        self.cursors: list[str] = []
        self._new_from: dict[Desk, int] = {}

    def join(self, staff: Staff) -> None:
        """People at a server of the new version."""
        self._staffs.append(staff)
        self._new_from.update(dict.fromkeys(staff.desks.values(), 0))

    def replaced(self) -> None:
        """From now on the new version is at the addresses of those who are there."""
        self._new_from.update({desk: len(desk.said) for desk in self._desks})

    @property
    def broken(self) -> list[str]:
        """Every answer of the new version that says that something is broken inside."""
        by_new = [said for desk, begin in self._new_from.items() for said in desk.said[begin:]]
        return [said for said in by_new if said.startswith("INTERNAL")]

    @property
    def said(self) -> list[str]:
        """Every answer that was no OK."""
        return [said for desk in self._desks for said in desk.said]

    async def cursor(self) -> str:
        """Where the stream ends, as the server says that came last."""
        found = await self._staffs[-1].desks["agent"].ask("{board {cursor}}")
        return str(found["board"]["cursor"])

    async def live(self) -> None:
        """One life, from the opening to the end."""
        ticket = await self._open()
        for step in LIFE:
            staff = self._next()
            operation, given = staff.begun(step, ticket, at=asyncio.get_running_loop().time())
            answer = await staff.of(step).until_known(operation, **given)
            if answer.payload and answer.payload["cursor"]:
                self.cursors.append(answer.payload["cursor"])
            self.acts.append(Act(staff, step, operation, given))
            await asyncio.sleep(PAUSE_S)
        self.lived.append(ticket)

    async def send_again(self) -> list[str]:
        """The latest acts of each version once more, with their keys, to the other; what it says.

        An empty text is an OK. It is CONFLICT where the input has got a field since, as the other
        version takes it for another input then; it does nothing all the same.
        """
        told = []
        for staff in self._staffs:
            others = [one for one in self._staffs if one is not staff] or [staff]
            done = [act for act in self.acts if act.staff is staff and act.step.marked]
            for act in done[-SENT_AGAIN:]:
                first = act.operation
                again = Operation(first.mark, first.act, first.about, first.invoked_at)
                answer = await others[0].of(act.step).until_known(again, **act.given)
                told.append(answer.said)
        return told

    def refused(self) -> tuple[int, tuple[str, ...]]:
        wrong = [act.operation for act in self.acts if act.operation.outcome is not Outcome.OK]
        return len(wrong), tuple(str(one) for one in wrong[:3])

    async def read_otherwise(self) -> tuple[int, tuple[str, ...]]:
        """How many lives read otherwise than the first one, which the old version served alone."""
        model, *others = [await life_of(ticket) for ticket in self.lived]
        wrong = [life for life in others if life != model]
        return len(wrong), tuple(f"{life} and not {model}" for life in wrong[:1])

    async def _open(self) -> str:
        desk, mark = self._next().desks["agent"], new_mark()
        opening = desk.history.invoked(
            mark, "openTicket", mark, at=asyncio.get_running_loop().time()
        )
        answer = await desk.until_known(opening, title=mark, **REPORTED)
        assert answer.payload is not None, answer.said
        return str(answer.payload["ticket"]["id"])

    def _next(self) -> Staff:
        self._turn += 1
        return self._staffs[self._turn % len(self._staffs)]

    @property
    def _desks(self) -> list[Desk]:
        return [desk for staff in self._staffs for desk in staff.desks.values()]


@asynccontextmanager
async def living(shift: Shift, *, count: int) -> AsyncIterator[None]:
    """So many lives at a time, one after the other, as long as the `with` lasts."""
    over = asyncio.Event()

    async def work() -> None:
        while not over.is_set():
            await shift.live()

    async with asyncio.TaskGroup() as tasks:
        for _ in range(count):
            tasks.create_task(work())
        yield
        over.set()
