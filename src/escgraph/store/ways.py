"""Where a message goes: its address and what signs for it, unsealed for the time of one attempt."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from escgraph.domain.notice import ChannelKind
from escgraph.store import sealing, signing
from escgraph.store.database import fetch
from escgraph.store.notice_rows import Message
from escgraph.store.values import boolean


class ClosedWayError(Exception):
    """Nothing can go that way: it was removed, disabled, or its person has left."""


@dataclass(frozen=True, slots=True)
class Way:
    """`address` is an e-mail address or a URL; `secrets` sign, the newest first."""

    name: str
    address: str = field(repr=False)
    secrets: tuple[str, ...] = field(default=(), repr=False)


async def way_of(message: Message, *, at: datetime) -> Way:
    """The way as it is at that moment, whatever it was when the message was written.

    Raises:
        ClosedWayError: nothing can go there; the message says why.
        ConflictError, SealingError: there is no key that opens it.
    """
    if message.webhook is not None:
        row = _open(await fetch("SELECT * FROM webhook WHERE id = $1", message.webhook), "webhook")
        return Way(row["name"], sealing.unseal(row["url"]), _signing(row, at))
    if message.channel is not None:
        row = _open(await fetch(_CHANNEL, message.channel), "channel")
        _must_be_here(row)
        sealed = row["target"]
        address = row["email"] if sealed is None else sealing.unseal(sealed)
        name = row["person"] if row["kind"] == ChannelKind.EMAIL else row["name"]
        return Way(name, address, _signing(row, at))
    (row,) = await fetch("SELECT name, email, active FROM person WHERE id = $1", message.person)
    _must_be_here(row)
    return Way(row["name"], row["email"])


async def must_be_open(message: Message) -> None:
    """Pass if something can go that way; nothing is unsealed.

    Raises:
        ClosedWayError: as above.
    """
    if message.webhook is not None:
        _open(await fetch("SELECT * FROM webhook WHERE id = $1", message.webhook), "webhook")
    elif message.channel is not None:
        _open(await fetch(_CHANNEL, message.channel), "channel")


def _must_be_here(row: dict[str, Any]) -> None:
    """What waited for somebody who has left is told to nobody."""
    if not boolean(row["active"]):
        raise ClosedWayError("its person has left")


def _signing(row: dict[str, Any], at: datetime) -> tuple[str, ...]:
    return signing.signing(row["secrets"], at=at) if row["secrets"] else ()


def _open(rows: Sequence[dict[str, Any]], what: str) -> dict[str, Any]:
    if not rows or rows[0]["removed_at"] is not None:
        raise ClosedWayError(f"the {what} was removed")
    if rows[0]["disabled_at"] is not None:
        raise ClosedWayError(f"the {what} is disabled: {rows[0]['disabled_reason']}")
    return rows[0]


_CHANNEL = (
    "SELECT c.*, p.email, p.name AS person, p.active "
    "FROM channel c JOIN person p ON p.id = c.person_id WHERE c.id = $1"
)
