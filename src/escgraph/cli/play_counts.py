"""The table at the end of playing or replaying a log: its columns, and the sum under them."""

from collections.abc import Mapping

from escgraph.cli.console import new_table, say_table
from escgraph.domain.terms import Priority, Tier, Trigger
from escgraph.store.tally import Tally

Counts = dict[str, dict[str, int]]

COLUMNS = {
    "incidents": "incidents",
    "responseBreached": "response breached",
    "level2ByDeadline": "LEVEL_2 by deadline",
    "managementByDeadline": "MANAGEMENT by deadline",
    "level2ByReopening": "LEVEL_2 by reopening",
    "managementByReopening": "MANAGEMENT by reopening",
    "manualEscalations": "manual escalations",
}
"""The name of each count for programs, and for people."""


def counts(tally: Tally, *, climbs: Mapping[Priority, int]) -> Counts:
    """The counts of each priority and of all; `climbs` is how often the log goes up a level."""
    table = {str(priority): _row(tally, priority, climbs[priority]) for priority in Priority}
    table["ALL"] = {name: sum(row[name] for row in table.values()) for name in COLUMNS}
    return table


def show(table: Counts) -> None:
    """Print it for people."""
    shown = new_table("", *COLUMNS.values(), numbers=frozenset(COLUMNS.values()))
    for priority, row in table.items():
        shown.add_row(priority, *(f"{row[key]:,}" for key in COLUMNS))
    say_table(shown)


def _row(tally: Tally, priority: Priority, climbs: int) -> dict[str, int]:
    def rungs(trigger: Trigger, tier: Tier) -> int:
        return tally.rungs.get((priority, trigger, tier), 0)

    return {
        "incidents": tally.tickets.get(priority, 0),
        "responseBreached": tally.breaches.get(priority, 0),
        "level2ByDeadline": rungs(Trigger.DEADLINE, Tier.LEVEL_2),
        "managementByDeadline": rungs(Trigger.DEADLINE, Tier.MANAGEMENT),
        "level2ByReopening": rungs(Trigger.REOPENED, Tier.LEVEL_2),
        "managementByReopening": rungs(Trigger.REOPENED, Tier.MANAGEMENT),
        "manualEscalations": climbs,
    }
