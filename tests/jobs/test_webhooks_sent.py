"""From an event to a script's endpoint: real senders, a real receiver, the reference library."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from ipaddress import ip_network
from typing import Any

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from escgraph.clock import Clock
from escgraph.commands import webhooks as commands
from escgraph.domain.notice import MessageState
from escgraph.domain.terms import WebhookId
from escgraph.jobs import sending
from escgraph.jobs.composing import composer
from escgraph.jobs.posting import Post
from escgraph.notify.links import Links
from escgraph.notify.post_office import PostSettings, post_office
from escgraph.queries.event_words import words_of
from escgraph.queries.events import as_seen
from escgraph.store import database, sealing, stream
from escgraph.store.replay import EventFilter
from tests.hooks import cursor, fan_out_all, loaded, messages
from tests.jobs.post import RULES, Bell
from tests.queries.house import House
from tests.receiver import Receiver, Request, answer

HERE = (ip_network("127.0.0.0/8"),)
PATH = "/hooks/a-path-that-is-secret"


@pytest.fixture
async def house(database_url: str) -> AsyncIterator[House]:
    sealing.use_keys([sealing.new_key()])
    await database.connect(database_url, pool_size=8)
    house = House()
    await house.move_in()
    yield house
    await database.close()


async def test_each_event_arrives_signed_and_says_what_its_owner_sees(house: House) -> None:
    secret = commands.new_secret()
    with Receiver() as receiver:
        webhook = await _leads_to(receiver, house, secret)
        await house.open("The scanner is dark")
        await _sent(1, receiver)

    (request,) = receiver.requests
    (message,) = await messages(webhook)
    (*_, event) = await stream.read(0, limit=99)
    assert request.headers["webhook-id"] == str(message.id)
    told = _verified(request, secret)
    assert (told["type"], told["timestamp"]) == ("TicketOpened", "2026-03-02T09:00:00Z")
    epoch = (await stream.head()).epoch
    assert told["data"] == words_of(as_seen(event, house.script), epoch=epoch)
    assert told["data"]["state"]["title"] == "The scanner is dark"


async def test_a_replay_sends_the_same_bytes_under_the_same_ids(house: House) -> None:
    with Receiver() as receiver:
        webhook = await _leads_to(receiver, house)
        for _ in range(3):
            await house.open()
        await _sent(3, receiver)
        await commands.replay_webhook(
            webhook, call=house.call(house.script, Clock.host()), after=await cursor(0)
        )
        await _sent(6, receiver)

    first, again = receiver.requests[:3], receiver.requests[3:]
    assert len({request.headers["webhook-id"] for request in first}) == 3
    assert _by_id(first) == _by_id(again)


async def test_while_a_secret_is_changed_whoever_knows_either_takes_every_message(
    house: House,
) -> None:
    old, new, newest = (commands.new_secret() for _ in range(3))
    with Receiver() as receiver:
        webhook = await _leads_to(receiver, house, old)
        await _rotate(house, webhook, new, grace=timedelta(hours=1))
        await house.open()
        await _sent(1, receiver)
        await _rotate(house, webhook, newest, grace=timedelta(0))
        await house.open()
        await _sent(2, receiver)

    during, after = receiver.requests
    assert _verified(during, old) == _verified(during, new)
    assert _verified(after, newest)
    for known in (old, new):
        with pytest.raises(WebhookVerificationError):
            _verified(after, known)


async def test_a_receiver_that_is_gone_disables_it_and_nothing_is_lost(house: House) -> None:
    """410: with the reason, in the same transaction as the death, and an event for each."""
    with Receiver() as receiver:
        receiver.behave(PATH, answer(410))
        webhook = await _leads_to(receiver, house)
        await house.open("first")
        await _sent(1, receiver)
        stopped = await loaded(webhook)
        reason = "answered 410 (gone: it wants nothing more)"
        assert (stopped.enabled, stopped.disabled_reason) == (False, reason)
        disabled, died = (await stream.read(0, limit=99))[-2:]
        assert (disabled.kind, disabled.by, disabled.payload["reason"]) == (
            "WebhookDisabled",
            None,
            reason,
        )
        assert (died.kind, died.payload["disabled"]) == ("DeliveryDied", True)
        assert died.payload["webhook"] == disabled.payload["webhook"] == str(webhook)

        await house.open("second")
        await _sent(1, receiver)
        receiver.behave(PATH, answer(200))
        await commands.enable_webhook(webhook, call=house.call(house.script, Clock.host()))
        await _sent(3, receiver)

    titles = [json.loads(one.body)["data"]["state"]["title"] for one in receiver.requests]
    assert titles[0] == "first"
    assert sorted(titles[1:]) == ["first", "second"]
    assert {one.state for one in await messages(webhook)} == {MessageState.DELIVERED}


async def test_a_failure_is_tried_again_under_its_id_and_holds_up_no_other_event(
    house: House,
) -> None:
    with Receiver() as receiver:
        receiver.behave(PATH, answer(500), answer(200))
        webhook = await _leads_to(receiver, house)
        await house.open()
        await _sent(2, receiver)

    first, again = receiver.requests
    assert first.headers["webhook-id"] == again.headers["webhook-id"]
    assert first.body == again.body
    (message,) = await messages(webhook)
    assert (message.state, message.attempts) == (MessageState.DELIVERED, 2)


async def test_an_owner_who_left_hears_nothing_of_what_waited(house: House) -> None:
    """P2: by the eyes of somebody who is not there, nothing is seen, not even what was seen."""
    with Receiver() as receiver:
        webhook = await _leads_to(receiver, house)
        await house.open()
        await fan_out_all(at=Clock.host())
        await database.execute(
            "UPDATE person SET active = FALSE WHERE id = $1", house.script.person
        )
        async with _senders():
            await _nothing("WAITING")

    assert receiver.connections == 0
    (message,) = await messages(webhook)
    assert message.fault is not None
    assert "the owner of the webhook has left" in message.fault


async def _leads_to(receiver: Receiver, house: House, secret: str | None = None) -> WebhookId:
    written = await commands.create_webhook(
        call=house.call(house.script, Clock.host()),
        owner=None,
        name="ours",
        url=receiver.url(PATH),
        wanted=EventFilter(kinds=frozenset({"TicketOpened"})),
        after=None,
        secret=secret or commands.new_secret(),
        allowed=HERE,
    )
    return WebhookId(written.id)


async def _rotate(house: House, webhook: WebhookId, secret: str, *, grace: timedelta) -> None:
    call = house.call(house.script, Clock.host())
    await commands.rotate_webhook_secret(webhook, call=call, secret=secret, grace=grace)


async def _sent(count: int, receiver: Receiver) -> None:
    """Pass on what is new, and send until the receiver has that many requests in all."""
    await fan_out_all(at=Clock.host())
    async with _senders():
        await receiver.received(count)
        await _nothing("SENDING")


async def _nothing(state: str) -> None:
    """Until there is no message in that state, nor one that is being sent."""
    left = "SELECT id FROM message WHERE state IN ($1, 'SENDING')"
    async with asyncio.timeout(10):
        while await database.fetch(left, state):  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.01)


@asynccontextmanager
async def _senders() -> AsyncIterator[None]:
    settings = PostSettings(smtp_url=None, mail_from=None, allowed_networks=HERE, timeout_s=1.0)
    async with post_office(settings) as ways:
        post = Post(
            clock=Clock(),
            ring=Bell().ring,
            ways=ways,
            compose=composer(Links(None, ())),
            rules=RULES,
        )
        loop = asyncio.create_task(sending.run(post=post, stands_in=False))
        try:
            yield
        finally:
            loop.cancel()
            await asyncio.gather(loop, return_exceptions=True)


def _verified(request: Request, secret: str) -> Any:  # noqa: ANN401 - JSON may be anything
    return Webhook(secret).verify(request.body, dict(request.headers))


def _by_id(requests: list[Request]) -> dict[str, bytes]:
    return {request.headers["webhook-id"]: request.body for request in requests}
