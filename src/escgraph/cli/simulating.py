"""A log replayed under a policy without any database: the work of `escgraph simulate LOG`."""

from escgraph.cli.play_counts import Counts, counts
from escgraph.cli.progress import progress
from escgraph.domain.policy import Policy
from escgraph.domain.replay import replay
from escgraph.domain.what_if import Comparison, WhatIf
from escgraph.play.rows import Log
from escgraph.play.script import climbs, histories
from escgraph.store.tally import Tally


def over_log(log: Log, candidate: Policy, *, beside: Policy) -> WhatIf:
    """The candidate beside another policy, under which the log is taken to have happened."""
    comparison = Comparison()
    with progress("incidents", total=len(log.incidents)) as one_more:
        for history in histories(log):
            end = history.deeds[-1].at
            would_be = replay(history, candidate, until=end)
            was = would_be if beside is candidate else replay(history, beside, until=end)
            comparison.add(history, was=was, would_be=would_be)
            one_more()
    return comparison.result()


def as_played(what_if: WhatIf, log: Log) -> Counts:
    """What playing the log under the candidate would count, in the shape of `escgraph play`."""
    priorities = {
        one.priority: one
        for one in what_if.compared
        if one.priority is not None and one.category is None
    }
    tally = Tally(
        tickets={priority: one.tickets for priority, one in priorities.items()},
        breaches={priority: one.would_be.response_breaches for priority, one in priorities.items()},
        rungs={
            (priority, trigger, tier): many
            for priority, one in priorities.items()
            for (tier, trigger), many in one.would_be.rungs.items()
        },
    )
    return counts(tally, climbs=climbs(log))
