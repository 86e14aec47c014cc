"""M2: backups under load, restored by the commands of docs/backup.md, and worked with."""

from collections.abc import Sequence

from tests.faults.backups import ANOTHER, BASE, FILE, SAME
from tests.faults.history import added
from tests.faults.house import Ground
from tests.faults.putting_back import TOLD_S, Life, Load, put_back
from tests.faults.report import Figure, Report

FULL = Load(
    (ANOTHER, BASE, SAME, FILE), sockets=8, event_streams=2, writers=6, tickets=60, seconds=5
)
REDUCED = Load((ANOTHER,), sockets=2, event_streams=1, writers=2, tickets=12, seconds=0.5)


async def run(load: Load, ground: Ground) -> Report:
    lives = await put_back(load, ground)
    return Report(
        added((*life.counts, *life.told_counts) for life in lives),
        figures(lives),
        f"{len(lives)} restored under load: {', '.join(life.way for life in lives)}; "
        f"{sum(life.acknowledged for life in lives):,} acts known before, "
        f"{sum(life.cursors for life in lives):,} old cursors",
    )


def figures(lives: Sequence[Life]) -> tuple[Figure, ...]:
    """That each of them lost something, and went on."""
    return (
        Figure("events lost, at least", min(one.lost for one in lives), 1, "", least=True),
        Figure("rungs fired then, at least", min(one.fired for one in lives), 1, "", least=True),
        Figure("every subscriber told after", max(one.told for one in lives), TOLD_S),
    )
