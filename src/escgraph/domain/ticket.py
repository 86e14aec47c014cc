"""The facts of one ticket: what the acts read and what they return, and nothing that happens."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from escgraph.domain.events import Event, FollowUp
from escgraph.domain.terms import (
    LIVE,
    RANK,
    TARGETS,
    DeadlineKind,
    DeadlineState,
    EscalationReason,
    HoldReason,
    PersonId,
    Priority,
    ResolutionCode,
    Role,
    Status,
    TicketId,
    Tier,
    TokenId,
    Trigger,
)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts. `tier` is the tier whose queue the person works, None for those without one."""

    person: PersonId
    role: Role
    tier: Tier | None
    token: TokenId | None = None


@dataclass(frozen=True, slots=True)
class Deadline:
    """One moment by which something must have happened, in one cycle of a ticket.

    `to_tier` is where firing moves the ticket, `to_status` the status that it gives; None: neither.
    `catch_up` says that it had passed already when it was armed (A8).
    """

    cycle: int
    kind: DeadlineKind
    due_at: datetime
    state: DeadlineState
    to_tier: Tier | None = None
    to_status: Status | None = None
    fired_at: datetime | None = None

    @property
    def armed(self) -> bool:
        return self.state is DeadlineState.ARMED


@dataclass(frozen=True, slots=True)
class Pause:
    """An interval in which the ladder stood still. `reason` is None while the ticket was resolved.

    `ended_at` is None as long as it lasts; `cap_at` is when a hold ends by itself (A7), None for
    an interval of being resolved, which has no cap.
    """

    started_at: datetime
    ended_at: datetime | None
    cap_at: datetime | None
    reason: HoldReason | None = None
    note: str = ""
    by: PersonId | None = None
    approved_by: PersonId | None = None


@dataclass(frozen=True, slots=True)
class Resolution:
    """How the issue ended. `follow_ups` is None until closing said them, empty for "none"."""

    summary: str
    code: ResolutionCode
    root_cause: str
    follow_ups: tuple[FollowUp, ...] | None = None


@dataclass(frozen=True, slots=True)
class Escalation:
    """A move up a tier (D1). `kind` is the deadline that fired, None for the other triggers.

    `ticket` is the ticket as it was just before: with the timeline up to its version it is the
    package (C3). Who works at `to_tier`, and whether anybody does (A22), the store adds when it
    saves: people are facts of the database and not of the ticket.
    """

    ticket: "Ticket"
    cycle: int
    trigger: Trigger
    kind: DeadlineKind | None
    from_tier: Tier
    to_tier: Tier
    due_at: datetime
    fired_at: datetime
    catch_up: bool
    by: PersonId | None
    reason: EscalationReason | None
    comment: str


@dataclass(frozen=True, slots=True)
class Ticket:
    """A technical issue on its way through the SOP, with what its current cycle still waits for.

    Attributes:
        version: counts its events; each event has one of its own.
        reached: the highest tier that it was ever brought to; rungs up to it never fire again.
        flagged: urgent by hand; `urgent` also says so for HIGH and critical tickets (C4).
        indicator: the policy's urgent indicator while urgent, empty otherwise.
        clock_started_at: what every target is counted from (A1).
        updated_at: the moment of its latest event.
        accepted_at: when a manager took it after it reached MANAGEMENT (A19).
        actions_logged: troubleshooting actions so far (A17).
        escalated_at: when it last went up a tier.
        updated_stakeholders_at: when they last heard of it (W6).
        cycle: 1, and one more with each reopening.
        pauses: in the order in which they began; they never overlap.
        deadlines: those of the current cycle.
        team: which team it was routed to at its opening; empty where no route fits.
        merged_into: the ticket that goes on in its stead, where it was a duplicate (A23).
    """

    id: TicketId
    number: int
    version: int
    title: str
    description: str
    category: str
    component: str
    reporter: str
    priority: Priority
    flagged: bool
    critical: bool
    indicator: str
    status: Status
    tier: Tier
    reached: Tier
    owner: PersonId
    assignees: tuple[PersonId, ...]
    stakeholders: tuple[PersonId, ...]
    policy_version: int
    opened_by: PersonId
    opened_at: datetime
    clock_started_at: datetime
    updated_at: datetime
    acknowledged_at: datetime | None = None
    response_breached_at: datetime | None = None
    accepted_at: datetime | None = None
    resolved_at: datetime | None = None
    closed_at: datetime | None = None
    reopened_at: datetime | None = None
    cancelled_at: datetime | None = None
    escalated_at: datetime | None = None
    updated_stakeholders_at: datetime | None = None
    actions_logged: int = 0
    cycle: int = 1
    breached: bool = False
    resolution: Resolution | None = None
    deadlines: tuple[Deadline, ...] = ()
    pauses: tuple[Pause, ...] = ()
    team: str = ""
    merged_into: TicketId | None = None

    @property
    def live(self) -> bool:
        return self.status in LIVE

    @property
    def urgent(self) -> bool:
        return self.flagged or self.critical or self.priority is Priority.HIGH

    @property
    def reopenings(self) -> int:
        return self.cycle - 1

    @property
    def hold(self) -> Pause | None:
        """The hold that it stands in now."""
        return self.pauses[-1] if self.status is Status.ON_HOLD else None

    @property
    def next_target(self) -> Deadline | None:
        """The armed response or rung that falls first: what people must beat."""
        armed = [d for d in self.deadlines if d.armed and d.kind in TARGETS]
        return min(armed, key=lambda d: (d.due_at, RANK[d.kind]), default=None)

    @property
    def stakeholder_update_due(self) -> bool:
        """Whether it was escalated or resolved since the stakeholders last heard of it (R4, §5)."""
        moments = [moment for moment in (self.escalated_at, self.resolved_at) if moment]
        told = self.updated_stakeholders_at
        return any(told is None or told <= moment for moment in moments)

    def deadline(self, kind: DeadlineKind) -> Deadline | None:
        """This cycle's deadline of that kind."""
        return next((d for d in self.deadlines if d.kind is kind), None)


@dataclass(frozen=True, slots=True)
class Step:
    """One event, the ticket as it stood right after it, and the escalation that it was, if any."""

    event: Event
    after: Ticket
    escalation: Escalation | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """What an act decided: the ticket as it becomes, and the steps there; no step, no change."""

    ticket: Ticket
    steps: tuple[Step, ...]

    def then(self, later: "Change") -> "Change":
        """Both, one after the other; `later` was decided on this change's ticket."""
        return Change(later.ticket, self.steps + later.steps)

    def with_facts(self, **facts: object) -> "Change":
        """The change with those facts too, on its ticket and in its last step."""
        ticket = replace(self.ticket, **facts)  # type: ignore[arg-type]  # checked by replace
        *before, last = self.steps
        return Change(ticket, (*before, replace(last, after=ticket)))

    @property
    def events(self) -> tuple[Event, ...]:
        return tuple(step.event for step in self.steps)


def changed(
    ticket: Ticket, event: Event, escalation: Escalation | None = None, /, **facts: object
) -> Change:
    """The ticket with those facts, one version further."""
    facts = {"version": ticket.version + 1, "updated_at": event.at, **facts}
    after = replace(ticket, **facts)  # type: ignore[arg-type]  # checked by replace
    return Change(after, (Step(event, after, escalation),))


def unchanged(ticket: Ticket) -> Change:
    """Nothing to do, as after a double click."""
    return Change(ticket, ())


def without(people: Iterable[PersonId], person: PersonId) -> tuple[PersonId, ...]:
    return tuple(other for other in people if other != person)


def including(people: Iterable[PersonId], *more: PersonId) -> tuple[PersonId, ...]:
    """All of them, each once, in the order in which they came."""
    return tuple(dict.fromkeys((*people, *more)))
