"""Drafts of policies at rest; each stays, also when it was published or discarded."""

from datetime import datetime
from typing import Any, cast

from escgraph.domain.drafts import Draft
from escgraph.domain.errors import NotFoundError
from escgraph.domain.policy_document import restored, stored
from escgraph.domain.terms import PersonId, PolicyDraftId, ReviewId
from escgraph.store.database import dialect, execute, fetch
from escgraph.store.values import moment, parsed, uuid


async def insert(draft: Draft) -> None:
    figures, days = stored(draft.policy)
    await execute(
        "INSERT INTO policy_draft (id, name, source, document, holidays, author_id, reason, "
        "review_id, created_at, revised_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        draft.id,
        draft.policy.name,
        draft.source,
        figures,
        days,
        draft.author,
        draft.reason,
        draft.review,
        draft.created_at,
        draft.revised_at,
    )


async def save(draft: Draft) -> None:
    """What an act made of it."""
    figures, days = stored(draft.policy)
    await execute(
        "UPDATE policy_draft SET name = $2, source = $3, document = $4, holidays = $5, "
        "reason = $6, review_id = $7, revised_at = $8, validated_at = $9, "
        "published_version = $10, discarded_at = $11 WHERE id = $1",
        draft.id,
        draft.policy.name,
        draft.source,
        figures,
        days,
        draft.reason,
        draft.review,
        draft.revised_at,
        draft.validated_at,
        draft.published_version,
        draft.discarded_at,
    )


async def locked(draft_id: PolicyDraftId) -> Draft:
    """The draft, locked until the unit of work ends.

    Raises:
        NotFoundError: there is none with that id.
    """
    return await _one(draft_id, " FOR UPDATE" if dialect() == "postgres" else "")


async def by_id(draft_id: PolicyDraftId) -> Draft:
    """The draft as it stands.

    Raises:
        NotFoundError: there is none with that id.
    """
    return await _one(draft_id, "")


async def everything() -> list[Draft]:
    """All drafts, the newest first."""
    rows = await fetch("SELECT * FROM policy_draft ORDER BY created_at DESC, id DESC")
    return [_draft_of(row) for row in rows]


async def is_review(review: ReviewId) -> bool:
    """Whether there is a review with that id, which a draft may name."""
    return bool(await fetch("SELECT 1 AS one FROM review WHERE id = $1", review))


async def _one(draft_id: PolicyDraftId, lock: str) -> Draft:
    rows = await fetch(f"SELECT * FROM policy_draft WHERE id = $1{lock}", draft_id)  # noqa: S608 - a literal
    if not rows:
        raise NotFoundError(
            f"there is no draft with the id {draft_id}; see policyDrafts", field=("draftId",)
        )
    return _draft_of(rows[0])


def _draft_of(row: dict[str, Any]) -> Draft:
    return Draft(
        id=PolicyDraftId(uuid(row["id"])),
        source=row["source"],
        policy=restored(parsed(row["document"]), parsed(row["holidays"])),
        author=PersonId(uuid(row["author_id"])) if row["author_id"] else None,
        reason=row["reason"],
        review=ReviewId(uuid(row["review_id"])) if row["review_id"] else None,
        created_at=cast("datetime", moment(row["created_at"])),
        revised_at=cast("datetime", moment(row["revised_at"])),
        validated_at=moment(row["validated_at"]),
        published_version=row["published_version"],
        discarded_at=moment(row["discarded_at"]),
    )
