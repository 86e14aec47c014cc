"""The page behind a link of a message: one question, one button, on a phone at night.

It needs no script, loads nothing, and can be read aloud: each fact has its name, the button says
what it does to what, and what came of it is announced. The form has no address of its own, so the
page, which may be kept or printed, does not hold the link.
"""

from base64 import b64encode
from hashlib import sha256
from html import escape

from escgraph.api.link_told import Told
from escgraph.documents.visible import visible
from escgraph.domain.texts import called

STYLE = """\
:root { color-scheme: light dark; --ink: #1b1b1b; --soft: #595959; --rule: #c4c4c4;
  --paper: #fff; --press: #0a4a8f; --pressed: #fff; --urgent: #a50e0e; }
@media (prefers-color-scheme: dark) { :root { --ink: #e9e9e9; --soft: #b0b0b0; --rule: #555;
  --paper: #181818; --press: #8ab8f0; --pressed: #10181f; --urgent: #ff9d93; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 1.0625rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
main { max-width: 34rem; margin: 0 auto; padding: 1.5rem 1rem 3rem; }
h1 { font-size: 1.45rem; line-height: 1.25; margin: 0 0 1rem; overflow-wrap: anywhere; }
p { overflow-wrap: anywhere; margin: .8rem 0; }
.name { color: var(--soft); margin: 0 0 .2rem; }
.urgent { color: var(--urgent); font-weight: 700; }
.told { font-weight: 600; }
.soft { color: var(--soft); font-size: .95rem; }
dl { margin: 1.2rem 0; border-top: 1px solid var(--rule); }
dl div { display: flex; flex-wrap: wrap; gap: .1rem 1rem; padding: .5rem 0;
  border-bottom: 1px solid var(--rule); }
dt { color: var(--soft); flex: 0 0 7.5rem; }
dd { margin: 0; flex: 1 1 10rem; overflow-wrap: anywhere; }
button { width: 100%; min-height: 3.25rem; padding: .7rem 1rem; font: inherit; font-weight: 600;
  color: var(--pressed); background: var(--press); border: 2px solid transparent;
  border-radius: .5rem; cursor: pointer; }
button:focus-visible { outline: 3px solid var(--ink); outline-offset: 3px; }
@media (forced-colors: active) { button { border-color: ButtonText; } }
@media print { form { display: none; } }
"""

_HASH = b64encode(sha256(STYLE.encode()).digest()).decode()

POLICY = (
    f"default-src 'none'; style-src 'sha256-{_HASH}'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
"""A browser runs nothing, fetches nothing, applies just our style, and shows it in no frame."""

_PAGE = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex, nofollow">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<main>
{body}
</main>
</body>
</html>
"""

_FORM = """\
<form method="post">
<button type="submit">{button}</button>
</form>
<p class="soft">Nothing happens until you press it. It is done in your name; if you are somebody
else, close this page and act on the ticket in escgraph.</p>"""


def page(told: Told) -> str:
    """The whole page."""
    parts = (_heading(told), _facts(told), _FORM.format(button=_text(told.button)))
    body = "\n".join(parts if told.button else parts[:2])
    title = told.button or (called(told.ticket.number) if told.ticket else "This link")
    return _PAGE.format(title=f"{_text(title)} - escgraph", style=STYLE, body=body)


def _heading(told: Told) -> str:
    """The ticket by its number and title, and under it what is asked or came of it."""
    said = f'<p class="told" role="status">{_text(told.message)}</p>'
    if told.ticket is None:
        return f"<h1>This link does nothing</h1>\n{said}"
    indicator = _text(told.ticket.indicator)
    urgent = f'<span class="urgent">{indicator}</span> ' if indicator else ""
    number = f'<p class="name">{urgent}{called(told.ticket.number)}</p>'
    return f'{number}\n<h1 dir="auto">{_text(told.ticket.title)}</h1>\n{said}'


def _facts(told: Told) -> str:
    rows = (
        f'<div><dt>{_text(name)}</dt><dd dir="auto">{_text(said)}</dd></div>\n'
        for name, said in told.facts
    )
    return f"<dl>\n{''.join(rows)}</dl>" if told.facts else ""


def _text(text: str) -> str:
    """What somebody wrote, as it is: markup in it is text, and what cannot be seen is shown."""
    return escape(visible(text).replace("\n", " "))
