"""The only way out for a request to a URL that somebody gave: it goes nowhere it should not (SSRF).

For each attempt anew: read the URL, look its host up once, check every address, connect to one of
these addresses and to nothing else, and verify the certificate for the name in the URL. No redirect
is followed, no cookie kept, no proxy taken from the environment; little is read of an answer, and
all of it together has one time limit, so that an answer in drops ends like none at all.

A connection serves one attempt: a fresh one leads where it was checked to lead, and cannot turn out
to have been closed by the other side just as a POST is under way.
"""

import asyncio
import os
import socket
import ssl
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from escgraph.notify.addresses import Address, Network, address_of
from escgraph.notify.looking_up import Lookup, addresses_of, system_lookup
from escgraph.notify.outcome import UndeliveredError
from escgraph.notify.places import MisplacedError, Place, place_of

MOST_BYTES = 65_536
"""Of an answer that are read."""

_PIECE = 16_384
_FAILURES = (aiohttp.ClientError, OSError, ValueError, RuntimeError)
"""ValueError: a name that cannot be asked for. RuntimeError: uvloop's, of a socket that broke."""

_NO_LIMIT = aiohttp.ClientTimeout(total=None, sock_connect=None)
_OURS = {"User-Agent": "escgraph", "Accept": "*/*", "Accept-Encoding": "identity"}


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. `whole` is False where the body was longer, or slower, than is waited for."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    whole: bool


@contextmanager
def http_client(*, allowed: tuple[Network, ...], timeout_s: float) -> Iterator["HttpClient"]:
    """One for a process; certificates are read once."""
    with system_lookup() as lookup:
        yield HttpClient(
            allowed=allowed, timeout_s=timeout_s, lookup=lookup, trust=ssl.create_default_context()
        )


class HttpClient:
    """Sends requests to URLs that people wrote down. `timeout_s` is for one request as a whole."""

    def __init__(
        self,
        *,
        allowed: tuple[Network, ...],
        timeout_s: float,
        lookup: Lookup,
        trust: ssl.SSLContext,
    ) -> None:
        self._allowed = allowed
        self._timeout_s = timeout_s
        self._lookup = lookup
        self._trust = trust

    async def post(self, url: str, body: bytes, *, headers: Mapping[str, str]) -> Answer:
        """What was answered, whatever its status.

        Raises:
            UndeliveredError: nothing was; no reason shows more of the URL than its host.
        """
        return await self._asked("POST", url, body, headers)

    async def get(self, url: str) -> Answer:
        """The same without a body."""
        return await self._asked("GET", url, None, {})

    async def _asked(
        self, method: str, url: str, body: bytes | None, headers: Mapping[str, str]
    ) -> Answer:
        try:
            place = place_of(url)
        except MisplacedError as error:
            raise UndeliveredError(str(error), again=False) from None
        try:
            return await self._attempt(method, place, body, headers)
        except MisplacedError as error:
            raise UndeliveredError(str(error), again=place.address is None) from None
        except _FAILURES as error:
            raise UndeliveredError(_reason(error, place, self._timeout_s)) from None

    async def _attempt(
        self, method: str, place: Place, body: bytes | None, headers: Mapping[str, str]
    ) -> Answer:
        deadline = asyncio.get_running_loop().time() + self._timeout_s
        async with asyncio.timeout_at(deadline):
            addresses = await addresses_of(place, allowed=self._allowed, lookup=self._lookup)
        async with self._session(addresses) as session:
            async with asyncio.timeout_at(deadline):
                response = await session.request(
                    method,
                    place.url,
                    data=body,
                    headers={**_OURS, **headers},
                    allow_redirects=False,
                )
            async with response:
                return await _answer(response, deadline)

    @asynccontextmanager
    async def _session(
        self, addresses: tuple[Address, ...]
    ) -> AsyncIterator[aiohttp.ClientSession]:
        connector = aiohttp.TCPConnector(
            resolver=_Resolved(addresses),
            socket_factory=only_to(addresses),
            ssl=self._trust,
            use_dns_cache=False,
            force_close=True,
        )
        async with aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=_NO_LIMIT,
            auto_decompress=False,
            trust_env=False,
        ) as session:
            yield session


class _Resolved(AbstractResolver):
    """Knows the addresses that were checked, and asks nobody."""

    def __init__(self, addresses: tuple[Address, ...]) -> None:
        self._addresses = addresses

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        return [
            ResolveResult(
                hostname=host, host=str(address), port=port, family=family, proto=0, flags=0
            )
            for address in self._addresses
        ]

    async def close(self) -> None:
        """Nothing is open."""


def only_to(addresses: tuple[Address, ...]) -> aiohttp.SocketFactoryType:
    """Sockets for connections to those addresses alone: the last gate, whatever was asked for."""

    def make(info: aiohttp.AddrInfoType) -> socket.socket:
        family, kind, protocol, _, sockaddr = info
        if address_of(str(sockaddr[0])) not in addresses:
            raise PermissionError("the address was not checked")
        return socket.socket(family, kind, protocol)

    return make


async def _answer(response: aiohttp.ClientResponse, deadline: float) -> Answer:
    """The status is known: a body that does not come to its end changes nothing of it."""
    body = bytearray()
    whole = False
    try:
        async with asyncio.timeout_at(deadline):
            while len(body) <= MOST_BYTES:
                piece = await response.content.read(_PIECE)
                if not piece:
                    whole = True
                    break
                body += piece
    except (aiohttp.ClientError, OSError):
        pass
    return Answer(response.status, response.headers, bytes(body[:MOST_BYTES]), whole)


def _reason(error: Exception, place: Place, timeout_s: float) -> str:
    """In our own words: a library's may show the URL."""
    told = next(text for kind, text in _REASONS if isinstance(error, kind))
    system = error.os_error.errno if isinstance(error, aiohttp.ClientConnectorError) else None
    why = os.strerror(system).lower() if system else "for several reasons"
    return told.format(host=place.host, seconds=f"{timeout_s:g}", why=why)


_REASONS: tuple[tuple[type[Exception], str], ...] = (
    (TimeoutError, "{host} did not answer within {seconds} s"),
    (aiohttp.ClientConnectorCertificateError, "the certificate of {host} is not valid for it"),
    (aiohttp.ClientSSLError, "no encrypted connection to {host} came about"),
    (aiohttp.ClientConnectorError, "{host} took no connection ({why})"),
    (aiohttp.ClientOSError, "{host} broke the connection off before it answered"),
    (aiohttp.ServerDisconnectedError, "{host} broke the connection off before it answered"),
    (aiohttp.ClientError, "{host} did not answer in HTTP"),
    (RuntimeError, "{host} broke the connection off before it answered"),
    (Exception, "{host} has no address that can be found"),
)
"""The particular before the general, as the classes descend from each other."""
