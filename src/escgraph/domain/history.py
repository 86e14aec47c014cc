"""What people did with one ticket, wherever it was recorded: all that another policy could meet.

Only deeds that move a deadline are here. What the deadlines themselves did is no deed: under
another policy they do otherwise. Who did something is left out too; that they could is a fact.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from escgraph.domain import events
from escgraph.domain.events import Event
from escgraph.domain.state import TicketState
from escgraph.domain.terms import HoldReason, Priority, Tier, Trigger


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """The first human response."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Reprioritised:
    at: datetime
    priority: Priority


@dataclass(frozen=True, slots=True)
class Held:
    at: datetime
    reason: HoldReason


@dataclass(frozen=True, slots=True)
class Resumed:
    """By a person; a hold that ended at its cap is no deed."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Escalated:
    """By hand."""

    at: datetime
    tier: Tier


@dataclass(frozen=True, slots=True)
class Deescalated:
    at: datetime
    tier: Tier


@dataclass(frozen=True, slots=True)
class ClockMoved:
    """It goes on in a duplicate's stead, whose clock `started_at` earlier (A23)."""

    at: datetime
    started_at: datetime


@dataclass(frozen=True, slots=True)
class Moved:
    """It goes by that version of the policy from now on (P5)."""

    at: datetime
    version: int


@dataclass(frozen=True, slots=True)
class Accepted:
    """A manager took it, which ends the reminders (A19)."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Resolved:
    at: datetime


@dataclass(frozen=True, slots=True)
class Closed:
    at: datetime


@dataclass(frozen=True, slots=True)
class Reopened:
    at: datetime


@dataclass(frozen=True, slots=True)
class Cancelled:
    """Or merged into another ticket, which ends it as well."""

    at: datetime


Deed = (
    Acknowledged
    | Reprioritised
    | Held
    | Resumed
    | Escalated
    | Deescalated
    | ClockMoved
    | Moved
    | Accepted
    | Resolved
    | Closed
    | Reopened
    | Cancelled
)


@dataclass(frozen=True, slots=True)
class History:
    """A ticket from its opening on; `deeds` are in the order in which they were done.

    Attributes:
        name: what people call it, as in ESC-000123.
        priority: at its opening, like `tier`, where everything up to there counts as reached.
        policy_version: under which it was opened.
    """

    name: str
    priority: Priority
    category: str
    tier: Tier
    opened_at: datetime
    clock_started_at: datetime
    policy_version: int
    deeds: tuple[Deed, ...]

    @property
    def versions(self) -> frozenset[int]:
        """Of all the policies that it went by."""
        moves = (deed.version for deed in self.deeds if isinstance(deed, Moved))
        return frozenset((self.policy_version, *moves))


def history_of(name: str, opened: TicketState, timeline: Iterable[Event]) -> History:
    """The history that a timeline tells; `opened` is the ticket right after its first event."""
    return History(
        name=name,
        priority=opened.priority,
        category=opened.category,
        tier=opened.tier,
        opened_at=opened.opened_at,
        clock_started_at=opened.clock_started_at,
        policy_version=opened.policy_version,
        deeds=tuple(deed for event in timeline if (deed := _deed(event)) is not None),
    )


def _deed(event: Event) -> Deed | None:
    """What a person did there that moves a deadline, if anything."""
    read = _DEEDS.get(type(event))
    return None if read is None else read(event)


def _resumed(event: events.TicketResumed) -> Deed | None:
    return None if event.by_cap else Resumed(event.at)


def _escalated(event: events.TicketEscalated) -> Deed | None:
    return Escalated(event.at, event.to_tier) if event.trigger is Trigger.MANUAL else None


def _absorbed(event: events.DuplicateAbsorbed) -> Deed | None:
    return None if event.clock_moved_to is None else ClockMoved(event.at, event.clock_moved_to)


def _accepted(event: events.TicketAccepted) -> Deed | None:
    return Accepted(event.at) if event.tier is Tier.MANAGEMENT else None


_DEEDS: Mapping[type[Event], Callable[[Any], Deed | None]] = MappingProxyType(
    {
        events.TicketAcknowledged: lambda event: Acknowledged(event.at),
        events.PriorityChanged: lambda event: Reprioritised(event.at, event.to_priority),
        events.TicketHeld: lambda event: Held(event.at, event.reason),
        events.TicketResumed: _resumed,
        events.TicketEscalated: _escalated,
        events.TicketDeescalated: lambda event: Deescalated(event.at, event.to_tier),
        events.DuplicateAbsorbed: _absorbed,
        events.TicketMovedToPolicy: lambda event: Moved(event.at, event.to_version),
        events.TicketAccepted: _accepted,
        events.TicketResolved: lambda event: Resolved(event.at),
        events.TicketClosed: lambda event: Closed(event.at),
        events.TicketReopened: lambda event: Reopened(event.at),
        events.TicketCancelled: lambda event: Cancelled(event.at),
        events.TicketMerged: lambda event: Cancelled(event.at),
    }
)
"""The events that are deeds. Every other kind moves no deadline, or is a deadline's own doing."""

TELLING = frozenset(kind.__name__ for kind in _DEEDS) | {
    events.TicketOpened.__name__,
    events.ResponseBreached.__name__,
    events.ManagementReminded.__name__,
}
"""The kinds of event from which a history, and the course that it took, can be read."""
