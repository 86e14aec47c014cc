"""One test letter to a person, now: whether notices reach them, and what their way answers.

It is sent past the outbox, since somebody waits for the answer; so nothing of it is kept.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from uuid_utils.compat import uuid7

from escgraph.domain.errors import ConflictError, NotFoundError
from escgraph.domain.notice import MessageState, Pace
from escgraph.domain.places import masked_email
from escgraph.domain.terms import MessageId
from escgraph.domain.ways import LOG, Way, ways
from escgraph.notify.outcome import UndeliveredError
from escgraph.notify.post_office import Ways
from escgraph.notify.target import Target
from escgraph.queries.letters import test_letter
from escgraph.store import channels
from escgraph.store.notice_rows import Channel, Message, circuit_of
from escgraph.store.people import Person
from escgraph.store.ways import way_of

NO_WAY = (
    "there is no way to {name}: no mail server is set, and they have no channel that is in use; "
    "set ESCGRAPH_SMTP_URL and ESCGRAPH_MAIL_FROM, or let them add a channel (addChannel)"
)
NO_SUCH_WAY = "{name} has no way called {via}; they have {others}"


@dataclass(frozen=True, slots=True)
class Trial:
    """A letter that is about to be sent. `place` is what may be shown of where it goes."""

    person: Person
    way: Way
    name: str
    place: str


async def trial(person: Person, *, via: str | None, mail_is_set: bool) -> Trial:
    """How that person is told first; or by the way that `via` names, by its kind, name or id.

    Raises:
        NotFoundError: they have no such way.
        ConflictError: they have none at all.
    """
    listed = (await channels.of_people([person.id]))[person.id]
    usable = ways(listed, mail_is_set=mail_is_set)
    if usable == (LOG,):
        raise ConflictError(NO_WAY.format(name=person.name))
    trials = [_trial(person, way, listed) for way in usable]
    if via is None:
        return trials[0]
    fitting = [one for one in trials if via.casefold() in _names(one)]
    if not fitting:
        others = ", ".join(f"{one.way.kind} ({one.name or one.place})" for one in trials)
        raise NotFoundError(NO_SUCH_WAY.format(name=person.name, via=via, others=others))
    return fitting[0]


async def send(trial: Trial, *, ways: Ways, patience: timedelta, at: datetime) -> str:
    """What was answered.

    Raises:
        UndeliveredError: it did not arrive, or nobody can say so.
        ConflictError, SealingError: there is no key that opens the address.
        ClosedWayError: the way was removed or disabled a moment ago.
    """
    message = _message(trial, at)
    target = await way_of(message, at=at)
    letter = test_letter(trial.person, id=message.id, at=at)
    try:
        async with asyncio.timeout(patience.total_seconds()):
            return await ways[trial.way.kind](
                letter, Target(target.name, target.address, target.secrets), at=at
            )
    except TimeoutError:
        raise UndeliveredError(f"no answer in {patience.total_seconds():g} s") from None


def _trial(person: Person, way: Way, listed: Sequence[Channel]) -> Trial:
    row = next((row for row in listed if row.id == way.channel), None)
    if row is None:
        return Trial(person, way, "", masked_email(person.email))
    return Trial(person, way, row.name, row.place)


def _names(trial: Trial) -> set[str]:
    return {text.casefold() for text in (trial.way.kind, trial.name, trial.way.via) if text}


def _message(trial: Trial, at: datetime) -> Message:
    """As the outbox would have it."""
    channel = trial.way.channel
    return Message(
        id=MessageId(uuid7()),
        person=trial.person.id,
        channel=channel,
        webhook=None,
        event_position=None,
        kind=trial.way.kind,
        pace=Pace.AT_ONCE,
        circuit=circuit_of(trial.way.kind, own=channel),
        state=MessageState.SENDING,
        created_at=at,
        due_at=at,
        attempts=1,
        fence=1,
        leased_until=None,
        first_attempt_at=at,
        delivered_at=None,
        died_at=None,
        fault=None,
    )
