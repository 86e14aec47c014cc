"""Whether a notice has reached its person, told by how its deliveries fared (C2)."""

from collections.abc import Iterable
from enum import StrEnum

from escgraph.domain.notice import ChannelKind, MessageState


class NoticeStatus(StrEnum):
    """The best that came of it by any way; the log is none."""

    DELIVERED = "DELIVERED"
    WAITING = "WAITING"
    LOGGED = "LOGGED"
    DEAD = "DEAD"


UNDER_WAY = frozenset({MessageState.WAITING, MessageState.SENDING})


def status_of(fared: Iterable[tuple[ChannelKind, MessageState]]) -> NoticeStatus:
    """What became of a notice whose deliveries went these ways so far."""
    ways = frozenset(fared)
    carried = {kind for kind, state in ways if state is MessageState.DELIVERED}
    if carried - {ChannelKind.LOG}:
        return NoticeStatus.DELIVERED
    if not ways or any(state in UNDER_WAY for _, state in ways):
        return NoticeStatus.WAITING
    return NoticeStatus.LOGGED if carried else NoticeStatus.DEAD
