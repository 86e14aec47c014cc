"""The guarded client on real sockets: what it sends, what it takes, and where it stops."""

import asyncio
import logging
from ipaddress import ip_address
from pathlib import Path

import aiohttp
import pytest
from yarl import URL

from escgraph.notify.http_client import MOST_BYTES, only_to
from escgraph.notify.looking_up import addresses_of, reach_fault, system_lookup
from escgraph.notify.outcome import UndeliveredError
from escgraph.notify.places import MisplacedError, Place, place_of, url_fault
from tests.notify.certificates import certificate_for
from tests.notify.clients import Names, client, networks
from tests.processes import free_port
from tests.receiver import (
    Behaviour,
    Receiver,
    answer,
    drip_body,
    drip_head,
    hang,
    huge,
    noise,
    reset,
)

SECRET = "/services/T00/B00/hush?token=hush#hush"


async def undelivered(url: str, *, timeout_s: float = 5, names: Names | None = None) -> str:
    with pytest.raises(UndeliveredError) as failure:
        await client(names, timeout_s=timeout_s).post(url, b"{}", headers={})
    assert failure.value.__cause__ is None
    assert failure.value.__suppress_context__
    assert "hush" not in repr(failure.value)
    assert failure.value.again
    return failure.value.reason


async def test_a_request_arrives_as_it_was_given_and_the_answer_comes_back() -> None:
    with Receiver() as receiver:
        receiver.behave("/hook?a=1", answer(201, b"made", {"Retry-After": "7"}))
        got = await client().post(receiver.url("/hook?a=1"), b"told", headers={"X-Kind": "yes"})

    (request,) = receiver.requests
    assert (request.method, request.path, request.body) == ("POST", "/hook?a=1", b"told")
    assert request.headers["host"] == f"127.0.0.1:{receiver.port}"
    assert request.headers["x-kind"] == "yes"
    assert request.headers["user-agent"] == "escgraph"
    assert (got.status, got.body, got.whole) == (201, b"made", True)
    assert got.headers["retry-after"] == "7"


async def test_no_cookie_is_kept() -> None:
    with Receiver() as receiver:
        receiver.behave("/", answer(200, headers={"Set-Cookie": "seen=1"}))
        ours = client()
        for _ in range(2):
            await ours.post(receiver.url(), b"", headers={})

    assert [request.headers.get("cookie") for request in receiver.requests] == [None, None]


async def test_each_attempt_has_a_connection_of_its_own() -> None:
    with Receiver() as receiver:
        ours = client()
        for _ in range(3):
            await ours.post(receiver.url(), b"", headers={})

    assert receiver.connections == 3
    assert {request.headers["connection"] for request in receiver.requests} == {"close"}


async def test_of_a_huge_answer_little_is_read() -> None:
    with Receiver() as receiver:
        receiver.behave("/", huge(50_000_000))
        got = await client().post(receiver.url(), b"", headers={})

    assert (got.status, len(got.body), got.whole) == (200, MOST_BYTES, False)


async def test_an_answer_that_is_packed_is_not_unpacked() -> None:
    with Receiver() as receiver:
        receiver.behave("/", answer(200, b"\x1f\x8b bomb", {"Content-Encoding": "gzip"}))
        got = await client().post(receiver.url(), b"", headers={})

    assert got.body == b"\x1f\x8b bomb"
    assert receiver.requests[0].headers["accept-encoding"] == "identity"


async def test_a_status_counts_even_if_its_body_comes_in_drops() -> None:
    with Receiver() as receiver:
        receiver.behave("/", drip_body(202))
        got = await client(timeout_s=0.3).post(receiver.url(), b"", headers={})

    assert (got.status, got.whole) == (202, False)
    assert set(got.body) == {ord("x")}


@pytest.mark.parametrize(
    ("behaviour", "words"),
    [
        (hang(), "127.0.0.1 did not answer within 0.3 s"),
        (drip_head(), "127.0.0.1 did not answer within 0.3 s"),
        (reset(), "127.0.0.1 broke the connection off before it answered"),
        (noise(b""), "127.0.0.1 broke the connection off before it answered"),
        (noise(b"220 smtp.example ESMTP\r\n"), "127.0.0.1 did not answer in HTTP"),
        (noise(b"HTTP/1.1 200 OK\r\nx: " + b"y" * 100_000), "127.0.0.1 did not answer in HTTP"),
    ],
)
async def test_what_goes_wrong_is_told_without_the_secret_in_the_url(
    behaviour: Behaviour, words: str
) -> None:
    with Receiver() as receiver:
        receiver.behave(SECRET.partition("#")[0], behaviour)
        assert await undelivered(receiver.url(SECRET), timeout_s=0.3) == words
        assert receiver.requests[0].path == SECRET.partition("#")[0]


async def test_a_port_where_nobody_listens_is_told_in_plain_words() -> None:
    url = f"http://127.0.0.1:{free_port()}{SECRET}"

    assert await undelivered(url) == "127.0.0.1 took no connection (connection refused)"


async def test_a_name_without_an_address_is_told_in_plain_words() -> None:
    words = "nowhere.example has no address that can be found"

    assert await undelivered(f"http://nowhere.example{SECRET}") == words


async def test_a_name_server_that_hangs_is_given_up() -> None:
    class Hanging(Names):
        async def __call__(self, host: str, port: int) -> list[str]:
            await asyncio.sleep(60)
            return []

    words = "slow.example did not answer within 0.2 s"

    assert (
        await undelivered(f"http://slow.example{SECRET}", timeout_s=0.2, names=Hanging({})) == words
    )


async def test_the_next_address_is_tried_where_one_takes_no_connection() -> None:
    with Receiver(host="127.0.0.7") as receiver:
        names = Names({"two.example": [["127.0.0.6", "127.0.0.7"]]})
        got = await client(names).post(f"http://two.example:{receiver.port}/", b"", headers={})

    assert got.status == 200
    assert receiver.requests[0].headers["host"] == f"two.example:{receiver.port}"


async def test_the_certificate_is_verified_for_the_name_in_the_url(tmp_path: Path) -> None:
    server, trust = certificate_for("hooks.example", tmp_path)
    names = Names({"hooks.example": [["127.0.0.1"]], "other.example": [["127.0.0.1"]]})
    with Receiver(tls=server) as receiver:
        ours = client(names, trust=trust)
        got = await ours.post(f"https://hooks.example:{receiver.port}/", b"", headers={})
        with pytest.raises(UndeliveredError, match=r"certificate of other\.example is not valid"):
            await ours.post(f"https://other.example:{receiver.port}/", b"", headers={})
        with pytest.raises(UndeliveredError, match=r"certificate of hooks\.example is not valid"):
            await client(names).post(f"https://hooks.example:{receiver.port}/", b"", headers={})

    assert got.status == 200
    assert len(receiver.requests) == 1


async def test_a_server_without_encryption_behind_https_is_told() -> None:
    async def plain(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Speak up\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(plain, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        words = "no encrypted connection to 127.0.0.1 came about"
        assert await undelivered(f"https://127.0.0.1:{port}{SECRET}") == words


@pytest.mark.parametrize(
    ("url", "again"),
    [
        ("https://10.0.0.1/", False),
        ("https://turns.example/", True),
        ("ftp://turns.example/", False),
    ],
)
async def test_a_refusal_may_end_only_where_a_name_may_lead_elsewhere_tomorrow(
    url: str, *, again: bool
) -> None:
    with pytest.raises(UndeliveredError) as failure:
        await client(Names({"turns.example": [["10.0.0.1"]]})).post(url, b"", headers={})

    assert failure.value.again is again


def test_http_is_for_allowed_networks_only() -> None:
    allowed = networks("10.0.0.0/8")

    assert url_fault("https://8.8.8.8/hook", allowed=()) is None
    assert url_fault("http://10.1.2.3/hook", allowed=allowed) is None
    assert "use https://" in (url_fault("http://8.8.8.8/hook", allowed=allowed) or "")
    assert "use https://" in (url_fault("http://hooks.example/hook", allowed=()) or "")
    assert url_fault("http://intranet.example/hook", allowed=allowed) is None


@pytest.mark.parametrize(
    "url",
    [
        "https://hooks.slack.com/services/T00/B00/XXX",
        "https://bücher.example/hook?to=http://[::1]/",
        "https://a_b.example:8443",
        "https://hooks.example/a#b",
        "HTTPS://HOOKS.EXAMPLE/",
        "https://[2606:4700::1111]:443/hook",
        "https://1.example/",
    ],
)
def test_a_url_in_order_is_taken(url: str) -> None:
    assert url_fault(url, allowed=()) is None


def test_a_url_of_any_length_is_not_taken() -> None:
    longest = "https://hooks.example/" + "a" * 1_978

    assert url_fault(longest, allowed=()) is None
    assert url_fault(longest + "a", allowed=()) is not None


async def test_a_url_is_checked_with_its_addresses_before_it_is_saved() -> None:
    names = Names({"good.example": [["8.8.8.8"]], "bad.example": [["8.8.8.8", "10.0.0.1"]]})

    async def fault(url: str) -> str | None:
        return await reach_fault(url, allowed=(), lookup=names, timeout_s=1)

    assert await fault("https://good.example/hook") is None
    assert "10.0.0.1, where bad.example leads, is not public" in (
        await fault("https://bad.example/hook") or ""
    )
    assert "use https://" in (await fault("http://good.example/hook") or "")
    assert "no address that can be found" in (await fault("https://none.example/hook") or "")


async def test_the_system_is_asked_for_names_as_every_program_asks() -> None:
    assert "not public (this machine)" in (
        await reach_fault("https://localhost/hook", allowed=()) or ""
    )
    assert (
        await reach_fault("http://localhost/hook", allowed=networks("127.0.0.0/8", "::1")) is None
    )


@pytest.mark.parametrize("host", ["0x7f.1", "2130706433", "0177.0.0.1", "127.1"])
async def test_even_a_number_that_came_past_the_first_check_is_caught_at_the_second(
    host: str,
) -> None:
    """The C library reads them as 127.0.0.1; what is checked is what it answers."""
    place = Place(URL("https://any.example/"), host, 443, None)

    with system_lookup() as lookup, pytest.raises(MisplacedError, match="this machine"):
        await addresses_of(place, allowed=(), lookup=lookup)


async def test_the_last_gate_lets_no_connection_pass_that_was_not_checked() -> None:
    """Whatever the library makes of a URL: an address, a redirect, a cache."""
    with Receiver() as receiver:
        connector = aiohttp.TCPConnector(socket_factory=only_to((ip_address("127.0.0.5"),)))
        async with aiohttp.ClientSession(connector=connector) as session:
            with pytest.raises(aiohttp.ClientConnectorError):
                await session.post(receiver.url())

    assert receiver.connections == 0


def test_a_place_does_not_show_its_url() -> None:
    assert "hush" not in repr(place_of("https://hooks.example/hush"))


async def test_nothing_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with Receiver() as receiver:
        await client().post(receiver.url(SECRET), b"", headers={})
        await undelivered(f"http://127.0.0.1:{free_port()}{SECRET}")

    assert "hush" not in caplog.text
