"""What clients asked for and what became of it, held against what the database says happened.

Nearly every operation carries a mark, a text of its own that ends up in the event that it causes.
So the effects of each can be counted, whatever its client was told, or was not. Those of an
operation without one are found by what it was told.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from itertools import pairwise

from escgraph.domain.terms import PersonId
from escgraph.store.stream import StoredEvent
from tests.faults.effects import Effects, marks
from tests.faults.operations import History, Operation, Outcome
from tests.faults.report import Count

__all__ = ["History", "Operation", "Outcome", "added", "check", "check_heard", "everybody", "marks"]

SHOWN = 12
"""How many lines a history has at most."""


def check(
    history: History, events: Sequence[StoredEvent], *, all_of: Collection[PersonId] = ()
) -> tuple[Count, ...]:
    """What was lost, doubled, out of order and unexpected; all must be zero.

    `lost`: an OK without its event. `doubled`: more than one event of a mark. `out of order`: one
    that had ended before another began stands behind it. `unexpected`: an event of what was
    refused; one whose answer named another position than that of the act's last event; and what
    nobody asked for, by people of whom the history has all that they did: `all_of` names them.
    """
    effects = Effects(history, events)
    asked = history.operations
    done = [one for one in asked if one.outcome is Outcome.OK]
    states = _States(events)
    lost = [one for one in done if not effects.of(one) and not states.allow(one)]
    doubled = [one for one in asked if len(effects.of(one)) > 1]
    unexpected = [one for one in asked if _unexpected(one, effects)]
    unasked = effects.of_nobody(all_of)
    late = _out_of_order(history, effects)
    tell = _Teller(history, events)
    return (
        Count("lost", len(lost), tell.of(lost)),
        Count("doubled", len(doubled), tell.of(doubled)),
        Count("out of order", len(late), tell.of(late)),
        Count(
            "unexpected",
            len(unexpected) + len(unasked),
            tell.of(unexpected) or tuple(f"nobody asked for {one}" for one in unasked[:1]),
        ),
    )


def everybody(events: Sequence[StoredEvent]) -> set[PersonId]:
    """Whoever did any of it."""
    return {event.by for event in events if event.by is not None}


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


def _unexpected(one: Operation, effects: Effects) -> bool:
    if one.outcome is Outcome.FAILED:
        return bool(effects.of(one))
    return not effects.told_rightly(one)


def _out_of_order(history: History, effects: Effects) -> list[Operation]:
    """Those that stand before something that had ended when they began."""
    done = [one for one in history.operations if len(effects.of(one)) == 1]
    ending = sorted(done, key=lambda one: one.ended_at)
    wrong, highest, next_end = [], 0, 0
    for one in sorted(done, key=lambda one: one.invoked_at):
        while next_end < len(ending) and ending[next_end].ended_at < one.invoked_at:
            highest = max(highest, effects.of(ending[next_end])[0].position)
            next_end += 1
        if effects.of(one)[0].position < highest:
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
