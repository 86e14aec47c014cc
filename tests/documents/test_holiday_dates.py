"""Public holidays as a policy gets them (A6)."""

from datetime import date

import pytest

from escgraph.documents.holiday_dates import of_region
from escgraph.domain.calendar import Region
from escgraph.domain.errors import InvalidInputError


def named(region: Region, year: int) -> dict[date, str]:
    return {one.day: one.name for one in of_region(region) if one.day.year == year}


def test_the_holidays_of_a_country_are_told_in_english() -> None:
    """A6."""
    germany = named(Region("DE"), 2026)

    assert germany[date(2026, 10, 3)] == "German Unity Day"
    assert germany[date(2026, 4, 6)] == "Easter Monday"
    assert len(germany) == 9


def test_a_subdivision_has_its_own_besides() -> None:
    """A6."""
    more = named(Region("DE", "BE"), 2026).keys() - named(Region("DE"), 2026).keys()

    assert more == {date(2026, 3, 8)}


def test_a_holiday_observed_on_another_day_is_closed_on_both() -> None:
    """A6: of the next year too: 1 January 2028 is a Saturday."""
    assert named(Region("US"), 2026)[date(2026, 7, 3)] == "Independence Day (observed)"
    assert named(Region("US"), 2027)[date(2027, 12, 31)] == "New Year's Day (observed)"


def test_the_days_are_in_order_and_reach_from_1990_to_2100() -> None:
    days = [one.day for one in of_region(Region("NZ"))]

    assert days == sorted(set(days))
    assert (days[0].year, days[-1].year) == (1990, 2100)


@pytest.mark.parametrize("region", [Region("IN"), Region("SA"), Region("JP"), Region("GB", "SCT")])
def test_a_country_that_knows_fewer_years_or_languages_is_told_without_complaint(
    region: Region,
) -> None:
    """Warnings are errors here."""
    assert of_region(region)


@pytest.mark.parametrize("country", ["XX", "de", "", "Germany", "__doc__"])
def test_a_country_that_nobody_knows_is_refused(country: str) -> None:
    """A6."""
    with pytest.raises(InvalidInputError, match=r"such as AD, AE, .* and \d+ more") as refused:
        of_region(Region(country))
    assert f'no country "{country}"' in refused.value.message
    assert refused.value.field == ("country",)


def test_a_subdivision_that_the_country_has_not_is_refused() -> None:
    """A6."""
    with pytest.raises(InvalidInputError, match=r"it has BB, BE, .* and \d+ more") as refused:
        of_region(Region("DE", "XX"))
    assert refused.value.field == ("subdivision",)
    with pytest.raises(InvalidInputError, match="leave it out, it has none"):
        of_region(Region("MC", "XX"))
