"""From events to notices: one for each person and happening, and one for all rungs of a catch-up.

While a ticket stands behind its deadlines, the engine fires them one after the other. So a notice
of such an event waits, and what fires next is put to it, for each person apart (A8, C2).
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from escgraph.domain.catching_up import PATIENCE, is_late, more_to_come
from escgraph.domain.events_updates import StakeholderUpdateOverdue
from escgraph.domain.hearers import Happening, Hearing
from escgraph.domain.notice import Notice, NoticeKind
from escgraph.domain.terms import NoticeId, PersonId, Priority, ReviewId, TicketId


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """An event at its place in the stream, and everybody who is told of it."""

    position: int
    happening: Happening
    ticket: TicketId | None
    review: ReviewId | None
    hearings: Sequence[Hearing]


class Drafts:
    """The notices of a part of the stream, whose events are added in their order.

    `waiting` are notices of a catch-up, from before, that nobody began to send; `patience` is how
    long one waits for its next rung.
    """

    def __init__(
        self,
        waiting: Iterable[Notice],
        *,
        at: datetime,
        new_id: Callable[[], NoticeId],
        patience: timedelta = PATIENCE,
    ) -> None:
        self._at = at
        self._patience = patience
        self._new_id = new_id
        self._before = {notice.id: notice for notice in waiting}
        self._now = dict(self._before)
        self._catching_up: dict[TicketId | None, dict[PersonId, NoticeId]] = defaultdict(dict)
        for notice in self._before.values():
            self._catching_up[notice.ticket][notice.person] = notice.id

    @property
    def new(self) -> list[Notice]:
        return [notice for notice in self._now.values() if notice.id not in self._before]

    @property
    def changed(self) -> list[Notice]:
        """Those from before that tell of more now, or wait no longer."""
        return [self._now[one.id] for one in self._before.values() if self._now[one.id] != one]

    def add(self, heard: Heard) -> None:
        """Tell each of its hearers, and let nobody wait where it is the last rung."""
        event, state = heard.happening.event, heard.happening.state
        more = more_to_come(event, state)
        until = self._at + self._patience if more else self._at if is_late(event) else None
        for hearing in heard.hearings:
            self._tell(heard, hearing, until=until)
        if state is not None and not more:
            self._release(heard.ticket)

    def _tell(self, heard: Heard, hearing: Hearing, *, until: datetime | None) -> None:
        known = self._catching_up[heard.ticket].get(hearing.person)
        if known is not None and self._goes_on(self._now[known], heard):
            notice = _with(self._now[known], heard, hearing, until=until or self._at)
        else:
            notice = self._draft(heard, hearing, until=until)
        self._now[notice.id] = notice
        if notice.more_until is not None:
            self._catching_up[heard.ticket][hearing.person] = notice.id

    def _goes_on(self, begun: Notice, heard: Heard) -> bool:
        """Whether the event belongs to the catch-up that the notice tells of.

        What presses is not put to what does not, which may wait for a digest.
        """
        event, until = heard.happening.event, begun.more_until
        if event.by is not None or until is None or (_presses(heard) and not begun.pressing):
            return False
        return until > self._at or is_late(event)

    def _draft(self, heard: Heard, hearing: Hearing, *, until: datetime | None) -> Notice:
        return Notice(
            id=self._new_id(),
            key=f"{heard.position}:{hearing.person}",
            kind=hearing.kind,
            person=hearing.person,
            hearer=hearing.hearer,
            ticket=heard.ticket,
            review=heard.review,
            priority=_priority(heard),
            pressing=_presses(heard),
            positions=(heard.position,),
            created_at=self._at,
            more_until=until,
        )

    def _release(self, ticket: TicketId | None) -> None:
        """Those too who hear nothing of its last rung."""
        for notice_id in self._catching_up[ticket].values():
            notice = self._now[notice_id]
            if notice.more_until is not None and notice.more_until > self._at:
                self._now[notice_id] = replace(notice, more_until=self._at)


def _with(notice: Notice, heard: Heard, hearing: Hearing, *, until: datetime | None) -> Notice:
    """The notice, which tells of one more; it is about the last rung, and as pressing as any."""
    escalated = NoticeKind.ESCALATED
    keeps = notice.kind is escalated and hearing.kind is not escalated
    return replace(
        notice,
        kind=notice.kind if keeps else hearing.kind,
        hearer=notice.hearer if keeps else hearing.hearer,
        priority=_priority(heard),
        pressing=notice.pressing or _presses(heard),
        positions=(*notice.positions, heard.position),
        more_until=until,
    )


def _priority(heard: Heard) -> Priority | None:
    """Its ticket's; a review has none."""
    event, state = heard.happening.event, heard.happening.state
    if isinstance(event, StakeholderUpdateOverdue):
        return event.priority
    return None if state is None else state.priority


def _presses(heard: Heard) -> bool:
    """HIGH tickets do, which critical ones are too (C4, A9); a review never does."""
    return _priority(heard) is Priority.HIGH
