"""Webhooks of scripts: who may do what to which, and what each act leaves behind (P2)."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from escgraph.commands import webhook_steps
from escgraph.commands import webhooks as commands
from escgraph.commands.acting import Call, Written
from escgraph.domain.errors import (
    ConflictError,
    DomainError,
    ForbiddenError,
    InvalidInputError,
    NotFoundError,
    WrongStatusError,
)
from escgraph.domain.notice import MessageState
from escgraph.domain.terms import PersonId, Role, WebhookId
from escgraph.domain.ticket import Actor
from escgraph.store import sealing, signing, stream, webhook_messages
from escgraph.store.database import execute, fetch
from escgraph.store.idempotency import Request
from escgraph.store.replay import EVERY_EVENT, EventFilter
from escgraph.stream.cursor import Cursor
from tests.hooks import URL, arrive, claim, cursor, die, fan_out_all, hook, loaded, messages
from tests.queries.house import NINE, House, hours

TEN = NINE + hours(1)
GRACE = timedelta(hours=24)
Acts = Callable[[WebhookId, Call], Awaitable[Written]]


@pytest.fixture(autouse=True)
def _keys() -> None:
    sealing.use_keys([sealing.new_key()])


def change(webhook: WebhookId, call: Call) -> Awaitable[Written]:
    return commands.change_webhook(
        webhook, call=call, name="other", url=None, wanted=None, allowed=()
    )


def rotate(webhook: WebhookId, call: Call) -> Awaitable[Written]:
    secret = commands.new_secret()
    return commands.rotate_webhook_secret(webhook, call=call, secret=secret, grace=GRACE)


def disable(webhook: WebhookId, call: Call) -> Awaitable[Written]:
    return commands.disable_webhook(webhook, call=call, reason="maintenance")


def enable(webhook: WebhookId, call: Call) -> Awaitable[Written]:
    return commands.enable_webhook(webhook, call=call)


async def replay(webhook: WebhookId, call: Call) -> Written:
    return await commands.replay_webhook(webhook, call=call, after=await cursor(0))


def try_it(webhook: WebhookId, call: Call) -> Awaitable[Written]:
    return commands.test_webhook(webhook, call=call)


def remove(webhook: WebhookId, call: Call) -> Awaitable[Written]:
    return commands.remove_webhook(webhook, call=call)


ON_ONE: tuple[tuple[Acts, str], ...] = (
    (change, "WebhookChanged"),
    (rotate, "WebhookSecretRotated"),
    (replay, "WebhookReplayed"),
    (try_it, "WebhookTested"),
    (disable, "WebhookDisabled"),
    (enable, "WebhookEnabled"),
    (remove, "WebhookRemoved"),
)


async def test_each_act_is_an_event_of_whose_deed_it_was_and_where_it_leads_is_in_none(
    house: House,
) -> None:
    webhook = await hook(house)
    written = [await act(webhook, house.call(house.script, TEN)) for act, _ in ON_ONE]

    said = await stream.read(0, limit=100)
    assert [one.kind for one in said] == ["WebhookCreated", *(kind for _, kind in ON_ONE)]
    assert [one.position for one in said[1:]] == [one.position for one in written]
    assert {one.by for one in said} == {house.script.person}
    assert {one.payload["webhook"] for one in said} == {str(webhook)}
    assert "secret" not in str([one.payload for one in said])


async def test_others_webhooks_are_not_there_for_a_script_and_are_for_an_administrator(
    house: House,
) -> None:
    """P2: not that they are forbidden: that they exist is told to nobody either."""
    alans = await hook(house, by=house.administrator)
    ours = await hook(house)
    for act, _ in ON_ONE:
        with pytest.raises(NotFoundError, match="there is no webhook with the id"):
            await act(alans, house.call(house.script, TEN))
        await act(ours, house.call(house.administrator, TEN))


async def test_who_is_no_script_and_no_administrator_has_no_webhooks(house: House) -> None:
    """P2: stakeholders and wallboards never write; agents, engineers and managers need none."""
    webhook = await hook(house)
    before = (await stream.head()).position
    for actor in _others(house):
        with pytest.raises(ForbiddenError):
            await hook(house, by=actor)
        for act, _ in ON_ONE:
            with pytest.raises(ForbiddenError):
                await act(webhook, house.call(actor, TEN))
    assert (await stream.head()).position == before


async def test_an_administrator_makes_one_that_sees_by_a_scripts_eyes(house: House) -> None:
    owner = house.script.person
    webhook = await hook(house, by=house.administrator, owner=owner)
    assert (await loaded(webhook)).owner == owner

    with pytest.raises(ForbiddenError, match="made by an ADMINISTRATOR"):
        await hook(house, owner=house.administrator.person)
    await hook(house, owner=owner)


async def test_an_owner_must_be_there_and_have_a_role_that_sees_by_webhooks(house: House) -> None:
    for owner in (house.agent.person, house.manager.person):
        with pytest.raises(InvalidInputError) as refused:
            await hook(house, by=house.administrator, owner=owner)
        assert refused.value.field == ("ownerId",)
    with pytest.raises(NotFoundError):
        await hook(house, by=house.administrator, owner=PersonId(uuid4()))


@pytest.mark.parametrize(
    "url",
    [
        "ftp://hooks.example.org/x",
        "https://127.0.0.1/x",
        "https://169.254.169.254/latest/meta-data",
        "https://0x7f000001/x",
        "https://[::ffff:127.0.0.1]/x",
        "https://me:secret@hooks.example.org/x",
        "x",
        "",
    ],
)
async def test_where_nothing_may_be_sent_no_webhook_leads(house: House, url: str) -> None:
    webhook = await hook(house)
    for refused in (
        lambda: hook(house, url=url),
        lambda: commands.change_webhook(
            webhook,
            call=house.call(house.script, TEN),
            name=None,
            url=url,
            wanted=None,
            allowed=(),
        ),
    ):
        with pytest.raises(InvalidInputError) as error:
            await refused()
        assert error.value.field == ("url",)
        assert "secret" not in str(error.value)


async def test_address_and_secrets_are_sealed_and_go_when_it_is_removed(house: House) -> None:
    secret = commands.new_secret()
    webhook = await hook(house, secret=secret)
    (row,) = await fetch("SELECT * FROM webhook")
    written = " ".join(map(str, row.values()))
    assert secret not in written
    assert "secret-path" not in written
    assert row["place"] == "https://hooks.example.org"
    kept = await loaded(webhook)
    assert sealing.unseal(kept.url) == URL
    assert signing.signing(kept.secrets, at=TEN) == (secret,)
    assert kept.url not in repr(kept)

    await remove(webhook, house.call(house.script, TEN))
    gone = await loaded(webhook)
    assert (gone.url, gone.secrets, gone.removed_at) == ("", "", TEN)


async def test_without_a_key_to_seal_with_none_is_made(house: House) -> None:
    sealing.use_keys([])
    with pytest.raises(ConflictError, match="ESCGRAPH_SECRET_KEYS"):
        await hook(house)
    assert await fetch("SELECT * FROM webhook") == []


async def test_nobody_has_more_than_their_share(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook_steps, "MOST_OF_ONE", 2)
    first, _ = await hook(house), await hook(house)

    with pytest.raises(ConflictError, match="has 2 webhooks already; remove one first"):
        await hook(house)
    await hook(house, by=house.administrator)

    await remove(first, house.call(house.script, TEN))
    await hook(house)


async def test_many_made_at_once_are_no_more_than_the_share(
    house_on_postgres: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = house_on_postgres
    monkeypatch.setattr(webhook_steps, "MOST_OF_ONE", 3)
    await asyncio.gather(*(hook(house) for _ in range(8)), return_exceptions=True)
    assert len(await fetch("SELECT id FROM webhook")) == 3


async def test_what_was_sent_or_is_under_way_stays_when_the_rest_is_held_or_buried(
    house: House,
) -> None:
    webhook = await hook(house, after=0)
    for _ in range(3):
        await house.open()
    await fan_out_all()
    sent, under_way, waiting = await messages(webhook)
    assert await arrive(await claim(sent, until=TEN), at=NINE)
    await claim(under_way, until=TEN)
    *before, _ = await messages(webhook)

    for act in (disable, remove):
        await act(webhook, house.call(house.script, TEN))
        *others, last = await messages(webhook)
        assert others == before
        assert last != waiting


async def test_a_repeated_key_finds_the_webhook_that_was_made(house: House) -> None:
    request = Request("k", "createWebhook", "hash")
    call = replace(house.call(house.script, NINE), request=request)

    async def make() -> Written:
        return await commands.create_webhook(
            call=call,
            owner=None,
            name="ours",
            url=URL,
            wanted=EVERY_EVENT,
            after=None,
            secret=commands.new_secret(),
            allowed=(),
        )

    assert await make() == await make()
    assert len(await fetch("SELECT id FROM webhook")) == 1


async def test_a_change_leaves_alone_what_it_does_not_name(house: House) -> None:
    wanted = EventFilter(kinds=frozenset({"TicketOpened"}), urgent_only=True)
    webhook = await hook(house, wanted)
    before = await loaded(webhook)

    await change(webhook, house.call(house.script, TEN))
    assert await loaded(webhook) == replace(before, name="other", updated_at=TEN)

    await commands.change_webhook(
        webhook,
        call=house.call(house.script, TEN),
        name=None,
        url="https://elsewhere.example.org/x",
        wanted=EVERY_EVENT,
        allowed=(),
    )
    after = await loaded(webhook)
    assert (after.place, after.wanted) == ("https://elsewhere.example.org", EVERY_EVENT)
    assert after.secrets == before.secrets


async def test_a_rotated_secret_signs_first_and_the_old_one_as_long_as_the_grace(
    house: House,
) -> None:
    first, second = commands.new_secret(), commands.new_secret()
    webhook = await hook(house, secret=first)
    call = house.call(house.script, TEN)
    await commands.rotate_webhook_secret(webhook, call=call, secret=second, grace=GRACE)

    kept = (await loaded(webhook)).secrets
    assert signing.signing(kept, at=TEN + GRACE - timedelta.resolution) == (second, first)
    assert signing.signing(kept, at=TEN + GRACE) == (second,)
    (*_, said) = await stream.read(0, limit=100)
    assert said.payload["old_until"] == "2026-03-03T10:00:00Z"


async def test_a_secret_that_became_known_signs_no_longer_at_once(house: House) -> None:
    known, other = commands.new_secret(), commands.new_secret()
    webhook = await hook(house, secret=known)
    await commands.rotate_webhook_secret(
        webhook, call=house.call(house.script, TEN), secret=other, grace=timedelta(0)
    )
    assert signing.signing((await loaded(webhook)).secrets, at=TEN) == (other,)


async def test_what_waits_is_held_while_disabled_and_goes_on_after(house: House) -> None:
    """What died meanwhile for want of a receiver comes, too; what died before, does not."""
    webhook = await hook(house)
    for _ in range(3):
        await house.open()
    await fan_out_all()
    early, late, waits = await messages(webhook)
    await die(await claim(early, until=NINE), at=NINE)

    await disable(webhook, house.call(house.script, TEN))
    await die(await claim(late, until=TEN), at=TEN)
    held = await messages(webhook)
    assert held[2].due_at == webhook_messages.NEVER

    await enable(webhook, house.call(house.script, TEN + hours(1)))
    states = {one.id: (one.state, one.attempts) for one in await messages(webhook)}
    assert states[early.id][0] is MessageState.DEAD
    assert states[late.id] == (MessageState.WAITING, 0)
    assert states[waits.id] == (MessageState.WAITING, 0)
    due = {one.due_at for one in await messages(webhook) if one.state is MessageState.WAITING}
    assert due == {TEN + hours(1)}


async def test_what_waits_for_a_removed_one_is_given_up(house: House) -> None:
    webhook = await hook(house)
    await house.open()
    await fan_out_all()
    await remove(webhook, house.call(house.script, TEN))

    (dead,) = await messages(webhook)
    assert (dead.state, dead.died_at, dead.fault) == (
        MessageState.DEAD,
        TEN,
        "the webhook was removed",
    )
    for act, _ in ON_ONE:
        with pytest.raises(NotFoundError):
            await act(webhook, house.call(house.administrator, TEN))


async def test_what_makes_no_sense_is_refused_with_what_to_do(house: House) -> None:
    webhook = await hook(house)
    call = house.call(house.script, TEN)
    await _refused(WrongStatusError, "it is enabled already; replay it", enable(webhook, call))
    await disable(webhook, call)
    await _refused(WrongStatusError, "disabled already; enable it", disable(webhook, call))
    await _refused(WrongStatusError, "it is disabled; enable it first", try_it(webhook, call))
    nothing = WebhookId(uuid4())
    await _refused(NotFoundError, "see webhooks", enable(nothing, call))


async def test_a_cursor_that_is_not_of_this_stream_begins_nothing(house: House) -> None:
    """Nothing is left out in silence: a cursor of another stream, a later or too old one."""
    for _ in range(3):
        await house.open()
    webhook = await hook(house)
    head = await stream.head()
    await execute("DELETE FROM event WHERE position <= 2")
    call = house.call(house.script, TEN)
    for wrong in (
        Cursor("another", 3),
        Cursor(head.epoch, head.position + 1),
        Cursor(head.epoch, 1),
    ):
        with pytest.raises(InvalidInputError) as refused:
            await commands.replay_webhook(webhook, call=call, after=wrong)
        assert refused.value.field == ("after",)
    await commands.replay_webhook(webhook, call=call, after=Cursor(head.epoch, 2))
    assert (await loaded(webhook)).position == 2


async def test_one_whose_events_are_gone_is_enabled_only_behind_the_gap(house: House) -> None:
    webhook = await hook(house, after=0)
    call = house.call(house.script, TEN)
    for _ in range(3):
        await house.open()
    await execute("DELETE FROM event WHERE position <= 2")
    await fan_out_all()

    await _refused(ConflictError, "replay it from their cursor", enable(webhook, call))
    await commands.replay_webhook(webhook, call=call, after=await cursor(2))
    await enable(webhook, call)
    await fan_out_all()
    assert [one.event_position for one in await messages(webhook)] == [3, 4]


def _others(house: House) -> list[Actor]:
    having = {Role.SCRIPT, Role.ADMINISTRATOR}
    return [actor for actor in house.everybody if actor.role not in having]


async def _refused(kind: type[DomainError], words: str, act: Awaitable[Written]) -> None:
    with pytest.raises(kind, match=words):
        await act
