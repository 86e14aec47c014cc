"""What clients asked for, each thing with what its client knows of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

NEVER = float("inf")


class Outcome(StrEnum):
    """What the client knows of an operation."""

    OK = "ok"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(slots=True, eq=False)
class Operation:
    """One thing that a client asked for. Moments are of one monotonic clock, in seconds.

    Attributes:
        about: what it is done to; operations on other things have no part in its history.
        outcome: UNKNOWN until an answer came; then, OK where it was done, FAILED where refused.
        position: of its event, where the answer said so.
        was_so: whether there is nothing to do where the ticket stands so: an act that finds done
            what it was to do is OK, has no event, and its position is the stream's present one.
    """

    mark: str
    act: str
    about: str
    invoked_at: float
    ended_at: float = NEVER
    outcome: Outcome = Outcome.UNKNOWN
    position: int | None = None
    was_so: Callable[[Mapping[str, Any]], bool] = lambda _: False

    def __str__(self) -> str:
        end = "" if self.ended_at == NEVER else f" to {self.ended_at:.3f}"
        told = "" if self.position is None else f" at {self.position}"
        return f"{self.invoked_at:.3f}{end} {self.act} {self.mark}: {self.outcome}{told}"


@dataclass(slots=True)
class History:
    """All operations, in the order in which they were invoked."""

    operations: list[Operation] = field(default_factory=list)

    def invoked(self, mark: str, act: str, about: str, *, at: float) -> Operation:
        operation = Operation(mark, act, about, at)
        self.operations.append(operation)
        return operation

    @staticmethod
    def ended(
        operation: Operation, outcome: Outcome, *, at: float, position: int | None = None
    ) -> None:
        """It ends once; one without an answer stays UNKNOWN, and may still take effect."""
        operation.outcome = outcome
        operation.position = position
        operation.ended_at = NEVER if outcome is Outcome.UNKNOWN else at
