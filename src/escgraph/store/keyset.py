"""Pages by keyset: where a page goes on is told by its last row's sort values, not by a count.

A cursor names the order that it was made in, so that one of another list or sort is refused. The
order of the values is total, the same on both engines, and holds no null.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

import orjson

from escgraph.domain.errors import InvalidInputError
from escgraph.domain.terms import utc
from escgraph.store.conditions import Conditions
from escgraph.store.values import moment, moment_text

T = TypeVar("T")

LONGEST_PAGE = 200
NEVER = "9999-12-31T00:00:00.000000Z"
"""What sorts after every moment: it stands for null, which the engines would sort differently.

It is not the last moment that Python knows, since asyncpg turns that one into infinity.
"""


@dataclass(frozen=True, slots=True)
class Order:
    """A total order of rows, all keys ascending or all descending; the id is the last key.

    Attributes:
        name: stands in the cursors; no two orders share one.
        keys: SQL expressions that are never null, each with the type of its values.
    """

    name: str
    keys: tuple[tuple[str, type[datetime | int | str | UUID]], ...]
    descending: bool

    @property
    def selected(self) -> str:
        """The keys as columns that `cursor` reads."""
        return ", ".join(f"{sql} AS key_{n}" for n, (sql, _) in enumerate(self.keys))

    @property
    def by(self) -> str:
        """What follows ORDER BY."""
        direction = "DESC" if self.descending else "ASC"
        return ", ".join(f"{sql} {direction}" for sql, _ in self.keys)

    def cursor(self, row: Mapping[str, Any]) -> str:
        """Where a page goes on that ends with this row."""
        values = [_written(row[f"key_{n}"], kind) for n, (_, kind) in enumerate(self.keys)]
        return urlsafe_b64encode(orjson.dumps([self.name, *values])).decode().rstrip("=")

    def go_on(self, conditions: Conditions, *, after: str | None) -> None:
        """Leave out what comes before the cursor's row, and that row.

        Raises:
            InvalidInputError: the cursor is not of this order.
        """
        if after is None:
            return
        marks = ", ".join(conditions.mark(value) for value in self._read(after))
        keys = ", ".join(sql for sql, _ in self.keys)
        conditions.add(f"({keys}) {'<' if self.descending else '>'} ({marks})")

    def _read(self, after: str) -> list[object]:
        try:
            name, *written = orjson.loads(urlsafe_b64decode(after + "=" * (-len(after) % 4)))
            values = [kind for _, kind in self.keys]
            read = [_value(one, kind) for one, kind in zip(written, values, strict=True)]
        except (ValueError, TypeError, OverflowError):
            raise _foreign() from None
        if name != self.name:
            raise _foreign()
        return read


def page_size(first: int) -> int:
    """The number itself, if it is one that a page may have.

    Raises:
        InvalidInputError: it is below 1 or above 200.
    """
    if not 1 <= first <= LONGEST_PAGE:
        raise InvalidInputError(
            f"first is {first}; ask for 1 to {LONGEST_PAGE} and go on with after",
            field=("first",),
        )
    return first


def cut(rows: Sequence[T], *, first: int) -> tuple[Sequence[T], bool]:
    """The page, and whether more follows, from one row more than the page may have."""
    return rows[:first], len(rows) > first


def _written(raw: object, kind: type) -> str | int:
    if kind is datetime:
        read = moment(raw)
        assert read is not None
        return moment_text(read)
    if kind is int:
        assert isinstance(raw, int)
        return raw
    return str(raw)


def _value(written: object, kind: type) -> object:
    """The value that a cursor says; raises ValueError or TypeError where it says none."""
    if kind is int:
        if not isinstance(written, int) or not 0 <= written < 2**31:
            raise ValueError("no number of a sort key")
        return written
    if not isinstance(written, str):
        raise TypeError("no text")
    if kind is str:
        return _shown(written)
    return utc(datetime.fromisoformat(written)) if kind is datetime else UUID(written)


def _shown(written: str) -> str:
    """A text as it stands in a column; nothing else reaches the database."""
    if not written.isprintable():
        raise ValueError("no text of a sort key")
    return written


def _foreign() -> InvalidInputError:
    return InvalidInputError(
        "this cursor was made by another list or sort; go on with one from this list, "
        "or leave after out to begin anew",
        field=("after",),
    )
