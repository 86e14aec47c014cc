"""The seven acts on one ticket that meet each other, and how it stood before."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from types import MappingProxyType

from escgraph.commands.acting import Call, Request
from escgraph.commands.ending import reopen_ticket, resolve_ticket
from escgraph.commands.ladder import escalate_ticket, hold_ticket
from escgraph.commands.urgency import change_priority
from escgraph.domain import ending, work
from escgraph.domain.opening import Report, open_ticket
from escgraph.domain.policy import SOP, Policy, Targets
from escgraph.domain.terms import (
    EscalationReason,
    HoldReason,
    Priority,
    ResolutionCode,
    TicketId,
    Tier,
)
from escgraph.domain.ticket import Actor, Change
from escgraph.queries import tickets as queries
from escgraph.store import firing
from escgraph.store.transactions import unit_of_work
from tests.store.ladders import ADA, AGENT, BEN, HOUR, MANAGER

OTHER = Actor(BEN.id, BEN.role, BEN.tier)
BY = (MANAGER, OTHER)
"""Who does the first and the second act of a pair, so that it can be told who came first."""

POLICY: Policy = replace(
    SOP,
    version=3,
    targets=MappingProxyType(
        {
            Priority.HIGH: Targets(HOUR, 2 * HOUR, 3 * HOUR, 4 * HOUR),
            Priority.MEDIUM: Targets(2 * HOUR, 4 * HOUR, 6 * HOUR, 8 * HOUR),
            Priority.LOW: Targets(4 * HOUR, 8 * HOUR, 12 * HOUR, 16 * HOUR),
        }
    ),
)


@dataclass(frozen=True)
class Scene:
    """A ticket before the acts. They happen at `at`, and engines fire what is due at `fires`."""

    ticket: TicketId
    at: datetime
    fires: datetime


Act = Callable[[Scene, Actor], Awaitable[object]]
Before = Callable[[TicketId, datetime], Change]


def opened(id_: TicketId, nine: datetime) -> Change:
    """Answered in time; its rung to LEVEL_2 is due just when all happens."""
    report = Report(
        title="Search is slow",
        description="Each search takes a minute",
        category="degraded-performance",
        component="search",
        priority=Priority.HIGH,
        reporter="Ann Example",
    )
    change = open_ticket(report, id=id_, number=1, owner=ADA.id, by=AGENT, at=nine, policy=POLICY)
    at = nine + HOUR / 4
    change = change.then(work.acknowledge(change.ticket, by=AGENT, at=at, policy=POLICY))
    tried = work.log_action(change.ticket, by=AGENT, at=at + HOUR / 4, text="restarted it")
    return change.then(tried)


def resolved(id_: TicketId, nine: datetime) -> Change:
    """Fixed an hour before; where it is reopened, a rung is due when engines fire."""
    change = opened(id_, nine)
    return change.then(
        ending.resolve(
            change.ticket,
            by=AGENT,
            at=nine + HOUR,
            policy=POLICY,
            summary="fixed",
            code=ResolutionCode.FIXED,
            root_cause="",
        )
    )


FIRED_AFTER: Mapping[Before, timedelta] = {opened: timedelta(0), resolved: 2 * HOUR}


async def engine(scene: Scene, by: Actor) -> object:
    return await firing.fire(now=scene.fires, limit=10)


async def resolve(scene: Scene, by: Actor) -> object:
    return await _resolved(scene, Call(by=by, at=scene.at))


async def resolve_under_a_key(scene: Scene, by: Actor) -> object:
    """What a double click sends: the same person, the same key."""
    request = Request(f"resolve {scene.ticket}", "resolveTicket", "the same")
    return await _resolved(scene, Call(by=MANAGER, at=scene.at, request=request))


async def _resolved(scene: Scene, call: Call) -> object:
    code = ResolutionCode.WORKAROUND
    return await resolve_ticket(scene.ticket, call=call, summary="fixed", code=code, root_cause="")


async def reopen(scene: Scene, by: Actor) -> object:
    return await reopen_ticket(scene.ticket, call=Call(by=by, at=scene.at), reason="again")


async def escalate(scene: Scene, by: Actor) -> object:
    return await escalate_ticket(
        scene.ticket,
        call=Call(by=by, at=scene.at),
        expected_tier=Tier.LEVEL_1,
        reason=EscalationReason.NO_ACCESS,
    )


async def hold(scene: Scene, by: Actor) -> object:
    reason = HoldReason.AWAITING_VENDOR
    return await hold_ticket(scene.ticket, call=Call(by=by, at=scene.at), reason=reason)


async def prioritise(scene: Scene, by: Actor) -> object:
    call, low = Call(by=by, at=scene.at), Priority.LOW
    return await change_priority(scene.ticket, call=call, priority=low, reason="it can wait")


async def look(scene: Scene, by: Actor) -> object:
    """A list of tickets with all that hangs on them, and the cursor at which it is true."""
    which = queries.TicketFilter()
    return await queries.page(
        which,
        queries.TicketSort.OPENED_ASC,
        first=1,
        viewer=by,
        wanted=queries.Wanted.EVERYTHING,
    )


async def park(scene: Scene, by: Actor) -> object:
    """What an engine does to a deadline that cannot fire, kept open until its end."""
    (first,) = await firing.due(now=scene.fires, limit=1)
    return await unit_of_work(partial(firing.park, first, now=scene.fires, reason="it cannot"))


ACTS: Mapping[str, Act] = MappingProxyType(
    {act.__name__: act for act in (engine, resolve, reopen, escalate, hold, prioritise, look)}
)
TWICE: Act = resolve_under_a_key


def before(first: Act, second: Act) -> Before:
    return resolved if reopen in (first, second) else opened
