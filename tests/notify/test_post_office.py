"""The post office as the sender loop uses it: by the kind of a channel, until it is closed."""

import asyncio
from dataclasses import replace

import pytest

from escgraph.domain.notice import ChannelKind
from escgraph.notify.outcome import UndeliveredError
from escgraph.notify.post_office import PostSettings, post_office
from escgraph.notify.target import Target
from tests.mail_server import MailServer
from tests.notify.clients import networks
from tests.notify.letters import NINE, letter
from tests.receiver import Receiver, answer, hang

SETTINGS = PostSettings(
    smtp_url=None, mail_from=None, allowed_networks=networks("127.0.0.0/8"), timeout_s=0.5
)


@pytest.mark.parametrize(
    "kind", [ChannelKind.WEBHOOK, ChannelKind.SLACK, ChannelKind.TEAMS, ChannelKind.NTFY]
)
async def test_each_channel_over_http_sends_a_letter(kind: ChannelKind) -> None:
    target_secrets = ("whsec_c2VjcmV0",) if kind is ChannelKind.WEBHOOK else ()
    with Receiver() as receiver:
        receiver.behave("/", answer(200, b'{"id":"1"}'))
        async with post_office(SETTINGS) as ways:
            target = Target("any", receiver.url("/topic"), target_secrets)
            assert await ways[kind](letter(), target, at=NINE) == "answered 200"

    assert len(receiver.requests) == 1


async def test_mail_is_sent_by_the_server_that_is_set_until_the_office_closes() -> None:
    with MailServer() as server:
        mailing = replace(SETTINGS, smtp_url=server.url, mail_from="escgraph@example.org")
        async with post_office(mailing) as ways:
            target = Target("Ben", "ben@example.org")
            answer = await ways[ChannelKind.EMAIL](letter(), target, at=NINE)
            assert (answer[:3], server.open) == ("250", 1)

    assert [mail.to for mail in server.received] == ["ben@example.org"]
    assert server.open == 0


@pytest.mark.parametrize(
    "half_set", [{"smtp_url": "smtp://127.0.0.1"}, {"mail_from": "escgraph@example.org"}, {}]
)
async def test_there_is_no_mail_without_a_server_and_a_sender(half_set: dict[str, str]) -> None:
    async with post_office(replace(SETTINGS, **half_set)) as ways:  # type: ignore[arg-type]
        assert ChannelKind.EMAIL not in ways


async def test_apprise_is_asked_for_services_of_its_own_only() -> None:
    target = Target("any", "json://127.0.0.1/hook")
    async with post_office(SETTINGS) as ways:
        with pytest.raises(UndeliveredError, match="services with a place of their own"):
            await ways[ChannelKind.APPRISE](letter(), target, at=NINE)


async def test_one_receiver_that_hangs_holds_up_no_other() -> None:
    with Receiver() as receiver:
        receiver.behave("/hangs", hang())
        async with post_office(SETTINGS) as ways:

            async def send(path: str) -> str:
                target = Target("any", receiver.url(path), ("whsec_c2VjcmV0",))
                return await ways[ChannelKind.WEBHOOK](letter(), target, at=NINE)

            slow = asyncio.create_task(send("/hangs"))
            await receiver.received(1)
            assert await asyncio.gather(*map(send, ["/a", "/b", "/c"])) == ["answered 200"] * 3
            assert not slow.done()
            with pytest.raises(UndeliveredError, match=r"did not answer within 0\.5 s"):
                await slow
