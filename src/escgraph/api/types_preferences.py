"""How a person wants to be told, as a type."""

import strawberry

from escgraph.domain.calm import HOURLY_CAP
from escgraph.domain.times_of_day import written
from escgraph.queries.preferences import Wishes


@strawberry.type(description="Every day from one time until the clock next shows the other.")
class QuietHours:
    since: str = strawberry.field(description="When they begin, HH:MM on the clock of the zone.")
    until: str = strawberry.field(description="When they end; on the next day, if earlier.")


@strawberry.type(description="How somebody wants to be told.")
class NotificationPreferences:
    zone: str | None = strawberry.field(
        description="The IANA name of the zone by whose clock they read; null: nobody said so."
    )
    quiet_hours: QuietHours | None = strawberry.field(
        description="When only what is HIGH or critical reaches them, and the rest waits; null for "
        "never."
    )
    digest_at: str | None = strawberry.field(
        description="When they read about LOW tickets, once a day, HH:MM; null: as it happens."
    )
    hourly_cap: int = strawberry.field(
        description="So many messages they get in an hour, and the rest in one when it is over; "
        f"HIGH and critical are never held up. {HOURLY_CAP} unless said."
    )


def preferences_of(wishes: Wishes) -> NotificationPreferences:
    quiet, digest = wishes.quiet, wishes.digest_at
    return NotificationPreferences(
        zone=None if wishes.zone is None else wishes.zone.key,
        quiet_hours=None
        if quiet is None
        else QuietHours(since=written(quiet.since), until=written(quiet.until)),
        digest_at=None if digest is None else written(digest),
        hourly_cap=wishes.hourly_cap,
    )
