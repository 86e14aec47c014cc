"""Encoded payloads at hand for those who come a little later, bounded in age and in bytes."""

import asyncio
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass, field

from escgraph.api.session import Session

FRESH_S = 1.0
"""How long after it was made a payload is handed on."""

KEPT_BYTES = 16 * 1024 * 1024
"""How much of them one process keeps."""

_OVERHEAD = 1024
"""What an entry takes beside its payload, about."""


@dataclass(frozen=True, slots=True)
class Answer:
    """`payload` is None where there is nothing to tell; `sound` that it holds no error."""

    payload: bytes | None
    sound: bool


@dataclass(slots=True, eq=False)
class Entry:
    """One payload.

    Attributes:
        since: when it was made, or begun as long as it is being made.
        whose: None for one that is for every member of the group.
        answer: None until it was made, which `ready` tells.
        weight: in bytes, once it is counted.
    """

    since: float
    whose: Session | None
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    answer: Answer | Exception | None = None
    weight: int = 0

    @property
    def payload(self) -> bytes | None:
        """Raises what making it raised."""
        assert self.answer is not None
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer.payload

    @property
    def sound(self) -> bool:
        return isinstance(self.answer, Answer) and self.answer.sound


class Payloads:
    """Those at hand in this process, the oldest forgotten first."""

    def __init__(self, *, limit: int = KEPT_BYTES) -> None:
        self._limit = limit
        self._entries: OrderedDict[Hashable, Entry] = OrderedDict()
        self.size = 0

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, key: Hashable) -> Entry | None:
        """None where it is unknown or no longer fresh."""
        entry = self._entries.get(key)
        return None if entry is None or _stale(entry, _now()) else entry

    def begin(self, key: Hashable, entry: Entry) -> None:
        """Let others wait for it; what is no longer fresh makes room."""
        self._forget(key)
        while self._entries and _stale(self._oldest, entry.since):
            self._forget(next(iter(self._entries)))
        self._entries[key] = entry

    def keep(self, key: Hashable, entry: Entry) -> None:
        """It was made: have it at hand for as long as there is room."""
        if self._entries.get(key) is not entry or not isinstance(entry.answer, Answer):
            return
        entry.since = _now()
        entry.weight = _OVERHEAD + len(entry.answer.payload or b"")
        self.size += entry.weight
        while self.size > self._limit:
            self._forget(next(iter(self._entries)))

    def drop(self, key: Hashable, entry: Entry) -> None:
        """Nobody is to find it from now on."""
        if self._entries.get(key) is entry:
            self._forget(key)

    @property
    def _oldest(self) -> Entry:
        return self._entries[next(iter(self._entries))]

    def _forget(self, key: Hashable) -> None:
        entry = self._entries.pop(key, None)
        if entry is not None:
            self.size -= entry.weight


def _stale(entry: Entry, now: float) -> bool:
    """What is being made never is: an overload is no reason to make it twice."""
    return entry.answer is not None and now - entry.since > FRESH_S


def _now() -> float:
    return asyncio.get_running_loop().time()
