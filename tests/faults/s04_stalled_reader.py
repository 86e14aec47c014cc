"""S4: a client reads nothing for minutes: the others do not feel it, and nothing waits for it."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import groupby

from escgraph.store.stream import StoredEvent
from tests.faults import soak
from tests.faults.crowd_of_clients import delays_of, heard_by
from tests.faults.house import Ground
from tests.faults.lean_client import Told
from tests.faults.ordinary_day import WEBS, Scale
from tests.faults.report import Count, Figure, Report, quantile
from tests.faults.soak import Seen, soaked

FULL, REDUCED = soak.FULL, soak.REDUCED

MORE = 1.2
FLOOR_MS = 5.0
"""What may always be added to a quantile: below 25 ms, a fifth is noise."""


async def run(scale: Scale, ground: Ground) -> Report:
    return report(scale, await soaked(scale, ground))


def report(scale: Scale, seen: Seen) -> Report:
    """The others beside themselves in the minutes before, and beside those at the other web.

    The minutes before are others than those with the stalled readers, and something else may happen
    once in any of them: so the p99 of each ten seconds counts, and of those the median. At the two
    web processes the minutes are the same: there the p99 of all that came counts.
    """
    watched = [event for event in seen.events if event.position > seen.guests.after]
    before = [event for event in watched if event.position <= seen.stalled_behind]
    during = watched[len(before) :]
    beside, there = (_p99(seen, seen.told[web::WEBS], during) for web in range(WEBS))
    earlier, now = (_typical_p99(seen, events) for events in (before, during))
    late, missed = seen.resumed
    kept = [reader.kept for reader in seen.readers]
    return Report(
        (
            *_named(" for the others", heard_by(seen.told, seen.events)),
            *_named(" for one that resumes", heard_by(late, missed)),
            Count("unclean exits", int(seen.exit_code != 0)),
        ),
        (
            Figure("the others' p99 (median of each 10 s)", now, _allowed(earlier), "ms"),
            Figure("p99 at its own web", there, _allowed(beside), "ms"),
            Figure("memory +", seen.step, 32, "MiB"),
            Figure("times dropped", min(map(len, kept)), scale.stalled // 60, "", least=True),
            Figure("kept", max(map(_longest, kept)), 60),
            Figure("exit after", seen.exit_s, 10),
        ),
        f"{scale.stalled:g} s, a WebSocket and an event stream, each back at once when dropped; "
        f"that p99 was {earlier:.0f} ms before and {beside:.0f} ms at the other web, and may be "
        f"20 % or {FLOOR_MS:g} ms more",
    )


def _typical_p99(seen: Seen, events: Sequence[StoredEvent]) -> float:
    """The median of those of each ten seconds."""
    slices = [list(some) for _, some in groupby(events, key=_ten_seconds)]
    return quantile([_p99(seen, _of(seen.told, some), some) for some in slices], 0.5)


def _ten_seconds(event: StoredEvent) -> int:
    return int(event.recorded_at.timestamp() // 10)


def _of(told: Sequence[Told], events: Sequence[StoredEvent]) -> list[Told]:
    """What they were told of those events, which follow on each other; as they came in order."""
    first, last = events[0].position, events[-1].position
    parts = [
        slice(bisect_left(one.positions, first), bisect_right(one.positions, last)) for one in told
    ]
    return [
        Told(one.positions[part], one.arrived[part]) for one, part in zip(told, parts, strict=True)
    ]


def _p99(seen: Seen, told: Sequence[Told], events: Sequence[StoredEvent]) -> float:
    return quantile(delays_of(told, events, clock=seen.clock), 0.99) * 1000


def _longest(kept: Sequence[float]) -> float:
    return max(kept, default=0.0)


def _allowed(p99: float) -> float:
    return max(p99 * MORE, p99 + FLOOR_MS)


def _named(more: str, counts: Sequence[Count]) -> list[Count]:
    return [Count(count.what + more, count.found, count.history) for count in counts]
