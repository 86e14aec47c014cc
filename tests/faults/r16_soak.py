"""R16: many minutes of ordinary work: nothing grows, and nothing is lost on the way."""

from collections.abc import Mapping

from tests.faults import s04_stalled_reader, soak
from tests.faults.crowd_of_clients import heard_by
from tests.faults.history import Outcome, added, check
from tests.faults.house import Ground
from tests.faults.ordinary_day import Scale
from tests.faults.report import Count, Figure, Report, quantile
from tests.faults.soak import Seen, soaked

FULL, REDUCED = soak.FULL, soak.REDUCED


async def run(scale: Scale, ground: Ground) -> Report:
    return report(scale, await soaked(scale, ground))


async def run_together(scale: Scale, ground: Ground) -> Mapping[str, Report]:
    """Both that the one run shows."""
    seen = await soaked(scale, ground)
    return {"R16": report(scale, seen), "S4": s04_stalled_reader.report(scale, seen)}


def report(scale: Scale, seen: Seen) -> Report:
    wrong = [one for one in seen.history.operations if one.outcome is not Outcome.OK]
    slopes = seen.growth.a_minute()
    seconds = scale.without + scale.stalled
    guests, events = seen.guests, seen.events
    for_guests = [one for one in events if guests.after < one.position <= guests.until]
    held = ", ".join(f"{megabytes:.0f}" for megabytes in seen.growth.held())
    return Report(
        (
            *check(seen.history, events),
            Count("refused", len(wrong), tuple(map(str, wrong[:3]))),
            *added((heard_by(seen.told, events), heard_by(guests.told, for_guests))),
            Count("descriptors leaked", sum(leak.descriptors for leak in seen.leaks)),
            Count("tasks leaked", sum(leak.tasks for leak in seen.leaks)),
            *seen.counts,
        ),
        (
            Figure("memory", max(slopes, default=0.0), 1.0, "MB/min"),
            Figure("mutations", seen.acts / seconds, scale.a_second * 0.98, "/s", least=True),
        ),
        f"over {seconds / 60:.1f} min behind {scale.warm_up / 60:.1f}; each of 2 webs and a worker "
        f"{', '.join(f'{one:+.2f}' for one in slopes)} MB/min at {held} MB; "
        f"{len(seen.took):,} mutations, p99 {quantile(seen.took, 0.99) * 1000:.0f} ms; "
        f"{len(events):,} events to {len(seen.told)} subscribers and {len(guests.told)} "
        "guests",
    )
