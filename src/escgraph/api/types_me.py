"""Who asks, as a type: what they may do, and what they are told, and how."""

from datetime import datetime

import strawberry

from escgraph.api.context import Info
from escgraph.api.queries_tickets import After
from escgraph.api.typed import field
from escgraph.api.types_channel import Channel, channels_of
from escgraph.api.types_notice_lists import NoticeConnection, notice_connection
from escgraph.api.types_people import Person
from escgraph.api.types_preferences import NotificationPreferences, preferences_of
from escgraph.api.types_timeline import First
from escgraph.domain.terms import Scope
from escgraph.queries import notices
from escgraph.queries.notices import NoticeFilter


@strawberry.type(description="Who asks, and what they may do.")
class Me:
    person: Person = strawberry.field(description="The person behind the token.")
    scopes: list[Scope] = strawberry.field(description="What the token may be used for.")
    token_expires_at: datetime | None = strawberry.field(
        description="When the token ends; null for one that never does."
    )

    @field(
        description="The ways to you that were added, the first tried first, the disabled too. "
        "Behind them stands the e-mail address that you have, where mail is set up."
    )
    async def channels(self, info: Info) -> list[Channel]:
        whose = info.context.session.actor.person
        return channels_of(await info.context.loaders.telling.channels.load(whose) or ())

    @field(description="How you want to be told.")
    async def preferences(self, info: Info) -> NotificationPreferences:
        whose = info.context.session.actor.person
        wishes = await info.context.loaders.telling.preferences.load(whose)
        assert wishes is not None, "everybody sees their own"
        return preferences_of(wishes)

    @field(
        description="What you were told, the latest first; for wallboards null, with FORBIDDEN in "
        "`errors`."
    )
    async def notices(
        self, info: Info, first: First = 50, after: After = None
    ) -> NoticeConnection | None:
        viewer = info.context.session.actor
        which = NoticeFilter(person=viewer.person)
        return notice_connection(await notices.page(which, first=first, after=after, viewer=viewer))
