"""How many mails a second go to a local mail server: connections used again, and one for each."""

import asyncio
import multiprocessing
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path
from uuid import uuid4

from bench.figures import say, timed
from escgraph.domain.terms import MessageId
from escgraph.notify.email import Email
from escgraph.notify.letter import Attachment, Letter
from escgraph.notify.target import Target
from tests.mail_server import MailServer, certificate, tls_with

MAILS = 400
AT_ONCE = 4
LETTER = Letter(
    id=MessageId(uuid4()),
    kind="notice.escalated",
    at=datetime(2026, 3, 2, 9, tzinfo=UTC),
    subject="[URGENT] ESC-000001 Printer on fire",
    headline="ESC-000001 was escalated to LEVEL_2.",
    text="ESC-000001 was escalated to LEVEL_2.\n" * 20,
    html="<p>ESC-000001 was escalated to LEVEL_2.</p>\n" * 20,
    thread="ticket 1",
    attachments=(Attachment("package.json", "application/json", b"[" + b"1," * 4000 + b"1]"),),
)


async def measure() -> None:
    for tls in (False, True):
        with _server(tls=tls) as url:
            await _rate(url, again=True, tls=tls)
            await _rate(url, again=False, tls=tls)


async def _rate(url: str, *, again: bool, tls: bool) -> None:
    """`again`: as it is done, by connections that are used again."""
    shared = _email(url)
    places = asyncio.Semaphore(AT_ONCE)

    async def send() -> None:
        async with places:
            email = shared if again else _email(url)
            letter = replace(LETTER, id=MessageId(uuid4()))
            await email(letter, Target("Ben", "ben@example.org"), at=LETTER.at)
            if not again:
                await email.close()

    async with timed() as watch:
        await asyncio.gather(*(send() for _ in range(MAILS)))
    await shared.close()
    way = "connections used again" if again else "a connection each"
    way += ", STARTTLS" if tls else ""
    say("mailing", f"{MAILS / watch.seconds:,.0f} mails/s", f"{way}; {MAILS}, {AT_ONCE} at once")


def _email(url: str) -> Email:
    return Email(url, sender="Escalations <escgraph@example.org>", timeout_s=30)


@contextmanager
def _server(*, tls: bool) -> Iterator[str]:
    """A mail server in a process of its own, as in life."""
    here, there = multiprocessing.get_context("spawn").Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_serve, args=(there, tls))
    process.start()
    try:
        yield here.recv()
    finally:
        here.send("enough")
        process.join()


def _serve(pipe: Connection, tls: bool) -> None:  # noqa: FBT001
    with tempfile.TemporaryDirectory() as folder:
        encrypted = tls_with(certificate(Path(folder))) if tls else None
        with MailServer(tls=encrypted) as server:
            pipe.send(server.url)
            pipe.recv()
