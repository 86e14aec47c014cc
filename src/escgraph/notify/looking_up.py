"""The addresses of a place, asked for once and each of them checked.

One address that may not be reached refuses the place as a whole: whoever answers with a good and a
bad one hopes that the bad one is used at some time.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial

from escgraph.notify.addresses import Address, Network, address_of
from escgraph.notify.places import MisplacedError, Place, check, place_of, url_fault

Lookup = Callable[[str, int], Awaitable[list[str]]]
"""From a host and a port to addresses as they are written.

Raises:
    OSError: it has none, or nobody knows.
"""

_AT_ONCE = 32


@contextmanager
def system_lookup() -> Iterator[Lookup]:
    """Ask as the rest of the machine does: hosts file, then name servers.

    In threads of its own: a lookup cannot be called off, and one name server that hangs must not
    take the threads that others wait for.
    """
    pool = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="lookup")

    async def look_up(host: str, port: int) -> list[str]:
        ask = partial(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
        answers = await asyncio.get_running_loop().run_in_executor(pool, ask)
        return [str(sockaddr[0]) for *_, sockaddr in answers]

    try:
        yield look_up
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


async def addresses_of(
    place: Place, *, allowed: tuple[Network, ...], lookup: Lookup
) -> tuple[Address, ...]:
    """All of them, fit to be connected to; a place that is an address is its own.

    Raises:
        MisplacedError: one of them may not be reached.
        OSError: it has none.
    """
    written = [str(place.address)] if place.address else await lookup(place.host, place.port)
    if not written:
        raise OSError("no addresses")
    return tuple(_checked(place, text, allowed) for text in dict.fromkeys(written))


async def reach_fault(
    url: str, *, allowed: tuple[Network, ...], lookup: Lookup | None = None, timeout_s: float = 5
) -> str | None:
    """What is wrong with a URL that somebody wants to save, and what to do; its host is looked up.

    It is no promise: each attempt asks anew.
    """
    if lookup is None:
        with system_lookup() as lookup:  # noqa: PLR1704 - the one that everybody means
            return await reach_fault(url, allowed=allowed, lookup=lookup, timeout_s=timeout_s)
    fault = url_fault(url, allowed=allowed)
    if fault is not None:
        return fault
    place = place_of(url)
    try:
        async with asyncio.timeout(timeout_s):
            await addresses_of(place, allowed=allowed, lookup=lookup)
    except MisplacedError as error:
        return str(error)
    except (OSError, ValueError):
        return f"{place.host} has no address that can be found; correct it, or try again later"
    return None


def _checked(place: Place, text: str, allowed: tuple[Network, ...]) -> Address:
    address = address_of(text)
    if address is None:
        raise MisplacedError(f"{place.host} leads to an address with a zone: it is local")
    check(place, address, allowed=allowed)
    return address
