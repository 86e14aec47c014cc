"""What a value looks like inside each database, there and back again.

| value            | SQLite                                 | PostgreSQL  |
|------------------|----------------------------------------|-------------|
| moment           | text `2026-01-31T08:00:00.000000Z`     | timestamptz |
| UUID             | text of 36 characters                  | uuid        |
| dict, list, tuple| JSON text                              | jsonb       |
| bool             | 0, 1                                   | boolean     |
| str, StrEnum     | text                                   | text        |

On PostgreSQL a list is an array where the statement says so, as in `id = ANY($1::uuid[])`.
The text of a moment has a fixed width, so that the order of the text is the order of time.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import orjson

Encoder = Callable[[Any], Any]


def aware(value: datetime) -> datetime:
    """The same moment.

    Raises:
        ValueError: it is naive.
    """
    if value.tzinfo is None:
        raise ValueError(f"the moment {value.isoformat()} is naive; give it an offset")
    return value


def moment_text(value: datetime) -> str:
    """The moment as SQLite stores it.

    Raises:
        ValueError: the moment is naive.
    """
    if value.tzinfo is not UTC:
        value = aware(value).astimezone(UTC)
    return value.isoformat(timespec="microseconds")[:26] + "Z"


def json_text(value: object) -> str:
    """The value as JSON; it may hold moments, UUIDs and enums."""
    return orjson.dumps(value, default=_plain).decode()


def jsonb_text(value: object) -> str:
    """The value for a jsonb column; text is taken for JSON that was written already."""
    return value if isinstance(value, str) else json_text(value)


def moment(value: object) -> datetime | None:
    """The aware UTC moment in a column's raw value; None for null."""
    if isinstance(value, str):
        return datetime.fromisoformat(value)
    assert value is None or isinstance(value, datetime)
    return value


def uuid(value: object) -> UUID:
    """The UUID in a column's raw value."""
    return value if isinstance(value, UUID) else UUID(str(value))


def parsed(value: object) -> Any:  # noqa: ANN401 - JSON may hold anything
    """What the JSON in a column's raw value says; None for null."""
    if isinstance(value, str | bytes):
        return orjson.loads(value)
    assert value is None
    return None


def boolean(value: object) -> bool:
    """The truth in a column's raw value; null is false."""
    return bool(value)


def for_sqlite(values: Iterable[object]) -> list[Any]:
    """The values as aiosqlite takes them."""
    return [value if type(value) in _NATIVE else _sqlite(value) for value in values]


def for_postgres(values: Iterable[object]) -> list[Any]:
    """The values as asyncpg takes them."""
    return [value if type(value) in _NATIVE else _postgres(value) for value in values]


def _utc(value: datetime) -> datetime:
    return aware(value).astimezone(UTC)


def _member(value: StrEnum) -> str:
    return value.value


def _plain(value: object) -> object:
    """What orjson does not know by itself."""
    if isinstance(value, set | frozenset):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} has no form in JSON")


_NATIVE = frozenset({str, int, float, bytes, bool, type(None)})

_ON_SQLITE: tuple[tuple[type | tuple[type, ...], Encoder], ...] = (
    (StrEnum, _member),
    (datetime, moment_text),
    (UUID, str),
    ((dict, list, tuple), json_text),
    ((str, int, float, bytes), lambda value: value),
)
_ON_POSTGRES: tuple[tuple[type | tuple[type, ...], Encoder], ...] = (
    (StrEnum, _member),
    (datetime, _utc),
    (UUID, lambda value: value),
    ((dict, list, tuple), lambda value: value),
    ((str, int, float, bytes), lambda value: value),
)


def _encoding(
    rows: tuple[tuple[type | tuple[type, ...], Encoder], ...],
) -> Encoder:
    """An encoder that looks a type up once and remembers it."""
    known: dict[type, Encoder] = {}

    def encode(value: object) -> object:
        kind = type(value)
        encoder = known.get(kind)
        if encoder is None:
            encoder = known[kind] = _found(kind, rows)
        return encoder(value)

    return encode


def _found(kind: type, rows: tuple[tuple[type | tuple[type, ...], Encoder], ...]) -> Encoder:
    for base, encoder in rows:
        if issubclass(kind, base):
            return encoder
    raise TypeError(f"a {kind.__name__} has no form in the database")


_sqlite = _encoding(_ON_SQLITE)
_postgres = _encoding(_ON_POSTGRES)
