"""Time zones by their IANA names: whether there is such a zone, and which one was meant."""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from escgraph.domain.errors import InvalidInputError

_OF_THE_HOST = frozenset({"Factory", "localtime", "posixrules"})
_FOLDERS = ("posix/", "right/")


def zone_named(name: str, field: Sequence[str] = ()) -> ZoneInfo:
    """The zone of that name, which is the same on every host.

    Raises:
        InvalidInputError: there is none; the message proposes one like it.
    """
    if name not in _names():
        raise InvalidInputError(f'"{name}" is no time zone; {_advice(name)}', field=field)
    return ZoneInfo(name)


def everywhere(names: Iterable[str]) -> frozenset[str]:
    """Those of IANA; under the others another host has other hours, or none."""
    of_iana = (name for name in names if not name.startswith(_FOLDERS))
    return frozenset(of_iana) - _OF_THE_HOST


@cache
def _names() -> frozenset[str]:
    return everywhere(available_timezones())


def _advice(name: str) -> str:
    like = {zone.casefold(): zone for zone in sorted(_names())}
    close = get_close_matches(name.casefold(), like, n=1)
    return f"did you mean {like[close[0]]}?" if close else "write one like Europe/Berlin"
