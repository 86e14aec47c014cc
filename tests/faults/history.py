"""What clients asked for and what became of it, held against what the database says happened.

Every operation carries a mark, a text of its own that ends up in the event that it causes. So the
effects of each can be counted, whatever its client was told, or was not.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise
from typing import Any

from escgraph.store.stream import StoredEvent
from tests.faults.report import Count

NEVER = float("inf")
SHOWN = 12
"""How many lines a history has at most."""


class Outcome(StrEnum):
    """What the client knows of an operation."""

    OK = "ok"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(slots=True, eq=False)
class Operation:
    """One thing that a client asked for. Moments are of one monotonic clock, in seconds.

    Attributes:
        about: what it is done to; operations on other things have no part in its history.
        outcome: UNKNOWN until an answer came; then, OK where it was done, FAILED where refused.
        position: of its event, where the answer said so.
        was_so: whether there is nothing to do where the ticket stands so: an act that finds done
            what it was to do is OK, has no event, and its position is the stream's present one.
    """

    mark: str
    act: str
    about: str
    invoked_at: float
    ended_at: float = NEVER
    outcome: Outcome = Outcome.UNKNOWN
    position: int | None = None
    was_so: Callable[[Mapping[str, Any]], bool] = lambda _: False

    def __str__(self) -> str:
        end = "" if self.ended_at == NEVER else f" to {self.ended_at:.3f}"
        return f"{self.invoked_at:.3f}{end} {self.act} {self.mark}: {self.outcome}"


@dataclass(slots=True)
class History:
    """All operations, in the order in which they were invoked."""

    operations: list[Operation] = field(default_factory=list)

    def invoked(self, mark: str, act: str, about: str, *, at: float) -> Operation:
        operation = Operation(mark, act, about, at)
        self.operations.append(operation)
        return operation

    @staticmethod
    def ended(
        operation: Operation, outcome: Outcome, *, at: float, position: int | None = None
    ) -> None:
        """It ends once; one without an answer stays UNKNOWN, and may still take effect."""
        operation.outcome = outcome
        operation.position = position
        operation.ended_at = NEVER if outcome is Outcome.UNKNOWN else at


def marks(payload: Mapping[str, Any]) -> Iterable[str]:
    """The texts of an event's payload, among which its mark is."""
    return (value for value in payload.values() if isinstance(value, str))


def check(history: History, events: Sequence[StoredEvent]) -> tuple[Count, ...]:
    """What was lost, doubled, out of order and unexpected; all must be zero.

    `lost`: an OK without its event. `doubled`: more than one event of a mark. `out of order`: one
    that had ended before another began stands behind it. `unexpected`: an event of what was
    refused, or whose answer named another position.
    """
    known = {operation.mark: operation for operation in history.operations}
    effects: dict[str, list[StoredEvent]] = defaultdict(list)
    for event in events:
        for mark in {text for text in marks(event.payload) if text in known}:
            effects[mark].append(event)
    done = [one for one in history.operations if one.outcome is Outcome.OK]
    states = _States(events)
    lost = [one for one in done if not effects[one.mark] and not states.allow(one)]
    doubled = [known[mark] for mark, found in effects.items() if len(found) > 1]
    unexpected = [one for one in history.operations if _unexpected(one, effects[one.mark])]
    late = _out_of_order(history, effects)
    tell = _Teller(history, events)
    return (
        Count("lost", len(lost), tell.of(lost)),
        Count("doubled", len(doubled), tell.of(doubled)),
        Count("out of order", len(late), tell.of(late)),
        Count("unexpected", len(unexpected), tell.of(unexpected)),
    )


def check_heard(heard: Sequence[int], written: Sequence[int]) -> tuple[Count, ...]:
    """What one subscriber lost, heard out of order or twice, of the positions that were written."""
    missing = sorted(set(written) - set(heard))
    twice = sorted({one for one in set(heard) if heard.count(one) > 1}) if _repeats(heard) else []
    wrong = [(a, b) for a, b in pairwise(heard) if b < a]
    return (
        Count("lost", len(missing), _around(missing[:1], heard)),
        Count("out of order", len(wrong), tuple(f"{b} came behind {a}" for a, b in wrong[:1])),
        Count("twice", len(twice), _around(twice[:1], heard)),
    )


def added(counts: Iterable[Sequence[Count]]) -> tuple[Count, ...]:
    """The same counts of many, each added up; of the histories, the shortest."""
    by_name: dict[str, list[Count]] = defaultdict(list)
    for some in counts:
        for count in some:
            by_name[count.what].append(count)
    return tuple(
        Count(what, sum(one.found for one in those), _shortest(those))
        for what, those in by_name.items()
    )


def _repeats(heard: Sequence[int]) -> bool:
    return len(set(heard)) < len(heard)


def _shortest(counts: Sequence[Count]) -> tuple[str, ...]:
    return min((one.history for one in counts if one.found), key=len, default=())


def _around(positions: Sequence[int], heard: Sequence[int]) -> tuple[str, ...]:
    """What was heard near the first of those."""
    for position in positions:
        near = [str(one) for one in heard if abs(one - position) <= SHOWN // 2]
        return (f"of {position} and its neighbours was heard: {', '.join(near) or 'nothing'}",)
    return ()


class _States:
    """How each ticket stood at any position."""

    def __init__(self, events: Sequence[StoredEvent]) -> None:
        self._by_ticket: dict[str, list[StoredEvent]] = defaultdict(list)
        for event in events:
            if event.state is not None:
                self._by_ticket[str(event.ticket_id)].append(event)

    def allow(self, one: Operation) -> bool:
        """Whether it may have no event, since there was nothing to do at its position."""
        before = [
            event.state or {}
            for event in self._by_ticket[one.about]
            if event.position <= (one.position or 0)
        ]
        return bool(before) and one.was_so(before[-1])


def _unexpected(operation: Operation, found: Sequence[StoredEvent]) -> bool:
    if operation.outcome is Outcome.FAILED:
        return bool(found)
    told = operation.position
    return told is not None and bool(found) and all(event.position > told for event in found)


def _out_of_order(
    history: History, effects: Mapping[str, Sequence[StoredEvent]]
) -> list[Operation]:
    """Those that stand before something that had ended when they began."""
    done = [one for one in history.operations if len(effects.get(one.mark, ())) == 1]
    ending = sorted(done, key=lambda one: one.ended_at)
    wrong, highest, next_end = [], 0, 0
    for one in sorted(done, key=lambda one: one.invoked_at):
        while next_end < len(ending) and ending[next_end].ended_at < one.invoked_at:
            highest = max(highest, effects[ending[next_end].mark][0].position)
            next_end += 1
        if effects[one.mark][0].position < highest:
            wrong.append(one)
    return wrong


class _Teller:
    """Tells the history of an operation: all that was done to the same thing, and its events."""

    def __init__(self, history: History, events: Sequence[StoredEvent]) -> None:
        self._by_thing: dict[str, list[Operation]] = defaultdict(list)
        for one in history.operations:
            self._by_thing[one.about].append(one)
        self._events = events

    def of(self, wrong: Sequence[Operation]) -> tuple[str, ...]:
        """The shortest of theirs."""
        if not wrong:
            return ()
        one = min(wrong, key=lambda one: len(self._by_thing[one.about]))
        done = [f"  asked {other}" for other in self._near(one)]
        happened = [
            f"  event {event.position} {event.kind} v{event.ticket_version} {event.payload}"
            for event in self._events
            if str(event.ticket_id) == one.about or one.mark in marks(event.payload)
        ]
        return (f"{one}", *done[-SHOWN:], *happened[-SHOWN:])

    def _near(self, one: Operation) -> list[Operation]:
        others = self._by_thing[one.about]
        index = others.index(one)
        return others[max(index - SHOWN // 2, 0) : index + SHOWN // 2]
