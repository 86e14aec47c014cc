"""The life of a ticket as one table: in which statuses an act may be done, and what it leads to."""

from collections.abc import Mapping
from types import MappingProxyType

from escgraph.domain.errors import WrongStatusError
from escgraph.domain.permissions import Act, permit
from escgraph.domain.terms import LIVE, Status
from escgraph.domain.ticket import Actor, Ticket

_NOT_ENDED = LIVE | {Status.RESOLVED}
_NOT_CANCELLED = _NOT_ENDED | {Status.CLOSED}
_ANY = _NOT_CANCELLED | {Status.CANCELLED}

ALLOWED: Mapping[Act, frozenset[Status]] = MappingProxyType(
    {
        Act.ACKNOWLEDGE: LIVE,
        Act.ADD_NOTE: _ANY,
        Act.LOG_ACTION: _NOT_ENDED,
        Act.ATTACH_LINK: _ANY,
        Act.ASSIGN: LIVE,
        Act.ACCEPT: LIVE,
        Act.ALLOCATE: LIVE,
        Act.TRANSFER: _NOT_CANCELLED,
        Act.CHANGE_PRIORITY: LIVE,
        Act.FLAG_URGENT: LIVE,
        Act.MARK_CRITICAL: LIVE,
        Act.HOLD: frozenset({Status.OPEN, Status.IN_PROGRESS}),
        Act.RESUME: frozenset({Status.ON_HOLD}),
        Act.ESCALATE: LIVE,
        Act.DEESCALATE: LIVE,
        Act.POST_UPDATE: _NOT_CANCELLED,
        Act.ADD_STAKEHOLDER: _NOT_CANCELLED,
        Act.REMOVE_STAKEHOLDER: _NOT_CANCELLED,
        Act.RESOLVE: LIVE,
        Act.CLOSE: frozenset({Status.RESOLVED}),
        Act.REOPEN: frozenset({Status.RESOLVED, Status.CLOSED}),
        Act.CANCEL: LIVE,
        Act.MERGE: LIVE,
    }
)

_WAY_OUT: Mapping[Status, str] = MappingProxyType(
    {
        Status.OPEN: "acknowledge it, or do what remains first",
        Status.IN_PROGRESS: "resolve it first",
        Status.ON_HOLD: "resume it first",
        Status.RESOLVED: "reopen it first",
        Status.CLOSED: "reopen it first",
        Status.CANCELLED: "open a new ticket that refers to it",
    }
)

_HINTS: Mapping[tuple[Act, Status], str] = MappingProxyType(
    {
        (Act.CLOSE, Status.OPEN): "resolve it first",
        (Act.CLOSE, Status.ON_HOLD): "resolve it first",
        (Act.CLOSE, Status.CLOSED): "nothing remains to be done",
        (Act.HOLD, Status.ON_HOLD): "it is held already",
        (Act.RESUME, Status.OPEN): "nothing holds it",
        (Act.RESUME, Status.IN_PROGRESS): "nothing holds it",
        (Act.RESOLVE, Status.RESOLVED): "close it, or reopen it first",
        (Act.REOPEN, Status.OPEN): "it is still being worked on",
        (Act.REOPEN, Status.IN_PROGRESS): "it is still being worked on",
        (Act.REOPEN, Status.ON_HOLD): "it is still being worked on; resume it instead",
    }
)


_WORDS: Mapping[Act, str] = MappingProxyType(
    {
        Act.ACKNOWLEDGE: "acknowledge",
        Act.ADD_NOTE: "add a note to",
        Act.LOG_ACTION: "log an action on",
        Act.ATTACH_LINK: "attach a link to",
        Act.ASSIGN: "assign",
        Act.ACCEPT: "accept",
        Act.ALLOCATE: "allocate people to",
        Act.TRANSFER: "transfer",
        Act.CHANGE_PRIORITY: "change the priority of",
        Act.FLAG_URGENT: "change the flag of",
        Act.MARK_CRITICAL: "change the critical mark of",
        Act.HOLD: "hold",
        Act.RESUME: "resume",
        Act.ESCALATE: "escalate",
        Act.DEESCALATE: "de-escalate",
        Act.POST_UPDATE: "post an update on",
        Act.ADD_STAKEHOLDER: "add a stakeholder to",
        Act.REMOVE_STAKEHOLDER: "remove a stakeholder from",
        Act.RESOLVE: "resolve",
        Act.CLOSE: "close",
        Act.REOPEN: "reopen",
        Act.CANCEL: "cancel",
        Act.MERGE: "merge",
    }
)


def allow(act: Act, ticket: Ticket, *, by: Actor) -> None:
    """Pass if the actor may do the act to that ticket, and the ticket's status allows it.

    Raises:
        ForbiddenError: from `permissions.permit`, which is asked first.
        WrongStatusError: names the act, the status and the way out.
    """
    permit(by, act, ticket)
    if ticket.status not in ALLOWED[act]:
        hint = _HINTS.get((act, ticket.status), _WAY_OUT[ticket.status])
        raise WrongStatusError(f"cannot {_WORDS[act]} a ticket that is {ticket.status}; {hint}")
