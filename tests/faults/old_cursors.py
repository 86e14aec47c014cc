"""Cursors that clients kept, handed to a server again: what does it say first?"""

import asyncio
from collections.abc import Sequence
from contextlib import aclosing

import gql
import httpx
from gql.transport.exceptions import TransportQueryError
from gql.transport.websockets import WebsocketsTransport

from tests.end_to_end.subscriber import LOST, over_event_stream
from tests.faults.desk import Answer, Desk
from tests.faults.history import History, Operation
from tests.faults.mirror import STATES, Web, must_be_away
from tests.faults.report import Count

AT_ONCE = 100
"""How many subscriptions one socket carries at a time."""

QUERY = "query($after: Cursor) {events(after: $after, first: 1) {cursor}}"
ONE_IN = 5
"""Of so many cursors one is handed in as an event stream too."""


class Keeper(Desk):
    """A desk that keeps the cursor of every answer."""

    def __init__(self, url: str, token: str, history: History) -> None:
        super().__init__(url, token, history)
        self.cursors: list[str] = []

    async def again(self, operation: Operation, **given: object) -> Answer:
        answer = await super().again(operation, **given)
        if answer.payload and answer.payload["cursor"]:
            self.cursors.append(answer.payload["cursor"])
        return answer


async def gone_on_silently(what: str, cursors: Sequence[str], *, web: Web, token: str) -> Count:
    """How many cursors are gone on from as if nothing were missing."""
    said = await what_is_said(cursors, web=web, token=token)
    wrong = [one for one in said if one not in ("Resync", "refused")]
    return Count(what, len(wrong), tuple(wrong[:3]))


async def neither_followed_nor_told(
    what: str, cursors: Sequence[str], *, web: Web, token: str
) -> Count:
    """How many cursors get anything but what follows on them, or a resync."""
    said = await what_is_said(cursors, web=web, token=token)
    right = ("EventItem", "CaughtUp", "answered", "Resync", "refused")
    wrong = [one for one in said if one not in right]
    return Count(what, len(wrong), tuple(wrong[:3]))


async def what_is_said(cursors: Sequence[str], *, web: Web, token: str) -> list[str]:
    """Each is handed to a subscription and to the query `events`, some to an event stream too.

    Of a subscription, the type of the first item; of the query, whether it answered or refused.
    """
    streamed = (_over_http(one, web=web, token=token) for one in cursors[::ONE_IN])
    return [
        *await _over_socket(cursors, web=web, token=token),
        *await asyncio.gather(*streamed),
        *await _asked(cursors, web=web, token=token),
    ]


async def _over_socket(cursors: Sequence[str], *, web: Web, token: str) -> list[str]:
    """The type of the first item of each."""
    credentials = {"Authorization": f"Bearer {token}"}
    protocols = [WebsocketsTransport.GRAPHQLWS_SUBPROTOCOL]
    said: list[str] = []
    while len(said) < len(cursors):
        transport = WebsocketsTransport(
            web.socket_url, init_payload=credentials, subprotocols=protocols
        )
        some = cursors[len(said) : len(said) + AT_ONCE]
        try:
            async with gql.Client(transport=transport) as session:
                said += await asyncio.gather(*(_first(session, one) for one in some))
        except TransportQueryError as error:
            must_be_away(str(error.errors))
        except LOST:
            await asyncio.sleep(0.05)
    return said


async def _first(session: gql.client.AsyncClientSession, after: str) -> str:
    request = gql.GraphQLRequest(STATES, variable_values={"after": after})
    async with aclosing(session.subscribe(request)) as results:
        async for found in results:
            return str(found["events"]["__typename"])
    return "nothing"


async def _over_http(after: str, *, web: Web, token: str) -> str:
    async with aclosing(over_event_stream(web.url, token, STATES)(after)) as items:
        async for item in items:
            return str(item["__typename"])
    return "nothing"


async def _asked(cursors: Sequence[str], *, web: Web, token: str) -> list[str]:
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(headers=headers, timeout=30) as http:
        return [await _answer(http, web.url, one) for one in cursors]


async def _answer(http: httpx.AsyncClient, url: str, after: str) -> str:
    """What the query says of that cursor, when the database is there."""
    body = {"query": QUERY, "variables": {"after": after}}
    while True:
        answer = (await http.post(url, json=body)).json()
        if "errors" not in answer:
            return "answered"
        told = str(answer["errors"])
        if "UNAVAILABLE" not in told:
            return "refused" if "does not belong to the stream" in told else told
        await asyncio.sleep(0.05)
