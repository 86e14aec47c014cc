"""`escgraph notify`: an operator sees whether notices reach people."""

import json
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest

from escgraph.domain.notice import ChannelKind, MessageState
from escgraph.store import database, sealing
from tests.cli.conftest import Run
from tests.conftest import ROOT
from tests.mail_server import MailServer
from tests.receiver import Receiver
from tests.store.ladders import NINE, move_in, store, untouched
from tests.store.letterbox import a_channel, notice_in, standing, waiting

FROM = "Escalations <escgraph@example.org>"


@pytest.fixture
def mail() -> Iterator[MailServer]:
    with MailServer() as server:
        yield server


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[None]:
    """The database, open as long as `with` lasts."""
    await database.connect(url)
    try:
        yield
    finally:
        await database.close()


@asynccontextmanager
async def house(url: str) -> AsyncIterator[None]:
    """The same with people in it."""
    async with opened(url):
        await move_in()
        yield


@pytest.fixture
async def inhabited(sqlite_url: str) -> str:
    """With people in it, and closed."""
    async with house(sqlite_url):
        return sqlite_url


def test_a_letter_is_sent_at_once_and_its_answer_printed(
    run: Run, inhabited: str, mail: MailServer
) -> None:
    ended = run(
        "notify", "test", "ADA@example.org", database_url=inhabited, smtp_url=mail.url,
        mail_from=FROM,
    )  # fmt: skip

    assert (ended.code, ended.out) == (0, "")
    assert ended.err == "Ada by EMAIL a***@example.org: 250 2.0.0 queued as 1\n"
    (received,) = mail.received
    assert received.to == "ada@example.org"
    assert received.message["From"] == FROM


def test_a_refusal_ends_with_1_and_says_what_was_answered(
    run: Run, inhabited: str, mail: MailServer
) -> None:
    mail.behaviour.refused["ada@example.org"] = "550 5.1.1 no such user"
    words = ("notify", "test", "ada@example.org")
    settings = {"database_url": inhabited, "smtp_url": mail.url, "mail_from": FROM}

    ended = run(*words, "--json", **settings)

    assert (ended.code, ended.err) == (1, "")
    assert json.loads(ended.out) == {
        "person": "ada@example.org",
        "channel": "EMAIL",
        "name": None,
        "place": "a***@example.org",
        "delivered": False,
        "answer": "550 5.1.1 no such user",
    }


def test_where_no_way_is_set_it_says_so(run: Run, inhabited: str) -> None:

    ended = run("notify", "test", "ada@example.org", database_url=inhabited)

    assert ended.code == 1
    assert "there is no way to Ada: no mail server is set" in ended.err
    assert "set ESCGRAPH_SMTP_URL and ESCGRAPH_MAIL_FROM" in ended.err


async def test_a_channel_is_opened_with_the_key_that_sealed_it_and_with_no_other(
    run: Run, sqlite_url: str
) -> None:
    key, another = sealing.new_key(), sealing.new_key()
    with Receiver() as receiver:
        sealing.use_keys([key])
        async with house(sqlite_url):
            await a_channel(kind=ChannelKind.WEBHOOK, url=receiver.url("/dontshow"))
        sealing.use_keys([])
        words = ("notify", "test", "ada@example.org", "--via", "webhook")
        settings = {"database_url": sqlite_url, "allowed_networks": "127.0.0.0/8"}

        sent = run(*words, secret_keys=key, **settings)
        shut = run(*words, secret_keys=another, **settings)

    assert (sent.code, sent.err) == (0, "Ada by WEBHOOK mine 127.0.0.1: answered 200\n")
    assert shut.code == 1
    assert "sealed with another key" in shut.err
    assert [request.path for request in receiver.requests] == ["/dontshow"]


async def test_the_list_says_who_was_told_what_and_what_came_of_it(
    run: Run, sqlite_url: str
) -> None:
    async with house(sqlite_url):
        ticket = await store(untouched())
        dead = await waiting(state="DEAD", attempts=9, fault="550 5.1.1 no such user", died_at=NINE)
        await notice_in(dead, ticket=ticket.id)
        await notice_in(await waiting())

    every = json.loads(run("notify", "list", "--json", database_url=sqlite_url).out)
    about = run("notify", "list", "--ticket", "1", "--state", "dead", database_url=sqlite_url)

    assert [(one["person"], one["state"], one["ticket"]) for one in every] == [
        ("ada@example.org", "WAITING", None),
        ("ada@example.org", "DEAD", "ESC-000001"),
    ]
    assert every[1]["message"] == str(dead)
    assert "ESC-000001" in about.out
    assert "9 attempts: 550" in about.out
    assert "WAITING" not in about.out


def test_what_the_list_is_asked_for_must_be_there(run: Run, inhabited: str) -> None:
    nothing = run("notify", "list", "--person", "ada@example.org", database_url=inhabited)
    no_ticket = run("notify", "list", "--ticket", "ESC-000077", database_url=inhabited)

    assert (nothing.code, nothing.err) == (0, "nobody was told any such thing\n")
    assert (no_ticket.code, no_ticket.out) == (1, "")
    assert "there is no ticket ESC-000077" in no_ticket.err


async def test_a_dead_message_is_sent_once_more_in_somebodys_name(
    run: Run, sqlite_url: str
) -> None:
    async with house(sqlite_url):
        dead, live = await waiting(state="DEAD", attempts=9, died_at=NINE), await waiting()
    words = ("notify", "redeliver", dead, live, "nonsense", "--by", "mia@example.org", "--json")

    ended = run(*words, database_url=sqlite_url, smtp_url="smtp://127.0.0.1:1", mail_from=FROM)

    done, refused, nonsense = json.loads(ended.out)
    assert (ended.code, done) == (1, {"message": str(dead), "refused": None})
    assert "WAITING" in refused["refused"]
    assert "this is no id" in nonsense["refused"]
    async with opened(sqlite_url):
        assert (await standing(dead)).state is MessageState.WAITING


async def test_the_operators_page_says_how_a_dead_message_is_found_and_sent_once_more(
    run: Run, sqlite_url: str
) -> None:
    async with house(sqlite_url):
        dead = await waiting(state="DEAD", attempts=9, died_at=NINE)
        await notice_in(dead)
    page = (ROOT / "docs" / "operations.md").read_text()
    listing, redelivering = re.findall(r"`escgraph (notify [^`]*)`", page)

    said = json.loads(run(*listing.split(), database_url=sqlite_url).out)
    (message,) = [one["message"] for one in said]
    words = redelivering.replace("ID", message).replace("MANAGER_ADDRESS", "mia@example.org")
    ended = run(*words.split(), database_url=sqlite_url)

    assert (ended.code, ended.err) == (0, f"{dead} waits to be sent\n")


def test_an_agent_redelivers_nothing(run: Run, inhabited: str) -> None:
    nowhere = "01980c1e-5b7a-7cc0-8000-3f1a2b4c5d6e"

    ended = run("notify", "redeliver", nowhere, "--by", "ada@example.org", database_url=inhabited)

    assert ended.code == 1
    assert f"{nowhere}: " in ended.err
    assert "LEVEL_1_AGENT" in ended.err


async def test_what_stands_in_the_log_only_is_not_said_to_have_arrived(
    run: Run, inhabited: str
) -> None:
    async with opened(inhabited):
        message = await waiting(kind=ChannelKind.LOG, state="DELIVERED", delivered_at=NINE)
        await notice_in(message)

    ended = run("notify", "list", database_url=inhabited)

    assert "LOGGED" in ended.out
    assert "DELIVERED" not in ended.out
