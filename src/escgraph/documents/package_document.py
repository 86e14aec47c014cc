"""The documentation that travels with an escalation, as a document: plain about its gaps (C3)."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from escgraph.documents.blocks import Block, Bullets, Document, Heading, Paragraph, Quote, Table
from escgraph.documents.package_brief import PackageBrief
from escgraph.documents.package_deadlines import deadline_blocks
from escgraph.documents.package_ticket import ticket_rows
from escgraph.documents.report_words import NOTHING, moment, number, short
from escgraph.documents.sop_words import listed
from escgraph.documents.timeline_words import NOBODY, WORDS, plain
from escgraph.domain.event import Event
from escgraph.domain.events import TicketResolved
from escgraph.domain.package import NONE_RECORDED
from escgraph.domain.terms import PersonId
from escgraph.domain.texts import called

_NOT_LATE = timedelta(0)

LEFT_OUT = (
    "This holds what may be shown to you. What those who work on the ticket write to each other, "
    "such as notes, actions tried and reasons, is left out."
)


def package_document(brief: PackageBrief) -> Document:
    """The whole package; what there is none of is said."""
    ticket, event = called(brief.package.ticket.number), brief.event
    sections: tuple[tuple[str, list[Block]], ...] = (
        ("What is missing", [Paragraph(missing(brief))]),
        ("The escalation", [Table("What moved it", ("Fact", "Value"), tuple(_moved(brief)))]),
        ("The issue", [Quote(brief.package.ticket.description)]),
        ("What was tried", _tried(brief)),
        ("The ticket just before", [Table("Its fields", ("Field", "Value"), ticket_rows(brief))]),
        ("How each deadline came about", deadline_blocks(brief)),
        ("Priority changes", _entries(brief, brief.package.priority_changes)),
        ("Tier changes", _entries(brief, brief.package.tier_changes)),
        ("Pauses", _pauses(brief)),
        ("Links", _links(brief)),
        ("Duplicates", _entries(brief, brief.package.duplicates)),
        ("People", [Bullets(tuple(brief.name(one) for one in brief.package.people))]),
        ("Timeline", _entries(brief, brief.package.timeline)),
    )
    blocks = [block for name, part in sections for block in (Heading(2, name), *part)]
    note = [Paragraph(said) for said in _notes(brief)]
    title = f"Package of {ticket}: escalated from {event.from_tier} to {event.to_tier}"
    return Document(title, (*note, *blocks))


def _notes(brief: PackageBrief) -> Iterator[str]:
    """By which clock it is told, and what it is not."""
    yield f"All times are in {brief.zone}."
    if not brief.whole:
        yield LEFT_OUT
    if brief.left_out:
        entries = "entry is" if brief.left_out == 1 else "entries are"
        yield (
            f"Cut to keep it small: the first {number(brief.left_out)} {entries} left out of the "
            "timeline and of what was tried. escgraph has the whole."
        )


def missing(brief: PackageBrief) -> str:
    """What the SOP wants and nobody wrote."""
    if not brief.whole:
        return "What is missing is for those who work on it."
    lacks = brief.package.missing
    return f"Missing: {listed(lacks)}." if lacks else "Nothing is missing."


def _moved(brief: PackageBrief) -> Iterator[tuple[str, str]]:
    event, zone = brief.event, brief.zone
    yield "From", event.from_tier
    yield "To", event.to_tier
    yield "Trigger", plain(event.trigger)
    yield "Deadline", NOTHING if event.kind is None else event.kind
    yield "Due", moment(event.due_at, zone)
    yield "Fired", moment(event.at, zone)
    yield "Late by", short(max(event.at - event.due_at, _NOT_LATE))
    yield "Caught up", "yes" if event.catch_up else "no"
    yield "By", NOBODY if event.by is None else brief.name(event.by)
    yield "Reason", NOTHING if event.reason is None else plain(event.reason)
    yield "Comment", event.comment or NOTHING
    yield "Responsible before", _all(brief, brief.responsible_from)
    yield "Responsible from now on", _all(brief, brief.responsible_to)
    if event.no_recipient:
        yield "Told in their place", _all(brief, brief.told)


def _tried(brief: PackageBrief) -> list[Block]:
    if not brief.whole:
        return [Paragraph("Not shown to you.")]
    if not brief.package.actions:
        return [Paragraph(f"{NONE_RECORDED}.")]
    rows = tuple(
        (moment(one.at, brief.zone), one.text, brief.name(one.by)) for one in brief.package.actions
    )
    return [Table("Troubleshooting actions", ("When", "What", "Who"), rows)]


def _entries(brief: PackageBrief, events: Sequence[Event]) -> list[Block]:
    """Each with the whole of what was written."""
    if not events:
        return [Paragraph("None.")]
    rows = tuple(
        (
            moment(event.at, brief.zone),
            _said(event, brief),
            NOBODY if event.by is None else brief.name(event.by),
        )
        for event in events
    )
    return [Table("Entries", ("When", "What", "Who"), rows)]


def _said(event: Event, brief: PackageBrief) -> str:
    words = WORDS[type(event)](event, brief.name)
    if isinstance(event, TicketResolved) and event.root_cause:
        return f"{words}\nRoot cause: {event.root_cause}"
    return words


def _pauses(brief: PackageBrief) -> list[Block]:
    if not brief.package.pauses:
        return [Paragraph("None.")]
    rows = tuple(
        (
            moment(pause.started_at, brief.zone),
            "lasts" if pause.ended_at is None else moment(pause.ended_at, brief.zone),
            NOTHING if pause.cap_at is None else moment(pause.cap_at, brief.zone),
            "resolved" if pause.reason is None else plain(pause.reason),
            pause.note or NOTHING,
            NOTHING if pause.by is None else brief.name(pause.by),
            NOTHING if pause.approved_by is None else brief.name(pause.approved_by),
        )
        for pause in brief.package.pauses
    )
    columns = ("From", "Until", "At the latest", "Why", "Note", "By", "Approved by")
    return [Table("When the rungs stood still", columns, rows)]


def _links(brief: PackageBrief) -> list[Block]:
    if not brief.package.links:
        return [Paragraph("None.")]
    rows = tuple(
        (one.title or NOTHING, one.url, one.media_type or NOTHING, one.checksum or NOTHING)
        for one in brief.package.links
    )
    return [Table("Files and pages elsewhere", ("Title", "Address", "Type", "Checksum"), rows)]


def _all(brief: PackageBrief, people: Sequence[PersonId]) -> str:
    return listed([brief.name(one) for one in people]) if people else "nobody"
