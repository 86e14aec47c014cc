"""Moving open tickets to the policy in force: one transaction each, so that none waits for all."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from escgraph.commands.acting import Call, Request
from escgraph.domain import moving
from escgraph.domain.errors import ConflictError, DomainError
from escgraph.domain.permissions import Act, permit
from escgraph.domain.terms import PersonId, TicketId
from escgraph.domain.texts import prose
from escgraph.domain.ticket import Deadline
from escgraph.store import idempotency, policies, stream, tickets
from escgraph.store.database import DatabaseBusy
from escgraph.store.policy_moves import (
    MOST,
    Chosen,
    Found,
    Named,
    Selection,
    must_be_in_force,
    selection,
)
from escgraph.store.search import TicketFilter
from escgraph.store.transactions import unit_of_work

__all__ = [
    "MOST",
    "Chosen",
    "Found",
    "MovedTicket",
    "Moves",
    "Named",
    "RefusedMove",
    "TicketFilter",
    "move_tickets",
    "move_tickets_at_once",
]


@dataclass(frozen=True, slots=True)
class MovedTicket:
    """`fired` are the deadlines that were past by the new policy, in the order of their firing."""

    id: TicketId
    number: int
    from_version: int
    fired: tuple[Deadline, ...]


@dataclass(frozen=True, slots=True)
class RefusedMove:
    """A ticket that stays as it is, and why."""

    id: TicketId
    error: DomainError


@dataclass(slots=True)
class Moves:
    """What came of it, ticket by ticket, in the order in which they were moved.

    Attributes:
        unchanged: they went by that version already.
        left: how many more the filter finds than go at once; the same again moves them.
        position: that of the last event, or the stream's present one.
    """

    position: int
    moved: list[MovedTicket] = field(default_factory=list)
    unchanged: list[TicketId] = field(default_factory=list)
    refused: list[RefusedMove] = field(default_factory=list)
    left: int = 0


async def move_tickets(
    chosen: Chosen, *, version: int, reason: str, call: Call, expected: int | None = None
) -> Moves:
    """Let the tickets go by that version, which is in force, each in a transaction of its own.

    It may be repeated: a ticket that is there already is left as it is. An idempotency key keeps
    which tickets were chosen, so that the same request, sent again after a crash, moves those that
    are left of them, and no others.

    Raises:
        ForbiddenError: the actor administers nothing.
        InvalidInputError: there is no reason, the version is not in force, or too many are named.
        NotFoundError: there is no such version.
        ConflictError: there are not as many tickets as expected, or the key was used otherwise.
    """
    permit(call.by, Act.MOVE_TICKETS)
    return await _move(
        chosen,
        version=version,
        reason=reason,
        by=call.by.person,
        at=call.at,
        expected=expected,
        request=call.request,
    )


async def move_tickets_at_once(
    chosen: Chosen,
    *,
    version: int,
    reason: str,
    by: PersonId | None,
    at: datetime,
    expected: int | None = None,
) -> Moves:
    """The same for whoever has a shell."""
    return await _move(
        chosen, version=version, reason=reason, by=by, at=at, expected=expected, request=None
    )


async def _move(
    chosen: Chosen,
    *,
    version: int,
    reason: str,
    by: PersonId | None,
    at: datetime,
    expected: int | None,
    request: Request | None,
) -> Moves:
    reason = prose(reason, "reason")

    async def choose() -> tuple[Selection, int]:
        await must_be_in_force(version)
        wanted = await _selection(chosen, version, expected, request=request, by=by, at=at)
        return wanted, (await stream.head()).place

    wanted, position = await unit_of_work(choose)
    moves = Moves(position, left=wanted.tickets - len(wanted.ids))
    for ticket_id in wanted.ids:
        try:
            await _move_one(moves, ticket_id, version=version, reason=reason, by=by, at=at)
        except DomainError as error:
            moves.refused.append(RefusedMove(ticket_id, error))
        except DatabaseBusy:
            moves.refused.append(RefusedMove(ticket_id, _busy()))
    return moves


async def _move_one(
    moves: Moves,
    ticket_id: TicketId,
    *,
    version: int,
    reason: str,
    by: PersonId | None,
    at: datetime,
) -> None:
    async def work() -> tuple[MovedTicket | None, int]:
        ticket = await tickets.locked(ticket_id)
        await policies.keep(version)
        await must_be_in_force(version)
        policy = await policies.of_version(version)
        when = max(at, ticket.updated_at)
        change = moving.moved(ticket, by=by, at=when, policy=policy, reason=reason)
        position = await tickets.save(ticket, change)
        if not change.steps:
            return None, position
        fired = moving.fired_by(ticket, change.ticket, at=when)
        return MovedTicket(ticket.id, ticket.number, ticket.policy_version, fired), position

    moved, position = await unit_of_work(work)
    moves.position = max(moves.position, position)
    if moved is None:
        moves.unchanged.append(ticket_id)
    else:
        moves.moved.append(moved)


async def _selection(
    chosen: Chosen,
    version: int,
    expected: int | None,
    *,
    request: Request | None,
    by: PersonId | None,
    at: datetime,
) -> Selection:
    """What was chosen; under a key that was used already, what was chosen then."""
    if request is None or by is None:
        return _expected(await selection(chosen, version=version), expected)
    earlier = await idempotency.earlier_answer(request, by=by, at=at)
    if earlier is not None:
        return _read(earlier)
    wanted = _expected(await selection(chosen, version=version), expected)
    await idempotency.keep_answer(request, by=by, answer=_written(wanted))
    return wanted


def _expected(wanted: Selection, expected: int | None) -> Selection:
    if expected is not None and wanted.tickets != expected:
        raise ConflictError(
            f"there are {wanted.tickets} tickets to move now and not {expected}; look again at "
            "what would fire",
            field=("expectedTickets",),
        )
    return wanted


def _written(wanted: Selection) -> dict[str, Any]:
    return {"ids": [str(one) for one in wanted.ids], "tickets": wanted.tickets}


def _read(answer: dict[str, Any]) -> Selection:
    ids: Sequence[str] = answer["ids"]
    return Selection(tuple(TicketId(UUID(one)) for one in ids), answer["tickets"])


def _busy() -> ConflictError:
    return ConflictError("others hold the ticket just now; move it again")
