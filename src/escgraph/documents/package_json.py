"""The documentation of an escalation as JSON, for programs: the same facts, in the API's words."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import orjson

from escgraph.documents.package_brief import PackageBrief
from escgraph.domain.event import Event
from escgraph.domain.explanation import Explanation
from escgraph.domain.texts import called
from escgraph.domain.ticket import Ticket

Json = dict[str, Any]


def package_json(brief: PackageBrief) -> bytes:
    """One object. Moments are in UTC, durations in seconds, people by their ids."""
    return orjson.dumps(package_values(brief), option=orjson.OPT_INDENT_2) + b"\n"


def package_values(brief: PackageBrief) -> Json:
    package = brief.package
    return {
        "escalation": {
            "id": str(brief.escalation),
            **_entry(brief.event),
            "responsibleFrom": _plain(brief.responsible_from),
            "responsibleTo": _plain(brief.responsible_to),
            "told": _plain(brief.told),
        },
        "whole": brief.whole,
        "entriesLeftOut": brief.left_out,
        "missing": list(package.missing) if brief.whole else None,
        "ticket": _ticket(package.ticket),
        "actions": [_entry(event) for event in package.actions] if brief.whole else None,
        "priorityChanges": [_entry(event) for event in package.priority_changes],
        "tierChanges": [_entry(event) for event in package.tier_changes],
        "duplicates": [_entry(event) for event in package.duplicates],
        "links": [_entry(event) for event in package.links] if brief.whole else None,
        "deadlines": [_explanation(one) for one in package.explanations],
        "people": [{"id": str(one), "name": brief.name(one)} for one in package.people],
        "timeline": [_entry(event) for event in package.timeline],
    }


def _ticket(ticket: Ticket) -> Json:
    fields = _fields(ticket)
    return {**fields, "number": called(ticket.number), "urgent": ticket.urgent}


def _entry(event: Event) -> Json:
    return {"event": type(event).__name__, **_fields(event)}


def _explanation(one: Explanation) -> Json:
    return _fields(one)


def _fields(facts: Any) -> Json:  # noqa: ANN401 - any frozen dataclass of the domain
    return {_camel(name): _plain(getattr(facts, name)) for name in facts.__dataclass_fields__}


def _plain(value: Any) -> Any:  # noqa: ANN401 - whatever a field holds
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if hasattr(value, "__dataclass_fields__"):
        return _fields(value)
    return value


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)
