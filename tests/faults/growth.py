"""How much memory processes hold as time goes by, and whether that grows."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from tests.faults.programs import Program

EVERY_S = 1.0
MB, MIB = 1_000_000, 1024 * 1024

Samples = list[tuple[float, int]]
"""When, by the loop's time, and how many bytes."""


@dataclass(slots=True)
class Growth:
    """What was seen of each program, in stretches: each may have a level of its own."""

    programs: Sequence[Program]
    stretches: list[list[Samples]] = field(default_factory=list)

    @asynccontextmanager
    async def watched(self) -> AsyncIterator[None]:
        """One more stretch, as long as the `with` lasts."""
        self.stretches.append([[] for _ in self.programs])
        watching = asyncio.create_task(self._watch())
        try:
            yield
        finally:
            watching.cancel()
            await asyncio.wait({watching})

    def a_minute(self) -> list[float]:
        """By which each of them grew in a minute, in MB; in the order of the programs."""
        seen = zip(*self.stretches, strict=True)
        return [slope(stretches) * 60 / MB for stretches in seen]

    def held(self) -> list[float]:
        """What each of them held at last, in MB."""
        return [samples[-1][1] / MB for samples in self.stretches[-1]]

    def step(self, program: Program) -> float:
        """From the middle of the stretch before the last to the most of the last, in MiB."""
        index = self.programs.index(program)
        before, last = (_bytes(stretch[index]) for stretch in self.stretches[-2:])
        return (max(last) - sorted(before)[len(before) // 2]) / MIB

    async def _watch(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            for program, samples in zip(self.programs, self.stretches[-1], strict=True):
                samples.append((loop.time(), program.memory()))
            await asyncio.sleep(EVERY_S)


def slope(stretches: Sequence[Samples]) -> float:
    """Bytes in a second: least squares for one slope that all stretches share.

    What rises at once between two stretches has no part in it.
    """
    product = square = 0.0
    for samples in stretches:
        at = sum(moment for moment, _ in samples) / len(samples)
        level = sum(held for _, held in samples) / len(samples)
        product += sum((moment - at) * (held - level) for moment, held in samples)
        square += sum((moment - at) ** 2 for moment, _ in samples)
    return product / square if square else 0.0


def _bytes(samples: Samples) -> list[int]:
    return [held for _, held in samples]
