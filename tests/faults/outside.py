"""A program outside that gets events by a webhook, and what it was sent."""

import json
from collections.abc import Sequence

from escgraph.domain.terms import Role
from escgraph.store.sealing import new_key
from escgraph.store.stream import StoredEvent
from escgraph.stream.cursor import Cursor
from tests.end_to_end.client import REFUSALS
from tests.faults.desk import Desk
from tests.faults.history import History
from tests.faults.house import House
from tests.faults.mirror import until
from tests.faults.report import Count
from tests.receiver import Receiver

KINDS = ("NoteAdded", "ResponseBreached", "TicketEscalated")
PATIENCE_S = 20.0
SETTINGS = {
    "ESCGRAPH_SECRET_KEYS": new_key(),
    "ESCGRAPH_ALLOWED_NETWORKS": "127.0.0.0/8",
    "ESCGRAPH_SEND_TIMEOUT": "2",
}
"""What servers need that send to this machine."""

_CREATE = f"""
mutation($input: CreateWebhookInput!) {{
  createWebhook(input: $input) {{ webhook {{ id cursor }} {REFUSALS} }}
}}
"""


class Outside:
    """It keeps the ids of the events that it was sent, in whatever life."""

    def __init__(self, receiver: Receiver, *, begin: int) -> None:
        self._receiver = receiver
        self._begin = begin

    @property
    def heard(self) -> set[str]:
        return {json.loads(one.body)["data"]["id"] for one in list(self._receiver.requests)}

    async def not_sent(self, events: Sequence[StoredEvent]) -> Count:
        """How many of those events it was not sent, when all has come that will."""
        due = {
            str(event.id)
            for event in events
            if event.kind in KINDS and event.position > self._begin
        }
        await until(lambda: due <= self.heard, seconds=PATIENCE_S)
        missing = sorted(due - self.heard)
        return Count("events that a webhook was not sent", len(missing), tuple(missing[:3]))

    def lost(self, events: Sequence[StoredEvent]) -> int:
        """How many it was sent that are none of those: they happened in a life that is lost."""
        return len(self.heard - {str(event.id) for event in events})


async def hooked(house: House, url: str, receiver: Receiver) -> Outside:
    """One that subscribes at that server."""
    async with Desk(url, await house.hire(Role.SCRIPT), History()) as desk:
        given = {"name": "outside", "url": receiver.url(), "filter": {"kinds": list(KINDS)}}
        made = (await desk.ask(_CREATE, input=given))["createWebhook"]
    assert made["errors"] == [], made["errors"]
    return Outside(receiver, begin=Cursor.parse(made["webhook"]["cursor"]).position)
