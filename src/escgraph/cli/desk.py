"""Who plays the demo's day: a client of the API such as anybody could write, and no more."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from escgraph.cli.console import remark, say

PATIENCE_S = 10.0


class GoneError(Exception):
    """Nobody listens any more: the server has ended, and the day with it."""


class UnansweredError(Exception):
    """The server did not answer a request as it should; the message says how."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Somebody does something to a ticket.

    Attributes:
        at: minutes after the day began.
        who: the label of a demo token.
        act: the name of a mutation.
        ticket: what the day calls the ticket.
        given: the input of the mutation, less the ticket's id.
        reported: how many minutes before it was opened somebody had told of it.
    """

    at: int
    who: str
    act: str
    ticket: str
    given: Mapping[str, object]
    reported: int = 0


class Desk:
    """Plays scenes over HTTP, each with the token of who acts.

    `began` is when the day began by the server's clock.
    """

    def __init__(self, url: str, tokens: Mapping[str, str], *, began: datetime) -> None:
        self._url = url
        self._tokens = tokens
        self._began = began
        self._tickets: dict[str, str] = {}

    async def ask(
        self, who: str, document: str, variables: Mapping[str, object] | None = None
    ) -> Mapping[str, Any]:
        """The data that GraphQL answers to whoever has the token of that label.

        Raises:
            GoneError: the server has ended.
            UnansweredError: it answers with errors.
        """
        body = {"query": document, "variables": variables or {}}
        return await asyncio.to_thread(self._data, who, body)

    def minute(self, moment: datetime) -> str:
        """How long after the day's beginning that is, as hours and minutes."""
        minutes = (moment - self._began) // timedelta(minutes=1)
        return f"{minutes // 60:02}:{minutes % 60:02}"

    async def play(
        self, scenes: Sequence[Scene], *, sleep: Callable[[timedelta], Awaitable[None]]
    ) -> None:
        """Every scene at its minute; one that is refused is told and the day goes on.

        Raises:
            GoneError: the server has ended.
        """
        minute = 0
        for scene in scenes:
            await sleep(timedelta(minutes=scene.at - minute))
            minute = scene.at
            try:
                answer = await asyncio.to_thread(self._ask, scene)
            except UnansweredError as error:
                remark(f"{scene.act}: {error}")
            else:
                self._tell(scene, answer)

    def _tell(self, scene: Scene, answer: Mapping[str, Any]) -> None:
        moment = self.minute(self._began + timedelta(minutes=scene.at))
        if answer["errors"]:
            remark(f"{moment}  {scene.who}: {scene.act}: {answer['errors'][0]['message']}")
            return
        ticket = answer["ticket"]
        self._tickets[scene.ticket] = ticket["id"]
        say(
            f"{moment}  {scene.who:9}  {scene.act:21} {ticket['number']}  {ticket['tier']:10}  "
            f"{ticket['title']}"
        )

    def _ask(self, scene: Scene) -> Mapping[str, Any]:
        """What the mutation answers. It blocks."""
        kind = f"{scene.act[0].upper()}{scene.act[1:]}Input"
        document = (
            f"mutation($input: {kind}!) {{ {scene.act}(input: $input) {{ "
            "ticket { id number title tier } errors { message } } }"
        )
        body = {"query": document, "variables": {"input": self._input(scene)}}
        result: Mapping[str, Any] = self._data(scene.who, body)[scene.act]
        return result

    def _data(self, who: str, body: Mapping[str, object]) -> Mapping[str, Any]:
        """It blocks."""
        answer = self._post(who, body)
        if answer.get("errors"):
            raise UnansweredError(answer["errors"][0]["message"])
        data: Mapping[str, Any] = answer["data"]
        return data

    def _input(self, scene: Scene) -> dict[str, object]:
        if scene.act != "openTicket":
            return {**scene.given, "ticketId": self._tickets.get(scene.ticket, "")}
        reported = self._began + timedelta(minutes=scene.at - scene.reported)
        return {**scene.given, "reportedAt": reported.isoformat()}

    def _post(self, who: str, body: Mapping[str, object]) -> Mapping[str, Any]:
        request = Request(  # noqa: S310 - our own server's address
            self._url,
            json.dumps(body).encode(),
            {
                "Authorization": f"Bearer {self._tokens[who]}",
                "Content-Type": "application/json",
            },
        )
        try:
            with urlopen(request, timeout=PATIENCE_S) as response:  # noqa: S310 - the same
                answer: Mapping[str, Any] = json.load(response)
                return answer
        except HTTPError as error:
            with error:
                raise UnansweredError(f"{error.code}: {error.read(500).decode()}") from error
        except (URLError, OSError, ValueError) as error:
            if isinstance(getattr(error, "reason", error), ConnectionRefusedError):
                raise GoneError from error
            raise UnansweredError(str(error)) from error
