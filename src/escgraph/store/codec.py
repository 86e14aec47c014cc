"""Events and states as JSON and back, by their own annotations; pydantic does the conversion."""

from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter

from escgraph.domain.events import KINDS, Event
from escgraph.domain.state import TicketState
from escgraph.domain.ticket import Resolution

_adapters: dict[type, TypeAdapter[Any]] = {}


def _adapter(kind: type) -> TypeAdapter[Any]:
    """Pydantic's converter of that class; making one is slow, so each is made once."""
    if kind not in _adapters:
        _adapters[kind] = TypeAdapter(kind)
    return _adapters[kind]


def payload_of(event: Event) -> dict[str, Any]:
    """The event's own fields as JSON values, without `at` and `by`, which have columns."""
    payload: dict[str, Any] = _adapter(type(event)).dump_python(event, mode="json")
    del payload["at"], payload["by"]
    return payload


def event_of(kind: str, payload: Mapping[str, Any], *, at: object, by: object) -> Event:
    """The event of that kind. A kind or field of a newer version is refused by pydantic."""
    event: Event = _adapter(KINDS[kind]).validate_python({**payload, "at": at, "by": by})
    return event


def state_json(state: TicketState) -> dict[str, Any]:
    written: dict[str, Any] = _adapter(TicketState).dump_python(state, mode="json")
    return written


def read_state(written: Mapping[str, Any]) -> TicketState:
    state: TicketState = _adapter(TicketState).validate_python(written)
    return state


def resolution_json(resolution: Resolution | None) -> dict[str, Any] | None:
    if resolution is None:
        return None
    written: dict[str, Any] = _adapter(Resolution).dump_python(resolution, mode="json")
    return written


def read_resolution(written: Mapping[str, Any] | None) -> Resolution | None:
    if written is None:
        return None
    resolution: Resolution = _adapter(Resolution).validate_python(written)
    return resolution
