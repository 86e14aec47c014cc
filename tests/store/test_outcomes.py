"""How an attempt ended is written by who holds the lease, with its evidence (§5, C2)."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest

from escgraph.domain.events_notices import DeliveryDied
from escgraph.domain.notice import ChannelKind
from escgraph.domain.retrying import CLOSED, OPENS_AFTER, Circuit, Sign
from escgraph.domain.terms import MessageId
from escgraph.store import circuits, leases, outbox, outcomes, sealing
from escgraph.store.database import execute, fetch
from escgraph.store.notice_rows import Message
from escgraph.store.outcomes import Attempt
from tests.store.ladders import ADA, NINE, move_in, store, untouched
from tests.store.left_behind import all_events
from tests.store.letterbox import a_channel, a_webhook, notice_in, standing, tries, waiting

SECOND = timedelta(seconds=1)
LEASE = 20 * SECOND
WAITS = (5 * SECOND, 300 * SECOND)


@pytest.fixture(autouse=True)
async def _people(connected: str) -> None:
    await move_in()


@pytest.fixture
def _keys() -> Iterator[None]:
    sealing.use_keys([sealing.new_key()])
    yield
    sealing.use_keys([])


async def claimed(*, at: int = 0) -> Message:
    """The one message that waits, claimed so many seconds after nine."""
    now = NINE + at * SECOND
    for _ in range(2):  # the first turn may only make the circuit
        if found := await outbox.claim(now=now, lease=LEASE, most=1, at_once=4):
            return found[0]
    raise AssertionError("nothing is there to be claimed")


def ended(message: Message, answer: str = "500", *, at: int = 1) -> Attempt:
    now = NINE + at * SECOND
    return Attempt(message=message, started_at=now - SECOND, ended_at=now, answer=answer)


async def test_what_arrived_is_delivered_and_the_answer_is_kept() -> None:
    message = await claimed_of(await waiting())

    assert await outcomes.delivered(ended(message, "200 ok"))

    after = await standing(message.id)
    assert (after.state, after.delivered_at, after.fault) == ("DELIVERED", NINE + SECOND, None)
    assert await tries(message.id) == [(1, "DELIVERED", "200 ok")]


async def test_an_arrival_is_one_transaction_with_its_evidence() -> None:
    message = await claimed_of(await waiting())
    await execute("ALTER TABLE attempt RENAME TO elsewhere")

    with pytest.raises(Exception, match="attempt"):
        await outcomes.delivered(ended(message, "200 ok"))

    assert await standing(message.id) == message


async def test_what_failed_waits_for_its_next_try_and_says_why() -> None:
    message = await claimed_of(await waiting())
    due = NINE + 6 * SECOND

    assert await outcomes.failed(ended(message), sign=Sign.FAILED, due_at=due)

    after = await standing(message.id)
    assert (after.state, after.due_at, after.fault) == ("WAITING", due, "500")
    assert await tries(message.id) == [(1, "FAILED", "500")]
    assert await circuits.load(message.circuit) == Circuit(1, None)


async def test_every_try_leaves_its_own_evidence() -> None:
    await waiting()
    for n in range(2):
        message = await claimed(at=10 * n)
        await outcomes.failed(ended(message), sign=None, due_at=NINE)
    message = await claimed(at=20)
    await outcomes.delivered(ended(message, "200 ok"))

    assert [outcome for _, outcome, _ in await tries(message.id)] == [
        "FAILED",
        "FAILED",
        "DELIVERED",
    ]


async def test_who_lost_the_lease_to_another_writes_nothing() -> None:
    """The fence: the later claim answers for the message."""
    slow = await claimed_of(await waiting())
    await leases.take_back(now=NINE + LEASE, lease=LEASE, waits=WAITS)
    quick = await claimed(at=20)

    assert not await outcomes.delivered(ended(slow))
    assert not await outcomes.failed(ended(slow), sign=Sign.FAILED, due_at=NINE)
    assert await outcomes.died(ended(slow), sign=Sign.FAILED, gone=True) is None

    assert await standing(quick.id) == quick
    assert await circuits.load(quick.circuit) == CLOSED
    assert await tries(quick.id) == [(1, "LOST", leases.SAID)]
    assert await outcomes.delivered(ended(quick))


async def test_a_late_success_counts_while_nobody_else_has_claimed_it() -> None:
    message = await claimed_of(await waiting())
    await leases.take_back(now=NINE + LEASE, lease=LEASE, waits=WAITS)

    assert await outcomes.delivered(ended(message, "200 ok", at=21))

    assert (await standing(message.id)).state == "DELIVERED"
    assert await tries(message.id) == [(1, "DELIVERED", "200 ok")]


async def test_an_outcome_written_twice_counts_once() -> None:
    """Whoever lost the connection while committing writes it again."""
    message = await claimed_of(await waiting())
    await outcomes.failed(ended(message), sign=Sign.FAILED, due_at=NINE + LEASE)

    assert not await outcomes.failed(ended(message), sign=Sign.FAILED, due_at=NINE)
    assert await circuits.load(message.circuit) == Circuit(1, None)


async def test_a_death_that_is_written_twice_is_told_once() -> None:
    message = await claimed_of(await waiting())
    await outcomes.died(ended(message), sign=Sign.FAILED, gone=False)

    assert await outcomes.died(ended(message), sign=Sign.FAILED, gone=False) is None
    assert await circuits.load(message.circuit) == Circuit(1, None)
    assert [told.kind for told in await all_events()] == ["DeliveryDied"]


async def test_a_success_that_comes_after_the_death_was_told_is_too_late() -> None:
    """Nobody else has claimed it, so the fence alone would let it pass."""
    message = await claimed_of(await waiting())
    await leases.take_back(now=NINE + LEASE, lease=LEASE, waits=())

    assert not await outcomes.delivered(ended(message, "200 ok", at=21))

    assert (await standing(message.id)).state == "DEAD"
    assert await tries(message.id) == [(1, "LOST", leases.SAID)]


async def test_failures_of_all_messages_open_their_circuit_together() -> None:
    for n in range(OPENS_AFTER):
        message = await claimed_of(await waiting(), at=n)
        await outcomes.died(ended(message, at=n), sign=Sign.FAILED, gone=False)

    until = NINE + (OPENS_AFTER - 1) * SECOND + 30 * SECOND
    assert await circuits.load("EMAIL") == Circuit(OPENS_AFTER, until)


async def test_a_success_closes_the_circuit() -> None:
    first = await claimed_of(await waiting())
    await outcomes.failed(ended(first), sign=Sign.FAILED, due_at=NINE + LEASE)
    second = await claimed_of(await waiting())

    await outcomes.delivered(ended(second))

    assert await circuits.load("EMAIL") == CLOSED


async def test_a_death_is_told_with_who_was_not_told_of_what() -> None:
    """A script, a manager hear of it; the event and the state are one transaction."""
    ticket = await store(untouched())
    message_id = await waiting()
    notices = (
        await notice_in(message_id, ticket=ticket.id),
        await notice_in(message_id, ticket=ticket.id),
    )
    message = await claimed_of(message_id)

    position = await outcomes.died(ended(message, "550 no"), sign=Sign.ANSWERED, gone=False)

    after = await standing(message_id)
    assert (after.state, after.died_at, after.fault) == ("DEAD", NINE + SECOND, "550 no")
    (*_, told) = await all_events()
    assert (told.position, told.kind, told.ticket_id) == (position, "DeliveryDied", None)
    assert told.payload == {
        "message": str(message_id),
        "notices": [str(notice) for notice in sorted(notices)],
        "ticket": str(ticket.id),
        "person": str(ADA.id),
        "webhook": None,
        "channel": "EMAIL",
        "reason": "550 no",
        "disabled": False,
    }


async def test_a_death_about_several_tickets_names_none() -> None:
    message_id = await waiting()
    await notice_in(message_id, ticket=(await store(untouched())).id)
    await notice_in(message_id, ticket=(await store(untouched())).id)

    await outcomes.died(ended(await claimed_of(message_id)), sign=None, gone=False)

    (*_, told) = await all_events()
    assert told.payload["ticket"] is None
    assert len(told.payload["notices"]) == 2


@pytest.mark.usefixtures("_keys")
async def test_a_receiver_that_is_gone_has_its_channel_disabled_with_the_reason() -> None:
    """410: nothing more is sent there until somebody enables it."""
    channel = await a_channel()
    message = await claimed_of(await waiting(channel=channel))

    await outcomes.died(ended(message, "410 gone"), sign=Sign.ANSWERED, gone=True)

    (row,) = await fetch("SELECT disabled_at, disabled_reason FROM channel")
    assert row["disabled_at"] is not None
    assert row["disabled_reason"] == "410 gone"
    (*_, told) = await all_events()
    assert told.payload["disabled"] is True


@pytest.mark.usefixtures("_keys")
@pytest.mark.parametrize("failing", ["channel", "event", "attempt", "circuit"])
async def test_a_death_is_one_transaction_with_all_that_follows_of_it(failing: str) -> None:
    """No channel is disabled without the event that says so, and none stays on."""
    message = await claimed_of(await waiting(channel=await a_channel()))
    await execute(f"ALTER TABLE {failing} RENAME TO elsewhere")

    with pytest.raises(Exception, match=failing):
        await outcomes.died(ended(message, "410 gone"), sign=Sign.FAILED, gone=True)

    await execute(f"ALTER TABLE elsewhere RENAME TO {failing}")
    assert await standing(message.id) == message
    assert await tries(message.id) == []
    assert await all_events() == []
    assert await circuits.load(message.circuit) == CLOSED
    (row,) = await fetch("SELECT disabled_at FROM channel")
    assert row["disabled_at"] is None


@pytest.mark.usefixtures("_keys")
async def test_a_webhook_that_is_gone_is_disabled_and_its_event_s_ticket_named() -> None:
    ticket = await store(untouched())
    webhook = await a_webhook()
    message = await claimed_of(await a_message_to(webhook))

    await outcomes.died(ended(message, "410 gone"), sign=Sign.ANSWERED, gone=True)

    (row,) = await fetch("SELECT disabled_reason FROM webhook")
    assert row["disabled_reason"] == "410 gone"
    (*_, told) = await all_events()
    assert (told.payload["webhook"], told.payload["person"]) == (str(webhook), None)
    assert told.payload["ticket"] == str(ticket.id)


@pytest.mark.usefixtures("_keys")
async def test_a_death_without_gone_disables_nothing() -> None:
    channel = await a_channel()
    message = await claimed_of(await waiting(channel=channel))

    await outcomes.died(ended(message), sign=Sign.FAILED, gone=False)

    (row,) = await fetch("SELECT disabled_at FROM channel")
    assert row["disabled_at"] is None


async def test_a_lease_that_ended_waits_at_once_the_first_time() -> None:
    message = await claimed_of(await waiting())
    await leases.take_back(now=NINE + LEASE - SECOND / 1000, lease=LEASE, waits=WAITS)
    assert (await standing(message.id)).state == "SENDING"

    await leases.take_back(now=NINE + LEASE, lease=LEASE, waits=WAITS)

    after = await standing(message.id)
    assert (after.state, after.due_at, after.fault) == ("WAITING", NINE + LEASE, leases.SAID)
    assert await tries(message.id) == [(1, "LOST", leases.SAID)]


async def test_leases_that_end_again_and_again_wait_longer_and_end_in_death() -> None:
    """A message that kills whoever sends it does not go round for ever."""
    await waiting()
    now, due = NINE, []
    for _ in range(len(WAITS) + 1):
        message = await claimed(at=int((now - NINE) / SECOND))
        now = message.leased_until or now
        await leases.take_back(now=now, lease=LEASE, waits=WAITS)
        after = await standing(message.id)
        due.append(round((after.due_at - now) / SECOND))
        now = after.due_at + timedelta(seconds=1)

    assert due[0] == 0
    assert 270 <= due[1] <= 330
    assert after.state == "DEAD"
    assert [told.kind for told in await all_events()] == ["DeliveryDied"]


@pytest.mark.usefixtures("_keys")
async def test_what_else_waits_for_a_webhook_that_is_gone_is_tried_by_nobody() -> None:
    """Each of a thousand would die as well, with an event that says so."""
    await store(untouched())
    webhook = await a_webhook()
    message = await claimed_of(await a_message_to(webhook))
    other = await a_message_to(webhook, position=2)

    await outcomes.died(ended(message, "410 gone"), sign=Sign.ANSWERED, gone=True)

    assert (await standing(other)).state == "WAITING"
    later = NINE + timedelta(days=900)
    assert await outbox.claim(now=later, lease=LEASE, most=9, at_once=9) == []


@pytest.mark.usefixtures("_keys")
async def test_a_webhook_that_was_disabled_before_its_receiver_was_gone_stays_as_it_was() -> None:
    webhook = await a_webhook()
    message = await claimed_of(await a_message_to(webhook))
    await execute("UPDATE webhook SET disabled_at = $1, disabled_reason = 'maintenance'", NINE)

    await outcomes.died(ended(message, "410 gone"), sign=Sign.ANSWERED, gone=True)

    (row,) = await fetch("SELECT disabled_reason FROM webhook")
    assert row["disabled_reason"] == "maintenance"
    assert [told.kind for told in await all_events()] == ["DeliveryDied"]


async def claimed_of(message_id: MessageId, *, at: int = 0) -> Message:
    message = await claimed(at=at)
    assert message.id == message_id
    return message


async def a_message_to(webhook: UUID, *, position: int = 1) -> MessageId:
    return await waiting(
        circuit=f"WEBHOOK:{webhook}",
        kind=ChannelKind.WEBHOOK,
        person_id=None,
        webhook_id=webhook,
        event_position=position,
    )


def test_the_event_holds_no_address() -> None:
    """What may hold a secret never leaves."""
    assert not {"url", "address", "target"} & set(DeliveryDied.__dataclass_fields__)
