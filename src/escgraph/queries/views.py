"""A ticket as readers want it: its facts with whatever they ask for, a statement per level."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Flag, auto

from escgraph.domain.terms import PersonId, TicketId
from escgraph.domain.ticket import Actor, Deadline, Pause, Ticket
from escgraph.queries.sight import escalation_as_seen, ticket_as_seen
from escgraph.store import children, escalations, people
from escgraph.store.escalations import EscalationRow
from escgraph.store.people import Person

__all__ = ["EscalationRow", "Person", "TicketView", "Wanted", "views"]


class Wanted(Flag):
    """What to read beside the tickets; each costs one statement for a whole page.

    FORECAST and LOADS are parts of the board.
    """

    NOTHING = 0
    DEADLINES = auto()
    ESCALATIONS = auto()
    PAUSES = auto()
    PEOPLE = auto()
    FORECAST = auto()
    LOADS = auto()
    EVERYTHING = DEADLINES | ESCALATIONS | PAUSES | PEOPLE


@dataclass(frozen=True, slots=True)
class TicketView:
    """A ticket; what was not wanted is empty.

    Attributes:
        facts: holds the deadlines and pauses too, where they were wanted.
        deadlines: those of the current cycle, in the order of their kinds.
        escalations: of all cycles, in the order in which they happened.
        pauses: of all cycles, in the order in which they began.
        people: everybody whose id stands anywhere in this view; shared by the views of a page.
    """

    facts: Ticket
    deadlines: tuple[Deadline, ...] = ()
    escalations: tuple[EscalationRow, ...] = ()
    pauses: tuple[Pause, ...] = ()
    people: Mapping[PersonId, Person] = field(default_factory=dict)


async def views(tickets: Sequence[Ticket], wanted: Wanted, *, viewer: Actor) -> list[TicketView]:
    """Those tickets, each with what is wanted, in the same order.

    The viewer may see them; the texts that are not for them are left out.
    """
    ids = [ticket.id for ticket in tickets]
    due = await children.deadlines(ids) if Wanted.DEADLINES in wanted else {}
    paused = await children.pauses(ids) if Wanted.PAUSES in wanted else {}
    climbed = await _escalations(ids) if Wanted.ESCALATIONS in wanted else {}
    whole = (
        replace(ticket, deadlines=due.get(ticket.id, ()), pauses=paused.get(ticket.id, ()))
        for ticket in tickets
    )
    found = [
        TicketView(
            facts=facts,
            deadlines=facts.deadlines,
            escalations=tuple(escalation_as_seen(row, viewer) for row in climbed.get(facts.id, ())),
            pauses=facts.pauses,
        )
        for facts in (ticket_as_seen(ticket, viewer) for ticket in whole)
    ]
    return await _with_people(found) if Wanted.PEOPLE in wanted else found


def of_escalation(row: EscalationRow) -> Iterator[PersonId]:
    """Everybody whose id stands in an escalation."""
    yield from row.responsible_from
    yield from row.responsible_to
    yield from row.told
    if row.by is not None:
        yield row.by


async def _escalations(ids: Sequence[TicketId]) -> dict[TicketId, list[EscalationRow]]:
    grouped: dict[TicketId, list[EscalationRow]] = {}
    for row in await escalations.of_tickets(ids):
        grouped.setdefault(row.ticket_id, []).append(row)
    return grouped


async def _with_people(found: Sequence[TicketView]) -> list[TicketView]:
    ids = dict.fromkeys(person for view in found for person in _named(view))
    known = await people.by_ids(list(ids))
    return [replace(view, people=known) for view in found]


def _named(view: TicketView) -> Iterator[PersonId]:
    facts = view.facts
    yield from (facts.owner, facts.opened_by, *facts.assignees, *facts.stakeholders)
    for row in view.escalations:
        yield from of_escalation(row)
    for pause in view.pauses:
        yield from (person for person in (pause.by, pause.approved_by) if person is not None)
    if facts.resolution is not None:
        yield from (follow_up.owner for follow_up in facts.resolution.follow_ups or ())
