"""A client that keeps a history: what it asked for, and what it was told, or was not."""

import asyncio
import itertools
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import httpx

from escgraph.stream.cursor import Cursor
from tests.end_to_end.client import mutation
from tests.faults.history import History, Operation, Outcome

Json = dict[str, Any]

AGAIN = frozenset({"UNAVAILABLE", "INTERNAL"})
"""Codes of an error after which nobody knows what took effect; any other is a fault of ours."""

_numbers = itertools.count()


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one attempt. `payload` is that of the mutation, None without one."""

    outcome: Outcome
    payload: Json | None
    said: str

    @property
    def position(self) -> int | None:
        cursor = (self.payload or {}).get("cursor")
        return Cursor.parse(cursor).position if cursor else None


class Desk:
    """A token at a server, and the history that it shares with other desks.

    Attributes:
        took: how long it took until each act was known, since it was invoked, in seconds.
        said: of each answer that was not OK, what it said, in order.
        unanswered: the same of each attempt after which nobody knew what took effect.
    """

    def __init__(self, url: str, token: str, history: History, *, patience: float = 10) -> None:
        headers = {"Authorization": f"Bearer {token}"}
        self._http = httpx.AsyncClient(headers=headers, timeout=patience)
        self.url = url
        self.history = history
        self.took: list[float] = []
        self.said: list[str] = []
        self.unanswered: list[str] = []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._http.aclose()

    async def open(self, **given: object) -> Json | None:
        """A ticket, just opened; its mark is its title. None where nothing came of it."""
        mark = new_mark()
        usual = {
            "title": mark,
            "description": "every scanner is offline",
            "category": "system-outage",
            "priority": "HIGH",
            "reporter": "the warehouse",
        }
        answer = await self.act("openTicket", mark, about=mark, **{**usual, **given})
        return answer.payload and answer.payload["ticket"]

    async def note(self, ticket: str) -> Answer:
        """Write a note; its mark is its text."""
        mark = new_mark()
        return await self.act(
            "addNote", mark, about=ticket, ticketId=ticket, text=mark, visibility="INTERNAL"
        )

    async def act(self, name: str, mark: str, /, *, about: str, **given: object) -> Answer:
        """Do it once; the mark is its key too, so that it may be sent again."""
        operation = self.history.invoked(mark, name, about, at=_now())
        return await self.again(operation, **given)

    async def again(self, operation: Operation, **given: object) -> Answer:
        """Send an operation, perhaps not for the first time."""
        answer = await self._sent(operation.act, {"idempotencyKey": operation.mark, **given})
        if answer.outcome is not Outcome.OK:
            self.said.append(answer.said)
        if answer.outcome is Outcome.UNKNOWN:
            self.unanswered.append(answer.said)
        else:
            self.took.append(_now() - operation.invoked_at)
        self.history.ended(operation, answer.outcome, at=_now(), position=answer.position)
        return answer

    async def until_known(self, operation: Operation, **given: object) -> Answer:
        """Send it until an answer comes; a history in which that works has no UNKNOWN."""
        while (answer := await self.again(operation, **given)).outcome is Outcome.UNKNOWN:
            await asyncio.sleep(0.05)
        return answer

    async def ask(self, document: str, **variables: object) -> Json:
        """The data of an answer without errors."""
        body = {"query": document, "variables": variables}
        response = (await self._http.post(self.url, json=body)).json()
        assert "errors" not in response, response["errors"]
        data: Json = response["data"]
        return data

    async def _sent(self, act: str, given: Json) -> Answer:
        body = {"query": mutation(act), "variables": {"input": given}}
        try:
            response = await self._http.post(self.url, json=body)
            answer = response.json()
        except (httpx.HTTPError, ValueError) as error:
            return Answer(Outcome.UNKNOWN, None, type(error).__name__)
        if "errors" in answer:
            return _failed(answer["errors"][0])
        payload: Json = answer["data"][act]
        if payload["errors"]:
            return Answer(Outcome.FAILED, payload, payload["errors"][0]["code"])
        return Answer(Outcome.OK, payload, "")


def new_mark() -> str:
    """A text that stands nowhere else."""
    return f"mark-{next(_numbers):07d}"


def _failed(error: Json) -> Answer:
    code = error.get("extensions", {}).get("code", "")
    said = f"{code} {error['message']}"
    assert code in AGAIN, said
    return Answer(Outcome.UNKNOWN, None, said)


def _now() -> float:
    return asyncio.get_running_loop().time()
