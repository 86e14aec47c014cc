"""E-mail on a real mail server: what it takes, what it refuses, and how we take that."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote
from uuid import uuid4

import pytest

from escgraph.domain.terms import MessageId
from escgraph.notify.email import Email
from escgraph.notify.outcome import UndeliveredError
from escgraph.notify.target import Target
from tests.mail_server import MailServer, certificate, tls_with
from tests.notify.test_mail import LETTER, SENDER
from tests.processes import free_port

PASSWORD = "p@ss:w/ö%rd?"


@pytest.fixture
def server() -> Iterator[MailServer]:
    with MailServer() as server:
        yield server


@pytest.fixture
def certified(tmp_path: Path) -> Path:
    """A certificate that nobody has heard of."""
    return certificate(tmp_path)


@pytest.fixture
def trusted(certified: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same, and this process trusts it."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certified))
    return certified


@asynccontextmanager
async def sending(url: str, *, sender: str = SENDER, timeout_s: float = 5) -> AsyncIterator[Email]:
    email = Email(url, sender=sender, timeout_s=timeout_s)
    try:
        yield email
    finally:
        await email.close()


async def send(email: Email, address: str = "ben@example.org") -> str:
    letter = replace(LETTER, id=MessageId(uuid4()))
    return await email(letter, Target("Ben", address), at=letter.at)


async def refusal(email: Email, address: str = "ben@example.org") -> UndeliveredError:
    with pytest.raises(UndeliveredError) as refused:
        await send(email, address)
    return refused.value


def meaning(refused: UndeliveredError) -> tuple[bool, bool]:
    """Whether another try may help, and whether others fail with it."""
    assert not refused.gone
    return refused.again, refused.shared


async def test_a_mail_arrives_and_the_answer_is_kept(server: MailServer) -> None:
    async with sending(server.url) as email:
        answer = await send(email)

    assert answer == "250 2.0.0 queued as 1"
    (mail,) = server.received
    assert (mail.sender, mail.to) == ("escgraph@example.org", "ben@example.org")
    assert mail.message["subject"] == LETTER.subject


async def test_mails_go_by_one_connection_one_after_the_other(server: MailServer) -> None:
    async with sending(server.url) as email:
        for _ in range(5):
            await send(email)

    assert len(server.received) == 5
    assert server.sessions == 1


async def test_a_server_that_says_the_address_again_does_not_make_it_known(
    server: MailServer,
) -> None:
    """As Postfix does: what is kept of an answer is shown to colleagues."""
    server.behaviour.refused = {
        "ada.private@home.example": "550 5.1.1 <ada.private@home.example>: Recipient rejected"
    }

    async with sending(server.url) as email:
        refused = await refusal(email, "ada.private@home.example")

    assert refused.reason == "550 5.1.1 <a***@home.example>: Recipient rejected"


async def test_a_storm_opens_no_more_connections_than_a_server_likes(server: MailServer) -> None:
    async with sending(server.url, timeout_s=60) as email:
        await asyncio.gather(*(send(email, f"p{n}@example.org") for n in range(60)))

    assert len({mail.to for mail in server.received}) == 60
    assert server.most_open == 4


async def test_a_recipient_that_does_not_exist_is_refused_for_good_and_others_are_not(
    server: MailServer,
) -> None:
    server.behaviour.refused = {"gone@example.org": "550 5.1.1 no such user"}

    async with sending(server.url) as email:
        refused = await refusal(email, "gone@example.org")
        await send(email)

    assert meaning(refused) == (False, False)
    assert refused.reason == "550 5.1.1 no such user"
    assert server.sessions == 1  # the connection is as good as before


async def test_who_is_greylisted_is_tried_again(server: MailServer) -> None:
    server.behaviour.greylisted = {"ben@example.org"}

    async with sending(server.url) as email:
        refused = await refusal(email)
        await send(email)

    assert meaning(refused) == (True, False)
    assert refused.reason == "451 4.7.1 come back later"


@pytest.mark.parametrize(
    ("answer", "meant"),
    [("554 5.7.1 looks like spam", (False, False)), ("452 4.3.1 disk full", (True, False))],
)
async def test_a_text_that_is_not_taken_says_nothing_about_others(
    server: MailServer, answer: str, meant: tuple[bool, bool]
) -> None:
    server.behaviour.rejects = answer

    async with sending(server.url) as email:
        refused = await refusal(email)

    assert meaning(refused) == meant
    assert refused.reason == answer


@pytest.mark.parametrize("answer", ["550 5.7.1 not from you", "421 4.3.2 shutting down"])
async def test_a_server_that_takes_nothing_from_us_is_everybodys_fault(
    server: MailServer, answer: str
) -> None:
    server.behaviour.full = answer

    async with sending(server.url) as email:
        refused = await refusal(email)

    assert meaning(refused) == (True, True)
    assert answer in refused.reason


@pytest.mark.parametrize("answer", ["530 5.7.0 log in first", "421 4.7.0 too many of you"])
async def test_an_answer_to_a_recipient_may_be_about_us(server: MailServer, answer: str) -> None:
    server.behaviour.refused = {"ben@example.org": answer}

    async with sending(server.url) as email:
        assert meaning(await refusal(email)) == (True, True)


async def test_a_server_that_falls_silent_is_given_up_in_time(server: MailServer) -> None:
    server.behaviour.hangs = {"ben@example.org"}

    async with sending(server.url, timeout_s=0.3) as email:
        refused = await refusal(email)
        await send(email, "eve@example.org")

    assert meaning(refused) == (True, True)
    assert refused.reason.endswith("did not answer in time")
    assert server.sessions == 2  # what was interrupted is not used again


async def test_a_server_that_hangs_up_is_called_again(server: MailServer) -> None:
    server.behaviour.drops = {"ben@example.org"}

    async with sending(server.url) as email:
        refused = await refusal(email)
        await send(email, "eve@example.org")

    assert meaning(refused) == (True, True)
    assert [mail.to for mail in server.received] == ["eve@example.org"]


async def test_a_server_that_is_not_there_is_everybodys_fault() -> None:
    port = free_port()

    async with sending(f"smtp://127.0.0.1:{port}") as email:
        refused = await refusal(email)

    assert meaning(refused) == (True, True)
    assert f"the mail server 127.0.0.1:{port} failed" in refused.reason


async def test_a_server_that_was_started_anew_is_called_anew() -> None:
    with MailServer() as before:
        port = before.port
        email = Email(before.url, sender=SENDER, timeout_s=5)
        await send(email)
    with MailServer(port=port) as after:
        await send(email)
        await email.close()

    assert (len(before.received), len(after.received)) == (1, 1)


async def test_a_connection_that_the_server_tired_of_is_replaced() -> None:
    with MailServer(patience_s=0.1) as server:
        async with sending(server.url) as email:
            await send(email)
            while server.open:  # noqa: ASYNC110  # the server hangs up in its own time
                await asyncio.sleep(0.02)
            await send(email)

    assert (len(server.received), server.sessions) == (2, 2)


async def test_starttls_is_used_where_it_is_offered_whoever_made_the_certificate(
    certified: Path,
) -> None:
    with MailServer(tls=tls_with(certified)) as server:
        async with sending(server.url) as email:
            await send(email)

    assert [mail.encrypted for mail in server.received] == [True]


@pytest.mark.parametrize("implicit", [False, True])
async def test_a_password_is_decoded_and_goes_encrypted(
    trusted: Path,
    implicit: bool,  # noqa: FBT001
) -> None:
    logins = {"b@x": PASSWORD}
    with MailServer(tls=tls_with(trusted), from_the_first_byte=implicit, logins=logins) as server:
        async with sending(server.url_for("b%40x", quote(PASSWORD, safe=""))) as email:
            await send(email)

    (mail,) = server.received
    assert (mail.user, mail.encrypted) == ("b@x", True)


@pytest.mark.parametrize("implicit", [False, True])
async def test_a_password_goes_to_nobody_with_an_unknown_certificate(
    certified: Path,
    implicit: bool,  # noqa: FBT001
) -> None:
    logins = {"ben": "secret"}
    with MailServer(tls=tls_with(certified), from_the_first_byte=implicit, logins=logins) as server:
        async with sending(server.url_for("ben", "secret")) as email:
            refused = await refusal(email)

    assert server.received == []
    assert meaning(refused) == (True, True)
    assert "CERTIFICATE_VERIFY_FAILED" in refused.reason


async def test_a_password_is_never_sent_in_clear(server: MailServer) -> None:
    async with sending(server.url_for("ben", "secret")) as email:
        refused = await refusal(email)

    assert server.received == []
    assert meaning(refused) == (True, True)
    assert "a password is never sent in clear" in refused.reason


async def test_a_wrong_password_is_everybodys_fault_and_not_shown(trusted: Path) -> None:
    with MailServer(tls=tls_with(trusted), logins={"ben": "right"}) as server:
        async with sending(server.url_for("ben", "wrong-one")) as email:
            refused = await refusal(email)

    assert meaning(refused) == (True, True)
    assert "does not take our password: 535" in refused.reason
    assert "wrong-one" not in refused.reason


async def test_an_address_beyond_ascii_goes_where_the_server_takes_it(server: MailServer) -> None:
    async with sending(server.url) as email:
        await send(email, "jörg@bücher.example")

    (mail,) = server.received
    assert mail.to == "jörg@xn--bcher-kva.example"
    assert "SMTPUTF8" in mail.options
    assert "\r\nTo: Ben <jörg@xn--bcher-kva.example>\r\n".encode() in mail.content


async def test_an_address_beyond_ascii_is_refused_for_good_where_it_does_not() -> None:
    with MailServer(utf8=False) as server:
        async with sending(server.url) as email:
            refused = await refusal(email, "jörg@example.org")
            await send(email)

    assert meaning(refused) == (False, False)
    assert "SMTPUTF8" in refused.reason
    assert [mail.to for mail in server.received] == ["ben@example.org"]


async def test_it_can_be_asked_whether_the_server_answers(server: MailServer) -> None:
    async with sending(server.url) as email:
        await email.greet()

    assert (server.sessions, server.received) == (1, [])
