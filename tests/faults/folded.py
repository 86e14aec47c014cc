"""The tickets as the events say, at any place in the stream: what a snapshot there must show."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from heapq import nsmallest
from typing import Any

from escgraph.api.identifiers import number_text
from escgraph.domain.state import TicketState
from escgraph.domain.terms import LIVE, Priority, TicketId
from escgraph.store import stream
from escgraph.store.codec import read_state

PAGE = 5_000
BOARD_LIST, PAGE_OF_TICKETS = 50, 100
NEVER = datetime.max.replace(tzinfo=UTC)

Json = dict[str, Any]
Stored = tuple[TicketId, TicketState]


@dataclass(slots=True)
class Folded:
    """All tickets after the event at `position`; it only goes forward."""

    position: int = 0
    tickets: dict[TicketId, TicketState] = field(default_factory=dict)

    async def go_to(self, position: int) -> None:
        """Take in what was written up to there."""
        while self.position < position:
            events = await stream.read(self.position, limit=PAGE, until=position)
            assert events, f"no event behind {self.position}, although {position} was told"
            for event in events:
                if event.ticket_id is not None and event.state is not None:
                    self.tickets[event.ticket_id] = read_state(event.state)
            self.position = events[-1].position

    def differences(self, shot: Json) -> list[str]:
        """Where a snapshot that was taken here is not what the events say."""
        true = self._board() if "cells" in shot else self._page()
        said = _said(shot)
        return [
            f"{name} at {self.position}: shown {said[name]}, not {true[name]}"
            for name in true
            if said[name] != true[name]
        ]

    def _page(self) -> Mapping[str, object]:
        """The first tickets to fall due, of all; those without a deadline last."""
        return {"nodes": _first(PAGE_OF_TICKETS, self.tickets.items())}

    def _board(self) -> Mapping[str, object]:
        """Every deadline here lies within the hour: so `due soon` does not hang on the moment."""
        live = [one for one in self.tickets.items() if one[1].status in LIVE]
        late = [one for one in live if one[1].breached]
        return {
            "cells": Counter((state.tier, state.priority, state.status) for _, state in live),
            "breachedCount": len(late),
            "breached": _numbers(nsmallest(BOARD_LIST, late, key=_by_hurry)),
            "nodes": _first(BOARD_LIST, [one for one in live if one[1].next_due_at is not None]),
        }


def _said(shot: Json) -> Mapping[str, object]:
    """The same of a snapshot, so far as it says it."""
    cells = {
        (cell["tier"], cell["priority"], cell["status"]): cell["count"]
        for cell in shot.get("cells", ())
    }
    lists = {
        name: [ticket["number"] for ticket in shot.get(name, ())] for name in ("breached", "nodes")
    }
    return {"cells": cells, "breachedCount": shot.get("breachedCount"), **lists}


def _first(count: int, tickets: Iterable[Stored]) -> list[str]:
    return _numbers(nsmallest(count, tickets, key=_by_due))


def _numbers(tickets: Iterable[Stored]) -> list[str]:
    return [number_text(state.number) for _, state in tickets]


def _by_due(ticket: Stored) -> tuple[datetime, TicketId]:
    return ticket[1].next_due_at or NEVER, ticket[0]


def _by_hurry(ticket: Stored) -> tuple[int, datetime, TicketId]:
    return _HURRY[ticket[1].priority], *_by_due(ticket)


_HURRY = {Priority.HIGH: 0, Priority.MEDIUM: 1, Priority.LOW: 2}
