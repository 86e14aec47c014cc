"""Print what happens, as it happens, and miss nothing while the server restarts.

make run                              # in one shell; it prints tokens
export ESC_TOKEN_ENGINEER=esc_…       # in another
.venv/bin/python examples/subscribe.py
"""

import asyncio
import json
import os
import sys
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

URL = os.environ.get("ESC_URL", "ws://127.0.0.1:8000/graphql")
TOKEN = os.environ.get("ESC_TOKEN_ENGINEER") or sys.exit(
    "set ESC_TOKEN_ENGINEER: make run prints it"
)
TOKEN_ENDED = 4403
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
    cursor = None
    async for socket in connect(URL, subprotocols=["graphql-transport-ws"]):
        try:
            await subscribe(socket, after=cursor)
            async for frame in socket:
                message = json.loads(frame)
                if message["type"] == "ping":
                    await socket.send('{"type": "pong"}')
                elif message["type"] == "error":
                    raise SystemExit(message["payload"][0]["message"])
                elif message["type"] == "next":
                    item = message["payload"]["data"]["events"]
                    cursor = item["cursor"]
                    show(item)
        except ConnectionClosed as closed:
            if closed.rcvd and closed.rcvd.code == TOKEN_ENDED:
                raise SystemExit(closed.rcvd.reason) from None


async def subscribe(socket: ClientConnection, *, after: str | None) -> None:
    """Introduce ourselves, and ask for the events behind a cursor; None: from now on."""
    credentials = {"Authorization": f"Bearer {TOKEN}"}
    await socket.send(json.dumps({"type": "connection_init", "payload": credentials}))
    operation = {"query": EVENTS, "variables": {"after": after}}
    await socket.recv()  # connection_ack
    await socket.send(json.dumps({"type": "subscribe", "id": "1", "payload": operation}))


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
        ticket = f"{state['number']}  {state['tier']:10}  {state['indicator']} {state['title']}"
    return f"{event['at'][:19]}  {event['kind']:20}  {ticket}  ({who})"


if __name__ == "__main__":
    try:
        asyncio.run(main())
    except KeyboardInterrupt:
        print()
