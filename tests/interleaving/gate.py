"""A gate before each statement that an actor sends to PostgreSQL, and what stands behind it.

It stands where the store sends a statement through asyncpg, so the commands, the engine and the
queries run as they are, and the statements that begin and end a transaction are held too.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

import asyncpg

from escgraph.domain.errors import DomainError
from escgraph.store.postgres_client import Transaction
from escgraph.store.postgres_connection import Connection
from tests.machine.steps import refused

LOOK_AGAIN_S = 0.003

acting: ContextVar["Actor | None"] = ContextVar("acting", default=None)


async def apart(_: Transaction) -> None:
    """In place of a turn: each actor stands for a process of its own, and waits for no other."""


@dataclass
class Actor:
    """Somebody who does one act, a statement at a time.

    Attributes:
        log: the statements of all, in the order in which they were let through.
        sent: how many of them were its own.
        lost: what PostgreSQL said where it ended a statement for the sake of others.
        held_up: whether it was seen to wait for a lock.
        told: what came of the act: "done", a refusal in full, or an error that none should see.
    """

    name: str
    act: Callable[[], Awaitable[object]]
    log: list[str]
    sent: int = 0
    lost: list[str] = field(default_factory=list)
    held_up: bool = False
    told: str = ""
    answer: object = None
    pid: int = 0
    _gate: asyncio.Future[None] | None = None
    _moved: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def waits(self) -> bool:
        """Whether the act stands before a statement."""
        return self._gate is not None

    @property
    def moves(self) -> bool:
        """Whether a statement, or what comes after one, is on its way."""
        return not self.told and not self.waits

    async def run(self) -> None:
        acting.set(self)
        try:
            self.answer = await self.act()
            self.told = "done"
        except DomainError as error:
            self.told = refused(error, {})
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what came of the act
            self.told = f"FAILED: {error!r}"
        self._moved.set()

    def let_through(self) -> None:
        assert self._gate is not None
        self._gate.set_result(None)
        self._gate = None

    async def before(self, statement: str, pid: int) -> None:
        self.pid, self._gate = pid, asyncio.get_running_loop().create_future()
        self._moved.set()
        await self._gate
        self.sent += 1
        self.log.append(f"  {self.name}: {' '.join(statement.split())[:70]}")

    async def moved(self) -> None:
        """Wait for a little while until it stands again."""
        self._moved.clear()
        if self.moves:
            await asyncio.wait([asyncio.ensure_future(self._moved.wait())], timeout=LOOK_AGAIN_S)


class HeldConnection(Connection):
    """The store's connection, with the gate."""

    async def execute(self, query: str, *args: object, timeout: float | None = None) -> Any:  # noqa: ANN401, ASYNC109 - as asyncpg has it
        return await self._held(query, lambda: super(HeldConnection, self).execute(query, *args))

    async def fetch(self, query: str, *args: object, **more: Any) -> Any:  # noqa: ANN401
        return await self._held(
            query, lambda: super(HeldConnection, self).fetch(query, *args, **more)
        )

    async def _held(self, query: str, send: Callable[[], Awaitable[Any]]) -> Any:  # noqa: ANN401
        actor = acting.get()
        if actor is None:
            return await send()
        await actor.before(query, self.get_server_pid())
        try:
            return await send()
        except (asyncpg.DeadlockDetectedError, asyncpg.LockNotAvailableError) as error:
            actor.lost.append(repr(error))
            raise


async def play(actors: Sequence[Actor], turns: Iterable[int], *, observer: Any) -> None:  # noqa: ANN401
    """Let the actors send their statements in turns, and then each to its end.

    A turn of somebody who waits for a lock, or is through, is nobody's. `observer` is a connection
    of its own, which asks who waits for a lock.
    """
    tasks = [asyncio.create_task(actor.run()) for actor in actors]
    await _until_they_stand(actors, observer)
    for turn in turns:
        if actors[turn].waits:
            actors[turn].let_through()
            await _until_they_stand(actors, observer)
    while not all(actor.told for actor in actors):
        for actor in actors:
            while actor.waits:
                actor.let_through()
                await _until_they_stand(actors, observer)
        await _until_they_stand(actors, observer)
    await asyncio.gather(*tasks)


async def _until_they_stand(actors: Sequence[Actor], observer: Any) -> None:  # noqa: ANN401
    """Until each is before a statement, at a lock that another holds, or through."""
    while moving := [actor for actor in actors if actor.moves]:
        await moving[0].moved()
        if all([actor.moves and await _at_a_lock(actor, observer) for actor in moving]):
            return


async def _at_a_lock(actor: Actor, observer: Any) -> bool:  # noqa: ANN401
    waits = bool(await observer.fetchval("SELECT cardinality(pg_blocking_pids($1)) > 0", actor.pid))
    actor.held_up = actor.held_up or waits
    return waits
