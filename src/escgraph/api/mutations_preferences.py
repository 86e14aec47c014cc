"""How a person wants to be told, changed."""

from typing import TypeVar

import strawberry

from escgraph.api.acting import Given, KeyedInput, Outcome, Payload, attempt, may_read
from escgraph.api.context import Info
from escgraph.api.filters import person_id
from escgraph.api.typed import mutation
from escgraph.api.types_preferences import NotificationPreferences, preferences_of
from escgraph.commands import preferences as commands
from escgraph.commands.acting import Call, Written
from escgraph.domain.permissions import Act
from escgraph.domain.quiet_hours import QuietHours
from escgraph.domain.terms import PersonId
from escgraph.domain.times_of_day import time_of_day
from escgraph.domain.wishing import HIGHEST_CAP, KEPT, Changes, Kept
from escgraph.domain.zones import zone_named
from escgraph.queries import preferences


@strawberry.input(description="Every day from one time until the clock next shows the other.")
class QuietHoursInput:
    since: str = strawberry.field(description="HH:MM, on the clock of the zone.")
    until: str = strawberry.field(description="HH:MM; on the next day, if earlier.")


@strawberry.input(
    description="What somebody wishes otherwise. What is left out stays as it is; null takes a "
    "wish back."
)
class SetNotificationPreferencesInput(KeyedInput):
    zone: str | None = strawberry.field(
        default=strawberry.UNSET,
        description="The zone by whose clock they read, by its IANA name, such as Europe/Berlin. "
        "Quiet hours and a digest need one.",
    )
    quiet_hours: QuietHoursInput | None = strawberry.field(
        default=strawberry.UNSET,
        description="When only what is HIGH or critical is to reach them.",
    )
    digest_at: str | None = strawberry.field(
        default=strawberry.UNSET,
        description="HH:MM: when they read about LOW tickets, once a day.",
    )
    hourly_cap: int | None = strawberry.field(
        default=strawberry.UNSET,
        description=f"Messages an hour, 1 to {HIGHEST_CAP}; the rest comes in one when it is over.",
    )
    person_id: strawberry.ID | None = strawberry.field(
        default=None, description="Whose wishes; null: yours. Others are for administrators."
    )


@strawberry.type(description="What came of changing them.")
class SetNotificationPreferencesPayload(Payload):
    preferences: NotificationPreferences | None = strawberry.field(
        description="The wishes as they are now; null where nothing was written, or the token "
        "lacks the scope READ."
    )


@strawberry.type
class PreferenceMutations:
    @mutation(
        description="Say how somebody wants to be told. For those who work on tickets, their own; "
        "administrators, anybody's."
    )
    async def set_notification_preferences(
        self, info: Info, given: Given[SetNotificationPreferencesInput]
    ) -> SetNotificationPreferencesPayload:
        async def act(call: Call) -> Written:
            whose = person_id(given.person_id, "personId")
            return await commands.set_preferences(_changes(given), call=call, person=whose)

        outcome = await attempt(info, Act.SET_PREFERENCES, given, act)
        return SetNotificationPreferencesPayload(
            preferences=await _preferences(info, outcome),
            errors=outcome.errors,
            cursor=outcome.cursor,
        )


async def _preferences(info: Info, outcome: Outcome) -> NotificationPreferences | None:
    if outcome.written is None or not may_read(info):
        return None
    whose, viewer = PersonId(outcome.written.id), info.context.session.actor
    return preferences_of((await preferences.of_people([whose], viewer=viewer))[whose])


def _changes(given: SetNotificationPreferencesInput) -> Changes:
    zone, quiet, digest = _said(given.zone), _said(given.quiet_hours), _said(given.digest_at)
    return Changes(
        zone=zone_named(zone, ("zone",)) if isinstance(zone, str) else zone,
        quiet=_quiet(quiet) if isinstance(quiet, QuietHoursInput) else quiet,
        digest_at=time_of_day(digest, ("digestAt",)) if isinstance(digest, str) else digest,
        hourly_cap=_said(given.hourly_cap),
    )


def _quiet(given: QuietHoursInput) -> QuietHours:
    return QuietHours(
        time_of_day(given.since, ("quietHours", "since")),
        time_of_day(given.until, ("quietHours", "until")),
    )


T = TypeVar("T")


def _said(value: T) -> T | Kept:
    return KEPT if value is strawberry.UNSET else value
