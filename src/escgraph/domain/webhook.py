"""Webhooks of scripts (§5): whose they are, how many there may be, in which state one is.

```
ENABLED ──disabled by hand, by a receiver that is gone (410), or at a gap──▶ DISABLED
   ▲                                                                            │
   └───────────── enabled: goes on where it was, nothing is lost ───────────────┘
```
A removed one stays in the database for what was sent by it, and is found by nobody.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from escgraph.domain.errors import InvalidInputError
from escgraph.domain.terms import Role

MOST_OF_ONE = 20
"""Webhooks of one owner."""

MOST_WAITING = 1000
"""Messages of one webhook; the rest stays in the stream."""

GRACE = timedelta(hours=24)
"""For how long a secret signs beside its successor when nobody says otherwise."""

LONGEST_GRACE = timedelta(days=30)

OWNING = frozenset({Role.SCRIPT, Role.ADMINISTRATOR})
"""By whose eyes a webhook may see."""


class WebhookState(StrEnum):
    """OWNER_LEFT, or has a role without webhooks: by those eyes there is nothing to see."""

    ENABLED = "ENABLED"
    DISABLED = "DISABLED"
    OWNER_LEFT = "OWNER_LEFT"


def end_of_old_secrets(*, at: datetime, grace: timedelta) -> datetime:
    """Until when the secrets before a new one sign too, at the latest.

    Raises:
        InvalidInputError: the grace is negative or longer than 30 days.
    """
    if not timedelta(0) <= grace <= LONGEST_GRACE:
        raise InvalidInputError(
            f"a grace is from 0 to {LONGEST_GRACE.days} days; shorten it", field=("grace",)
        )
    return at + grace
