"""Webhooks at rest. Their addresses and secrets are sealed, and leave here only to be used."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from escgraph.domain.terms import PersonId, Priority, TicketId, Tier, WebhookId
from escgraph.store.database import dialect, execute, fetch
from escgraph.store.people import lock
from escgraph.store.replay import EventFilter
from escgraph.store.values import moment, parsed, uuid


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """A subscription of a script's. `place` is what may be shown of its address.

    Attributes:
        owner: by whose eyes it sees.
        url, secrets: sealed; empty once it was removed.
        position: how far the stream was made into messages for it.
    """

    id: WebhookId
    owner: PersonId
    name: str
    url: str = field(repr=False)
    secrets: str = field(repr=False)
    place: str
    wanted: EventFilter
    position: int
    created_at: datetime
    updated_at: datetime
    disabled_at: datetime | None = None
    disabled_reason: str | None = None
    removed_at: datetime | None = None

    @property
    def enabled(self) -> bool:
        return self.disabled_at is None and self.removed_at is None


async def insert(webhook: Webhook) -> None:
    await execute(
        "INSERT INTO webhook (id, owner_id, name, url, secrets, place, kinds, criteria, position, "
        "created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        webhook.id,
        webhook.owner,
        webhook.name,
        webhook.url,
        webhook.secrets,
        webhook.place,
        _kinds(webhook.wanted),
        _criteria(webhook.wanted),
        webhook.position,
        webhook.created_at,
        webhook.updated_at,
    )


async def save(webhook: Webhook) -> None:
    """What an act made of it."""
    await execute(
        "UPDATE webhook SET name = $2, url = $3, secrets = $4, place = $5, kinds = $6, "
        "criteria = $7, position = $8, updated_at = $9, disabled_at = $10, disabled_reason = $11, "
        "removed_at = $12 WHERE id = $1",
        webhook.id,
        webhook.name,
        webhook.url,
        webhook.secrets,
        webhook.place,
        _kinds(webhook.wanted),
        _criteria(webhook.wanted),
        webhook.position,
        webhook.updated_at,
        webhook.disabled_at,
        webhook.disabled_reason,
        webhook.removed_at,
    )


async def move(webhook_id: WebhookId, *, to: int) -> None:
    """Its place in the stream, and nothing else."""
    await execute("UPDATE webhook SET position = $2 WHERE id = $1", webhook_id, to)


async def locked(webhook_id: WebhookId) -> Webhook | None:
    """The webhook, locked until the unit of work ends; also one that was removed."""
    lock = " FOR UPDATE" if dialect() == "postgres" else ""
    return _first(await fetch(f"SELECT * FROM webhook WHERE id = $1{lock}", webhook_id))  # noqa: S608 - a literal


async def claimed(webhook_id: WebhookId) -> Webhook | None:
    """The same, but None at once where somebody else holds it."""
    lock = " FOR UPDATE SKIP LOCKED" if dialect() == "postgres" else ""
    return _first(await fetch(f"SELECT * FROM webhook WHERE id = $1{lock}", webhook_id))  # noqa: S608 - a literal


async def by_id(webhook_id: WebhookId) -> Webhook | None:
    """The webhook as it stands; also one that was removed."""
    return _first(await fetch("SELECT * FROM webhook WHERE id = $1", webhook_id))


async def everything(*, owner: PersonId | None = None) -> list[Webhook]:
    """Those of that owner, or all, by name; none that was removed."""
    mine, values = ("", ()) if owner is None else (" AND owner_id = $1", (owner,))
    rows = await fetch(
        f"SELECT * FROM webhook WHERE removed_at IS NULL{mine} ORDER BY name, id",  # noqa: S608 - a literal
        *values,
    )
    return [webhook_of(row) for row in rows]


async def count_of(owner: PersonId) -> int:
    """How many the owner has, alone with them: nobody adds one before the unit of work ends."""
    await lock(owner)
    (row,) = await fetch(
        "SELECT count(*) AS count FROM webhook WHERE owner_id = $1 AND removed_at IS NULL", owner
    )
    return int(row["count"])


async def behind(head: int) -> list[tuple[WebhookId, int]]:
    """The enabled ones that stand before that position, and where, the hindmost first."""
    rows = await fetch(
        "SELECT w.id, w.position FROM webhook w JOIN person p ON p.id = w.owner_id "
        "WHERE w.position < $1 AND w.disabled_at IS NULL AND w.removed_at IS NULL AND p.active "
        "ORDER BY w.position, w.id",
        head,
    )
    return [(WebhookId(uuid(row["id"])), row["position"]) for row in rows]


def webhook_of(row: dict[str, Any]) -> Webhook:
    return Webhook(
        id=WebhookId(uuid(row["id"])),
        owner=PersonId(uuid(row["owner_id"])),
        name=row["name"],
        url=row["url"],
        secrets=row["secrets"],
        place=row["place"],
        wanted=_wanted(parsed(row["kinds"]), parsed(row["criteria"]) or {}),
        position=row["position"],
        created_at=cast("datetime", moment(row["created_at"])),
        updated_at=cast("datetime", moment(row["updated_at"])),
        disabled_at=moment(row["disabled_at"]),
        disabled_reason=row["disabled_reason"],
        removed_at=moment(row["removed_at"]),
    )


def _first(rows: list[dict[str, Any]]) -> Webhook | None:
    return webhook_of(rows[0]) if rows else None


def _kinds(wanted: EventFilter) -> list[str] | None:
    return None if wanted.kinds is None else sorted(wanted.kinds)


def _criteria(wanted: EventFilter) -> dict[str, Any]:
    return {
        "ticket": None if wanted.ticket is None else str(wanted.ticket),
        "tiers": None if wanted.tiers is None else sorted(wanted.tiers),
        "priorities": None if wanted.priorities is None else sorted(wanted.priorities),
        "urgent_only": wanted.urgent_only,
        "critical": wanted.critical,
    }


def _wanted(kinds: list[str] | None, criteria: dict[str, Any]) -> EventFilter:
    ticket, tiers, priorities = (criteria.get(one) for one in ("ticket", "tiers", "priorities"))
    return EventFilter(
        kinds=None if kinds is None else frozenset(kinds),
        ticket=None if ticket is None else TicketId(uuid(ticket)),
        tiers=None if tiers is None else frozenset(map(Tier, tiers)),
        priorities=None if priorities is None else frozenset(map(Priority, priorities)),
        urgent_only=bool(criteria.get("urgent_only")),
        critical=criteria.get("critical"),
    )
