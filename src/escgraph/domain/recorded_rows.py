"""A ticket's rows held against what its events tell: row, deadlines, pauses and escalations."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from escgraph.domain import events
from escgraph.domain.contradiction import About, Contradiction
from escgraph.domain.recorded import Record, StoredDeadline, StoredEscalation
from escgraph.domain.recount import Climb, Recount, differences
from escgraph.domain.state import state_of
from escgraph.domain.terms import RANK, DeadlineState, Tier, Trigger
from escgraph.domain.ticket import Deadline, Ticket, including

BESIDE = ("description", "resolution", "merged_into")
"""Facts of the row that no state has."""


def rows_against(record: Record, recount: Recount, *, name: str) -> Iterator[Contradiction]:
    """What the rows say otherwise, once every event was heard."""
    told = recount.last
    if told is None or told.version != record.ticket.version:
        last = (
            "there is no event" if told is None else f"the last event made version {told.version}"
        )
        says = f"the row is at version {record.ticket.version}, and {last}"
        yield Contradiction(About.VERSION, name, says)
        return
    yield from _row(record, recount, name)
    yield from _escalations(record, recount.climbs, name)
    forgotten = _forgotten(record)
    if forgotten:
        says = "it is live below MANAGEMENT, and no armed deadline will ever move it"
        yield Contradiction(About.FORGOTTEN, name, says)
    if recount.standings:
        if not forgotten:
            yield from _deadlines(record.deadlines, recount, name)
        yield from _pauses(record, recount, name)


def _row(record: Record, recount: Recount, name: str) -> Iterator[Contradiction]:
    assert recount.last is not None
    stored = replace(state_of(record.ticket), urgent=record.urgent, next_due_at=record.next_due_at)
    tickets = [one.ticket for one in recount.standings]
    states = [recount.last.state, *map(state_of, tickets)]
    beside = [_beside(record, ticket) for ticket in tickets] or [[]]
    if stored in states and [] in beside:
        return
    differing = [*differences(stored, states[0]), *beside[0]]
    due_only = len(differing) == 1 and stored.next_due_at != states[0].next_due_at
    about = About.NEXT_DUE if due_only else About.ROW
    yield Contradiction(about, name, f"the row differs from its events: {', '.join(differing)}")


def _beside(record: Record, told: Ticket) -> list[str]:
    named = [name for name in BESIDE if getattr(record.ticket, name) != getattr(told, name)]
    another_team = record.team is not None and record.team != told.team
    return [*named, "team"] if another_team else named


def _forgotten(record: Record) -> bool:
    """As `store.forgotten` finds them: a parked deadline never fires."""
    ticket = record.ticket
    return (
        ticket.live
        and ticket.reached is not Tier.MANAGEMENT
        and not any(
            row.deadline.armed and row.deadline.to_tier is not None and not row.parked
            for row in record.deadlines
            if row.deadline.cycle == ticket.cycle
        )
    )


def _deadlines(
    rows: Sequence[StoredDeadline], recount: Recount, name: str
) -> Iterator[Contradiction]:
    found = [list(_otherwise(rows, one.deadlines, name)) for one in recount.standings]
    yield from min(found, key=len)


def _otherwise(
    rows: Sequence[StoredDeadline], told: Sequence[Deadline], name: str
) -> Iterator[Contradiction]:
    wanted = {(row.cycle, row.kind): row for row in told}
    for stored in rows:
        row = stored.deadline
        due = wanted.pop((row.cycle, row.kind), None)
        if row != due or stored.rank != RANK[row.kind]:
            yield _wrong(row, due, name)
    for (cycle, kind), due in wanted.items():
        says = f"there is no {kind} deadline of cycle {cycle}; it should be {_shown(due)}"
        yield Contradiction(About.DEADLINE, name, says)


def _wrong(row: Deadline, due: Deadline | None, name: str) -> Contradiction:
    should = "not be" if due is None else f"be {_shown(due)}"
    says = f"the {row.kind} deadline of cycle {row.cycle} is {_shown(row)}; it should {should}"
    return Contradiction(_about(row, due), name, says)


def _about(row: Deadline, due: Deadline | None) -> About:
    fires = row.state is DeadlineState.FIRED
    should = due is not None and due.state is DeadlineState.FIRED
    if fires and not should:
        return About.FIRED_WITHOUT_EVENT
    if should and not fires:
        return About.EVENT_WITHOUT_FIRING
    if row.fired_at is not None and row.fired_at < row.due_at:
        return About.FIRED_EARLY
    return About.DEADLINE


def _shown(row: Deadline) -> str:
    where = row.to_tier or row.to_status
    fired = "" if row.fired_at is None else f" at {row.fired_at.isoformat()}"
    return f"{row.state}{fired}, due {row.due_at.isoformat()}{f', to {where}' if where else ''}"


def _pauses(record: Record, recount: Recount, name: str) -> Iterator[Contradiction]:
    told = [one.ticket.pauses for one in recount.standings]
    if record.pauses in told:
        return
    (pauses, *_) = told
    pairs = enumerate(zip(record.pauses, pauses, strict=False))
    at = next((n for n, (a, b) in pairs if a != b), min(len(record.pauses), len(pauses)))
    says = f"pause {at + 1} is not as its events tell; {len(pauses)} should be there"
    yield Contradiction(About.PAUSE, name, f"{says}, and {len(record.pauses)} are")


def _escalations(record: Record, climbs: Sequence[Climb], name: str) -> Iterator[Contradiction]:
    stored = {row.version: row for row in record.escalations}
    twice = _twice(record.escalations)
    for climb in climbs:
        where = f"{name} version {climb.told.version}"
        row = stored.pop(climb.told.version, None)
        if row is None:
            says = (
                f"the event at position {climb.told.position} escalated it, and no row tells of it"
            )
            yield Contradiction(About.ESCALATION_MISSING, where, says)
        elif row.version in twice:
            says = f"a deadline brought it to {row.to_tier} a second time"
            yield Contradiction(About.RUNG_TWICE, where, says)
        elif differing := _differing(row, climb, record.ticket):
            says = f"the escalation differs from its event: {', '.join(differing)}"
            yield Contradiction(About.ESCALATION, where, says)
    for version in stored:
        says = "there is an escalation, and no event of that version escalated it"
        yield Contradiction(About.ESCALATION_WITHOUT_EVENT, f"{name} version {version}", says)


def _twice(rows: Sequence[StoredEscalation]) -> set[int]:
    """The versions of those that reach a rung again; a rung fires once in a life."""
    counted: Counter[Tier] = Counter()
    again = set()
    for row in sorted(rows, key=lambda row: row.version):
        if row.trigger is Trigger.DEADLINE:
            counted[row.to_tier] += 1
            if counted[row.to_tier] > 1:
                again.add(row.version)
    return again


def _differing(row: StoredEscalation, climb: Climb, ticket: Ticket) -> list[str]:
    event = climb.told.event
    assert isinstance(event, events.TicketEscalated)
    pairs: dict[str, tuple[object, object]] = {
        name: (getattr(row, name), getattr(event, name)) for name in _OF_BOTH
    }
    pairs["fired_at"] = (row.fired_at, event.at)
    pairs["description"] = (row.description, ticket.description)
    differing = [name for name, (a, b) in pairs.items() if a != b]
    if climb.befores and not any(_frozen(row, before) for before in climb.befores):
        differing.append("facts, which are not those before it")
    return differing


def _frozen(row: StoredEscalation, before: Ticket) -> bool:
    """Whether the row holds the ticket as it stood just before (C3)."""
    return (
        row.facts == state_of(before)
        and row.cycle == before.cycle
        and row.responsible_from == including((), before.owner, *before.assignees)
    )


_OF_BOTH = (
    "trigger",
    "kind",
    "from_tier",
    "to_tier",
    "due_at",
    "catch_up",
    "by",
    "reason",
    "comment",
    "no_recipient",
)
