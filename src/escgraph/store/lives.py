"""The lives of a database: one that was restored, copied or promoted begins a new epoch.

| sign of a life        | another one after                                                       |
|-----------------------|-------------------------------------------------------------------------|
| PostgreSQL's system   | a dump that is restored into another server                             |
| timeline of its log   | a standby that is promoted, a recovery to a point in time               |
| number of the database| a database that is made anew, or as a copy                              |
| SQLite's file         | only that `escgraph backup` wrote it: a file tells nothing of itself    |

The timeline is that of the log's end; the control file tells the old one until a checkpoint. What
shows no sign, such as a base backup that is simply started, is found out by what a process knows:
a head that went back, or another event where its last one was.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from uuid import uuid4

import asyncpg

from escgraph.store.database import DatabaseUnavailable, dialect, execute, fetch, on_close
from escgraph.store.event_tables import EVER
from escgraph.store.stream import Head, tag_of

FILE = "file"
COPY = "copy"
UNKNOWN = "-"


@dataclass(frozen=True, slots=True)
class Look:
    """The stream, beside what the database tells of itself.

    Attributes:
        life: the one that the epoch belongs to; None where nobody has said yet.
        now: the one that the database has.
        writable: false in a standby, which has no life of its own before it is promoted.
        tag: that of the event at the position that was asked for; None where none is stored.
    """

    head: Head
    life: str | None
    now: str
    writable: bool
    tag: str | None

    @property
    def settled(self) -> bool:
        """Whether the epoch belongs to the life that the database has."""
        return self.life is None or _alike(self.life, self.now)


class Watch:
    """Looks at the head time and again, for one process; what it returns is settled."""

    def __init__(self) -> None:
        self._last: Head | None = None

    async def head(self) -> Head:
        """Where the stream ends now; a new epoch begins where the database lost its tail."""
        await _learn()
        seen = await look(self._last.position if self._last else 0)
        if seen.writable and (not seen.settled or self._contradicted_by(seen)):
            await _begin(seen)
            seen = await look(0)
        elif seen.writable:
            await _adopt(seen)
        self._last = seen.head
        return seen.head

    def _contradicted_by(self, seen: Look) -> bool:
        last = self._last
        if last is None or last.epoch != seen.head.epoch:
            return False
        return seen.head.position < last.position or differ(last.tag, seen.tag)


def differ(one: str | None, other: str | None) -> bool:
    """Whether both tags are known, and those of two events."""
    return one is not None and other is not None and one != other


async def settle() -> None:
    """Begin a new epoch where the database lives another life than its stream says."""
    await Watch().head()


async def begin_anew() -> tuple[Head, Head]:
    """Begin a new epoch because somebody says that it was restored; the head before and after."""
    await _learn()
    before = await look(0)
    await _begin(before)
    return before.head, (await look(0)).head


async def look(position: int) -> Look:
    """The stream as it is now, and which event stands at that position."""
    (row,) = await fetch(_statement(), position)
    return Look(
        head=Head(row["epoch"], row["position"], row["last"] and tag_of(row["last"])),
        life=row["life"],
        now=row["now"],
        writable=bool(row["writable"]),
        tag=row["there"] and tag_of(row["there"]),
    )


def _alike(one: str, other: str) -> bool:
    """Whether nothing that both of them tell is another."""
    signs = zip(one.split("/"), other.split("/"), strict=False)
    return all(a == b or UNKNOWN in (a, b) for a, b in signs)


def _together(life: str, now: str) -> str:
    """What either of two that are alike tells."""
    signs = zip(life.split("/"), now.split("/"), strict=True)
    return "/".join(b if a == UNKNOWN else a for a, b in signs)


async def _begin(seen: Look) -> None:
    """Of several processes that see the same, the first one begins the epoch."""
    await execute(
        "UPDATE stream SET epoch = $1, life = $2 WHERE name = 'main' AND epoch = $3",
        str(uuid4()),
        seen.now,
        seen.head.epoch,
    )


async def _adopt(seen: Look) -> None:
    """Write down what is known of the life now, and was not before."""
    life = seen.now if seen.life is None else _together(seen.life, seen.now)
    if life != seen.life:
        await execute(
            "UPDATE stream SET life = $1 WHERE name = 'main' AND epoch = $2 "
            "AND coalesce(life, '') = $3",
            life,
            seen.head.epoch,
            seen.life or "",
        )


_SIGNS: Mapping[str, str] = MappingProxyType(
    {
        "system": "(SELECT system_identifier::text FROM pg_control_system())",
        "timeline": "CASE WHEN NOT pg_is_in_recovery() "
        "THEN left(pg_walfile_name(pg_current_wal_insert_lsn()), 8) END",
        "database": "(SELECT oid::text FROM pg_database WHERE datname = current_database())",
    }
)
_REFUSALS = (
    asyncpg.InsufficientPrivilegeError,
    asyncpg.UndefinedFunctionError,
    asyncpg.FeatureNotSupportedError,
    asyncpg.ObjectNotInPrerequisiteStateError,
)
_readable: set[str] = set()
"""The signs that this database lets us read, as a service that others run may not."""

on_close(_readable.clear)


async def _learn() -> None:
    """Find out which signs can be read. Not in a unit of work, which would be over by a refusal."""
    if dialect() == "sqlite" or _readable:
        return
    for name, sign in _SIGNS.items():
        try:
            await fetch(f"SELECT {sign}")
        except (*_REFUSALS, DatabaseUnavailable) as error:
            if not isinstance(error.__cause__ or error, _REFUSALS):
                raise
        else:
            _readable.add(name)


def _statement() -> str:
    if dialect() == "sqlite":
        return _LOOK.format(now=f"'{FILE}'", writable="1", ever=EVER)
    told = [sign if name in _readable else "NULL" for name, sign in _SIGNS.items()]
    now = " || '/' || ".join(f"coalesce({sign}, '{UNKNOWN}')" for sign in told)
    return _LOOK.format(now=now, writable="NOT pg_is_in_recovery()", ever=EVER)


_LOOK = """
SELECT s.epoch, s.position, s.life, {now} AS now, {writable} AS writable,
       (SELECT id FROM {ever} AS e WHERE e.position = s.position) AS last,
       (SELECT id FROM {ever} AS e WHERE e.position = $1) AS there
FROM stream s WHERE s.name = 'main'
"""
