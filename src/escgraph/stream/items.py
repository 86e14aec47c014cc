"""What a subscriber gets from the stream: events, and signs of where it stands."""

from dataclasses import dataclass
from enum import StrEnum

from escgraph.store.stream import StoredEvent
from escgraph.stream.cursor import Cursor


class ResyncReason(StrEnum):
    """Why what a subscriber knows can no longer be brought up to date by events."""

    OTHER_EPOCH = "OTHER_EPOCH"
    TOO_OLD = "TOO_OLD"
    AHEAD = "AHEAD"
    GAP = "GAP"


_MEANING = {
    ResyncReason.OTHER_EPOCH: "the database was restored or replaced since then",
    ResyncReason.TOO_OLD: "events behind this cursor are no longer kept",
    ResyncReason.AHEAD: "the database ends before this cursor",
    ResyncReason.GAP: "events behind this cursor cannot be read",
}


@dataclass(frozen=True, slots=True)
class EventItem:
    """An event that the subscriber accepted; `cursor` stands right behind it."""

    cursor: Cursor
    event: StoredEvent


@dataclass(frozen=True, slots=True)
class CaughtUp:
    """All that had happened when the subscription began, or began anew, was told."""

    cursor: Cursor


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """Nothing to tell for a while; `cursor` stands behind all that was looked at meanwhile."""

    cursor: Cursor


@dataclass(frozen=True, slots=True)
class Resync:
    """Events are missing: ask anew for all that is shown. It goes on live behind `cursor`."""

    cursor: Cursor
    reason: ResyncReason

    @property
    def message(self) -> str:
        """For people: what happened and what to do next."""
        return f"{_MEANING[self.reason]}; ask anew for all that you show, then go on from here"


Item = EventItem | CaughtUp | Heartbeat | Resync
