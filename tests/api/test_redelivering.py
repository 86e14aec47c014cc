"""Sending once more what was given up, through the whole schema (C2, P2)."""

import pytest
from uuid_utils.compat import uuid7

from escgraph.domain.notice import ChannelKind, MessageState
from escgraph.domain.terms import NoticeId
from escgraph.store import outbox, outcomes, stream
from escgraph.store.database import execute, fetch
from escgraph.store.notice_rows import message_of
from escgraph.store.outcomes import Attempt
from tests.api.counter import escalated, only
from tests.api.office import Json, Office
from tests.queries import told
from tests.queries.house import minutes, nobody
from tests.queries.told import Sent
from tests.store.letterbox import waiting
from tests.store.rows import add

LEASE = minutes(1)
SHOWN = "messageId deliveries {id state nextAttemptAt diedAt fault messageId attempts {number}}"


async def _dead(office: Office) -> Sent:
    """Two attempts, none of which arrived."""
    answers = [("FAILED", "500"), ("FAILED", "time-out")]
    return await _sent(office, MessageState.DEAD, answers=answers)


async def _notice(office: Office) -> NoticeId:
    ticket_id = await escalated(office)
    return await told.notice(office.agent.person, ticket_id)


async def _sent(office: Office, state: MessageState, **more: Json) -> Sent:
    return await told.delivery(await _notice(office), office.agent.person, state=state, **more)


async def test_a_dead_message_waits_anew_with_its_id_and_all_its_attempts(
    any_office: Office,
) -> None:
    """C2: the fence goes on, and so does the evidence."""
    office = any_office
    dead = await _dead(office)

    payload = await office.act(
        "redeliver", {"deliveryId": str(dead.delivery)}, SHOWN, by=office.manager
    )

    assert payload["errors"] == []
    assert payload["messageId"] == str(dead.message)
    assert payload["deliveries"] == [
        {
            "id": str(dead.delivery),
            "state": "WAITING",
            "nextAttemptAt": _text(office),
            "diedAt": None,
            "fault": "time-out",
            "messageId": str(dead.message),
            "attempts": [{"number": 1}, {"number": 2}],
        }
    ]
    (row,) = await fetch("SELECT * FROM message")
    message = message_of(row)
    assert (message.id, message.attempts, message.fence) == (dead.message, 0, 2)


async def test_that_it_waits_anew_is_told(office: Office) -> None:
    dead = await _dead(office)

    payload = await office.act(
        "redeliver", {"messageId": str(dead.message)}, by=office.administrator, selection="cursor"
    )

    event = (await stream.read(0, limit=99))[-1]
    assert payload["cursor"] is not None
    assert (event.kind, event.by) == ("DeliveryRequeued", office.administrator.person)
    assert event.payload["message"] == str(dead.message)
    assert event.payload["person"] == str(office.agent.person)
    assert event.payload["channel"] == "EMAIL"
    assert len(event.payload["notices"]) == 1
    assert event.payload["ticket"] is not None


async def test_a_sender_takes_it_and_its_third_try_may_arrive(any_office: Office) -> None:
    office = any_office
    dead = await _dead(office)
    await office.act("redeliver", {"messageId": str(dead.message)}, SHOWN, by=office.manager)
    now = office.clock.now()

    for _ in range(2):  # the first turn may only make the circuit
        found = await outbox.claim(now=now, lease=LEASE, most=1, at_once=1)
        if found:
            break
    (message,) = found
    arrived = Attempt(message=message, started_at=now, ended_at=now, answer="250")
    assert await outcomes.delivered(arrived)

    (node,) = (await office.data("{deliveries {nodes {state attempts {number outcome}}}}"))[
        "deliveries"
    ]["nodes"]
    assert node["state"] == "DELIVERED"
    assert node["attempts"][-1] == {"number": 3, "outcome": "DELIVERED"}


@pytest.mark.parametrize(
    ("state", "advice"),
    [
        (MessageState.WAITING, "nextAttemptAt"),
        (MessageState.SENDING, "under way"),
        (MessageState.DELIVERED, "nothing is to be done"),
    ],
)
async def test_what_is_not_dead_is_not_redelivered(
    office: Office, state: MessageState, advice: str
) -> None:
    sent = await _sent(office, state)

    error = only(
        await office.act("redeliver", {"messageId": str(sent.message)}, SHOWN, by=office.manager)
    )

    assert error["code"] == "WRONG_STATUS"
    assert f"a message that is {state}" in error["message"]
    assert advice in error["message"]
    (row,) = await fetch("SELECT state FROM message")
    assert row["state"] == state


async def test_asked_twice_it_is_done_once(office: Office) -> None:
    dead = await _dead(office)
    given = {"messageId": str(dead.message), "idempotencyKey": "again"}

    first = await office.act("redeliver", given, SHOWN, by=office.manager)
    again = await office.act("redeliver", given, SHOWN, by=office.manager)
    error = only(
        await office.act("redeliver", {"messageId": str(dead.message)}, SHOWN, by=office.manager)
    )

    assert first == again
    assert error["code"] == "WRONG_STATUS"
    kinds = [event.kind for event in await stream.read(0, limit=99)]
    assert kinds.count("DeliveryRequeued") == 1


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ("disabled_at = created_at, disabled_reason = '410 gone'", "disabled: 410 gone"),
        ("removed_at = created_at", "was removed"),
    ],
)
async def test_a_closed_way_has_to_be_opened_first(office: Office, change: str, why: str) -> None:
    """It would die again at once."""
    channel = await told.channel(office.agent.person)
    sent = await _sent(office, MessageState.DEAD, kind=ChannelKind.SLACK, channel=channel)
    await execute(f"UPDATE channel SET {change}")

    error = only(
        await office.act("redeliver", {"messageId": str(sent.message)}, SHOWN, by=office.manager)
    )

    assert error["code"] == "CONFLICT"
    assert why in error["message"]
    assert "enable it" in error["message"]


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({}, "INVALID_INPUT", "deliveryId"),
        ({"deliveryId": "x", "messageId": "x"}, "INVALID_INPUT", "deliveryId"),
        ({"deliveryId": "x"}, "INVALID_INPUT", "deliveryId"),
        ({"messageId": "x"}, "INVALID_INPUT", "messageId"),
        ({"deliveryId": str(nobody())}, "NOT_FOUND", "deliveryId"),
        ({"messageId": str(nobody())}, "NOT_FOUND", "messageId"),
    ],
)
async def test_it_is_said_what_is_missing(
    office: Office, given: dict[str, str], code: str, field: str
) -> None:
    error = only(await office.act("redeliver", given, SHOWN, by=office.manager))

    assert (error["code"], error["field"]) == (code, [field])


async def test_who_works_on_tickets_does_not_redeliver(office: Office) -> None:
    """P2: managers and administrators do."""
    dead = await _dead(office)
    for by in (office.agent, office.engineer, office.stakeholder, office.wallboard):
        given = {"messageId": str(dead.message)}
        error = only(await office.act("redeliver", given, SHOWN, by=by))
        assert error["code"] == "FORBIDDEN"


def _text(office: Office) -> str:
    return office.clock.now().isoformat().replace("+00:00", "Z")


async def test_a_script_s_message_is_asked_for_by_its_own_id(office: Office) -> None:
    """It carries an event, and no delivery."""
    ticket_id = await escalated(office)
    webhook, message = uuid7(), uuid7()
    owner, now = office.administrator.person, office.clock.now()
    await add(
        "webhook",
        id=webhook,
        owner_id=owner,
        name="a script",
        url="sealed",
        secrets="sealed",
        place="https://example.org",
        position=0,
        created_at=now,
        updated_at=now,
    )
    await waiting(
        circuit=f"WEBHOOK:{webhook}",
        kind=ChannelKind.WEBHOOK,
        id=message,
        person_id=None,
        webhook_id=webhook,
        event_position=1,
        state="DEAD",
        died_at=now,
        attempts=9,
        fence=9,
    )

    payload = await office.act("redeliver", {"messageId": str(message)}, SHOWN, by=office.manager)

    assert (payload["messageId"], payload["deliveries"]) == (str(message), [])
    told_of = (await stream.read(0, limit=99))[-1].payload
    assert (told_of["webhook"], told_of["person"]) == (str(webhook), None)
    assert (told_of["ticket"], told_of["notices"]) == (str(ticket_id), [])
