"""The latest events, held once for all subscribers of this process."""

from escgraph.store.stream import StoredEvent


class Recent:
    """The last `size` events behind the position `after`, without a gap.

    Attributes:
        first: the lowest position that is held.
        last: the highest; `first - 1` where nothing is held.
    """

    def __init__(self, *, after: int, size: int) -> None:
        self._slots: list[StoredEvent | None] = [None] * size
        self.first = after + 1
        self.last = after

    def append(self, event: StoredEvent) -> None:
        """Hold the event at `last + 1`; the oldest makes room for it."""
        assert event.position == self.last + 1, f"{event.position} does not follow {self.last}"
        self._slots[event.position % len(self._slots)] = event
        self.last = event.position
        self.first = max(self.first, self.last - len(self._slots) + 1)

    def get(self, position: int) -> StoredEvent | None:
        """The event at that position; None where it is not held."""
        if self.first <= position <= self.last:
            return self._slots[position % len(self._slots)]
        return None
