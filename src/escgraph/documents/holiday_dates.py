"""Public holidays by country and subdivision, asked once, when a policy is drafted (A6)."""

import warnings
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from escgraph.domain.calendar import Holiday, Region
from escgraph.domain.errors import InvalidInputError

if TYPE_CHECKING:
    from holidays import HolidayBase

YEARS = range(1990, 2101)
LISTED = 12
"""So many codes are named where one is wrong."""


@cache
def of_region(region: Region) -> tuple[Holiday, ...]:
    """The region's public holidays of the years 1990 to 2100, those observed on other days too.

    In order; named in English where the library can, else in the country's own language. For a
    country whose holidays follow the moon it may know fewer years.

    Raises:
        InvalidInputError: the country or its subdivision is unknown.
    """
    days = _days(region)
    return tuple(Holiday(day, days[day]) for day in sorted(days))


def _days(region: Region) -> "HolidayBase":
    import holidays  # noqa: PLC0415 - it takes long, and only who drafts a policy needs it

    known = holidays.list_supported_countries()
    if region.country not in known:
        raise InvalidInputError(
            f'there is no country "{region.country}"; write its code of ISO 3166, such as '
            f"{_listed(sorted(holidays.list_supported_countries(include_aliases=False)))}",
            field=("country",),
        )
    kind = getattr(holidays, region.country)
    _check_subdivision(region, kind)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return holidays.country_holidays(
            region.country, subdiv=region.subdivision, years=YEARS, language=_language(kind)
        )


def _check_subdivision(region: Region, kind: "type[HolidayBase]") -> None:
    parts = (*kind.subdivisions, *kind.subdivisions_aliases)
    if region.subdivision is None or region.subdivision in parts:
        return
    advice = f"it has {_listed(kind.subdivisions)}" if parts else "leave it out, it has none"
    raise InvalidInputError(
        f'{region.country} has no subdivision "{region.subdivision}"; {advice}',
        field=("subdivision",),
    )


def _language(kind: "type[HolidayBase]") -> str | None:
    english = sorted(one for one in kind.supported_languages if one.startswith("en"))
    if "en_US" in english:
        return "en_US"
    return english[0] if english else kind.default_language


def _listed(codes: Sequence[str]) -> str:
    more = len(codes) - LISTED
    named = ", ".join(codes[:LISTED])
    return f"{named} and {more} more" if more > 0 else named
