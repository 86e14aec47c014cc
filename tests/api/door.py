"""Where links of messages lead, on a real server."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from uuid import uuid4

import httpx
from starlette.applications import Starlette
from starlette.routing import Route

from escgraph.api.link_page import LinkPage
from escgraph.api.package_page import PackagePage
from escgraph.domain.permissions import Act
from escgraph.domain.terms import EscalationId, MessageId, TicketId
from escgraph.domain.ticket import Actor
from escgraph.notify.links import Links
from escgraph.store import models_notice as models
from escgraph.store.sealing import new_key
from tests.api.phone import Phone
from tests.api.toy import served
from tests.queries.house import NINE, hours, minutes

TOMORROW = NINE + hours(24)
_KEYS = (new_key(),)


@dataclass
class Door:
    """Both pages. `now` is a minute past nine; `rung` are the positions that subscribers heard."""

    client: httpx.AsyncClient
    place: str
    links: Links
    rung: list[int]
    now: datetime = field(default=NINE + minutes(1))

    @property
    def phone(self) -> Phone:
        return Phone(self.client)

    def link(
        self,
        by: Actor,
        ticket: TicketId,
        act: Act = Act.ACKNOWLEDGE,
        *,
        until: datetime = TOMORROW,
    ) -> str:
        address = self.links.act(
            message=MessageId(uuid4()), person=by.person, ticket=ticket, act=act, until=until
        )
        assert address is not None
        return address

    def package(
        self, by: Actor, escalation: EscalationId, form: str = "md", *, until: datetime = TOMORROW
    ) -> str:
        address = self.links.package(
            escalation=escalation, person=by.person, form=form, until=until
        )
        assert address is not None
        return address


async def by_the_clock_of(zone: str, reader: Actor) -> None:
    """That person wants times in that zone from now on."""
    await models.Preference.create(id=uuid4(), person_id=reader.person, zone=zone, updated_at=NINE)


@asynccontextmanager
async def opened_door() -> AsyncIterator[Door]:
    rung: list[int] = []

    async def ring(position: int) -> None:
        rung.append(position)

    app = Starlette()
    async with served(app) as at, httpx.AsyncClient() as client:
        place = f"http://{at.removesuffix('/graphql')}"
        door = Door(client, place, Links(place, _KEYS), rung)
        act = LinkPage(door.links, now=lambda: door.now, ring=ring)
        package = PackagePage(door.links, now=lambda: door.now)
        app.router.routes += [
            Route("/link/{token}", act),
            Route("/package/{token}.{form}", package),
        ]
        yield door
