"""What was told of the stream, and answered to clients, held against the stream itself.

To be read in one snapshot, in pages. What the database itself keeps right by its references is not
asked again.
"""

from collections.abc import AsyncIterator, Sequence
from typing import Any
from uuid import UUID

from escgraph.domain.contradiction import About, Contradiction
from escgraph.store.conditions import Conditions
from escgraph.store.database import fetch
from escgraph.store.event_tables import EVENTS
from escgraph.store.values import parsed, uuid

PAGE = 1000


async def readers() -> AsyncIterator[Contradiction]:
    """No reader and no webhook is ahead of the stream."""
    for row in await fetch(_AHEAD):
        says = f"it has read up to {row['position']}, and the stream ends at {row['head']}"
        yield Contradiction(About.READER, f"{row['what']} {row['name']}", says)


async def notices() -> AsyncIterator[Contradiction]:
    """Each tells of events that are there, in their order, the first first."""
    async for rows in _pages(_NOTICES):
        told = {row["id"]: _positions(row) for row in rows}
        known = await _known({one for positions in told.values() for one in positions})
        for row in rows:
            says = _told_wrongly(row["position"], told[row["id"]], known)
            if says:
                yield Contradiction(About.NOTICE, f"notice {row['id']}", says)


async def messages() -> AsyncIterator[Contradiction]:
    """Each carries something that is there."""
    async for rows in _pages(_MESSAGES):
        known = await _known({row["event_position"] for row in rows} - {None})
        for row in rows:
            says = _carries_nothing(row, known)
            if says:
                yield Contradiction(About.MESSAGE, f"message {row['id']}", says)


async def results() -> AsyncIterator[Contradiction]:
    """What an idempotency key answers is there: the object, at a position that was reached."""
    (head,) = await fetch("SELECT position FROM stream WHERE name = 'main'")
    async for rows in _pages(_RESULTS):
        answers = {row["id"]: parsed(row["result"]) for row in rows}
        made = {UUID(one["id"]) for one in answers.values() if one and "id" in one}
        there = await _objects(made)
        for row in rows:
            says = _answers_wrongly(answers[row["id"]], head["position"], there)
            if says:
                yield Contradiction(About.RESULT, f"idempotency key {row['key']}", says)


async def _pages(select: str) -> AsyncIterator[Sequence[dict[str, Any]]]:
    """All rows in the order of their ids."""
    after = UUID(int=0)
    while rows := await fetch(select, after, PAGE):
        after = uuid(rows[-1]["id"])
        yield rows


async def _known(positions: set[int]) -> set[int]:
    """Those of the positions where an event is stored."""
    if not positions:
        return set()
    conditions = Conditions()
    conditions.among("position", sorted(positions))
    rows = await fetch(
        f"SELECT position FROM {EVENTS} {conditions.where()}",  # noqa: S608 - placeholders
        *conditions.values,
    )
    return {row["position"] for row in rows}


async def _objects(ids: set[UUID]) -> set[UUID]:
    """Those of the ids that some row has that an act makes or changes."""
    found: set[UUID] = set()
    for table in _MADE:
        left = sorted(ids - found)
        if not left:
            break
        conditions = Conditions()
        conditions.among("id", left)
        rows = await fetch(f"SELECT id FROM {table} {conditions.where()}", *conditions.values)  # noqa: S608 - our own names
        found |= {uuid(row["id"]) for row in rows}
    return found


def _positions(row: dict[str, Any]) -> list[int]:
    positions: list[int] = parsed(row["positions"])
    return positions


def _told_wrongly(first: int, positions: list[int], known: set[int]) -> str | None:
    missing = [one for one in positions if one not in known]
    if missing:
        return f"it tells of position {missing[0]}, where no event is stored"
    if positions != sorted(set(positions)) or positions[:1] != [first]:
        return f"it tells of {positions} and begins with {first}"
    return None


def _carries_nothing(row: dict[str, Any], known: set[int]) -> str | None:
    if row["webhook_id"] is None:
        return None if row["delivers"] else "no delivery belongs to it"
    at = row["event_position"]
    return None if at in known else f"it carries position {at}, where no event is stored"


def _answers_wrongly(answer: Any, head: int, there: set[UUID]) -> str | None:  # noqa: ANN401 - JSON
    if answer is None:
        return "it was claimed and never answered"
    if answer.get("position", 0) > head:
        return f"it answers position {answer['position']}, and the stream ends at {head}"
    if "id" in answer and UUID(answer["id"]) not in there:
        return f"it answers the id {answer['id']}, and nothing has it"
    return None


_MADE = (
    "ticket",
    "review",
    "review_action",
    "policy_draft",
    "channel",
    "webhook",
    "message",
    "person",
    "token",
)
_AHEAD = """
SELECT 'reader' AS what, r.name, r.position, s.position AS head
FROM reader r JOIN stream s ON s.name = 'main' WHERE r.position > s.position
UNION ALL
SELECT 'webhook' AS what, w.name, w.position, s.position AS head
FROM webhook w JOIN stream s ON s.name = 'main'
WHERE w.position > s.position AND w.removed_at IS NULL
"""
_NOTICES = "SELECT id, position, positions FROM notice WHERE id > $1 ORDER BY id LIMIT $2"
_MESSAGES = """
SELECT m.id, m.webhook_id, m.event_position,
  EXISTS (SELECT 1 FROM delivery d WHERE d.message_id = m.id) AS delivers
FROM message m WHERE m.id > $1 ORDER BY m.id LIMIT $2
"""
_RESULTS = "SELECT id, key, result FROM idempotency WHERE id > $1 ORDER BY id LIMIT $2"
