"""A database with one person of each role and real tickets in it, for those who only read."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from escgraph.commands.acting import Call
from escgraph.commands.opening import open_ticket
from escgraph.commands.people import new_person
from escgraph.domain.opening import Report
from escgraph.domain.terms import PersonId, Priority, Role, TicketId, Tier
from escgraph.domain.ticket import Actor
from escgraph.jobs.deadlines import sweep
from escgraph.store import people, policies

NINE = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def hours(count: float) -> timedelta:
    return timedelta(hours=count)


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


class House:
    """Who works here, and what they do; each ticket is opened by the agent unless said."""

    agent: Actor
    engineer: Actor
    manager: Actor
    stakeholder: Actor
    stranger: Actor
    administrator: Actor
    script: Actor
    wallboard: Actor

    async def move_in(self) -> None:
        await policies.seed(at=NINE)
        self.agent = await _person("Ada", Role.LEVEL_1_AGENT, Tier.LEVEL_1)
        self.engineer = await _person("Edsger", Role.ENGINEER, Tier.LEVEL_2)
        self.manager = await _person("Margaret", Role.MANAGER, Tier.MANAGEMENT)
        self.stakeholder = await _person("Stella", Role.STAKEHOLDER, None)
        self.stranger = await _person("Stan", Role.STAKEHOLDER, None)
        self.administrator = await _person("Alan", Role.ADMINISTRATOR, None)
        self.script = await _person("robot", Role.SCRIPT, None)
        self.wallboard = await _person("wall", Role.WALLBOARD, None)

    @property
    def everybody(self) -> tuple[Actor, ...]:
        return (
            self.agent,
            self.engineer,
            self.manager,
            self.stakeholder,
            self.stranger,
            self.administrator,
            self.script,
            self.wallboard,
        )

    async def open(
        self,
        title: str = "Search is slow",
        priority: Priority = Priority.MEDIUM,
        *,
        at: datetime = NINE,
        by: Actor | None = None,
        description: str = "Each search takes a minute",
        category: str = "degraded-performance",
        component: str = "search",
        stakeholders: tuple[PersonId, ...] = (),
        flagged: bool = False,
        critical: bool = False,
    ) -> TicketId:
        report = Report(
            title=title,
            description=description,
            category=category,
            component=component,
            priority=priority,
            reporter="Ann Example",
            flagged=flagged,
            critical=critical,
            stakeholders=stakeholders,
        )
        written = await open_ticket(report, call=Call(by=by or self.agent, at=at))
        return TicketId(written.id)

    def call(self, by: Actor, at: datetime) -> Call:
        return Call(by=by, at=at)

    async def sweep(self, at: datetime) -> None:
        """Fire whatever is due by then."""
        await sweep(now=at)


async def _person(name: str, role: Role, tier: Tier | None) -> Actor:
    person = new_person(
        name=name,
        email=f"{name}@example.org",
        role=role,
        tier=tier,
        lead=False,
        at=NINE,
    )
    await people.insert(person)
    return Actor(person.id, role, person.tier)


def nobody() -> UUID:
    """An id that is nobody's and nothing's."""
    return UUID(int=7)
