"""The scalars of the schema: moments, durations and places in the stream, as text that is plain."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import strawberry
from graphql import GraphQLError
from strawberry.types.scalar import ScalarDefinition

from escgraph.domain.errors import InvalidInputError
from escgraph.domain.terms import utc
from escgraph.stream.cursor import Cursor

_DAY = timedelta(days=1)


def moment_text(moment: datetime) -> str:
    """ISO 8601 in UTC with Z, with the fraction only where there is one."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def read_moment(value: object) -> datetime:
    """The moment in UTC.

    Raises:
        GraphQLError: no text, no date and time, or one without an offset.
    """
    if not isinstance(value, str):
        raise GraphQLError(f"a Moment is text such as {_EXAMPLE}, not {value!r}")
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise GraphQLError(f'"{value}" is no date and time; write it like {_EXAMPLE}') from None
    try:
        return utc(moment)
    except ValueError as error:
        raise GraphQLError(str(error)) from None
    except OverflowError:
        raise GraphQLError(f'"{value}" lies outside the years 1 to 9999 in UTC') from None


def duration_text(duration: timedelta) -> str:
    """ISO 8601 in days, hours, minutes and seconds: PT2H, P1DT12H, PT0S, -PT5M."""
    if duration < timedelta(0):
        return f"-{duration_text(-duration)}"
    days, rest = divmod(duration, _DAY)
    minutes, seconds = divmod(rest, timedelta(minutes=1))
    hours, minutes = divmod(minutes, 60)
    time = "".join(
        (f"{hours}H" if hours else "", f"{minutes}M" if minutes else "", _seconds(seconds))
    )
    if not days:
        return f"PT{time or '0S'}"
    return f"P{days}D{'T' if time else ''}{time}"


def read_duration(value: object) -> timedelta:
    """The length of time.

    Raises:
        GraphQLError: no text, none of ISO 8601, longer than any that can be reckoned with, or in
            years and months, which have no length of their own.
    """
    found = _LENGTH.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise GraphQLError(f"{value!r:.60} is no Duration; write it like {_LENGTHS}")
    sign, *parts = found.groups(default="")
    try:
        length = timedelta(
            **{name: float(part or 0) for name, part in zip(_UNITS, parts, strict=True)}
        )
    except OverflowError:
        raise GraphQLError(f"{value!r:.60} is longer than any Duration; shorten it") from None
    return -length if sign else length


def read_cursor(value: object) -> Cursor:
    """The cursor.

    Raises:
        GraphQLError: no text, or none that this server wrote.
    """
    if not isinstance(value, str):
        raise GraphQLError("a Cursor is the text that this server gave, unchanged")
    try:
        return Cursor.parse(value)
    except InvalidInputError as error:
        raise GraphQLError(error.message) from None


def _seconds(rest: timedelta) -> str:
    if not rest:
        return ""
    return f"{rest.total_seconds():f}".rstrip("0").rstrip(".") + "S"


_LENGTHS = "PT4H, PT30M, P1DT12H or P2W; a day is 24 h, and years and months are none"
_LENGTH = re.compile(
    r"(-)?P(?=.)(?:(\d+)W|(?:(\d+)D)?(?:T(?=.)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d{1,6})?)S)?)?)",
    re.ASCII,
)
_UNITS = ("weeks", "days", "hours", "minutes", "seconds")
_EXAMPLE = "2026-03-01T09:00:00Z or 2026-03-01T10:00:00+01:00"

SCALARS: Mapping[object, ScalarDefinition] = {
    datetime: strawberry.scalar(
        name="Moment",
        description=(
            "A moment, as ISO 8601 date and time: given back in UTC, as 2026-03-01T09:00:00Z, with "
            "up to six digits behind the second. Taken with any offset; without one it is refused."
        ),
        specified_by_url="https://www.rfc-editor.org/rfc/rfc3339",
        serialize=moment_text,
        parse_value=read_moment,
    ),
    timedelta: strawberry.scalar(
        name="Duration",
        description="A length of time, as ISO 8601: PT2H, P14D, P1DT12H, PT90.5S. A day is 24 h.",
        specified_by_url="https://www.rfc-editor.org/rfc/rfc3339#appendix-A",
        serialize=duration_text,
        parse_value=read_duration,
    ),
    Cursor: strawberry.scalar(
        name="Cursor",
        description=(
            "A place in the stream of events, opaque. Queries say at which place their answer is "
            "true, mutations behind which place they are written; subscribe from there and nothing "
            "is missed."
        ),
        serialize=Cursor.encode,
        parse_value=read_cursor,
    ),
}
"""What stands for which Python type in annotations."""
