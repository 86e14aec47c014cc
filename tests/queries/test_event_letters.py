"""Events as letters to scripts: the same however often asked for, by their owner's eyes (P2)."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from escgraph.commands import circle, work
from escgraph.commands import webhooks as commands
from escgraph.domain.terms import Audience, Priority, Visibility
from escgraph.notify.outcome import UndeliveredError
from escgraph.queries.event_letters import letter_for
from escgraph.store import database, sealing
from escgraph.store.database import execute
from tests.hooks import fan_out_all, hook, messages
from tests.queries.house import NINE, House


@pytest.fixture
async def house(database_url: str) -> AsyncIterator[House]:
    sealing.use_keys([sealing.new_key()])
    await database.connect(database_url, pool_size=4)
    house = House()
    await house.move_in()
    yield house
    await database.close()


async def test_a_letter_is_the_same_at_each_attempt_whatever_happened_since(house: House) -> None:
    webhook = await hook(house)
    ticket_id = await house.open("high", Priority.HIGH)
    await fan_out_all()
    (message,) = await messages(webhook)
    first = await letter_for(message)

    call = house.call(house.agent, NINE)
    await work.add_note(ticket_id, call=call, text="x", visibility=Visibility.INTERNAL)
    await circle.post_stakeholder_update(ticket_id, call=call, text="x", audience=Audience.INTERNAL)
    await execute("UPDATE person SET name = 'Another'")

    assert await letter_for(replace(message, attempts=3)) == first


async def test_a_letter_names_the_event_and_its_ticket_and_is_as_urgent(house: House) -> None:
    webhook = await hook(house)
    ticket_id = await house.open("high", Priority.HIGH, critical=True)
    await fan_out_all()
    message, *_ = await messages(webhook)

    letter = await letter_for(message)

    assert (letter.id, letter.kind, letter.at) == (message.id, "TicketOpened", NINE)
    assert letter.headline == "TicketOpened of ESC-000001"
    assert (letter.urgent, letter.thread) == (True, str(ticket_id))
    assert letter.subject.endswith(letter.headline)
    assert letter.subject != letter.headline, "the urgent indicator comes first"


async def test_a_test_is_a_letter_of_no_ticket_that_a_script_may_have(house: House) -> None:
    webhook = await hook(house)
    await commands.test_webhook(webhook, call=house.call(house.script, NINE))
    await fan_out_all()
    (message,) = await messages(webhook)

    letter = await letter_for(message)

    assert (letter.kind, letter.thread, letter.payload["webhookId"]) == (
        "WebhookTested",
        None,
        str(webhook),
    )


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ("UPDATE person SET active = FALSE WHERE id = $1", "has left"),
        ("UPDATE person SET role = 'ENGINEER' WHERE id = $1", "has no webhooks any more"),
        ("UPDATE webhook SET removed_at = created_at WHERE owner_id = $1", "was removed"),
    ],
)
async def test_what_may_not_be_told_any_more_is_given_up_for_good(
    house: House, change: str, reason: str
) -> None:
    webhook = await hook(house)
    await house.open()
    await fan_out_all()
    (message,) = await messages(webhook)
    await execute(change, house.script.person)

    with pytest.raises(UndeliveredError, match=reason) as refused:
        await letter_for(message)
    assert (refused.value.again, refused.value.shared) == (False, False)


async def test_what_an_administrator_heard_is_not_told_once_they_are_a_script(
    house: House,
) -> None:
    """P2: by the eyes as they are when it is sent, not as they were when it happened."""
    webhook = await hook(house, by=house.administrator)
    await fan_out_all()
    (message,) = await messages(webhook)
    assert (await letter_for(message)).kind == "WebhookCreated"

    await execute("UPDATE person SET role = 'SCRIPT' WHERE id = $1", house.administrator.person)

    with pytest.raises(UndeliveredError, match="may not see this event"):
        await letter_for(message)


async def test_an_event_that_is_not_stored_any_more_is_given_up(house: House) -> None:
    webhook = await hook(house)
    await house.open()
    await fan_out_all()
    (message,) = await messages(webhook)
    await execute("DELETE FROM event")

    with pytest.raises(UndeliveredError, match="not stored any more"):
        await letter_for(message)
