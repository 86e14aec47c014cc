"""The package of an escalation, assembled from what cannot change any more (C3).

The ticket comes from the fields frozen in the escalation's row, everything else from the timeline
up to that version and from what that part of the timeline began. So whatever happens to the ticket
afterwards, even at the very same moment, leaves the package as it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from escgraph.domain.deadlines import arm, response_due, rung_due, target
from escgraph.domain.events import Event, ResponseBreached, TicketEscalated
from escgraph.domain.explanation import explain
from escgraph.domain.package import Package, assemble
from escgraph.domain.policy import Policy
from escgraph.domain.state import TicketState
from escgraph.domain.terms import DeadlineKind, DeadlineState, Status
from escgraph.domain.ticket import Deadline, Pause, Ticket
from escgraph.queries.entries import entries_of
from escgraph.store import pauses, policies, timeline_read
from escgraph.store.escalations import EscalationRow
from escgraph.store.stream import StoredEvent


@dataclass(frozen=True, slots=True)
class FrozenPackage:
    """A package with its escalation, and with its timeline as stored: positions and ids too."""

    escalation: EscalationRow
    package: Package
    entries: tuple[StoredEvent, ...]


async def assembled(row: EscalationRow) -> FrozenPackage:
    """The documentation that travelled with that escalation; whoever asks may see it."""
    entries = await timeline_read.until_version(row.ticket_id, row.ticket_version)
    policy = await policies.of_version(row.facts.policy_version)
    begun = _begun(entries, await pauses.of_ticket(row.ticket_id))
    timeline = entries_of(entries)
    ticket = _with_settled(_as_it_was(row, policy, begun), timeline, policy)
    explanations = explain(ticket, policy)
    package = assemble(ticket, timeline=timeline, explanations=explanations)
    return FrozenPackage(row, package, tuple(entries))


def _begun(entries: Sequence[StoredEvent], stored: Sequence[Pause]) -> Sequence[Pause]:
    """The pauses that this part of the timeline began: each began with one event."""
    return stored[: sum(entry.kind in {"TicketHeld", "TicketResolved"} for entry in entries)]


def _as_it_was(row: EscalationRow, policy: Policy, begun: Sequence[Pause]) -> Ticket:
    ticket = Ticket(
        id=row.ticket_id,
        version=row.ticket_version - 1,
        description=row.description,
        pauses=_as_they_were(begun, row.facts.status),
        **{name: getattr(row.facts, name) for name in _FROZEN},
    )
    return arm(ticket, policy)


def _with_settled(ticket: Ticket, timeline: Sequence[Event], policy: Policy) -> Ticket:
    """The ticket with the deadlines, too, that had been answered, missed or passed by then."""
    targets = policy.targets[ticket.priority]
    kinds = [DeadlineKind.RESPONSE, *(DeadlineKind(tier) for tier, _ in targets.rungs)]
    settled = (_settled(ticket, kind, timeline, policy) for kind in kinds)
    rows = (*ticket.deadlines, *(row for row in settled if ticket.deadline(row.kind) is None))
    return replace(ticket, deadlines=rows)


def _settled(
    ticket: Ticket, kind: DeadlineKind, timeline: Sequence[Event], policy: Policy
) -> Deadline:
    """A deadline that is no longer armed: how it ended, as the timeline tells."""
    fired = next((event for event in reversed(timeline) if _fires(event, kind)), None)
    if isinstance(fired, ResponseBreached | TicketEscalated):
        return Deadline(ticket.cycle, kind, fired.due_at, DeadlineState.FIRED, fired_at=fired.at)
    if kind is DeadlineKind.RESPONSE:
        return Deadline(ticket.cycle, kind, response_due(ticket, policy), DeadlineState.MET)
    after = target(policy.targets[ticket.priority], kind)
    assert after is not None
    return Deadline(ticket.cycle, kind, rung_due(ticket, policy, after), DeadlineState.VOID)


def _fires(event: Event, kind: DeadlineKind) -> bool:
    if kind is DeadlineKind.RESPONSE:
        return isinstance(event, ResponseBreached)
    return isinstance(event, TicketEscalated) and event.kind is kind


def _as_they_were(begun: Sequence[Pause], status: Status) -> tuple[Pause, ...]:
    """A ticket that was held then had not been resumed, whatever came of it."""
    if status is not Status.ON_HOLD or not begun:
        return tuple(begun)
    return (*begun[:-1], replace(begun[-1], ended_at=None))


_FROZEN = TicketState.__dataclass_fields__.keys() & Ticket.__dataclass_fields__.keys()
"""`urgent` and `next_due_at` follow from the rest."""
