"""One notice as a whole: its subject, its first line, and the document below it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from escgraph.documents.blocks import Block, Bullets, Heading, Paragraph, Quote
from escgraph.documents.notice_brief import Brief
from escgraph.documents.notice_facts import facts, title
from escgraph.documents.notice_group import Group
from escgraph.documents.notice_happened import own_words, shortened
from escgraph.documents.notice_sections import (
    TEXT_FIRST,
    footer,
    sections,
    steps,
    ticket_line,
)
from escgraph.documents.notice_words import SAID
from escgraph.documents.report_words import many
from escgraph.documents.visible import visible
from escgraph.domain.events import StakeholderUpdatePosted

HEADLINE_LENGTH = 300
"""Characters of a first line: what a phone shows."""


@dataclass(frozen=True, slots=True)
class NoticeText:
    """`blocks` follow the headline; it and the subject are one line each, with all to be seen."""

    subject: str
    headline: str
    blocks: tuple[Block, ...]
    footer: str


def notice_text(brief: Brief) -> NoticeText:
    """The notice in words."""
    first, *more = _beginning(brief)
    return NoticeText(
        subject=visible(subject(brief)),
        headline=visible(first),
        blocks=(*(Quote(text) for text in more), *_named(brief), *sections(brief)),
        footer=footer(brief),
    )


def group_text(group: Group) -> NoticeText:
    """The notice that counts, and below it what else there is to tell of the ticket."""
    words = notice_text(group.main)
    also = list(_also(group))
    if not also:
        return words
    return replace(words, blocks=(*words.blocks, Heading(2, "Also"), *also))


def _also(group: Group) -> Iterator[Block]:
    if group.earlier:
        yield Paragraph(f"{many(group.earlier, 'earlier notice')} left out here.")
    for brief in group.others:
        yield Bullets((f"{sentence(untitled(brief))}.",))
        yield from (Quote(shortened(text)) for text in map(own_words, brief.events) if text)


def subject(brief: Brief) -> str:
    """One line: the policy's indicator first where urgent (C4), the ticket, what, its title."""
    said = SAID[brief.kind]
    phrase = (said.calm_subject if brief.outside else said.subject).format_map(facts(brief))
    state = brief.state
    if state is None:
        of = "" if brief.review is None else f": {facts(brief)['review']}"
        return title(f"{phrase[:1].upper()}{phrase[1:]}{of}")
    told = f"{ticket_line(brief)} {phrase}"
    return f"{told}: {title(state.title)}" if state.title else told


def headline(brief: Brief) -> str:
    """A sentence that stands alone: what happened, and the first thing to do."""
    wanted = steps(brief)
    return f"{sentence(brief)}; {wanted[0]}." if wanted else f"{sentence(brief)}."


def untitled(brief: Brief) -> Brief:
    """The same for where the title has been told."""
    state = brief.state
    return brief if state is None else replace(brief, state=replace(state, title=""))


def sentence(brief: Brief) -> str:
    """What happened, without a stop."""
    said = SAID[brief.kind]
    told = (said.calm_sentence if brief.outside else said.sentence).format_map(facts(brief))
    return told[:1].upper() + told[1:]


def _beginning(brief: Brief) -> tuple[str, ...]:
    """The first line, and what an update says below it: the whole where that line was cut."""
    text = _update(brief)
    if brief.kind not in TEXT_FIRST or not text:
        return (headline(brief),)
    first, _, rest = text.partition("\n")
    below = rest.strip("\n") if len(first) <= HEADLINE_LENGTH else text
    return (title(first, longest=HEADLINE_LENGTH), *([shortened(below)] if below.strip() else []))


def _named(brief: Brief) -> Iterator[Block]:
    """An update says of itself neither what it is about nor whose it is."""
    if brief.kind in TEXT_FIRST and brief.outside:
        yield Paragraph(f"{sentence(brief)}.")


def _update(brief: Brief) -> str:
    posted = [event for event in brief.events if isinstance(event, StakeholderUpdatePosted)]
    return own_words(posted[-1]) if posted else ""
