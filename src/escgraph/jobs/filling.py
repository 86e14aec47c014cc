"""Filling messages: which of them takes a notice, and when it goes; `calm` has the rules."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from uuid_utils.compat import uuid7

from escgraph.domain.calm import NO_WISHES, Lately, Wishes, due_at, pace_of
from escgraph.domain.catching_up import PATIENCE
from escgraph.domain.notice import Notice, Pace
from escgraph.domain.terms import MessageId, PersonId
from escgraph.domain.ways import Way
from escgraph.store import messages, preferences
from escgraph.store.messages import Made, Open

_Place = tuple[PersonId, Way, Pace]


async def fill(
    going: Sequence[tuple[Notice, Way]],
    *,
    at: datetime,
    waited: Mapping[MessageId, Sequence[Notice]] | None = None,
    patience: timedelta = PATIENCE,
) -> int:
    """Put each notice, which is stored, on its way; returns how many messages were made for them.

    `waited` are messages, locked already, of which a notice waited for further rungs: each goes as
    soon as none in it does any more, and with `patience` behind its beginning at the latest. This
    runs in the unit of work that stored the notices.
    """
    waited = waited or {}
    of_the_waiting = [notice.person for held in waited.values() for notice in held]
    people = list(dict.fromkeys([*(notice.person for notice, _ in going), *of_the_waiting]))
    if not people:
        return 0
    filling = Filling(
        open_ones=await messages.open_ones(people),
        made=await messages.made_lately(people, at=at),
        wishes=await preferences.wishes_of(people),
        at=at,
        patience=patience,
    )
    places = [(notice.id, filling.put(notice, way), way) for notice, way in going]
    await messages.add(filling.new)
    await messages.deliver(places, at=at)
    held = filling.held | waited.keys()
    await messages.put_off(filling.put_off(await messages.wait_until(list(held)), among=held))
    return len(filling.new)


class Filling:
    """The open messages of some people, and what is put into them."""

    def __init__(
        self,
        *,
        open_ones: Iterable[Open],
        made: Sequence[Made],
        wishes: Mapping[PersonId, Wishes],
        at: datetime,
        patience: timedelta = PATIENCE,
    ) -> None:
        self._at = at
        self._patience = patience
        self._wishes = wishes
        self._made: dict[PersonId, list[Made]] = defaultdict(list)
        for each in made:
            self._made[each.person].append(each)
        self._open: dict[_Place, Open] = {}
        self._every: dict[MessageId, Open] = {}
        self.new: list[Open] = []
        self.held: set[MessageId] = set()
        for one in open_ones:
            self._every[one.id] = one
            self._open.setdefault((one.person, one.way, one.pace), one)

    def put(self, notice: Notice, way: Way) -> MessageId:
        """The message that takes it, a new one where none is open."""
        wishes = self._wishes.get(notice.person, NO_WISHES)
        pace = pace_of(priority=notice.priority, pressing=notice.pressing, wishes=wishes)
        place = (notice.person, way, pace)
        if place not in self._open:
            self._open[place] = self._begun(place, wishes)
        message = self._open[place].id
        if notice.more_until is not None:
            self.held.add(message)
        return message

    def put_off(
        self, until: Mapping[MessageId, datetime], *, among: Iterable[MessageId]
    ) -> list[tuple[MessageId, datetime]]:
        """Those whose moment changes, as one in them waits for further rungs, or none any more."""
        moved = []
        for message in (self._every[one] for one in among if one in self._every):
            moment = self._goes(message, until.get(message.id))
            if moment != message.due_at:
                moved.append((message.id, moment))
        return moved

    def _begun(self, place: _Place, wishes: Wishes) -> Open:
        person, way, pace = place
        moment = due_at(pace, at=self._at, wishes=wishes, lately=self._lately(person, way))
        message = Open(
            id=MessageId(uuid7()),
            person=person,
            way=way,
            pace=pace,
            zone=None if wishes.zone is None else wishes.zone.key,
            created_at=self._at,
            due_at=moment,
        )
        self.new.append(message)
        self._every[message.id] = message
        self._made[person].append(Made(message.id, person, way, pace, self._at, moment))
        return message

    def _lately(self, person: PersonId, way: Way, *, before: Open | None = None) -> Lately:
        """What went to that person, or was made for them, before that message or until now."""
        theirs = self._made[person]
        if before is not None:
            theirs = [one for one in theirs if (one.created_at, one.id) < _age(before)]
        at_once = [one.goes_at for one in theirs if one.pace is Pace.AT_ONCE and one.way == way]
        return Lately([one.created_at for one in theirs], max(at_once, default=None))

    def _goes(self, message: Open, until: datetime | None) -> datetime:
        moment = self._at_first(message)
        if until is None:
            return moment
        return max(moment, min(until, message.created_at + self._patience))

    def _at_first(self, message: Open) -> datetime:
        """When it would go if nothing in it waited; what is gathered longer never goes sooner."""
        if message.pace is not Pace.AT_ONCE:
            return message.due_at
        lately = self._lately(message.person, message.way, before=message)
        return due_at(Pace.AT_ONCE, at=message.created_at, wishes=NO_WISHES, lately=lately)


def _age(message: Open) -> tuple[datetime, MessageId]:
    return message.created_at, message.id
