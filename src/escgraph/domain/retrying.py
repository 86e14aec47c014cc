"""When a message that did not arrive is tried again, and when nobody tries at all (§5).

A failed attempt is repeated after the waits of the settings, each a little shorter or longer than
said, so that what failed together does not come back together. A circuit is what fails together:
after some failures in a row nobody tries it for a while, and then one message goes ahead.

```
           FAILED, the 10th in a row           30 s, then 60 s … 10 min
  CLOSED ────────────────────────────▶ OPEN ──────────────────────────▶ HALF_OPEN
    ▲                                   │  ▲                               │  │
    └───────────────────────────────────┘  └───────────────────────────────┘  │
    ▲       ANSWERED, by one under way                 FAILED                 │
    └─────────────────────────────────────────────────────────────────────────┘
                                      ANSWERED
```
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from escgraph.domain.errors import WrongStatusError
from escgraph.domain.notice import MessageState

JITTER = 0.1
"""By which part a wait is shorter or longer at most."""

LONGEST_ASKED = timedelta(days=1)
"""Whoever asks for more time has to be asked again."""

OPENS_AFTER = 10
"""Failures in a row."""

OPEN_FOR = timedelta(seconds=30)
"""At first; each time that it opens anew, twice as long."""

LONGEST_OPEN = timedelta(minutes=10)


class CircuitState(StrEnum):
    """CLOSED lets through as many at once as the settings say, HALF_OPEN one, OPEN none."""

    CLOSED = "CLOSED"
    OPEN = "OPEN"
    HALF_OPEN = "HALF_OPEN"


class Sign(StrEnum):
    """What an attempt says of what lies behind a circuit.

    A letter that was refused for its own sake was ANSWERED as well: others may pass.
    """

    ANSWERED = "ANSWERED"
    FAILED = "FAILED"


@dataclass(frozen=True, slots=True)
class Circuit:
    """`failures` in a row; `open_until` is None while it is closed."""

    failures: int
    open_until: datetime | None


CLOSED = Circuit(0, None)


class Step(StrEnum):
    """What becomes of a circuit at a sign."""

    CLOSE = "CLOSE"
    COUNT = "COUNT"
    STAY = "STAY"


STEPS: Mapping[tuple[CircuitState, Sign], Step] = MappingProxyType(
    {
        (CircuitState.CLOSED, Sign.ANSWERED): Step.CLOSE,
        (CircuitState.CLOSED, Sign.FAILED): Step.COUNT,
        (CircuitState.OPEN, Sign.ANSWERED): Step.CLOSE,
        (CircuitState.OPEN, Sign.FAILED): Step.STAY,  # it was under way when the circuit opened
        (CircuitState.HALF_OPEN, Sign.ANSWERED): Step.CLOSE,
        (CircuitState.HALF_OPEN, Sign.FAILED): Step.COUNT,
    }
)


def next_try(
    *,
    attempts: int,
    waits: Sequence[timedelta],
    at: datetime,
    chance: float,
    asked: timedelta = timedelta(0),
) -> datetime | None:
    """When to try again after so many attempts, all of which failed; None: it is dead.

    `chance` is a random number from 0 to 1: 0 is the shortest wait, 1 the longest. `asked` is how
    long the receiver wants to be left alone; it gets its wish, but for no longer than a day.
    """
    if attempts > len(waits):
        return None
    wait = waits[attempts - 1] * (1 + JITTER * (2 * chance - 1))
    return at + max(wait, min(asked, LONGEST_ASKED))


def must_be_dead(state: MessageState) -> None:
    """Pass if somebody may let a message wait anew that stands so.

    Raises:
        WrongStatusError: it did not end yet, or has arrived.
    """
    advice = _INSTEAD[state]
    if advice is not None:
        raise WrongStatusError(f"cannot redeliver a message that is {state}; {advice}")


_INSTEAD: Mapping[MessageState, str | None] = MappingProxyType(
    {
        MessageState.WAITING: "it is sent at its moment, see nextAttemptAt",
        MessageState.SENDING: "it is under way, see how that ends",
        MessageState.DELIVERED: "it arrived, and nothing is to be done",
        MessageState.DEAD: None,
    }
)


def state_of(circuit: Circuit, *, at: datetime) -> CircuitState:
    """A circuit whose time is over waits, half open, for what the next attempt says."""
    if circuit.open_until is None:
        return CircuitState.CLOSED
    return CircuitState.OPEN if at < circuit.open_until else CircuitState.HALF_OPEN


def after(circuit: Circuit, sign: Sign, *, at: datetime) -> Circuit:
    """The circuit once an attempt has ended."""
    match STEPS[state_of(circuit, at=at), sign]:
        case Step.CLOSE:
            return CLOSED
        case Step.COUNT:
            return _counted(circuit.failures + 1, at=at)
        case Step.STAY:
            return circuit


def _counted(failures: int, *, at: datetime) -> Circuit:
    if failures < OPENS_AFTER:
        return Circuit(failures, None)
    return Circuit(failures, at + _open_for(failures - OPENS_AFTER))


def _open_for(times: int) -> timedelta:
    """How long it is open that was opened so many times before without a success."""
    doubled: int = 2 ** min(times, 16)  # far behind the longest, and no number grows without bound
    return min(OPEN_FOR * doubled, LONGEST_OPEN)
