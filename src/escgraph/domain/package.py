"""The documentation that travels with an escalation: whole, frozen, plain about its gaps (C3)."""

from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType

from escgraph.domain.events import (
    ActionLogged,
    DuplicateAbsorbed,
    Event,
    LinkAttached,
    NoteAdded,
    OwnershipTransferred,
    PeopleAllocated,
    PriorityChanged,
    StakeholderAdded,
    StakeholderRemoved,
    StakeholderUpdatePosted,
    TicketAssigned,
    TicketClosed,
    TicketDeescalated,
    TicketEscalated,
)
from escgraph.domain.explanation import Explanation
from escgraph.domain.state import TicketState
from escgraph.domain.terms import PersonId
from escgraph.domain.ticket import Pause, Ticket

NONE_RECORDED = "None recorded"


@dataclass(frozen=True, slots=True)
class Contents:
    """Which of the parts that the SOP wants in a package are there."""

    actions: bool
    response: bool
    assignee: bool
    stakeholders: bool
    update: bool
    component: bool
    notes: bool

    @property
    def missing(self) -> tuple[str, ...]:
        """Those that are not, in words."""
        return tuple(words for name, words in PARTS.items() if not getattr(self, name))


PARTS = MappingProxyType(
    {
        "actions": "troubleshooting actions",
        "response": "a first response",
        "assignee": "an assignee",
        "stakeholders": "stakeholders",
        "update": "a stakeholder update",
        "component": "the component",
        "notes": "notes",
    }
)
"""The parts by the names of their facts, each as people ask for it."""


@dataclass(frozen=True, slots=True)
class Package:
    """What the next tier needs to know, as it was when the ticket was escalated.

    Attributes:
        ticket: as it stood just before; its `pauses` are those until then.
        timeline: every entry up to and including the escalation's own.
        people: everybody who was named or did something, each once.
        missing: what the SOP wants and nobody wrote, in words.
    """

    ticket: Ticket
    timeline: tuple[Event, ...]
    explanations: tuple[Explanation, ...]
    people: tuple[PersonId, ...]
    missing: tuple[str, ...]

    @property
    def actions(self) -> tuple[ActionLogged, ...]:
        return tuple(event for event in self.timeline if isinstance(event, ActionLogged))

    @property
    def links(self) -> tuple[LinkAttached, ...]:
        return tuple(event for event in self.timeline if isinstance(event, LinkAttached))

    @property
    def priority_changes(self) -> tuple[PriorityChanged, ...]:
        return tuple(event for event in self.timeline if isinstance(event, PriorityChanged))

    @property
    def tier_changes(self) -> tuple[TicketEscalated | TicketDeescalated, ...]:
        moves = (TicketEscalated, TicketDeescalated)
        return tuple(event for event in self.timeline if isinstance(event, moves))

    @property
    def duplicates(self) -> tuple[DuplicateAbsorbed, ...]:
        """The tickets in whose stead it had gone on (A23)."""
        return tuple(event for event in self.timeline if isinstance(event, DuplicateAbsorbed))

    @property
    def pauses(self) -> tuple[Pause, ...]:
        return self.ticket.pauses


def assemble(
    ticket: Ticket, *, timeline: Sequence[Event], explanations: Sequence[Explanation]
) -> Package:
    """The package of an escalation, from the frozen facts and the timeline up to its version."""
    return Package(
        ticket=ticket,
        timeline=tuple(timeline),
        explanations=tuple(explanations),
        people=people_around(ticket, timeline),
        missing=lacking(ticket, timeline),
    )


def actions_taken(timeline: Sequence[Event]) -> str:
    """What was tried, a line each; "None recorded" is said, never null (D1)."""
    tried = [event.text for event in timeline if isinstance(event, ActionLogged)]
    return "\n".join(tried) or NONE_RECORDED


def people_around(ticket: Ticket | TicketState, timeline: Sequence[Event]) -> tuple[PersonId, ...]:
    """Everybody who is named or did something, each once."""
    now = (ticket.owner, *ticket.assignees, *ticket.stakeholders)
    before = (person for event in timeline for person in (*_named(event), event.by))
    return tuple(dict.fromkeys(person for person in (*now, *before) if person is not None))


def _named(event: Event) -> tuple[PersonId, ...]:
    """Whom an event names besides the one who did it."""
    if isinstance(event, OwnershipTransferred):
        return (event.from_owner, event.to_owner)
    if isinstance(event, StakeholderAdded | StakeholderRemoved):
        return (event.person,)
    if isinstance(event, TicketClosed):
        return tuple(follow_up.owner for follow_up in event.follow_ups)
    return _listed(event)


def _listed(event: Event) -> tuple[PersonId, ...]:
    if isinstance(event, TicketAssigned):
        return event.assignees
    if isinstance(event, PeopleAllocated):
        return event.people
    if isinstance(event, DuplicateAbsorbed):
        return event.stakeholders
    return ()


def lacking(ticket: Ticket | TicketState, timeline: Sequence[Event]) -> tuple[str, ...]:
    """What the SOP wants of a package and nobody had written, in words (C3)."""

    def written(kind: type[Event]) -> bool:
        return any(isinstance(event, kind) for event in timeline)

    contents = Contents(
        actions=written(ActionLogged),
        response=ticket.acknowledged_at is not None,
        assignee=bool(ticket.assignees),
        stakeholders=bool(ticket.stakeholders),
        update=written(StakeholderUpdatePosted),
        component=bool(ticket.component),
        notes=written(NoteAdded),
    )
    return contents.missing
