"""Idempotency keys: the same request sent twice has one effect, and the second gets its answer.

The key is the first row that a unit of work writes, so that a second sender waits for the first.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from uuid_utils.compat import uuid7

from escgraph.domain.errors import ConflictError
from escgraph.domain.terms import PersonId
from escgraph.store.database import execute, fetch
from escgraph.store.values import parsed

KEPT = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Request:
    """One request under its key; `payload_hash` says whether another one is the same."""

    key: str
    act: str
    payload_hash: str


async def earlier_answer(request: Request, *, by: PersonId, at: datetime) -> dict[str, Any] | None:
    """What the same request was answered before; None for a new key, which is claimed here.

    A key that is older than its 24 hours is new.

    Raises:
        ConflictError: the key came with another payload.
    """
    await execute(
        "DELETE FROM idempotency WHERE actor_id = $1 AND key = $2 AND created_at < $3",
        by,
        request.key,
        at - KEPT,
    )
    claimed = await execute(
        "INSERT INTO idempotency (id, actor_id, key, act, payload_hash, created_at) "
        "VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (actor_id, key) DO NOTHING",
        uuid7(),
        by,
        request.key,
        request.act,
        request.payload_hash,
        at,
    )
    if claimed:
        return None
    rows = await fetch(
        "SELECT act, payload_hash, result FROM idempotency WHERE actor_id = $1 AND key = $2",
        by,
        request.key,
    )
    if (rows[0]["act"], rows[0]["payload_hash"]) != (request.act, request.payload_hash):
        raise ConflictError(
            f'the idempotency key "{request.key}" was used with another request; use a new key',
            field=("idempotencyKey",),
        )
    answer: dict[str, Any] = parsed(rows[0]["result"])
    return answer


async def keep_answer(request: Request, *, by: PersonId, answer: dict[str, Any]) -> None:
    await execute(
        "UPDATE idempotency SET result = $3 WHERE actor_id = $1 AND key = $2",
        by,
        request.key,
        answer,
    )


async def forget(*, before: datetime) -> int:
    """Drop the keys that are older than `before`; returns how many."""
    return await execute("DELETE FROM idempotency WHERE created_at < $1", before)
