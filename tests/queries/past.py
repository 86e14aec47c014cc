"""A past at random: tickets that lived through the pure rules, stored with all that happened."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

from uuid_utils.compat import uuid7

from escgraph.domain.errors import DomainError
from escgraph.domain.permissions import Act
from escgraph.domain.policy import CATEGORIES
from escgraph.domain.terms import DeadlineKind, Priority, Role, TicketId, Tier
from escgraph.domain.ticket import Change, Deadline, Step, Ticket
from escgraph.store import deadlines, people, policies
from escgraph.store.people import Person
from tests.domain.acts import ACTS
from tests.domain.desk import NINE, Desk, first_due, minutes
from tests.domain.lives import BRISK
from tests.domain.people import AGENT, MANAGER, SPECIALIST, person
from tests.store.ladders import publish, store

LIKELY = (
    Act.ACKNOWLEDGE,
    Act.RESOLVE,
    Act.RESOLVE,
    Act.REOPEN,
    Act.REOPEN,
    Act.DEESCALATE,
    Act.ESCALATE,
    Act.HOLD,
    Act.RESUME,
    Act.CLOSE,
    Act.CANCEL,
)
TEAMS = ("", "web", "mail")
COMPONENTS = ("search", "index", "mail")


@dataclass(frozen=True)
class Lived:
    """A ticket at the end of its life so far, what happened to it, and all of its deadlines."""

    ticket: Ticket
    steps: tuple[Step, ...]
    deadlines: tuple[Deadline, ...]


async def move_in() -> None:
    """Store the policies, and everybody who acts or is named."""
    await policies.seed(at=NINE)
    await publish(replace(BRISK, version=2))
    for number in (*range(1, 11), *range(50, 55)):
        await people.insert(
            Person(
                person(number),
                f"Person {number}",
                f"{number}@example.org",
                Role.MANAGER,
                None,
                lead=False,
                active=True,
                created_at=NINE,
            )
        )


async def happened(random: Random, *, tickets: int, within: timedelta) -> list[Lived]:
    """So many tickets, opened within that time from NINE on, stored."""
    desks = [_lived(random, at=NINE + random.random() * within) for _ in range(tickets)]
    return [await stored(desk) for desk in desks]


async def stored(desk: Desk) -> Lived:
    """Store the ticket of a desk with all that happened there."""
    one = _remembered(desk)
    await store(Change(one.ticket, one.steps))
    earlier = [row for row in one.deadlines if row.cycle != one.ticket.cycle]
    await deadlines.save(one.ticket.id, (), earlier)
    return one


def _lived(random: Random, *, at: datetime) -> Desk:
    at = at.replace(microsecond=random.randrange(1_000_000))
    desk = Desk(
        random.choice(list(Priority)),
        at=at,
        policy=replace(BRISK, version=2),
        tier=random.choice([Tier.LEVEL_1, Tier.LEVEL_1, Tier.LEVEL_2]),
        reported_at=at - random.choice([0, 0, 1]) * minutes(random.randrange(300)),
        stakeholders=(person(54),),
        component=random.choice(COMPONENTS),
    )
    desk.ticket = replace(
        desk.ticket, category=random.choice(CATEGORIES).key, team=random.choice(TEAMS)
    )
    for _ in range(random.randrange(14)):
        at = _later(desk, at, random)
        _wake(desk, at, random)
        _act(desk, at, random)
    return desk


def _later(desk: Desk, at: datetime, random: Random) -> datetime:
    """When something happens next: after a while, or at the very moment of a deadline."""
    due = first_due(desk.ticket, by=at + minutes(3000))
    if due is not None and due.due_at > at and random.random() < 0.3:
        return due.due_at
    return at + random.random() * random.choice([minutes(5), minutes(90), minutes(1500)])


def _wake(desk: Desk, at: datetime, random: Random) -> None:
    """The engine fires in time or late, or sleeps; no event is older than the one before it."""
    if random.random() < 0.6:
        desk.sweep(desk.ticket.updated_at)
        desk.live_until(at, including=random.random() < 0.5)
    elif random.random() < 0.5:
        desk.sweep(at)


def _act(desk: Desk, at: datetime, random: Random) -> None:
    """One act; a refusal changes nothing."""
    do = ACTS[random.choice(LIKELY)]
    try:
        do(desk, at, random.choice([MANAGER, MANAGER, AGENT, SPECIALIST]))
    except DomainError:
        return


def _remembered(desk: Desk) -> Lived:
    """Under an id of its own, for all desks give their tickets the same."""
    ticket = replace(desk.ticket, id=TicketId(uuid7()))
    known: dict[tuple[int, DeadlineKind], Deadline] = {}
    for step in desk.steps:
        known |= {(row.cycle, row.kind): row for row in step.after.deadlines}
    steps = tuple(_of(ticket, step) for step in desk.steps)
    return Lived(ticket, steps, tuple(known.values()))


def _of(ticket: Ticket, step: Step) -> Step:
    def named(other: Ticket) -> Ticket:
        return replace(other, id=ticket.id, category=ticket.category, team=ticket.team)

    climb = step.escalation
    moved = None if climb is None else replace(climb, ticket=named(climb.ticket))
    return Step(step.event, named(step.after), moved)
