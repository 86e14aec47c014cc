"""A document as one HTML page that needs nothing else: no script, no request, no other file.

It reads on paper, on a phone and in the dark, and its policy lets a browser fetch or run nothing.
"""

import re
from html import escape

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
from escgraph.documents.html_style import STYLE
from escgraph.documents.visible import WEB_ADDRESS, visible

_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
    "base-uri 'none'; form-action 'none'"
)
"""Styles stand in the page itself, and in the elements of a drawing."""

_PAGE = """\
<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>{title}</title>
<style>
{style}</style>
</head>
<body>
<main>
<h1>{heading}</h1>
{body}
</main>
</body>
</html>
"""

_TAG = re.compile(r"<[^>]*>")
_ID = re.compile(r'(?<= id=")|(?<=href="#)|(?<=url\(#)')


def html(document: Document) -> str:
    """The whole page."""
    blocks = [_block(block, number) for number, block in enumerate(document.blocks)]
    return _PAGE.format(
        language=escape(document.language),
        policy=escape(_POLICY, quote=False),
        title=escape(visible(document.title).replace("\n", " ")),
        style=STYLE,
        heading=_text(document.title),
        body="\n".join(blocks),
    )


def _text(text: str) -> str:
    """A text as it is, in its own direction, whatever stands around it."""
    if WEB_ADDRESS.fullmatch(text):
        return f'<a href="{escape(text)}">{escape(text)}</a>'
    return escape(visible(text)).replace("\n", "<br>")


def _block(block: Block, number: int) -> str:  # noqa: PLR0911 - one for each kind
    match block:
        case Heading(level, text):
            return f"<h{level}>{_text(text)}</h{level}>"
        case Paragraph(text):
            return f"<p>{_text(text)}</p>"
        case Quote(text):
            return f"<blockquote>{_text(text)}</blockquote>"
        case Bullets(items):
            return _list("ul", items)
        case Steps(items):
            return _list("ol", items)
        case Table():
            return _table(block)
        case Chart(_, svg, _):
            return f"<figure>{_with_own_ids(svg, f'b{number}-')}</figure>"


def _with_own_ids(svg: str, prefix: str) -> str:
    """The drawing, whose ids are then no other's on the page; its words stay."""
    return _TAG.sub(lambda tag: _ID.sub(prefix, tag[0]), svg)


def _list(tag: str, items: tuple[str, ...]) -> str:
    lines = "\n".join(f"<li>{_text(item)}</li>" for item in items)
    return f"<{tag}>\n{lines}\n</{tag}>"


def _table(table: Table) -> str:
    sides = [' class="number"' if column in table.numeric else "" for column in table.columns]
    columns = zip(sides, table.columns, strict=True)
    header = "".join(f'<th scope="col"{side}>{_text(text)}</th>' for side, text in columns)
    rows = "".join(f"<tr>{_cells(row, sides)}</tr>\n" for row in table.rows)
    return (
        f'<div class="table" tabindex="0" role="region" aria-label="{escape(table.caption)}">\n'
        f"<table>\n<caption>{_text(table.caption)}</caption>\n"
        f"<thead><tr>{header}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n</div>"
    )


def _cells(row: tuple[str, ...], sides: list[str]) -> str:
    cells = zip(sides, row, strict=True)
    return "".join(f'<td{side} dir="auto">{_text(text)}</td>' for side, text in cells)
