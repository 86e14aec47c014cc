"""What was found out about a quarter, kept with its review once that is completed."""

from collections.abc import Sequence

from pydantic import TypeAdapter

from escgraph.domain.quarterly import QuarterlyFacts
from escgraph.domain.terms import ReviewId
from escgraph.store.database import execute, fetch
from escgraph.store.values import parsed

_ADAPTER = TypeAdapter(QuarterlyFacts)


async def keep(review_id: ReviewId, facts: QuarterlyFacts) -> None:
    """Let the review say that for ever."""
    await execute(
        "UPDATE review SET facts = $1 WHERE id = $2",
        _ADAPTER.dump_python(facts, mode="json"),
        review_id,
    )


async def kept(review_id: ReviewId) -> QuarterlyFacts | None:
    """What a review says so; None before its completion."""
    rows: Sequence[dict[str, object]] = await fetch(
        "SELECT facts FROM review WHERE id = $1", review_id
    )
    written = parsed(rows[0]["facts"]) if rows else None
    return None if written is None else _ADAPTER.validate_python(written)
