"""How a ticket lies in its row: columns, values to write, and the ticket that a row says."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from escgraph.domain.terms import PersonId, Priority, Status, TicketId, Tier
from escgraph.domain.ticket import Deadline, Pause, Ticket
from escgraph.store.codec import read_resolution, resolution_json
from escgraph.store.values import boolean, moment, parsed, uuid

FIXED = (
    "id",
    "number",
    "title",
    "description",
    "category",
    "component",
    "reporter",
    "opened_by",
    "opened_at",
    "team",
)
"""What never changes after the opening."""

MUTABLE = (
    "version",
    "policy_version",
    "clock_started_at",
    "priority",
    "flagged",
    "urgent",
    "critical",
    "indicator",
    "status",
    "tier",
    "reached",
    "owner_id",
    "assignees",
    "stakeholders",
    "acknowledged_at",
    "response_breached_at",
    "accepted_at",
    "escalated_at",
    "resolved_at",
    "closed_at",
    "reopened_at",
    "cancelled_at",
    "updated_stakeholders_at",
    "actions_logged",
    "cycle",
    "breached",
    "next_due_at",
    "updated_at",
    "resolution",
    "merged_into",
)
COLUMNS = FIXED + MUTABLE


def values_of(ticket: Ticket, columns: Sequence[str]) -> list[object]:
    """The values to write, in the order of `columns`."""
    derived = _derived(ticket)
    return [derived[name] if name in derived else getattr(ticket, name) for name in columns]


def _derived(ticket: Ticket) -> dict[str, object]:
    target = ticket.next_target
    return {
        "owner_id": ticket.owner,
        "assignees": [str(person) for person in ticket.assignees],
        "stakeholders": [str(person) for person in ticket.stakeholders],
        "next_due_at": None if target is None else target.due_at,
        "resolution": resolution_json(ticket.resolution),
    }


def ticket_of(
    row: Mapping[str, Any],
    *,
    deadlines: tuple[Deadline, ...] = (),
    pauses: tuple[Pause, ...] = (),
) -> Ticket:
    """The ticket that the row says, with the children that were read beside it."""
    return Ticket(
        id=TicketId(uuid(row["id"])),
        number=row["number"],
        version=row["version"],
        title=row["title"],
        description=row["description"],
        category=row["category"],
        component=row["component"],
        reporter=row["reporter"],
        priority=Priority(row["priority"]),
        flagged=boolean(row["flagged"]),
        critical=boolean(row["critical"]),
        indicator=row["indicator"],
        status=Status(row["status"]),
        tier=Tier(row["tier"]),
        reached=Tier(row["reached"]),
        owner=PersonId(uuid(row["owner_id"])),
        assignees=people_of(row["assignees"]),
        stakeholders=people_of(row["stakeholders"]),
        policy_version=row["policy_version"],
        opened_by=PersonId(uuid(row["opened_by"])),
        opened_at=cast("datetime", moment(row["opened_at"])),
        clock_started_at=cast("datetime", moment(row["clock_started_at"])),
        updated_at=cast("datetime", moment(row["updated_at"])),
        acknowledged_at=moment(row["acknowledged_at"]),
        response_breached_at=moment(row["response_breached_at"]),
        accepted_at=moment(row["accepted_at"]),
        escalated_at=moment(row["escalated_at"]),
        resolved_at=moment(row["resolved_at"]),
        closed_at=moment(row["closed_at"]),
        reopened_at=moment(row["reopened_at"]),
        cancelled_at=moment(row["cancelled_at"]),
        updated_stakeholders_at=moment(row["updated_stakeholders_at"]),
        actions_logged=row["actions_logged"],
        cycle=row["cycle"],
        breached=boolean(row["breached"]),
        resolution=read_resolution(parsed(row["resolution"])),
        deadlines=deadlines,
        pauses=pauses,
        team=row["team"] or "",
        merged_into=TicketId(uuid(row["merged_into"])) if row["merged_into"] else None,
    )


def people_of(value: object) -> tuple[PersonId, ...]:
    return tuple(PersonId(uuid(person)) for person in parsed(value))
