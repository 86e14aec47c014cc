"""Every act on a ticket with inputs that fit a ticket of LEVEL_2, and who does it."""

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType

from escgraph.domain.permissions import Act
from escgraph.domain.terms import Priority
from escgraph.domain.ticket import Actor, Change
from tests.domain.desk import Desk
from tests.domain.people import ENGINEER, MANAGER, person

Doing = Callable[[Desk, datetime, Actor], Change]

ACTS: Mapping[Act, Doing] = MappingProxyType(
    {
        Act.ACKNOWLEDGE: lambda desk, at, by: desk.acknowledge(at, by=by),
        Act.ADD_NOTE: lambda desk, at, by: desk.note(at, by=by),
        Act.LOG_ACTION: lambda desk, at, by: desk.log(at, by=by),
        Act.ATTACH_LINK: lambda desk, at, by: desk.link(at, by=by),
        Act.ASSIGN: lambda desk, at, by: desk.assign(at, person(50), by=by),
        Act.ACCEPT: lambda desk, at, by: desk.accept(at, by=by),
        Act.ALLOCATE: lambda desk, at, by: desk.allocate(at, person(51), by=by),
        Act.TRANSFER: lambda desk, at, by: desk.transfer(at, person(52), by=by),
        Act.CHANGE_PRIORITY: lambda desk, at, by: desk.prioritise(at, Priority.LOW, by=by),
        Act.FLAG_URGENT: lambda desk, at, by: desk.flag(at, by=by),
        Act.MARK_CRITICAL: lambda desk, at, by: desk.mark_critical(at, by=by),
        Act.HOLD: lambda desk, at, by: desk.hold(at, by=by),
        Act.RESUME: lambda desk, at, by: desk.resume(at, by=by),
        Act.ESCALATE: lambda desk, at, by: desk.escalate(at, by=by),
        Act.DEESCALATE: lambda desk, at, by: desk.deescalate(at, by=by),
        Act.POST_UPDATE: lambda desk, at, by: desk.update(at, by=by),
        Act.ADD_STAKEHOLDER: lambda desk, at, by: desk.add_stakeholder(at, person(53), by=by),
        Act.REMOVE_STAKEHOLDER: lambda desk, at, by: desk.remove_stakeholder(at, person(54), by=by),
        Act.RESOLVE: lambda desk, at, by: desk.resolve(at, by=by),
        Act.CLOSE: lambda desk, at, by: desk.close(at, by=by, override_reason="on leave"),
        Act.REOPEN: lambda desk, at, by: desk.reopen(at, by=by),
        Act.CANCEL: lambda desk, at, by: desk.cancel(at, by=by),
        Act.MERGE: lambda desk, at, by: desk.merge(at, by=by),
    }
)
"""Each act but reading and opening; a stakeholder person(54) must be there to be removed."""


def doer(act: Act) -> Actor:
    """Who may do the act to a ticket of LEVEL_2, whoever owns it."""
    return ENGINEER if act is Act.ACCEPT else MANAGER
