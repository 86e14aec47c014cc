"""A backup is made while everybody works, put back, and everybody works on: in another life."""

import asyncio
import json
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import timedelta

from escgraph.domain.terms import Role, Tier
from escgraph.store import database, stream
from escgraph.store.database import dialect, fetch
from tests.cli.program import escgraph
from tests.faults.backups import NAME, Backups, OfPostgres, OfSqlite
from tests.faults.business import writing
from tests.faults.consistent import consistent
from tests.faults.history import History, Operation, Outcome, check
from tests.faults.house import SECOND, Ground, House, on_own_postgres, on_sqlite, publish_quick
from tests.faults.ladder import fired_once, tickets_due, until_all_have_fired
from tests.faults.listening import events_behind
from tests.faults.mirror import Mirror, Web, mirroring, true_pictures, until
from tests.faults.old_cursors import Keeper, gone_on_silently
from tests.faults.programs import Program, exited
from tests.faults.report import Count

LADDER = (SECOND, 2 * SECOND, 3 * SECOND)
PAUSE_S = 0.1
BACKUP_S = 3.0
"""About how long the commands take; it only spreads what falls due."""

LOST_S = 1.0
"""How long all work on behind the backup: what they do then is lost."""

TOLD_S = 10.0
"""By when every subscriber must have been told, counted from the start of the server."""


@dataclass(frozen=True, slots=True)
class Load:
    """Who works; `tickets` fall due from the beginning until after the backup; seconds before it.

    `kinds` are the ways in which backups are put back, one after the other.
    """

    kinds: tuple[str, ...]
    sockets: int
    event_streams: int
    writers: int
    tickets: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Life:
    """How one backup lived on.

    Attributes:
        acknowledged: how many acts clients knew to be done before it was begun.
        lost: how many events of the life before are not in it.
        fired: how many rungs the engines fired in it.
        cursors: how many of other lives were handed in.
        told: after how long the last subscriber knew, in seconds.
        head: the position of its last event.
        told_counts: whether all were told that it is another life.
        counts: whether it is whole.
    """

    way: str
    acknowledged: int
    lost: int
    fired: int
    cursors: int
    told: float
    head: int
    told_counts: tuple[Count, ...]
    counts: tuple[Count, ...]


async def put_back(load: Load, ground: Ground) -> list[Life]:
    """One life after the other, of the kinds that are wanted, on both engines."""
    lives: list[Life] = []
    if set(load.kinds) & set(OfPostgres.ways):
        async with on_own_postgres(ground.home, name=NAME) as (house, server):
            lives += await _lives(house, OfPostgres(server, ground.home), load)
    if set(load.kinds) & set(OfSqlite.ways):
        async with on_sqlite(ground.home) as house:
            lives += await _lives(house, OfSqlite(house.database_url, ground.home), load)
    return lives


async def _lives(house: House, backups: Backups, load: Load) -> list[Life]:
    history = History()
    agent = await house.hire(Role.LEVEL_1_AGENT, Tier.LEVEL_1)
    web = house.web(ESCGRAPH_ENGINE="auto")
    _hire_worker(house)
    at = Web(house.url(web), house.socket_url(web))
    async with AsyncExitStack() as opened:
        desks = [
            await opened.enter_async_context(Keeper(at.url, agent, history))
            for _ in range(load.writers)
        ]
        await _open_tickets(house, load)
        mirrors = await opened.enter_async_context(
            mirroring([at], agent, sockets=load.sockets, event_streams=load.event_streams)
        )
        async with writing(desks, pause=PAUSE_S):
            await asyncio.sleep(load.seconds)
            known = [one for one in history.operations if one.outcome is Outcome.OK]
            await asyncio.to_thread(backups.make)
            await asyncio.sleep(LOST_S)
        people = _People(agent, web, at, history, desks, mirrors)
        lives, head = [], (await stream.head()).position
        for way in (one for one in backups.ways if one in load.kinds):
            house.close()
            await database.close()
            async with AsyncExitStack() as place:
                url = await asyncio.to_thread(place.enter_context, backups.put_back(way))
                await database.connect(url, pool_size=4)
                place.push_async_callback(database.close)
                place.callback(house.close)
                house.settings["ESCGRAPH_DATABASE_URL"] = house.database_url = url
                life = await _live_on(house, people, way=way, known=known, head=head)
            lives.append(life)
            head = life.head
    return lives


@dataclass(frozen=True, slots=True)
class _People:
    """Who worked with the database that is lost, and goes on with the one that was put back."""

    agent: str
    web: Program
    at: Web
    history: History
    desks: Sequence[Keeper]
    mirrors: Sequence[Mirror]

    @property
    def cursors(self) -> list[str]:
        return [cursor for desk in self.desks for cursor in desk.cursors]


async def _live_on(
    house: House, people: _People, *, way: str, known: Sequence[Operation], head: int
) -> Life:
    """What was put back is whole; it is served at the same address, and all go on with it."""
    history, begun = people.history, len(people.history.operations)
    first = (await stream.head()).position
    whole = await consistent()
    old = people.cursors
    fired = await _fired()
    resyncs = [one.resyncs for one in people.mirrors]
    web = house.prepared("web", {**people.web.wanted.environ, **house.settings}).start().ready()
    began = asyncio.get_running_loop().time()
    _hire_worker(house)
    at_once = await gone_on_silently(f"{SILENT} at once", old, web=people.at, token=people.agent)
    async with writing(people.desks, pause=PAUSE_S / 2):
        told = await _all_told(people.mirrors, resyncs)
        await _overtaken(head)
    later = await gone_on_silently(
        f"{SILENT} after they were overtaken", old, web=people.at, token=people.agent
    )
    await until_all_have_fired()
    events = await events_behind(0)
    done = History([*known, *history.operations[begun:]])
    return Life(
        way=way,
        acknowledged=len(known),
        lost=head - first,
        fired=await _fired() - fired,
        cursors=len(old),
        told=told - began,
        head=(await stream.head()).position,
        told_counts=(
            at_once,
            later,
            Count("subscribers without a resync", _untold(people.mirrors, resyncs)),
            await true_pictures(people.mirrors),
        ),
        counts=(
            replace(whole, what="contradictions in the backup"),
            *check(done, events),
            *await fired_once(),
            await examined(house),
            exited([web]),
        ),
    )


SILENT = "old cursors silent"


def _hire_worker(house: House) -> None:
    """Where there can be one: on SQLite the web process is the engine."""
    if dialect() == "postgres":
        house.worker()


async def _open_tickets(house: House, load: Load) -> None:
    policy = await publish_quick(*LADDER)
    begin, seconds = await house.now() + SECOND / 2, load.seconds + BACKUP_S + LOST_S
    moments = [begin + timedelta(seconds=seconds * n / load.tickets) for n in range(load.tickets)]
    await tickets_due(moments, after=LADDER[0], policy=policy)


async def _fired() -> int:
    (row,) = await fetch("SELECT count(*) AS n FROM event WHERE by_id IS NULL")
    return int(row["n"])


async def _all_told(mirrors: Sequence[Mirror], before: Sequence[int]) -> float:
    """When the last of them was told, by the loop's clock."""
    await until(lambda: not _untold(mirrors, before), seconds=TOLD_S)
    if _untold(mirrors, before):
        return asyncio.get_running_loop().time()
    return max(one.resync_at or 0.0 for one in mirrors)


def _untold(mirrors: Sequence[Mirror], before: Sequence[int]) -> int:
    return sum(one.resyncs <= then for one, then in zip(mirrors, before, strict=True))


async def _overtaken(head: int) -> None:
    """Wait until this life has written more than the one before had."""
    async with asyncio.timeout(60):
        while (await stream.head()).position <= head:
            await asyncio.sleep(0.05)


async def examined(house: House) -> Count:
    """What `escgraph doctor --deep` finds to fail, while the engine works."""
    found = await asyncio.to_thread(
        escgraph, "doctor", "--deep", "--json", at=house.home, **_words(house)
    )
    checks = json.loads(found.out)["checks"]
    wrong = [f"{one['about']}: {one['says']}" for one in checks if one["state"] == "fail"]
    assert bool(found.code) is bool(wrong), found.err
    assert "contradictions" in [one["about"] for one in checks]
    return Count("failures that doctor --deep finds", len(wrong), tuple(wrong[:5]))


def _words(house: House) -> dict[str, str]:
    """The settings of the programs, as the command is given them."""
    return {name.removeprefix("ESCGRAPH_").lower(): text for name, text in house.settings.items()}
