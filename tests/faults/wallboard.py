"""A client that shows tickets: a snapshot, kept true by the events behind its cursor."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from escgraph.api.identifiers import number_text
from escgraph.store import stream
from escgraph.store.database import fetch
from escgraph.store.transactions import snapshot
from escgraph.store.values import moment
from escgraph.stream.cursor import Cursor

Json = dict[str, Any]
State = Mapping[str, Any]
"""A ticket as it stands: the fields below, its version, and when it falls due next."""

_PLAIN = {
    "title": "title",
    "component": "component",
    "priority": "priority",
    "urgent": "urgent",
    "flagged": "flagged",
    "critical": "critical",
    "indicator": "indicator",
    "status": "status",
    "tier": "tier",
    "reached": "reached",
    "cycle": "cycle",
    "breached": "breached",
}
_MOMENTS = {
    "openedAt": "opened_at",
    "clockStartedAt": "clock_started_at",
    "updatedAt": "updated_at",
    "acknowledgedAt": "acknowledged_at",
    "responseBreachedAt": "response_breached_at",
    "escalatedAt": "escalated_at",
    "acceptedAt": "accepted_at",
    "resolvedAt": "resolved_at",
}
_FIELDS = " ".join(("number", *_PLAIN, *_MOMENTS))
_TICKET = f"{_FIELDS} version nextDeadline {{dueAt}}"
_EVENT = f"ticketVersion state {{{_FIELDS} nextDueAt}}"

TICKETS = f"{{tickets(sort: DUE_ASC, first: 100) {{cursor nodes {{{_TICKET}}}}}}}"
BOARD = f"""
{{board {{
  cursor cells {{tier priority status count}} breachedCount breached {{number}}
  nodes: dueSoon {{{_TICKET}}}
}}}}
"""
"""The two kinds of snapshot, of the same shape; a board says more."""

FOLLOW = f"""
subscription Follow($after: Cursor) {{events(after: $after) {{
  __typename
  ... on EventItem {{cursor event {{{_EVENT}}}}}
  ... on CaughtUp {{cursor}}
  ... on Heartbeat {{cursor}}
  ... on Resync {{cursor reason}}
}}}}
"""
READ_ON = f"""
query ReadOn($after: Cursor) {{events(after: $after, first: 200) {{
  cursor edges {{cursor node {{{_EVENT}}}}}
}}}}
"""


@dataclass(slots=True)
class Wallboard:
    """What it shows.

    Attributes:
        tickets: by their numbers.
        cursor: behind the last event that it knows of.
        leaps: events that did not bring a ticket from one version to the next.
    """

    tickets: dict[str, State]
    cursor: str
    leaps: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, shot: Json) -> "Wallboard":
        """As that snapshot says."""
        found = (_with(node, node["version"], _due(node)) for node in shot["nodes"])
        tickets = {
            node["number"]: ticket for node, ticket in zip(shot["nodes"], found, strict=True)
        }
        return cls(tickets, shot["cursor"])

    @property
    def position(self) -> int:
        return Cursor.parse(self.cursor).position

    def take(self, cursor: str, event: Json, *, until: int) -> None:
        """Show the ticket as it stood after that event, unless it lies behind `until`."""
        if Cursor.parse(cursor).position > until:
            return
        self.cursor = cursor
        after = event["state"]
        if after is None:
            return
        number, version = after["number"], event["ticketVersion"]
        known = self.tickets.get(number)
        if known is not None and known["version"] != version - 1:
            self.leaps.append(f"{number} from {known['version']} to {version}")
        if known is None or known["version"] < version:
            self.tickets[number] = _with(after, version, after["nextDueAt"])

    def differences(self, truth: "Truth") -> list[str]:
        """Where what it shows is not what the database says."""
        return [
            f"{number}: shown {_unlike(shown, truth.tickets[number])}"
            for number, shown in self.tickets.items()
            if shown != truth.tickets[number]
        ]


@dataclass(frozen=True, slots=True)
class Truth:
    """All tickets as the database has them, and at which position."""

    position: int
    tickets: Mapping[str, State]

    @classmethod
    async def now(cls) -> "Truth":
        async def read() -> Truth:
            head = await stream.head()
            rows = await fetch("SELECT * FROM ticket")
            return cls(head.position, {number_text(row["number"]): _of_row(row) for row in rows})

        return await snapshot(read)


def _due(node: Json) -> str | None:
    following = node["nextDeadline"]
    return None if following is None else str(following["dueAt"])


def _with(said: Json, version: int, due: str | None) -> State:
    moments = {name: _moment(said[name]) for name in _MOMENTS}
    plain = {name: said[name] for name in _PLAIN}
    return {**plain, **moments, "version": version, "nextDueAt": _moment(due)}


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _of_row(row: Json) -> State:
    moments = {name: moment(row[column]) for name, column in _MOMENTS.items()}
    plain = {name: row[column] for name, column in _PLAIN.items()}
    due = moment(row["next_due_at"])
    return {**plain, **moments, "version": row["version"], "nextDueAt": due}


def _unlike(shown: State, true: State) -> Sequence[str]:
    return [
        f"{name} {shown[name]}, not {true[name]}" for name in shown if shown[name] != true[name]
    ]
