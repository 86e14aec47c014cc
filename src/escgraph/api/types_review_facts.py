"""What a review finds out by itself about its ticket, as a type."""

from datetime import datetime, timedelta

import strawberry

from escgraph.api.context import Info
from escgraph.api.events import event_of
from escgraph.api.nesting import refuse_within
from escgraph.api.typed import field
from escgraph.api.types_documents import Hold, holds_of
from escgraph.api.types_escalation import Escalation, escalation_of
from escgraph.api.types_event import Event
from escgraph.api.types_people import Known, Person
from escgraph.api.types_tier_time import TierTime
from escgraph.domain import review_facts as domain
from escgraph.domain.terms import DeadlineKind, PersonId, Priority, TicketId, Tier, Trigger
from escgraph.queries import escalations, people, reviews
from escgraph.queries.views import of_escalation


@strawberry.type(description="A deadline that passed unmet.")
class ReviewBreach:
    kind: DeadlineKind = strawberry.field(description="What had to happen.")
    cycle: int = strawberry.field(description="In which cycle of the ticket.")
    due_at: datetime = strawberry.field(description="When it was due.")
    fired_at: datetime = strawberry.field(description="When it fired.")
    late_by: timedelta = strawberry.field(description="How long after `dueAt` it fired.")
    catch_up: bool = strawberry.field(
        description="Whether it had been missed before, by an outage or a new priority."
    )
    answered_at: datetime | None = strawberry.field(
        description="When the first response came, or for a rung the resolution; null until then."
    )
    answered_after: timedelta | None = strawberry.field(
        description="How long after `dueAt` that was."
    )


@strawberry.type(description="A move up a tier, and what its package lacked.")
class ReviewClimb:
    climb: strawberry.Private[domain.Climb]
    trigger: Trigger = strawberry.field(description="What moved it.")
    from_tier: Tier = strawberry.field(description="Where it was.")
    to_tier: Tier = strawberry.field(description="Where it went.")
    due_at: datetime = strawberry.field(description="When it was due; by hand, when it was done.")
    fired_at: datetime = strawberry.field(description="When it happened.")
    late_by: timedelta = strawberry.field(description="How long after `dueAt` it happened.")
    missing: list[str] = strawberry.field(
        description="What the SOP wanted of its package and nobody had written; empty for nothing."
    )

    @field(description="The escalation, with its package.")
    async def escalation(self, info: Info) -> Escalation:
        viewer = info.context.session.actor
        row = await escalations.by_id(self.climb.escalation, viewer=viewer)
        named = await people.by_ids(list(of_escalation(row)), viewer=viewer)
        return escalation_of(row, Known(named))


@strawberry.type(description="A change of priority.")
class ReviewPriorityChange:
    at: datetime = strawberry.field(description="When.")
    by: Person | None = strawberry.field(description="Who changed it.")
    from_priority: Priority = strawberry.field(description="What it was.")
    to_priority: Priority = strawberry.field(description="What it was from then on.")
    reason: str = strawberry.field(description="Why.")


@strawberry.type(
    description="What a review finds out by itself: the ticket's story, of all its cycles."
)
class ReviewFacts:
    ticket_id: strawberry.Private[TicketId]
    ticket_version: int = strawberry.field(
        description="Up to which version of the ticket this is told."
    )
    opened_at: datetime = strawberry.field(description="When the ticket was opened.")
    clock_started_at: datetime = strawberry.field(description="What its targets counted from.")
    acknowledged_at: datetime | None = strawberry.field(
        description="The first human response; null if there was none."
    )
    resolved_at: datetime | None = strawberry.field(
        description="When it was resolved last; null while it is worked on again."
    )
    owner: Person = strawberry.field(description="Who answered for it.")
    assignees: list[Person] = strawberry.field(description="Who worked on it at the end.")
    people: list[Person] = strawberry.field(
        description="Everybody who was named or did something, each once."
    )
    breaches: list[ReviewBreach] = strawberry.field(
        description="Every deadline that it missed, and how late what was missed came."
    )
    climbs: list[ReviewClimb] = strawberry.field(description="Every move up a tier.")
    missing: list[str] = strawberry.field(
        description="What any of its packages lacked, each once; empty for nothing."
    )
    time_at_tiers: list[TierTime] = strawberry.field(
        description="Where the time went, in climbing order."
    )
    priority_changes: list[ReviewPriorityChange] = strawberry.field(
        description="How its priority changed."
    )
    holds: list[Hold] = strawberry.field(description="When its rungs stood still.")

    @field(description="Every entry of its timeline up to `ticketVersion`.")
    async def timeline(self, info: Info) -> list[Event]:
        viewer = info.context.session.actor
        entries = await reviews.timeline(self.ticket_id, until=self.ticket_version, viewer=viewer)
        return [event_of(entry) for entry in entries]


async def facts_of(info: Info, review: reviews.Review) -> ReviewFacts | None:
    """The facts of that review; None where it looks back on no ticket.

    Raises:
        ForbiddenError: the viewer does not work on tickets.
        InvalidInputError: these are facts within facts.
    """
    refuse_within(info, "ReviewFacts")
    viewer = info.context.session.actor
    facts = await reviews.facts(review, viewer=viewer)
    if facts is None:
        return None
    assert review.ticket is not None
    named = dict.fromkeys((*facts.people, *_more_people(facts)))
    known = Known(await people.by_ids(list(named), viewer=viewer))
    return _facts(facts, review.ticket, known)


def _more_people(facts: domain.Facts) -> list[PersonId]:
    approving = (hold.approved_by for hold in facts.holds)
    return [person for person in approving if person is not None]


def _facts(facts: domain.Facts, ticket_id: TicketId, known: Known) -> ReviewFacts:
    return ReviewFacts(
        ticket_id=ticket_id,
        owner=known.one(facts.owner),
        assignees=known.many(facts.assignees),
        people=known.many(facts.people),
        breaches=[_breach(breach) for breach in facts.breaches],
        climbs=[_climb(climb) for climb in facts.climbs],
        missing=list(facts.missing),
        time_at_tiers=[TierTime(tier=tier, time=time) for tier, time in facts.at_tier.items()],
        priority_changes=[
            ReviewPriorityChange(
                at=change.at,
                by=known.maybe(change.by),
                from_priority=change.from_priority,
                to_priority=change.to_priority,
                reason=change.reason,
            )
            for change in facts.priority_changes
        ],
        holds=holds_of(facts.holds, known),
        ticket_version=facts.ticket_version,
        opened_at=facts.opened_at,
        clock_started_at=facts.clock_started_at,
        acknowledged_at=facts.acknowledged_at,
        resolved_at=facts.resolved_at,
    )


def _breach(breach: domain.Breach) -> ReviewBreach:
    return ReviewBreach(
        kind=breach.kind,
        cycle=breach.cycle,
        due_at=breach.due_at,
        fired_at=breach.fired_at,
        late_by=breach.late_by,
        catch_up=breach.catch_up,
        answered_at=breach.answered_at,
        answered_after=breach.answered_after,
    )


def _climb(climb: domain.Climb) -> ReviewClimb:
    return ReviewClimb(
        climb=climb,
        trigger=climb.trigger,
        from_tier=climb.from_tier,
        to_tier=climb.to_tier,
        due_at=climb.due_at,
        fired_at=climb.fired_at,
        late_by=climb.late_by,
        missing=list(climb.missing),
    )
