"""The people and the policies of the state machine: the same for the model and for databases."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from types import MappingProxyType

from escgraph.domain.policy import SOP, Policy, Targets
from escgraph.domain.terms import HoldReason, PersonId, Priority, Role, Tier
from escgraph.domain.ticket import Actor
from tests.domain import people
from tests.domain.desk import NINE, hours, minutes
from tests.domain.hours import office
from tests.domain.lives import BRISK

START = NINE.replace(microsecond=123_457)

WHO: Mapping[str, Actor] = MappingProxyType(
    {
        "manager": people.MANAGER,
        "agent": people.AGENT,
        "other agent": people.OTHER_AGENT,
        "engineer": people.ENGINEER,
        "specialist": people.SPECIALIST,
        "other manager": people.OTHER_MANAGER,
        "script": people.SCRIPT,
        "stakeholder": people.STAKEHOLDER,
        "administrator": people.ADMINISTRATOR,
        "wallboard": people.WALLBOARD,
    }
)
LEADS = frozenset({"other agent"})
STRANGER = people.person(99)
"""Somebody whom no database knows."""

ROUTED_TO = people.AGENT
"""Who owns what a script opens."""

IN_TURN = replace(
    SOP,
    name="Office hours",
    targets=MappingProxyType(
        {
            Priority.HIGH: Targets(minutes(30), hours(1), hours(2), hours(3)),
            Priority.MEDIUM: Targets(hours(1), hours(3), None, hours(6)),
            Priority.LOW: Targets(hours(2), hours(4), hours(6), hours(7)),
        }
    ),
    hold_cap=hours(2),
    hold_caps=MappingProxyType({HoldReason.AWAITING_VENDOR: hours(9)}),
    reopening_grace=minutes(20),
    escalating_reopening=1,
    reminders=(minutes(45),),
    calendars=MappingProxyType({"hours": office("Europe/Berlin")}),
    clocks=MappingProxyType({Priority.LOW: "hours"}),
)


def policy(version: int) -> Policy:
    """What each version says: the SOP, and then a brisk one and one by office hours in turn."""
    if version == SOP.version:
        return SOP
    return replace(BRISK if version % 2 == 0 else IN_TURN, version=version)


def named(person: PersonId) -> str:
    """What the databases call that person."""
    return next(who.title() for who, actor in WHO.items() if actor.person == person)


def team(tier: Tier, *, away: Collection[str]) -> tuple[PersonId, ...]:
    """Who works at that tier, by name."""
    return _by_name(who for who, actor in WHO.items() if actor.tier is tier and who not in away)


def in_their_place() -> tuple[PersonId, ...]:
    """Who is told of what reaches nobody: the leads, then the managers (A22)."""
    managers = (who for who, actor in WHO.items() if actor.role is Role.MANAGER)
    return _by_name(LEADS) + _by_name(managers)


def _by_name(who: object) -> tuple[PersonId, ...]:
    return tuple(WHO[name].person for name in sorted(who))  # type: ignore[call-overload]  # names
