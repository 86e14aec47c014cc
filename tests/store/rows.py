"""One row in every table, written by plain SQL, for tests of the tables themselves."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import UUID

from uuid_utils.compat import uuid7

from escgraph.store.database import execute, fetch

POOL = 3
"""How many connections these tests have to PostgreSQL."""

NINE = datetime(2026, 1, 31, 9, tzinfo=UTC)


async def add(table: str, **columns: object) -> None:
    marks = ", ".join(f"${n}" for n in range(1, len(columns) + 1))
    await execute(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", *columns.values())


async def add_a_ticket(*, at: datetime = NINE) -> UUID:
    """A ticket, just opened, with one row in each table that belongs to it; its id."""
    ada, ticket = uuid7(), uuid7()
    await _add_what_it_refers_to(ada, at=at)
    await add(
        "ticket",
        **dict.fromkeys(("title", "description", "component", "reporter", "indicator"), ""),
        **dict.fromkeys(("flagged", "urgent", "critical", "breached"), False),
        **dict.fromkeys(("owner_id", "opened_by"), ada),
        **{name: [] for name in ("assignees", "stakeholders")},
        **dict.fromkeys(("opened_at", "clock_started_at", "updated_at"), at),
        **dict.fromkeys(("number", "version", "cycle", "actions_logged", "policy_version"), 1),
        **dict.fromkeys(("tier", "reached"), "LEVEL_1"),
        id=ticket,
        category="outage",
        priority="HIGH",
        status="OPEN",
    )
    await _add_what_belongs_to_it(ticket, at=at)
    await add(
        "idempotency",
        **dict.fromkeys(("key", "act", "payload_hash"), "a"),
        id=uuid7(),
        actor_id=ada,
        created_at=at,
    )
    return ticket


async def _add_what_it_refers_to(ada: UUID, *, at: datetime) -> None:
    await add(
        "person",
        id=ada,
        name="Ada",
        email="ada@example.org",
        role="MANAGER",
        tier="MANAGEMENT",
        lead=True,
        active=True,
        created_at=at,
    )
    await add("policy", version=1, name="SOP", document={}, created_at=at, published_at=at)
    await add("category", key="outage", name="Outage", suggested_priority="HIGH")
    await add("route", id=uuid7(), category="outage", component=None, owner_id=ada)


async def _add_what_belongs_to_it(ticket: UUID, *, at: datetime) -> None:
    of_it = {"ticket_id": ticket}
    rung = {**of_it, "cycle": 1, "kind": "LEVEL_2", "due_at": at + timedelta(hours=2)}
    await add("deadline", **rung, id=uuid7(), rank=2, state="ARMED", to_tier="LEVEL_2")
    await add("pause", **of_it, id=uuid7(), ordinal=0, started_at=at, note="")
    await add(
        "escalation",
        **rung,
        **{name: [] for name in ("responsible_from", "responsible_to", "told")},
        **dict.fromkeys(("comment", "description"), ""),
        **dict.fromkeys(("catch_up", "no_recipient"), False),
        id=uuid7(),
        ticket_version=1,
        trigger="DEADLINE",
        from_tier="LEVEL_1",
        to_tier="LEVEL_2",
        fired_at=at,
        facts={},
    )
    event = {"id": uuid7(), "kind": "TicketOpened", "at": at, "payload": {}}
    await add("event", **of_it, **event, position=1, ticket_version=1)


async def add_category(key: str) -> None:
    await add("category", key=key, name=key, suggested_priority="LOW")


def adding_category(key: str) -> Callable[[], Awaitable[None]]:
    return partial(add_category, key)


async def categories() -> list[str]:
    return [row["key"] for row in await fetch("SELECT key FROM category ORDER BY key")]
