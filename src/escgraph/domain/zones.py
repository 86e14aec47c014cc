"""Time zones by their IANA names: whether there is such a zone, and which one was meant."""

from collections.abc import Sequence
from difflib import get_close_matches
from zoneinfo import ZoneInfo, available_timezones

from escgraph.domain.errors import InvalidInputError


def zone_named(name: str, field: Sequence[str] = ()) -> ZoneInfo:
    """The zone of that name.

    Raises:
        InvalidInputError: there is none; the message proposes one like it.
    """
    try:
        return ZoneInfo(name)
    except (LookupError, ValueError, OSError, TypeError, AttributeError) as error:
        raise InvalidInputError(
            f'"{name}" is no time zone; {_advice(str(name))}', field=field
        ) from error


def _advice(name: str) -> str:
    like = {zone.casefold(): zone for zone in available_timezones()}
    close = get_close_matches(name.casefold(), like, n=1)
    return f"did you mean {like[close[0]]}?" if close else "write one like Europe/Berlin"
