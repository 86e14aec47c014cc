"""`escgraph person`: who there is. Whoever has a shell here needs no token."""

from datetime import datetime
from typing import Annotated

import typer

from escgraph.cli.console import new_table, remark, say_json, say_table
from escgraph.cli.running import Refusal, finish, opened, ready, told
from escgraph.cli.words import named
from escgraph.commands.people import new_person, store_person
from escgraph.commands.work import WORKING
from escgraph.config import Settings
from escgraph.domain.errors import NotFoundError
from escgraph.domain.terms import Role, Tier
from escgraph.store import people, policies
from escgraph.store.people import Person
from escgraph.store.transactions import unit_of_work

app = typer.Typer()
group = typer.Typer(no_args_is_help=True)
app.add_typer(group, name="person", help=__doc__)

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@group.command()
def create(
    name: Annotated[str, typer.Argument(help="As others should read it.", show_default=False)],
    email: Annotated[str, typer.Argument(help="Nobody else's.", show_default=False)],
    *,
    role: Annotated[
        Role,
        typer.Option(
            parser=named(Role),
            metavar="ROLE",
            help=f"What they may do: {', '.join(Role)}.",
            show_default=False,
        ),
    ],
    tier: Annotated[
        Tier | None,
        typer.Option(
            parser=named(Tier),
            metavar="TIER",
            help="Whose queue they work; an engineer's is LEVEL_2 or LEVEL_3.",
        ),
    ] = None,
    lead: Annotated[
        bool, typer.Option("--lead", help="They are told when nobody works at a tier.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Add a person, or a service account for a script or a wallboard."""

    async def work(settings: Settings) -> Person:
        async with opened(settings) as now:
            person = new_person(name=name, email=email, role=role, tier=tier, lead=lead, at=now)
            await unit_of_work(lambda: store_person(person, by=None))
            return person

    with told():
        person = finish(work(ready()))
    if as_json:
        say_json(_json(person))
    else:
        remark(f"{person.name} is there; next: escgraph token create {person.email} --name …")


@group.command("list")
def everybody(*, as_json: Json = False) -> None:
    """List all people."""

    async def work(settings: Settings) -> list[Person]:
        async with opened(settings):
            return await people.everybody()

    with told():
        found = finish(work(ready()))
    if as_json:
        say_json([_json(person) for person in found])
        return
    table = new_table("name", "e-mail", "role", "tier", "lead", "active")
    for person in found:
        flags = ("yes" if flag else "" for flag in (person.lead, person.active))
        table.add_row(person.name, person.email, person.role, person.tier or "", *flags)
    say_table(table)


@group.command()
def route(
    email: Annotated[str, typer.Argument(help="Who owns it.", show_default=False)],
    *,
    category: Annotated[str | None, typer.Option(help="Only of this category.")] = None,
    component: Annotated[str | None, typer.Option(help="Only of this component.")] = None,
    as_json: Json = False,
) -> None:
    """Let that person own what scripts open; the most exact rule goes first."""

    async def work(settings: Settings) -> Person:
        async with opened(settings):
            return await unit_of_work(lambda: _route(email, category, component))

    with told():
        person = finish(work(ready()))
    if as_json:
        say_json({"owner": person.email, "category": category, "component": component})
    else:
        of = f"category {category or 'any'}, component {component or 'any'}"
        remark(f"{person.name} owns what scripts open ({of})")


async def person_of(email: str) -> Person:
    """The active person with that address.

    Raises:
        NotFoundError: there is none.
    """
    person = await people.by_email(email.strip().lower())
    if person is None or not person.active:
        raise NotFoundError(f"nobody active has the address {email}; see: escgraph person list")
    return person


async def administrator_of(email: str) -> Person:
    """The same for somebody who answers for a policy (P2).

    Raises:
        NotFoundError: nobody active has that address.
        Refusal: they are no administrator.
    """
    person = await person_of(email)
    if person.role is not Role.ADMINISTRATOR:
        raise Refusal(
            f"{person.name} is {person.role}, and policies are for an {Role.ADMINISTRATOR}; name "
            "one, or add one: escgraph person create NAME EMAIL --role ADMINISTRATOR"
        )
    return person


async def _route(email: str, category: str | None, component: str | None) -> Person:
    person = await person_of(email)
    await people.must_be_active((person.id,), field="email", roles=WORKING)
    if category is not None:
        await policies.category(category)
    await people.route(person.id, category=category, component=component)
    return person


def _json(person: Person) -> dict[str, object]:
    return {
        "id": str(person.id),
        "name": person.name,
        "email": person.email,
        "role": person.role,
        "tier": person.tier,
        "lead": person.lead,
        "active": person.active,
        "createdAt": _written(person.created_at),
    }


def _written(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
