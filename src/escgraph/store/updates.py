"""Tickets whose stakeholders wait for word: those that may, found by time alone, and the marks.

A policy's business hours are no matter for SQL: what is found here may wait still, by the clock of
its priority, and `domain.updates` says so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from escgraph.domain.policy import Policy
from escgraph.domain.terms import PersonId, Priority, TicketId
from escgraph.domain.ticket import Ticket
from escgraph.store.conditions import Conditions
from escgraph.store.database import dialect, execute_many, fetch
from escgraph.store.firing_statement import OURS
from escgraph.store.search import UPDATE_DUE
from escgraph.store.ticket_rows import ticket_of
from escgraph.store.values import moment


@dataclass(frozen=True, slots=True)
class Waiting:
    """A ticket without its children, and the due moment that its owner was last reminded of."""

    ticket: Ticket
    reminded_for: datetime | None


async def may_be_overdue(
    policies: Sequence[Policy],
    *,
    now: datetime,
    after: TicketId | None,
    limit: int,
    simulated: bool = False,
) -> list[Waiting]:
    """Live tickets that the rhythm of those policies may ask for, by id, not reminded of yet."""
    conditions = Conditions()
    conditions.add(_LIVE)
    _heard_long_ago(conditions, policies, now=now)
    conditions.add(f"(t.update_reminded_for IS NULL OR t.update_reminded_for <= {_heard()})")
    conditions.compare("t.id", ">", after)
    conditions.mark(simulated)
    conditions.add(OURS.format(n=len(conditions.values)))
    rows = await fetch(
        f"SELECT t.* FROM ticket t {conditions.where()} "  # noqa: S608 - our own expressions and placeholders
        f"ORDER BY t.id LIMIT {conditions.mark(limit)}",
        *conditions.values,
    )
    return [Waiting(ticket_of(row), moment(row["update_reminded_for"])) for row in rows]


async def locked(ids: Sequence[TicketId]) -> list[Waiting]:
    """Those tickets, locked, but for those that somebody else holds at this moment."""
    conditions = Conditions()
    conditions.among("t.id", ids)
    locking = "FOR UPDATE SKIP LOCKED" if dialect() == "postgres" else ""
    rows = await fetch(
        f"SELECT t.* FROM ticket t {conditions.where()} ORDER BY t.id {locking}",  # noqa: S608 - the same
        *conditions.values,
    )
    return [Waiting(ticket_of(row), moment(row["update_reminded_for"])) for row in rows]


async def mark(reminded: Sequence[tuple[TicketId, datetime]]) -> None:
    """Keep for which due moment each owner was reminded; the ticket's version stays."""
    sql = "UPDATE ticket SET update_reminded_for = $1 WHERE id = $2"
    await execute_many(sql, [(due_at, ticket) for ticket, due_at in reminded])


async def may_be_owed(
    policies: Sequence[Policy], *, now: datetime, owner: PersonId, limit: int
) -> list[Ticket]:
    """Tickets of that owner, live or resolved, whose stakeholders may wait for word."""
    conditions = Conditions()
    conditions.compare("t.owner_id", "=", owner)
    rhythm = Conditions()
    rhythm.values = conditions.values
    rhythm.add(_LIVE)
    _heard_long_ago(rhythm, policies, now=now)
    by_rhythm = rhythm.where().removeprefix("WHERE ")
    conditions.add(f"({_UNFINISHED} AND {UPDATE_DUE} OR {by_rhythm})")
    rows = await fetch(
        f"SELECT t.* FROM ticket t {conditions.where()} "  # noqa: S608 - the same
        f"ORDER BY {_heard()}, t.id LIMIT {conditions.mark(limit)}",
        *conditions.values,
    )
    return [ticket_of(row) for row in rows]


def _heard_long_ago(conditions: Conditions, policies: Sequence[Policy], *, now: datetime) -> None:
    """Stakeholders there are, and by the wall clock their policy's cadence has passed."""
    conditions.add("t.stakeholders <> '[]'")
    clauses = [
        _of_cadence(conditions, versions, dict(cadence), now=now)
        for cadence, versions in _by_cadence(policies).items()
        if cadence
    ]
    conditions.add(f"({' OR '.join(clauses)})" if clauses else "1 = 0")


Cadence = tuple[tuple[Priority, timedelta], ...]


def _by_cadence(policies: Sequence[Policy]) -> dict[Cadence, list[int]]:
    """The versions, by the rhythm that they have in common: mostly there is one."""
    found: dict[Cadence, list[int]] = {}
    for policy in policies:
        found.setdefault(tuple(sorted(policy.update_cadence.items())), []).append(policy.version)
    return found


def _of_cadence(
    conditions: Conditions,
    versions: Sequence[int],
    cadence: Mapping[Priority, timedelta],
    *,
    now: datetime,
) -> str:
    before = " OR ".join(
        f"t.priority = {conditions.mark(priority)} AND {_heard()} <= {conditions.mark(now - every)}"
        for priority, every in cadence.items()
    )
    among = ", ".join(conditions.mark(version) for version in versions)
    return f"(t.policy_version IN ({among}) AND ({before}))"


def _heard() -> str:
    """What `domain.updates.last_heard` says; a test holds one to the other."""
    later = "greatest" if dialect() == "postgres" else "max"
    return (
        f"{later}(coalesce(t.updated_stakeholders_at, t.opened_at), "
        "coalesce(t.reopened_at, t.opened_at))"
    )


_LIVE = "t.status IN ('OPEN', 'IN_PROGRESS', 'ON_HOLD')"
_UNFINISHED = "t.status IN ('OPEN', 'IN_PROGRESS', 'ON_HOLD', 'RESOLVED')"
