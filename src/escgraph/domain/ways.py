"""The ways to a person, the best first: the list of their own, then e-mail, else only the log."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from escgraph.domain.notice import ChannelKind
from escgraph.domain.terms import ChannelId


class Listed(Protocol):
    """A way as it stands in a person's list. `target` is None for the address they have anyway."""

    @property
    def id(self) -> ChannelId: ...
    @property
    def kind(self) -> ChannelKind: ...
    @property
    def target(self) -> str | None: ...
    @property
    def disabled_at(self) -> datetime | None: ...
    @property
    def removed_at(self) -> datetime | None: ...


@dataclass(frozen=True, slots=True)
class Way:
    """A way that can be gone. `channel` is its row in the person's list, None where it has none."""

    kind: ChannelKind
    channel: ChannelId | None = None

    @property
    def via(self) -> str:
        """What names it among the ways that one notice went."""
        return self.kind.value if self.channel is None else str(self.channel)


LOG = Way(ChannelKind.LOG)
MAIL = Way(ChannelKind.EMAIL)


def ways(listed: Sequence[Listed], *, mail_is_set: bool) -> tuple[Way, ...]:
    """Every way to a person, in the order in which they are tried; never empty.

    `listed` is the person's own list, in its order. Without a mail server no e-mail goes. The
    address that everybody has comes last, unless an address stands in the list, or the person took
    that very one out of use there. Where nothing is left, the log has it, and the API.
    """
    usable = [row for row in listed if _usable(row, mail_is_set=mail_is_set)]
    found = [Way(row.kind, row.id) for row in usable]
    if mail_is_set and not any(_speaks_for_mail(row) for row in listed):
        found.append(MAIL)
    return tuple(found) or (LOG,)


def _usable(row: Listed, *, mail_is_set: bool) -> bool:
    if row.kind is ChannelKind.EMAIL and not mail_is_set:
        return False
    return row.disabled_at is None and row.removed_at is None


def _speaks_for_mail(row: Listed) -> bool:
    """Whether the list itself says if and where e-mail goes."""
    if row.kind is not ChannelKind.EMAIL or row.removed_at is not None:
        return False
    return row.disabled_at is None or row.target is None
