"""Zones are those of IANA, which every host has with the same hours (A6)."""

import pytest

from escgraph.domain.errors import InvalidInputError
from escgraph.domain.zones import everywhere, zone_named


def test_a_zone_is_known_by_its_name() -> None:
    names = {"Africa/Cairo", "America/Sao_Paulo", "EST5EDT", "Etc/GMT+3", "GMT", "UTC"}

    assert {zone_named(name).key for name in names} == names


def test_what_a_host_adds_is_no_zone() -> None:
    """A6: a policy that moves to another host keeps its hours."""
    added = {"Factory", "localtime", "posixrules", "posix/Europe/Berlin", "right/UTC"}

    assert everywhere({"UTC", "Europe/Berlin", *added}) == {"UTC", "Europe/Berlin"}


@pytest.mark.parametrize("name", ["localtime", "Factory", "posix/Europe/Berlin", "right/UTC"])
def test_a_zone_of_the_host_is_refused_by_its_name(name: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        zone_named(name, ("zone",))

    assert f'"{name}" is no time zone' in refused.value.message
    assert refused.value.field == ("zone",)


def test_one_like_it_is_proposed() -> None:
    with pytest.raises(InvalidInputError, match="did you mean Europe/Berlin"):
        zone_named("posix/Europe/Berlin")
