"""The escalations that a quarterly review must read (Q1): paged, counted, marked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from escgraph.domain.review_cases import NAMED, unread_words
from escgraph.domain.terms import EscalationId, PersonId, ReviewId
from escgraph.store.conditions import Conditions
from escgraph.store.database import execute, fetch
from escgraph.store.escalations import EscalationRow, escalation_of
from escgraph.store.keyset import Order
from escgraph.store.values import moment, uuid


@dataclass(frozen=True, slots=True)
class Reading:
    """How one case was read; `finding` is empty and the others None until it was."""

    finding: str
    read_at: datetime | None
    read_by: PersonId | None


@dataclass(frozen=True, slots=True)
class Case:
    """An escalation of the quarter, and the cursor of a page that ends with it."""

    escalation: EscalationRow
    reading: Reading
    cursor: str


@dataclass(frozen=True, slots=True)
class CaseCounts:
    read: int
    unread: int


_ORDER = Order("case-", (("e.fired_at", datetime), ("e.id", UUID)), descending=False)


async def found(
    review_id: ReviewId, *, read: bool | None, limit: int, after: str | None
) -> list[Case]:
    """The cases in the order in which they happened; `read` None for read and unread ones.

    Raises:
        InvalidInputError: `after` is no cursor of this list.
    """
    conditions = Conditions()
    conditions.compare("c.review_id", "=", review_id)
    if read is not None:
        conditions.add(f"c.read_at IS {'NOT ' if read else ''}NULL")
    _ORDER.go_on(conditions, after=after)
    rows = await fetch(
        f"SELECT e.*, c.finding, c.read_at, c.read_by, {_ORDER.selected} FROM review_case c "  # noqa: S608 - our own names and placeholders
        f"JOIN escalation e ON e.id = c.escalation_id {conditions.where()} "
        f"ORDER BY {_ORDER.by} LIMIT {conditions.mark(limit)}",
        *conditions.values,
    )
    return [Case(escalation_of(row), _reading(row), _ORDER.cursor(row)) for row in rows]


async def counted(review_ids: Sequence[ReviewId]) -> dict[ReviewId, CaseCounts]:
    """How many cases each of the reviews has; one without any is left out."""
    conditions = Conditions()
    conditions.among("review_id", review_ids)
    rows = await fetch(
        "SELECT review_id, count(read_at) AS read, count(*) AS cases FROM review_case "  # noqa: S608 - placeholders
        f"{conditions.where()} GROUP BY review_id",
        *conditions.values,
    )
    return {
        ReviewId(uuid(row["review_id"])): CaseCounts(row["read"], row["cases"] - row["read"])
        for row in rows
    }


async def first_unread(review_id: ReviewId, *, limit: int) -> list[int]:
    """The numbers of the first tickets whose escalation nobody has read, each once."""
    rows = await fetch(
        "SELECT t.number FROM review_case c JOIN escalation e ON e.id = c.escalation_id "
        "JOIN ticket t ON t.id = e.ticket_id WHERE c.review_id = $1 AND c.read_at IS NULL "
        "GROUP BY t.number ORDER BY min(e.fired_at), t.number LIMIT $2",
        review_id,
        limit,
    )
    return [row["number"] for row in rows]


async def unread(review_ids: Sequence[ReviewId]) -> dict[ReviewId, tuple[str, ...]]:
    """What completing wants of the cases, in words, of each review that has one nobody read."""
    return {
        review_id: unread_words(cases.unread, first=await first_unread(review_id, limit=NAMED))
        for review_id, cases in (await counted(review_ids)).items()
        if cases.unread
    }


async def findings(
    review_id: ReviewId, escalations: Sequence[EscalationId]
) -> dict[EscalationId, str]:
    """The findings of those that are cases of the review, empty where nobody has read one."""
    conditions = Conditions()
    conditions.compare("review_id", "=", review_id)
    conditions.among("escalation_id", escalations)
    rows = await fetch(
        f"SELECT escalation_id, finding FROM review_case {conditions.where()}",  # noqa: S608 - placeholders
        *conditions.values,
    )
    return {EscalationId(uuid(row["escalation_id"])): row["finding"] for row in rows}


async def mark(review_id: ReviewId, escalations: Sequence[EscalationId], reading: Reading) -> None:
    """Let those cases have been read so."""
    conditions = Conditions()
    finding, at = conditions.mark(reading.finding), conditions.mark(reading.read_at)
    by = conditions.mark(reading.read_by)
    conditions.compare("review_id", "=", review_id)
    conditions.among("escalation_id", escalations)
    await execute(
        f"UPDATE review_case SET finding = {finding}, read_at = {at}, read_by = {by} "  # noqa: S608 - placeholders
        f"{conditions.where()}",
        *conditions.values,
    )


def _reading(row: dict[str, Any]) -> Reading:
    return Reading(
        finding=row["finding"],
        read_at=moment(row["read_at"]),
        read_by=PersonId(uuid(row["read_by"])) if row["read_by"] else None,
    )


@dataclass(frozen=True, slots=True)
class Finding:
    """Cases that were read with the same words; `tickets` are the numbers of the first."""

    finding: str
    count: int
    tickets: tuple[int, ...]


async def grouped(review_id: ReviewId, *, limit: int, named: int) -> list[Finding]:
    """The findings, the most frequent first, so many at most."""
    rows = await fetch(
        "SELECT finding, count(*) AS many FROM review_case WHERE review_id = $1 "
        "AND read_at IS NOT NULL GROUP BY finding ORDER BY many DESC, finding LIMIT $2",
        review_id,
        limit,
    )
    return [
        Finding(row["finding"], row["many"], await _first_of(review_id, row["finding"], named))
        for row in rows
    ]


async def _first_of(review_id: ReviewId, finding: str, named: int) -> tuple[int, ...]:
    rows = await fetch(
        "SELECT t.number FROM review_case c JOIN escalation e ON e.id = c.escalation_id "
        "JOIN ticket t ON t.id = e.ticket_id WHERE c.review_id = $1 AND c.finding = $2 "
        "GROUP BY t.number ORDER BY min(e.fired_at), t.number LIMIT $3",
        review_id,
        finding,
        named,
    )
    return tuple(row["number"] for row in rows)
