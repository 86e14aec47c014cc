"""The charts of a quarter; each is drawn when it is called, so not on an event loop."""

from collections.abc import Sequence

from escgraph.documents import charts
from escgraph.documents.blocks import Block, Chart, Paragraph
from escgraph.documents.report_words import civil
from escgraph.domain.quarterly import Climbs, QuarterlyFacts
from escgraph.domain.recurring import Recurring
from escgraph.domain.terms import DeadlineKind, Tier

LEAST_QUARTERS = 2
"""Of fewer, a line from quarter to quarter says nothing that the table does not."""


def weeks_chart(facts: QuarterlyFacts) -> Block:
    """The escalations of each week by the tier that they led to; a sentence where there are none.

    Of nothing there is no scale, so nothing is drawn.
    """
    tiers = [tier for tier in Tier if any(_to(week.climbs, tier) for week in facts.weeks)]
    if not tiers:
        return Paragraph("Nothing was escalated in this quarter; no chart is drawn of its weeks.")
    labels = [f"{week.begins.day} {civil(week.begins).split()[1][:3]}" for week in facts.weeks]
    return charts.chart(
        charts.grouped_bars(
            "Escalations by week and the tier that they led to",
            labels,
            {tier: [_to(week.climbs, tier) for week in facts.weeks] for tier in tiers},
            unit="escalations",
        )
    )


def _to(climbs: Sequence[Climbs], tier: Tier) -> int:
    return sum(one.count for one in climbs if one.to_tier is tier)


def shares_chart(facts: QuarterlyFacts) -> Block:
    """How much of each target was kept, quarter by quarter; a sentence where that is no line."""
    judged = sum(any(kept.share is not None for kept in one.kept) for one in facts.figures)
    if judged < LEAST_QUARTERS:
        due = "one of these quarters only" if judged else "none of these quarters"
        return Paragraph(f"Targets were due in {due}, so no chart is drawn of how they were kept.")
    return charts.chart(
        charts.lines(
            "Share of targets that were kept",
            [one.quarter for one in facts.figures],
            {
                name: [_percents(one.share(clock)) for one in facts.figures]
                for name, clock in clocks(facts)
            },
            unit="%",
        )
    )


def _percents(share: float | None) -> float | None:
    return None if share is None else round(100 * share, 1)


def recurring_chart(issues: Sequence[Recurring]) -> Chart:
    """How many tickets each of them had."""
    return charts.chart(
        charts.bars(
            "The most frequent recurring issues",
            {subject(one): one.tickets for one in issues},
            unit="tickets",
        )
    )


def subject(issue: Recurring) -> str:
    """What an issue is about, in one line."""
    return f"{issue.category}, {issue.component or 'no component'}"


def clocks(facts: QuarterlyFacts) -> list[tuple[str, DeadlineKind]]:
    """The clocks that ran in any of the quarters, as people call them."""
    names = {
        DeadlineKind.RESPONSE: "first response",
        DeadlineKind.LEVEL_2: "LEVEL_2",
        DeadlineKind.LEVEL_3: "LEVEL_3",
        DeadlineKind.MANAGEMENT: "MANAGEMENT",
    }
    ran = {kept.clock for one in facts.figures for kept in one.kept}
    return [(name, clock) for clock, name in names.items() if clock in ran]
