"""Webhooks as a table and as JSON; never where they lead, nor what signs for them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from rich.table import Table

from escgraph.cli.console import new_table
from escgraph.queries.webhooks import WebhookView

_COLUMNS = ("id", "name", "place", "state", "lag", "waiting", "dead")
_NUMBERS = frozenset({"lag", "waiting", "dead"})


def table(views: Sequence[WebhookView]) -> Table:
    made = new_table(*_COLUMNS, numbers=_NUMBERS)
    for view in views:
        fares = view.standing
        figures = (str(one) for one in (view.lag, fares.waiting, fares.dead))
        row = view.webhook
        made.add_row(str(row.id), row.name, row.place, view.state, *figures)
    return made


def as_json(view: WebhookView) -> dict[str, Any]:
    """In the words of the API."""
    row, fares, wanted = view.webhook, view.standing, view.webhook.wanted
    return {
        "id": str(row.id),
        "name": row.name,
        "owner": view.owner.email,
        "place": row.place,
        "filter": {
            "kinds": _sorted(wanted.kinds),
            "ticket": None if wanted.ticket is None else str(wanted.ticket),
            "tiers": _sorted(wanted.tiers),
            "priorities": _sorted(wanted.priorities),
            "urgentOnly": wanted.urgent_only,
            "critical": wanted.critical,
        },
        "state": view.state,
        "disabledReason": row.disabled_reason,
        "disabledAt": _moment(row.disabled_at),
        "cursor": view.cursor.encode(),
        "lag": view.lag,
        "waiting": fares.waiting,
        "dead": fares.dead,
        "lastDeliveredAt": _moment(fares.delivered_at),
        "lastFault": fares.fault,
        "createdAt": _moment(row.created_at),
        "updatedAt": _moment(row.updated_at),
    }


def _sorted(words: frozenset[Any] | None) -> list[str] | None:
    return None if words is None else sorted(words)


def _moment(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
