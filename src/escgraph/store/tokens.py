"""Tokens at rest: only their hashes, with whose they are and what they may be used for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, cast

from escgraph.domain.terms import PersonId, Role, Scope, Tier, TokenId
from escgraph.domain.ticket import Actor
from escgraph.store.database import execute, fetch
from escgraph.store.values import boolean, moment, parsed, uuid


@dataclass(frozen=True, slots=True)
class Token:
    """`expires_at` and `revoked_at` are None for not ever and not yet."""

    id: TokenId
    person_id: PersonId
    name: str
    scopes: frozenset[Scope]
    demo: bool
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class Bearer:
    """Who holds a token that is good now."""

    actor: Actor
    token: Token


def hashed(secret: str) -> str:
    """What is stored of a token. It is 256 random bits, so one round of SHA-256 is enough."""
    return sha256(secret.encode()).hexdigest()


async def insert(token: Token, *, secret: str) -> None:
    await execute(
        "INSERT INTO token (id, hash, person_id, name, scopes, demo, created_at, expires_at) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        token.id,
        hashed(secret),
        token.person_id,
        token.name,
        sorted(token.scopes),
        token.demo,
        token.created_at,
        token.expires_at,
    )


async def bearer(secret: str, *, at: datetime) -> Bearer | None:
    """Who comes with that token; None where it is unknown, revoked or expired, or they left."""
    rows = await fetch(
        "SELECT t.*, p.role, p.tier FROM token t JOIN person p ON p.id = t.person_id "
        "WHERE t.hash = $1 AND p.active AND t.revoked_at IS NULL "
        "AND (t.expires_at IS NULL OR t.expires_at > $2)",
        hashed(secret),
        at,
    )
    if not rows:
        return None
    token = token_of(rows[0])
    tier = Tier(rows[0]["tier"]) if rows[0]["tier"] else None
    return Bearer(Actor(token.person_id, Role(rows[0]["role"]), tier, token.id), token)


async def good(ids: Sequence[TokenId], *, at: datetime) -> frozenset[TokenId]:
    """Those of the tokens that are good still."""
    if not ids:
        return frozenset()
    marks = ", ".join(f"${n}" for n in range(2, len(ids) + 2))
    rows = await fetch(
        "SELECT t.id FROM token t JOIN person p ON p.id = t.person_id "  # noqa: S608 - placeholders
        "WHERE (t.expires_at IS NULL OR t.expires_at > $1) AND t.revoked_at IS NULL "
        f"AND p.active AND t.id IN ({marks})",
        at,
        *ids,
    )
    return frozenset(TokenId(uuid(row["id"])) for row in rows)


async def by_id(token_id: TokenId) -> Token | None:
    rows = await fetch("SELECT * FROM token WHERE id = $1", token_id)
    return token_of(rows[0]) if rows else None


async def of_person(person_id: PersonId) -> list[Token]:
    """All tokens of a person, the newest first."""
    rows = await fetch(
        "SELECT * FROM token WHERE person_id = $1 ORDER BY created_at DESC, id", person_id
    )
    return [token_of(row) for row in rows]


async def everything() -> list[Token]:
    """All tokens, the newest first."""
    return [
        token_of(row) for row in await fetch("SELECT * FROM token ORDER BY created_at DESC, id")
    ]


async def revoke(token_id: TokenId, *, at: datetime) -> bool:
    """Revoke it; False where it was revoked before, which stays as it was."""
    sql = "UPDATE token SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL"
    return bool(await execute(sql, token_id, at))


async def revoke_demo(*, at: datetime) -> None:
    """Revoke every demo token that an earlier run printed."""
    await execute("UPDATE token SET revoked_at = $1 WHERE demo AND revoked_at IS NULL", at)


def token_of(row: dict[str, Any]) -> Token:
    return Token(
        id=TokenId(uuid(row["id"])),
        person_id=PersonId(uuid(row["person_id"])),
        name=row["name"],
        scopes=frozenset(Scope(scope) for scope in parsed(row["scopes"])),
        demo=boolean(row["demo"]),
        created_at=cast("datetime", moment(row["created_at"])),
        expires_at=moment(row["expires_at"]),
        revoked_at=moment(row["revoked_at"]),
    )
