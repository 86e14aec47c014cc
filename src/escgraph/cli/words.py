"""Words of the SOP on the command line: written as everywhere else, or in small letters."""

from collections.abc import Callable
from enum import StrEnum
from typing import TypeVar

import typer

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
