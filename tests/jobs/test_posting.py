"""One attempt to send one message, and what is made of how it ended (§5, C2)."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NoReturn

import pytest
from structlog.testing import capture_logs

from escgraph.clock import Clock
from escgraph.domain.notice import ChannelKind
from escgraph.domain.retrying import CLOSED, Circuit
from escgraph.domain.terms import MessageId
from escgraph.jobs import posting
from escgraph.jobs.posting import Post, attempt
from escgraph.notify.letter import Letter
from escgraph.notify.outcome import UndeliveredError
from escgraph.notify.post_office import Send
from escgraph.notify.target import Target
from escgraph.store import circuits, outbox, sealing
from escgraph.store.database import DatabaseBusy, execute, fetch
from escgraph.store.notice_rows import Message
from tests.jobs.post import RULES, SECOND, Bell, Sending, post
from tests.store.ladders import ADA, NINE
from tests.store.left_behind import all_events
from tests.store.letterbox import SECRET, a_channel, standing, tries, waiting

pytestmark = pytest.mark.usefixtures("house", "_keys")


@pytest.fixture
def _keys() -> Iterator[None]:
    sealing.use_keys([sealing.new_key()])
    yield
    sealing.use_keys([])


def raising(error: Exception) -> Send:
    async def fail(letter: Letter, target: Target, *, at: datetime) -> NoReturn:
        raise error

    return fail


async def never(letter: Letter, target: Target, *, at: datetime) -> NoReturn:
    await asyncio.Event().wait()
    raise AssertionError


async def tried(message_id: MessageId, with_post: Post) -> Message:
    """The message after one attempt."""
    (message,) = await claimed(with_post.clock)
    assert message.id == message_id
    await attempt(message, post=with_post)
    return await standing(message_id)


async def claimed(clock: Clock) -> list[Message]:
    for _ in range(2):  # the first turn may only make the circuit
        found = await outbox.claim(now=clock.now(), lease=RULES.lease, most=1, at_once=4)
        if found:
            return found
    raise AssertionError("nothing is there to be claimed")


async def test_a_letter_that_arrives_is_recorded_with_the_answer() -> None:
    way = Sending()
    message_id = await waiting()

    after = await tried(message_id, post(way))

    assert after.state == "DELIVERED"
    assert await tries(message_id) == [(1, "DELIVERED", "200 ok")]
    assert [letter.id for letter in way.sent] == [message_id]


async def test_a_channel_s_address_and_secrets_are_unsealed_for_the_attempt() -> None:
    way = Sending()
    message_id = await waiting(channel=await a_channel(url="https://example.org/hook"))

    await tried(message_id, post(way))

    assert way.targets == [Target("mine", "https://example.org/hook", (SECRET,))]


async def test_e_mail_goes_to_the_address_that_its_person_has_now() -> None:
    way = Sending()
    message_id = await waiting()
    await execute("UPDATE person SET email = 'new@example.org' WHERE id = $1", ADA.id)

    await tried(message_id, post(way))

    assert [target.address for target in way.targets] == ["new@example.org"]


async def test_a_failure_waits_as_the_settings_say_and_counts_for_its_circuit() -> None:
    way = Sending(raising(UndeliveredError("503 busy")))
    message_id = await waiting()

    after = await tried(message_id, post(way))

    assert (after.state, after.fault) == ("WAITING", "503 busy")
    assert await circuits.load("EMAIL") == Circuit(1, None)
    (row,) = await fetch("SELECT ended_at FROM attempt")
    ended = datetime.fromisoformat(str(row["ended_at"]))
    assert 0.9 * SECOND / 100 <= after.due_at - ended <= 1.1 * SECOND / 100


async def test_a_receiver_that_asks_for_time_gets_it() -> None:
    way = Sending(raising(UndeliveredError("429", retry_after=60 * SECOND)))
    message_id = await waiting()
    clock = Clock()
    before = clock.now()

    after = await tried(message_id, post(way, clock=clock))

    assert after.due_at >= before + 60 * SECOND


async def test_a_refusal_of_one_letter_leaves_its_circuit_closed() -> None:
    way = Sending(raising(UndeliveredError("550 no such user", again=False, shared=False)))
    message_id = await waiting()
    bell = Bell()

    after = await tried(message_id, post(way, bell=bell))

    assert (after.state, after.fault) == ("DEAD", "550 no such user")
    assert await circuits.load("EMAIL") == CLOSED
    (told,) = await all_events()
    assert (told.kind, told.position) == ("DeliveryDied", bell.position)


async def test_it_is_dead_after_the_last_wait() -> None:
    way = Sending(raising(UndeliveredError("503")))
    message_id = await waiting(attempts=len(RULES.retry_waits), fence=7)

    after = await tried(message_id, post(way))

    assert after.state == "DEAD"


async def test_a_receiver_that_is_gone_is_not_asked_again() -> None:
    way = Sending(raising(UndeliveredError("410", gone=True)))
    message_id = await waiting(channel=await a_channel())

    after = await tried(message_id, post(way))

    assert after.state == "DEAD"
    (row,) = await fetch("SELECT disabled_reason FROM channel")
    assert row["disabled_reason"] == "410"


async def test_what_does_not_answer_in_time_has_failed() -> None:
    message_id = await waiting()
    quick = replace(RULES, send_timeout=SECOND / 50)

    after = await tried(message_id, post(Sending(never), rules=quick))

    assert (after.state, after.fault) == ("WAITING", "no answer in 0.02 s")
    assert await circuits.load("EMAIL") == Circuit(1, None)


@pytest.mark.parametrize("own", [True, False])
async def test_who_has_left_is_told_nothing_that_waited_for_them(
    own: bool,  # noqa: FBT001 - as parametrize gives it
) -> None:
    """Bundles, digests and retries wait for days."""
    message_id = await waiting(channel=await a_channel() if own else None)
    await execute("UPDATE person SET active = $1 WHERE id = $2", False, ADA.id)  # noqa: FBT003 - a value
    way = Sending()

    after = await tried(message_id, post(way))

    assert (after.state, after.fault) == ("DEAD", "its person has left")
    assert way.sent == []


@pytest.mark.parametrize("where", ["composing", "sending"])
async def test_of_a_bug_only_the_name_is_kept_and_it_ends_one_day(
    where: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its words may hold what is secret, and such a message must not go round for ever."""
    bug = RuntimeError("https://example.org/?key=SECRET")
    message_id = await waiting(attempts=len(RULES.retry_waits))

    async def broken(message: Message) -> NoReturn:
        raise bug

    sending = post(Sending(raising(bug)))
    after = await tried(
        message_id, sending if where == "sending" else replace(sending, compose=broken)
    )

    assert (after.state, after.fault) == ("DEAD", "RuntimeError")
    logged = capsys.readouterr().out
    assert "message.bug" in logged
    assert "test_posting.py" in logged  # where it came from
    assert "SECRET" not in logged
    assert await circuits.load("EMAIL") == CLOSED


async def test_a_database_that_is_busy_while_composing_says_nothing_of_the_receiver() -> None:
    async def busy(message: Message) -> NoReturn:
        raise DatabaseBusy("too much to do")

    way = Sending()
    message_id = await waiting()

    after = await tried(message_id, replace(post(way), compose=busy))

    assert (after.state, after.fault) == ("WAITING", "not composed: DatabaseBusy")
    assert await circuits.load("EMAIL") == CLOSED
    assert way.targets == []


async def test_a_letter_that_takes_too_long_to_compose_is_tried_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What it took would be missing from the lease."""
    monkeypatch.setattr(posting, "COMPOSING", SECOND / 50)

    async def slow(message: Message) -> NoReturn:
        await asyncio.Event().wait()
        raise AssertionError

    after = await tried(await waiting(), replace(post(Sending()), compose=slow))

    assert (after.state, after.fault) == ("WAITING", "not composed: TimeoutError")


async def test_a_way_that_this_process_does_not_have_is_tried_again_later() -> None:
    """Another process may have it; nobody else's messages suffer."""
    message_id = await waiting()

    after = await tried(message_id, post())

    assert (after.state, after.fault) == (
        "WAITING",
        "this process has no way for EMAIL; see its settings",
    )
    assert await circuits.load("EMAIL") == CLOSED


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ("disabled_at = created_at, disabled_reason = '410'", "the channel is disabled: 410"),
        ("removed_at = created_at", "the channel was removed"),
    ],
)
async def test_nothing_goes_to_a_channel_that_was_put_away(change: str, fault: str) -> None:
    way = Sending()
    message_id = await waiting(channel=await a_channel())
    await execute(f"UPDATE channel SET {change}")

    after = await tried(message_id, post(way))

    assert (after.state, after.fault, way.targets) == ("DEAD", fault, [])


async def test_a_secret_that_no_key_opens_is_tried_again_and_named_without_it() -> None:
    """Somebody forgot a key; with it, the next try may pass."""
    message_id = await waiting(channel=await a_channel())
    sealing.use_keys([sealing.new_key()])

    after = await tried(message_id, post(Sending()))

    assert after.state == "WAITING"
    assert "add that key behind the others in ESCGRAPH_SECRET_KEYS" in (after.fault or "")


async def test_where_no_way_is_left_the_notice_stands_in_the_log() -> None:
    message_id = await waiting(kind=ChannelKind.LOG)

    with capture_logs() as logs:
        after = await tried(message_id, post())

    assert after.state == "DELIVERED"
    (line,) = [line for line in logs if line["event"] == "notice"]
    assert (line["person"], line["subject"]) == (str(ADA.id), "HIGH #1 went to LEVEL_2")


async def test_who_was_frozen_until_the_lease_is_nearly_over_sends_nothing() -> None:
    """By the time it were done, somebody else might have the message too."""
    way = Sending()
    await waiting()
    clock = Clock()
    (message,) = await claimed(clock)
    late = Clock(start=(message.leased_until or NINE) - SECOND / 2, speed=1.000001)

    await attempt(message, post=post(way, clock=late))

    assert way.targets == []
    assert (await standing(message.id)).state == "SENDING"


async def test_an_answer_is_recorded_although_the_database_was_away_for_a_moment() -> None:
    """Or the message would be sent again."""

    async def break_it(letter: Letter, target: Target, *, at: datetime) -> str:
        await execute("ALTER TABLE attempt RENAME TO elsewhere")
        return ""

    message_id = await waiting()
    (message,) = await claimed(clock := Clock())
    task = asyncio.create_task(attempt(message, post=post(Sending(break_it), clock=clock)))
    await asyncio.sleep(0.1)
    assert not task.done()
    await execute("ALTER TABLE elsewhere RENAME TO attempt")
    await task

    assert (await standing(message_id)).state == "DELIVERED"


def test_a_lease_outlasts_composing_sending_and_writing_down() -> None:
    assert RULES.lease - RULES.send_timeout >= timedelta(seconds=10)
