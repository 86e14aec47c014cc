"""Server-side request forgery: whatever URL is written down, no connection goes where none may.

Each case is sent for real. A listener on every address of this machine counts connections, and the
interpreter reports each attempt to connect, also to addresses that nobody listens at.
"""

from collections.abc import Iterator

import pytest
from yarl import URL

from escgraph.notify.looking_up import reach_fault
from escgraph.notify.outcome import UndeliveredError
from tests.notify.clients import Names, client, networks
from tests.notify.forgeries import (
    ALLOWED,
    FORMS,
    IPV4,
    IPV6,
    LOCAL,
    NAMES,
    NUMBERS,
    SCHEMES,
)
from tests.notify.sockets import connections_tried
from tests.processes import free_port
from tests.receiver import Receiver, redirect


@pytest.fixture(scope="module")
def trap() -> Iterator[Receiver]:
    """Listens on all addresses of this machine, IPv4 and IPv6; nobody ever comes."""
    with Receiver(host="", port=free_port()) as receiver:
        yield receiver


async def refused(url: str, trap: Receiver, names: Names) -> str:
    """The refusal of a request that was sent and went nowhere."""
    with connections_tried() as tried, pytest.raises(UndeliveredError) as failure:
        await client(names, allowed=networks(f"{ALLOWED}/32")).post(url, b"{}", headers={})
    assert tried == []
    assert trap.connections == 0
    assert "hook-secret" not in failure.value.reason
    return failure.value.reason


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize(("host", "words"), [*NUMBERS, *IPV4, *IPV6])
async def test_an_address_that_is_not_public_is_not_connected_to_however_it_is_written(
    scheme: str, host: str, words: str, trap: Receiver
) -> None:
    names = Names({})

    assert words in await refused(f"{scheme}://{host}:{trap.port}/hook-secret", trap, names)
    assert names.asked == []


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize(("host", "answers", "words"), NAMES)
async def test_a_name_that_leads_to_one_such_address_is_not_connected_to(
    scheme: str, host: str, answers: list[str], words: str, trap: Receiver
) -> None:
    names = Names({URL(f"//{host.lower()}").raw_host or "": [answers]})
    url = f"{scheme}://{host}:{trap.port}/hook-secret"

    reason = await refused(url, trap, names)

    assert words in reason
    allowed = networks(f"{ALLOWED}/32")
    assert await reach_fault(url, allowed=allowed, lookup=names, timeout_s=1) is not None


@pytest.mark.parametrize(("place", "words"), FORMS)
async def test_a_url_that_two_programs_may_read_differently_is_not_followed(
    place: str, words: str, trap: Receiver
) -> None:
    url = f"http://{place.format(port=trap.port)}/hook-secret"

    assert words in await refused(url, trap, Names({"hooks": [["127.0.0.1"]]}))


@pytest.mark.parametrize("url", SCHEMES)
async def test_nothing_but_http_is_spoken(url: str, trap: Receiver) -> None:
    reason = await refused(url.format(port=trap.port), trap, Names({}))

    assert reason == "the URL must begin with https://"


async def test_a_name_that_turns_to_another_address_after_the_check_is_caught_at_the_attempt(
    trap: Receiver,
) -> None:
    """DNS rebinding: good when it is saved, bad when it is used."""
    allowed = networks(f"{ALLOWED}/32")
    names = Names({"turns.example": [[ALLOWED], ["127.0.0.1"]]})
    url = f"http://turns.example:{trap.port}/hook-secret"
    assert await reach_fault(url, allowed=allowed, lookup=names, timeout_s=1) is None

    assert LOCAL in await refused(url, trap, names)


async def test_a_name_is_looked_up_once_and_nothing_else_than_what_was_checked_is_connected_to(
    trap: Receiver,
) -> None:
    names = Names({"turns.example": [[ALLOWED], ["127.0.0.1"]]})
    with Receiver(host=ALLOWED) as receiver, connections_tried() as tried:
        await client(names, allowed=networks(f"{ALLOWED}/32")).post(
            f"http://turns.example:{receiver.port}/hook", b"{}", headers={}
        )

    assert tried == [(ALLOWED, receiver.port)]
    assert names.asked == ["turns.example"]
    assert (receiver.connections, trap.connections) == (1, 0)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize(
    "to", ["http://169.254.169.254/latest/meta-data", "http://127.0.0.1:{port}/", "//[::1]:{port}/"]
)
async def test_a_redirect_is_not_followed(status: int, to: str, trap: Receiver) -> None:
    """Nor to a public address: who redirects a POST with secrets in it is to be corrected."""
    with Receiver(host=ALLOWED) as receiver, connections_tried() as tried:
        receiver.behave("/hook", redirect(to.format(port=trap.port), status))
        answer = await client(allowed=networks(f"{ALLOWED}/32")).post(
            receiver.url("/hook"), b"{}", headers={}
        )

    assert answer.status == status
    assert tried == [(ALLOWED, receiver.port)]
    assert trap.connections == 0


async def test_a_proxy_of_the_environment_is_not_asked(
    trap: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{trap.port}")
        monkeypatch.setenv(name.upper(), f"http://127.0.0.1:{trap.port}")
    with Receiver(host=ALLOWED) as receiver:
        await client(allowed=networks(f"{ALLOWED}/32")).post(receiver.url(), b"{}", headers={})

    assert (receiver.connections, trap.connections) == (1, 0)


def test_there_are_more_than_eighty_cases() -> None:
    assert len(NUMBERS) + len(IPV4) + len(IPV6) + len(NAMES) + len(FORMS) + len(SCHEMES) >= 160
