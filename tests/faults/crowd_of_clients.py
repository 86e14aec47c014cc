"""Subscribers by the hundred, in a process of their own that costs next to nothing.

Each keeps its cursor and goes on from it, at the next server in turn, when it loses the one that it
has. They read frames with little ceremony (lean_client.py), so that they are not what is measured;
clients that we did not write stand in listening.py.
"""

import asyncio
import os
import time
from array import array
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import Any

import uvloop

from escgraph.clock import Clock
from escgraph.store.stream import StoredEvent
from tests.faults.history import added, check_heard
from tests.faults.lean_client import LeanClient, Told
from tests.faults.listening import Listener
from tests.faults.report import Count
from tests.forks import fork, imported_before

imported_before(__name__)

FOLLOW = """
subscription Follow($after: Cursor) {events(after: $after) {
  __typename
  ... on EventItem {cursor event {id kind at ticketVersion by {name} ticket {id status}}}
  ... on CaughtUp {cursor}
  ... on Heartbeat {cursor}
  ... on Resync {cursor reason}
}}
"""


class Crowd:
    """What is asked of them; one question at a time."""

    def __init__(self, line: Connection) -> None:
        self._line = line

    async def come(self, *, within: float = 1.0) -> None:
        """All connect, evenly over so many seconds, and stay: again, if they were sent away."""
        await self._ask("come", within)

    async def leave(self) -> None:
        """All drop their sockets, and stay away."""
        await self._ask("leave")

    async def turn_to(self, *ports: int) -> None:
        """Whoever loses its server goes to these from now on."""
        await self._ask("turn_to", ports)

    async def listening(self, *, seconds: float = 60) -> None:
        """Wait until all of them are subscribed."""
        await self._until("all_listen", seconds=seconds)

    async def reached(self, position: int, *, seconds: float = 60) -> None:
        """Wait until each stands at that position or behind it."""
        await self._until("all_reached", position, seconds=seconds)

    async def told(self) -> list[Told]:
        """What each has heard so far."""
        found: list[Told] = await self._ask("told")
        return found

    async def _until(self, question: str, *given: object, seconds: float) -> None:
        async with asyncio.timeout(seconds):
            while not await self._ask(question, *given):
                await asyncio.sleep(0.05)

    async def _ask(self, question: str, *given: object) -> Any:  # noqa: ANN401 - of any type
        self._line.send((question, given))
        return await asyncio.to_thread(self._line.recv)


@asynccontextmanager
async def crowd_of_clients(
    ports: Sequence[int], token: str, *, count: int, after: str, document: str = FOLLOW
) -> AsyncIterator[Crowd]:
    """So many, turn by turn at the web processes of those ports. They wait until told to come."""
    ours, theirs = Pipe()
    process = fork(_live, theirs, tuple(ports), token, count, after, document)
    theirs.close()
    try:
        yield Crowd(ours)
    finally:
        process.kill()
        process.join()
        ours.close()


def heard_by(
    told: Sequence[Told], events: Sequence[StoredEvent], *, others: Sequence[Listener] = ()
) -> tuple[Count, ...]:
    """What they lost, heard twice or out of order, and how often they were told that some lack.

    `others` are subscribers that listened beside them.
    """
    written = [event.position for event in events]
    heard = [one.positions for one in told]
    heard += [array("q", (event.position for event in other.heard)) for other in others]
    errors = [said for one in told for said in one.errors]
    return (
        *added(check_heard(positions, written) for positions in heard),
        Count("resyncs", sum(one.resyncs for one in told) + sum(one.resyncs for one in others)),
        Count("errors", len(errors), tuple(errors[:1])),
    )


def delays_of(told: Sequence[Told], events: Sequence[StoredEvent], *, clock: Clock) -> list[float]:
    """From the writing of each of those events to its arrival at each of them, in seconds."""
    off = clock.now().timestamp() - time.monotonic()
    written = {event.position: event.recorded_at.timestamp() - off for event in events}
    return [
        arrived - written[position]
        for one in told
        for position, arrived in zip(one.positions, one.arrived, strict=True)
        if position in written
    ]


def _live(
    line: Connection, ports: Sequence[int], token: str, count: int, after: str, document: str
) -> None:
    """The life of their process: it answers questions until it is killed."""
    clients = [LeanClient(_from(n, ports), token, document, after) for n in range(count)]
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_Asked(line, clients).answer())


def _from(n: int, ports: Sequence[int]) -> tuple[int, ...]:
    """All of them, beginning with the nth."""
    first = n % len(ports)
    return (*ports[first:], *ports[:first])


class _Asked:
    def __init__(self, line: Connection, clients: Sequence[LeanClient]) -> None:
        self._line = line
        self._clients = clients

    async def answer(self) -> None:
        asyncio.get_running_loop().add_reader(self._line.fileno(), self._answer)
        os.set_blocking(self._line.fileno(), True)  # what they have heard does not fit into a pipe
        await asyncio.Event().wait()

    def _answer(self) -> None:
        question, given = self._line.recv()
        self._line.send(getattr(self, question)(*given))

    def come(self, within: float) -> None:
        for n, client in enumerate(self._clients):
            client.come(after=within * n / len(self._clients))

    def leave(self) -> None:
        for client in self._clients:
            client.leave()

    def turn_to(self, ports: Sequence[int]) -> None:
        for n, client in enumerate(self._clients):
            client.ports = _from(n, ports)

    def all_listen(self) -> bool:
        return all(client.listens for client in self._clients)

    def all_reached(self, position: int) -> bool:
        return all(client.position >= position for client in self._clients)

    def told(self) -> list[Told]:
        return [client.told for client in self._clients]
