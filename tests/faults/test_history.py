"""The checker finds what was lost, doubled, out of order and unexpected, and nothing else."""

from dataclasses import replace
from uuid import UUID

import pytest

from escgraph.domain.terms import TicketId
from escgraph.store.stream import StoredEvent
from tests.faults.history import History, Outcome, check, check_heard
from tests.faults.report import Count
from tests.stream.ledger import event

TICKET = TicketId(UUID(int=7))


def noted(position: int, mark: str) -> StoredEvent:
    return replace(event(position), kind="NoteAdded", ticket_id=TICKET, payload={"text": mark})


def told(*outcomes: tuple[str, Outcome]) -> History:
    """Operations one after the other, a second each, on one ticket."""
    history = History()
    for n, (mark, outcome) in enumerate(outcomes):
        operation = history.invoked(mark, "addNote", str(TICKET), at=float(n))
        history.ended(operation, outcome, at=n + 0.5)
    return history


def found(counts: tuple[Count, ...]) -> dict[str, int]:
    return {count.what: count.found for count in counts if count.found}


def test_what_was_done_once_and_in_order_is_no_fault() -> None:
    history = told(("a", Outcome.OK), ("b", Outcome.FAILED), ("c", Outcome.UNKNOWN))

    assert found(check(history, [noted(1, "a"), noted(2, "c")])) == {}
    assert found(check(history, [noted(1, "a")])) == {}


@pytest.mark.parametrize(
    ("outcomes", "events", "fault"),
    [
        ([("a", Outcome.OK)], [], {"lost": 1}),
        ([("a", Outcome.OK)], [noted(1, "a"), noted(2, "a")], {"doubled": 1}),
        ([("a", Outcome.UNKNOWN)], [noted(1, "a"), noted(2, "a")], {"doubled": 1}),
        ([("a", Outcome.FAILED)], [noted(1, "a")], {"unexpected": 1}),
        (
            [("a", Outcome.OK), ("b", Outcome.OK)],
            [noted(1, "b"), noted(2, "a")],
            {"out of order": 1},
        ),
    ],
)
def test_each_fault_is_counted_and_told(
    outcomes: list[tuple[str, Outcome]], events: list[StoredEvent], fault: dict[str, int]
) -> None:
    counts = check(told(*outcomes), events)

    assert found(counts) == fault
    (history,) = (count.history for count in counts if count.found)
    assert any("addNote" in line for line in history)


def test_what_overlaps_may_come_in_either_order() -> None:
    history = History()
    first = history.invoked("a", "addNote", str(TICKET), at=0.0)
    second = history.invoked("b", "addNote", str(TICKET), at=0.5)
    history.ended(first, Outcome.OK, at=1.0)
    history.ended(second, Outcome.OK, at=1.0)

    assert found(check(history, [noted(1, "b"), noted(2, "a")])) == {}


@pytest.mark.parametrize(
    ("heard", "fault"),
    [
        ([1, 2, 3], {}),
        ([1, 3], {"lost": 1}),
        ([1, 2, 2, 3], {"twice": 1}),
        ([1, 3, 2], {"out of order": 1}),
    ],
)
def test_what_a_subscriber_missed_or_heard_wrongly_is_counted(
    heard: list[int], fault: dict[str, int]
) -> None:
    assert found(check_heard(heard, [1, 2, 3])) == fault
