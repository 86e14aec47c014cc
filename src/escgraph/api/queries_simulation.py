"""What can be asked before a policy is published: what it would have made of past tickets."""

from datetime import datetime
from typing import Annotated

import strawberry

from escgraph.api.context import Info
from escgraph.api.identifiers import read_id
from escgraph.api.typed import field
from escgraph.api.types_simulation import PolicySimulation, simulation_of
from escgraph.domain.terms import PolicyDraftId
from escgraph.queries.simulation import MOST_TICKETS, Candidate, Period, simulate


@strawberry.type
class SimulationQueries:
    @field(
        description="Replays what people did with the tickets that were opened in a period, under "
        "another policy, and compares that with the policies that were in force; for managers and "
        f"administrators. At most {MOST_TICKETS:,} tickets, one simulation at a time. Nothing is "
        "written. A log file is simulated at the server's own terminal, by `escgraph simulate`: no "
        "path is taken here."
    )
    async def simulate_policy(
        self,
        info: Info,
        since: Annotated[
            datetime, strawberry.argument(description="Tickets opened at this moment or later.")
        ],
        until: Annotated[
            datetime | None,
            strawberry.argument(description="Tickets opened before it; null for the present."),
        ] = None,
        draft: Annotated[
            strawberry.ID | None, strawberry.argument(description="The id of a draft.")
        ] = None,
        version: Annotated[
            int | None, strawberry.argument(description="A version, instead of a draft.")
        ] = None,
        yaml: Annotated[
            str | None, strawberry.argument(description="The policy as text, instead of both.")
        ] = None,
    ) -> PolicySimulation | None:
        viewer, at = info.context.permitted(), info.context.surroundings.clock.now()
        named = None if draft is None else PolicyDraftId(read_id(draft, field="draft"))
        candidate = Candidate(draft=named, version=version, yaml=yaml)
        found = await simulate(candidate, Period(since, until or at), at=at, viewer=viewer)
        return simulation_of(found)
