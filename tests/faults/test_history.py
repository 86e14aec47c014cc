"""The checker finds what was lost, doubled, out of order and unexpected, and nothing else."""

from dataclasses import replace
from uuid import UUID

import pytest

from escgraph.domain.terms import PersonId, TicketId
from escgraph.store.stream import StoredEvent
from tests.faults.history import History, Outcome, check, check_heard, everybody
from tests.faults.report import Count
from tests.stream.ledger import event

TICKET = TicketId(UUID(int=7))
ADA, BEN = PersonId(UUID(int=1)), PersonId(UUID(int=2))


def noted(position: int, mark: str, *, by: PersonId = ADA) -> StoredEvent:
    note = replace(event(position), kind="NoteAdded", by=by, payload={"text": mark})
    return replace(note, ticket_id=TICKET)


def acknowledged(position: int, *, by: PersonId = ADA) -> StoredEvent:
    """All events here are of the same moment."""
    return replace(noted(position, "", by=by), kind="TicketAcknowledged", payload={})


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


@pytest.mark.parametrize(("position", "wrong"), [(1, 1), (2, 0), (3, 1), (4, 1)])
def test_an_answer_names_the_last_event_of_its_own_act(position: int, wrong: int) -> None:
    history = History()
    operation = history.invoked("a", "addNote", str(TICKET), at=0.0)
    history.ended(operation, Outcome.OK, at=1.0, position=position)
    events = [noted(1, "a"), acknowledged(2), acknowledged(3, by=BEN), noted(4, "d")]

    assert found(check(history, events)).get("unexpected", 0) == wrong


@pytest.mark.parametrize(("position", "wrong"), [(1, 0), (2, 0), (3, 1)])
def test_an_act_may_end_with_what_it_made_overdue(position: int, wrong: int) -> None:
    history = History()
    operation = history.invoked("a", "changePriority", str(TICKET), at=0.0)
    history.ended(operation, Outcome.OK, at=1.0, position=position)
    fired = replace(acknowledged(2), by=None, kind="TicketEscalated")

    assert found(check(history, [noted(1, "a"), fired, acknowledged(3, by=BEN)])) == (
        {"unexpected": wrong} if wrong else {}
    )


@pytest.mark.parametrize(
    ("position", "act", "fault"),
    [
        (2, "acknowledgeTicket", {}),
        (2, "acceptTicket", {"lost": 1}),
        (1, "acknowledgeTicket", {"lost": 1}),
        (3, "acknowledgeTicket", {"lost": 1}),
    ],
)
def test_an_act_without_a_mark_is_found_where_its_answer_says(
    position: int, act: str, fault: dict[str, int]
) -> None:
    history = History()
    operation = history.invoked("a", act, str(TICKET), at=0.0)
    history.ended(operation, Outcome.OK, at=1.0, position=position)
    events = [noted(1, "x"), acknowledged(2), noted(3, "y", by=BEN)]

    assert found(check(history, events)) == fault


def test_two_answers_cannot_both_be_about_one_event() -> None:
    history = History()
    for mark in ("a", "b"):
        operation = history.invoked(mark, "acknowledgeTicket", str(TICKET), at=0.0)
        history.ended(operation, Outcome.OK, at=1.0, position=1)

    assert found(check(history, [acknowledged(1)])) == {"lost": 1}


def test_what_nobody_asked_for_is_unexpected_of_those_whose_history_is_whole() -> None:
    history, events = told(("a", Outcome.OK)), [noted(1, "a"), acknowledged(2, by=BEN)]

    assert found(check(history, events)) == {}
    assert found(check(history, events, all_of={ADA})) == {}
    assert found(check(history, events, all_of=everybody(events))) == {"unexpected": 1}


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
