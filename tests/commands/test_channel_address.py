"""What may be kept as an address, before anything of it is kept."""

from collections.abc import Iterator
from ipaddress import ip_network

import pytest

from escgraph.commands.channel_address import checked
from escgraph.domain.errors import ConflictError, InvalidInputError
from escgraph.domain.notice import ChannelKind
from escgraph.store import sealing

LOOPBACK = (ip_network("127.0.0.0/8"),)


@pytest.fixture
def _keys() -> Iterator[None]:
    sealing.use_keys([sealing.new_key()])
    yield
    sealing.use_keys([])


@pytest.mark.parametrize("kind", [ChannelKind.SLACK, ChannelKind.APPRISE, ChannelKind.EMAIL])
async def test_without_a_key_nothing_is_asked_about_an_address(kind: ChannelKind) -> None:
    """What cannot be kept need not be looked up first."""
    with pytest.raises(ConflictError, match="escgraph secret-key"):
        await checked(kind, name="phone", address="https://nowhere.invalid/x", allowed=())


@pytest.mark.usefixtures("_keys")
@pytest.mark.parametrize("address", ["http://127.0.0.1:2586", "http://127.0.0.1:2586//"])
async def test_an_ntfy_address_ends_with_its_topic(address: str) -> None:
    with pytest.raises(InvalidInputError, match="ends with its topic") as refused:
        await checked(ChannelKind.NTFY, name="phone", address=address, allowed=LOOPBACK)
    assert refused.value.field == ("address",)

    wanted = await checked(
        ChannelKind.NTFY, name="phone", address="http://127.0.0.1:2586/us", allowed=LOOPBACK
    )
    assert wanted.name == "phone"
