"""Acts for some only, by how they stand to the ticket: the table in full (R3, R4, R5, A3, A21)."""

import pytest

from escgraph.domain.errors import ForbiddenError
from escgraph.domain.permissions import (
    ADMINISTRATION,
    PERMITTED,
    PERSONAL,
    RESERVED,
    REVIEWING,
    Act,
    permit,
)
from escgraph.domain.terms import Role, Tier
from escgraph.domain.ticket import Actor
from tests.domain.acts import ACTS
from tests.domain.desk import NINE, Desk, hours
from tests.domain.people import (
    ADMINISTRATOR,
    AGENT,
    ENGINEER,
    MANAGER,
    OTHER_AGENT,
    SCRIPT,
    SPECIALIST,
    person,
)

# How each stands to a ticket that LEVEL_2 holds and an agent of LEVEL_1 owns.
STANDINGS = {
    "its owner": AGENT,
    "the tier that holds it": ENGINEER,
    "a tier below": OTHER_AGENT,
    "a tier above": SPECIALIST,
    "a manager": MANAGER,
}

# One letter for each of STANDINGS: yes or no.
TABLE = {
    Act.READ: "yyyyy",
    Act.ACKNOWLEDGE: "yyyyy",
    Act.ADD_NOTE: "yyyyy",
    Act.LOG_ACTION: "yyyyy",
    Act.ATTACH_LINK: "yyyyy",
    Act.ASSIGN: "yynny",
    Act.ACCEPT: "yyyyy",  # the act itself asks for the tier that holds it
    Act.TRANSFER: "ynnny",
    Act.CHANGE_PRIORITY: "yyyyy",
    Act.FLAG_URGENT: "yyyyy",
    Act.MARK_CRITICAL: "yyyyy",
    Act.HOLD: "yyyyy",
    Act.RESUME: "yyyyy",
    Act.ESCALATE: "yyyyy",
    Act.DEESCALATE: "nynny",
    Act.POST_UPDATE: "ynnny",
    Act.ADD_STAKEHOLDER: "yyyyy",
    Act.REMOVE_STAKEHOLDER: "yyyyy",
    Act.RESOLVE: "yyyyy",
    Act.CLOSE: "ynnny",
    Act.REOPEN: "yyyyy",
    Act.CANCEL: "ynnny",
    Act.MERGE: "ynnny",
}

CELLS = [
    pytest.param(act, actor, letter == "y", id=f"{act} by {standing}")
    for act, letters in TABLE.items()
    for (standing, actor), letter in zip(STANDINGS.items(), letters, strict=True)
]

REFUSALS = {
    Act.TRANSFER: "transferOwnership is for the ticket's owner; ask there or a manager",
    Act.CLOSE: "closeTicket is for the ticket's owner; ask there or a manager",
    Act.CANCEL: "cancelTicket is for the ticket's owner; ask there or a manager",
    Act.MERGE: "mergeTickets is for the ticket's owner; ask there or a manager",
    Act.POST_UPDATE: "postStakeholderUpdate is for the ticket's owner; ask there or a manager",
    Act.ASSIGN: "assignTicket is for the ticket's owner or the tier that holds the ticket; "
    "ask there or a manager",
    Act.DEESCALATE: "deescalateTicket is for the tier that holds the ticket; "
    "ask there or a manager",
}


def escalated() -> Desk:
    """A ticket as STANDINGS have it."""
    return Desk(tier=Tier.LEVEL_2, owner=AGENT.person, stakeholders=(person(54),))


def test_the_table_is_full() -> None:
    """Every act that agent, engineer and manager share; what is reserved is so by the table."""
    shared = PERMITTED[Role.LEVEL_1_AGENT] & PERMITTED[Role.ENGINEER] & PERMITTED[Role.MANAGER]

    assert set(TABLE) == shared - REVIEWING - PERSONAL
    assert set(RESERVED) == set(REFUSALS) == {a for a, row in TABLE.items() if "n" in row}
    assert not set(RESERVED) & ADMINISTRATION


@pytest.mark.parametrize(("act", "actor", "allowed"), CELLS)
def test_an_act_is_for_those_who_stand_so_to_the_ticket(
    act: Act, actor: Actor, *, allowed: bool
) -> None:
    ticket = escalated().ticket

    if allowed:
        permit(actor, act, ticket)
    else:
        with pytest.raises(ForbiddenError) as refused:
            permit(actor, act, ticket)
        assert refused.value.message == REFUSALS[act]


@pytest.mark.parametrize(
    ("act", "actor"),
    [
        pytest.param(act, actor, id=f"{act} by {standing}")
        for act in RESERVED
        for (standing, actor), letter in zip(STANDINGS.items(), TABLE[act], strict=True)
        if letter == "n"
    ],
)
def test_the_act_itself_asks_and_writes_nothing(act: Act, actor: Actor) -> None:
    desk = escalated()
    if act is Act.CLOSE:
        desk.resolve(NINE)
    before = desk.ticket

    with pytest.raises(ForbiddenError) as refused:
        ACTS[act](desk, NINE + hours(1), actor)

    assert refused.value.message == REFUSALS[act]
    assert desk.ticket == before


@pytest.mark.parametrize("tier", list(Tier))
def test_handing_down_is_for_the_tier_that_holds_it_and_for_managers(tier: Tier) -> None:
    """A21: whoever owns it."""
    ticket = Desk(tier=tier, owner=person(40)).ticket

    permit(MANAGER, Act.DEESCALATE, ticket)
    for actor in (AGENT, ENGINEER, SPECIALIST):
        if actor.tier is tier:
            permit(actor, Act.DEESCALATE, ticket)
        else:
            with pytest.raises(ForbiddenError, match="the tier that holds the ticket"):
                permit(actor, Act.DEESCALATE, ticket)


@pytest.mark.parametrize("act", sorted(RESERVED))
@pytest.mark.parametrize("owner", [SCRIPT, ADMINISTRATOR])
def test_owning_a_ticket_gives_no_role_an_act_that_it_has_not(act: Act, owner: Actor) -> None:
    """P2."""
    ticket = Desk(owner=owner.person).ticket

    with pytest.raises(ForbiddenError, match=f"not for the role {owner.role}"):
        permit(owner, act, ticket)


def test_who_works_at_no_tier_is_of_none_that_holds_a_ticket() -> None:
    """A21: an engineer without a queue."""
    nowhere = Actor(person(60), Role.ENGINEER, None)

    for tier in Tier:
        with pytest.raises(ForbiddenError):
            permit(nowhere, Act.DEESCALATE, Desk(tier=tier).ticket)
