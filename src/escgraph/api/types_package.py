"""The package of an escalation as a type: whole, frozen, plain about its gaps."""

import strawberry

from escgraph.api.context import Info
from escgraph.api.events import event_of
from escgraph.api.nesting import refuse_within
from escgraph.api.types_documents import Hold, holds_of
from escgraph.api.types_event import Event
from escgraph.api.types_event_ladder import PriorityChanged
from escgraph.api.types_event_merging import DuplicateAbsorbed
from escgraph.api.types_event_work import ActionLogged, LinkAttached
from escgraph.api.types_explanation import DeadlineExplanation, explanation_of
from escgraph.api.types_people import Known, Person
from escgraph.api.types_state import TicketState, state_of
from escgraph.domain import state
from escgraph.domain.terms import EscalationId
from escgraph.queries import escalations, people
from escgraph.queries.escalations import FrozenPackage

_MOVES = frozenset({"TicketEscalated", "TicketDeescalated"})


@strawberry.type(
    description="What the next tier needs to know, as it was when the ticket was escalated. It "
    "never changes."
)
class Package:
    state: TicketState = strawberry.field(description="The ticket as it stood just before.")
    description: str = strawberry.field(description="The issue as it was described.")
    timeline: list[Event] = strawberry.field(
        description="Every entry up to the escalation's own, which is the last."
    )
    actions: list[ActionLogged] = strawberry.field(description="What had been tried.")
    links: list[LinkAttached] = strawberry.field(description="What had been referred to.")
    priority_changes: list[PriorityChanged] = strawberry.field(
        description="How the priority had changed."
    )
    tier_changes: list[Event] = strawberry.field(
        description="How the tier had changed: TicketEscalated and TicketDeescalated."
    )
    duplicates: list[DuplicateAbsorbed] = strawberry.field(
        description="In whose stead it had gone on."
    )
    holds: list[Hold] = strawberry.field(description="When the rungs had stood still.")
    people: list[Person] = strawberry.field(
        description="Everybody who was named or did something, each once."
    )
    explanations: list[DeadlineExplanation] = strawberry.field(
        description="How each deadline had been computed."
    )
    missing: list[str] = strawberry.field(
        description="What the SOP wants and nobody had written, in words; empty for nothing."
    )


async def package_of(info: Info, escalation_id: EscalationId) -> Package:
    """The package of that escalation.

    Raises:
        NotFoundError, ForbiddenError: the viewer may not see it.
        InvalidInputError: this is a package within a package.
    """
    refuse_within(info, "Package")
    viewer = info.context.session.actor
    frozen = await escalations.frozen_package(escalation_id, viewer=viewer)
    known = Known(await people.by_ids(frozen.package.people, viewer=viewer))
    return _package(frozen, known)


def _package(frozen: FrozenPackage, known: Known) -> Package:
    package = frozen.package
    timeline = [event_of(entry) for entry in frozen.entries]
    return Package(
        state=state_of(state.state_of(package.ticket)),
        description=package.ticket.description,
        timeline=timeline,
        actions=[event for event in timeline if isinstance(event, ActionLogged)],
        links=[event for event in timeline if isinstance(event, LinkAttached)],
        priority_changes=[event for event in timeline if isinstance(event, PriorityChanged)],
        tier_changes=[event for event in timeline if event.stored.kind in _MOVES],
        duplicates=[event for event in timeline if isinstance(event, DuplicateAbsorbed)],
        holds=holds_of(package.pauses, known),
        people=known.many(package.people),
        explanations=[explanation_of(explained) for explained in package.explanations],
        missing=list(package.missing),
    )
