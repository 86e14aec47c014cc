"""The latest events, held once for all subscribers of this process."""

from escgraph.store.stream import Head, StoredEvent


class Recent:
    """The last `size` events behind a head, without a gap.

    Attributes:
        first: the lowest position that is held.
        last: the highest; `first - 1` where nothing is held.
    """

    def __init__(self, *, after: Head, size: int) -> None:
        self._slots: list[StoredEvent | None] = [None] * size
        self._after = after
        self.first = after.position + 1
        self.last = after.position

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

    def tag(self, position: int) -> str | None:
        """The tag of the event at that position; None where it is not known here."""
        event = self.get(position)
        if event is not None:
            return event.tag
        return self._after.tag if position == self._after.position else None
