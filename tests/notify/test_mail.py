"""A letter as e-mail: what a mail client reads, and what nobody can smuggle in (§5, C4)."""

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP as MODERN
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from escgraph.domain.terms import MessageId
from escgraph.notify.letter import Attachment, Letter
from escgraph.notify.mail import POLICY, mail
from escgraph.notify.outcome import UndeliveredError
from escgraph.notify.target import Target
from tests.mail_client import threads

SENDER = "Escalations <escgraph@example.org>"
BEN = Target("Ben", "ben@example.org")
LETTER = Letter(
    id=MessageId(UUID(int=7)),
    kind="notice.escalated",
    at=datetime(2026, 3, 2, 9, tzinfo=UTC),
    subject="[URGENT] ESC-000001 Printer on fire",
    headline="ESC-000001 was escalated to LEVEL_2.",
    text="ESC-000001 was escalated to LEVEL_2.\n\nAccept it by 11:00.",
    html="<p>ESC-000001 was escalated to LEVEL_2.</p>",
    urgent=True,
    thread="ticket 1",
)


def read(letter: Letter = LETTER, *, to: Target = BEN, sender: str = SENDER) -> EmailMessage:
    """The mail as it is read at the other end."""
    written = mail(letter, to=to, sender=sender).as_bytes(policy=POLICY)
    assert all(len(line) <= 998 for line in written.split(b"\r\n"))
    assert b"\n" not in written.replace(b"\r\n", b"")
    return message_from_bytes(written, policy=MODERN)


def body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n").rstrip("\n")


def test_it_says_the_same_as_text_and_as_a_page() -> None:
    message = read()

    assert message["subject"] == LETTER.subject
    assert body(message, "plain") == LETTER.text
    assert body(message, "html") == LETTER.html
    assert (message["from"], message["to"]) == (SENDER, "Ben <ben@example.org>")


def test_its_id_and_its_date_are_those_of_the_letter_at_each_attempt() -> None:
    first, again = read(), read()

    assert first["message-id"] == f"<{LETTER.id}@example.org>" == again["message-id"]
    assert first["date"].datetime == LETTER.at == again["date"].datetime


def test_mails_of_one_ticket_are_one_thread_to_whoever_gets_only_some_of_them() -> None:
    mails = [
        read(replace(LETTER, id=MessageId(UUID(int=n)), subject=f"No {n}", thread=thread))
        for n, thread in enumerate(["one", "two", "one", None, "one", None])
    ]

    for reader in (mails, mails[2:], mails[::-1]):
        found = threads(reader)
        subjects = {frozenset(m["subject"] for m in thread) for thread in found}
        had = {m["subject"] for m in reader}
        wanted = [{"No 0", "No 2", "No 4"}, {"No 1"}, {"No 3"}, {"No 5"}]
        assert subjects == {frozenset(of & had) for of in wanted if of & had}


def test_ids_stay_whole_however_long_the_domain_is() -> None:
    domain = f"{'a' * 60}.{'b' * 60}.example.org"

    written = mail(LETTER, to=BEN, sender=f"e@{domain}").as_bytes(policy=POLICY)

    assert f"Message-ID: <{LETTER.id}@{domain}>\r\n".encode() in written
    assert written.count(f"@{domain}>\r\n".encode()) == 3  # Message-ID, In-Reply-To, References
    assert b"References: <" in written


@pytest.mark.parametrize(("urgent", "importance"), [(True, "high"), (False, None)])
def test_an_urgent_mail_is_marked_for_the_client_and_no_machine_answers_any(  # C4
    urgent: bool,  # noqa: FBT001
    importance: str | None,
) -> None:
    message = read(replace(LETTER, urgent=urgent))

    assert message["importance"] == importance
    assert message["x-priority"] == ("1" if urgent else None)
    assert message["auto-submitted"] == "auto-generated"
    assert message["x-auto-response-suppress"] == "All"


@pytest.mark.parametrize("length", range(55, 95))
def test_the_mark_of_what_is_urgent_stands_first_however_long_the_subject_is(  # C4
    length: int,
) -> None:
    """Python would break the line before the first word, and a space come first when it is read."""
    subject = f"[URGENT] ESC-000001 {'is down ' * 12}"[:length].strip()

    assert read(replace(LETTER, subject=subject))["subject"] == subject


def test_files_travel_with_their_names_and_types() -> None:
    files = (
        Attachment("ESC-000001 Übersicht.md", "text/markdown; charset=utf-8", "# Ü".encode()),
        Attachment("package.json", "application/json", b'{"missing": []}'),
    )

    found = list(read(replace(LETTER, attachments=files)).iter_attachments())

    assert [part.get_filename() for part in found] == [file.name for file in files]
    assert [part.get_content_type() for part in found] == ["text/markdown", "application/json"]
    assert found[0].get_content_charset() == "utf-8"
    assert [part.get_payload(decode=True) for part in found] == [file.content for file in files]


def test_any_language_is_read_as_it_was_written() -> None:
    letter = replace(
        LETTER, subject="🚨 緊急 Пожар — Drücker", text="Пожар 緊急\n" + "ü" * 5000, html="<p>é</p>"
    )

    message = read(letter, to=Target("Zoë Müller", "zoe@example.org"), sender="Büro <b@ex.org>")

    assert message["subject"] == letter.subject
    assert message["to"].addresses[0].display_name == "Zoë Müller"
    assert message["from"].addresses[0].display_name == "Büro"
    assert body(message, "plain") == letter.text


def test_a_domain_beyond_ascii_is_written_as_the_name_service_has_it() -> None:
    message = read(to=Target("Ben", "ben@bücher.example"), sender="e@bücher.example")

    assert message["to"].addresses[0].addr_spec == "ben@xn--bcher-kva.example"
    assert message["message-id"].endswith("@xn--bcher-kva.example>")


@pytest.mark.parametrize(
    "address",
    [
        "",
        "ben",
        "ben@",
        "@example.org",
        "a@b@example.org",
        "ben@example.org, eve@example.org",
        "ben@example.org\r\nRCPT TO:<eve@example.org>",
        "ben@example.org\nBcc: eve@example.org",
        "ben@exam ple.org",
        "<ben@example.org>",
        "ben@example.org> NOTIFY=NEVER",
        "ben@" + "ü" * 80 + ".org",
        "ben@example..org",
    ],
)
def test_what_is_no_address_is_refused_for_good(address: str) -> None:
    with pytest.raises(UndeliveredError) as refused:
        read(to=Target("Ben", address))

    assert (refused.value.again, refused.value.shared) == (False, False)


_HEADERS = [
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "In-Reply-To",
    "References",
    "Auto-Submitted",
    "X-Auto-Response-Suppress",
    "Importance",
    "Priority",
    "X-Priority",
    "MIME-Version",
    "Content-Type",
]


@settings(deadline=None)
@given(st.text(), st.text(), st.text(min_size=1))
def test_no_text_makes_a_header_or_ends_one(name: str, subject: str, file: str) -> None:
    letter = replace(LETTER, subject=subject, attachments=(Attachment(file, "text/csv", b"1"),))

    message = read(letter, to=Target(name, "ben@example.org"))

    assert message.keys() == _HEADERS
    assert [address.addr_spec for address in message["to"].addresses] == ["ben@example.org"]
    assert body(message, "plain") == LETTER.text


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\x00", "\x0b", "\x85", "\u2028"])
def test_the_end_of_a_line_in_a_name_or_a_subject_is_a_space(end: str) -> None:
    evil = f"Ben{end}Bcc: eve@example.org"

    message = read(replace(LETTER, subject=evil), to=Target(evil, "ben@example.org"))

    assert message["subject"] == "Ben Bcc: eve@example.org"
    assert message["to"].addresses[0].display_name == "Ben Bcc: eve@example.org"
    assert message["bcc"] is None
