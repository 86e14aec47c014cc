"""What hangs on notices and on the ways to people: a level of the answer in one statement."""

from strawberry.dataloader import DataLoader

from escgraph.domain.terms import EscalationId, MessageId, NoticeId, PersonId, TicketId
from escgraph.domain.ticket import Actor
from escgraph.queries import channels, deliveries, notices, preferences
from escgraph.queries.channels import Channel
from escgraph.queries.deliveries import Attempt, Fared
from escgraph.queries.events import StoredEvent
from escgraph.queries.notices import Notice, Words
from escgraph.queries.preferences import Wishes


class NoticeLoaders:
    """What one viewer may see; None stands for what does not exist, or not for them."""

    def __init__(self, viewer: Actor) -> None:
        self._viewer = viewer
        self.notices: DataLoader[NoticeId, Notice | None] = DataLoader(self._notices)
        self.of_tickets: DataLoader[TicketId, list[Notice]] = DataLoader(self._of_tickets)
        self.of_escalations: DataLoader[EscalationId, list[Notice]] = DataLoader(
            self._of_escalations
        )
        self.events: DataLoader[int, StoredEvent | None] = DataLoader(self._events)
        self.words: DataLoader[Notice, Words] = DataLoader(self._words)
        self.deliveries: DataLoader[NoticeId, list[Fared]] = DataLoader(self._deliveries)
        self.channels: DataLoader[PersonId, list[Channel] | None] = DataLoader(self._channels)
        self.preferences: DataLoader[PersonId, Wishes | None] = DataLoader(self._preferences)
        self.attempts: DataLoader[MessageId, list[Attempt]] = DataLoader(self._attempts)

    async def _notices(self, ids: list[NoticeId]) -> list[Notice | None]:
        found = await notices.by_ids(ids, viewer=self._viewer)
        return [found.get(notice_id) for notice_id in ids]

    async def _of_tickets(self, ids: list[TicketId]) -> list[list[Notice]]:
        found = await notices.of_tickets(ids, viewer=self._viewer)
        return [found.get(ticket_id, []) for ticket_id in ids]

    async def _of_escalations(self, ids: list[EscalationId]) -> list[list[Notice]]:
        found = await notices.of_escalations(ids, viewer=self._viewer)
        return [found.get(escalation, []) for escalation in ids]

    async def _events(self, positions: list[int]) -> list[StoredEvent | None]:
        found = await notices.events_at(positions, viewer=self._viewer)
        return [found.get(position) for position in positions]

    async def _deliveries(self, ids: list[NoticeId]) -> list[list[Fared]]:
        found = await deliveries.of_notices(ids)
        return [found[notice_id] for notice_id in ids]

    async def _attempts(self, ids: list[MessageId]) -> list[list[Attempt]]:
        found = await deliveries.attempts_of(ids)
        return [found[message_id] for message_id in ids]

    async def _channels(self, people: list[PersonId]) -> list[list[Channel] | None]:
        found = await channels.of_people(people, viewer=self._viewer)
        return [found.get(person) for person in people]

    async def _preferences(self, people: list[PersonId]) -> list[Wishes | None]:
        found = await preferences.of_people(people, viewer=self._viewer)
        return [found.get(person) for person in people]

    async def _words(self, rows: list[Notice]) -> list[Words]:
        found = await notices.words_of(rows)
        return [found[row.id] for row in rows]
