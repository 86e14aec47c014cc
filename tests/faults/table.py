"""The promises: each fault, what must hold under it, and the file that shows it."""

from dataclasses import dataclass
from importlib import import_module
from types import ModuleType


@dataclass(frozen=True, slots=True)
class Promise:
    """`module` is the file beside this one; `lane`: promises of one lane run one after the other.

    What needs the machine for itself is in the lane "alone"; the other lanes run side by side,
    while the soak warms up.

    Attributes:
        within: another promise, whose run shows this one too when both are wanted.
    """

    name: str
    fault: str
    must_hold: str
    module: str
    lane: str = "alone"
    within: str = ""

    def load(self) -> ModuleType:
        """With `FULL`, `REDUCED` and `run(scale, ground)`.

        Where it shows other promises too, `run_together(scale, ground)` gives all of their reports
        by name.
        """
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
        "R3",
        "100,000 due in the same second, 2 workers",
        "drained ≤ 30 s, HIGH first within 10 s; mutations meanwhile p99 ≤ 500 ms",
        "r03_all_at_once",
    ),
    Promise(
        "R4",
        "1,000 deadlines at random moments, quiet system",
        "never early; p50 ≤ 0.2 s, p99 ≤ 1.2 s late",
        "r04_quiet_system",
    ),
    Promise(
        "R5",
        "Redis down for 60 s",
        "0 missed, lateness p99 ≤ 1.5 s, subscribers p99 ≤ 2 s, no process exits, arq's "
        "jobs back ≤ 10 s after",
        "r05_redis_away",
        lane="soak, a",
    ),
    Promise(
        "R6",
        "PostgreSQL restarted 5 times under load",
        "first commit ≤ 3 s after it accepts; 0 tasks still failing 5 s later; pool whole",
        "r06_postgres_restarts",
    ),
    Promise(
        "R7",
        "failover that loses the last second; a restored backup",
        "every old cursor gets a resync item; never a silent difference",
        "r07_other_lives",
        lane="soak, a",
    ),
    Promise(
        "R8",
        "half-open TCP to PostgreSQL and Redis",
        "noticed ≤ 15 s, healed",
        "r08_half_open",
        lane="soak, b",
    ),
    Promise(
        "R9",
        "host clocks ± 5 minutes",
        "deadlines off by ≤ 1 s",
        "r09_wrong_clocks",
        lane="soak, b",
    ),
    Promise(
        "R10",
        "all workers down for 6 h (simulated), 15,000 rungs overdue",
        "all fired once, in order, ≤ 10 s, marked late; people get one notice, not three",
        "r10_long_outage",
    ),
    Promise(
        "R11",
        "20,000 random acts racing the engine, with kills",
        "0 escalations of tickets that were not open, 0 deadlocks shown to clients, p99 ≤ 250 ms",
        "r11_random_acts",
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
    Promise(
        "R14",
        "all workers stopped or frozen",
        "/readyz/engine red ≤ 35 s, the outgoing heartbeat stops ≤ 30 s (a dead-man's "
        "switch for an outside watcher)",
        "r14_no_engine",
        lane="soak, c",
    ),
    Promise(
        "R15",
        "1,000 sockets dropped in mid-mutation, SQLite and PostgreSQL",
        "0 connections leaked, next transaction ≤ 1 s",
        "r15_dropped_sockets",
    ),
    Promise(
        "R16",
        "soak: 50 mutations/s and 200 subscribers for 10 minutes",
        "memory slope ≤ 1 MB/min after warm-up; descriptors and tasks flat",
        "r16_soak",
        lane="soak",
    ),
    Promise(
        "S1",
        "200 subscribers on 2 web processes, 20,000 events, a process killed every 10 s, "
        "30 % of the doorbells dropped",
        "after resuming: 0 lost, 0 out of order, 0 twice",
        "s01_killed_webs",
    ),
    Promise(
        "S2",
        "200 events/s, 200 subscribers",
        "p99 ≤ 300 ms; with all doorbells lost ≤ 1.5 s",
        "s02_many_subscribers",
    ),
    Promise(
        "S3",
        "500 clients drop and resume within 1 s, 200 events behind",
        "caught up ≤ 10 s, one read per page and process, not per client",
        "s03_all_resume",
    ),
    Promise(
        "S4",
        "one client reads nothing for 5 minutes",
        "the others' p99 + ≤ 20 %, memory + ≤ 32 MiB; it is dropped or resumes, never "
        "hangs a shutdown",
        "s04_stalled_reader",
        within="R16",
    ),
    Promise(
        "S5",
        "1,000 snapshots under 300 events/s, each continued by its cursor",
        "equal to the database, 1,000 of 1,000",
        "s05_snapshots",
    ),
    Promise(
        "S7",
        "SIGTERM with 500 WebSockets and 50 SSE streams open",
        "closed with a retriable code ≤ 10 s, exit clean, nothing lost to those who resume",
        "s07_drain",
    ),
    Promise(
        "M1",
        "every migration on data, old version running against the new schema",
        "no error; nothing lost on SQLite either",
        "m01_old_version",
        lane="soak, c",
    ),
    Promise(
        "M2",
        "backup under load, restore",
        "doctor --deep clean; documented commands",
        "m02_restored_backup",
        lane="soak, c",
    ),
)
"""In the order of the table."""
