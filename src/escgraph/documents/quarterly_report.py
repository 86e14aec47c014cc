"""The report of a quarterly review: what happened and what to decide first, then all of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from escgraph.documents.blocks import Block, Bullets, Document, Heading, Paragraph, Steps, Table
from escgraph.documents.quarterly_charts import clocks, shares_chart, subject, weeks_chart
from escgraph.documents.quarterly_tables import (
    actions_table,
    figures_table,
    gaps_table,
    recurring_blocks,
)
from escgraph.documents.report_words import (
    change,
    day,
    last_day,
    many,
    number,
    percent,
    points,
    tickets,
)
from escgraph.documents.sop_words import listed
from escgraph.domain.process_gaps import Gap, GapKind
from escgraph.domain.quarterly import Followed, QuarterlyFacts
from escgraph.domain.recurring import MOST_SUBJECTS
from escgraph.domain.review import SECTIONS, Review
from escgraph.domain.terms import ReviewSection, Tier, Trigger

QUESTIONS = {
    GapKind.RESPONSE_BREACHED: "{count} first responses came too late or not at all ({share}): "
    "too few people, or a target that cannot be kept?",
    GapKind.RUNG_BREACHED: "{share} of the escalations came from a deadline and not from a person: "
    "should LEVEL_1 escalate sooner, or have more time?",
    GapKind.FIRED_LATE: "{count} deadlines fired late: was an engine down, or were priorities "
    "raised late?",
    GapKind.INCOMPLETE_PACKAGE: "{share} of the packages lacked something, most often {parts}: "
    "who is to write it, and when?",
    GapKind.REVIEW_MISSING: "{count} tickets should have had a review and got none: who looks "
    "back on them?",
    GapKind.REVIEW_OVERDUE: "{count} post-issue reviews were late ({share}): who completes them?",
    GapKind.NOBODY_TOLD: "{count} tickets were escalated to where nobody works ({parts}): who "
    "works there?",
    GapKind.TIER_WITHOUT_PEOPLE: "Nobody works at {parts} now: who will?",
    GapKind.NO_STAKEHOLDERS: "{share} of the escalated tickets had no stakeholder: who should "
    "have heard of them?",
}
"""What a gap asks of those who decide."""

ASKED = 3
"""So many of the gaps are put as questions on the first page: the widest ones."""


@dataclass(frozen=True, slots=True)
class FindingGroup:
    """Cases that were read with the same finding. `tickets` are the numbers of the first ones."""

    finding: str
    count: int
    tickets: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """A policy that names this review as its cause. `version` is None for a draft."""

    version: int | None
    name: str
    said: str
    changes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class QuarterlyBrief:
    """What the report is made of.

    Attributes:
        completed_by: the name; empty while it is open.
        findings: the most frequent first; `others` cases were read with findings of their own.
        unread: how many cases wait; `first_unread` are numbers of tickets of the first.
        since: actions of this review that were done after it was completed.
        outcomes: the policies that it led to, the newest first.
    """

    review: Review
    facts: QuarterlyFacts
    completed_by: str
    findings: tuple[FindingGroup, ...]
    others: int
    unread: int
    first_unread: tuple[int, ...]
    since: tuple[Followed, ...]
    outcomes: tuple[Outcome, ...]


def quarterly_report(brief: QuarterlyBrief) -> Document:
    """The whole report; its charts are drawn, so not on an event loop."""
    review, facts = brief.review, brief.facts
    blocks: list[Block] = [
        Paragraph(_standing(brief)),
        Heading(2, "What happened"),
        Bullets(tuple(_happened(facts))),
        *_decisions(brief),
        Heading(2, "Figures"),
        figures_table(facts),
        weeks_chart(facts),
        shares_chart(facts),
        Heading(2, "Recurring issues"),
        *recurring_blocks(facts),
        Heading(2, "Process gaps"),
        gaps_table(facts.gaps),
        Heading(2, "What was written"),
        *sections(review),
        Heading(2, "The escalations"),
        *_cases(brief),
        Heading(2, "Actions"),
        *_actions(facts),
        *_since(brief),
    ]
    return Document(f"Quarterly review {review.quarter}", tuple(blocks))


def _standing(brief: QuarterlyBrief) -> str:
    review, zone = brief.review, brief.facts.zone
    assert review.starts_at is not None
    assert review.ends_at is not None
    span = f"{day(review.starts_at, zone)} to {last_day(review.ends_at, zone)} ({zone})."
    if review.completed_at is not None:
        return f"{span} Completed by {brief.completed_by} on {day(review.completed_at, zone)}."
    due, late = last_day(review.due_at, zone), " It is overdue." if review.overdue else ""
    seen = day(brief.facts.as_of, zone)
    return f"{span} Open; to be completed by the end of {due}.{late} Figures as of {seen}."


def _happened(facts: QuarterlyFacts) -> Iterator[str]:
    now, before = facts.now, facts.before
    yield (
        f"{many(now.opened, 'ticket')} opened ({_moved(now.opened, before.opened)}), "
        f"{many(now.resolved, 'resolution')}, {many(now.reopened, 'reopening')}."
    )
    yield (
        f"{many(now.escalations, 'escalation')} "
        f"({_moved(now.escalations, before.escalations)}): "
        f"{number(now.by(Trigger.DEADLINE))} by a missed deadline, "
        f"{number(now.by(Trigger.MANUAL))} by hand, "
        f"{number(now.by(Trigger.REOPENED))} by a reopening; "
        f"{number(now.to(Tier.MANAGEMENT))} reached management."
    )
    kept = [
        f"{name} {percent(now.share(clock))}{_beside(now.share(clock), before.share(clock))}"
        for name, clock in clocks(facts)
        if now.share(clock) is not None
    ]
    if kept:
        yield f"Targets kept: {listed(kept)}."
    if facts.recurring:
        most = facts.recurring[0]
        yield (
            f"{_at_least(len(facts.recurring))} recurred, most of all "
            f"{subject(most)} with {many(most.tickets, 'ticket')}."
        )


def _beside(now: float | None, before: float | None) -> str:
    """How a share moved, behind it; nothing where it has none to be compared with."""
    return "" if now is None or before is None else f" ({points(now, before)})"


def _at_least(issues: int) -> str:
    return f"{issues} issues and more" if issues == MOST_SUBJECTS else many(issues, "issue")


def _moved(now: int, before: int) -> str:
    moved = change(now, before)
    if moved == "new":
        return "none the quarter before"
    return "as many as the quarter before" if moved == "same" else f"{moved} on the quarter before"


def _decisions(brief: QuarterlyBrief) -> list[Block]:
    if brief.review.open:
        return [Heading(2, "What to decide"), Steps(tuple(_to_decide(brief)))]
    change_said = brief.review.sections.get(ReviewSection.SOP_CHANGE, "")
    improved = brief.review.sections.get(ReviewSection.IMPROVEMENTS, "")
    decided = [f"The SOP: {change_said}", f"Improvements: {improved}", _actions_said(brief.facts)]
    return [Heading(2, "What was decided"), Bullets(tuple(decided))]


def _to_decide(brief: QuarterlyBrief) -> Iterator[str]:
    review, facts = brief.review, brief.facts
    if brief.unread:
        first = tickets(brief.first_unread, of=brief.unread)
        yield f"Read {many(brief.unread, 'escalation')} without a finding: {first}."
    for gap in _widest(facts.gaps):
        yield _question(gap)
    if facts.recurring:
        yield (
            f"Does {subject(facts.recurring[0])} need a cause found and removed, "
            f"so that {many(facts.recurring[0].tickets, 'ticket')} do not come again?"
        )
    late = sum(one.overdue for one in facts.carried)
    waiting = sum(one.done_at is None for one in facts.carried)
    if waiting:
        yield (
            f"{many(waiting, 'action')} of earlier reviews "
            f"{'waits' if waiting == 1 else 'wait'}, {number(late)} of them overdue: "
            "do, move or drop them?"
        )
    yield _sop_question(brief)
    unwritten = [
        words
        for section, words in SECTIONS[review.kind].items()
        if not review.sections.get(section)
    ]
    if unwritten:
        yield f"Write down {listed(unwritten)}."


def _widest(gaps: Sequence[Gap]) -> list[Gap]:
    """Those that ask the most: by their share, and where there is none, before all others."""
    found = [gap for gap in gaps if gap.count]
    found.sort(key=lambda gap: -(gap.count / gap.of if gap.of else 1))
    return found[:ASKED]


def _question(gap: Gap) -> str:
    return QUESTIONS[gap.kind].format(
        count=number(gap.count),
        share=percent(gap.count / gap.of) if gap.of else number(gap.count),
        parts=listed([part.name for part in gap.parts[:3]]) if gap.parts else "",
    )


def _sop_question(brief: QuarterlyBrief) -> str:
    drafts = [one for one in brief.outcomes if one.version is None]
    if drafts:
        return f"Publish the draft that came of this review ({drafts[0].name}), or drop it?"
    return 'Does the SOP change? Draft the policy from this review, or write an explicit "none".'


def sections(review: Review) -> list[Block]:
    """What people wrote, each under its heading."""
    blocks: list[Block] = []
    for section, words in SECTIONS[review.kind].items():
        heading = words[0].upper() + words[1:].partition(",")[0]
        text = review.sections.get(section)
        blocks += [Heading(3, heading), Paragraph(text or "Nothing is written yet.")]
    return blocks


def _cases(brief: QuarterlyBrief) -> list[Block]:
    read = sum(group.count for group in brief.findings) + brief.others
    whole = read + brief.unread
    if not whole:
        return [Paragraph("Nothing was escalated in this quarter.")]
    said = f"{number(read)} of {many(whole, 'escalation')} were read."
    if not brief.findings:
        return [Paragraph(said)]
    rows = [
        (group.finding, number(group.count), tickets(group.tickets, of=group.count))
        for group in brief.findings
    ]
    if brief.others:
        rows.append(("Other findings", number(brief.others), ""))
    columns = ("Finding", "Escalations", "The first")
    table = Table("What was found in them", columns, tuple(rows), frozenset({"Escalations"}))
    return [Paragraph(said), table]


def _actions(facts: QuarterlyFacts) -> list[Block]:
    own: Block = (
        actions_table("What this review wants done", facts.actions, zone=facts.zone)
        if facts.actions
        else Paragraph("This review wants nothing done.")
    )
    carried: Block = (
        actions_table("Carried over from earlier reviews", facts.carried, zone=facts.zone)
        if facts.carried
        else Paragraph("Nothing was carried over from earlier reviews.")
    )
    return [own, carried]


def _actions_said(facts: QuarterlyFacts) -> str:
    if not facts.actions:
        return "No actions."
    owners = sorted({one.owner for one in facts.actions if one.owner})
    return f"{many(len(facts.actions), 'action')}, owned by {listed(owners) or 'nobody'}."


def _since(brief: QuarterlyBrief) -> list[Block]:
    """What came of it, which goes on when the rest has been completed."""
    blocks: list[Block] = [Heading(2, "What came of it")]
    for one in brief.outcomes:
        blocks.append(Paragraph(one.said))
        if one.changes:
            blocks.append(Bullets(one.changes))
    if not brief.outcomes:
        blocks.append(Paragraph("No policy names this review as its cause."))
    if brief.since:
        caption = "Actions done since the review was completed"
        blocks.append(actions_table(caption, brief.since, zone=brief.facts.zone))
    return blocks
