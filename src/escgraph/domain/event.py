"""What every event says: when it happened, and who did it."""

from dataclasses import dataclass
from datetime import datetime

from escgraph.domain.terms import PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    at: datetime
    by: PersonId | None
