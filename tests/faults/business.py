"""Business as usual: people who write at a steady rate, whatever happens meanwhile."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from tests.faults.desk import Desk, new_mark
from tests.faults.history import Operation


class Writer:
    """Writes a note at a time on a ticket of its own, and each until it is known what came of it.

    Attributes:
        done: when each was answered OK at last, by the loop's clock.
    """

    def __init__(self, desk: Desk, ticket: str, *, pause: float) -> None:
        self._desk = desk
        self._ticket = ticket
        self._pause = pause
        self.done: list[float] = []

    async def write(self, until: asyncio.Event) -> None:
        """Note after note; the last of them is answered too."""
        loop = asyncio.get_running_loop()
        while not until.is_set():
            mark = new_mark()
            operation = self._desk.history.invoked(mark, "addNote", self._ticket, at=loop.time())
            await self._note(operation)
            self.done.append(loop.time())
            await asyncio.sleep(self._pause)

    async def open_another(self) -> None:
        """A ticket that nobody looks after, for the engines."""
        assert await self._desk.open() is not None, self._desk.said

    async def _note(self, operation: Operation) -> None:
        await self._desk.until_known(
            operation, ticketId=self._ticket, text=operation.mark, visibility="INTERNAL"
        )


@asynccontextmanager
async def writing(desks: Sequence[Desk], *, pause: float) -> AsyncIterator[list[Writer]]:
    """One writer at each desk, as long as the `with` lasts."""
    tickets = [await desk.open() for desk in desks]
    writers = [
        Writer(desk, ticket["id"], pause=pause)
        for desk, ticket in zip(desks, tickets, strict=True)
        if ticket is not None
    ]
    over = asyncio.Event()
    async with asyncio.TaskGroup() as tasks:
        for writer in writers:
            tasks.create_task(writer.write(over))
        yield writers
        over.set()
