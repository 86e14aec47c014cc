"""The stream as a whole: positions without a gap, ids once, the counter at the end, all readable.

To be read in one snapshot, in pages.
"""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

from escgraph.domain.contradiction import About, Contradiction
from escgraph.store.codec import event_of
from escgraph.store.consistency import read
from escgraph.store.database import dialect, fetch
from escgraph.store.event_tables import EVENTS
from escgraph.store.values import moment, parsed, uuid

PAGE = 5000


async def positions() -> AsyncIterator[Contradiction]:
    """Each position from the first to the counter is there, once: no event is ever deleted."""
    before, place = 0, (0, UUID(int=0))
    while rows := await fetch(_POSITIONS, *place, PAGE):
        for row in rows:
            position = row["position"]
            if position != before + 1:
                yield _gap(before, position)
            before, place = position, (position, uuid(row["id"]))
            for found in _alone(row):
                yield found
    (row,) = await fetch("SELECT position FROM stream WHERE name = 'main'")
    if row["position"] != before:
        says = f"the counter says {row['position']}, and the last event is at {before}"
        yield Contradiction(About.COUNTER, "stream main", says)


async def doubled() -> AsyncIterator[Contradiction]:
    """Ids that events at two positions have."""
    place, last = (UUID(int=0), -1), None
    while rows := await fetch(_IDS, *place, PAGE):
        for row in rows:
            event, position = uuid(row["id"]), row["position"]
            if event == last and position != place[1]:
                says = f"another event has its id {event} too"
                yield Contradiction(About.EVENT_ID, f"position {position}", says)
            place, last = (event, position), event


async def missing_indexes() -> AsyncIterator[Contradiction]:
    """What keeps the rows single where nothing else does."""
    there = {row["name"] for row in await fetch(_INDEXES[dialect()])}
    for name in sorted(UNIQUE - there):
        says = "the unique index is gone, so that nothing keeps a row from being there twice"
        yield Contradiction(About.INDEX, name, says)


def _gap(before: int, position: int) -> Contradiction:
    if position <= before:
        return Contradiction(About.POSITION, f"position {position}", "two events stand there")
    last = position - 1
    span = f"position {last}" if last == before + 1 else f"positions {before + 1} to {last}"
    return Contradiction(About.POSITION, span, "no event is stored there")


def _alone(row: dict[str, Any]) -> list[Contradiction]:
    """What is wrong with an event that belongs to no ticket; the others are told with theirs."""
    if row["ticket_id"] is not None:
        return []
    found = read(
        f"position {row['position']}",
        lambda: event_of(
            row["kind"],
            parsed(row["payload"]),
            at=moment(row["at"]),
            by=None if row["by_id"] is None else uuid(row["by_id"]),
        ),
    )
    return [found] if isinstance(found, Contradiction) else []


_PAGE = f"FROM {EVENTS} WHERE ({{0}}) > ($1, $2) ORDER BY {{0}} LIMIT $3"
_POSITIONS = (
    "SELECT position, id, ticket_id, kind, at, by_id, "
    "CASE WHEN ticket_id IS NULL THEN payload END AS payload " + _PAGE.format("position, id")
)
_IDS = f"SELECT id, position {_PAGE.format('id, position')}"
_INDEXES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'index'",
    "postgres": "SELECT indexname AS name FROM pg_indexes WHERE schemaname = current_schema()",
}

UNIQUE = frozenset(
    {
        "attempt_key",
        "deadline_key",
        "delivery_key",
        "escalation_rung",
        "escalation_version",
        "event_archive_version",
        "event_version",
        "idempotency_key",
        "message_event",
        "pause_key",
        "pause_open",
        "preference_person",
        "review_action_key",
        "review_case_key",
        "review_quarter",
        "review_ticket",
        "route_key",
        "skipped_key",
    }
)
"""Their names are alike on both engines; those of keys alone are the engine's own."""
