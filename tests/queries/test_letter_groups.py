"""Which ticket a letter tells of first."""

from dataclasses import replace
from uuid import UUID

from escgraph.domain.notice import Hearer, Notice, NoticeKind
from escgraph.domain.terms import PersonId, Priority, ReviewId, TicketId
from escgraph.queries.letter_groups import grouped
from tests.queries.house import NINE
from tests.queries.post import notice

READER = PersonId(UUID(int=1))


def _of(
    ticket: int, *, kind: NoticeKind = NoticeKind.NOTE, priority: Priority = Priority.LOW
) -> Notice:
    about = TicketId(UUID(int=ticket))
    return notice(kind, Hearer.OWNER, READER, [], at=NINE, ticket=about, priority=priority)


def _tickets(*notices: Notice) -> list[int]:
    return [group[0].ticket.int if group[0].ticket else 0 for group in grouped(notices)]


def test_what_pressed_comes_before_what_is_high_only_by_name() -> None:
    """C4: it was HIGH when somebody was to be woken for it."""
    pressed = replace(_of(1, priority=Priority.MEDIUM), pressing=True)
    late = replace(_of(2, priority=Priority.HIGH), pressing=False)
    assert _tickets(late, pressed) == [1, 2]


def test_an_escalation_comes_before_a_note_and_the_longest_waiting_first() -> None:
    note = _of(1)
    older = replace(_of(2, kind=NoticeKind.ESCALATED), positions=(4,))
    newer = replace(_of(3, kind=NoticeKind.ESCALATED), positions=(5,))
    assert _tickets(note, newer, older) == [2, 3, 1]


def test_notices_about_one_ticket_stay_together_and_in_their_order() -> None:
    first, second, other = _of(1), _of(1, kind=NoticeKind.ESCALATED), _of(2)
    assert grouped([first, other, second]) == [(first, second), (other,)]


def test_a_review_without_a_ticket_stands_alone_and_last() -> None:
    """Q1."""
    review = replace(_of(1), ticket=None, priority=None, review=ReviewId(UUID(int=9)))
    assert _tickets(review, _of(2)) == [2, 0]
