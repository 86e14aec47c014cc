"""Tickets that stand before each kind of deadline, and what the domain says that firing does."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

from uuid_utils.compat import uuid7

from escgraph.domain import ending, holds, ladder, opening, work
from escgraph.domain.opening import Report
from escgraph.domain.policy import SOP, Policy, Targets
from escgraph.domain.policy_document import document
from escgraph.domain.terms import (
    EscalationReason,
    HoldReason,
    PersonId,
    Priority,
    ResolutionCode,
    Role,
    TicketId,
    Tier,
)
from escgraph.domain.ticket import Actor, Change, Deadline, Ticket
from escgraph.store import people, policies, tickets
from escgraph.store.people import Person
from escgraph.store.transactions import unit_of_work
from tests.store.rows import add

NINE = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
INSTANT = timedelta(microseconds=1)

THREE_RUNGS = replace(
    SOP,
    version=2,
    targets=MappingProxyType(
        {priority: Targets(HOUR, 2 * HOUR, 3 * HOUR, 4 * HOUR) for priority in Priority}
    ),
)
"""A policy whose deadlines reach every tier."""


def _person(name: str, role: Role, tier: Tier | None, *, lead: bool = False) -> Person:
    mail = f"{name.lower()}@example.org"
    return Person(PersonId(uuid7()), name, mail, role, tier, lead, active=True, created_at=NINE)


ADA = _person("Ada", Role.LEVEL_1_AGENT, Tier.LEVEL_1)
LIZ = _person("Liz", Role.LEVEL_1_AGENT, Tier.LEVEL_1, lead=True)
EVA = _person("Eva", Role.ENGINEER, Tier.LEVEL_2)
EMIL = _person("Emil", Role.ENGINEER, Tier.LEVEL_2)
GONE = replace(_person("Earl", Role.ENGINEER, Tier.LEVEL_3), active=False)
MIA = _person("Mia", Role.MANAGER, Tier.MANAGEMENT)
BEN = _person("Ben", Role.MANAGER, Tier.MANAGEMENT)
EVERYBODY = (ADA, LIZ, EVA, EMIL, GONE, MIA, BEN)

TEAMS = {
    Tier.LEVEL_2: (EMIL.id, EVA.id),
    Tier.LEVEL_3: (),
    Tier.MANAGEMENT: (BEN.id, MIA.id),
}
"""Who works there, by name; nobody is left at LEVEL_3."""

IN_THEIR_PLACE = (LIZ.id, BEN.id, MIA.id)
"""Whom a tier without people leaves to be told: the leads, then the managers."""

MANAGER = Actor(MIA.id, MIA.role, MIA.tier)
AGENT = Actor(ADA.id, ADA.role, ADA.tier)


async def move_in() -> None:
    """Store the people, the policies and the categories."""
    await policies.seed(at=NINE)
    await publish(THREE_RUNGS)
    for person in EVERYBODY:
        await people.insert(person)


async def publish(policy: Policy) -> None:
    await add(
        "policy",
        version=policy.version,
        name=policy.name,
        document=document(policy),
        created_at=NINE,
        published_at=NINE,
    )


def opened(
    priority: Priority = Priority.MEDIUM,
    *,
    policy: Policy = SOP,
    flagged: bool = False,
    at: datetime = NINE,
) -> Change:
    report = Report(
        title="Search is slow",
        description="Each search takes a minute",
        category="degraded-performance",
        component="search",
        priority=priority,
        reporter="Ann Example",
        flagged=flagged,
    )
    return opening.open_ticket(
        report,
        id=TicketId(uuid7()),
        number=1,
        owner=ADA.id,
        by=AGENT,
        at=at,
        policy=policy,
    )


def untouched() -> Change:
    return opened()


def urgent() -> Change:
    return opened(Priority.HIGH)


def low_priority() -> Change:
    return opened(Priority.LOW)


def tried(at: datetime) -> Change:
    """Somebody logged an action at that moment."""
    return _then(opened(), lambda t: work.log_action(t, by=AGENT, at=at, text="restarted it"))


def flagged_with_assignees() -> Change:
    change = opened(Priority.LOW, flagged=True)
    assignees = (EVA.id, ADA.id, EMIL.id)
    return _then(
        change,
        lambda t: work.assign(t, by=AGENT, at=NINE + HOUR, policy=SOP, assignees=assignees),
    )


def acknowledged() -> Change:
    at = NINE + HOUR
    return _then(opened(), lambda t: work.acknowledge(t, by=AGENT, at=at, policy=SOP))


def with_a_rung_for_level_3() -> Change:
    return opened(policy=THREE_RUNGS)


def escalated_by_hand() -> Change:
    return _then(opened(), lambda t: _escalate(t, Tier.LEVEL_2))


def at_management() -> Change:
    return _then(opened(), lambda t: _escalate(t, Tier.MANAGEMENT))


def held() -> Change:
    return _then(acknowledged(), lambda t: _hold(t, NINE + 2 * HOUR))


def held_without_an_answer() -> Change:
    return _then(opened(), lambda t: _hold(t, NINE + 2 * HOUR))


def reopened_after_holds() -> Change:
    """Its second cycle, with three pauses behind it."""
    change = _then(held(), lambda t: holds.resume(t, by=MANAGER, at=NINE + 4 * HOUR, policy=SOP))
    change = _then(change, lambda t: _hold(t, NINE + 5 * HOUR))
    change = _then(
        change,
        lambda t: ending.resolve(
            t,
            by=MANAGER,
            at=NINE + 6 * HOUR,
            policy=SOP,
            summary="fixed",
            code=ResolutionCode.FIXED,
            root_cause="",
        ),
    )
    at = NINE + 30 * HOUR
    return _then(change, lambda t: ending.reopen(t, by=AGENT, at=at, policy=SOP, reason="again"))


SCENES = (
    untouched,
    urgent,
    flagged_with_assignees,
    acknowledged,
    with_a_rung_for_level_3,
    escalated_by_hand,
    at_management,
    held,
    held_without_an_answer,
    reopened_after_holds,
)


async def store(change: Change) -> Ticket:
    """Store a new ticket under the next number, with all that happened to it."""

    async def work() -> Ticket:
        number = await tickets.next_number()
        steps = tuple(
            replace(step, after=replace(step.after, number=number)) for step in change.steps
        )
        await tickets.insert(Change(replace(change.ticket, number=number), steps))
        return await tickets.load(change.ticket.id)

    return await unit_of_work(work)


def first_due(ticket: Ticket) -> Deadline | None:
    """Its first armed deadline."""
    armed = [row for row in ticket.deadlines if row.armed]
    return min(armed, key=ladder.order, default=None)


def _then(change: Change, act: Callable[[Ticket], Change]) -> Change:
    return change.then(act(change.ticket))


def _escalate(ticket: Ticket, tier: Tier) -> Change:
    return ladder.escalate(
        ticket,
        by=AGENT,
        at=NINE + HOUR,
        policy=SOP,
        expected_tier=Tier.LEVEL_1,
        to_tier=tier,
        reason=EscalationReason.NO_ACCESS,
        comment="",
    )


def _hold(ticket: Ticket, at: datetime) -> Change:
    reason = HoldReason.AWAITING_VENDOR
    return holds.hold(ticket, by=MANAGER, at=at, policy=SOP, reason=reason, note="")
