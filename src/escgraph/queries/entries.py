"""Stored events as the domain's own, for the rules that read a timeline."""

from collections.abc import Iterable

from escgraph.domain.events import Event
from escgraph.store.codec import event_of
from escgraph.store.stream import StoredEvent


def entry_of(stored: StoredEvent) -> Event:
    """The event that was stored."""
    return event_of(stored.kind, stored.payload, at=stored.at, by=stored.by)


def entries_of(stored: Iterable[StoredEvent]) -> list[Event]:
    """The events that were stored, in the same order."""
    return [entry_of(one) for one in stored]
