"""What the doctor says of notices: each check says what is wrong, and only that."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest

from escgraph.cli.findings import Finding, State
from escgraph.cli.notice_checks import mail_server, of_notices
from escgraph.config import load_settings
from escgraph.domain.notice import ChannelKind
from escgraph.store import database, heartbeats, readers, sealing, simulation
from escgraph.store.database import execute
from tests.mail_server import MailServer
from tests.processes import free_port
from tests.store.ladders import move_in, store, untouched
from tests.store.letterbox import a_channel, a_webhook, waiting
from tests.store.rows import add

KEY = sealing.new_key()
MAIL = {"ESCGRAPH_SMTP_URL": "smtp://127.0.0.1:1", "ESCGRAPH_MAIL_FROM": "desk@example.org"}
MINUTE = timedelta(minutes=1)


@pytest.fixture
async def now(database_url: str) -> AsyncIterator[datetime]:
    """The present, in a house with people, on either engine."""
    await database.connect(database_url)
    sealing.use_keys([KEY])
    await move_in()
    yield await database.database_now()
    sealing.use_keys([])
    await database.close()


async def found(now: datetime, **environ: str) -> dict[str, Finding]:
    findings = [one async for one in of_notices(load_settings(environ), now)]
    assert all(one.advice for one in findings if one.state is not State.OK)
    return {one.about: one for one in findings}


async def wrong(now: datetime, **environ: str) -> dict[str, tuple[State, str]]:
    """All that is not well."""
    every = (await found(now, **environ)).values()
    return {one.about: (one.state, one.says) for one in every if one.state is not State.OK}


async def test_where_nothing_is_wrong_nothing_is_said(now: datetime) -> None:
    assert await wrong(now) == {}


async def test_without_any_way_it_says_what_to_set_and_warns_once_somebody_was_missed(
    now: datetime,
) -> None:
    before = (await found(now))["ways to people"]
    await waiting(kind=ChannelKind.LOG, created_at=now, state="DELIVERED", delivered_at=now)

    assert before.says == "none: notices go to the log and to the API only"
    assert "set ESCGRAPH_SMTP_URL" in before.advice
    state, says = (await wrong(now))["ways to people"]
    assert (state, says[:18]) == (State.WARN, "1, the first since")


async def test_the_ways_that_there_are_are_named(now: datetime) -> None:
    await a_channel()

    ways = (await found(now, ESCGRAPH_SECRET_KEYS=KEY, **MAIL))["ways to people"]

    assert (ways.says, ways.advice) == ("e-mail, 1 of their own", "")


@pytest.mark.parametrize("keys", [{}, {"ESCGRAPH_SECRET_KEYS": sealing.new_key()}])
async def test_what_no_key_opens_is_counted(now: datetime, keys: dict[str, str]) -> None:
    await a_channel()
    await a_webhook()

    says = "4 of 4 addresses and secrets cannot be opened: nothing goes there"
    assert (await wrong(now, **keys))["sealed secrets"] == (State.FAIL, says)
    both = f"{sealing.new_key()},{KEY}"
    assert await wrong(now, ESCGRAPH_SECRET_KEYS=both) == {}


async def test_removed_channels_need_no_key(now: datetime) -> None:
    await a_channel()
    await execute("UPDATE channel SET removed_at = $1", now)

    assert await wrong(now) == {}


async def test_messages_that_are_late_are_counted_unless_a_circuit_holds_them_up(
    now: datetime,
) -> None:
    await waiting(due_at=now - 2 * MINUTE)
    await waiting(due_at=now - MINUTE / 2)
    await waiting(
        circuit="WEBHOOK:x", state="SENDING", due_at=now, leased_until=now - 2 * MINUTE
    )  # whoever held it is gone, and nobody took it back

    state, says = (await wrong(now))["unsent messages"]
    assert (state, says[:18]) == (State.FAIL, "2, the first since")
    for circuit in ("EMAIL", "WEBHOOK:x"):
        await add("circuit", key=circuit, failures=10, claims=0, open_until=now + MINUTE,
                  updated_at=now)  # fmt: skip
    assert sorted(await wrong(now)) == ["open circuits"]


async def test_open_circuits_are_named_until_their_time_is_over(now: datetime) -> None:
    await add("circuit", key="EMAIL", failures=10, claims=0, open_until=now, updated_at=now)

    assert await wrong(now) == {}
    state, says = (await wrong(now - MINUTE))["open circuits"]
    assert (state, says) == (State.WARN, f"EMAIL until {now:%Y-%m-%d %H:%M:%S}Z")


async def test_messages_that_died_lately_are_counted(now: datetime) -> None:
    for days in (6, 8):
        await waiting(state="DEAD", died_at=now - timedelta(days=days))

    state, says = (await wrong(now))["dead messages"]
    assert (state, says[:18]) == (State.WARN, "1, the first since")


async def test_events_that_nobody_tells_are_counted_where_an_engine_should(now: datetime) -> None:
    await readers.to_the_end(readers.NOTICES, at=now)
    await store(untouched())
    await execute("UPDATE event SET recorded_at = $1", now - MINUTE)

    alone = (await found(now))["untold events"]
    await heartbeats.beat("worker 7", at=now)

    assert alone.state is State.OK
    assert alone.says.endswith(": they wait for an engine")
    state, says = (await wrong(now))["untold events"]
    assert (state, says[:18]) == (State.FAIL, "1, the first since")
    await simulation.begin(at=now)
    assert await wrong(now) == {}


async def test_events_that_were_just_written_are_not_late(now: datetime) -> None:
    await heartbeats.beat("worker 7", at=now)
    await store(untouched())

    assert await wrong(now) == {}


async def test_events_that_were_passed_over_are_counted(now: datetime) -> None:
    await readers.leave_behind(readers.NOTICES, 1, at=now, reason="no such hearer")

    state, says = (await wrong(now))["skipped events"]
    assert (state, says[:2]) == (State.WARN, "1 ")


async def test_a_mail_server_that_answers_is_well() -> None:
    with MailServer() as server:
        found = await mail_server(load_settings({**MAIL, "ESCGRAPH_SMTP_URL": server.url}))

    assert (found.state, found.says) == (State.OK, "it answers; it sends as desk@example.org")
    assert server.received == []


async def test_a_mail_server_that_does_not_is_named_without_its_password() -> None:
    url = f"smtp://desk:dontshow@127.0.0.1:{free_port()}"

    found = await mail_server(load_settings({**MAIL, "ESCGRAPH_SMTP_URL": url}))

    assert found.state is State.FAIL
    assert "the mail server 127.0.0.1:" in found.says
    assert "dontshow" not in str(found)
    assert (await mail_server(load_settings({}))).says == "none is set: no e-mail"


async def test_a_way_that_is_out_of_use_is_named_and_no_fault(now: datetime) -> None:
    await a_channel()
    assert (await found(now))["disabled ways"].says == "none"

    await execute("UPDATE channel SET disabled_at = $1, disabled_reason = '410'", now)

    said = (await found(now))["disabled ways"]
    assert (said.state, said.says) == (State.OK, "1: nothing goes there")
    assert "escgraph channel list" in said.advice
