"""Random lives of a ticket: acts in any order, by anybody, with an engine that may sleep."""

from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

from hypothesis import strategies as st

from escgraph.domain.errors import DomainError
from escgraph.domain.policy import SOP, Targets
from escgraph.domain.terms import Priority, Tier
from escgraph.domain.ticket import Actor
from tests.domain.acts import ACTS
from tests.domain.desk import NINE, Desk, hours, minutes
from tests.domain.people import AGENT, ENGINEER, MANAGER, SCRIPT, SPECIALIST, person

BRISK = replace(
    SOP,
    targets=MappingProxyType(
        {
            Priority.HIGH: Targets(hours(1), hours(2), hours(3), hours(4)),
            Priority.MEDIUM: Targets(hours(2), hours(4), None, hours(8)),
            Priority.LOW: Targets(hours(4), hours(4), hours(8), hours(12)),
        }
    ),
    hold_cap=hours(3),
    escalating_reopening=2,
    reminders=(hours(1), hours(2)),
)
"""A policy whose rungs, holds and reopenings all happen within a short life."""


@dataclass(frozen=True)
class Moment:
    """Some quarters of an hour later the engine wakes, at its moments or late; then one acts."""

    quarters: int
    engine: str
    act: str
    by: Actor
    priority: Priority


@dataclass(frozen=True)
class Life:
    tier: Tier
    priority: Priority
    moments: tuple[Moment, ...]


ABSORB = "take on a duplicate"
"""What mergeTickets does to the other ticket; the duplicate is as old as the moment is long."""

FREQUENT = ["holdTicket", "resumeTicket", "resolveTicket", "reopenTicket", "changePriority"]

MOMENTS = st.builds(
    Moment,
    quarters=st.integers(0, 12),
    engine=st.sampled_from(["prompt", "prompt but for this moment", "late", "asleep"]),
    act=st.sampled_from([*sorted(ACTS), *FREQUENT, *FREQUENT, ABSORB, ABSORB]),
    by=st.sampled_from([MANAGER, MANAGER, MANAGER, AGENT, ENGINEER, SPECIALIST, SCRIPT]),
    priority=st.sampled_from(list(Priority)),
)
LIVES = st.builds(
    Life,
    tier=st.sampled_from([Tier.LEVEL_1, Tier.LEVEL_1, Tier.LEVEL_2]),
    priority=st.sampled_from(list(Priority)),
    moments=st.lists(MOMENTS, min_size=3, max_size=30).map(tuple),
)


def born(life: Life) -> Desk:
    return Desk(life.priority, tier=life.tier, policy=BRISK, stakeholders=(person(54),))


def wake(desk: Desk, at: datetime, engine: str) -> None:
    if engine == "prompt":
        desk.live_until(at)
    elif engine == "prompt but for this moment":
        desk.live_until(at, including=False)
    elif engine == "late":
        desk.sweep(at)


def act(desk: Desk, at: datetime, moment: Moment) -> None:
    """The act, which the SOP may refuse; then nothing has happened."""
    before = desk.ticket
    try:
        if moment.act == "changePriority":
            desk.prioritise(at, moment.priority, by=moment.by)
        elif moment.act == ABSORB:
            opened_at = at - 3 * moment.quarters * minutes(15)
            Desk(moment.priority, at=opened_at, number=2).merge(at, desk, by=moment.by)
        else:
            next(do for name, do in ACTS.items() if name == moment.act)(desk, at, moment.by)
    except DomainError:
        assert desk.ticket is before


def later(at: datetime, moment: Moment) -> datetime:
    return at + moment.quarters * minutes(15)


START = NINE
