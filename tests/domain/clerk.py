"""Everyday acts on one ticket, each with inputs that suit most tests."""

from datetime import datetime

from escgraph.domain import circle, work
from escgraph.domain.policy import Policy
from escgraph.domain.terms import Audience, EventId, PersonId, Visibility
from escgraph.domain.ticket import Actor, Change
from tests.domain.people import AGENT, MANAGER


class Clerk:
    """Acts on the ticket as it stands, and remembers every step."""

    def __init__(self, opened: Change, *, policy: Policy) -> None:
        self.policy = policy
        self.ticket = opened.ticket
        self.steps = opened.steps

    def _do(self, change: Change) -> Change:
        self.ticket = change.ticket
        self.steps += change.steps
        return change

    def acknowledge(self, at: datetime, *, by: Actor = AGENT) -> Change:
        return self._do(work.acknowledge(self.ticket, by=by, at=at, policy=self.policy))

    def note(
        self,
        at: datetime,
        *,
        by: Actor = AGENT,
        text: str = "We are looking into it",
        visibility: Visibility = Visibility.REPORTER,
        corrects: EventId | None = None,
    ) -> Change:
        change = work.add_note(
            self.ticket,
            by=by,
            at=at,
            policy=self.policy,
            text=text,
            visibility=visibility,
            corrects=corrects,
        )
        return self._do(change)

    def log(self, at: datetime, *, by: Actor = AGENT, text: str = "Restarted the index") -> Change:
        return self._do(work.log_action(self.ticket, by=by, at=at, text=text))

    def link(
        self,
        at: datetime,
        *,
        by: Actor = AGENT,
        url: str = "https://example.org/trace.txt",
        title: str = "Trace",
        media_type: str = "text/plain",
        checksum: str = f"sha256:{'0' * 64}",
    ) -> Change:
        change = work.attach_link(
            self.ticket,
            by=by,
            at=at,
            url=url,
            title=title,
            media_type=media_type,
            checksum=checksum,
        )
        return self._do(change)

    def assign(self, at: datetime, *people: PersonId, by: Actor = AGENT) -> Change:
        return self._do(
            work.assign(self.ticket, by=by, at=at, policy=self.policy, assignees=people)
        )

    def accept(self, at: datetime, *, by: Actor) -> Change:
        return self._do(work.accept(self.ticket, by=by, at=at, policy=self.policy))

    def allocate(
        self, at: datetime, *people: PersonId, by: Actor = MANAGER, reason: str = "More hands"
    ) -> Change:
        change = work.allocate(
            self.ticket, by=by, at=at, policy=self.policy, people=people, reason=reason
        )
        return self._do(change)

    def transfer(
        self, at: datetime, owner: PersonId, *, by: Actor = AGENT, reason: str = "Shift ends"
    ) -> Change:
        return self._do(circle.transfer(self.ticket, by=by, at=at, owner=owner, reason=reason))

    def update(
        self,
        at: datetime,
        *,
        by: Actor = AGENT,
        text: str = "A cure is being tested",
        audience: Audience = Audience.INTERNAL,
    ) -> Change:
        return self._do(circle.post_update(self.ticket, by=by, at=at, text=text, audience=audience))

    def add_stakeholder(self, at: datetime, person: PersonId, *, by: Actor = AGENT) -> Change:
        return self._do(circle.add_stakeholder(self.ticket, by=by, at=at, person=person))

    def remove_stakeholder(self, at: datetime, person: PersonId, *, by: Actor = AGENT) -> Change:
        return self._do(circle.remove_stakeholder(self.ticket, by=by, at=at, person=person))
