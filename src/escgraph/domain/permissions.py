"""Who may do what (P2): one table of role and act, and the rules that look at the ticket too."""

from collections.abc import Collection, Mapping
from enum import StrEnum
from types import MappingProxyType

from escgraph.domain.errors import ForbiddenError
from escgraph.domain.terms import PersonId, ReviewKind, Role, Scope
from escgraph.domain.ticket import Actor, Ticket


class Act(StrEnum):
    """One value for each mutation, named as in the API, and one for reading."""

    READ = "read"
    OPEN = "openTicket"
    ACKNOWLEDGE = "acknowledgeTicket"
    ADD_NOTE = "addNote"
    LOG_ACTION = "logAction"
    ATTACH_LINK = "attachLink"
    ASSIGN = "assignTicket"
    ACCEPT = "acceptTicket"
    ALLOCATE = "allocatePeople"
    TRANSFER = "transferOwnership"
    CHANGE_PRIORITY = "changePriority"
    FLAG_URGENT = "flagUrgent"
    MARK_CRITICAL = "markCritical"
    HOLD = "holdTicket"
    RESUME = "resumeTicket"
    ESCALATE = "escalateTicket"
    DEESCALATE = "deescalateTicket"
    POST_UPDATE = "postStakeholderUpdate"
    ADD_STAKEHOLDER = "addStakeholder"
    REMOVE_STAKEHOLDER = "removeStakeholder"
    RESOLVE = "resolveTicket"
    CLOSE = "closeTicket"
    REOPEN = "reopenTicket"
    CANCEL = "cancelTicket"
    MERGE = "mergeTickets"
    WRITE_REVIEW_SECTION = "writeReviewSection"
    ADD_REVIEW_ACTION = "addReviewAction"
    REVISE_REVIEW_ACTION = "reviseReviewAction"
    COMPLETE_REVIEW_ACTION = "completeReviewAction"
    COMPLETE_REVIEW = "completeReview"
    DRAFT_POLICY = "draftPolicy"
    REVISE_POLICY_DRAFT = "revisePolicyDraft"
    VALIDATE_POLICY_DRAFT = "validatePolicyDraft"
    PUBLISH_POLICY = "publishPolicy"
    DISCARD_POLICY_DRAFT = "discardPolicyDraft"
    MARK_CASES_READ = "markCasesRead"
    MOVE_TICKETS = "moveTicketsToPolicy"
    REDELIVER = "redeliver"
    ADD_CHANNEL = "addChannel"
    REMOVE_CHANNEL = "removeChannel"
    DISABLE_CHANNEL = "disableChannel"
    ENABLE_CHANNEL = "enableChannel"
    ORDER_CHANNELS = "orderChannels"
    ROTATE_CHANNEL_SECRET = "rotateChannelSecret"  # noqa: S105 - an act, not a secret
    SET_PREFERENCES = "setNotificationPreferences"
    CREATE_PERSON = "createPerson"
    CREATE_TOKEN = "createToken"  # noqa: S105 - an act, not a secret
    REVOKE_TOKEN = "revokeToken"  # noqa: S105 - the same
    CREATE_WEBHOOK = "createWebhook"
    CHANGE_WEBHOOK = "changeWebhook"
    ROTATE_WEBHOOK_SECRET = "rotateWebhookSecret"  # noqa: S105 - the same
    DISABLE_WEBHOOK = "disableWebhook"
    ENABLE_WEBHOOK = "enableWebhook"
    REPLAY_WEBHOOK = "replayWebhook"
    TEST_WEBHOOK = "testWebhook"
    REMOVE_WEBHOOK = "removeWebhook"


ADMINISTRATION = frozenset(
    {
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
)

REVIEWING = frozenset(
    {
        Act.WRITE_REVIEW_SECTION,
        Act.ADD_REVIEW_ACTION,
        Act.REVISE_REVIEW_ACTION,
        Act.COMPLETE_REVIEW_ACTION,
        Act.COMPLETE_REVIEW,
        Act.MARK_CASES_READ,
    }
)
"""What is done to reviews; who completes one, `COMPLETING` says."""

WEBHOOKS = frozenset(
    {
        Act.CREATE_WEBHOOK,
        Act.CHANGE_WEBHOOK,
        Act.ROTATE_WEBHOOK_SECRET,
        Act.DISABLE_WEBHOOK,
        Act.ENABLE_WEBHOOK,
        Act.REPLAY_WEBHOOK,
        Act.TEST_WEBHOOK,
        Act.REMOVE_WEBHOOK,
    }
)
"""What scripts do to their own webhooks, and administrators to everybody's."""

PERSONAL = frozenset(
    {
        Act.ADD_CHANNEL,
        Act.REMOVE_CHANNEL,
        Act.DISABLE_CHANNEL,
        Act.ENABLE_CHANNEL,
        Act.ORDER_CHANNELS,
        Act.ROTATE_CHANNEL_SECRET,
        Act.SET_PREFERENCES,
    }
)
"""How one wants to be told: for oneself; administrators, for anybody (`permit_for`)."""

_ON_TICKETS = frozenset(Act) - ADMINISTRATION - WEBHOOKS
_FOR_MANAGERS = frozenset({Act.ALLOCATE, Act.MARK_CASES_READ, Act.REDELIVER})

PERMITTED: Mapping[Role, frozenset[Act]] = MappingProxyType(
    {
        Role.LEVEL_1_AGENT: _ON_TICKETS - _FOR_MANAGERS,
        Role.ENGINEER: _ON_TICKETS - _FOR_MANAGERS - {Act.OPEN},
        Role.MANAGER: _ON_TICKETS,
        Role.STAKEHOLDER: frozenset({Act.READ}),
        Role.ADMINISTRATOR: (
            frozenset({Act.READ, Act.REDELIVER}) | ADMINISTRATION | WEBHOOKS | PERSONAL
        ),
        Role.SCRIPT: frozenset(
            {
                Act.READ,
                Act.OPEN,
                Act.ADD_NOTE,
                Act.LOG_ACTION,
                Act.ATTACH_LINK,
                Act.FLAG_URGENT,
                Act.ADD_STAKEHOLDER,
            }
        )
        | WEBHOOKS,
        Role.WALLBOARD: frozenset({Act.READ}),
    }
)


class Relation(StrEnum):
    """How a person may stand to one ticket."""

    OWNER = "the ticket's owner"
    HOLDING_TIER = "the tier that holds the ticket"


RESERVED: Mapping[Act, frozenset[Relation]] = MappingProxyType(
    {
        Act.TRANSFER: frozenset({Relation.OWNER}),
        Act.CLOSE: frozenset({Relation.OWNER}),
        Act.CANCEL: frozenset({Relation.OWNER}),
        Act.MERGE: frozenset({Relation.OWNER}),
        Act.POST_UPDATE: frozenset({Relation.OWNER}),
        Act.ASSIGN: frozenset({Relation.OWNER, Relation.HOLDING_TIER}),
        Act.DEESCALATE: frozenset({Relation.HOLDING_TIER}),
    }
)
"""Acts for some only, by how they stand to the ticket, and for managers (R3 to R5, A21)."""


COMPLETING: Mapping[ReviewKind, frozenset[Relation]] = MappingProxyType(
    {
        ReviewKind.POST_ISSUE: frozenset({Relation.OWNER}),
        ReviewKind.QUARTERLY: frozenset(),
    }
)
"""Who completes a review beside the managers, by how they stand to its ticket."""


def scope(act: Act) -> Scope:
    """The scope that a token needs for the act."""
    if act is Act.READ:
        return Scope.READ
    return Scope.ADMINISTER if act in ADMINISTRATION else Scope.ACT


def permit(actor: Actor, act: Act, ticket: Ticket | None = None) -> None:
    """Pass if the actor may do that, to that ticket.

    Raises:
        ForbiddenError: the role, or the actor's relation to the ticket, does not allow it.
    """
    if act not in PERMITTED[actor.role]:
        raise ForbiddenError(f"{act} is not for the role {actor.role}; ask {_who_may(act)}")
    if ticket is None or actor.role is Role.MANAGER:
        return
    allowed = RESERVED.get(act)
    if allowed is not None and not allowed & _relations(actor, ticket):
        raise ForbiddenError(f"{act} is for {' or '.join(sorted(allowed))}; ask there or a manager")


def permit_for(actor: Actor, act: Act, person: PersonId) -> None:
    """Pass if the actor may do that to what is that person's own.

    Raises:
        ForbiddenError: the role does not allow it, or the person is another and the actor
            administers nobody.
    """
    permit(actor, act)
    if person != actor.person and actor.role is not Role.ADMINISTRATOR:
        raise ForbiddenError(
            f"{act} for others is for an {Role.ADMINISTRATOR}; leave personId out, or ask one",
            field=("personId",),
        )


def permit_completing(actor: Actor, kind: ReviewKind, ticket: Ticket | None) -> None:
    """Pass if the actor may complete a review of that kind; `ticket` is what it looks back on.

    Raises:
        ForbiddenError: the role, or the actor's relation to the ticket, does not allow it.
    """
    permit(actor, Act.COMPLETE_REVIEW)
    stands = frozenset[Relation]() if ticket is None else _relations(actor, ticket)
    if actor.role is Role.MANAGER or COMPLETING[kind] & stands:
        return
    others = "".join(f"{relation} or " for relation in sorted(COMPLETING[kind]))
    raise ForbiddenError(
        f"{Act.COMPLETE_REVIEW} of a {kind} review is for {others}a manager; ask there"
    )


def may_see(actor: Actor, *, stakeholders: Collection[PersonId]) -> bool:
    """Whether the actor may see a ticket at all: a stakeholder sees those that name them (P2)."""
    return actor.role is not Role.STAKEHOLDER or actor.person in stakeholders


def may_see_internal(actor: Actor) -> bool:
    """Whether the actor reads what colleagues write to each other: notes, actions, updates.

    Who published a policy and why is such a thing too.
    """
    return actor.role not in {Role.STAKEHOLDER, Role.WALLBOARD}


def _relations(actor: Actor, ticket: Ticket) -> frozenset[Relation]:
    stands = {
        Relation.OWNER: actor.person == ticket.owner,
        Relation.HOLDING_TIER: actor.tier is ticket.tier,
    }
    return frozenset(relation for relation, true in stands.items() if true)


def _who_may(act: Act) -> str:
    return " or ".join(sorted(role for role in Role if act in PERMITTED[role]))
