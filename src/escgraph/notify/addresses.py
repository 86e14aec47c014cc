"""Which IP addresses a request may go to: public ones, and networks that the operator opened.

The tables follow IANA's registries of special-purpose addresses (IPv4, IPv6), and are stricter:
what is in doubt is refused. The standard library's `is_global` is asked as well, never alone: that
of Python 3.11 takes 64:ff9b:1::1, 2002:7f00:1:: and 5f00::1 for public.

An IPv6 address may carry an IPv4 address to which a gateway, a tunnel or the own machine passes it
on: such an address may be reached only if the one inside may be reached, too.
"""

from collections.abc import Iterator, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_IPV4: tuple[tuple[IPv4Network, str], ...] = tuple(
    (IPv4Network(network), meaning)
    for network, meaning in (
        ("0.0.0.0/8", "this host"),
        ("10.0.0.0/8", "private"),
        ("100.64.0.0/10", "shared by a carrier's customers"),
        ("127.0.0.0/8", "this machine"),
        ("168.63.129.16/32", "a cloud's own services"),
        ("169.254.0.0/16", "link-local, where clouds keep credentials"),
        ("172.16.0.0/12", "private"),
        ("192.0.0.0/24", "reserved for protocols"),
        ("192.0.2.0/24", "for documentation"),
        ("192.31.196.0/24", "reserved for AS112"),
        ("192.52.193.0/24", "reserved for multicast relays"),
        ("192.88.99.0/24", "a 6to4 relay"),
        ("192.168.0.0/16", "private"),
        ("192.175.48.0/24", "reserved for AS112"),
        ("198.18.0.0/15", "for benchmarks"),
        ("198.51.100.0/24", "for documentation"),
        ("203.0.113.0/24", "for documentation"),
        ("224.0.0.0/4", "multicast"),
        ("255.255.255.255/32", "broadcast"),
        ("240.0.0.0/4", "reserved"),
    )
)
_IPV6: tuple[tuple[IPv6Network, str], ...] = tuple(
    (IPv6Network(network), meaning)
    for network, meaning in (
        ("::/128", "this host"),
        ("::1/128", "this machine"),
        ("::/96", "an IPv4 address in an IPv6 one"),
        ("::ffff:0:0:0/96", "an IPv4 address in an IPv6 one"),
        ("64:ff9b:1::/48", "a translation to IPv4 within one network"),
        ("100::/64", "a black hole"),
        ("100:0:0:1::/64", "a dummy prefix"),
        ("2001::/32", "a Teredo tunnel"),
        ("2001:db8::/32", "for documentation"),
        ("2001::/23", "reserved for protocols"),
        ("2002::/16", "a 6to4 tunnel"),
        ("2620:4f:8000::/48", "reserved for AS112"),
        ("3ffe::/16", "given back"),
        ("3fff::/20", "for documentation"),
        ("5f00::/16", "for segment routing"),
        ("fc00::/7", "private"),
        ("fe80::/10", "link-local"),
        ("fec0::/10", "site-local"),
        ("ff00::/8", "multicast"),
    )
)
_GIVEN_OUT = IPv6Network("2000::/3")
"""All that IANA has allocated of IPv6 for use in the open."""

_MAPPED = IPv6Network("::ffff:0:0/96")
_TRANSLATED = IPv6Network("64:ff9b::/96")
_IN_THE_LAST_BITS = tuple(
    IPv6Network(network) for network in ("::/96", "::ffff:0:0:0/96", "64:ff9b:1::/48")
)
_TEREDO = IPv6Network("2001::/32")
_6TO4 = IPv6Network("2002::/16")
_ISATAP = (0x0000_5EFE, 0x0200_5EFE, 0x0100_5EFE, 0x0300_5EFE)
_LAST_32 = 0xFFFF_FFFF


def address_of(text: str) -> Address | None:
    """The address that is written there in full; None for anything else, as for one with a zone."""
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return None if isinstance(address, IPv6Address) and address.scope_id else address


def meaning_of(address: Address, *, allowed: Sequence[Network]) -> str | None:
    """What that address is for, if nothing may be sent there; None if it may."""
    address = _outer(address)
    return next(
        (meaning for one in (address, *_inner(address)) if (meaning := _own(one, allowed))), None
    )


def is_allowed(address: Address, *, allowed: Sequence[Network]) -> bool:
    """Whether the operator opened the network that it lies in."""
    address = _outer(address)
    return any(address in network for network in allowed)


def _own(address: Address, allowed: Sequence[Network]) -> str | None:
    if is_allowed(address, allowed=allowed):
        return None
    if isinstance(address, IPv4Address):
        listed = next((meaning for network, meaning in _IPV4 if address in network), None)
    else:
        listed = next((meaning for network, meaning in _IPV6 if address in network), None)
        if listed is None and address not in _GIVEN_OUT:
            listed = "given out to nobody"
    if listed is None and not address.is_global:
        return "not public"
    return listed


def _outer(address: Address) -> Address:
    """The address that packets carry: mapped and translated ones only write an IPv4 one anew."""
    if isinstance(address, IPv6Address) and (address in _MAPPED or address in _TRANSLATED):
        return IPv4Address(int(address) & _LAST_32)
    return address


def _inner(address: Address) -> Iterator[IPv4Address]:
    """Every IPv4 address that a tunnel or a translator would take from it; of :: and ::1 none."""
    if isinstance(address, IPv4Address):
        return
    bits = int(address)
    if bits > 1 and any(address in network for network in _IN_THE_LAST_BITS):
        yield IPv4Address(bits & _LAST_32)
    if address in _TEREDO:
        yield IPv4Address(bits >> 64 & _LAST_32)
        yield IPv4Address(~bits & _LAST_32)
    if address in _6TO4:
        yield IPv4Address(bits >> 80 & _LAST_32)
    if bits >> 32 & _LAST_32 in _ISATAP:
        yield IPv4Address(bits & _LAST_32)
