"""Events of a ticket as those hear of them who are told; the house of the rule tests."""

from dataclasses import replace

from escgraph.domain.event import Event
from escgraph.domain.events import (
    NoteAdded,
    StakeholderUpdatePosted,
    TicketEscalated,
    TicketMarkedCritical,
    TicketResumed,
)
from escgraph.domain.hearers import Happening, House, Member
from escgraph.domain.state import TicketState, state_of
from escgraph.domain.terms import Audience, DeadlineKind, PersonId, Role, Tier, Trigger, Visibility
from tests.domain import people
from tests.domain.desk import NINE, Desk, hours
from tests.domain.people import person

OWNER = people.AGENT.person
AGENT = people.OTHER_AGENT.person
ENGINEER = people.ENGINEER.person
SPECIALIST = people.SPECIALIST.person
MANAGER = people.MANAGER.person
OTHER_MANAGER = people.OTHER_MANAGER.person
SCRIPT = people.SCRIPT.person
STAKEHOLDER = people.STAKEHOLDER.person
ADMINISTRATOR = people.ADMINISTRATOR.person
WALLBOARD = people.WALLBOARD.person
LEAD = person(11)
COLLEAGUE = person(12)
"""An engineer of LEVEL_2 beside the other."""

GONE = person(13)
"""Who left, and so is no member."""

MEMBERS = (
    Member(OWNER, Role.LEVEL_1_AGENT, Tier.LEVEL_1, lead=False, email="ada@example.org"),
    Member(AGENT, Role.LEVEL_1_AGENT, Tier.LEVEL_1, lead=False, email="abe@example.org"),
    Member(LEAD, Role.ENGINEER, Tier.LEVEL_2, lead=True, email="liz@example.org"),
    Member(ENGINEER, Role.ENGINEER, Tier.LEVEL_2, lead=False, email="eva@example.org"),
    Member(COLLEAGUE, Role.ENGINEER, Tier.LEVEL_2, lead=False, email="emil@example.org"),
    Member(SPECIALIST, Role.ENGINEER, Tier.LEVEL_3, lead=False, email="stu@example.org"),
    Member(MANAGER, Role.MANAGER, Tier.MANAGEMENT, lead=False, email="mia@example.org"),
    Member(OTHER_MANAGER, Role.MANAGER, Tier.MANAGEMENT, lead=False, email="ben@example.org"),
    Member(ADMINISTRATOR, Role.ADMINISTRATOR, None, lead=False, email="root@example.org"),
    Member(STAKEHOLDER, Role.STAKEHOLDER, None, lead=False, email="Stella@example.org"),
    Member(SCRIPT, Role.SCRIPT, None, lead=True, email="robot@example.org"),
    Member(WALLBOARD, Role.WALLBOARD, None, lead=False, email="wall@example.org"),
)
HOUSE = House(MEMBERS)


def state(
    *,
    tier: Tier = Tier.LEVEL_1,
    owner: PersonId = OWNER,
    assignees: tuple[PersonId, ...] = (),
    stakeholders: tuple[PersonId, ...] = (),
    reporter: str = "Ann Example",
) -> TicketState:
    ticket = Desk(owner=owner, stakeholders=stakeholders, reporter=reporter).ticket
    return replace(state_of(ticket), tier=tier, assignees=assignees)


def happening(
    event: Event,
    seen: TicketState | None = None,
    *,
    left: tuple[PersonId, ...] = (),
    assigned_before: tuple[PersonId, ...] = (),
    responsible: tuple[PersonId, ...] = (),
    told: tuple[PersonId, ...] = (),
) -> Happening:
    """`left` are stakeholders who were taken off the ticket since."""
    seen = seen or state()
    return Happening(
        event=event,
        state=seen,
        stakeholders=frozenset(seen.stakeholders) - frozenset(left),
        assigned_before=assigned_before,
        responsible=responsible,
        told=told,
    )


def note(visibility: Visibility, *, by: PersonId = ENGINEER) -> NoteAdded:
    return NoteAdded(at=NINE, by=by, text="Tried it", visibility=visibility, corrects=None)


def update(audience: Audience, *, by: PersonId = MANAGER) -> StakeholderUpdatePosted:
    return StakeholderUpdatePosted(
        at=NINE, by=by, text="It is found", audience=audience, closing=False
    )


def marked_critical(*, critical: bool, by: PersonId = AGENT) -> TicketMarkedCritical:
    return TicketMarkedCritical(at=NINE, by=by, critical=critical, reason="All is down")


def resumed(*, by_cap: bool) -> TicketResumed:
    by = None if by_cap else AGENT
    return TicketResumed(at=NINE + hours(2), by=by, held_since=NINE, by_cap=by_cap)


def escalated(
    to_tier: Tier = Tier.LEVEL_2, *, by: PersonId | None = None, no_recipient: bool = False
) -> TicketEscalated:
    return TicketEscalated(
        at=NINE + hours(2),
        by=by,
        trigger=Trigger.DEADLINE if by is None else Trigger.MANUAL,
        kind=DeadlineKind.LEVEL_2 if by is None else None,
        from_tier=Tier.LEVEL_1,
        to_tier=to_tier,
        due_at=NINE + hours(2),
        catch_up=False,
        reason=None,
        comment="",
        no_recipient=no_recipient,
    )
