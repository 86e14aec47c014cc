"""Notices that should have gone and did not, and why: what an operator is told of."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from escgraph.store.checkup import Waiting
from escgraph.store.database import fetch
from escgraph.store.readers import NOTICES
from escgraph.store.values import moment


@dataclass(frozen=True, slots=True)
class OpenCircuit:
    """What nobody tries until that moment, as it failed again and again."""

    key: str
    until: datetime


async def untold() -> Waiting:
    """Events that the reader of notices has not read, and when the first was written."""
    (row,) = await fetch(_BEHIND, NOTICES)
    first = await fetch(_FIRST_UNREAD, row["position"])
    return Waiting(row["many"], moment(first[0]["recorded_at"]) if first else None)


async def overdue(*, before: datetime, now: datetime) -> Waiting:
    """Messages that were due before that moment, and that no open circuit holds up."""
    return await _waiting(_OVERDUE, before, now)


async def dead(*, since: datetime) -> Waiting:
    """Messages that died since that moment and were not sent anew."""
    return await _waiting(_DEAD, since)


async def logged(*, since: datetime) -> Waiting:
    """Messages that went to the log since that moment, as there was no other way."""
    return await _waiting(_LOGGED, since)


async def ways() -> int:
    """How many channels of people are in use that need no mail server."""
    (row,) = await fetch(_WAYS)
    return int(row["many"])


async def disabled() -> int:
    """How many channels and webhooks nothing goes to, until somebody enables them."""
    (row,) = await fetch(_DISABLED)
    return int(row["many"])


async def sealed() -> list[str]:
    """Everything sealed that may be opened yet."""
    return [row["text"] for row in await fetch(_SEALED)]


async def open_circuits(now: datetime) -> Sequence[OpenCircuit]:
    rows = await fetch(_OPEN, now)
    return [OpenCircuit(row["key"], cast("datetime", moment(row["open_until"]))) for row in rows]


async def _waiting(sql: str, *values: object) -> Waiting:
    (row,) = await fetch(sql, *values)
    return Waiting(row["many"], moment(row["since"]))


_BEHIND = """
SELECT r.position, s.position - r.position AS many
FROM reader r, stream s WHERE r.name = $1 AND s.name = 'main'
"""
_FIRST_UNREAD = "SELECT recorded_at FROM event WHERE position > $1 ORDER BY position LIMIT 1"
_OVERDUE = """
SELECT count(*) AS many, min(m.due_at) AS since
FROM message m LEFT JOIN circuit c ON c.key = m.circuit
WHERE (c.open_until IS NULL OR c.open_until <= $2)
  AND (m.state = 'WAITING' AND m.due_at < $1 OR m.state = 'SENDING' AND m.leased_until < $1)
"""
_DEAD = """
SELECT count(*) AS many, min(died_at) AS since FROM message
WHERE state = 'DEAD' AND died_at >= $1
"""
_LOGGED = """
SELECT count(*) AS many, min(created_at) AS since FROM message
WHERE kind = 'LOG' AND created_at >= $1
"""
_WAYS = """
SELECT count(*) AS many FROM channel
WHERE removed_at IS NULL AND disabled_at IS NULL AND kind <> 'EMAIL'
"""
_OPEN = "SELECT key, open_until FROM circuit WHERE open_until > $1 ORDER BY key"
_DISABLED = """
SELECT (SELECT count(*) FROM channel WHERE disabled_at IS NOT NULL AND removed_at IS NULL)
     + (SELECT count(*) FROM webhook WHERE disabled_at IS NOT NULL AND removed_at IS NULL) AS many
"""
_SEALED = """
SELECT target AS text FROM channel WHERE removed_at IS NULL AND target IS NOT NULL
UNION ALL SELECT secrets FROM channel WHERE removed_at IS NULL AND secrets IS NOT NULL
UNION ALL SELECT url FROM webhook WHERE removed_at IS NULL
UNION ALL SELECT secrets FROM webhook WHERE removed_at IS NULL
"""
