"""Published policies in the order in which they came, each with who published it and why."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from escgraph.store.database import fetch
from escgraph.store.values import moment


@dataclass(frozen=True, slots=True)
class EditionRow:
    """Of a review either its quarter or its ticket's number is there; all may be None."""

    version: int
    published_at: datetime
    retired_at: datetime | None
    author: str | None
    reason: str | None
    quarter: str | None
    ticket: int | None


async def editions() -> list[EditionRow]:
    """All of them, the newest first."""
    return [_edition_of(row) for row in await fetch(_EDITIONS)]


_EDITIONS = """
SELECT policy.version, policy.published_at, policy.retired_at, policy.reason,
  person.name AS author, review.quarter, ticket.number AS ticket
FROM policy
LEFT JOIN person ON person.id = policy.author_id
LEFT JOIN review ON review.id = policy.review_id
LEFT JOIN ticket ON ticket.id = review.ticket_id
WHERE policy.published_at IS NOT NULL
ORDER BY policy.version DESC
"""


def _edition_of(row: dict[str, Any]) -> EditionRow:
    published_at = moment(row["published_at"])
    assert published_at is not None
    return EditionRow(
        version=row["version"],
        published_at=published_at,
        retired_at=moment(row["retired_at"]),
        author=row["author"],
        reason=row["reason"],
        quarter=row["quarter"],
        ticket=row["ticket"],
    )
