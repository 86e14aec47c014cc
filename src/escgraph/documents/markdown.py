"""A document as Markdown: CommonMark, and the tables of GitHub's dialect of it.

Every text is escaped where a reader of Markdown would take it for markup, and left alone where
not, so that the source reads well too.
"""

import re
from base64 import b64encode
from collections.abc import Sequence

from escgraph.documents.blocks import (
    Block,
    Bullets,
    Chart,
    Document,
    Heading,
    Paragraph,
    Quote,
    Steps,
    Table,
)
from escgraph.documents.visible import WEB_ADDRESS, original, visible

_MARKUP = re.compile(
    r"[\\`*\[\]<>|~$#]"
    r"|(?<![^\W_])_|_(?![^\W_])"  # inside a word an underscore is a letter: LEVEL_2
    r"|&(?=#?\w+;)"
    r"|:(?=//)|(?<=www)\."  # would become a link, and show its backslashes
)
_AT_START = re.compile(r"(\d*)([-+=.)])")
"""What makes a list, a heading or a line across the page of the line that begins with it."""

_MARGIN = re.compile(r"^\s+|\s+$")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])|<br>|&#(\d+);|<(https?:[^>]*)>")


def markdown(document: Document) -> str:
    """The whole text, ended by one line's end."""
    blocks = [f"# {inline(document.title)}", *(_block(block) for block in document.blocks)]
    return "\n\n".join(blocks) + "\n"


def inline(text: str) -> str:
    """A text in one line, ready for a cell of a table: it shows as it is."""
    if WEB_ADDRESS.fullmatch(text):
        return f"<{text}>"
    shown = _MARKUP.sub(lambda found: f"\\{found[0]}", visible(text))
    return "<br>".join(_margins_kept(line) for line in shown.split("\n"))


def read_inline(written: str) -> str:
    """The text that `inline` was given."""
    return original(_ESCAPED.sub(_meant, written))


def _meant(found: re.Match[str]) -> str:
    character, number, address = found.groups()
    if number is not None:
        return chr(int(number))
    return character or address or "\n"


def _margins_kept(line: str) -> str:
    return _MARGIN.sub(lambda found: "".join(f"&#{ord(space)};" for space in found[0]), line)


def _lines(text: str, *, indent: str = "") -> str:
    """A text that begins a line of the source, each line of it on one of its own."""
    lines = [inline(line) for line in text.strip("\n").split("\n")]
    return f"\\\n{indent}".join(_begun(line) for line in lines)


def _begun(line: str) -> str:
    found = _AT_START.match(line)
    return line if found is None else f"{found[1]}\\{line[found.end(1) :]}"


def _block(block: Block) -> str:  # noqa: PLR0911 - one for each kind
    match block:
        case Heading(level, text):
            return f"{'#' * level} {inline(text)}"
        case Paragraph(text):
            return _lines(text)
        case Quote(text):
            return "> " + _lines(text, indent="> ")
        case Bullets(items):
            return "\n".join(f"- {_lines(item, indent='  ')}" for item in items)
        case Steps(items):
            return "\n".join(_step(number, item) for number, item in enumerate(items, 1))
        case Table():
            return _table(block)
        case Chart(title, svg, description):
            words = inline(f"{title}: {description}".replace("\n", " "))
            return f"![{words}](data:image/svg+xml;base64,{b64encode(svg.encode()).decode()})"


def _step(number: int, item: str) -> str:
    mark = f"{number}. "
    return mark + _lines(item, indent=" " * len(mark))


def _table(table: Table) -> str:
    rules = ("---:" if column in table.numeric else "---" for column in table.columns)
    rows = [table.columns, *table.rows]
    header, *body = [_row([inline(cell) for cell in row]) for row in rows]
    return "\n".join([f"**{inline(table.caption)}**", "", header, _row(list(rules)), *body])


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
