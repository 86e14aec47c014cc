"""How attempts ended, written at once: each with its evidence, and only by who holds the lease.

An outcome carries the fence of its claim. Where the message was claimed again since, somebody else
answers for it, and nothing is written. A success counts as well after the lease has ended, as long
as nobody claimed it anew; a failure does not, as `leases` has written that one down by then.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from uuid_utils.compat import uuid7

from escgraph.domain.event import Event
from escgraph.domain.events_notices import DeliveryDied
from escgraph.domain.events_webhook import WebhookDisabled
from escgraph.domain.retrying import Sign
from escgraph.domain.terms import NoticeId, TicketId, WebhookId
from escgraph.store import circuits, timeline, webhook_messages, webhooks
from escgraph.store.database import dialect, execute, fetch
from escgraph.store.event_tables import EVENTS
from escgraph.store.notice_rows import Message
from escgraph.store.transactions import unit_of_work
from escgraph.store.values import uuid

DELIVERED = "DELIVERED"
FAILED = "FAILED"
LOST = "LOST"
"""The sender ended before it knew: it may have arrived."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One try. `answer` is what was answered, or why nothing was; no secret, no whole address."""

    message: Message
    started_at: datetime
    ended_at: datetime
    answer: str


async def delivered(attempt: Attempt) -> bool:
    """It arrived; False where somebody else has claimed it since."""
    message = attempt.message
    values = (message.id, message.fence, attempt.ended_at, message.circuit)
    if dialect() == "postgres":
        evidence = (uuid7(), attempt.started_at, attempt.answer)
        return bool(await fetch(_DELIVERED_IN_ONE_STATEMENT, *values, *evidence))
    return await unit_of_work(lambda: _delivered(attempt))


async def failed(attempt: Attempt, *, sign: Sign | None, due_at: datetime) -> bool:
    """It waits for `due_at`; `sign` is what that says of its circuit, None for nothing."""

    async def work() -> bool:
        message = attempt.message
        if not await execute(_AGAIN, message.id, message.fence, due_at, attempt.answer):
            return False
        await keep(attempt, FAILED)
        await _note(attempt, sign)
        return True

    return await unit_of_work(work)


async def died(attempt: Attempt, *, sign: Sign | None, gone: bool) -> int | None:
    """It is dead; the position of the event that says so, None as above.

    Where the receiver is `gone`, its channel or webhook is disabled with the reason.
    """

    async def work() -> int | None:
        message = attempt.message
        if gone and message.webhook is not None:
            await webhooks.locked(WebhookId(message.webhook))  # before its messages, as others do
        if not await execute(_DEAD, message.id, message.fence, attempt.ended_at, attempt.answer):
            return None
        await keep(attempt, FAILED)
        await _note(attempt, sign)
        also = await _disable(attempt) if gone else ()
        return await tell_of_deaths([attempt], disabled=gone, also=also)

    return await unit_of_work(work)


async def keep(attempt: Attempt, outcome: str) -> None:
    """Write the evidence down, inside of a unit of work. A try's number is its fence."""
    await execute(
        _KEEP,
        uuid7(),
        attempt.message.id,
        attempt.message.fence,
        attempt.started_at,
        attempt.ended_at,
        outcome,
        attempt.answer,
    )


async def tell_of_deaths(
    attempts: Sequence[Attempt], *, disabled: bool, also: Sequence[Event] = ()
) -> int:
    """Append the events of messages that are dead now; this locks the counter, so it comes last.

    What happened `also` comes before them.
    """
    carried = [(attempt, *await carried_by(attempt.message)) for attempt in attempts]
    return await timeline.append_alone(
        *also,
        *(
            DeliveryDied(
                at=attempt.ended_at,
                by=None,
                message=attempt.message.id,
                notices=notices,
                ticket=ticket,
                person=attempt.message.person,
                webhook=attempt.message.webhook,
                channel=attempt.message.kind,
                reason=attempt.answer,
                disabled=disabled,
            )
            for attempt, notices, ticket in carried
        ),
    )


async def carried_by(message: Message) -> tuple[tuple[NoticeId, ...], TicketId | None]:
    """The notices that the message carries, and the ticket that all of them are about, if one."""
    if message.webhook is not None:
        return (), await _ticket_of_event(message.event_position)
    rows = await fetch(_CARRIED, message.id)
    tickets = {row["ticket_id"] for row in rows}
    notices = tuple(NoticeId(uuid(row["id"])) for row in rows)
    return notices, _only(tickets) if len(tickets) == 1 else None


async def _delivered(attempt: Attempt) -> bool:
    """The steps of the statement."""
    message = attempt.message
    if not await execute(_DELIVERED, message.id, message.fence, attempt.ended_at):
        return False
    await keep(attempt, DELIVERED)
    await _note(attempt, Sign.ANSWERED)
    return True


async def _note(attempt: Attempt, sign: Sign | None) -> None:
    if sign is not None:
        await circuits.note(attempt.message.circuit, sign, at=attempt.ended_at)


async def _disable(attempt: Attempt) -> Sequence[Event]:
    """Nothing goes that way until somebody enables it; what happened beside the death.

    What waits for a webhook waits on: it would die as well, and is sent once somebody enables it.
    """
    message = attempt.message
    if message.channel is not None:
        await execute(_DISABLE.format("channel"), message.channel, attempt.ended_at, attempt.answer)
    webhook, values = message.webhook, (attempt.ended_at, attempt.answer)
    if webhook is None or not await execute(_DISABLE.format("webhook"), webhook, *values):
        return ()
    await webhook_messages.hold(webhook)
    at, reason = values
    return (WebhookDisabled(at=at, by=None, webhook=webhook, reason=reason),)


async def _ticket_of_event(position: int | None) -> TicketId | None:
    rows = await fetch(_TICKET_OF_EVENT, position)
    return _only({row["ticket_id"] for row in rows}) if rows else None


def _only(tickets: set[Any]) -> TicketId | None:
    (ticket,) = tickets
    return None if ticket is None else TicketId(uuid(ticket))


_BY_WHO_CLAIMED_LAST = "id = $1 AND fence = $2"
_DELIVERED = (
    "UPDATE message SET state = 'DELIVERED', delivered_at = $3, leased_until = NULL, fault = NULL "  # noqa: S608 - a literal
    f"WHERE {_BY_WHO_CLAIMED_LAST} AND state IN ('SENDING', 'WAITING')"
)
_AGAIN = (
    "UPDATE message SET state = 'WAITING', due_at = $3, leased_until = NULL, fault = $4 "  # noqa: S608 - the same
    f"WHERE {_BY_WHO_CLAIMED_LAST} AND state = 'SENDING'"
)
_DEAD = (
    "UPDATE message SET state = 'DEAD', died_at = $3, leased_until = NULL, fault = $4 "  # noqa: S608 - the same
    f"WHERE {_BY_WHO_CLAIMED_LAST} AND state = 'SENDING'"
)
_DISABLE = (
    "UPDATE {} SET disabled_at = $2, disabled_reason = $3 WHERE id = $1 AND disabled_at IS NULL"
)
_CARRIED = (
    "SELECT n.id, n.ticket_id FROM delivery d JOIN notice n ON n.id = d.notice_id "
    "WHERE d.message_id = $1 ORDER BY n.created_at, n.id"
)
_TICKET_OF_EVENT = f"SELECT ticket_id FROM {EVENTS} WHERE position = $1"  # noqa: S608 - the same
_KEEP = """
INSERT INTO attempt (id, message_id, number, started_at, ended_at, outcome, answer)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (message_id, number) DO UPDATE SET
    started_at = excluded.started_at, ended_at = excluded.ended_at, outcome = excluded.outcome,
    answer = excluded.answer
"""
"""A try that was written down as lost turns out to have arrived, now and then."""

_DELIVERED_IN_ONE_STATEMENT = f"""
WITH arrived AS (
    {_DELIVERED} RETURNING id, fence
), closed AS (
    UPDATE circuit SET failures = 0, open_until = NULL, updated_at = $3
    WHERE key = $4 AND failures > 0 AND EXISTS (SELECT 1 FROM arrived)
)
INSERT INTO attempt (id, message_id, number, started_at, ended_at, outcome, answer)
SELECT $5::uuid, id, fence, $6::timestamptz, $3, 'DELIVERED', $7::text FROM arrived
ON CONFLICT (message_id, number) DO UPDATE SET
    started_at = excluded.started_at, ended_at = excluded.ended_at, outcome = excluded.outcome,
    answer = excluded.answer
RETURNING id
"""  # noqa: S608 - our own names and placeholders
"""Between the receiver's answer and this commit nothing else happens: whoever dies there has sent
a message that is sent again."""
