"""The stream of events as the database holds it: where it stands, what was said.

Positions come from one counter row that a unit of work locks last. So they follow the order of the
commits without a gap, and whoever has read up to a position has missed nothing before it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self, cast
from uuid import UUID

from escgraph.domain.terms import EventId, PersonId, TicketId
from escgraph.store.conditions import Conditions
from escgraph.store.database import dialect, fetch, take_turn
from escgraph.store.event_tables import EVENTS, EVER
from escgraph.store.values import moment, parsed, uuid


class Place(int):
    """A position, with the tag of the event there where whoever has it knows the event.

    Who only read or wrote up to there need not ask the database, which may be another by then.
    """

    tag: str | None

    def __new__(cls, position: int, tag: str | None) -> Self:
        place = super().__new__(cls, position)
        place.tag = tag
        return place


class Front(int):
    """The lowest position that the stream holds, with the tag of the event before it, if stored.

    Who stands right behind that event goes on without a gap, although it is archived itself.
    """

    before: str | None

    def __new__(cls, position: int, before: str | None) -> Self:
        front = super().__new__(cls, position)
        front.before = before
        return front


@dataclass(frozen=True, slots=True)
class Head:
    """Where the stream ends. A database that was restored gets a new `epoch`.

    Attributes:
        tag: that of the event at `position`; None where none is stored there.
    """

    epoch: str
    position: int
    tag: str | None = field(default=None, compare=False)

    @property
    def place(self) -> Place:
        return Place(self.position, self.tag)


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """One event as stored; `codec` makes a domain event and a state of it.

    Attributes:
        kind: the name of its class in `domain.events`.
        ticket_version: the ticket's version after it; None, like `ticket_id`, for no ticket.
        at: when it happened; `recorded_at` is when it was written, by the database's clock.
        by: None for the deadline engine.
        payload: its own fields as JSON values.
        state: the ticket as it stood afterwards, as JSON values.
    """

    position: int
    id: EventId
    kind: str
    ticket_id: TicketId | None
    ticket_version: int | None
    at: datetime
    by: PersonId | None
    recorded_at: datetime
    payload: dict[str, Any]
    state: dict[str, Any] | None

    @property
    def tag(self) -> str:
        return tag_of(self.id)

    @property
    def place(self) -> Place:
        return Place(self.position, self.tag)


def tag_of(event_id: UUID | str) -> str:
    """A few digits by which the event is told from another at its position, in another life.

    An id begins with the time, and ends with a number where one statement makes many; these
    digits, in front of that number, are drawn anew for each statement.
    """
    return uuid(event_id).hex[20:28]


async def head() -> Head:
    """Where the stream ends now."""
    (row,) = await fetch(
        "SELECT s.epoch, s.position, e.id AS last "
        "FROM stream s LEFT JOIN event e ON e.position = s.position WHERE s.name = 'main'"
    )
    position = row["position"]
    if row["last"] is None:  # before the first event, or all of them are in the archive
        return Head(row["epoch"], position, (await tags([position])).get(position))
    return Head(row["epoch"], position, tag_of(row["last"]))


async def tags(positions: Sequence[int]) -> dict[int, str]:
    """The tags of the events at those positions, so far as they are stored."""
    conditions = Conditions()
    conditions.among("position", list(positions))
    rows = await fetch(
        f"SELECT position, id FROM {EVENTS} {conditions.where()}",  # noqa: S608 - placeholders
        *conditions.values,
    )
    return {row["position"]: tag_of(row["id"]) for row in rows}


async def oldest() -> Front:
    """The lowest position that the stream still holds; 0 before anything has happened.

    Where it holds none any more, that is the one behind its end: whoever stands there goes on.
    """
    (row,) = await fetch(_OLDEST)
    return Front(row["position"], row["before"] and tag_of(row["before"]))


async def latest_moment() -> datetime | None:
    """When the last event happened, None before the first."""
    rows = await fetch("SELECT at FROM event ORDER BY position DESC LIMIT 1")
    return moment(rows[0]["at"]) if rows else None


async def read(after: int, *, limit: int, until: int | None = None) -> list[StoredEvent]:
    """Up to `limit` events behind the position `after`, none behind `until`, in their order."""
    if until is None:
        rows = await fetch(_READ.format(""), after, limit)
    else:
        rows = await fetch(_READ.format("AND position <= $3"), after, limit, until)
    return [stored_event(row) for row in rows]


async def take_positions(count: int) -> int:
    """The first of the next `count` positions.

    This locks the counter until the unit of work ends, and everybody who writes waits for it: call
    it when nothing but the events is left to write (lock order: ticket, deadline, counter). A
    process that freezes with it loses it after a second, and its transaction.
    """
    await take_turn()
    (row,) = await fetch(_TAKE[dialect()], count)
    return int(row["position"]) - count + 1


def stored_event(row: dict[str, Any]) -> StoredEvent:
    """The event that a row of the table says."""
    return StoredEvent(
        position=row["position"],
        id=EventId(uuid(row["id"])),
        kind=row["kind"],
        ticket_id=TicketId(uuid(row["ticket_id"])) if row["ticket_id"] else None,
        ticket_version=row["ticket_version"],
        at=cast("datetime", moment(row["at"])),
        by=PersonId(uuid(row["by_id"])) if row["by_id"] else None,
        recorded_at=cast("datetime", moment(row["recorded_at"])),
        payload=parsed(row["payload"]),
        state=parsed(row["state"]),
    )


_ADVANCE = "UPDATE stream SET position = position + $1 WHERE name = 'main' RETURNING position"
_TAKE = {
    "sqlite": _ADVANCE,
    "postgres": f"{_ADVANCE}, set_config('idle_in_transaction_session_timeout', '1s', true)",
}
_OLDEST = f"""
SELECT f.position, (SELECT id FROM {EVER} AS e WHERE e.position = f.position - 1) AS before
FROM (
  SELECT coalesce(
    (SELECT min(position) FROM event), CASE WHEN position > 0 THEN position + 1 ELSE 0 END
  ) AS position FROM stream WHERE name = 'main'
) AS f
"""  # noqa: S608 - our own names
_READ = "SELECT * FROM event WHERE position > $1 {} ORDER BY position LIMIT $2"
