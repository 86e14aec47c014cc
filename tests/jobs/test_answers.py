"""What receivers answer over real HTTP, and what becomes of the message (C2)."""

from collections.abc import Iterator
from ipaddress import ip_network

import pytest

from escgraph.clock import Clock
from escgraph.domain.notice import ChannelKind
from escgraph.jobs.posting import attempt
from escgraph.notify.post_office import PostSettings, post_office
from escgraph.store import circuits, outbox, sealing
from escgraph.store.database import fetch
from tests.jobs.post import RULES, post
from tests.receiver import Behaviour, Receiver, answer, hang, redirect, reset, retry_after
from tests.store.letterbox import a_channel, a_circuit, standing, tries, waiting

pytestmark = pytest.mark.usefixtures("house", "_keys")

LOOPBACK = PostSettings(None, None, (ip_network("127.0.0.0/8"),), 0.2)
"""The client gives up before the sender does."""

ANSWERS = (
    # behaviour, state, outcome, failures of its circuit, whether the channel goes on
    (answer(200), "DELIVERED", "DELIVERED", 0, True),
    (answer(204), "DELIVERED", "DELIVERED", 0, True),
    (answer(500), "WAITING", "FAILED", 1, True),
    (retry_after(503, 60), "WAITING", "FAILED", 1, True),
    (reset(), "WAITING", "FAILED", 1, True),
    (hang(), "WAITING", "FAILED", 1, True),
    (answer(404), "WAITING", "FAILED", 1, True),
    (redirect("http://127.0.0.1:1/"), "WAITING", "FAILED", 1, True),
    (answer(410), "DEAD", "FAILED", 1, False),
)


@pytest.fixture
def _keys() -> Iterator[None]:
    sealing.use_keys([sealing.new_key()])
    yield
    sealing.use_keys([])


@pytest.mark.parametrize(
    ("behaviour", "state", "outcome", "failures", "goes_on"),
    ANSWERS,
    ids=[row[0].name for row in ANSWERS],
)
async def test_what_is_answered_decides_what_becomes_of_the_message(
    behaviour: Behaviour, state: str, outcome: str, failures: int, *, goes_on: bool
) -> None:
    with Receiver() as receiver:
        receiver.behave("/hook", behaviour)
        channel = await a_channel(url=receiver.url("/hook"))
        message_id = await waiting(channel=channel)
        await a_circuit(f"{ChannelKind.WEBHOOK}:{channel}")
        now = Clock().now()
        (message,) = await outbox.claim(now=now, lease=RULES.lease, most=1, at_once=1)
        async with post_office(LOOPBACK) as ways:
            await attempt(message, post=post(ways[ChannelKind.WEBHOOK]))
        (request,) = receiver.requests

    assert request.headers["webhook-id"] == str(message_id)
    after = await standing(message_id)
    assert (after.state, after.attempts, after.fence) == (state, 1, 1)
    assert [(number, came) for number, came, _ in await tries(message_id)] == [(1, outcome)]
    assert (await circuits.load(message.circuit)).failures == failures
    (row,) = await fetch("SELECT disabled_at FROM channel")
    assert (row["disabled_at"] is None) is goes_on
