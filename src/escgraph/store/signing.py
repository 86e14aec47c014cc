"""The secrets that sign for an endpoint, at rest: sealed, the newest first, an old one for a while.

A receiver that knows one of them takes what several have signed, so that a secret can be changed
without a message lost: the new one signs from now on, the one before beside it until a moment.
"""

from base64 import b64encode
from dataclasses import dataclass, field
from datetime import datetime
from secrets import token_bytes

import orjson

from escgraph.store import sealing
from escgraph.store.values import json_text, moment

_BYTES = 32
MOST = 5
"""So many sign at the same time, however often a secret is changed."""


@dataclass(frozen=True, slots=True)
class Signing:
    """A secret; `until` is when it signs no longer, None for the newest."""

    secret: str = field(repr=False)
    until: datetime | None


def new_secret() -> str:
    """A secret as Standard Webhooks writes it; whoever checks signatures needs it whole."""
    return f"whsec_{b64encode(token_bytes(_BYTES)).decode()}"


def sealed(secret: str) -> str:
    """What is stored of an endpoint's first secret.

    Raises:
        ConflictError: no key is set.
    """
    return _sealed([Signing(secret, until=None)])


def rotated(stored: str, secret: str, *, at: datetime, old_until: datetime) -> str:
    """What is stored once `secret` is the newest, and those that sign at `at` do so until then."""
    before = [
        Signing(old.secret, min(old.until or old_until, old_until)) for old in _opened(stored, at)
    ]
    return _sealed([Signing(secret, until=None), *before][:MOST])


def signing(stored: str, *, at: datetime) -> tuple[str, ...]:
    """The secrets that sign at that moment, the newest first.

    Raises:
        SealingError: they were sealed with a key that is not among ours.
    """
    return tuple(one.secret for one in _opened(stored, at))


def _opened(stored: str, at: datetime) -> list[Signing]:
    written = orjson.loads(sealing.unseal(stored))
    every = [Signing(secret, moment(until)) for secret, until in written]
    return [one for one in every if one.until is None or at < one.until]


def _sealed(every: list[Signing]) -> str:
    return sealing.seal(json_text([[one.secret, one.until] for one in every]))
