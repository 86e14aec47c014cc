"""What a process holds on to when all is quiet, and what it leaked."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.faults.programs import Program

QUIET_S = 15.0
"""How long a process may take to let go of what was dropped."""


@dataclass(frozen=True, slots=True)
class Held:
    """So many descriptors and asyncio tasks."""

    descriptors: int
    tasks: int

    def beyond(self, other: "Held") -> "Held":
        return Held(max(self.descriptors - other.descriptors, 0), max(self.tasks - other.tasks, 0))

    def least(self, other: "Held") -> "Held":
        return Held(min(self.descriptors, other.descriptors), min(self.tasks, other.tasks))


NOTHING = Held(0, 0)


@dataclass(frozen=True, slots=True)
class Pool:
    """Connections to the server at that port: so many at most, opened as they are needed."""

    port: int
    size: int

    def missing(self, program: Program) -> int:
        """How many it has not opened yet."""
        opened = {str(link.readlink()) for link in Path(f"/proc/{program.pid}/fd").iterdir()}
        return max(self.size - sum(f"socket:[{one}]" in opened for one in self._sockets()), 0)

    def _sockets(self) -> list[str]:
        rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
        return [row[9] for row in rows if row[2].endswith(f":{self.port:04X}")]


async def held(program: Program, *, pools: Sequence[Pool] = ()) -> Held:
    """What it holds; of pools as if they were whole, since they fill at any time."""
    tasks = await asyncio.to_thread(program.tasks)
    return Held(program.descriptors() + sum(pool.missing(program) for pool in pools), tasks)


async def leaked_by(program: Program, before: Held, *, pools: Sequence[Pool] = ()) -> Held:
    """What it holds beyond that at the least, as long as it has time to let go."""
    loop = asyncio.get_running_loop()
    late = loop.time() + QUIET_S
    least = await held(program, pools=pools)
    while (more := least.beyond(before)) != NOTHING and loop.time() < late:
        await asyncio.sleep(0.1)
        least = least.least(await held(program, pools=pools))
    return more
