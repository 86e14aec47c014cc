"""A letter as e-mail: headers that clients thread by, the text, its page, what is attached."""

import re
from email.headerregistry import Address, HeaderRegistry, MessageIDHeader
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime, parseaddr
from hashlib import sha256

from escgraph.notify.letter import Attachment, Letter
from escgraph.notify.outcome import UndeliveredError
from escgraph.notify.target import Target

_ADDRESS = re.compile(r"[^@\s<>\"(),:;\[\]\\\x00-\x1f\x7f]+@[^@\s<>\"(),:;\\\x00-\x1f\x7f]+")

_AUTOMATIC = {
    "Auto-Submitted": "auto-generated",
    "X-Auto-Response-Suppress": "All",
}
"""No machine answers it: RFC 3834, and the same for Exchange."""

_URGENT = {"Importance": "high", "Priority": "urgent", "X-Priority": "1"}
"""RFC 2156, and what Outlook and Apple Mail look at."""

_IDS = HeaderRegistry()
for _name in ("in-reply-to", "references"):
    # As text, a long id would be encoded. The registry makes a BaseHeader of the mixin.
    _IDS.map_to_type(_name, MessageIDHeader)  # type: ignore[arg-type]


class _FirstWordsFirst(EmailPolicy):
    """Python's, that never breaks a line before a header's first word.

    It does so where the rest then fits on one line, and most programs read the break as a space:
    the mark of what is urgent would not stand first (C4).
    """

    def fold_binary(self, name: str, value: str) -> bytes:
        before, after = (f"{name}:{between}".encode() for between in ("\r\n ", " "))
        folded = super().fold_binary(name, value)
        return after + folded.removeprefix(before) if folded.startswith(before) else folded


POLICY = _FirstWordsFirst(
    header_factory=_IDS, linesep="\r\n", cte_type="7bit", raise_on_defect=False
)
"""Lines that every server takes, whatever the letter holds."""


def mail(letter: Letter, *, to: Target, sender: str) -> EmailMessage:
    """The letter to that address, the same to the byte for each attempt, but for boundaries.

    `sender` is as in `Escalations <escgraph@example.org>`. `Date` is the letter's moment: when it
    arrived, servers on the way add. A ticket's mails all answer to one id that no mail bears, since
    each reader gets others of them; by it a client threads them (RFC 5322, 3.6.4).

    Raises:
        UndeliveredError: the address is none.
    """
    name, address = parseaddr(sender)
    message = EmailMessage(policy=POLICY)
    message["From"] = _mailbox(name, address)
    message["To"] = _mailbox(to.name, to.address)
    message["Subject"] = one_line(letter.subject)
    message["Date"] = format_datetime(letter.at)
    domain = _ascii_domain(address)
    message["Message-ID"] = f"<{letter.id}@{domain}>"
    if letter.thread is not None:
        root = f"<{sha256(letter.thread.encode()).hexdigest()[:32]}@{domain}>"
        message["In-Reply-To"] = root
        message["References"] = root
    for header, value in (_AUTOMATIC | (_URGENT if letter.urgent else {})).items():
        message[header] = value
    message.set_content(_whole(letter.text))
    message.add_alternative(_whole(letter.html), subtype="html")
    for attachment in letter.attachments:
        _attach(message, attachment)
    return message


def one_line(text: str) -> str:
    """The text as a header may hold it: nothing in it can end the line and begin another header."""
    return _whole(" ".join(re.sub(r"[\x00-\x1f\x7f\x85\u2028\u2029]+", " ", text).split()))


def address_of(mailbox: str) -> str:
    """The address for the envelope; its domain in ASCII.

    Raises:
        UndeliveredError: it is none.
    """
    return _mailbox("", parseaddr(mailbox)[1] or mailbox).addr_spec


def _mailbox(name: str, address: str) -> Address:
    if not _ADDRESS.fullmatch(address):
        raise UndeliveredError("this is no e-mail address", again=False, shared=False)
    user, _, _ = address.rpartition("@")
    return Address(one_line(name), username=user, domain=_ascii_domain(address))


def _ascii_domain(address: str) -> str:
    domain = address.rpartition("@")[2]
    try:
        return domain.encode("idna").decode()
    except UnicodeError:
        raise UndeliveredError(
            "the domain of this e-mail address is none", again=False, shared=False
        ) from None


def _whole(text: str) -> str:
    """The text without halves of characters, which nobody can encode."""
    return text.encode("utf-8", "replace").decode()


def _attach(message: EmailMessage, attachment: Attachment) -> None:
    kind, _, subkind = attachment.media_type.partition(";")[0].strip().partition("/")
    message.add_attachment(
        attachment.content,
        maintype=kind,
        subtype=subkind,
        filename=one_line(attachment.name),
        params={"charset": "utf-8"} if kind == "text" else None,
    )
