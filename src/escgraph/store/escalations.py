"""Escalation rows (D1): what moved a ticket up, its frozen facts, and the people of both tiers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from uuid_utils.compat import uuid7

from escgraph.domain.errors import NotFoundError
from escgraph.domain.state import TicketState, state_of
from escgraph.domain.terms import (
    DeadlineKind,
    EscalationId,
    EscalationReason,
    PersonId,
    TicketId,
    Tier,
    Trigger,
)
from escgraph.domain.ticket import Escalation
from escgraph.store.codec import read_state, state_json
from escgraph.store.database import execute, fetch
from escgraph.store.ticket_rows import people_of
from escgraph.store.values import boolean, moment, parsed, uuid


@dataclass(frozen=True, slots=True)
class EscalationRow:
    """An escalation as stored. `facts` is the ticket just before, `description` its text.

    `told` is who hears of it in place of the tier where nobody works there (A22): the leads, then
    the managers; empty where somebody does.
    """

    id: EscalationId
    ticket_id: TicketId
    ticket_version: int
    cycle: int
    trigger: Trigger
    kind: DeadlineKind | None
    from_tier: Tier
    to_tier: Tier
    due_at: datetime
    fired_at: datetime
    catch_up: bool
    by: PersonId | None
    reason: EscalationReason | None
    comment: str
    description: str
    responsible_from: tuple[PersonId, ...]
    responsible_to: tuple[PersonId, ...]
    told: tuple[PersonId, ...]
    no_recipient: bool
    facts: TicketState


async def insert(escalation: Escalation, *, version: int) -> bool:
    """Store the escalation that the event of that ticket version is.

    Returns whether anybody works at the tier that it reaches (A22).
    """
    ticket = escalation.ticket
    team = await _ids(_TEAM, escalation.to_tier)
    told = [] if team else await _ids(_IN_THEIR_PLACE)
    await execute(
        _INSERT,
        uuid7(),
        ticket.id,
        version,
        escalation.cycle,
        escalation.trigger,
        escalation.kind,
        escalation.from_tier,
        escalation.to_tier,
        escalation.due_at,
        escalation.fired_at,
        escalation.catch_up,
        escalation.by,
        escalation.reason,
        escalation.comment,
        ticket.description,
        [str(person) for person in dict.fromkeys((ticket.owner, *ticket.assignees))],
        team,
        told,
        not team,
        state_json(state_of(ticket)),
    )
    return bool(team)


async def by_id(escalation_id: EscalationId) -> EscalationRow:
    """One escalation.

    Raises:
        NotFoundError: there is none with that id.
    """
    rows = await fetch("SELECT * FROM escalation WHERE id = $1", escalation_id)
    if not rows:
        raise NotFoundError(f"there is no escalation with the id {escalation_id}; check the id")
    return escalation_of(rows[0])


async def of_tickets(ticket_ids: Sequence[TicketId]) -> list[EscalationRow]:
    """All escalations of those tickets, in the order in which they happened to each."""
    if not ticket_ids:
        return []
    marks = ", ".join(f"${n}" for n in range(1, len(ticket_ids) + 1))
    rows = await fetch(
        f"SELECT * FROM escalation WHERE ticket_id IN ({marks}) "  # noqa: S608 - placeholders
        "ORDER BY ticket_id, ticket_version",
        *ticket_ids,
    )
    return [escalation_of(row) for row in rows]


def escalation_of(row: dict[str, Any]) -> EscalationRow:
    return EscalationRow(
        id=EscalationId(uuid(row["id"])),
        ticket_id=TicketId(uuid(row["ticket_id"])),
        ticket_version=row["ticket_version"],
        cycle=row["cycle"],
        trigger=Trigger(row["trigger"]),
        kind=DeadlineKind(row["kind"]) if row["kind"] else None,
        from_tier=Tier(row["from_tier"]),
        to_tier=Tier(row["to_tier"]),
        due_at=cast("datetime", moment(row["due_at"])),
        fired_at=cast("datetime", moment(row["fired_at"])),
        catch_up=boolean(row["catch_up"]),
        by=PersonId(uuid(row["by_id"])) if row["by_id"] else None,
        reason=EscalationReason(row["reason"]) if row["reason"] else None,
        comment=row["comment"],
        description=row["description"],
        responsible_from=people_of(row["responsible_from"]),
        responsible_to=people_of(row["responsible_to"]),
        told=people_of(row["told"]),
        no_recipient=boolean(row["no_recipient"]),
        facts=read_state(parsed(row["facts"])),
    )


async def _ids(sql: str, *values: object) -> list[str]:
    return [str(row["id"]) for row in await fetch(sql, *values)]


_TEAM = "SELECT id FROM person WHERE active AND tier = $1 ORDER BY name, id"
_IN_THEIR_PLACE = (
    "SELECT id FROM person WHERE active AND (lead OR role = 'MANAGER') "
    "ORDER BY role = 'MANAGER', name, id"
)
_INSERT = (
    "INSERT INTO escalation (id, ticket_id, ticket_version, cycle, trigger, kind, from_tier, "
    "to_tier, due_at, fired_at, catch_up, by_id, reason, comment, description, "
    "responsible_from, responsible_to, told, no_recipient, facts) VALUES ($1, $2, $3, $4, $5, "
    "$6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)"
)
