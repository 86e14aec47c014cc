"""Which tickets a move to another version of the policy is about."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from escgraph.domain.errors import InvalidInputError
from escgraph.domain.terms import TicketId
from escgraph.store import policies, search
from escgraph.store.search import LIVE, TicketFilter, TicketSort

MOST = 1000
"""So many tickets are moved, or looked at, in one go."""


@dataclass(frozen=True, slots=True)
class Named:
    """These tickets, whatever they go by."""

    ids: tuple[TicketId, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """The live tickets among those of the filter that go by another version."""

    which: TicketFilter


Chosen = Named | Found


@dataclass(frozen=True, slots=True)
class Selection:
    """The tickets of one go, the oldest first, and how many there are in all."""

    ids: tuple[TicketId, ...]
    tickets: int


async def selection(chosen: Chosen, *, version: int) -> Selection:
    """What was chosen, as it is now.

    Raises:
        InvalidInputError: more tickets are named than go at once.
    """
    if isinstance(chosen, Named):
        return _named(chosen.ids)
    which = _movable(chosen.which, version)
    found = await search.found(which, TicketSort.OPENED_ASC, limit=MOST)
    count = len(found) if len(found) < MOST else await search.count(which)
    return Selection(tuple(row.ticket.id for row in found), count)


async def must_be_in_force(version: int) -> None:
    """Pass if tickets are opened under that version.

    Raises:
        NotFoundError: there is no such version.
        InvalidInputError: another one is in force.
    """
    in_force = (await policies.in_force()).version
    if version == in_force:
        return
    await policies.of_version(version)
    raise InvalidInputError(
        f"version {version} of the policy is not in force, and no ticket moves back; "
        f"move to version {in_force}, or publish the other one anew",
        field=("toVersion",),
    )


def _named(ids: Sequence[TicketId]) -> Selection:
    once = tuple(dict.fromkeys(ids))
    if len(once) > MOST:
        raise InvalidInputError(
            f"{len(once)} tickets are named; name {MOST} at most, and the others after them",
            field=("ticketIds",),
        )
    return Selection(once, len(once))


def _movable(which: TicketFilter, version: int) -> TicketFilter:
    wanted = LIVE if which.statuses is None else which.statuses
    live = tuple(status for status in wanted if status in LIVE)
    return replace(which, statuses=live, other_than_version=version)
