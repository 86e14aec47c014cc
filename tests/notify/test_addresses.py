"""Which addresses may be reached; how each is refused in a request is in test_no_way_in.py."""

from ipaddress import ip_address, ip_network

import pytest

from escgraph.notify.addresses import address_of, is_allowed, meaning_of
from tests.notify.clients import networks

PUBLIC = [
    "1.1.1.1",
    "8.8.8.8",
    "9.255.255.255",
    "11.0.0.0",
    "100.63.255.255",
    "100.128.0.0",
    "126.255.255.255",
    "128.0.0.0",
    "169.253.255.255",
    "169.255.0.0",
    "172.15.255.255",
    "172.32.0.0",
    "192.167.255.255",
    "192.169.0.0",
    "198.17.255.255",
    "198.20.0.0",
    "223.255.255.255",
    "2001:4860:4860::8888",
    "2606:4700::1111",
    "2a00:1450::1",
    "::ffff:8.8.8.8",
    "64:ff9b::8.8.8.8",
]
EDGES = [
    ("0.0.0.0/8", "this host"),
    ("10.0.0.0/8", "private"),
    ("100.64.0.0/10", "shared by a carrier's customers"),
    ("127.0.0.0/8", "this machine"),
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
    ("240.0.0.0/5", "reserved"),
    ("255.255.255.255/32", "broadcast"),
    ("64:ff9b:1::/48", "a translation to IPv4 within one network"),
    ("100::/64", "a black hole"),
    ("100:0:0:1::/64", "a dummy prefix"),
    ("2001::/32", "a Teredo tunnel"),
    ("2001:1::/32", "reserved for protocols"),
    ("2001:1ff::/32", "reserved for protocols"),
    ("2001:db8::/32", "for documentation"),
    ("2002::/16", "a 6to4 tunnel"),
    ("2620:4f:8000::/48", "reserved for AS112"),
    ("3ffe::/16", "given back"),
    ("3fff::/20", "for documentation"),
    ("4000::/4", "given out to nobody"),
    ("5f00::/16", "for segment routing"),
    ("fc00::/7", "private"),
    ("fe80::/10", "link-local"),
    ("fec0::/10", "site-local"),
    ("ff00::/8", "multicast"),
]


@pytest.mark.parametrize("text", PUBLIC)
def test_a_public_address_may_be_reached(text: str) -> None:
    assert meaning_of(ip_address(text), allowed=()) is None


@pytest.mark.parametrize(("network", "meaning"), EDGES)
def test_a_special_network_may_not_be_reached_from_its_first_to_its_last_address(
    network: str, meaning: str
) -> None:
    found = ip_network(network)

    assert meaning_of(found[0], allowed=()) == meaning
    assert meaning_of(found[-1], allowed=()) == meaning


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        ("10.20.1.1", "10.20.0.0/16"),
        ("::ffff:10.20.1.1", "10.20.0.0/16"),
        ("64:ff9b::10.20.1.1", "10.20.0.0/16"),
        ("::1", "::1/128"),
        ("fd00:1::1", "fd00:1::/64"),
        ("127.0.0.1", "127.0.0.1/32"),
    ],
)
def test_an_allowed_network_may_be_reached(text: str, allowed: str) -> None:
    assert meaning_of(ip_address(text), allowed=networks(allowed)) is None
    assert is_allowed(ip_address(text), allowed=networks(allowed))


@pytest.mark.parametrize(
    ("text", "allowed", "meaning"),
    [
        ("10.21.0.1", "10.20.0.0/16", "private"),
        ("fd00:2::1", "fd00:1::/64", "private"),
        ("::ffff:10.20.1.1", "::/0", "private"),
        ("2002:0a14:0101::1", "2002::/16", "private"),
        ("2001:0:a14:101::", "2001::/32", "private"),
        ("2001:0:808:808::f5eb:fefe", "2001::/32", "private"),
        ("64:ff9b:1::10.20.1.1", "64:ff9b:1::/48", "private"),
        ("::10.20.1.1", "::/96", "private"),
        ("::ffff:0:10.20.1.1", "::ffff:0:0:0/96", "private"),
        ("fd00:1::5efe:10.20.1.1", "fd00:1::/64", "private"),
        ("fd00:1::200:5efe:10.20.1.1", "fd00:1::/64", "private"),
    ],
)
def test_an_allowed_network_opens_no_other_one_and_nothing_that_is_tunnelled_through_it(
    text: str, allowed: str, meaning: str
) -> None:
    assert meaning_of(ip_address(text), allowed=networks(allowed)) == meaning


@pytest.mark.parametrize("text", ["fe80::1%eth0", "127.1", "0x7f.0.0.1", "010.0.0.1", "", "a.b"])
def test_what_is_not_written_in_full_is_no_address(text: str) -> None:
    assert address_of(text) is None
