"""What can be done in one step, and what came of it, put so that three worlds can be compared."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from escgraph.domain.errors import DomainError
from escgraph.domain.permissions import Act
from escgraph.domain.ticket import Deadline, Ticket

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Facts = Mapping[str, str]
Names = Mapping[UUID, str]
Inputs = Mapping[str, Any]


@dataclass(frozen=True)
class Opened:
    """Somebody opens a ticket."""

    at: datetime
    by: str
    inputs: Inputs


@dataclass(frozen=True)
class Done:
    """An act on a ticket. `seen` is the version that the actor saw; `again`: sent twice."""

    act: Act
    at: datetime
    by: str
    ticket: int
    inputs: Inputs
    seen: int | None = None
    again: bool = False


@dataclass(frozen=True)
class Merged:
    """A ticket ends as a duplicate of another."""

    at: datetime
    by: str
    child: int
    parent: int
    child_seen: int | None
    parent_seen: int | None


@dataclass(frozen=True)
class Moved:
    """A ticket is to go by that version of the policy."""

    at: datetime
    by: str
    ticket: int
    version: int


@dataclass(frozen=True)
class Published:
    """A new version of the policy comes into force."""

    at: datetime
    version: int


@dataclass(frozen=True)
class Left:
    """The only person of LEVEL_3 leaves, or is back."""

    away: bool


@dataclass(frozen=True)
class Swept:
    """An engine wakes up and fires what is due."""

    at: datetime


Step = Opened | Done | Merged | Moved | Published | Left | Swept


@dataclass(frozen=True)
class Came:
    """What came of a step.

    Attributes:
        refusal: in full; None where it was not refused.
        answer: what whoever did it was told.
        events: those appended, in their order.
        tickets: each ticket that the step was about or that an event is of, with all that hangs
            on it.
        next_due: when an engine would wake up.
    """

    refusal: str | None
    answer: str
    events: Sequence[Facts]
    tickets: Mapping[str, Facts]
    next_due: str


def refused(error: DomainError, names: Names) -> str:
    """A refusal with its code, its words and all that it carries."""
    carried = {name: value for name, value in vars(error).items() if name != "message"}
    more = ", ".join(f"{name}={shown(value, names)}" for name, value in sorted(carried.items()))
    return f"{error.code}: {shown(error.message, names)} [{more}]"


def ticket_facts(ticket: Ticket, rows: Sequence[Deadline], names: Names) -> dict[str, str]:
    """Every field; `rows` are its deadlines of all cycles."""
    own = parts(ticket)
    del own["deadlines"], own["pauses"]
    for row in rows:
        own[f"deadline {row.kind} of cycle {row.cycle}"] = row
    for count, pause in enumerate(ticket.pauses, 1):
        own[f"pause {count}"] = pause
    return facts(own, names)


def facts(values: Mapping[str, object], names: Names) -> dict[str, str]:
    return {name: shown(value, names) for name, value in values.items()}


def parts(value: "DataclassInstance") -> dict[str, object]:
    """The fields of a dataclass."""
    return {field.name: getattr(value, field.name) for field in fields(value)}


def shown(value: object, names: Names) -> str:
    """The value in words, the same whoever made up its ids and however its moments are stored."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, UUID):
        return _id(value, names)
    if isinstance(value, str):
        return _UUID.sub(lambda found: _id(UUID(found[0]), names), value)
    if isinstance(value, tuple | list):
        return f"({', '.join(shown(one, names) for one in value)})"
    if is_dataclass(value):
        own = (f"{name}={shown(part, names)}" for name, part in parts(value).items())  # type: ignore[arg-type]  # no class
        return f"{type(value).__name__}({', '.join(own)})"
    return repr(value)


def _id(value: UUID, names: Names) -> str:
    if value in names:
        return names[value]
    return f"person {value.int}" if value.int < 100 else "an id"


_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
