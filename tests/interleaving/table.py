"""Where two meet at a ticket: each pair at one of its own, and each meeting must be serial."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any

from uuid_utils.compat import uuid7

from escgraph.domain.terms import TicketId
from escgraph.queries.tickets import TicketPage
from escgraph.store import stream
from tests.interleaving.acts import BY, FIRED_AFTER, Act, Scene, before, engine
from tests.interleaving.gate import Actor, play
from tests.interleaving.outcome import Outcome, broken, left, torn
from tests.store.ladders import HOUR, NINE, store

Acts = tuple[Act, Act]


@dataclass(frozen=True)
class Serial:
    """What comes of two acts one after the other; `statements` are those of the first."""

    in_order: Outcome
    in_reverse: Outcome
    statements: int


@dataclass
class Table:
    """Where pairs of acts meet, each on a ticket of its own, each a day before the one before.

    So what an engine finds due is never the ticket of an earlier pair.
    """

    observer: Any
    met: int = 0
    known: dict[Acts, Serial] = field(default_factory=dict)

    async def meet(self, acts: Acts, turns: Sequence[int]) -> tuple[Outcome, list[Actor]]:
        """Let both act in turns; what it left behind, once an engine has swept at the end."""
        self.met += 1
        nine = NINE - timedelta(days=self.met)
        scene_of = before(*acts)
        ticket = await store(scene_of(TicketId(uuid7()), nine))
        at = nine + 2 * HOUR
        scene = Scene(ticket.id, at, at + FIRED_AFTER[scene_of])
        head = (await stream.head()).position
        log: list[str] = []
        actors = [
            Actor(name, partial(act, scene, by), log)
            for name, act, by in zip("AB", acts, BY, strict=True)
        ]
        await play(actors, turns, observer=self.observer)
        wrong = await self._wrong(actors, ticket.id, head)
        await engine(scene, BY[0])
        wrong += await broken(ticket.id, after=head)
        assert not wrong, "\n".join([story(acts, actors), *wrong])
        told = tuple(f"{actor.name}: {actor.told}" for actor in actors)
        return Outcome(told, await left(ticket.id, nine=nine)), actors

    async def _wrong(self, actors: Sequence[Actor], ticket: TicketId, head: int) -> list[str]:
        wrong = [line for actor in actors for line in actor.lost]
        wrong += [actor.told for actor in actors if actor.told.startswith("FAILED")]
        for actor in actors:
            if isinstance(actor.answer, TicketPage):
                wrong += await torn(actor.answer)
        return wrong + await broken(ticket, after=head)

    async def serially(self, acts: Acts) -> Serial:
        if acts not in self.known:
            in_order, (first, _) = await self.meet(acts, [0] * LONG)
            in_reverse, _ = await self.meet(acts, [1] * LONG)
            self.known[acts] = Serial(in_order, in_reverse, first.sent)
        return self.known[acts]

    async def must_be_serial(self, acts: Acts, turns: Sequence[int], serial: Serial) -> None:
        came, actors = await self.meet(acts, turns)
        assert came in (serial.in_order, serial.in_reverse), "\n".join(
            [
                story(acts, actors),
                "beside A, then B:",
                *came.differs_from(serial.in_order),
                "beside B, then A:",
                *came.differs_from(serial.in_reverse),
            ]
        )


def story(acts: Acts, actors: Sequence[Actor]) -> str:
    """Who does what, and the statements in the order in which they were let through."""
    pairs = zip(actors, acts, strict=True)
    names = ", ".join(f"{actor.name} is {act.__name__}" for actor, act in pairs)
    return "\n".join([f"{names}:", *actors[0].log])


LONG = 40
"""More statements than any act has."""
