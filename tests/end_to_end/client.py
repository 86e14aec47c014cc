"""Plain HTTP: what any program does that POSTs GraphQL, with an answer to a broken connection."""

import asyncio
from types import TracebackType
from typing import Any, Self
from uuid import uuid4

import httpx

Json = dict[str, Any]

TICKET = "ticket { id version openedAt }"
REFUSALS = "errors { code field message }"


class Client:
    """A token at a server. Mutations carry a key, so that sending one again does no harm."""

    def __init__(self, url: str, token: str) -> None:
        headers = {"Authorization": f"Bearer {token}"}
        self._http = httpx.AsyncClient(base_url=url, headers=headers, timeout=20)
        self._url = url

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._http.aclose()

    async def ask(self, document: str, **variables: object) -> Json:
        """The data of the answer, which has no errors."""
        answer = await self._post({"query": document, "variables": variables})
        assert "errors" not in answer, answer["errors"]
        data: Json = answer["data"]
        return data

    async def act(self, name: str, /, **given: object) -> Json:
        """The payload of the mutation of that name, which was not refused."""
        given = {"idempotencyKey": str(uuid4()), **given}
        data = await self.ask(mutation(name), input=given)
        payload: Json = data[name]
        assert payload["errors"] == [], payload["errors"]
        return payload

    async def open(self, **given: object) -> Json:
        """A ticket, just opened."""
        usual = {
            "title": "no route to the warehouse",
            "description": "every scanner is offline",
            "category": "system-outage",
            "priority": "HIGH",
            "reporter": "the warehouse",
        }
        payload = await self.act("openTicket", **{**usual, **given})
        ticket: Json = payload["ticket"]
        return ticket

    async def _post(self, body: Json) -> Json:
        """The answer of whichever server is there, as soon as one is."""
        async with asyncio.timeout(60):
            while True:
                try:
                    response = await self._http.post(self._url, json=body)
                except httpx.TransportError:
                    await asyncio.sleep(0.05)
                else:
                    answer: Json = response.json()
                    return answer


def mutation(name: str, wanted: str = TICKET) -> str:
    """The document of a mutation that takes its `input` as a variable."""
    kind = f"{name[0].upper()}{name[1:]}Input"
    return f"mutation($input: {kind}!) {{ {name}(input: $input) {{ {wanted} {REFUSALS} cursor }} }}"
