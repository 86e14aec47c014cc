"""The tables of a quarter: figures side by side, what recurs, gaps, what is to be done."""

from collections.abc import Callable, Sequence
from datetime import timedelta

from escgraph.documents.blocks import Block, Paragraph, Table
from escgraph.documents.quarterly_charts import clocks, recurring_chart
from escgraph.documents.report_words import (
    NOTHING,
    change,
    civil,
    day,
    number,
    percent,
    points,
    short,
    tickets,
)
from escgraph.domain.figures import Spread
from escgraph.domain.process_gaps import Gap, GapKind
from escgraph.domain.quarterly import Followed, QuarterFigures, QuarterlyFacts
from escgraph.domain.recurring import Alike, Recurring
from escgraph.domain.terms import DeadlineKind, Tier, Trigger

CHARTED = 10
"""So many recurring issues are drawn, and so many groups of near-duplicates told."""

GAPS = {
    GapKind.RESPONSE_BREACHED: "First responses too late, or none",
    GapKind.RUNG_BREACHED: "Escalated by a missed deadline",
    GapKind.FIRED_LATE: "Deadlines fired late",
    GapKind.INCOMPLETE_PACKAGE: "Packages that lack something",
    GapKind.REVIEW_MISSING: "Post-issue reviews missing",
    GapKind.REVIEW_OVERDUE: "Post-issue reviews overdue",
    GapKind.NOBODY_TOLD: "Escalated to where nobody worked",
    GapKind.TIER_WITHOUT_PEOPLE: "Tiers without people now",
    GapKind.NO_STAKEHOLDERS: "Escalated without stakeholders",
}

Read = Callable[[QuarterFigures], float | None]


def figures_table(facts: QuarterlyFacts) -> Table:
    """Five quarters side by side, and how the last one stands to the one before."""
    names = tuple(one.quarter for one in facts.figures)
    rows = [*_counts(facts), *_durations(facts), *_shares(facts)]
    return Table(
        "Figures against the four quarters before",
        ("Figure", *names, "Change"),
        tuple(rows),
        frozenset((*names, "Change")),
    )


def _counts(facts: QuarterlyFacts) -> list[tuple[str, ...]]:
    reads: list[tuple[str, Callable[[QuarterFigures], int]]] = [
        ("Tickets opened", lambda one: one.opened),
        ("Resolved", lambda one: one.resolved),
        ("Reopened", lambda one: one.reopened),
        ("Cancelled", lambda one: one.cancelled),
        ("Escalations", lambda one: one.escalations),
        ("… to LEVEL_2", lambda one: one.to(Tier.LEVEL_2)),
        ("… to LEVEL_3", lambda one: one.to(Tier.LEVEL_3)),
        ("… to MANAGEMENT", lambda one: one.to(Tier.MANAGEMENT)),
        ("… by a missed deadline", lambda one: one.by(Trigger.DEADLINE)),
        ("… by hand", lambda one: one.by(Trigger.MANUAL)),
        ("… by a reopening", lambda one: one.by(Trigger.REOPENED)),
    ]
    return [
        (
            name,
            *(number(read(one)) for one in facts.figures),
            change(read(facts.now), read(facts.before)),
        )
        for name, read in reads
    ]


def _durations(facts: QuarterlyFacts) -> list[tuple[str, ...]]:
    reads: list[tuple[str, Callable[[QuarterFigures], timedelta | None]]] = [
        ("First response, median", lambda one: _median(one.response)),
        ("First response, 9 of 10 within", lambda one: _p90(one.response)),
        ("Resolution, median", lambda one: _median(one.resolution)),
        ("Resolution, 9 of 10 within", lambda one: _p90(one.resolution)),
    ]
    rows = []
    for name, read in reads:
        values = [read(one) for one in facts.figures]
        seconds = [None if value is None else value.total_seconds() for value in values]
        cells = (NOTHING if value is None else short(value) for value in values)
        rows.append((name, *cells, change(seconds[-1], seconds[-2])))
    return rows


def _shares(facts: QuarterlyFacts) -> list[tuple[str, ...]]:
    reads: list[tuple[str, Read]] = [
        *((f"Within target: {name}", _share(clock)) for name, clock in clocks(facts)),
        ("Reopenings by resolutions", lambda one: one.reopen_rate),
    ]
    return [
        (
            name,
            *(percent(read(one)) for one in facts.figures),
            points(read(facts.now), read(facts.before)),
        )
        for name, read in reads
    ]


def _share(clock: DeadlineKind) -> Read:
    return lambda one: one.share(clock)


def _median(spread: Spread | None) -> timedelta | None:
    return None if spread is None else spread.median


def _p90(spread: Spread | None) -> timedelta | None:
    return None if spread is None else spread.p90


def recurring_blocks(facts: QuarterlyFacts) -> list[Block]:
    """What came back, drawn and as a table, with its near-duplicates."""
    rule = facts.rule
    said = (
        f"An issue recurs where {rule.tickets} tickets of one category and component were opened "
        f"within {rule.within.days} days."
    )
    if not facts.recurring:
        return [Paragraph(f"{said} None did."), *_across(facts)]
    return [
        Paragraph(said),
        recurring_chart(facts.recurring[:CHARTED]),
        _recurring_table(facts.recurring),
        *_alike(facts.recurring),
        *_across(facts),
    ]


def _recurring_table(issues: Sequence[Recurring]) -> Table:
    columns = ("Category", "Component", "Tickets", "Most at once", "Escalated", "The first")
    rows = tuple(
        (
            one.category,
            one.component or NOTHING,
            number(one.tickets),
            number(one.most),
            number(one.escalated),
            tickets(one.first[:2], of=one.tickets),
        )
        for one in issues
    )
    return Table("Recurring issues", columns, rows, frozenset(columns[2:5]))


def _alike(issues: Sequence[Recurring]) -> list[Block]:
    groups = [group for issue in issues for group in issue.alike]
    groups.sort(key=lambda group: -len(group.tickets))
    if not groups:
        return [Paragraph("No two of their titles are nearly the same.")]
    return [_alike_table("Titles that are nearly the same", groups[:CHARTED])]


def _across(facts: QuarterlyFacts) -> list[Block]:
    """Groups that no one of the issues holds; nothing where nobody looked for them."""
    if facts.alike is None:
        return []
    if not facts.alike:
        return [
            Paragraph(
                f"No {facts.rule.tickets} tickets of different categories or components have "
                "titles that are nearly the same."
            )
        ]
    return [_alike_table("Alike by their words", facts.alike)]


def _alike_table(caption: str, groups: Sequence[Alike]) -> Table:
    rows = tuple(
        (group.title, number(len(group.tickets)), tickets(group.tickets[:2], of=len(group.tickets)))
        for group in groups
    )
    columns = ("Title of the first", "Tickets", "Which")
    return Table(caption, columns, rows, frozenset({"Tickets"}))


def gaps_table(gaps: Sequence[Gap]) -> Table:
    """Every kind of gap, also where there was none of it."""
    columns = ("Gap", "Found", "Of", "Share", "Made of", "The first")
    rows = tuple(
        (
            GAPS[gap.kind],
            number(gap.count),
            NOTHING if gap.of is None else number(gap.of),
            NOTHING if not gap.of else percent(gap.count / gap.of),
            _made_of(gap),
            tickets(gap.tickets[:2], of=gap.count),
        )
        for gap in gaps
    )
    return Table("Process gaps", columns, rows, frozenset(columns[1:4]))


def _made_of(gap: Gap) -> str:
    if gap.kind is GapKind.TIER_WITHOUT_PEOPLE:
        return ", ".join(part.name for part in gap.parts)
    return ", ".join(f"{part.name} {number(part.count)}" for part in gap.parts)


def actions_table(caption: str, actions: Sequence[Followed], *, zone: str) -> Table:
    """What is to be done, by whom, by when, and whether it is."""
    columns = ("From", "What", "Who", "Due", "State")
    rows = tuple(
        (
            one.origin,
            one.description,
            one.owner or NOTHING,
            NOTHING if one.due_on is None else civil(one.due_on),
            _state(one, zone),
        )
        for one in actions
    )
    return Table(caption, columns, rows)


def _state(action: Followed, zone: str) -> str:
    if action.done_at is not None:
        return f"done on {day(action.done_at, zone)}: {action.outcome}"
    return "overdue" if action.overdue else "open"
