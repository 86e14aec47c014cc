"""The promises: each fault, what must hold under it, and the file that shows it."""

from dataclasses import dataclass
from importlib import import_module
from types import ModuleType


@dataclass(frozen=True, slots=True)
class Promise:
    """`module` is the file beside this one; `lane`: promises of one lane run one after the other.

    What needs the machine for itself is in the lane "alone"; other lanes run side by side.
    """

    name: str
    fault: str
    must_hold: str
    module: str
    lane: str = "alone"

    def load(self) -> ModuleType:
        """With `FULL`, `REDUCED` and `run(scale, ground)`."""
        return import_module(f"tests.faults.{self.module}")


PROMISES = (
    Promise(
        "R1",
        "≥ 40 kill -9 over 4 workers while 10,000 deadlines fall due in 20 s",
        "0 missed, 0 doubled, 0 gaps; lateness p99 ≤ 1 s, worst ≤ 2.5 s",
        "r01_killed_workers",
    ),
    Promise(
        "R2",
        "workers frozen for 8 s, one each second, 10,000 over 30 s",
        "0/0/0, worst lateness ≤ 2.5 s",
        "r02_frozen_workers",
    ),
    Promise(
        "R4",
        "1,000 deadlines at random moments, quiet system",
        "never early; p50 ≤ 0.2 s, p99 ≤ 1.2 s late",
        "r04_quiet_system",
    ),
    Promise(
        "R9",
        "host clocks ± 5 minutes",
        "deadlines off by ≤ 1 s",
        "r09_wrong_clocks",
    ),
    Promise(
        "R12",
        "one poisoned row among 1,000",
        "the other 999 fire ≤ 5 s; the bad one parked, with an alarm",
        "r12_poisoned_rows",
    ),
    Promise(
        "R13",
        "connection cut after COMMIT on 500 mutations, retried with the same key",
        "exactly one effect each",
        "r13_cut_after_commit",
    ),
)
"""In the order of the table."""
