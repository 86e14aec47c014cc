"""The ways that people add for themselves (§5): who has some, how many, and in which order.

```
ENABLED ──disabled by hand, or by a receiver that is gone (410)──▶ DISABLED
   ▲                                                                  │
   └──────────────────────────── enabled ────────────────────────────┘
```
A disabled one is passed over. A removed one stays in the database for what was sent by it, without
its address, and is found by nobody.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from escgraph.domain.errors import InvalidInputError
from escgraph.domain.notice import ChannelKind
from escgraph.domain.terms import ChannelId, Role

MOST_OF_ONE = 10
"""Channels of one person."""

HAVING = frozenset(
    {Role.LEVEL_1_AGENT, Role.ENGINEER, Role.MANAGER, Role.STAKEHOLDER, Role.ADMINISTRATOR}
)
"""Who hears of anything by a channel. Scripts have webhooks, wallboards look."""

SIGNED = frozenset({ChannelKind.WEBHOOK})
"""Where the receiver can check who sent it."""

GRACE = timedelta(hours=24)
"""For how long a secret signs beside its successor when nobody says otherwise."""

LONGEST_GRACE = timedelta(days=30)


def in_order(wanted: Sequence[ChannelId], known: Collection[ChannelId]) -> tuple[ChannelId, ...]:
    """The wanted order, if it has each of the person's channels once.

    Raises:
        InvalidInputError: it lacks one, has one twice, or one that is not theirs.
    """
    if sorted(wanted) != sorted(known):
        raise InvalidInputError(
            f"an order names each of the person's {len(known)} channels once, the disabled too; "
            "see channels",
            field=("channelIds",),
        )
    return tuple(wanted)


def end_of_old_secret(*, at: datetime, grace: timedelta) -> datetime:
    """Until when the secrets before a new one sign too, at the latest.

    Raises:
        InvalidInputError: the grace is negative or longer than 30 days.
    """
    if not timedelta(0) <= grace <= LONGEST_GRACE:
        raise InvalidInputError(
            f"a grace is from 0 to {LONGEST_GRACE.days} days; shorten it", field=("grace",)
        )
    return at + grace
