"""The frame of every mutation: may they, do it, ring the doorbell, say what came of it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Annotated, Any, TypeVar

import orjson
import strawberry

from escgraph.api.context import Info
from escgraph.api.errors import UserError, told
from escgraph.api.identifiers import read_id
from escgraph.api.selection import names
from escgraph.api.ticket_link import linked_ticket
from escgraph.api.types_ticket import Ticket
from escgraph.commands.acting import Call, Request, Written
from escgraph.domain.errors import DomainError, InvalidInputError
from escgraph.domain.permissions import Act
from escgraph.domain.terms import Scope, TicketId
from escgraph.queries.place import cursor_at
from escgraph.stream.cursor import Cursor

LONGEST_KEY = 200

T = TypeVar("T")
Given = Annotated[T, strawberry.argument(name="input", description="What the act needs to know.")]
"""How every mutation takes its input."""


@strawberry.input
class KeyedInput:
    idempotency_key: str | None = strawberry.field(
        default=None,
        description="1 to 200 characters of your choice. The same input sent again under the same "
        "key within 24 h has no further effect, and gets the same answer.",
    )


@strawberry.input
class TicketInput(KeyedInput):
    ticket_id: strawberry.ID = strawberry.field(description="The ticket's id.")
    expected_version: int | None = strawberry.field(
        default=None,
        description="The version that you saw; where it is another by now, nothing is written.",
    )


@strawberry.input
class ReviewInput(KeyedInput):
    expected_version: int | None = strawberry.field(
        default=None,
        description="The version of the review that you saw; where it is another by now, nothing "
        "is written.",
    )


@strawberry.type
class Payload:
    errors: list[UserError] = strawberry.field(
        description="Why nothing was written; empty where it was."
    )
    cursor: Cursor | None = strawberry.field(
        description="The place in the stream right behind what was written; null for nothing."
    )


@strawberry.type
class TicketPayload(Payload):
    written: strawberry.Private[Written | None]
    ticket: Ticket | None = strawberry.field(
        description="The ticket as it is now; null where nothing was written, or where the token "
        "lacks the scope READ."
    )


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a mutation; `written` is None for a refusal."""

    written: Written | None
    errors: list[UserError]
    cursor: Cursor | None


async def attempt(
    info: Info, act: Act, given: KeyedInput, command: Callable[[Call], Awaitable[Written]]
) -> Outcome:
    """Let the command do it, if the token may be used for the act."""
    try:
        written = await command(call_of(info, act, given))
    except DomainError as error:
        return Outcome(None, [told(error)], None)
    await info.context.surroundings.doorbell.ring(written.position)
    cursor = await cursor_at(written.position) if "cursor" in names(info) else None
    return Outcome(written, [], cursor)


P = TypeVar("P", bound=TicketPayload)


async def on_ticket(
    info: Info,
    act: Act,
    given: TicketInput,
    command: Callable[[TicketId, Call], Awaitable[Written]],
    payload: type[P],
) -> P:
    """The same for an act on a ticket."""

    async def act_on(call: Call) -> Written:
        return await command(TicketId(read_id(given.ticket_id, field="ticketId")), call)

    return await with_ticket(info, await attempt(info, act, given, act_on), payload)


async def with_ticket(info: Info, outcome: Outcome, payload: type[P]) -> P:
    """The payload, with the ticket where it was asked for."""
    ticket = None
    if outcome.written and "ticket" in names(info) and may_read(info):
        ticket = await linked_ticket(info, TicketId(outcome.written.id))
    return payload(
        written=outcome.written, ticket=ticket, errors=outcome.errors, cursor=outcome.cursor
    )


def may_read(info: Info) -> bool:
    return Scope.READ in info.context.session.scopes


_VERSIONED = (TicketInput, ReviewInput)


def call_of(info: Info, act: Act, given: KeyedInput) -> Call:
    """Who asks, now, and under which key, if the token may be used for the act."""
    return Call(
        by=info.context.permitted(act),
        at=info.context.surroundings.clock.now(),
        version=given.expected_version if isinstance(given, _VERSIONED) else None,
        request=_request(act, given),
    )


def _request(act: Act, given: KeyedInput) -> Request | None:
    key = given.idempotency_key
    if key is None:
        return None
    if not 1 <= len(key) <= LONGEST_KEY:
        raise InvalidInputError(
            f"the idempotency key has {len(key)} characters; choose one of 1 to {LONGEST_KEY}",
            field=("idempotencyKey",),
        )
    return Request(key=key, act=act, payload_hash=_hash(asdict(given)))


def _hash(given: Mapping[str, Any]) -> str:
    """The same for the same input, in whatever order its fields were written."""
    payload = {name: value for name, value in given.items() if name != "idempotency_key"}
    written = orjson.dumps(payload, default=str, option=orjson.OPT_SORT_KEYS)  # durations
    return sha256(written).hexdigest()
