"""The report of a post-issue review (D3): what happened to the ticket, what was learned of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from escgraph.documents.blocks import Block, Bullets, Document, Heading, Paragraph, Table
from escgraph.documents.post_issue_course import resolution_blocks, timeline_blocks, turns
from escgraph.documents.quarterly_report import Outcome, sections
from escgraph.documents.report_words import NOTHING, civil, day, last_day, many, moment, short
from escgraph.documents.sop_words import listed
from escgraph.domain.event import Event
from escgraph.domain.review import Review
from escgraph.domain.review_facts import Breach, Climb, Facts
from escgraph.domain.terms import PersonId
from escgraph.domain.texts import called
from escgraph.domain.ticket import Ticket


@dataclass(frozen=True, slots=True)
class PostIssueBrief:
    """What the report is made of.

    `timeline` reaches as far as the facts; `names` are those of everybody who stands in it.
    """

    review: Review
    ticket: Ticket
    facts: Facts
    timeline: tuple[Event, ...]
    names: Mapping[PersonId, str]
    zone: str
    outcomes: tuple[Outcome, ...]


def post_issue_report(brief: PostIssueBrief) -> Document:
    """The whole report."""
    facts, zone, timeline = brief.facts, brief.zone, brief.timeline
    name = partial(_name, brief)
    blocks: list[Block] = [
        Paragraph(_standing(brief)),
        Heading(2, "What happened"),
        Bullets(tuple(_happened(brief))),
        Heading(2, "How it was resolved"),
        *resolution_blocks(facts, timeline, zone=zone, name=name),
        Heading(2, "What was learned"),
        *sections(brief.review),
        Heading(2, "Actions"),
        _actions(brief),
        Heading(2, "Deadlines that passed unmet"),
        _breaches(facts.breaches, zone),
        Heading(2, "Escalations"),
        _climbs(facts.climbs, zone),
        *turns(facts, timeline, zone=zone, name=name),
        Heading(2, "Timeline"),
        *timeline_blocks(timeline, zone=zone, name=name),
    ]
    for one in brief.outcomes:
        blocks += [Paragraph(one.said), *((Bullets(one.changes),) if one.changes else ())]
    return Document(f"Post-issue review of {called(brief.ticket.number)}", tuple(blocks))


def _standing(brief: PostIssueBrief) -> str:
    review, zone = brief.review, brief.zone
    if review.completed_at is None:
        late = " It is overdue." if review.overdue else ""
        due = last_day(review.due_at, zone)
        return f"{brief.ticket.title}\nOpen; to be completed by the end of {due}.{late}"
    by = brief.names.get(review.completed_by, "") if review.completed_by else ""
    return f"{brief.ticket.title}\nCompleted by {by} on {day(review.completed_at, zone)}."


def _happened(brief: PostIssueBrief) -> Iterator[str]:
    facts, zone = brief.facts, brief.zone
    yield f"Opened on {moment(facts.opened_at, zone)}, owned by {_name(brief, facts.owner)}."
    if facts.acknowledged_at is not None:
        answered = short(facts.acknowledged_at - facts.clock_started_at)
        yield f"First response after {answered}."
    if facts.resolved_at is not None:
        took = short(facts.resolved_at - facts.clock_started_at)
        yield f"Resolved on {moment(facts.resolved_at, zone)}, after {took}."
    spent = [f"{short(time)} at {tier}" for tier, time in facts.at_tier.items() if time]
    if spent:
        yield f"Where the time went: {listed(spent)}."
    yield (
        f"{many(len(facts.breaches), 'deadline')} passed unmet; "
        f"{many(len(facts.climbs), 'escalation')}."
    )
    if facts.missing:
        yield f"Its packages lacked {listed(facts.missing)}."
    yield f"Who was there: {listed([_name(brief, one) for one in facts.people])}."


def _actions(brief: PostIssueBrief) -> Block:
    if not brief.review.actions:
        return Paragraph("This review wants nothing done.")
    rows = tuple(
        (
            one.description,
            NOTHING if one.owner is None else _name(brief, one.owner),
            NOTHING if one.due_on is None else civil(one.due_on),
            one.state.lower() + (f": {one.outcome}" if one.outcome else ""),
        )
        for one in brief.review.actions
    )
    return Table("What this review wants done", ("What", "Who", "Due", "State"), rows)


def _breaches(breaches: tuple[Breach, ...], zone: str) -> Block:
    if not breaches:
        return Paragraph("None did.")
    rows = tuple(
        (
            one.kind,
            moment(one.due_at, zone),
            short(one.late_by),
            NOTHING if one.answered_after is None else short(one.answered_after),
        )
        for one in breaches
    )
    columns = ("Deadline", "Due", "Fired after", "Answered after")
    return Table("Deadlines that passed unmet", columns, rows)


def _climbs(climbs: tuple[Climb, ...], zone: str) -> Block:
    if not climbs:
        return Paragraph("It was never escalated.")
    rows = tuple(
        (
            moment(one.fired_at, zone),
            f"{one.from_tier} to {one.to_tier}",
            one.trigger.lower(),
            ", ".join(one.missing) or "nothing",
        )
        for one in climbs
    )
    return Table("Escalations", ("When", "Where", "By", "Its package lacked"), rows)


def _name(brief: PostIssueBrief, person_id: PersonId) -> str:
    return brief.names.get(person_id, "somebody unknown")
