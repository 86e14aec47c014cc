"""What a document is made of, whatever it is written as: plain texts, tables and charts.

Texts are plain: what a person wrote stands in the document as they wrote it, markup and all. A
line's end in a text is shown as one. A text that is nothing but a web address becomes a link.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Heading:
    """The name of a section. Level 1 is the title of the document, so sections begin at 2."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    text: str


@dataclass(frozen=True, slots=True)
class Quote:
    """What somebody wrote, set apart from what this program says, so that none passes for it."""

    text: str


@dataclass(frozen=True, slots=True)
class Bullets:
    """Things in no order."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Steps:
    """Things one after the other, numbered from 1."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Each row has a cell for each column; the columns in `numeric` are set to the right."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        for row in self.rows:
            if len(row) != len(self.columns):
                raise ValueError(
                    f'a row of the table "{self.caption}" has {len(row)} cells '
                    f"for {len(self.columns)} columns; fill each"
                )


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing; `description` says in words what it shows, for those who do not see it."""

    title: str
    svg: str
    description: str


Block = Heading | Paragraph | Quote | Bullets | Steps | Table | Chart


@dataclass(frozen=True, slots=True)
class Document:
    """`language` is that of its texts, as in "en"."""

    title: str
    blocks: tuple[Block, ...]
    language: str = "en"
