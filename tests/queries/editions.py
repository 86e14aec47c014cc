"""Versions of the policy in the database, as publishing leaves them there."""

from datetime import datetime
from uuid import UUID

from escgraph.domain.policy import Policy
from escgraph.domain.policy_document import document
from escgraph.domain.terms import PersonId, TicketId
from escgraph.store.database import execute


async def published(
    policy: Policy,
    *,
    at: datetime,
    author: PersonId | None = None,
    reason: str | None = None,
    review: UUID | None = None,
) -> None:
    """Put it in force in place of the version before."""
    await execute(
        "UPDATE policy SET retired_at = $2 WHERE version < $1 AND retired_at IS NULL",
        policy.version,
        at,
    )
    await execute(
        "INSERT INTO policy (version, name, document, created_at, published_at, author_id, "
        "reason, review_id) VALUES ($1, $2, $3, $4, $4, $5, $6, $7)",
        policy.version,
        policy.name,
        document(policy),
        at,
        author,
        reason,
        review,
    )


async def reviewed(
    review: UUID, *, at: datetime, quarter: str | None = None, ticket: TicketId | None = None
) -> UUID:
    """An open review, of a quarter or of a ticket."""
    span = (None, None) if quarter is None else (at, at)
    await execute(
        "INSERT INTO review (id, kind, ticket_id, cycle, quarter, starts_at, ends_at, version, "
        "state, opened_at, due_at, updated_at, sections) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7, 1, 'OPEN', $8, $8, $8, $9)",
        review,
        "POST_ISSUE" if quarter is None else "QUARTERLY",
        ticket,
        None if ticket is None else 1,
        quarter,
        *span,
        at,
        {},
    )
    return review
