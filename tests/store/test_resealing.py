"""A key is changed without a secret lost: all is sealed anew, or nothing is."""

from collections.abc import AsyncIterator

import pytest

from escgraph.domain.errors import ConflictError
from escgraph.domain.terms import WebhookId
from escgraph.store import channels, database, sealing, signing, webhooks
from escgraph.store.resealing import seal_everything_anew
from escgraph.store.sealing import SealingError
from tests.store.ladders import NINE, move_in
from tests.store.letterbox import SECRET, a_channel, a_webhook

OLD, NEW = sealing.new_key(), sealing.new_key()


@pytest.fixture(autouse=True)
async def _house(database_url: str) -> AsyncIterator[None]:
    await database.connect(database_url)
    sealing.use_keys([OLD])
    await move_in()
    yield
    sealing.use_keys([])
    await database.close()


async def test_what_an_old_key_sealed_opens_with_the_new_one_alone() -> None:
    channel, webhook = (
        await a_channel(url="https://a.example"),
        await a_webhook(url="https://b.example"),
    )
    sealing.use_keys([NEW, OLD])

    assert await seal_everything_anew() == 4

    sealing.use_keys([NEW])
    told = (await channels.by_ids([channel]))[channel]
    heard = await webhooks.by_id(WebhookId(webhook))
    assert heard is not None
    assert sealing.unseal(told.target or "") == "https://a.example"
    assert sealing.unseal(heard.url) == "https://b.example"
    assert signing.signing(told.secrets or "", at=NINE) == (SECRET,)
    assert signing.signing(heard.secrets, at=NINE) == (SECRET,)


async def test_where_one_secret_does_not_open_all_stay_as_they_were() -> None:
    first = await a_channel(url="https://a.example")
    sealing.use_keys([NEW])
    await a_webhook()

    with pytest.raises(SealingError, match="ESCGRAPH_SECRET_KEYS"):
        await seal_everything_anew()

    sealing.use_keys([OLD])
    told = (await channels.by_ids([first]))[first]
    assert sealing.unseal(told.target or "") == "https://a.example"


async def test_what_was_removed_holds_nothing_and_is_passed_over() -> None:
    channel = await a_channel()
    await channels.remove(channel, at=NINE)

    assert await seal_everything_anew() == 0


async def test_without_a_key_it_is_refused() -> None:
    sealing.use_keys([])

    with pytest.raises(ConflictError, match="escgraph secret-key"):
        await seal_everything_anew()
