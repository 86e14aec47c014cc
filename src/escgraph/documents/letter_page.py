"""What a letter shows, before it is text or a page: a first line, and parts with their buttons."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from escgraph.documents.blocks import Block
from escgraph.documents.plain import plain, wrapped


class Button(NamedTuple):
    """An address under a name; one that is `primary` stands out."""

    label: str
    url: str
    primary: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """One ticket's part of a letter: in this order, `links` being less than buttons."""

    head: tuple[Block, ...] = ()
    buttons: tuple[Button, ...] = ()
    blocks: tuple[Block, ...] = ()
    links: tuple[Button, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """`title` and `headline` are one line each, with everything in them to be seen.

    `footer` says why somebody gets it, and as of when it is true.
    """

    title: str
    headline: str
    parts: tuple[Part, ...]
    footer: str
    urgent: bool


def page_text(page: Page) -> str:
    """The whole as plain text: the headline in one line, whatever its length."""
    return "\n\n".join([page.headline, *_parts(page), "-- \n" + wrapped(page.footer)]) + "\n"


def _parts(page: Page) -> Iterator[str]:
    for part in page.parts:
        if part.head:
            yield plain(part.head).rstrip("\n")
        if part.buttons:
            yield "\n".join(f"{button.label}: {button.url}" for button in part.buttons)
        if part.blocks:
            yield plain(part.blocks).rstrip("\n")
        if part.links:
            yield "\n".join(f"{link.label}: {link.url}" for link in part.links)
