"""A letter as a page that mail programs show: tables, styles in each element, nothing from outside.

Mail programs take out scripts and most of a style sheet; so each element carries its own style for
paper and daylight, and the sheet only says what changes in the dark. No picture, no font, no other
file is asked for, so that opening a letter tells nobody.
"""

from collections.abc import Sequence
from html import escape

from escgraph.documents.blocks import Block, Bullets, Chart, Heading, Paragraph, Quote, Steps, Table
from escgraph.documents.letter_page import Button, Page, Part
from escgraph.documents.visible import visible

_FONT = "font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"
_INK = "color:#1b1b1b"
_BREAK = "overflow-wrap:anywhere;word-break:break-word"

_PAGE = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<meta name="referrer" content="no-referrer">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; supported-color-schemes: light dark; }}
@media (prefers-color-scheme: dark) {{
  .paper {{ background: #181818 !important; }}
  .ink {{ color: #e9e9e9 !important; }}
  .soft {{ color: #b0b0b0 !important; }}
  .quote {{ border-color: #666 !important; color: #d6d6d6 !important; }}
  .rule {{ border-color: #555 !important; }}
  .urgent {{ border-color: #ff8a80 !important; }}
  .button {{ background: #262626 !important; border-color: #8ab8f0 !important; }}
  .button a {{ color: #8ab8f0 !important; }}
  a.link {{ color: #8ab8f0 !important; }}
  .primary {{ background: #8ab8f0 !important; border-color: #8ab8f0 !important; }}
  .primary a {{ color: #101010 !important; }}
}}
</style>
</head>
<body class="paper" style="margin:0;padding:0;background:#ffffff">
<table role="presentation" class="paper" width="100%" cellpadding="0" cellspacing="0" border="0" \
style="background:#ffffff">
<tr><td align="center" style="padding:16px 12px 32px">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" \
style="max-width:600px">
<tr><td class="ink" dir="auto" style="{font};{ink};font-size:16px;line-height:1.5;{wrap};\
text-align:start">
{body}
</td></tr>
</table>
</td></tr>
</table>
</body>
</html>
"""


def mail_html(page: Page) -> str:
    """The whole letter; buttons stand first, where a thumb finds them."""
    parts = (
        _headline(page.headline, urgent=page.urgent),
        *(_part(part) for part in page.parts),
        _footer(page.footer),
    )
    return _PAGE.format(
        title=escape(page.title),
        font=_FONT,
        ink=_INK,
        wrap=_BREAK,
        body="\n".join(part for part in parts if part),
    )


def _part(part: Part) -> str:
    return "\n".join(
        [
            *(_block(block) for block in part.head),
            *(_button(button) for button in part.buttons),
            *(_block(block) for block in part.blocks),
            *(_link(link) for link in part.links),
        ]
    )


def _headline(text: str, *, urgent: bool) -> str:
    bar = "border-left:5px solid #b3261e;padding-left:12px;" if urgent else ""
    mark = ' class="urgent"' if urgent else ""
    size = "font-size:19px;line-height:1.35;font-weight:600;margin:0 0 16px"
    return f'<p dir="auto"{mark} style="{bar}{size}">{escape(text)}</p>'


def _button(button: Button) -> str:
    """A table, since some mail programs know no other way to paint behind a link."""
    back, front = ("#0a4a8f", "#ffffff") if button.primary else ("#ffffff", "#0a4a8f")
    mark = "button primary" if button.primary else "button"
    return (
        '<table role="presentation" cellpadding="0" cellspacing="0" border="0" '
        'style="margin:0 0 10px"><tr>'
        f'<td class="{mark}" bgcolor="{back}" style="background:{back};border:2px solid #0a4a8f;'
        f'border-radius:6px"><a href="{escape(button.url)}" '
        f'style="display:inline-block;padding:10px 18px;{_FONT};font-size:16px;font-weight:600;'
        f'color:{front};text-decoration:none">{escape(visible(button.label))}</a></td></tr></table>'
    )


def _link(link: Button) -> str:
    style = "color:#0a4a8f;text-decoration:underline"
    return (
        f'<p style="margin:0 0 6px"><a class="link" href="{escape(link.url)}" style="{style}">'
        f"{escape(visible(link.label))}</a></p>"
    )


def _footer(text: str) -> str:
    style = (
        "font-size:13px;color:#595959;border-top:1px solid #c4c4c4;margin:28px 0 0;padding:8px 0 0"
    )
    return f'<p class="soft rule" style="{style}">{_text(text)}</p>'


def _text(text: str) -> str:
    return escape(visible(text)).replace("\n", "<br>")


def _block(block: Block) -> str:  # noqa: PLR0911 - one for each kind
    match block:
        case Heading(_, text):
            size = "font-size:16px;font-weight:700;margin:22px 0 6px"
            return f'<h2 style="{size}">{_text(text)}</h2>'
        case Paragraph(text):
            return f'<p dir="auto" style="margin:0 0 10px">{_text(text)}</p>'
        case Quote(text):
            style = (
                "margin:4px 0 12px;padding:2px 0 2px 12px;border-left:3px solid #b5b5b5;color:#333"
            )
            return (
                f'<blockquote class="quote" dir="auto" style="{style}">{_text(text)}</blockquote>'
            )
        case Bullets(items):
            return _list("ul", items)
        case Steps(items):
            return _list("ol", items)
        case Table():
            return _table(block)
        case Chart(title, _, description):
            return f'<p dir="auto" style="margin:0 0 10px">{_text(f"{title}: {description}")}</p>'


def _list(tag: str, items: Sequence[str]) -> str:
    lines = "\n".join(f'<li dir="auto" style="margin:0 0 4px">{_text(item)}</li>' for item in items)
    return f'<{tag} style="margin:0 0 12px;padding-left:24px">\n{lines}\n</{tag}>'


def _table(table: Table) -> str:
    cell = "border:1px solid #c4c4c4;padding:4px 8px;text-align:start;vertical-align:top"
    head = "".join(
        f'<th class="rule" scope="col" style="{cell}">{_text(name)}</th>' for name in table.columns
    )
    rows = "\n".join(f"<tr>{_cells(row, cell)}</tr>" for row in table.rows)
    return (
        '<table cellpadding="0" cellspacing="0" style="border-collapse:collapse;font-size:14px;'
        f'margin:0 0 12px"><caption style="text-align:start">{_text(table.caption)}</caption>\n'
        f"<tr>{head}</tr>\n{rows}\n</table>"
    )


def _cells(row: Sequence[str], style: str) -> str:
    return "".join(
        f'<td class="rule" dir="auto" style="{style}">{_text(text)}</td>' for text in row
    )
