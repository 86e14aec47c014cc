"""A shift of a few hundred acts on tickets, for servers that may go and come while it works."""

import asyncio

from tests.end_to_end.client import Client

TICKETS = 48
DESKS = 4

LIVE = """
{ tickets(filter: {statuses: [OPEN, IN_PROGRESS, ON_HOLD]}, first: 200) { nodes { id tier } } }
"""


class Shift:
    """Works four tickets at a time; a quarter of them is left to the deadlines."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._numbers = iter(range(TICKETS))
        self._news = asyncio.Condition()
        self._done = 0

    async def work(self) -> None:
        """Open all tickets and act on them."""
        async with asyncio.TaskGroup() as group:
            for _ in range(DESKS):
                group.create_task(self._desk())

    async def did(self, acts: int) -> None:
        """Wait until that many acts are done."""
        async with self._news:
            await self._news.wait_for(lambda: self._done >= acts)

    async def ends(self) -> None:
        """Wait until deadlines brought to management what was left to them; then cancel it.

        From then on nothing more happens.
        """
        async with asyncio.timeout(60):
            while await self._below_management():  # noqa: ASYNC110 - only the server makes it so
                await asyncio.sleep(0.1)
        for ticket in await self._live():
            await self._act("cancelTicket", ticket["id"], reason="the shift ends")

    async def _below_management(self) -> bool:
        return any(ticket["tier"] != "MANAGEMENT" for ticket in await self._live())

    async def _live(self) -> list[dict[str, str]]:
        found: list[dict[str, str]] = (await self._client.ask(LIVE))["tickets"]["nodes"]
        return found

    async def _desk(self) -> None:
        for number in self._numbers:
            await self._ticket(number)

    async def _ticket(self, number: int) -> None:
        priority = ("HIGH", "MEDIUM", "LOW")[number % 3]
        opened = await self._client.open(priority=priority, title=f"scanner {number} is offline")
        ticket = opened["id"]
        await self._act("logAction", ticket, text="restarted it")
        await self._act("addNote", ticket, text="a router is suspected", visibility="INTERNAL")
        await self._act("acknowledgeTicket", ticket)
        courses = (self._is_left, self._is_held, self._is_solved, self._is_handed_up)
        await courses[number % 4](ticket)

    async def _is_left(self, ticket: str) -> None:
        await self._act("flagUrgent", ticket, reason="the warehouse stands still")
        await self._act("changePriority", ticket, priority="HIGH", reason="so does the shop")

    async def _is_held(self, ticket: str) -> None:
        await self._act("holdTicket", ticket, reason="AWAITING_VENDOR", note="a part is ordered")
        await self._act("resumeTicket", ticket)
        await self._act("cancelTicket", ticket, reason="it was another fault")

    async def _is_solved(self, ticket: str) -> None:
        await self._act("resolveTicket", ticket, summary="new router", code="FIXED")
        await self._act("reopenTicket", ticket, reason="offline again")
        await self._act("resolveTicket", ticket, summary="new cable", code="FIXED")
        await self._act("closeTicket", ticket, noFollowUps=True, closingNotice="all is well")

    async def _is_handed_up(self, ticket: str) -> None:
        why = "EXPERTISE_NEEDED"
        await self._act("escalateTicket", ticket, expectedTier="LEVEL_1", reason=why)
        await self._act("cancelTicket", ticket, reason="reported twice")

    async def _act(self, name: str, ticket: str, **given: object) -> None:
        await self._client.act(name, ticketId=ticket, **given)
        async with self._news:
            self._done += 1
            self._news.notify_all()
