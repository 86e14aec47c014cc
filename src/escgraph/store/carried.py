"""What a message carries: its notices, the events that they tell of, and what belongs to those."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from escgraph.domain.notice import Notice, NoticeKind
from escgraph.domain.terms import MessageId, NoticeId, PersonId, TicketId
from escgraph.store.conditions import Conditions
from escgraph.store.database import fetch
from escgraph.store.escalations import EscalationRow, escalation_of
from escgraph.store.event_tables import EVENTS, EVER
from escgraph.store.notice_rows import notice_of
from escgraph.store.stream import StoredEvent, stored_event
from escgraph.store.values import parsed, uuid


async def notices(message_id: MessageId) -> list[Notice]:
    """The notices that the message delivers, in the order of what they tell of."""
    rows = await fetch(
        "SELECT n.* FROM delivery d JOIN notice n ON n.id = d.notice_id "
        "WHERE d.message_id = $1 ORDER BY n.position, n.id",
        message_id,
    )
    return [notice_of(row) for row in rows]


async def unreached(notices: Sequence[Notice]) -> dict[NoticeId, PersonId]:
    """Of those notices that tell that somebody was not reached, who it was.

    Such a notice has the id of the one that did not arrive in its key.
    """
    lost = {one.id: _lost(one.key) for one in notices if one.kind is NoticeKind.UNREACHED}
    wanted = {missed for missed in lost.values() if missed is not None}
    if not wanted:
        return {}
    conditions = Conditions()
    conditions.among("id", sorted(wanted))
    rows = await fetch(
        f"SELECT id, person_id FROM notice {conditions.where()}",  # noqa: S608 - placeholders
        *conditions.values,
    )
    people = {uuid(row["id"]): PersonId(uuid(row["person_id"])) for row in rows}
    return {one: people[missed] for one, missed in lost.items() if missed in people}


def _lost(key: str) -> UUID | None:
    """The id in such a key: "unreached:01890a5d-…:…"."""
    try:
        return UUID(key.split(":")[1])
    except (IndexError, ValueError):
        return None


async def events(positions: Collection[int]) -> dict[int, StoredEvent]:
    """The events at those positions that are stored still, in the stream or in the archive."""
    conditions = Conditions()
    conditions.among("position", sorted(set(positions)))
    rows = await fetch(
        f"SELECT * FROM {EVENTS} {conditions.where()}",  # noqa: S608 - placeholders
        *conditions.values,
    )
    return {event.position: event for event in map(stored_event, rows)}


async def descriptions(tickets: Collection[TicketId]) -> dict[TicketId, str]:
    """What those tickets are about, as it was reported; nobody changes that."""
    conditions = Conditions()
    conditions.among("id", sorted(set(tickets)))
    rows = await fetch(
        f"SELECT id, description FROM ticket {conditions.where()}",  # noqa: S608 - placeholders
        *conditions.values,
    )
    return {TicketId(uuid(row["id"])): row["description"] for row in rows}


async def state_at(ticket_id: TicketId, position: int) -> dict[str, Any] | None:
    """The ticket as it stood at that position of the stream, as JSON values."""
    rows = await fetch(
        f"SELECT position, state FROM {EVENTS} "  # noqa: S608 - our own names
        "WHERE ticket_id = $1 AND position <= $2 AND state IS NOT NULL "
        "ORDER BY position DESC LIMIT 1",
        ticket_id,
        position,
    )
    state: dict[str, Any] | None = parsed(rows[0]["state"]) if rows else None
    return state


async def escalations(told: Sequence[StoredEvent]) -> dict[int, EscalationRow]:
    """The escalations that those events are, by the position of each."""
    conditions = Conditions()
    conditions.among("e.position", [event.position for event in told])
    rows = await fetch(
        f"SELECT x.*, e.position AS told_at FROM {EVER} AS e JOIN escalation x "  # noqa: S608 - placeholders
        "ON x.ticket_id = e.ticket_id AND x.ticket_version = e.ticket_version "
        f"{conditions.where()}",
        *conditions.values,
    )
    return {row["told_at"]: escalation_of(row) for row in rows}
