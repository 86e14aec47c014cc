"""One test letter: by the first way of a person or the one that was named, past the outbox."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest

from escgraph.domain.errors import ConflictError, NotFoundError
from escgraph.domain.notice import ChannelKind
from escgraph.jobs.trial import Trial, send, trial
from escgraph.notify.letter import Letter
from escgraph.notify.outcome import UndeliveredError
from escgraph.notify.target import Target
from escgraph.store import people, sealing
from escgraph.store.database import execute, fetch
from escgraph.store.people import Person
from tests.jobs.post import SECOND, Sending
from tests.store.ladders import ADA, NINE
from tests.store.letterbox import a_channel

HOOK = "http://127.0.0.1:1/hook"


@pytest.fixture
async def ada(house: str) -> AsyncIterator[Person]:
    sealing.use_keys([sealing.new_key()])
    yield (await people.by_ids([ADA.id]))[ADA.id]
    sealing.use_keys([])


async def sent(tried: Trial, by: Sending, *, patience: timedelta = SECOND) -> str:
    return await send(tried, ways={tried.way.kind: by}, patience=patience, at=NINE)


async def test_the_first_way_is_tried_and_nothing_of_it_is_kept(ada: Person) -> None:
    await a_channel(kind=ChannelKind.SLACK, url=HOOK)
    slack = Sending()

    tried = await trial(ada, via=None, mail_is_set=True)
    answer = await sent(tried, slack)

    assert (tried.way.kind, tried.place, answer) == (ChannelKind.SLACK, "127.0.0.1", "200 ok")
    assert slack.targets[0].address == HOOK
    assert slack.sent[0].kind == "notice.test"
    assert slack.sent[0].payload["headline"] == slack.sent[0].headline
    assert ada.name in slack.sent[0].text
    assert await fetch("SELECT id FROM message") == []


@pytest.mark.parametrize("via", ["EMAIL", "email"])
async def test_another_way_is_tried_where_it_is_named(ada: Person, via: str) -> None:
    await a_channel(kind=ChannelKind.SLACK)
    mail = Sending()

    await sent(await trial(ada, via=via, mail_is_set=True), mail)

    assert mail.targets[0].address == ada.email


async def test_a_way_is_named_by_what_its_person_calls_it_or_by_its_id(ada: Person) -> None:
    slack = await a_channel(kind=ChannelKind.SLACK)

    for via in ("Mine", str(slack)):
        assert (await trial(ada, via=via, mail_is_set=True)).way.channel == slack


async def test_a_way_that_is_not_theirs_is_answered_with_those_that_are(ada: Person) -> None:
    await a_channel(kind=ChannelKind.SLACK)

    with pytest.raises(NotFoundError, match=r"called ntfy; they have SLACK \(mine\), EMAIL \(.\*"):
        await trial(ada, via="ntfy", mail_is_set=True)


async def test_without_any_way_it_says_what_to_set(ada: Person) -> None:
    for via in (None, "EMAIL", "LOG"):
        with pytest.raises(ConflictError, match="set ESCGRAPH_SMTP_URL and ESCGRAPH_MAIL_FROM"):
            await trial(ada, via=via, mail_is_set=False)


async def test_a_disabled_way_is_passed_over(ada: Person) -> None:
    await a_channel(kind=ChannelKind.SLACK)
    await execute("UPDATE channel SET disabled_at = $1, disabled_reason = 'gone'", NINE)

    assert (await trial(ada, via=None, mail_is_set=True)).way.kind is ChannelKind.EMAIL
    with pytest.raises(NotFoundError):
        await trial(ada, via="SLACK", mail_is_set=True)


async def test_a_way_that_hangs_is_left_in_time(ada: Person) -> None:
    async def hang(letter: Letter, target: Target, *, at: datetime) -> str:
        await asyncio.sleep(3600)
        return f"{letter.id} {target.name} {at}"

    tried = await trial(ada, via=None, mail_is_set=True)

    with pytest.raises(UndeliveredError, match=r"no answer in 0\.05 s"):
        await sent(tried, Sending(hang), patience=SECOND / 20)
