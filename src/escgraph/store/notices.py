"""Notices at rest: written once, whoever computes them again; those that wait for more rungs."""

from collections.abc import Sequence

from escgraph.domain.notice import Notice
from escgraph.domain.terms import MessageId, TicketId
from escgraph.store.bulk import among, insert
from escgraph.store.database import dialect, execute, execute_many, fetch
from escgraph.store.notice_rows import notice_of
from escgraph.store.values import uuid

_PLAN_ANEW = "SET LOCAL plan_cache_mode = force_custom_plan"
"""A plan that was made when few notices waited takes seconds for each page of a storm."""


async def insert_new(notices: Sequence[Notice]) -> list[Notice]:
    """Store those whose keys are not there yet, and return them."""
    rows = [
        {
            "id": notice.id,
            "key": notice.key,
            "kind": notice.kind,
            "person_id": notice.person,
            "hearer": notice.hearer,
            "ticket_id": notice.ticket,
            "review_id": notice.review,
            "priority": notice.priority,
            "pressing": notice.pressing,
            "position": notice.positions[0],
            "positions": notice.positions,
            "created_at": notice.created_at,
            "more_until": notice.more_until,
        }
        for notice in notices
    ]
    new = await insert("notice", rows, unless="key")
    return [notice for notice in notices if str(notice.id) in new]


async def change(notices: Sequence[Notice]) -> None:
    """Let notices that still can tell of more, or wait no longer."""
    await execute_many(
        "UPDATE notice SET kind = $2, hearer = $3, priority = $4, pressing = $5, positions = $6, "
        "more_until = $7 WHERE id = $1",
        [
            (
                notice.id,
                notice.kind,
                notice.hearer,
                notice.priority,
                notice.pressing,
                list(notice.positions),
                notice.more_until,
            )
            for notice in notices
        ],
    )


async def waiting(tickets: Sequence[TicketId]) -> dict[MessageId, list[Notice]]:
    """Notices of those tickets that tell of a catch-up and whose message nobody began to send.

    By their message, which is locked: nobody begins now. One that is being begun counts as begun,
    and so does one that another way was begun for: what it says must stay as it was.
    """
    locking = ""
    if dialect() == "postgres":
        locking = "FOR UPDATE OF m SKIP LOCKED"
        await execute(_PLAN_ANEW)
    rows = await fetch(
        "SELECT n.*, m.id AS message_id FROM notice n "  # noqa: S608 - our own names
        "JOIN delivery d ON d.notice_id = n.id JOIN message m ON m.id = d.message_id "
        f"WHERE {among('n.ticket_id', '$1')} AND n.more_until IS NOT NULL "
        "AND m.state = 'WAITING' AND NOT EXISTS ("
        "SELECT 1 FROM delivery o JOIN message b ON b.id = o.message_id "
        "WHERE o.notice_id = n.id AND b.first_attempt_at IS NOT NULL) "
        f"ORDER BY n.id {locking}",
        list(dict.fromkeys(tickets)),
    )
    found: dict[MessageId, list[Notice]] = {}
    for row in rows:
        found.setdefault(MessageId(uuid(row["message_id"])), []).append(notice_of(row))
    return found
