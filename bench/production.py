"""How long after a deadline a subscriber hears of it, in the layout of docker-compose.yml.

One hundred tickets are opened on one web process, with deadlines at random moments of the next half
minute. A subscriber on the other web process, in this process and by a client that is not ours,
notes when it hears of each. All clocks are that of this machine.
"""

import asyncio
import os
import platform
import random
import statistics
from collections.abc import Sequence
from contextlib import aclosing
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from escgraph.clock import Clock
from tests.end_to_end.client import Client
from tests.end_to_end.layout import Layout
from tests.end_to_end.subscriber import over_websocket

TICKETS = 100
WITHIN = timedelta(seconds=30)
LEAD = timedelta(seconds=5)
"""From the first opening to the first deadline, so that every ticket is open before its own."""

LEVEL_2 = timedelta(hours=2)
"""The target of a HIGH ticket."""

AIM_MS = 2000
"""What the design wants of the slowest, in milliseconds."""

ESCALATIONS = """
subscription Escalations($after: Cursor) {
  escalations(after: $after) {
    __typename
    ... on EscalationItem { cursor escalation { dueAt firedAt } }
    ... on CaughtUp { cursor }
    ... on Heartbeat { cursor }
    ... on Resync { cursor reason }
  }
}
"""

Delays = dict[str, list[float]]


def main() -> None:
    """Start the layout, measure, print."""
    with TemporaryDirectory(prefix="escgraph-bench-") as home, Layout(logs=Path(home)) as layout:
        agent = layout.hire("ada", "level_1_agent")
        engineer = layout.hire("eva", "engineer", "--tier", "LEVEL_2")
        delays = asyncio.run(_measured(layout, agent=agent, engineer=engineer))
    print(
        f"{TICKETS} deadlines at random moments within {WITHIN.seconds} s; "
        "2 web processes, 2 workers, PostgreSQL 18, Redis; "
        f"{os.cpu_count()} cores, Python {platform.python_version()}, "
        f"load {os.getloadavg()[0]:.1f}"
    )
    for name, found in delays.items():
        print(f"{name:28} {_summary(found)}")
    slowest = max(delays["deadline to subscriber"])
    print(f"aim: under {AIM_MS} ms; {'met' if slowest < AIM_MS else 'missed'}")


async def _measured(layout: Layout, *, agent: str, engineer: str) -> Delays:
    here, there = layout.webs
    async with Client(f"http://{here}/graphql", agent) as client:
        begin: str = (await client.ask("{ board { cursor } }"))["board"]["cursor"]
        hearing = asyncio.create_task(_heard(f"ws://{there}/graphql", engineer, begin))
        first = Clock.host() + LEAD
        for _ in range(TICKETS):
            due = first + random.random() * WITHIN
            await client.open(reportedAt=(due - LEVEL_2).isoformat())
        async with asyncio.timeout((LEAD + WITHIN).total_seconds() + 30):
            return await hearing


async def _heard(url: str, token: str, begin: str) -> Delays:
    """In milliseconds, for each of the tickets, in the order of arrival."""
    fired: list[float] = []
    arrived: list[float] = []
    async with aclosing(over_websocket(url, token, ESCALATIONS)(begin)) as items:
        async for item in items:
            now = Clock.host()
            if item["__typename"] == "EscalationItem":
                due = datetime.fromisoformat(item["escalation"]["dueAt"])
                fired_at = datetime.fromisoformat(item["escalation"]["firedAt"])
                fired.append((fired_at - due) / timedelta(milliseconds=1))
                arrived.append((now - due) / timedelta(milliseconds=1))
            if len(arrived) == TICKETS:
                break
    return {"deadline to firing": fired, "deadline to subscriber": arrived}


def _summary(found: Sequence[float]) -> str:
    ordered = sorted(found)
    ninety_ninth = ordered[int(len(ordered) * 0.99) - 1]
    return (
        f"min {ordered[0]:6.1f}  median {statistics.median(ordered):6.1f}  "
        f"p99 {ninety_ninth:6.1f}  max {ordered[-1]:6.1f} ms"
    )


if __name__ == "__main__":
    main()
