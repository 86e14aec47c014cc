"""Two at a webhook, a review, a draft, a message …: as if one had come after the other."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import asyncpg
import pytest

from escgraph.commands import webhook_steps
from escgraph.store import database, sealing, stream
from escgraph.store.postgres_client import Client, Transaction
from tests.interleaving import own, papers, post
from tests.interleaving.gate import Actor, HeldConnection, apart, play
from tests.interleaving.meeting import Meeting, clear, plain, what_is_left
from tests.queries.house import House
from tests.servers import named, psql

MEETINGS = {**own.MEETINGS, **post.MEETINGS, **papers.MEETINGS}

TO_THE_END = 40
"""More statements than any act has."""


@dataclass(frozen=True)
class Outcome:
    """What was answered, what was told of it, and what is left."""

    told: tuple[str, ...]
    events: tuple[str, ...]
    left: tuple[str, ...]


@dataclass
class Place:
    """Where they meet; `observer` is a connection of its own, which sees who waits for a lock."""

    house: House
    observer: Any

    async def meet(self, meeting: Meeting, turns: Sequence[int]) -> tuple[Outcome, list[Actor]]:
        await clear()
        thing = await meeting.made(self.house)
        head = (await stream.head()).position
        log: list[str] = []
        acts = (meeting.first, meeting.second)
        actors = [
            Actor(name, partial(act, thing), log) for name, act in zip("AB", acts, strict=True)
        ]
        await play(actors, turns, observer=self.observer)
        if meeting.then:
            await meeting.then(thing)
        wrong = [f"{one.name}: {said}" for one in actors for said in (*one.lost, one.told)]
        assert not [said for said in wrong if "Error(" in said], "\n".join([*log, *wrong])
        return Outcome(
            told=tuple(plain(f"{one.told}, {one.answer not in (None, False)}") for one in actors),
            events=tuple(event.kind for event in await stream.read(head, limit=100)),
            left=await what_is_left(meeting, thing),
        ), actors


@pytest.fixture
async def place(pg_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Place]:
    name = pg_url.rpartition("/")[2]
    psql(named(pg_url, "postgres"), f"ALTER DATABASE \"{name}\" SET deadlock_timeout = '50ms'")
    monkeypatch.setattr(Client, "connection_class", HeldConnection)
    monkeypatch.setattr(Transaction, "take_turn", apart)
    monkeypatch.setattr(webhook_steps, "MOST_OF_ONE", 2)
    sealing.use_keys([sealing.new_key()])
    await database.connect(pg_url, pool_size=4)
    house = House()
    await house.move_in()
    await papers.the_pattern(house)
    observer = await asyncpg.connect(pg_url)
    yield Place(house, observer)
    await observer.close()
    await database.close()
    sealing.use_keys([])


async def test_two_who_meet_come_one_after_the_other(place: Place) -> None:
    """Each in turn stops before each of its statements, and the other goes on as far as it can."""
    for name, meeting in MEETINGS.items():
        in_order, (first, _) = await place.meet(meeting, [0] * TO_THE_END)
        in_reverse, (_, second) = await place.meet(meeting, [1] * TO_THE_END)
        for who, statements in enumerate((first.sent, second.sent)):
            if who and meeting.first is meeting.second:
                continue
            for stop in range(1, statements):
                turns = [who] * stop + [1 - who] * TO_THE_END
                came, (stopped, _) = await place.meet(meeting, turns)
                assert came in (in_order, in_reverse), "\n".join([name, *stopped.log])


async def test_a_third_who_publishes_waits_for_the_second_who_waited_for_the_first(
    place: Place,
) -> None:
    """What the second waited for is retired by then, and the version in force is nobody's yet."""
    drafts = [await papers.two_drafts(place.house) for _ in range(3)]
    log: list[str] = []
    actors = [
        Actor(name, partial(papers.publish_it, draft), log)
        for name, draft in zip("ABC", drafts, strict=True)
    ]

    turns = [0] * 3 + [1] * 3 + [0] * TO_THE_END + [1] * 2 + [2] * TO_THE_END
    await play(actors, turns, observer=place.observer)

    assert [actor.told for actor in actors] == ["done"] * 3, "\n".join(log)
