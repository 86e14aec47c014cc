"""Many notices in one letter: a part for each ticket, the most urgent first (calm)."""

from collections.abc import Iterator
from dataclasses import dataclass

from escgraph.documents.blocks import Block, Bullets, Heading, Paragraph, Quote
from escgraph.documents.notice_brief import Brief
from escgraph.documents.notice_facts import title
from escgraph.documents.notice_group import Group
from escgraph.documents.notice_happened import shortened
from escgraph.documents.notice_moments import stamp
from escgraph.documents.notice_sections import by_when, indicator, ticket_line
from escgraph.documents.notice_text import headline, sentence, untitled
from escgraph.documents.report_words import many
from escgraph.documents.sop_words import listed
from escgraph.documents.visible import visible

DESCRIPTION_LENGTH = 300
"""Characters of what one of many issues is."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """`notices` and `tickets` count all of them, also those that are left out; `high` of those."""

    groups: tuple[Group, ...]
    notices: int
    tickets: int
    high: int
    digest: bool

    @property
    def left_out(self) -> int:
        return self.tickets - len(self.groups)


def bundle_subject(bundle: Bundle) -> str:
    """The indicator first where anything in it is urgent (C4)."""
    count = f"{_counted(bundle)}{_of_them_high(bundle)}"
    what = f"Digest: {count}" if bundle.digest else count
    marks = (indicator(group.main) for group in bundle.groups)
    return visible(" ".join(filter(None, (next(filter(None, marks), ""), what))))


def bundle_headline(bundle: Bundle) -> str:
    """How much it is, and what comes first."""
    first = headline(bundle.groups[0].main)
    return visible(f"{_counted(bundle)}{_of_them_high(bundle)}. First: {first}")


def group_head(group: Group) -> tuple[Block, ...]:
    """What the ticket is called."""
    brief = group.main
    state = brief.state
    if state is None:
        return (Heading(3, headline(brief)),)
    named = f": {title(state.title)}" if state.title else ""
    return (Heading(3, f"{ticket_line(brief)}{named}"),)


def group_blocks(group: Group) -> tuple[Block, ...]:
    """What happened, what to do, by when, and whose it is."""
    brief = group.main
    if brief.state is None:
        return ()
    lines = tuple(f"{sentence(untitled(one))}." for one in group.others)
    owner = "" if brief.outside else f"Owner: {title(brief.name(brief.state.owner))}."
    last = " ".join(filter(None, (by_when(brief), owner)))
    return (
        Paragraph(headline(untitled(brief))),
        *([Bullets(lines)] if lines else []),
        *([Paragraph(last)] if last else []),
        *_documented(brief),
    )


def _documented(brief: Brief) -> Iterator[Block]:
    """Of an escalation: what it is about, and what its package lacks (C3)."""
    package = brief.package
    if package is None:
        return
    if package.description:
        yield Quote(shortened(package.description, longest=DESCRIPTION_LENGTH))
    if package.whole and package.missing:
        yield Paragraph(f"Missing: {listed(package.missing)}.")


def left_out(bundle: Bundle) -> tuple[Block, ...]:
    """How many tickets are not shown, the least urgent ones."""
    count = bundle.left_out
    if not count:
        return ()
    more = "1 more ticket is" if count == 1 else f"{count:,} more tickets are"
    return (Paragraph(f"{more} left out here, the least urgent ones; see them in escgraph."),)


def bundle_footer(first: Brief) -> str:
    return f"Put together so that you get one message. As of {stamp(first.at, first.zone)}."


def _counted(bundle: Bundle) -> str:
    notices = many(bundle.notices, "notice")
    if any(group.main.state is None for group in bundle.groups):
        return notices
    return f"{notices} about {many(bundle.tickets, 'ticket')}"


def _of_them_high(bundle: Bundle) -> str:
    return f", {bundle.high:,} of them HIGH" if bundle.high else ""
