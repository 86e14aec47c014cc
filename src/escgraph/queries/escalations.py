"""Escalations to read: lists of them, and what each was documented with (D1, C3)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from escgraph.domain import package as packaging
from escgraph.domain.errors import NotFoundError
from escgraph.domain.package import Package
from escgraph.domain.permissions import may_see_internal
from escgraph.domain.terms import EscalationId, PersonId
from escgraph.domain.ticket import Actor
from escgraph.queries import tickets
from escgraph.queries.entries import entries_of
from escgraph.queries.packages import FrozenPackage, assembled
from escgraph.queries.sight import among_colleagues, confined_to, escalation_as_seen
from escgraph.queries.views import of_escalation
from escgraph.store import escalation_search, escalations, people, timeline_read
from escgraph.store.escalation_search import ANY_ESCALATION, EscalationFilter
from escgraph.store.escalations import EscalationRow
from escgraph.store.keyset import cut, page_size
from escgraph.store.people import Person
from escgraph.store.stream import StoredEvent
from escgraph.store.transactions import snapshot

__all__ = [
    "ANY_ESCALATION",
    "NOT_SHOWN",
    "EscalationFilter",
    "EscalationPage",
    "EscalationRow",
    "FrozenPackage",
    "Package",
    "actions_taken",
    "by_id",
    "frozen_package",
    "package",
    "page",
]

NOT_SHOWN = "Not shown to your role"
"""What stands in place of the actions for those who do not read what colleagues write."""


@dataclass(frozen=True, slots=True)
class EscalationPage:
    """One page of a list.

    Attributes:
        cursors: where a page goes on that ends with the row at the same place.
        people: everybody whose id stands in a row.
    """

    rows: tuple[EscalationRow, ...]
    cursors: tuple[str, ...]
    has_next: bool
    people: Mapping[PersonId, Person]


async def page(
    which: EscalationFilter = ANY_ESCALATION,
    *,
    first: int,
    after: str | None = None,
    viewer: Actor,
) -> EscalationPage:
    """The latest escalations of tickets that the viewer may see.

    Raises:
        InvalidInputError: `first` is out of bounds, or `after` is no cursor of this list.
    """
    size = page_size(first)
    found, has_next = cut(
        await escalation_search.found(
            which, limit=size + 1, after=after, named=confined_to(viewer)
        ),
        first=size,
    )
    rows = tuple(escalation_as_seen(one.row, viewer) for one in found)
    named = dict.fromkeys(person for row in rows for person in of_escalation(row))
    return EscalationPage(
        rows=rows,
        cursors=tuple(one.cursor for one in found),
        has_next=has_next,
        people=await people.by_ids(list(named)),
    )


async def by_id(escalation_id: EscalationId, *, viewer: Actor) -> EscalationRow:
    """One escalation.

    Raises:
        NotFoundError: there is none with that id, or its ticket is none that the viewer may see.
    """
    row = await escalations.by_id(escalation_id)
    if row.ticket_id not in await tickets.by_ids([row.ticket_id], viewer=viewer):
        raise NotFoundError(
            f"there is no escalation with the id {escalation_id}; check the id", field=("id",)
        )
    return escalation_as_seen(row, viewer)


async def package(escalation_id: EscalationId, *, viewer: Actor) -> Package:
    """The documentation that travelled with it. Raises as `frozen_package` does."""
    return (await frozen_package(escalation_id, viewer=viewer)).package


async def frozen_package(escalation_id: EscalationId, *, viewer: Actor) -> FrozenPackage:
    """The same, with its timeline as stored.

    Raises:
        NotFoundError: there is no such escalation, or its ticket is none that the viewer may see.
        ForbiddenError: the viewer does not read what colleagues write to each other.
    """

    async def read() -> FrozenPackage:
        row = await by_id(escalation_id, viewer=viewer)
        among_colleagues(viewer, what="the package of an escalation")
        return await assembled(row)

    return await snapshot(read)


async def actions_taken(rows: Sequence[EscalationRow], *, viewer: Actor) -> dict[EscalationId, str]:
    """What had been tried before each, a line an action; "None recorded" where nothing was."""
    if not may_see_internal(viewer):
        return {row.id: NOT_SHOWN for row in rows}
    ids = list(dict.fromkeys(row.ticket_id for row in rows))
    logged = await timeline_read.of_kinds(ids, ("ActionLogged",))
    return {row.id: _tried(row, logged[row.ticket_id]) for row in rows}


def _tried(row: EscalationRow, logged: Sequence[StoredEvent]) -> str:
    before = [event for event in logged if (event.ticket_version or 0) < row.ticket_version]
    return packaging.actions_taken(entries_of(before))
