"""Links in messages: signed, so that whoever holds one may do just what it says, until it expires.

A token is what it says, packed, and its signature: nothing is stored until a link is used, and a
guess fails before anything is looked up. The same message always holds the same links, also when
it is sent again. There is one salt for each purpose, so that a link for one is none for another.

What a link says is not who may do it: rights are those of the person at the moment of its use.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from uuid import UUID, uuid5

from itsdangerous import BadData, URLSafeSerializer

from escgraph.domain.from_messages import FROM_MESSAGES
from escgraph.domain.permissions import Act
from escgraph.domain.terms import EscalationId, LinkId, MessageId, PersonId, TicketId

ACT_LASTS = timedelta(days=7)
"""How long the acts of a message can be done from it: longer than it may take to arrive."""
PACKAGE_LASTS = timedelta(days=30)
"""How long the documentation can be read from a message: it never changes, and is often late."""

ACT_PLACE = "/link"
PACKAGE_PLACE = "/package"
PACKAGE_FORMS = ("md", "json", "html")

LONGEST_TOKEN = 400
"""In characters; ours have about 140. What is longer is none of ours, and not looked at."""


class LinkError(Exception):
    """Such a link does nothing here. The message is for whoever followed it."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class UnknownLinkError(LinkError):
    """It is none of ours, is for something else, was cut off, or its key was taken away."""


class ExpiredLinkError(LinkError):
    """It was good once."""


@dataclass(frozen=True, slots=True)
class ActLink:
    """Lets a person do one act to one ticket, once. `id` is the same for the same message."""

    id: LinkId
    person: PersonId
    ticket: TicketId
    act: Act


@dataclass(frozen=True, slots=True)
class PackageLink:
    """Lets a person read the package of one escalation, as often as they like."""

    person: PersonId
    escalation: EscalationId


class Links:
    """Makes the links of messages, and reads them when they are followed."""

    def __init__(self, public_url: str | None, keys: Sequence[str]) -> None:
        """`keys` as in the settings, the newest first: it signs, and each of them verifies."""
        self._place = public_url if keys else None
        self._acts = _serializer(keys, "act")
        self._packages = _serializer(keys, "package")

    @property
    def made(self) -> bool:
        """Whether messages carry links."""
        return self._place is not None

    def act(
        self, *, message: MessageId, person: PersonId, ticket: TicketId, act: Act, until: datetime
    ) -> str | None:
        """The address where that person can do it before `until`; None where links are off.

        Raises:
            ValueError: the act is none of those that can be done from a message.
        """
        if act not in FROM_MESSAGES:
            raise ValueError(f"{act} cannot be done from a message; link to the ticket instead")
        if self._place is None or self._acts is None:
            return None
        link = LinkId(uuid5(message, f"{person}:{ticket}:{act}"))
        said = _Said((link, person, ticket), until, act)
        return f"{self._place}{ACT_PLACE}/{_written(self._acts, said)}"

    def package(
        self, *, escalation: EscalationId, person: PersonId, form: str, until: datetime
    ) -> str | None:
        """The address of the package in that form, which is one of `PACKAGE_FORMS`."""
        if self._place is None or self._packages is None:
            return None
        said = _Said((escalation, person), until)
        return f"{self._place}{PACKAGE_PLACE}/{_written(self._packages, said)}.{form}"

    def read_act(self, token: str, *, at: datetime) -> ActLink:
        """What the token of an act says.

        Raises:
            UnknownLinkError, ExpiredLinkError: it says nothing, or not any more.
        """
        said = _read(self._acts, token, at=at)
        link, person, ticket = said.ids
        return ActLink(LinkId(link), PersonId(person), TicketId(ticket), Act(said.text))

    def read_package(self, token: str, *, at: datetime) -> PackageLink:
        """What the token of a package says. Raises as `read_act` does."""
        escalation, person = _read(self._packages, token, at=at).ids
        return PackageLink(PersonId(person), EscalationId(escalation))


@dataclass(frozen=True, slots=True)
class _Said:
    """What stands in a token."""

    ids: tuple[UUID, ...]
    until: datetime
    text: str = ""


def _packed(said: _Said) -> bytes:
    """One byte for the number of ids, 16 for each, 5 for the second, then the text.

    As JSON the address would be twice as long, and lines of plain e-mails break long ones.
    """
    ids = b"".join(one.bytes for one in said.ids)
    second = int(said.until.timestamp()).to_bytes(5)
    return bytes([len(said.ids)]) + ids + second + said.text.encode()


def _unpacked(packed: bytes) -> _Said:
    end = 1 + 16 * packed[0]
    ids = tuple(UUID(bytes=packed[start : start + 16]) for start in range(1, end, 16))
    until = datetime.fromtimestamp(int.from_bytes(packed[end : end + 5]), UTC)
    return _Said(ids, until, packed[end + 5 :].decode())


class _AsItIs:
    """What the library packs with: ours is packed already."""

    dumps = bytes
    loads = bytes


def _serializer(keys: Sequence[str], purpose: str) -> URLSafeSerializer | None:
    """Signs for one purpose; the library takes the newest key last."""
    if not keys:
        return None
    return URLSafeSerializer(
        list(reversed(keys)),
        salt=f"escgraph.link.{purpose}",
        serializer=_AsItIs,
        signer_kwargs={"key_derivation": "hmac", "digest_method": sha256},
    )


def _written(serializer: URLSafeSerializer, said: _Said) -> str:
    token: bytes = serializer.dumps(_packed(said))  # type: ignore[assignment]  # as `_AsItIs` is
    return token.decode()


def _read(serializer: URLSafeSerializer | None, token: str, *, at: datetime) -> _Said:
    if serializer is None or len(token) > LONGEST_TOKEN or not token.isascii():
        raise UnknownLinkError(_UNKNOWN)
    try:
        said = _unpacked(serializer.loads(token))
    except BadData:
        raise UnknownLinkError(_UNKNOWN) from None
    if at >= said.until:
        raise ExpiredLinkError(_EXPIRED)
    return said


_UNKNOWN = (
    "this link is not known here; open it from the message itself, whole as it stands there, "
    "or open the ticket in escgraph"
)
_EXPIRED = "this link has expired; open the ticket in escgraph, or use a newer message"
