"""What was found out about a quarter as types: figures, what recurs, gaps, what is carried over."""

from datetime import date, datetime

import strawberry

from escgraph.api.identifiers import id_text, number_text
from escgraph.api.types_trends import EscalationCount, TargetShare, TimeSpread
from escgraph.domain import process_gaps, quarterly, recurring
from escgraph.domain.figures import Spread
from escgraph.domain.process_gaps import GapKind


@strawberry.type(description="One quarter in figures, defined as `trends` defines them.")
class QuarterFigures:
    quarter: str = strawberry.field(description="As in 2026-Q1.")
    opened: int = strawberry.field(description="Tickets opened.")
    cancelled: int = strawberry.field(description="Tickets cancelled.")
    resolved: int = strawberry.field(description="Resolutions.")
    reopened: int = strawberry.field(description="Reopenings.")
    reopen_rate: float | None = strawberry.field(
        description="Reopenings by resolutions; null where nothing was resolved."
    )
    first_response: TimeSpread | None = strawberry.field(
        description="From the start of the clock to the first response; null where none came."
    )
    resolution: TimeSpread | None = strawberry.field(
        description="From the start of the clock to the resolution; null where none came."
    )
    targets: list[TargetShare] = strawberry.field(description="How each target was kept.")
    escalations: list[EscalationCount] = strawberry.field(description="In climbing order.")


@strawberry.type(description="The escalations of a week, or of its part in the quarter.")
class WeekOfEscalations:
    begins: date = strawberry.field(description="Its first day in the quarter.")
    escalations: list[EscalationCount] = strawberry.field(description="In climbing order.")


@strawberry.type(description="Tickets whose titles say nearly the same.")
class NearDuplicates:
    title: str = strawberry.field(description="The title of the first.")
    tickets: list[str] = strawberry.field(description="What people call them.")


@strawberry.type(
    description="A category and component whose tickets came often enough, often enough close "
    "together, by the policy's rule."
)
class RecurringIssue:
    category: str = strawberry.field(description="The category's key.")
    component: str = strawberry.field(description="Empty where the tickets name none.")
    tickets: int = strawberry.field(description="How many were opened in the quarter.")
    most_within: int = strawberry.field(
        description="How many at most lay within the policy's time, the last in the quarter."
    )
    escalated: int = strawberry.field(description="How many of them were ever escalated.")
    first: list[str] = strawberry.field(description="What people call the first ones.")
    near_duplicates: list[NearDuplicates] = strawberry.field(
        description="Groups of them that are alike by text, the largest first."
    )


@strawberry.type(description="A share of a gap that has a name of its own.")
class GapPart:
    name: str = strawberry.field(description="What is missing, or the tier.")
    count: int = strawberry.field(description="How often.")


@strawberry.type(description="Where the SOP was not lived by.")
class ProcessGap:
    kind: GapKind = strawberry.field(description="What it is.")
    count: int = strawberry.field(description="How often; 0 where it was lived by.")
    of: int | None = strawberry.field(
        description="How many it could have been, where that says something."
    )
    tickets: list[str] = strawberry.field(description="Some that show it, the first ones.")
    parts: list[GapPart] = strawberry.field(
        description="What it is made of, the most frequent first; may overlap."
    )


@strawberry.type(description="An action of a review as it stood when the facts were looked at.")
class CarriedAction:
    action_id: strawberry.ID = strawberry.field(description="The action's id.")
    origin: str = strawberry.field(
        description="The quarter, or the ticket, of the review that wants it."
    )
    description: str = strawberry.field(description="What is to be done.")
    owner: str = strawberry.field(description="Who does it; empty while nobody is named.")
    due_on: date | None = strawberry.field(
        description="The last day in time; null while none is named."
    )
    overdue: bool = strawberry.field(description="Whether it was late.")
    done_at: datetime | None = strawberry.field(
        description="When it was done; null while it was not."
    )
    outcome: str = strawberry.field(description="What came of it; empty until it is done.")


@strawberry.type(
    description="What was found out about a quarter by itself: as it is now while its review is "
    "open, and for ever as its manager saw it once that is completed."
)
class QuarterlyFacts:
    as_of: datetime = strawberry.field(description="When it was looked at.")
    zone: str = strawberry.field(description="The time zone in which the quarter was counted.")
    figures: list[QuarterFigures] = strawberry.field(
        description="Of this quarter, the last one, and the four before, the oldest first."
    )
    weeks: list[WeekOfEscalations] = strawberry.field(description="The weeks of the quarter.")
    recurring: list[RecurringIssue] = strawberry.field(description="The most frequent first.")
    alike_by_words: list[NearDuplicates] | None = strawberry.field(
        description="Groups of the quarter's newest 1,000 tickets, of whatever category and "
        "component, whose titles say nearly the same: of as many tickets as the policy's rule "
        "wants, the largest first, without those that lie within one of `recurring`. Null where "
        "the review was completed before this was looked for."
    )
    gaps: list[ProcessGap] = strawberry.field(description="Every kind, also where there was none.")
    carried_over: list[CarriedAction] = strawberry.field(
        description="Actions of earlier reviews that were not done when the quarter ended."
    )


def quarterly_facts_of(facts: quarterly.QuarterlyFacts) -> QuarterlyFacts:
    return QuarterlyFacts(
        as_of=facts.as_of,
        zone=facts.zone,
        figures=[_figures(one) for one in facts.figures],
        weeks=[
            WeekOfEscalations(begins=week.begins, escalations=_climbs(week.climbs))
            for week in facts.weeks
        ],
        recurring=[_recurring(one) for one in facts.recurring],
        alike_by_words=None if facts.alike is None else _near_duplicates(facts.alike),
        gaps=[_gap(one) for one in facts.gaps],
        carried_over=[_carried(one) for one in facts.carried],
    )


def _figures(figures: quarterly.QuarterFigures) -> QuarterFigures:
    return QuarterFigures(
        quarter=figures.quarter,
        opened=figures.opened,
        cancelled=figures.cancelled,
        resolved=figures.resolved,
        reopened=figures.reopened,
        reopen_rate=figures.reopen_rate,
        first_response=_durations(figures.response),
        resolution=_durations(figures.resolution),
        targets=[
            TargetShare(clock=one.clock, count=one.count, within=one.within, share=one.share)
            for one in figures.kept
            if one.share is not None
        ],
        escalations=_climbs(figures.climbs),
    )


def _durations(spread: Spread | None) -> TimeSpread | None:
    if spread is None:
        return None
    return TimeSpread(count=spread.count, median=spread.median, p90=spread.p90)


def _climbs(climbs: tuple[quarterly.Climbs, ...]) -> list[EscalationCount]:
    return [
        EscalationCount(to_tier=one.to_tier, trigger=one.trigger, count=one.count) for one in climbs
    ]


def _recurring(issue: recurring.Recurring) -> RecurringIssue:
    return RecurringIssue(
        category=issue.category,
        component=issue.component,
        tickets=issue.tickets,
        most_within=issue.most,
        escalated=issue.escalated,
        first=_numbers(issue.first),
        near_duplicates=_near_duplicates(issue.alike),
    )


def _near_duplicates(groups: tuple[recurring.Alike, ...]) -> list[NearDuplicates]:
    return [NearDuplicates(title=group.title, tickets=_numbers(group.tickets)) for group in groups]


def _gap(gap: process_gaps.Gap) -> ProcessGap:
    return ProcessGap(
        kind=gap.kind,
        count=gap.count,
        of=gap.of,
        tickets=_numbers(gap.tickets),
        parts=[GapPart(name=part.name, count=part.count) for part in gap.parts],
    )


def _carried(action: quarterly.Followed) -> CarriedAction:
    return CarriedAction(
        action_id=id_text(action.id),
        **{name: getattr(action, name) for name in _PLAIN},
    )


def _numbers(numbers: tuple[int, ...]) -> list[str]:
    return [number_text(number) for number in numbers]


_PLAIN = ("origin", "description", "owner", "due_on", "overdue", "done_at", "outcome")
