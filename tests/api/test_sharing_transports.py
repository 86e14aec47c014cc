"""What is shared, on its way to each subscriber over sockets and event streams."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import httpx
import orjson
import pytest
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed
from websockets.frames import Frame, Opcode

from escgraph.api.context import context_maker
from escgraph.api.peer import Patience, frame_head
from escgraph.api.session import Session, Unauthenticated
from escgraph.api.transport import GraphQLApp
from escgraph.domain.terms import Scope, TokenId
from tests.api.counter import REPORT
from tests.api.office import SCHEMA, Json, Office
from tests.api.toy import hear, initialised, say, served, socket_to, subscribe
from tests.queries.house import nobody

EVENTS = """subscription {
  events {__typename ... on EventItem {cursor event {kind ... on TicketOpened {description}}}}
}"""

_MANY_TIMES = " ".join(f"d{number}: description" for number in range(20))
LONG = f"""subscription {{
  events {{__typename ... on EventItem {{event {{... on TicketOpened {{{_MANY_TIMES}}}}}}}}}
}}"""


@asynccontextmanager
async def counter_of(office: Office, **options: Json) -> AsyncIterator[str]:
    """The office behind the real transports; the tokens are the names of its people's roles."""
    people = {one.role.value.lower(): one for one in office.everybody}

    async def authenticate(token: str | None) -> Session:
        if token not in people:
            raise Unauthenticated("come with the name of a role")
        return Session(people[token], frozenset(Scope), TokenId(nobody()), expires_at=None)

    app = GraphQLApp(
        SCHEMA,
        authenticate=authenticate,
        make_context=context_maker(office.surroundings),
        **options,
    )
    async with served(app) as at:
        yield at


async def _following(
    ws: ClientConnection, token: str, *, document: str = EVENTS, as_id: str = "1"
) -> None:
    await initialised(ws, token)
    await subscribe(ws, document, as_id=as_id)
    assert (await hear(ws))["payload"]["data"]["events"]["__typename"] == "CaughtUp"


async def _frames(response: httpx.Response) -> AsyncIterator[Json]:
    async for line in response.aiter_lines():
        if line.startswith("data: "):
            yield orjson.loads(line.removeprefix("data: "))


async def test_each_gets_the_shared_payload_in_a_message_of_its_own(office: Office) -> None:
    """Two sockets with operations of other names, and an event stream: one group, one payload."""
    async with counter_of(office) as at, AsyncExitStack() as stack:
        names = {'quote " and ü': "manager", "1": "manager"}
        sockets = [await stack.enter_async_context(socket_to(at)) for _ in names]
        for ws, (name, token) in zip(sockets, names.items(), strict=True):
            await _following(ws, token, as_id=name)
        client = await stack.enter_async_context(httpx.AsyncClient())
        headers = {"Authorization": "Bearer manager", "Accept": "text/event-stream"}
        asking = client.stream("POST", f"http://{at}", json={"query": EVENTS}, headers=headers)
        frames = _frames(await stack.enter_async_context(asking))
        assert (await anext(frames))["data"]["events"]["__typename"] == "CaughtUp"
        assert len(office.surroundings.groups) == 1

        await office.act("openTicket", {**REPORT, "description": "Nobody gets mäil"})

        heard = [await hear(ws) for ws in sockets]
        payload = await anext(frames)
        assert payload["data"]["events"]["event"] == {
            "kind": "TicketOpened",
            "description": "Nobody gets mäil",
        }
        assert heard == [{"id": name, "type": "next", "payload": payload} for name in names]
    assert len(office.surroundings.groups) == 0


@pytest.mark.parametrize("length", [0, 1, 125, 126, 127, 65_535, 65_536, 200_000])
def test_a_frame_is_headed_as_the_server_itself_does(length: int) -> None:
    text = b"x" * length
    assert frame_head(length) + text == Frame(Opcode.TEXT, text).serialize(mask=False)


async def test_who_completes_hears_no_more_and_the_others_do(office: Office) -> None:
    async with counter_of(office) as at, socket_to(at) as going, socket_to(at) as staying:
        await _following(going, "manager")
        await _following(staying, "manager")
        await say(going, {"id": "1", "type": "complete"})
        await say(going, {"type": "ping"})
        assert (await hear(going))["type"] == "pong"
        await office.act("openTicket", REPORT)
        assert (await hear(staying))["type"] == "next"
        await subscribe(going, "{__typename}", as_id="1")
        assert (await hear(going))["payload"] == {"data": {"__typename": "Query"}}


async def test_an_end_of_the_stream_completes_it(office: Office) -> None:
    async with counter_of(office) as at, socket_to(at) as ws:
        await _following(ws, "manager")
        await office.hub.stop()
        assert await hear(ws) == {"id": "1", "type": "complete"}


async def test_one_that_does_not_read_holds_up_nobody_who_shares_with_it(office: Office) -> None:
    """It is dropped once its buffers are full: then it has had its part of what it can hold."""
    patience = Patience(send=0.1)
    async with (
        counter_of(office, patience=patience) as at,
        socket_to(at) as reader,
        socket_to(at) as deaf,
    ):
        await _following(reader, "manager", document=LONG)
        await _following(deaf, "manager", document=LONG)
        deaf.transport.pause_reading()
        for _ in range(60):
            made = await office.act("openTicket", {**REPORT, "description": "x" * 10_000})
            assert made["errors"] == []
            assert (await hear(reader))["type"] == "next"
        assert office.surroundings.groups.payloads.size <= 16 * 1024 * 1024 + 300_000
        deaf.transport.resume_reading()
        with pytest.raises(ConnectionClosed):
            await asyncio.wait_for(_read_all(deaf), 5)


async def _read_all(ws: ClientConnection) -> None:
    while True:
        await ws.recv()


async def test_sockets_are_ended_while_they_share(office: Office) -> None:
    async with counter_of(office) as at, socket_to(at) as ws:
        await _following(ws, "manager")
        ws.transport.abort()
        async with asyncio.timeout(5):
            while len(office.surroundings.groups):  # noqa: ASYNC110 - nothing else tells it
                await asyncio.sleep(0.01)
