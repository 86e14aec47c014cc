"""What tests of the schema ask for again and again at the counter of an office."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

from escgraph.commands import work
from escgraph.domain.terms import (
    Priority,
    TicketId,
)
from tests.api.office import Json, Office
from tests.queries.house import NINE, hours, minutes

TICKET = "query($id: ID!) {ticket(id: $id) {%s}}"


async def escalated(office: Office, **more: Json) -> TicketId:
    """A HIGH ticket on which one thing was tried, and which its deadline moved to LEVEL_2."""
    ticket_id = await office.open("Mail is down", Priority.HIGH, **more)
    call = office.call(office.agent, NINE + minutes(5))
    await work.log_action(ticket_id, call=call, text="Restarted the server")
    await office.sweep(NINE + hours(2) + minutes(1))
    return ticket_id


async def shown(office: Office, ticket_id: TicketId, selection: str, **options: Json) -> Json:
    data = await office.data(TICKET % selection, {"id": str(ticket_id)}, **options)
    return data["ticket"]


REPORT: dict[str, Any] = {
    "title": "Mail is down",
    "description": "Nobody gets mail",
    "category": "system-outage",
    "priority": "HIGH",
    "reporter": "Ann Example",
}


async def opened(office: Office, **more: Json) -> str:
    payload = await office.act("openTicket", {**REPORT, **more}, "ticket {id}")
    return str(payload["ticket"]["id"])


def only(payload: Json) -> Json:
    """The only error of a payload that shows nothing else."""
    (error,) = payload["errors"]
    assert all(value is None for name, value in payload.items() if name != "errors")
    return error


async def heard(answers: AsyncGenerator[Json, None]) -> Json:
    async with asyncio.timeout(10):
        return await anext(answers)


async def until_caught_up(answers: AsyncGenerator[Json, None]) -> list[Json]:
    """What comes before the sign, without the sign."""
    items = []
    while (item := await heard(answers))["__typename"] != "CaughtUp":
        items.append(item)
    return items


async def ring(office: Office) -> None:
    """As an engine or another process does after it wrote."""
    await office.doorbell.ring(2**40)


async def done(office: Office, name: str, ticket_id: TicketId, **given: Json) -> Json:
    payload = await office.act(name, {"ticketId": str(ticket_id), **given})
    assert payload["errors"] == []
    return payload
