"""Messages on their way, and what senders and people do to them."""

from datetime import timedelta
from uuid import UUID

from uuid_utils.compat import uuid4, uuid7

from escgraph.commands.redelivering import redeliver
from escgraph.domain.retrying import Sign
from escgraph.jobs.webhooks import fan_out
from escgraph.store import leases, outcomes
from escgraph.store.database import fetch
from escgraph.store.notice_rows import Message, message_of
from tests.interleaving.meeting import LEASE, TEN, Meeting, Thing
from tests.interleaving.own import a_webhook_that_is_behind, disable_it, pass_events_on, replay_it
from tests.queries.house import NINE, House
from tests.store.rows import add

LATER = NINE + timedelta(days=400)


async def a_message(house: House, *, circuit: str | None = None, **columns: object) -> UUID:
    message = uuid7()
    written = {
        "id": message,
        "person_id": house.agent.person,
        "kind": "EMAIL",
        "pace": "AT_ONCE",
        "circuit": circuit or f"EMAIL:{message}",
        "state": "WAITING",
        "created_at": NINE,
        "due_at": NINE,
        "attempts": 0,
        "fence": 0,
        **columns,
    }
    await add("message", **written)
    return message


async def claimed(message: object) -> Message:
    """The message, as the sender has it who was given it."""
    (row,) = await fetch(_CLAIM, message, NINE + LEASE, NINE)
    return message_of(row)


async def a_dead_message(house: House) -> Thing:
    return Thing(house, await a_message(house, state="DEAD", died_at=NINE, attempts=9))


async def a_message_whose_lease_ended(house: House) -> Thing:
    message = await a_message(house)
    return Thing(house, message, await claimed(message))


async def two_messages_to_one_place(house: House) -> Thing:
    place = f"EMAIL:{uuid4()}"
    await add("circuit", key=place, failures=1, claims=0, updated_at=NINE)
    both = [await claimed(await a_message(house, circuit=place)) for _ in range(2)]
    return Thing(house, both[0].id, both)


async def a_webhook_that_is_replayed_while_it_is_sent_to(house: House) -> Thing:
    thing = await a_webhook_that_is_behind(house)
    await fan_out(now=NINE)
    (row,) = await fetch("SELECT id FROM message WHERE webhook_id = $1", thing.id)
    message = await claimed(row["id"])
    await replay_it(thing)
    return Thing(house, thing.id, message)


def ended(message: Message) -> outcomes.Attempt:
    return outcomes.Attempt(message=message, started_at=NINE, ended_at=TEN, answer="no")


async def send_it_anew(thing: Thing) -> object:
    return await redeliver(call=thing.manager, message_id=thing.id)


async def take_it_back(_: Thing) -> object:
    return await leases.take_back(now=NINE + LEASE, lease=LEASE, waits=())


async def it_arrives(thing: Thing) -> object:
    return await outcomes.delivered(ended(thing.more))


async def it_fails(thing: Thing) -> object:
    return await outcomes.failed(ended(thing.more), sign=Sign.FAILED, due_at=LATER)


async def it_dies(thing: Thing) -> object:
    return await outcomes.died(ended(thing.more), sign=Sign.FAILED, gone=False)


async def its_receiver_is_gone(thing: Thing) -> object:
    return await outcomes.died(ended(thing.more), sign=Sign.FAILED, gone=True)


async def one_fails(thing: Thing) -> object:
    return await outcomes.failed(ended(thing.more[0]), sign=Sign.FAILED, due_at=LATER)


async def the_other_fails(thing: Thing) -> object:
    return await outcomes.failed(ended(thing.more[1]), sign=Sign.FAILED, due_at=LATER)


async def one_dies(thing: Thing) -> object:
    return await outcomes.died(ended(thing.more[0]), sign=Sign.FAILED, gone=False)


async def the_other_dies(thing: Thing) -> object:
    return await outcomes.died(ended(thing.more[1]), sign=Sign.FAILED, gone=False)


_CLAIM = """
UPDATE message SET state = 'SENDING', fence = fence + 1, attempts = attempts + 1,
  leased_until = $2, first_attempt_at = $3
WHERE id = $1 RETURNING *
"""
_LEFT = """
SELECT m.state, m.attempts, m.fence, m.fault, c.failures, w.disabled_reason,
  (SELECT string_agg(a.outcome, ',' ORDER BY a.number) FROM attempt a WHERE a.message_id = m.id)
    AS tries
FROM message m LEFT JOIN circuit c ON c.key = m.circuit LEFT JOIN webhook w ON w.id = m.webhook_id
WHERE $1 IN (m.id, m.webhook_id)
"""

MEETINGS = {
    "sent anew twice": Meeting(a_dead_message, send_it_anew, send_it_anew, _LEFT),
    "taken back twice": Meeting(a_message_whose_lease_ended, take_it_back, take_it_back, _LEFT),
    "taken back as it arrives": Meeting(
        a_message_whose_lease_ended, take_it_back, it_arrives, _LEFT
    ),
    "taken back as it fails": Meeting(a_message_whose_lease_ended, take_it_back, it_fails, _LEFT),
    "taken back as it dies": Meeting(a_message_whose_lease_ended, take_it_back, it_dies, _LEFT),
    "two failures": Meeting(two_messages_to_one_place, one_fails, the_other_fails, _LEFT),
    "two deaths at one place": Meeting(two_messages_to_one_place, one_dies, the_other_dies, _LEFT),
    "a receiver gone, and a fan-out": Meeting(
        a_webhook_that_is_replayed_while_it_is_sent_to, its_receiver_is_gone, pass_events_on, _LEFT
    ),
    "a receiver gone, and disabled": Meeting(
        a_webhook_that_is_replayed_while_it_is_sent_to, its_receiver_is_gone, disable_it, _LEFT
    ),
}
