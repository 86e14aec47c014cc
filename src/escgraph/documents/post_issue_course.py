"""How a ticket went, from entry to entry: holds, priorities, reopenings, its end, its timeline."""

from collections.abc import Sequence

from escgraph.documents.blocks import Block, Heading, Paragraph, Table
from escgraph.documents.report_words import NOTHING, moment, number
from escgraph.documents.timeline_words import NOBODY, Name, cut, plain, row
from escgraph.domain.event import Event
from escgraph.domain.events import PriorityChanged, TicketReopened, TicketResolved
from escgraph.domain.review_facts import Facts
from escgraph.domain.terms import PersonId
from escgraph.domain.ticket import Pause

MOST_ENTRIES = 200
"""So many entries of the timeline are shown, the first ones."""


def resolution_blocks(
    facts: Facts, timeline: Sequence[Event], *, zone: str, name: Name
) -> list[Block]:
    """How the issue ended, in the words of whoever resolved it."""
    resolved = [event for event in timeline if isinstance(event, TicketResolved)]
    if facts.resolved_at is None or not resolved:
        return [Paragraph("It is not resolved.")]
    last = resolved[-1]
    by = NOBODY if last.by is None else f"by {name(last.by)}"
    how = f"Resolved {by} on {moment(last.at, zone)}, as {plain(last.code)}."
    cause = [Paragraph(f"The root cause: {last.root_cause}")] if last.root_cause else []
    return [Paragraph(last.summary), *cause, Paragraph(how)]


def turns(facts: Facts, timeline: Sequence[Event], *, zone: str, name: Name) -> list[Block]:
    """What changed its course, under a heading each; nothing of what there was none of."""
    reopened = [event for event in timeline if isinstance(event, TicketReopened)]
    blocks: list[Block] = []
    if facts.holds:
        blocks += [Heading(2, "Holds"), _holds(facts.holds, zone=zone, name=name)]
    if facts.priority_changes:
        changes = _priorities(facts.priority_changes, zone=zone, name=name)
        blocks += [Heading(2, "Priority changes"), changes]
    if reopened:
        blocks += [Heading(2, "Reopenings"), _reopenings(reopened, zone=zone, name=name)]
    return blocks


def timeline_blocks(timeline: Sequence[Event], *, zone: str, name: Name) -> list[Block]:
    """What happened, entry by entry, and how many entries are left out."""
    rows = tuple(row(event, zone=zone, name=name) for event in timeline[:MOST_ENTRIES])
    table = Table("Timeline", ("When", "What", "Who"), rows)
    rest = len(timeline) - len(rows)
    if not rest:
        return [table]
    left_out = f"{number(rest)} more {'entry is' if rest == 1 else 'entries are'}"
    return [table, Paragraph(f"{left_out} in the timeline of the ticket.")]


def _holds(holds: Sequence[Pause], *, zone: str, name: Name) -> Table:
    rows = tuple(
        (
            moment(one.started_at, zone),
            NOTHING if one.ended_at is None else moment(one.ended_at, zone),
            NOTHING if one.reason is None else plain(one.reason),
            cut(one.note) or NOTHING,
            _who(one.by, name),
            _who(one.approved_by, name),
        )
        for one in holds
    )
    return Table("Holds", ("From", "Until", "Why", "Note", "By", "Approved by"), rows)


def _priorities(changes: Sequence[PriorityChanged], *, zone: str, name: Name) -> Table:
    rows = tuple(
        (
            moment(one.at, zone),
            f"{one.from_priority} to {one.to_priority}",
            cut(one.reason) or NOTHING,
            _who(one.by, name),
        )
        for one in changes
    )
    return Table("Priority changes", ("When", "Priority", "Why", "Who"), rows)


def _reopenings(reopened: Sequence[TicketReopened], *, zone: str, name: Name) -> Table:
    rows = tuple(
        (moment(one.at, zone), str(one.number), cut(one.reason) or NOTHING, _who(one.by, name))
        for one in reopened
    )
    return Table("Reopenings", ("When", "Number", "Why", "Who"), rows)


def _who(person_id: PersonId | None, name: Name) -> str:
    return NOTHING if person_id is None else name(person_id)
