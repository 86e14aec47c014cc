"""M1: each migration while the version before it works, and both versions side by side then.

The old version is the code of the commit before the migration, run with what is installed here. On
SQLite there is one process: the old one works on over the migration, then the new one takes its
place.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Self

from escgraph.clock import Clock
from escgraph.store import database
from escgraph.store.database import fetch
from escgraph.stream.cursor import Cursor
from tests.cli.program import escgraph
from tests.faults import old_house
from tests.faults.history import History, added, check
from tests.faults.house import QUIET, Ground, House
from tests.faults.kept_rows import every_row, lost_or_changed
from tests.faults.ladder import fired_once, until_none_is_due
from tests.faults.life import Tokens
from tests.faults.listening import Listener, caught_up, events_behind, heard_rightly, listening
from tests.faults.mirror import Web, until
from tests.faults.old_cursors import neither_followed_nor_told
from tests.faults.putting_back import examined
from tests.faults.report import Count, Figure, Report
from tests.faults.shifts import Shift, living
from tests.faults.versions import OldVersion, every_migration, versions_before
from tests.processes import free_port
from tests.servers import RedisServer, new_database

Engine = Literal["postgres", "sqlite"]

START_S = 4.0
"""About how long the old version needs to start; deadlines fall due from then on."""

AGAIN = re.compile(r"UNAVAILABLE|INTERNAL|\w*(Connect|Read|Write|RemoteProtocol)Error")
"""What clients are told that shall send it again, and what they see where a server is replaced.

Old versions say INTERNAL in the middle of an answer where a table stayed locked for too long while
the migration had it; that it was nothing else, their log must say. The new one must never say it.
"""

ACTS_AFTER = 5
"""How many acts the old version does at least on the new schema."""

AWAY = frozenset({"UNAVAILABLE", "INTERNAL"})

ENTRY = re.compile(r"^(?=\d{4}-\d\d-\d\dT)", re.MULTILINE)
COMPLAINT = re.compile(r"\[(?:error|critical)|Traceback")
WAITED = re.compile(r"LockNotAvailable|DeadlockDetected|Contended|database is locked")


@dataclass(frozen=True, slots=True)
class Scale:
    """`newest`: how many migrations, from the last one back. It is worked for thrice `seconds`.

    Attributes:
        lives: how many tickets are lived through at a time.
        due: how many deadlines fall due, from before the migration until after it.
    """

    newest: int
    engines: tuple[Engine, ...]
    lives: int
    subscribers: int
    due: int
    seconds: float


FULL = Scale(newest=99, engines=("postgres", "sqlite"), lives=3, subscribers=3, due=40, seconds=3)
REDUCED = Scale(newest=1, engines=("sqlite",), lives=1, subscribers=1, due=6, seconds=0.5)


@dataclass(frozen=True, slots=True)
class Upgrade:
    """How one went.

    Attributes:
        again: what clients were told that had to send it again.
        conflicts: how many keys of one version the other took for those of another input.
    """

    counts: tuple[Count, ...]
    rows: int
    acts: int
    fired: int
    again: tuple[str, ...]
    conflicts: int


async def run(scale: Scale, ground: Ground) -> Report:
    """Raises `NoHistoryError` where the versions of before cannot be had."""
    versions = versions_before(every_migration()[-scale.newest :], ground.home)
    found = [
        await _upgrade(version, engine, scale, ground)
        for version in versions
        for engine in scale.engines
    ]
    again = [said for one in found for said in one.again]
    return Report(
        added(one.counts for one in found),
        (
            Figure("rows kept, at least", min(one.rows for one in found), 1, "", least=True),
            Figure(
                "acts of the old version on the new schema, at least",
                min(one.acts for one in found),
                ACTS_AFTER,
                "",
                least=True,
            ),
            Figure("rungs fired, at least", min(one.fired for one in found), 1, "", least=True),
        ),
        f"{len(versions)} migration{'s' * (len(versions) > 1)} on {' and '.join(scale.engines)}, "
        f"{sum(one.acts for one in found):,} acts, {len(again)} of them sent again"
        f"{': ' if again else ''}{', '.join(sorted({one.split()[0] for one in again}))}; "
        f"{sum(one.conflicts for one in found)} keys taken for those of another input",
    )


async def _upgrade(version: OldVersion, engine: Engine, scale: Scale, ground: Ground) -> Upgrade:
    home = ground.home / f"{version.migration} on {engine}"
    home.mkdir()
    async with AsyncExitStack() as opened:
        house = opened.enter_context(_house(engine, ground, home))
        tokens = await asyncio.to_thread(_fill, version, house.database_url, scale)
        old = opened.enter_context(_Old(version, house, engine))
        await asyncio.to_thread(old.ready)
        await database.connect(house.database_url, pool_size=4)
        opened.push_async_callback(database.close)
        opened.callback(house.close)
        history = History()
        shift = Shift([await opened.enter_async_context(tokens.staff(old.at.url, history))])
        epoch, cursor = await _epoch(), await shift.cursor()
        begin = Cursor.parse(cursor).position
        listeners = await opened.enter_async_context(
            _listening(house, old.at, tokens, scale, after=cursor)
        )
        joined: list[Listener] = []
        async with living(shift, count=scale.lives):
            await asyncio.sleep(scale.seconds)
            before = await every_row()
            border = [cursor, *shift.cursors]
            await asyncio.to_thread(_migrate, house)
            after_it = len(shift.acts)
            await asyncio.sleep(scale.seconds)
            await until(lambda: len(shift.acts) >= after_it + ACTS_AFTER, seconds=60)
            kept = await lost_or_changed(before)
            on_new_schema = shift.acts[after_it:]
            by_old = old.complaints
            new = await _join(house, old, engine)
            if engine == "sqlite":
                shift.replaced()
            else:
                shift.join(await opened.enter_async_context(tokens.staff(new.url, history)))
                joined = await opened.enter_async_context(
                    _listening(house, new, tokens, scale, after=cursor)
                )
            await asyncio.sleep(scale.seconds)
        await until_none_is_due()
        said = shift.said
        keys = await shift.send_again()
        misled = [one for one in keys if one not in ("", "CONFLICT")]
        crossing = await neither_followed_nor_told(
            "cursors of the old version at the new one", border, web=new, token=tokens.agent
        )
        back = Count("cursors of the new version at the old one", 0)
        if engine == "postgres":
            back = await neither_followed_nor_told(
                back.what,
                [await shift.cursor(), *shift.cursors[-10:]],
                web=old.at,
                token=tokens.agent,
            )
        await caught_up([*listeners, *joined])
        events = await events_behind(begin)
        kinds = {one.kind for one in events if engine == "sqlite" or version.knows(one.kind)}
        known = [one for one in events if one.kind in kinds]
        wrong = [one for one in said if not AGAIN.match(one)] + shift.broken
        found = await examined(house)
        ended = await asyncio.to_thread(old.end)
        epoch_now = await _epoch()
        return Upgrade(
            counts=(
                kept,
                Count("errors for clients", len(wrong), tuple(wrong[:3])),
                Count("acts refused", *shift.refused()),
                Count("keys that are not kept", len(misled), tuple(misled[:3])),
                Count("lives that read otherwise", *await shift.read_otherwise()),
                Count("errors that the old version logs", len(by_old), by_old[:3]),
                Count("epochs begun", int(epoch != epoch_now)),
                *check(history, events),
                *added((heard_rightly(listeners, known), heard_rightly(joined, events))),
                *(one for one in await fired_once() if one.what != "early"),
                crossing,
                back,
                found,
                Count("old processes that end badly", *ended),
            ),
            rows=before.many,
            acts=len(on_new_schema),
            fired=await _fired(),
            again=tuple(said),
            conflicts=keys.count("CONFLICT"),
        )


@contextmanager
def _house(engine: Engine, ground: Ground, home: Path) -> Iterator[House]:
    """An empty database, and what programs need to work with it."""
    if engine == "sqlite":
        url = f"sqlite://{home / 'escgraph.db'}"
        yield House(url, {**QUIET, "ESCGRAPH_DATABASE_URL": url}, None, home, Clock())
        return
    with new_database(ground.postgres_url) as url, RedisServer() as redis:
        places = {"ESCGRAPH_DATABASE_URL": url, "ESCGRAPH_REDIS_URL": redis.url}
        yield House(url, {**QUIET, **places}, redis, home, Clock())


def _fill(version: OldVersion, url: str, scale: Scale) -> Tokens:
    """What the old version had in its database before; deadlines fall due all the time."""
    program = Path(old_house.__file__).read_text()
    first, seconds = START_S, 3 * scale.seconds
    printed = version.run(program, url, str(scale.due), str(first), str(seconds))
    return Tokens(*printed.split())


class _Old:
    """The old version at work: a web process, and a worker beside it on PostgreSQL."""

    def __init__(self, version: OldVersion, house: House, engine: Engine) -> None:
        self.port = free_port()
        own = {"ESCGRAPH_PORT": str(self.port)}
        self._web = version.start("serve", {**house.settings, **own}, log=house.home / "old web")
        self._services = [self._web]
        if engine == "postgres":
            log = house.home / "old worker"
            self._services.append(version.start("worker", house.settings, log=log))
        self.at = Web(
            f"http://127.0.0.1:{self.port}/graphql", f"ws://127.0.0.1:{self.port}/graphql"
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        for service in self._services:
            service.end()

    def ready(self) -> None:
        self._web.wait_for_port(self.port)
        for worker in self._services[1:]:
            worker.wait_for_text("worker.started")

    @property
    def complaints(self) -> tuple[str, ...]:
        """What was logged that is an error, and does not only say that a table was locked."""
        entries = [entry for one in self._services for entry in ENTRY.split(one.output)]
        wrong = [one for one in entries if COMPLAINT.search(one) and not WAITED.search(one)]
        return tuple(one[:2000] for one in wrong)

    def end(self) -> tuple[int, tuple[str, ...]]:
        """Ask them to end; how many had ended before, or did not end well, and what they said."""
        services, self._services = self._services, []
        wrong = [one for one in services if not one.running or one.terminate() != 0]
        for service in services:
            service.end()
        return len(wrong), tuple(one.output[-500:] for one in wrong)


@asynccontextmanager
async def _listening(
    house: House, at: Web, tokens: Tokens, scale: Scale, *, after: str
) -> AsyncIterator[list[Listener]]:
    await house.now()
    async with listening(
        [at.socket_url],
        tokens.agent,
        count=scale.subscribers,
        after=after,
        clock=house.clock,
        away=AWAY,
    ) as listeners:
        yield listeners


def _migrate(house: House) -> None:
    done = escgraph("migrate", at=house.home, database_url=house.database_url)
    assert done.code == 0, done.err


async def _join(house: House, old: _Old, engine: Engine) -> Web:
    """The new version works too, or in place of the old one at the same address; where it does."""
    if engine == "postgres":
        web, _ = await asyncio.to_thread(house.web), await asyncio.to_thread(house.worker)
        return Web(house.url(web), house.socket_url(web))
    ended = await asyncio.to_thread(old.end)
    assert ended == (0, ()), ended
    again = {**house.settings, "ESCGRAPH_PORT": str(old.port)}
    await asyncio.to_thread(house.prepared("web", again).start().ready)
    return old.at


async def _epoch() -> str:
    (row,) = await fetch("SELECT epoch FROM stream")
    return str(row["epoch"])


async def _fired() -> int:
    (row,) = await fetch("SELECT count(*) AS n FROM event WHERE by_id IS NULL")
    return int(row["n"])
