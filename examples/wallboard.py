"""A wallboard in a terminal: what stands where, what falls due, what was missed.

make run                              # in one shell; it prints tokens
export ESC_TOKEN_WALLBOARD=esc_…      # in another
.venv/bin/python examples/wallboard.py
"""

import asyncio
import json
import os
import sys
from collections import Counter
from contextlib import suppress
from datetime import datetime
from time import strftime
from typing import Any

from rich.console import Group
from rich.live import Live
from rich.panel import Panel
from rich.table import Table
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

URL = os.environ.get("ESC_URL", "ws://127.0.0.1:8000/graphql")
TOKEN = os.environ.get("ESC_TOKEN_WALLBOARD") or sys.exit(
    "set ESC_TOKEN_WALLBOARD: make run prints it"
)
TOKEN_ENDED = 4403
LISTED = 10
AHEAD = 3
PAUSE_S = 1.0
TIERS = ("MANAGEMENT", "LEVEL_3", "LEVEL_2", "LEVEL_1")
COLOURS = {"HIGH": "bold red", "MEDIUM": "yellow", "LOW": "green"}
BOARD = """
subscription {
  board {
    ... on BoardSnapshot { board { cells { ...cell } dueSoon { ...ticket } breached { ...ticket } breachedCount forecast { ...entry } loadByTier { ...load } } }
    ... on BoardChange { cells { ...cell } dueSoon { ...ticket } breached { ...ticket } breachedCount forecast { ...entry } loadByTier { ...load } }
  }
}
fragment cell on BoardCell { tier priority status count }
fragment entry on ForecastEntry { at toTier ticket { number } }
fragment load on TierLoad { tier now then }
fragment ticket on Ticket { number title indicator priority tier status nextDeadline { kind dueAt } }
"""  # noqa: E501 - a line for each kind of item

Json = dict[str, Any]


class Wall:
    """What is shown; a snapshot replaces it, a change replaces what it names.

    Attributes:
        stale_since: when the connection was lost; empty while it stands.
    """

    def __init__(self) -> None:
        self.stale_since = ""
        self.cells: dict[tuple[str, str, str], int] = {}
        self.lists: Json = {"dueSoon": [], "breached": [], "breachedCount": 0}
        self.lists |= {"forecast": [], "loadByTier": []}

    def lose(self) -> None:
        """What is shown may be wrong from now on; it was lost once, however often one tries."""
        self.stale_since = self.stale_since or strftime("%H:%M:%S")

    def take(self, item: Json) -> None:
        self.stale_since = ""
        if "board" in item:
            self.cells.clear()
            item = item["board"]
        for cell in item.get("cells", []):
            self.cells[cell["tier"], cell["priority"], cell["status"]] = cell["count"]
        self.lists |= {name: item[name] for name in self.lists if name in item}

    def __rich__(self) -> Group:
        breached = f"Breached: {self.lists['breachedCount']}"
        title, style = f"{sum(self.cells.values())} live tickets", "none"
        if self.stale_since:
            title, style = f"{title} · stale since {self.stale_since}", "bold red"
        return Group(
            Panel(self.counts(), title=title, border_style=style),
            Panel(listed(self.lists["dueSoon"]), title="Falls due", border_style="yellow"),
            Panel(self.ahead(), title="If nobody acts, within eight hours", border_style="cyan"),
            Panel(listed(self.lists["breached"]), title=breached, border_style="red"),
        )

    def counts(self) -> Table:
        """Tier by priority, whatever the status."""
        sums: Counter[tuple[str, str]] = Counter()
        for (tier, priority, _), count in self.cells.items():
            sums[tier, priority] += count
        table = Table(box=None)
        table.add_column("")
        for priority, colour in COLOURS.items():
            table.add_column(priority, justify="right", style=colour, min_width=8)
        for tier in TIERS:
            table.add_row(tier, *(str(sums[tier, priority] or "·") for priority in COLOURS))
        return table

    def ahead(self) -> str:
        """The next escalations, and what each tier will have then in place of what it has."""
        climbs = [entry for entry in self.lists["forecast"] if entry["toTier"]][:AHEAD]
        coming = (f"{clock(e['at'])} {e['ticket']['number']} → {e['toTier']}" for e in climbs)
        loads = (f"{one['tier']} {one['now']} → {one['then']}" for one in self.lists["loadByTier"])
        return f"{' · '.join(coming) or 'nothing escalates'}\n{' · '.join(loads)}"


def listed(tickets: list[Json]) -> Table:
    """The first few of a list."""
    table = Table(box=None, show_header=False, expand=True)
    table.add_column()
    table.add_column(no_wrap=True, ratio=1)
    for ticket in tickets[:LISTED]:
        due = ticket["nextDeadline"]
        when = f"{due['kind']} {clock(due['dueAt'])}" if due else ""
        title = f"{ticket['indicator']} {ticket['title']}".strip()
        style = COLOURS[ticket["priority"]]
        table.add_row(ticket["number"], title, ticket["tier"], when, style=style)
    return table


def clock(moment: str) -> str:
    """The time of day, here."""
    return f"{datetime.fromisoformat(moment).astimezone():%H:%M:%S}"


async def main() -> None:
    """Show the board for ever; after a lost connection it begins with a new snapshot."""
    wall = Wall()
    with Live(wall, refresh_per_second=4, screen=True):
        while True:
            try:
                async with connect(URL, subprotocols=["graphql-transport-ws"]) as socket:
                    await follow(socket, wall)
            except ConnectionClosed as closed:
                if closed.rcvd and closed.rcvd.code == TOKEN_ENDED:
                    raise SystemExit(closed.rcvd.reason) from None
            except (OSError, TimeoutError, InvalidHandshake):
                pass
            wall.lose()
            await asyncio.sleep(PAUSE_S)


async def follow(socket: ClientConnection, wall: Wall) -> None:
    """Introduce ourselves, subscribe, and hang up what comes."""
    credentials = {"Authorization": f"Bearer {TOKEN}"}
    await socket.send(json.dumps({"type": "connection_init", "payload": credentials}))
    await socket.recv()  # connection_ack
    subscribe = {"type": "subscribe", "id": "1", "payload": {"query": BOARD}}
    await socket.send(json.dumps(subscribe))
    async for frame in socket:
        message = json.loads(frame)
        if message["type"] == "ping":
            await socket.send('{"type": "pong"}')
        elif message["type"] == "error":
            raise SystemExit(message["payload"][0]["message"])
        elif message["type"] == "next":
            wall.take(message["payload"]["data"]["board"])


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        asyncio.run(main())
