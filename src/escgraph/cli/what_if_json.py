"""A what-if as JSON values."""

from datetime import datetime
from typing import Any

from escgraph.cli.trends_json import spread_json
from escgraph.domain.what_if import CAVEATS, Compared, Difference, Outcome
from escgraph.queries.simulation import Simulation


def written(found: Simulation) -> dict[str, Any]:
    """The whole as JSON values."""
    return {
        "policy": found.policy.name,
        "changes": list(found.changes),
        "since": _moment(found.period.since),
        "until": _moment(found.period.until),
        "at": _moment(found.at),
        "compared": [_compared(one) for one in found.what_if.compared],
        "wouldEscalate": [_difference(one) for one in found.what_if.would_escalate],
        "wouldNotEscalate": [_difference(one) for one in found.what_if.would_not],
        "recordedOtherwise": list(found.otherwise),
        "caveats": list(CAVEATS),
    }


def _compared(one: Compared) -> dict[str, Any]:
    return {
        "priority": one.priority,
        "category": one.category,
        "tickets": one.tickets,
        "was": _outcome(one.was),
        "wouldBe": _outcome(one.would_be),
    }


def _outcome(outcome: Outcome) -> dict[str, Any]:
    return {
        "responseBreaches": outcome.response_breaches,
        "rungs": [
            {"tier": tier, "trigger": trigger, "count": many}
            for (tier, trigger), many in outcome.rungs.items()
        ],
        "reminders": outcome.reminders,
        "responseLateness": spread_json(outcome.response_lateness),
        "resolutionLateness": spread_json(outcome.resolution_lateness),
    }


def _difference(one: Difference) -> dict[str, Any]:
    return {
        "number": one.name,
        "priority": one.priority,
        "category": one.category,
        "tiers": list(one.tiers),
    }


def _moment(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
