"""An event as programs read it outside of GraphQL: JSON in the same words as the schema.

The names are those of the schema's types of event, which a test holds them to. Whoever and whatever
has an id of its own stands as an object with that id, so that a script asks for more where it wants
more; nothing that may change is looked up, and the same event is the same text for ever.
"""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from types import MappingProxyType
from typing import Any, get_args
from uuid import UUID

from escgraph.domain.events import KINDS
from escgraph.domain.state import TicketState
from escgraph.domain.terms import PersonId, TicketId
from escgraph.domain.texts import called
from escgraph.store.stream import StoredEvent
from escgraph.stream.cursor import Cursor

_OTHERWISE: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        ("TicketEscalated", "kind"): "deadlineKind",
        ("TicketEscalated", "reason"): "escalationReason",
        ("TicketHeld", "reason"): "holdReason",
        ("PolicyDrafted", "review"): "ledByReviewId",
        ("PolicyPublished", "review"): "ledByReviewId",
        ("NoteAdded", "corrects"): "corrects",
        **dict.fromkeys((("DeliveryDied", "person"), ("DeliveryRequeued", "person")), "recipient"),
        **dict.fromkeys(
            (("DeliveryDied", "webhook"), ("DeliveryRequeued", "webhook")), "toWebhookId"
        ),
    }
)
_NUMBERS = frozenset(
    {
        ("TicketMerged", "into_number"),
        ("DuplicateAbsorbed", "duplicate_number"),
        ("StakeholderUpdateOverdue", "number"),
    }
)
"""What people call a ticket, as a text."""

_OBJECTS = frozenset({PersonId, TicketId})
"""Whatever else has an id stands as that id."""


def words_of(event: StoredEvent, *, epoch: str) -> dict[str, Any]:
    """The event, which must be one that this version knows."""
    state = event.state or {}
    return {
        "id": str(event.id),
        "cursor": Cursor(epoch, event.position, event.tag).encode(),
        "kind": event.kind,
        "at": _moment(event),
        "by": None if event.by is None else {"id": str(event.by)},
        "indicator": state.get("indicator", ""),
        "ticket": _ticket(event),
        "ticketVersion": event.ticket_version,
        "state": None if event.state is None else _state(event.state),
        **_own(event),
    }


def _moment(event: StoredEvent) -> str:
    return event.at.isoformat().replace("+00:00", "Z")


def _ticket(event: StoredEvent) -> dict[str, str] | None:
    if event.ticket_id is None or event.state is None:
        return None
    return {"id": str(event.ticket_id), "number": called(event.state["number"])}


def _state(state: Mapping[str, Any]) -> dict[str, Any]:
    kinds = {one.name: one.type for one in fields(TicketState)}
    written = {_camel(name): _value(value, kinds.get(name)) for name, value in state.items()}
    return {**written, "number": called(state["number"])}


def _own(event: StoredEvent) -> dict[str, Any]:
    """What only events of that kind say."""
    return dict(_fact(event.kind, name, value) for name, value in event.payload.items())


def _fact(kind: str, name: str, value: Any) -> tuple[str, Any]:  # noqa: ANN401 - JSON may be anything
    of = next((one.type for one in fields(KINDS[kind]) if one.name == name), None)
    if (kind, name) in _NUMBERS:
        return _camel(name), called(value)
    if (kind, name) in _OTHERWISE:
        return _OTHERWISE[kind, name], _value(value, of)
    if kind.startswith("Review") and name == "version":
        return "reviewVersion", value
    return _identified(name, value, of)


def _identified(name: str, value: Any, of: object) -> tuple[str, Any]:  # noqa: ANN401 - the same
    """With the ending of what is an id, or several; `ticket` is what all events say of theirs."""
    identifier = _identifier(of)
    if name != "ticket" and (identifier is None or identifier in _OBJECTS):
        return _camel(name), _value(value, of)
    if isinstance(value, list):
        return f"{_camel(name).removesuffix('s')}Ids", value
    return f"{_camel(name)}Id", value


def _value(value: Any, of: object) -> Any:  # noqa: ANN401 - the same
    if isinstance(value, list):
        return [_value(one, next(iter(get_args(of)), None)) for one in value]
    if isinstance(value, dict) and is_dataclass(of):
        kinds = {one.name: one.type for one in fields(of)}
        return {_camel(name): _value(one, kinds.get(name)) for name, one in value.items()}
    return value if value is None or _identifier(of) not in _OBJECTS else {"id": value}


def _identifier(of: object) -> object:
    """The type of id that a field of that type holds, one, many or none; None for other fields."""
    if getattr(of, "__supertype__", None) is UUID:
        return of
    return next((found for one in get_args(of) if (found := _identifier(one)) is not None), None)


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)
