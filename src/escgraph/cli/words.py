"""How words of the SOP and moments are read from the command line."""

from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from typing import TypeVar

import typer

from escgraph.domain.terms import utc

Word = TypeVar("Word", bound=StrEnum)


def named(kind: type[Word]) -> Callable[[str], Word]:
    """How such a word is read from the command line: in capitals or not.

    What it gives raises BadParameter, with all the words there are.
    """

    def read(text: str) -> Word:
        try:
            return kind(text.upper())
        except ValueError:
            raise typer.BadParameter(f"{text!r} is none of {', '.join(kind)}") from None

    return read


def moment(text: str) -> datetime:
    """A moment with its offset, or a day, which stands for its first moment in UTC.

    Raises:
        BadParameter: it is neither.
    """
    try:
        found = datetime.fromisoformat(text)
        day = len(text) <= len("2026-03-01")
        return found.replace(tzinfo=UTC) if day else utc(found)
    except ValueError:
        raise typer.BadParameter(
            f"{text!r} is neither a day nor a moment with its offset; "
            "write it like 2026-03-01 or 2026-03-01T09:00:00Z"
        ) from None
