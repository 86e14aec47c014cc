"""Tells in the demo's own terminal what deadlines escalate; a script without a socket does so."""

import asyncio
from datetime import datetime

from escgraph.cli.console import say
from escgraph.cli.desk import Desk, UnansweredError

LOOK_EVERY_S = 0.5
WHO = "wallboard"
ESCALATIONS = """
query ($after: Cursor!) {
  events(after: $after, filter: {kinds: [TicketEscalated]}, first: 200) {
    cursor
    nodes { at state { number title } ... on TicketEscalated { trigger fromTier toTier } }
  }
}
"""


async def here(desk: Desk) -> str:
    """The cursor of the present."""
    cursor: str = (await desk.ask(WHO, "{ board { cursor } }"))["board"]["cursor"]
    return cursor


async def tell_climbs(desk: Desk, *, after: str) -> None:
    """Print a line for every deadline that escalates a ticket, behind that cursor and for ever.

    Raises:
        GoneError: the server has ended.
    """
    while True:
        try:
            found = (await desk.ask(WHO, ESCALATIONS, {"after": after}))["events"]
        except UnansweredError:  # asked again in a moment
            found = {"cursor": after, "nodes": []}
        after = found["cursor"]
        for event in found["nodes"]:
            if event["trigger"] == "DEADLINE":
                say(_line(desk, event))
        await asyncio.sleep(LOOK_EVERY_S)


def _line(desk: Desk, event: dict[str, object]) -> str:
    moment = desk.minute(datetime.fromisoformat(str(event["at"])))
    ticket = event["state"]
    assert isinstance(ticket, dict)
    return (
        f"{moment}  {'deadline':9}  {'ESCALATES':21} {ticket['number']}  {event['toTier']!s:10}  "
        f"{ticket['title']}"
    )
