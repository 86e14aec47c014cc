"""How long a ticket was live at a tier, as a type."""

from datetime import timedelta

import strawberry

from escgraph.domain.terms import Tier


@strawberry.type(description="How long a ticket was live at one tier.")
class TierTime:
    tier: Tier = strawberry.field(description="The tier.")
    time: timedelta = strawberry.field(description="How long, holds included.")
