"""Whether something may be sent to an address that somebody wants to be told at."""

import asyncio
from ipaddress import IPv4Network, IPv6Network
from urllib.parse import urlsplit

from escgraph.commands.channel_steps import Wanted
from escgraph.commands.people import is_email
from escgraph.domain.errors import InvalidInputError
from escgraph.domain.notice import ChannelKind
from escgraph.domain.texts import line
from escgraph.notify.apprise import must_be_usable
from escgraph.notify.looking_up import reach_fault
from escgraph.store import sealing

Networks = tuple[IPv4Network | IPv6Network, ...]

LONGEST = 2_000
"""In characters."""


async def checked(
    kind: ChannelKind, *, name: str, address: str | None, allowed: Networks
) -> Wanted:
    """The way that somebody wants, with an address that may be sent to as things stand.

    The host of a URL is looked up, so call it outside of a unit of work. No promise: each attempt
    to send asks anew.

    Raises:
        InvalidInputError: the address is missing or none, or nothing may be sent there; the
            message says why, and shows no more of it than its host.
    """
    name = line(name, "name")
    if kind is ChannelKind.EMAIL and address is None:
        return Wanted(kind, name, None)
    if address is None:
        raise InvalidInputError(f"a {kind} channel needs an address", field=("address",))
    address = line(address, "address", longest=LONGEST)
    sealing.must_seal()
    match kind:
        case ChannelKind.EMAIL:
            _must_be_email(address)
        case ChannelKind.APPRISE:
            await asyncio.to_thread(must_be_usable, address)  # the first time it is slow
        case ChannelKind.NTFY:
            await _must_be_reachable(address, allowed=allowed)
            _must_name_a_topic(address)
        case ChannelKind.WEBHOOK | ChannelKind.SLACK | ChannelKind.TEAMS:
            await _must_be_reachable(address, allowed=allowed)
        case ChannelKind.LOG:
            raise InvalidInputError(
                "LOG is what is left where there is no other way, and cannot be added; "
                "choose another kind",
                field=("kind",),
            )
    return Wanted(kind, name, address)


def _must_be_email(address: str) -> None:
    """It is not repeated where it is none: it may be a secret that belongs to another kind."""
    if not is_email(address):
        raise InvalidInputError(
            "the address of an EMAIL channel is an e-mail address; write it like ada@example.org",
            field=("address",),
        )


def _must_name_a_topic(url: str) -> None:
    if not urlsplit(url).path.strip("/"):
        raise InvalidInputError(
            "the address of an NTFY channel ends with its topic; write it like "
            "https://ntfy.sh/our-escalations",
            field=("address",),
        )


async def _must_be_reachable(url: str, *, allowed: Networks) -> None:
    fault = await reach_fault(url, allowed=allowed)
    if fault is not None:
        raise InvalidInputError(fault, field=("address",))
