"""What of a what-if is counted, and what people call it."""

from collections.abc import Callable

from escgraph.domain.terms import Tier, Trigger
from escgraph.domain.what_if import Outcome, WhatIf

Figure = Callable[[Outcome], int]

BY_DEADLINE = " by deadline"


def figures(what_if: WhatIf) -> dict[str, Figure]:
    """What is counted, by what people call it; tiers that no deadline reached are left out."""
    both = (what_if.all.was.rungs, what_if.all.would_be.rungs)
    reached = {tier for rungs in both for tier, trigger in rungs if trigger is Trigger.DEADLINE} | {
        Tier.LEVEL_2,
        Tier.MANAGEMENT,
    }
    return {
        "response missed": lambda outcome: outcome.response_breaches,
        **{f"{tier}{BY_DEADLINE}": _by_deadline(tier) for tier in sorted(reached)},
        "by reopening": _by_reopening,
    }


def _by_deadline(tier: Tier) -> Figure:
    return lambda outcome: outcome.rungs.get((tier, Trigger.DEADLINE), 0)


def _by_reopening(outcome: Outcome) -> int:
    return sum(n for (_, trigger), n in outcome.rungs.items() if trigger is Trigger.REOPENED)
