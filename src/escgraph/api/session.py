"""Who stands behind a request or a socket: the vocabulary between transports and their owner."""

from dataclasses import dataclass
from datetime import datetime

from escgraph.domain.terms import Scope, TokenId
from escgraph.domain.ticket import Actor


@dataclass(frozen=True, slots=True)
class Session:
    """A token that was shown and found good. `expires_at` is None for one that never expires."""

    actor: Actor
    scopes: frozenset[Scope]
    token_id: TokenId
    expires_at: datetime | None


class Unauthenticated(Exception):  # noqa: N818  (it reads as the answer that the client gets)
    """No token, or none that is good now. The message is for the client: say what to do."""


def bearer(header: str | None) -> str | None:
    """The token of an `Authorization: Bearer …` header; None without one."""
    scheme, _, token = (header or "").strip().partition(" ")
    return (token.strip() or None) if scheme.lower() == "bearer" else None
