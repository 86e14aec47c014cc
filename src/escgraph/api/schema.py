"""The schema: what can be asked, done and listened to, put together from their parts."""

import strawberry
from strawberry.schema.config import StrawberryConfig

from escgraph.api import enums, enums_looking_back, enums_notices  # noqa: F401 - make the domain's closed sets enums of the schema
from escgraph.api.errors import ERRORS
from escgraph.api.events import TYPES
from escgraph.api.mutations_channels import ChannelMutations
from escgraph.api.mutations_circle import CircleMutations
from escgraph.api.mutations_deliveries import DeliveryMutations
from escgraph.api.mutations_ending import EndingMutations
from escgraph.api.mutations_ladder import LadderMutations
from escgraph.api.mutations_merging import MergingMutations
from escgraph.api.mutations_opening import OpeningMutations
from escgraph.api.mutations_people import PeopleMutations
from escgraph.api.mutations_policies import PolicyMutations
from escgraph.api.mutations_preferences import PreferenceMutations
from escgraph.api.mutations_reviews import ReviewMutations
from escgraph.api.mutations_webhooks import WebhookMutations
from escgraph.api.mutations_work import WorkMutations
from escgraph.api.policy_moves import PolicyMoveMutations, PolicyMoveQueries
from escgraph.api.queries_duplicates import DuplicateQueries
from escgraph.api.queries_forecast import ForecastQueries
from escgraph.api.queries_house import HouseQueries
from escgraph.api.queries_notices import NoticeQueries
from escgraph.api.queries_policies import PolicyQueries
from escgraph.api.queries_reviews import ReviewQueries
from escgraph.api.queries_simulation import SimulationQueries
from escgraph.api.queries_stream import StreamQueries
from escgraph.api.queries_tickets import TicketQueries
from escgraph.api.queries_trends import TrendQueries
from escgraph.api.queries_updates import UpdateQueries
from escgraph.api.queries_webhooks import WebhookQueries
from escgraph.api.scalars import SCALARS
from escgraph.api.schema_base import Schema
from escgraph.api.subscriptions import Subscription
from escgraph.api.types_people import Token
from escgraph.api.types_policy_draft import PolicyDraft


@strawberry.type(description="What can be asked. Every field needs a token with the scope READ.")
class Query(
    TicketQueries,
    DuplicateQueries,
    ForecastQueries,
    TrendQueries,
    StreamQueries,
    HouseQueries,
    NoticeQueries,
    PolicyQueries,
    ReviewQueries,
    SimulationQueries,
    PolicyMoveQueries,
    UpdateQueries,
    WebhookQueries,
):
    pass


@strawberry.type(
    description="What can be done: one field for each act. A refusal by the rules stands in the "
    "payload's `errors`, and nothing was written then. An error of the answer with the code "
    "UNAVAILABLE says that the database is away or busy, and whether it is known that nothing was "
    "written: send the same again in a moment, under the same `idempotencyKey`."
)
class Mutation(
    OpeningMutations,
    WorkMutations,
    LadderMutations,
    CircleMutations,
    EndingMutations,
    MergingMutations,
    PolicyMutations,
    PolicyMoveMutations,
    PeopleMutations,
    ChannelMutations,
    PreferenceMutations,
    ReviewMutations,
    WebhookMutations,
    DeliveryMutations,
):
    pass


def build_schema() -> Schema:
    """One for each process: it remembers the documents that it has validated."""
    return Schema(
        Query,
        Mutation,
        Subscription,
        types=(*TYPES.values(), *ERRORS, Token, PolicyDraft),
        config=StrawberryConfig(scalar_map=SCALARS),
    )


def printed_schema() -> str:
    """The schema as text, as it stands in schema.graphql."""
    return f"{build_schema().as_str()}\n"
