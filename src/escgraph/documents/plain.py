"""Blocks as plain text: lines of a width that reads anywhere, and every text as it was written."""

import re
from collections.abc import Iterable, Sequence
from textwrap import TextWrapper

from escgraph.documents.blocks import Block, Bullets, Chart, Heading, Paragraph, Quote, Steps, Table
from escgraph.documents.visible import visible

WIDTH = 76
SECTION = 2
"""The level of headings that are our own words."""

_SPACES = re.compile(r"[ \t]+")
_FIGURE = re.compile(r"(?<=\d) (?=(?:d|h|min|s)\b)")
_HELD = "\N{NO-BREAK SPACE}"
"""Between a figure and its unit, while lines are broken."""


def plain(blocks: Iterable[Block]) -> str:
    """The text, ended by one line's end; a heading stands close to what it names."""
    parts = [(_block(block), "\n" if isinstance(block, Heading) else "\n\n") for block in blocks]
    return "".join(part + gap for part, gap in parts).rstrip("\n") + "\n"


def wrapped(text: str, *, first: str = "", rest: str = "") -> str:
    """The text in lines; a word that is longer than one, such as an address, stays whole."""
    wrapper = TextWrapper(
        width=WIDTH,
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )
    lines = []
    for line in visible(text).strip("\n").split("\n"):
        held = _FIGURE.sub(_HELD, _SPACES.sub(" ", line))
        lines.append(wrapper.fill(held) or wrapper.initial_indent.rstrip())
        wrapper.initial_indent = rest
    return "\n".join(lines).replace(_HELD, " ")


def _block(block: Block) -> str:  # noqa: PLR0911 - one for each kind
    match block:
        case Heading(level, text):
            return wrapped(text.upper()) if level <= SECTION else _underlined(wrapped(text))
        case Paragraph(text):
            return wrapped(text)
        case Quote(text):
            return wrapped(text, first="> ", rest="> ")
        case Bullets(items):
            return "\n".join(wrapped(item, first="- ", rest="  ") for item in items)
        case Steps(items):
            return "\n".join(_step(number, item) for number, item in enumerate(items, 1))
        case Table():
            return _table(block)
        case Chart(title, _, description):
            return wrapped(f"{title}: {description}")


def _underlined(text: str) -> str:
    """As somebody wrote it: a title in capitals shouts, and may mean something else."""
    longest = max(map(len, text.splitlines()), default=0)
    return f"{text}\n{'-' * min(WIDTH, longest)}"


def _step(number: int, item: str) -> str:
    mark = f"{number}. "
    return wrapped(item, first=mark, rest=" " * len(mark))


def _table(table: Table) -> str:
    """A row is a list of what its columns say: columns side by side break on a phone."""
    return "\n".join(
        [wrapped(f"{table.caption}:"), *(_row(table.columns, row) for row in table.rows)]
    )


def _row(columns: Sequence[str], cells: Sequence[str]) -> str:
    said = "; ".join(f"{name}: {cell}" for name, cell in zip(columns, cells, strict=True))
    return wrapped(said, first="- ", rest="  ")
