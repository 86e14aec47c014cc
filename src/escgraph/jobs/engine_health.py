"""Does anybody fire deadlines? Judged by what engines prove, and by what should have fired."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from escgraph.jobs.housekeeping import FRESH
from escgraph.store.vitals import Vitals, vitals

PATIENCE = timedelta(seconds=30)
"""In real time: how old the last proof of work may be, and how late a deadline."""

NO_ENGINE = "no engine of its own right has proved within 30 seconds that it works"
START_ONE = "start escgraph worker, or look why it hangs; escgraph doctor says more"
OVERDUE = "a deadline is overdue by more than 30 seconds"
LOOK = "look for engine.pass_failed in the logs of the workers; escgraph doctor says more"


@dataclass(frozen=True, slots=True)
class EngineHealth:
    """`fault` says what is wrong and `advice` what to do; both are empty where all is well.

    `replaced`: no engine of its own right is fresh, so whoever stands in does the work now.
    """

    fault: str
    advice: str
    replaced: bool


async def engine_health(*, now: datetime, patience: timedelta = PATIENCE) -> EngineHealth:
    """How it is at that moment; `patience` is by the same clock.

    Raises:
        DatabaseBusy, DatabaseUnavailable: nobody can say.
    """
    return judged(await vitals(before=now - patience), now=now, patience=patience)


def judged(signs: Vitals, *, now: datetime, patience: timedelta) -> EngineHealth:
    """Who works is judged before what is late: without an engine, all is late sooner or later."""
    age = None if signs.beat_at is None else now - signs.beat_at
    replaced = age is None or age >= FRESH
    if age is None or age >= patience:
        return EngineHealth(NO_ENGINE, START_ONE, replaced)
    if signs.overdue:
        return EngineHealth(OVERDUE, LOOK, replaced)
    return EngineHealth("", "", replaced)
