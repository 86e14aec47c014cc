"""Which URLs may be written down for a webhook or a channel, and what is wrong with the others.

yarl reads the URL here as it does in the client: what two parsers read differently, an attacker
uses. Whatever would have to be guessed (short, octal or hexadecimal IPv4, a zone, a dot at the end)
is refused rather than understood. No refusal shows more of the URL than its host.

Why https: letters carry tickets, URLs of chats carry their only secret. http is for networks that
the operator opened, whose wires are his own.
"""

import re
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address

from yarl import URL

from escgraph.notify.addresses import Address, Network, address_of, is_allowed, meaning_of

LONGEST = 2_000
"""Characters of a URL."""

_AUTHORITY = re.compile(r"https?://([^/?#]+)", re.IGNORECASE)
_HOST_AND_PORT = re.compile(r"(\[[^\[\]]*\]|[^\[\]:]+)(:\d{1,5})?", re.ASCII)
_NAME = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)(\.(?!-)[a-z0-9_-]{1,63}(?<!-))*")
_NUMBER = re.compile(r"\d+|0x[0-9a-f]*", re.IGNORECASE)
_THIS_MACHINE = IPv4Address("127.0.0.1")
_FIRST_FREE_PORT = 1024
_OF_THE_WEB = frozenset({80, 443})


class MisplacedError(Exception):
    """Nothing is sent there; `str` says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a URL leads; `address` is set where its host is one, and None for a name."""

    url: URL = field(repr=False)
    host: str
    port: int
    address: Address | None

    @property
    def encrypted(self) -> bool:
        return self.url.scheme == "https"


def url_fault(url: str, *, allowed: tuple[Network, ...]) -> str | None:
    """What is wrong with it, and what to do, as far as can be said without asking for its host."""
    try:
        place = place_of(url)
        local = place.host == "localhost" or place.host.endswith(".localhost")
        address = _THIS_MACHINE if local else place.address
        if address is not None:
            check(place, address, allowed=allowed)
        elif not place.encrypted and not allowed:
            raise _in_the_clear(place)
    except MisplacedError as error:
        return str(error)
    return None


def place_of(url: str) -> Place:
    """Where it leads.

    Raises:
        MisplacedError: it is not written as it must be.
    """
    authority = _authority(url)
    try:
        parsed = URL(url)
        host, port = parsed.raw_host, parsed.port
    except ValueError:
        raise _unreadable() from None
    if not host or port is None:
        raise _unreadable()
    _check_port(port)
    return Place(parsed, host, port, _literal(host, bracketed=authority.startswith("[")))


def check(place: Place, address: Address, *, allowed: tuple[Network, ...]) -> None:
    """Let that address of the place pass.

    Raises:
        MisplacedError: it is not public, or would be reached without encryption.
    """
    meaning = meaning_of(address, allowed=allowed)
    if meaning is not None:
        name = str(address) if place.address else f"{address}, where {place.host} leads,"
        raise MisplacedError(
            f"{name} is not public ({meaning}); use a public address, or let whoever runs this "
            "server add its network to ESCGRAPH_ALLOWED_NETWORKS"
        )
    if not place.encrypted and not is_allowed(address, allowed=allowed):
        raise _in_the_clear(place)


def _authority(url: str) -> str:
    """Host and port as they are written: the text itself, since every parser forgives something."""
    if len(url) > LONGEST:
        raise MisplacedError(f"the URL has {len(url)} characters; at most {LONGEST} are taken")
    if re.search(r"[\s\\\x00-\x1f\x7f]", url):
        raise MisplacedError("the URL holds a space, a backslash or a control character; encode it")
    if not url.lower().startswith(("https://", "http://")):
        raise MisplacedError("the URL must begin with https://")
    found = _AUTHORITY.match(url)
    if found is None:
        raise _unreadable()
    if "@" in found[1]:
        raise MisplacedError("the URL holds a user or a password; take out what ends with the @")
    if not _HOST_AND_PORT.fullmatch(found[1]):
        raise _unreadable()
    return found[1]


def _check_port(port: int) -> None:
    if port == 0 or (port < _FIRST_FREE_PORT and port not in _OF_THE_WEB):
        raise MisplacedError(f"port {port} is none of the web's; use 443, 80 or one from 1024 on")


def _literal(host: str, *, bracketed: bool) -> Address | None:
    """The address that the host is, None for a name."""
    if bracketed:
        return _ipv6(host)
    if _NUMBER.fullmatch(host.rstrip(".").rpartition(".")[2]):
        return _ipv4(host)
    if len(host) > 253 or not _NAME.fullmatch(host):
        raise MisplacedError("the host is no name; write letters, digits, hyphens and single dots")
    return None


def _ipv6(host: str) -> Address:
    if "%" in host:
        raise MisplacedError("the address has a zone: it is local, and nothing is sent there")
    address = address_of(host)
    if not isinstance(address, IPv6Address):
        raise MisplacedError(
            "what stands in [] is no IPv6 address; write one, or a name without []"
        )
    return address


def _ipv4(host: str) -> Address:
    """C libraries and browsers take 0x7f.1, 127.1 and 2130706433 for addresses, too."""
    address = address_of(host)
    if address is None:
        raise MisplacedError(
            f"{host} is a number that is read in several ways; write a name, or all four parts in "
            "decimal"
        )
    return address


def _unreadable() -> MisplacedError:
    return MisplacedError("the URL's host or port cannot be read; write https://host/path")


def _in_the_clear(place: Place) -> MisplacedError:
    return MisplacedError(
        f"http:// to {place.host} would show secrets on the way; use https:// (http:// is for "
        "networks in ESCGRAPH_ALLOWED_NETWORKS only)"
    )
