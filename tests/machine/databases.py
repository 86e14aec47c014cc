"""Two processes, one on SQLite and one on PostgreSQL, that take steps through the real commands.

A process has one database open, so each has one of its own; steps come and answers go over a pipe.
"""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import singledispatchmethod
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from traceback import format_exc
from uuid import UUID

from uuid_utils.compat import uuid7

from escgraph.commands import merging, moving, opening
from escgraph.commands.acting import Call, Request, Written
from escgraph.domain.drafts import Draft
from escgraph.domain.errors import DomainError
from escgraph.domain.opening import Report
from escgraph.domain.terms import PolicyDraftId, TicketId
from escgraph.jobs import deadlines
from escgraph.store import database, escalations, firing, people, policies, stream, tickets
from escgraph.store.codec import event_of, read_state
from escgraph.store.database import dialect, execute, fetch
from escgraph.store.deadlines import deadline_of
from escgraph.store.people import Person
from escgraph.store.stream import StoredEvent
from escgraph.store.transactions import unit_of_work
from escgraph.store.values import boolean, moment
from tests.forks import fork, imported_before
from tests.machine import steps, world
from tests.machine.acts import WAYS
from tests.machine.model import FIRST_VERSION, LEAVING
from tests.machine.steps import Came, Facts, facts, parts, refused, shown, ticket_facts

imported_before(__name__)

EMPTIED = ("review", "idempotency", "event", "escalation", "pause", "deadline", "ticket")


@contextmanager
def database_process(url: str) -> Iterator[Connection]:
    """A process on that database: send None for a new start, or a step and what it is about."""
    ours, theirs = Pipe()
    process = fork(_work, url, theirs)
    theirs.close()
    try:
        yield ours
    finally:
        ours.close()
        process.join(10)
        process.kill()


def _work(url: str, pipe: Connection) -> None:
    asyncio.run(_serve(url, pipe))


async def _serve(url: str, pipe: Connection) -> None:
    """Until the other end is closed. Nothing else runs in this loop, so it may be held up."""
    await database.connect(url, pool_size=2)
    await _move_in()
    house = House()
    while True:
        try:
            wanted = pipe.recv()
        except EOFError:
            break
        try:
            if wanted is None:
                await _empty()
                house, came = House(), None
            else:
                came = await house.after(*wanted)
            pipe.send(came)
        except Exception:  # noqa: BLE001 - whatever it is, it is told as what came of the step
            pipe.send(format_exc())
    await database.close()


async def _move_in() -> None:
    await policies.seed(at=world.START)
    for who, actor in world.WHO.items():
        person = Person(
            actor.person,
            world.named(actor.person),
            f"{who.replace(' ', '-')}@example.org",
            actor.role,
            actor.tier,
            lead=who in world.LEADS,
            active=True,
            created_at=world.START,
        )
        await people.insert(person)
    await people.route(world.ROUTED_TO.person, category=None, component=None)


async def _empty() -> None:
    """As if nothing had happened yet."""
    await execute("UPDATE ticket SET merged_into = NULL")
    for table in EMPTIED:
        await execute(f"DELETE FROM {table}")
    await execute("UPDATE stream SET position = 0")
    await _left(away=True)
    await execute("DELETE FROM policy WHERE version > 1")
    await execute("UPDATE policy SET retired_at = NULL")
    await _number(0)
    await _publish(steps.Published(world.START, FIRST_VERSION))


async def _number(last: int) -> None:
    """Let the next ticket come after `last`: a refused one may have taken a number along."""
    if dialect() == "postgres":
        await fetch("SELECT setval('ticket_number', $1 + 1, false)", last)
    else:
        await execute("UPDATE counter SET value = $1 WHERE name = 'ticket'", last)


async def _left(*, away: bool) -> None:
    person = world.WHO[LEAVING].person
    await execute("UPDATE person SET active = $1 WHERE id = $2", not away, person)


async def _publish(step: steps.Published) -> None:
    draft = Draft(
        PolicyDraftId(uuid7()),
        "",
        world.policy(step.version),
        None,
        "",
        None,
        created_at=step.at,
        revised_at=step.at,
    )
    await unit_of_work(lambda: policies.publish(draft, at=step.at))


class House:
    """The tickets of one run, in the order of their opening."""

    def __init__(self) -> None:
        self.ids: dict[int, TicketId] = {}
        self.position = 0
        self.steps = 0

    @property
    def names(self) -> dict[UUID, str]:
        return {ticket_id: f"ticket {number}" for number, ticket_id in self.ids.items()}

    async def after(self, step: steps.Step, about: Sequence[int]) -> Came:
        refusal, answer = None, None
        self.steps += 1
        try:
            answer = await self.do(step)
        except DomainError as error:
            refusal = refused(error, self.names)
        if isinstance(step, steps.Opened):
            await _number(len(self.ids))
        events = await stream.read(self.position, limit=1000)
        self._in_a_row(events, head=(await stream.head()).position)
        told = {self._numbered(event.ticket_id) for event in events if event.ticket_id}
        return Came(
            refusal,
            shown(answer, self.names),
            [self._event(event) for event in events],
            {f"ticket {n}": await self._whole(n) for n in sorted({*about, *told})},
            shown(await firing.next_due(), self.names),
        )

    def _in_a_row(self, events: Sequence[StoredEvent], *, head: int) -> None:
        positions = [event.position for event in events]
        assert positions == list(range(self.position + 1, head + 1)), f"{positions}, head {head}"
        self.position = head

    def _numbered(self, ticket_id: TicketId) -> int:
        return next(number for number, known in self.ids.items() if known == ticket_id)

    @singledispatchmethod
    async def do(self, step: object) -> object:
        raise NotImplementedError(step)

    @do.register
    async def _(self, step: steps.Opened) -> object:
        call = Call(by=world.WHO[step.by], at=step.at)
        report = Report(
            title="Search is slow",
            description="Each search takes a minute",
            category="degraded-performance",
            component="search",
            reporter="Ann Example",
            **step.inputs,
        )
        written = await opening.open_ticket(report, call=call)
        self.ids[len(self.ids) + 1] = TicketId(written.id)
        return written.id, written.position

    @do.register
    async def _(self, step: steps.Done) -> object:
        request = Request(f"step {self.steps}", step.act, "the same") if step.again else None
        call = Call(by=world.WHO[step.by], at=step.at, version=step.seen, request=request)

        async def act() -> Written:
            command = WAYS[step.act].command
            return await command(self.ids[step.ticket], call=call, **step.inputs)

        written = await act()
        if step.again:
            assert await act() == written
        return written.id, written.position

    @do.register
    async def _(self, step: steps.Merged) -> object:
        written = await merging.merge_tickets(
            self.ids[step.child],
            self.ids[step.parent],
            call=Call(by=world.WHO[step.by], at=step.at, version=step.child_seen),
            reason="Both are one outage",
            parent_version=step.parent_seen,
        )
        return written.id, written.position

    @do.register
    async def _(self, step: steps.Moved) -> object:
        moves = await moving.move_tickets(
            moving.Named((self.ids[step.ticket],)),
            version=step.version,
            reason="A new policy",
            call=Call(by=world.WHO[step.by], at=step.at),
        )
        if moves.refused:
            raise moves.refused[0].error
        return moves.position, tuple(row for moved in moves.moved for row in moved.fired)

    @do.register
    async def _(self, step: steps.Published) -> None:
        await _publish(step)

    @do.register
    async def _(self, step: steps.Left) -> None:
        await _left(away=step.away)

    @do.register
    async def _(self, step: steps.Swept) -> object:
        swept = await deadlines.sweep(now=step.at)
        return swept.fired, swept.parked, swept.position

    def _event(self, stored: StoredEvent) -> Facts:
        event = event_of(stored.kind, stored.payload, at=stored.at, by=stored.by)
        whole: dict[str, object] = {
            "event": stored.kind,
            "of": stored.ticket_id,
            "ticket_version": stored.ticket_version,
            **parts(event),
        }
        if stored.state is not None:
            state = parts(read_state(stored.state))
            whole |= {f"state: {name}": value for name, value in state.items()}
        return facts(whole, self.names)

    async def _whole(self, number: int) -> Facts:
        ticket_id = self.ids[number]
        ticket = await tickets.load(ticket_id)
        rows = await fetch(
            "SELECT * FROM deadline WHERE ticket_id = $1 ORDER BY cycle, rank", ticket_id
        )
        known = ticket_facts(ticket, [deadline_of(row) for row in rows], self.names)
        (row,) = await fetch("SELECT next_due_at, urgent FROM ticket WHERE id = $1", ticket_id)
        parked = tuple(row["parked_reason"] for row in rows if row["parked_at"])
        known["parked"] = shown(parked, self.names)
        known["next_due_at"] = shown(moment(row["next_due_at"]), self.names)
        known["urgent"] = shown(boolean(row["urgent"]), self.names)
        for count, found in enumerate(await escalations.of_tickets([ticket_id]), 1):
            own = parts(found)
            del own["id"], own["ticket_id"]
            told = facts(own, self.names)
            known |= {f"escalation {count}: {name}": value for name, value in told.items()}
        return known
