"""Who may do what (P2): the table walked in full, role by role and act by act."""

import pytest

from escgraph.domain.errors import ForbiddenError
from escgraph.domain.permissions import (
    PERMITTED,
    PERSONAL,
    Act,
    may_see,
    may_see_internal,
    permit,
    permit_for,
    scope,
)
from escgraph.domain.terms import Role, Scope
from tests.domain.desk import Desk
from tests.domain.people import (
    ADMINISTRATOR,
    AGENT,
    ENGINEER,
    MANAGER,
    ONE_OF_EACH_ROLE,
    STAKEHOLDER,
    person,
)

ROLES = (
    Role.LEVEL_1_AGENT,
    Role.ENGINEER,
    Role.MANAGER,
    Role.SCRIPT,
    Role.ADMINISTRATOR,
    Role.STAKEHOLDER,
    Role.WALLBOARD,
)

# One letter for each of ROLES: yes or no.
TABLE = {
    Act.READ: "yyyyyyy",
    Act.OPEN: "ynyynnn",
    Act.ACKNOWLEDGE: "yyynnnn",
    Act.ADD_NOTE: "yyyynnn",
    Act.LOG_ACTION: "yyyynnn",
    Act.ATTACH_LINK: "yyyynnn",
    Act.ASSIGN: "yyynnnn",
    Act.ACCEPT: "yyynnnn",
    Act.ALLOCATE: "nnynnnn",
    Act.TRANSFER: "yyynnnn",
    Act.CHANGE_PRIORITY: "yyynnnn",
    Act.FLAG_URGENT: "yyyynnn",
    Act.MARK_CRITICAL: "yyynnnn",
    Act.HOLD: "yyynnnn",
    Act.RESUME: "yyynnnn",
    Act.ESCALATE: "yyynnnn",
    Act.DEESCALATE: "yyynnnn",
    Act.POST_UPDATE: "yyynnnn",
    Act.ADD_STAKEHOLDER: "yyyynnn",
    Act.REMOVE_STAKEHOLDER: "yyynnnn",
    Act.RESOLVE: "yyynnnn",
    Act.CLOSE: "yyynnnn",
    Act.REOPEN: "yyynnnn",
    Act.CANCEL: "yyynnnn",
    Act.MERGE: "yyynnnn",
    Act.WRITE_REVIEW_SECTION: "yyynnnn",
    Act.ADD_REVIEW_ACTION: "yyynnnn",
    Act.REVISE_REVIEW_ACTION: "yyynnnn",
    Act.COMPLETE_REVIEW_ACTION: "yyynnnn",
    Act.COMPLETE_REVIEW: "yyynnnn",
    Act.DRAFT_POLICY: "nnnnynn",
    Act.REVISE_POLICY_DRAFT: "nnnnynn",
    Act.VALIDATE_POLICY_DRAFT: "nnnnynn",
    Act.PUBLISH_POLICY: "nnnnynn",
    Act.DISCARD_POLICY_DRAFT: "nnnnynn",
    Act.MARK_CASES_READ: "nnynnnn",
    Act.MOVE_TICKETS: "nnnnynn",
    Act.REDELIVER: "nnynynn",
    Act.ADD_CHANNEL: "yyynynn",
    Act.REMOVE_CHANNEL: "yyynynn",
    Act.DISABLE_CHANNEL: "yyynynn",
    Act.ENABLE_CHANNEL: "yyynynn",
    Act.ORDER_CHANNELS: "yyynynn",
    Act.ROTATE_CHANNEL_SECRET: "yyynynn",
    Act.SET_PREFERENCES: "yyynynn",
    Act.CREATE_PERSON: "nnnnynn",
    Act.CREATE_TOKEN: "nnnnynn",
    Act.REVOKE_TOKEN: "nnnnynn",
    Act.CREATE_WEBHOOK: "nnnyynn",
    Act.CHANGE_WEBHOOK: "nnnyynn",
    Act.ROTATE_WEBHOOK_SECRET: "nnnyynn",
    Act.DISABLE_WEBHOOK: "nnnyynn",
    Act.ENABLE_WEBHOOK: "nnnyynn",
    Act.REPLAY_WEBHOOK: "nnnyynn",
    Act.TEST_WEBHOOK: "nnnyynn",
    Act.REMOVE_WEBHOOK: "nnnyynn",
}

CELLS = [
    pytest.param(role, act, letter == "y", id=f"{role} {act}")
    for act, letters in TABLE.items()
    for role, letter in zip(ROLES, letters, strict=True)
]


def test_the_table_is_full() -> None:
    """P2: nothing is left to a default."""
    assert set(TABLE) == set(Act)
    assert set(ROLES) == set(Role) == set(PERMITTED)


@pytest.mark.parametrize(("role", "act", "allowed"), CELLS)
def test_a_role_does_what_the_table_says_and_nothing_else(
    role: Role, act: Act, *, allowed: bool
) -> None:
    """P2."""
    actor = ONE_OF_EACH_ROLE[role]

    if allowed:
        permit(actor, act)
    else:
        with pytest.raises(ForbiddenError) as refused:
            permit(actor, act)
        assert refused.value.code == "FORBIDDEN"
        assert str(act) in refused.value.message


@pytest.mark.parametrize("act", sorted(set(Act) - {Act.READ}))
def test_who_reads_only_never_writes_not_even_as_owner(act: Act) -> None:
    """P2."""
    ticket = Desk(owner=STAKEHOLDER.person).ticket

    with pytest.raises(ForbiddenError):
        permit(STAKEHOLDER, act, ticket)


@pytest.mark.parametrize("act", list(Act))
def test_a_token_needs_the_scope_of_the_act(act: Act) -> None:
    administration = {
        Act.DRAFT_POLICY,
        Act.REVISE_POLICY_DRAFT,
        Act.VALIDATE_POLICY_DRAFT,
        Act.PUBLISH_POLICY,
        Act.DISCARD_POLICY_DRAFT,
        Act.MOVE_TICKETS,
        Act.CREATE_PERSON,
        Act.CREATE_TOKEN,
        Act.REVOKE_TOKEN,
    }
    wanted = Scope.ADMINISTER if act in administration else Scope.ACT

    assert scope(act) is (Scope.READ if act is Act.READ else wanted)


@pytest.mark.parametrize("act", sorted(PERSONAL))
def test_how_others_want_to_be_told_is_for_administrators(act: Act) -> None:
    """P2: a stakeholder never writes, so somebody has to do it for them."""
    for actor in (AGENT, ENGINEER, MANAGER, ADMINISTRATOR):
        permit_for(actor, act, actor.person)
    permit_for(ADMINISTRATOR, act, STAKEHOLDER.person)

    for actor, words in (
        (AGENT, "is for an ADMINISTRATOR"),
        (MANAGER, "is for an ADMINISTRATOR"),
        (STAKEHOLDER, "is not for the role STAKEHOLDER"),
    ):
        whose = STAKEHOLDER.person
        with pytest.raises(ForbiddenError, match=words):
            permit_for(actor, act, whose)


def test_a_stakeholder_sees_the_tickets_that_name_them() -> None:
    """P2."""
    assert may_see(STAKEHOLDER, stakeholders=(person(20), STAKEHOLDER.person))
    assert not may_see(STAKEHOLDER, stakeholders=(person(20),))


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.STAKEHOLDER}))
def test_everybody_else_sees_every_ticket(role: Role) -> None:
    """P2."""
    assert may_see(ONE_OF_EACH_ROLE[role], stakeholders=())


@pytest.mark.parametrize("role", list(Role))
def test_what_colleagues_write_to_each_other_is_for_colleagues(role: Role) -> None:
    """A12, P2."""
    outside = {Role.STAKEHOLDER, Role.WALLBOARD}

    assert may_see_internal(ONE_OF_EACH_ROLE[role]) is (role not in outside)


def test_a_refusal_names_who_may() -> None:
    """P2."""
    with pytest.raises(ForbiddenError) as allocating:
        permit(AGENT, Act.ALLOCATE)
    with pytest.raises(ForbiddenError) as opening:
        permit(ENGINEER, Act.OPEN)

    assert allocating.value.message.endswith("ask MANAGER")
    assert opening.value.message.endswith("ask LEVEL_1_AGENT or MANAGER or SCRIPT")
