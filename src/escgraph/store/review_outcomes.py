"""What came of a review (Q5): the policies that name it as their cause, drafts among them."""

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from escgraph.domain.terms import ReviewId
from escgraph.store.database import fetch
from escgraph.store.values import moment


@dataclass(frozen=True, slots=True)
class Caused:
    """A policy. `version` is None for a draft; `at` is its publication or last revision."""

    version: int | None
    name: str
    reason: str
    author: str
    at: datetime


async def caused_by(review_id: ReviewId) -> list[Caused]:
    """Published versions, the newest first, behind the drafts that wait."""
    rows = await fetch(_CAUSED, review_id)
    return [
        Caused(
            version=row["version"],
            name=row["name"],
            reason=row["reason"] or "",
            author=row["author"] or "",
            at=cast("datetime", moment(row["at"])),
        )
        for row in rows
    ]


_CAUSED = """
SELECT NULL AS version, d.name, d.reason, p.name AS author, d.revised_at AS at
FROM policy_draft d LEFT JOIN person p ON p.id = d.author_id
WHERE d.review_id = $1 AND d.published_version IS NULL AND d.discarded_at IS NULL
UNION ALL
SELECT v.version, v.name, v.reason, p.name, v.published_at
FROM policy v LEFT JOIN person p ON p.id = v.author_id
WHERE v.review_id = $1 AND v.published_at IS NOT NULL
ORDER BY 5 DESC
"""
