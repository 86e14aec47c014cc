"""Which events each operation caused: found by its mark, or else by the position it was told."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from escgraph.domain.terms import PersonId
from escgraph.store.stream import StoredEvent
from tests.faults.operations import History, Operation, Outcome

UNMARKED = MappingProxyType(
    {
        "acknowledgeTicket": "TicketAcknowledged",
        "acceptTicket": "TicketAccepted",
        "addStakeholder": "StakeholderAdded",
        "assignTicket": "TicketAssigned",
        "resumeTicket": "TicketResumed",
    }
)
"""Acts in which no text holds a mark, and the event of each."""


def marks(payload: Mapping[str, Any]) -> Iterable[str]:
    """The texts of an event's payload, among which its mark is."""
    return (value for value in payload.values() if isinstance(value, str))


class Effects:
    """The events of each operation of a history."""

    def __init__(self, history: History, events: Sequence[StoredEvent]) -> None:
        self._events = events
        self._at = {event.position: event for event in events}
        self._of: dict[str, list[StoredEvent]] = defaultdict(list)
        self._owners: dict[int, str] = {}
        known = {operation.mark for operation in history.operations}
        for event in events:
            for mark in known.intersection(marks(event.payload)):
                self._add(mark, event)
        for one in history.operations:
            if one.act in UNMARKED and one.outcome is Outcome.OK:
                for event in self._answered(one):
                    self._add(one.mark, event)

    def of(self, one: Operation) -> Sequence[StoredEvent]:
        """Those that bear its mark; of an act without one, the event that its answer leads to."""
        return self._of.get(one.mark, ())

    def told_rightly(self, one: Operation) -> bool:
        """Whether the position that it was told is that of the last event of the act."""
        found = self.of(one)
        if one.position is None or not found:
            return True
        return any(one.position in self._ends(event) for event in found)

    def of_nobody(self, people: Collection[PersonId]) -> list[StoredEvent]:
        """What those people did and no operation asked for.

        All events of one act are by one person at one moment.
        """
        asked = {(self._at[position].by, self._at[position].at) for position in self._owners}
        return [one for one in self._events if one.by in people and (one.by, one.at) not in asked]

    def _add(self, mark: str, event: StoredEvent) -> None:
        self._of[mark].append(event)
        self._owners.setdefault(event.position, mark)

    def _answered(self, one: Operation) -> Iterator[StoredEvent]:
        """The event of its kind in the act that ends where its answer says."""
        event = self._at.get(one.position or 0)
        while event is not None and str(event.ticket_id) == one.about:
            if event.kind == UNMARKED[one.act] and event.position not in self._owners:
                yield event
                return
            before = self._at.get(event.position - 1)
            event = before if before is not None and _of_one_act(before, event) else None

    def _ends(self, event: StoredEvent) -> Sequence[int]:
        """Where the act may end: where it does, or before another act of that same moment.

        Rungs that follow may have fired in it, as it made them due, or behind it by an engine.
        """
        run, own = [event.position], event.position
        while (after := self._at.get(run[-1] + 1)) is not None and _of_one_act(event, after):
            if after.position in self._owners:
                return run
            run.append(after.position)
            own = own if after.by is None else after.position
        return [position for position in run if position >= own]


def _of_one_act(event: StoredEvent, after: StoredEvent) -> bool:
    """Whether they may be, where one follows on the other; what stands alone comes last."""
    same_ticket = after.ticket_id in (event.ticket_id, None)
    return same_ticket and after.by in (event.by, None) and event.at == after.at
