"""The people of the rule tests, one for each role and tier."""

from uuid import UUID

from escgraph.domain.terms import PersonId, Role, Tier
from escgraph.domain.ticket import Actor


def person(number: int) -> PersonId:
    return PersonId(UUID(int=number))


AGENT = Actor(person(1), Role.LEVEL_1_AGENT, Tier.LEVEL_1)
OTHER_AGENT = Actor(person(2), Role.LEVEL_1_AGENT, Tier.LEVEL_1)
ENGINEER = Actor(person(3), Role.ENGINEER, Tier.LEVEL_2)
SPECIALIST = Actor(person(4), Role.ENGINEER, Tier.LEVEL_3)
MANAGER = Actor(person(5), Role.MANAGER, Tier.MANAGEMENT)
OTHER_MANAGER = Actor(person(6), Role.MANAGER, Tier.MANAGEMENT)
SCRIPT = Actor(person(7), Role.SCRIPT, None)
STAKEHOLDER = Actor(person(8), Role.STAKEHOLDER, None)
ADMINISTRATOR = Actor(person(9), Role.ADMINISTRATOR, None)
WALLBOARD = Actor(person(10), Role.WALLBOARD, None)

ONE_OF_EACH_ROLE = {
    actor.role: actor
    for actor in (AGENT, ENGINEER, MANAGER, STAKEHOLDER, ADMINISTRATOR, SCRIPT, WALLBOARD)
}
