"""Rows of reviews and of their actions, there and back."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, cast

from escgraph.domain.review import Action, Review
from escgraph.domain.terms import (
    PersonId,
    ReviewActionId,
    ReviewId,
    ReviewKind,
    ReviewSection,
    ReviewState,
    TicketId,
)
from escgraph.store.values import moment, parsed, uuid

COLUMNS = (
    "id",
    "kind",
    "ticket_id",
    "cycle",
    "quarter",
    "starts_at",
    "ends_at",
    "opened_at",
    "due_at",
    "version",
    "state",
    "updated_at",
    "sections",
    "overdue_at",
    "completed_at",
    "completed_by",
)
MUTABLE = COLUMNS[COLUMNS.index("version") :]

ACTION_COLUMNS = (
    "id",
    "review_id",
    "ordinal",
    "created_at",
    "created_by",
    "description",
    "owner_id",
    "due_on",
    "overdue_at",
    "done_at",
    "done_by",
    "outcome",
)
ACTION_MUTABLE = ACTION_COLUMNS[ACTION_COLUMNS.index("description") :]


def review_of(row: dict[str, Any], actions: Sequence[Action] = ()) -> Review:
    """The review that a row says, with those actions."""
    return Review(
        id=ReviewId(uuid(row["id"])),
        kind=ReviewKind(row["kind"]),
        version=row["version"],
        state=ReviewState(row["state"]),
        opened_at=cast("datetime", moment(row["opened_at"])),
        due_at=cast("datetime", moment(row["due_at"])),
        updated_at=cast("datetime", moment(row["updated_at"])),
        ticket=TicketId(uuid(row["ticket_id"])) if row["ticket_id"] else None,
        cycle=row["cycle"],
        quarter=row["quarter"],
        starts_at=moment(row["starts_at"]),
        ends_at=moment(row["ends_at"]),
        sections={ReviewSection(name): text for name, text in parsed(row["sections"]).items()},
        actions=tuple(actions),
        overdue_at=moment(row["overdue_at"]),
        completed_at=moment(row["completed_at"]),
        completed_by=_person(row["completed_by"]),
    )


def action_of(row: dict[str, Any]) -> Action:
    """The action that a row says."""
    return Action(
        id=ReviewActionId(uuid(row["id"])),
        ordinal=row["ordinal"],
        description=row["description"],
        owner=_person(row["owner_id"]),
        due_on=date.fromisoformat(row["due_on"]) if row["due_on"] else None,
        created_at=cast("datetime", moment(row["created_at"])),
        created_by=_person(row["created_by"]),
        overdue_at=moment(row["overdue_at"]),
        done_at=moment(row["done_at"]),
        done_by=_person(row["done_by"]),
        outcome=row["outcome"],
    )


def values_of(review: Review, columns: Sequence[str]) -> list[object]:
    named: dict[str, object] = {
        "ticket_id": review.ticket,
        "sections": {str(section): text for section, text in review.sections.items()},
    }
    return [named[name] if name in named else getattr(review, name) for name in columns]


def action_values_of(review: Review, action: Action, columns: Sequence[str]) -> list[object]:
    named: dict[str, object] = {
        "review_id": review.id,
        "owner_id": action.owner,
        "due_on": None if action.due_on is None else action.due_on.isoformat(),
    }
    return [named[name] if name in named else getattr(action, name) for name in columns]


def _person(value: object) -> PersonId | None:
    return PersonId(uuid(value)) if value else None
