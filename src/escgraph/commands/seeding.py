"""What a database starts with: the SOP's policy and categories, and for a demo a few people."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from escgraph.commands.people import new_person, new_secret, new_token, store_person, store_token
from escgraph.domain.terms import PersonId, Role, Scope, Tier
from escgraph.store import people, policies, tokens
from escgraph.store.people import Person
from escgraph.store.transactions import unit_of_work

DEMO_TOKEN_DAYS = 7


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """`printed` names the token that a demo shows for the person; empty for none."""

    name: str
    email: str
    role: Role
    tier: Tier | None = None
    lead: bool = False
    printed: str = ""


DEMO_PEOPLE = (
    DemoPerson(
        "Ada Lindqvist", "ada@example.org", Role.LEVEL_1_AGENT, lead=True, printed="L1 agent"
    ),
    DemoPerson("Ben Okafor", "ben@example.org", Role.LEVEL_1_AGENT),
    DemoPerson("Eva Novak", "eva@example.org", Role.ENGINEER, Tier.LEVEL_2, printed="engineer"),
    DemoPerson("Emil Brandt", "emil@example.org", Role.ENGINEER, Tier.LEVEL_3),
    DemoPerson("Mia Tanaka", "mia@example.org", Role.MANAGER, printed="manager"),
    DemoPerson("Sam Weiss", "sam@example.org", Role.STAKEHOLDER),
    DemoPerson("Wallboard", "wallboard@example.org", Role.WALLBOARD, printed="wallboard"),
    DemoPerson("Monitoring", "monitoring@example.org", Role.SCRIPT, printed="script"),
)
"""At example.org, where no mail ever goes."""

SCOPES = {
    Role.LEVEL_1_AGENT: frozenset({Scope.READ, Scope.ACT}),
    Role.ENGINEER: frozenset({Scope.READ, Scope.ACT}),
    Role.MANAGER: frozenset({Scope.READ, Scope.ACT}),
    Role.STAKEHOLDER: frozenset({Scope.READ}),
    Role.ADMINISTRATOR: frozenset(Scope),
    Role.SCRIPT: frozenset({Scope.READ, Scope.ACT}),
    Role.WALLBOARD: frozenset({Scope.READ}),
}
"""What a token of each role is for, unless somebody says otherwise."""


@dataclass(frozen=True, slots=True)
class DemoToken:
    """A token as it is printed once; `secret` is stored nowhere."""

    label: str
    person: str
    secret: str


async def seed(*, at: datetime) -> None:
    """Store the SOP's policy and categories where they are not there yet."""
    await unit_of_work(lambda: policies.seed(at=at))


async def seed_demo(*, at: datetime) -> list[DemoToken]:
    """Store the demo's people, revoke the tokens of earlier demos, and make new ones."""

    async def work() -> list[DemoToken]:
        await tokens.revoke_demo(at=at)
        made = [await _demo_person(demo, at=at) for demo in DEMO_PEOPLE]
        if not await people.has_route_for_everything():
            await people.route(made[0].id, category=None, component=None)
        return [
            await _demo_token(demo, person, at=at)
            for demo, person in zip(DEMO_PEOPLE, made, strict=True)
            if demo.printed
        ]

    return await unit_of_work(work)


async def person_for_playing(*, at: datetime) -> PersonId:
    """The manager in whose name a log is played."""

    async def work() -> PersonId:
        demo = DemoPerson("Log player", "log-player@example.org", Role.MANAGER)
        return (await _demo_person(demo, at=at)).id

    return await unit_of_work(work)


async def _demo_person(demo: DemoPerson, *, at: datetime) -> Person:
    known = await people.by_email(demo.email)
    if known is not None:
        return known
    person = new_person(
        name=demo.name, email=demo.email, role=demo.role, tier=demo.tier, lead=demo.lead, at=at
    )
    await store_person(person, by=None)
    return person


async def _demo_token(demo: DemoPerson, person: Person, *, at: datetime) -> DemoToken:
    secret = new_secret()
    token = new_token(
        person_id=person.id,
        name=f"demo {demo.printed}",
        scopes=SCOPES[demo.role],
        expires_at=at + timedelta(days=DEMO_TOKEN_DAYS),
        at=at,
        demo=True,
    )
    await store_token(token, secret=secret, by=None)
    return DemoToken(demo.printed, person.name, secret)
