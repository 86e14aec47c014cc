"""Print what happens, as it happens, and miss nothing while the server or this program restarts.

make run                              # in one shell; it prints tokens
export ESC_TOKEN_ENGINEER=esc_…       # in another
.venv/bin/python examples/subscribe.py

The place up to where it printed is kept in var/subscribe.cursor; ESC_CURSOR names another file.
"""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

URL = os.environ.get("ESC_URL", "ws://127.0.0.1:8000/graphql")
TOKEN = os.environ.get("ESC_TOKEN_ENGINEER") or sys.exit(
    "set ESC_TOKEN_ENGINEER: make run prints it"
)
KEPT = Path(os.environ.get("ESC_CURSOR", "var/subscribe.cursor"))
TOKEN_ENDED = 4403
LONGEST_PAUSE_S = 3.0
EVENTS = """
subscription ($after: Cursor) {
  events(after: $after) {
    __typename
    ... on EventItem { cursor event { at kind by { name } state { number tier title indicator } } }
    ... on CaughtUp { cursor }
    ... on Heartbeat { cursor }
    ... on Resync { cursor message }
  }
}
"""


async def main() -> None:
    """Listen for ever; after a lost connection, go on behind the last cursor."""
    async for socket in connections():
        try:
            await listen(socket)
        except ConnectionClosed as closed:
            if closed.rcvd and closed.rcvd.code == TOKEN_ENDED:
                raise SystemExit(closed.rcvd.reason) from None


async def connections() -> AsyncIterator[ClientConnection]:
    """One connection after the other; each loss is told once, and its end."""
    pause, again = 0.1, False
    while True:
        try:
            async with connect(URL, subprotocols=["graphql-transport-ws"]) as socket:
                if again:
                    print("-- connected again --", flush=True)
                pause, again = 0.1, False
                yield socket
        except (OSError, TimeoutError, InvalidHandshake):
            pass
        if not again:
            print(f"-- no server at {URL}; trying again --", flush=True)
        again = True
        await asyncio.sleep(pause)
        pause = min(pause * 2, LONGEST_PAUSE_S)


async def listen(socket: ClientConnection) -> None:
    """Ask for the events behind the kept cursor, and print them until the connection ends."""
    credentials = {"Authorization": f"Bearer {TOKEN}"}
    await socket.send(json.dumps({"type": "connection_init", "payload": credentials}))
    await socket.recv()  # connection_ack
    operation = {"query": EVENTS, "variables": {"after": kept()}}
    await socket.send(json.dumps({"type": "subscribe", "id": "1", "payload": operation}))
    while True:
        message = json.loads(await socket.recv())
        if message["type"] == "ping":
            await socket.send('{"type": "pong"}')
        elif message["type"] == "error":
            raise SystemExit(f"{message['payload'][0]['message']} (the cursor is in {KEPT})")
        elif message["type"] == "next":
            item = message["payload"]["data"]["events"]
            show(item)
            keep(item["cursor"])


def kept() -> str | None:
    """The cursor of the last time; None at the first, and then it begins with the present."""
    return KEPT.read_text().strip() or None if KEPT.exists() else None


def keep(cursor: str) -> None:
    """Replace the kept cursor as a whole, so that a crash leaves the old one or the new one."""
    KEPT.parent.mkdir(parents=True, exist_ok=True)
    new = KEPT.with_name(f"{KEPT.name}.new")
    new.write_text(cursor)
    new.replace(KEPT)


def show(item: dict[str, Any]) -> None:
    """Print an event on a line; say so when events are missing."""
    match item["__typename"]:
        case "EventItem":
            print(line(item["event"]), flush=True)
        case "CaughtUp":
            print("-- from here on it is live --", flush=True)
        case "Resync":
            print(f"-- {item['message']} --", flush=True)


def line(event: dict[str, Any]) -> str:
    """When, what, which ticket and where it stood then, who."""
    who = event["by"]["name"] if event["by"] else "a deadline"
    ticket = ""
    if state := event["state"]:
        title = f"{state['indicator']} {state['title']}".strip()
        ticket = f"{state['number']}  {state['tier']:10}  {title}  "
    return f"{event['at'][:19]}  {event['kind']:23}  {ticket}({who})"


if __name__ == "__main__":
    try:
        asyncio.run(main())
    except KeyboardInterrupt:
        print()
