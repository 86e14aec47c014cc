"""A recorded history lived again under another policy, by the rules alone: nothing is written.

People do what they did, when they did it, as far as it makes sense (`deeds`). Deadlines fire at
their own moments and never late; a deed of the very same moment comes first (A13).
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from escgraph.domain import ladder
from escgraph.domain.course import Course, course_of
from escgraph.domain.deeds import ANYBODY, TEXT, applies, done
from escgraph.domain.events import Event
from escgraph.domain.history import History, Moved
from escgraph.domain.opening import Report, open_ticket
from escgraph.domain.policy import Policy
from escgraph.domain.terms import TicketId
from escgraph.domain.ticket import Change

INSTANT = timedelta.resolution


def replay(history: History, policy: Policy, *, until: datetime) -> Course:
    """What the policy would have made of the ticket, up to and including the moment `until`.

    It goes by that policy from first to last, whatever it was moved to.
    """
    return _replayed(history, policy, {}, until=until)


def replay_as_it_was(
    history: History, policies: Mapping[int, Policy], *, until: datetime
) -> Course:
    """The same under the policy that it was opened under and, from then on, was moved to (P5).

    `policies` are those of all the history's versions.
    """
    return _replayed(history, policies[history.policy_version], policies, until=until)


def _replayed(
    history: History, policy: Policy, moves: Mapping[int, Policy], *, until: datetime
) -> Course:
    life = _Life(_opened(history, policy))
    for deed in history.deeds:
        life.wait(before=deed.at)
        if applies(deed, life.ticket):
            policy = moves.get(deed.version, policy) if isinstance(deed, Moved) else policy
            life.go_on(done(deed, life.ticket, policy))
    life.wait(before=until + INSTANT)
    return course_of(life.events)


class _Life:
    """The ticket as it stands, what happened to it so far, and which deadline comes next."""

    def __init__(self, opened: Change) -> None:
        self.events: list[Event] = []
        self.go_on(opened)

    def go_on(self, change: Change) -> None:
        self.ticket = change.ticket
        self.events += change.events
        armed = (row for row in change.ticket.deadlines if row.armed)
        self._due = min(armed, key=ladder.order, default=None)

    def wait(self, *, before: datetime) -> None:
        """Let every deadline fire that falls strictly before that moment.

        Only a reminder may be older than the latest deed, where a move armed it in the past: what
        else a deed leaves behind fires with it. A reminder is counted, whenever it was.
        """
        while (due := self._due) is not None and due.due_at < before:
            self.go_on(ladder.fire(self.ticket, due.kind, at=due.due_at))


def _opened(history: History, policy: Policy) -> Change:
    """A clock that started earlier than this policy lets it be back-dated starts at that bound."""
    earliest = history.opened_at - policy.backdating_cap
    report = Report(
        title=TEXT,
        description=TEXT,
        category=history.category,
        component="",
        priority=history.priority,
        reporter=TEXT,
        reported_at=max(history.clock_started_at, earliest),
        tier=history.tier,
    )
    return open_ticket(
        report,
        id=TicketId(UUID(int=0)),
        number=1,
        owner=ANYBODY.person,
        by=ANYBODY,
        at=history.opened_at,
        policy=policy,
    )
