"""Every ticket with all that is recorded of it, in pages: the reads of the consistency check.

To be read in one snapshot. Each page is a few statements of its own, so that none takes long, and
no more than a page is held at a time, however many events a ticket has.
"""

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar, cast
from uuid import UUID

from escgraph.domain.contradiction import About, Contradiction
from escgraph.domain.policy import Policy
from escgraph.domain.recorded import Record, StoredDeadline, StoredEscalation, Told
from escgraph.domain.terms import TicketId
from escgraph.store import policies
from escgraph.store.codec import event_of, read_state
from escgraph.store.conditions import Conditions
from escgraph.store.database import dialect, execute, fetch
from escgraph.store.deadlines import deadline_of
from escgraph.store.escalations import escalation_of
from escgraph.store.event_tables import EVENTS
from escgraph.store.pauses import pause_of
from escgraph.store.ticket_rows import ticket_of
from escgraph.store.values import boolean, moment, parsed, uuid

T = TypeVar("T")

TICKETS = 100
EVENTS_AT_ONCE = 2000
PATIENCE_S = 60

UNREADABLE = (LookupError, AssertionError, ArithmeticError, TypeError, ValueError)
"""What reading a row raises that no program of ours wrote; pydantic's error is a ValueError."""


@dataclass(frozen=True, slots=True)
class Page:
    """Some tickets in the order of their numbers; `unreadable` are rows that say nothing."""

    records: Sequence[Record]
    unreadable: Sequence[Contradiction]


def name_of(number: int) -> str:
    """What people call the ticket."""
    return f"ESC-{number:06d}"


async def be_patient() -> None:
    """Let what is computed between two pages take its time: no lock is held meanwhile.

    A busy machine may let this process wait for longer than a transaction may idle otherwise.
    """
    if dialect() == "postgres":
        await execute(f"SET LOCAL idle_in_transaction_session_timeout = '{PATIENCE_S}s'")


async def every_policy() -> dict[int, Policy]:
    """All versions that are stored."""
    return {one.policy.version: one.policy for one in await policies.versions()}


async def count() -> int:
    """How many tickets there are."""
    (row,) = await fetch("SELECT count(*) AS many FROM ticket")
    return int(row["many"])


async def pages() -> AsyncIterator[Page]:
    """All tickets."""
    after = -1
    while rows := await fetch(_TICKETS, after, TICKETS):
        after = rows[-1]["number"]
        yield await _page(rows)


async def events(records: Sequence[Record]) -> AsyncIterator[tuple[TicketId, Told | Contradiction]]:
    """All events of those tickets, ticket by ticket, in the order of their positions."""
    ids = [record.ticket.id for record in records]
    names = {record.ticket.id: name_of(record.ticket.number) for record in records}
    place: tuple[UUID, int] | None = None
    while rows := await _events(ids, place):
        for row in rows:
            ticket = TicketId(uuid(row["ticket_id"]))
            place = (ticket, row["position"])
            where = f"{names[ticket]} version {row['ticket_version']}"
            yield ticket, read(where, partial(_told, row))
        if len(rows) < EVENTS_AT_ONCE:
            return


def read(where: str, reading: Callable[[], T]) -> T | Contradiction:
    """What the row says, or that it says nothing."""
    try:
        return reading()
    except UNREADABLE as error:
        words = " ".join(f"{type(error).__name__}: {error}".split())[:200]
        return Contradiction(About.UNREADABLE, where, f"it cannot be read: {words}")


async def _page(rows: Sequence[dict[str, Any]]) -> Page:
    ids = [uuid(row["id"]) for row in rows]
    children = [await _of(select, ids) for select in (_DEADLINES, _PAUSES, _ESCALATIONS)]
    read_rows = [
        read(name_of(row["number"]), partial(_record, row, *(of[one] for of in children)))
        for one, row in zip(ids, rows, strict=True)
    ]
    return Page(
        [one for one in read_rows if isinstance(one, Record)],
        [one for one in read_rows if isinstance(one, Contradiction)],
    )


async def _of(select: str, ids: Sequence[UUID]) -> dict[UUID, list[dict[str, Any]]]:
    """The rows of each ticket."""
    conditions = Conditions()
    conditions.among("ticket_id", ids)
    grouped: dict[UUID, list[dict[str, Any]]] = {one: [] for one in ids}
    for row in await fetch(select.format(conditions.where()), *conditions.values):
        grouped[uuid(row["ticket_id"])].append(row)
    return grouped


async def _events(ids: Sequence[TicketId], place: tuple[UUID, int] | None) -> list[dict[str, Any]]:
    conditions = Conditions()
    conditions.among("ticket_id", ids)
    if place is not None:
        marks = f"({conditions.mark(place[0])}, {conditions.mark(place[1])})"
        conditions.add(f"(ticket_id, position) > {marks}")
    return await fetch(
        f"SELECT position, kind, ticket_id, ticket_version, at, by_id, payload, state "  # noqa: S608 - placeholders
        f"FROM {EVENTS} {conditions.where()} ORDER BY ticket_id, position "
        f"LIMIT {conditions.mark(EVENTS_AT_ONCE)}",
        *conditions.values,
    )


Rows = Iterator[dict[str, Any]] | Sequence[dict[str, Any]]


def _record(row: dict[str, Any], deadlines: Rows, pauses: Rows, escalations: Rows) -> Record:
    return Record(
        ticket=ticket_of(row),
        urgent=boolean(row["urgent"]),
        next_due_at=moment(row["next_due_at"]),
        team=row["team"],
        deadlines=tuple(
            StoredDeadline(deadline_of(one), one["rank"], parked=one["parked_at"] is not None)
            for one in deadlines
        ),
        pauses=tuple(pause_of(one) for one in pauses),
        escalations=tuple(_escalation(one) for one in escalations),
    )


def _escalation(row: dict[str, Any]) -> StoredEscalation:
    stored = escalation_of(row)
    return StoredEscalation(
        version=stored.ticket_version,
        cycle=stored.cycle,
        trigger=stored.trigger,
        kind=stored.kind,
        from_tier=stored.from_tier,
        to_tier=stored.to_tier,
        due_at=stored.due_at,
        fired_at=stored.fired_at,
        catch_up=stored.catch_up,
        by=stored.by,
        reason=stored.reason,
        comment=stored.comment,
        no_recipient=stored.no_recipient,
        description=stored.description,
        responsible_from=stored.responsible_from,
        facts=stored.facts,
    )


def _told(row: dict[str, Any]) -> Told:
    by = None if row["by_id"] is None else uuid(row["by_id"])
    return Told(
        position=row["position"],
        version=cast("int", row["ticket_version"]),
        event=event_of(row["kind"], parsed(row["payload"]), at=moment(row["at"]), by=by),
        state=read_state(parsed(row["state"])),
    )


_TICKETS = "SELECT * FROM ticket WHERE number > $1 ORDER BY number LIMIT $2"
_DEADLINES = "SELECT * FROM deadline {} ORDER BY ticket_id, cycle, rank"
_PAUSES = "SELECT * FROM pause {} ORDER BY ticket_id, ordinal"
_ESCALATIONS = "SELECT * FROM escalation {} ORDER BY ticket_id, ticket_version"
