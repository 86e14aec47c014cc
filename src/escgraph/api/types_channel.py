"""A way to a person as a type; its address and its secret are none of its fields."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from escgraph.api.context import Info
from escgraph.api.identifiers import id_text
from escgraph.api.typed import field
from escgraph.api.types_node import Node
from escgraph.domain.notice import ChannelKind
from escgraph.queries import channels

if TYPE_CHECKING:
    from escgraph.api.types_people import Person


@strawberry.type(
    description="A way to a person that was added for them. The first enabled one is tried first, "
    "the others where it fails."
)
class Channel(Node):
    row: strawberry.Private[channels.Channel]
    kind: ChannelKind = strawberry.field(description="Which way it is.")
    name: str = strawberry.field(description="What its person calls it.")
    place: str = strawberry.field(
        description="Where it leads, as far as it may be shown: scheme and host, or an e-mail "
        "address without most of its name. The whole address is kept sealed."
    )
    signed: bool = strawberry.field(
        description="Whether what goes there is signed, so that its receiver can check it."
    )
    created_at: datetime = strawberry.field(description="When it was added.")
    disabled_at: datetime | None = strawberry.field(
        description="Since when it is passed over; null while it is enabled."
    )
    disabled_reason: str | None = strawberry.field(
        description="Why it is passed over; null while it is enabled."
    )

    @field(description="Whose it is.")
    async def person(
        self, info: Info
    ) -> Annotated["Person", strawberry.lazy("escgraph.api.types_people")]:
        from escgraph.api.types_people import person  # noqa: PLC0415 - the types name each other

        return await person(info, self.row.person)


def channel_of(row: channels.Channel) -> Channel:
    return Channel(
        row=row,
        id=id_text(row.id),
        kind=row.kind,
        name=row.name,
        place=row.place,
        signed=row.secrets is not None,
        created_at=row.created_at,
        disabled_at=row.disabled_at,
        disabled_reason=row.disabled_reason,
    )


def channels_of(rows: Sequence[channels.Channel]) -> list[Channel]:
    return [channel_of(row) for row in rows]
