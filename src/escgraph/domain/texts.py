"""What people write: trimmed, of a bounded length, and without characters that nobody can see.

A line is a name or a title; prose may have lines and tabs. Both are checked where an act takes
them in, so that whatever is stored can be shown and exported as it is.
"""

import re

from escgraph.domain.errors import InvalidInputError

LINE_LENGTH = 200
PROSE_LENGTH = 20_000
"""In characters, margins not counted."""

_NOT_IN_A_LINE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_NOT_IN_PROSE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
"""Control characters, and halves of a surrogate pair, which have no form in UTF-8."""


def called(number: int) -> str:
    """What people call the ticket of that number: ESC-000123."""
    return f"ESC-{number:06d}"


def line(text: str, field: str, *, longest: int = LINE_LENGTH) -> str:
    """The line without its margins.

    Raises:
        InvalidInputError: nothing is left, it is too long, or it holds a control character.
    """
    return _written(optional_line(text, field, longest=longest), field)


def optional_line(text: str, field: str, *, longest: int = LINE_LENGTH) -> str:
    """The same for a line that may be empty."""
    return _bounded(text.strip(), field, longest=longest, never=_NOT_IN_A_LINE)


def prose(text: str, field: str) -> str:
    """The text without its margins, its lines ended as on Unix.

    Raises:
        InvalidInputError: nothing is left, it is too long, or it holds a control character other
            than the ends of lines and tabs.
    """
    return _written(optional_prose(text, field), field)


def optional_prose(text: str, field: str) -> str:
    """The same for a text that may be empty."""
    unix = text.replace("\r\n", "\n").strip()
    return _bounded(unix, field, longest=PROSE_LENGTH, never=_NOT_IN_PROSE)


def _written(text: str, field: str) -> str:
    if not text:
        raise InvalidInputError(f"{field} is empty; write it", field=(field,))
    return text


def _bounded(text: str, field: str, *, longest: int, never: re.Pattern[str]) -> str:
    if len(text) > longest:
        raise InvalidInputError(
            f"{field} has {len(text)} characters; {longest} are allowed, shorten it",
            field=(field,),
        )
    found = never.search(text)
    if found is not None:
        raise InvalidInputError(
            f"{field} holds the control character U+{ord(found[0]):04X} at place "
            f"{found.start() + 1}; take it out",
            field=(field,),
        )
    return text
