"""What `escgraph notify list` reads: deliveries with the notice, the person and the ticket."""

from dataclasses import dataclass

from escgraph.api.identifiers import read_number
from escgraph.cli.person import person_of
from escgraph.domain.errors import NotFoundError
from escgraph.domain.notice import MessageState, Notice
from escgraph.domain.terms import TicketId
from escgraph.store import delivery_search, notice_search, people, search, tickets
from escgraph.store.delivery_search import DeliveryFilter, Fared
from escgraph.store.people import Person
from escgraph.store.transactions import snapshot


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which deliveries are asked for: of a ticket's number, a person's address, a state."""

    ticket: str | None
    person: str | None
    state: MessageState | None


@dataclass(frozen=True, slots=True)
class Fate:
    """One notice by one way: of which ticket, to whom, and how it fared."""

    notice: Notice
    person: Person
    number: int | None
    fared: Fared


async def fates(wanted: Wanted, *, limit: int) -> list[Fate]:
    """The latest deliveries that pass.

    Raises:
        NotFoundError: there is no such ticket or person.
    """
    return await snapshot(lambda: _fates(wanted, limit))


async def _fates(wanted: Wanted, limit: int) -> list[Fate]:
    which = DeliveryFilter(
        ticket=None if wanted.ticket is None else await _ticket(wanted.ticket),
        person=None if wanted.person is None else (await person_of(wanted.person)).id,
        states=None if wanted.state is None else (wanted.state,),
    )
    found = await delivery_search.found(which, limit=limit, after=None, told=None)
    every = [one.delivery for one in found]
    notices = await notice_search.of_ids([one.notice for one in every])
    told = await people.by_ids(list({one.person for one in every}))
    about = {notice.ticket for notice in notices.values() if notice.ticket is not None}
    numbers = await tickets.numbers(about)
    return [
        Fate(
            notice=notices[one.notice],
            person=told[one.person],
            number=_number(notices[one.notice], numbers),
            fared=one,
        )
        for one in every
    ]


def _number(notice: Notice, numbers: dict[TicketId, int]) -> int | None:
    return None if notice.ticket is None else numbers[notice.ticket]


async def _ticket(text: str) -> TicketId:
    number = read_number(text)
    found = await search.of_number(number) if number < 2**63 else ()
    if not found:
        raise NotFoundError(f"there is no ticket ESC-{number:06d}")
    return found[0].id
