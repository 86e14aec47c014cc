"""Where the SOP was not lived by in a time: counted, with examples, never guessed (Q3)."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from escgraph.domain.ladder import LATE
from escgraph.domain.package import PARTS, Contents
from escgraph.domain.terms import Tier, Trigger

EXAMPLES = 5
"""How many tickets a gap names at most."""


class GapKind(StrEnum):
    """What can be missing. The order is that in which a report tells of them."""

    RESPONSE_BREACHED = "RESPONSE_BREACHED"
    RUNG_BREACHED = "RUNG_BREACHED"
    FIRED_LATE = "FIRED_LATE"
    INCOMPLETE_PACKAGE = "INCOMPLETE_PACKAGE"
    REVIEW_MISSING = "REVIEW_MISSING"
    REVIEW_OVERDUE = "REVIEW_OVERDUE"
    NOBODY_TOLD = "NOBODY_TOLD"
    TIER_WITHOUT_PEOPLE = "TIER_WITHOUT_PEOPLE"
    NO_STAKEHOLDERS = "NO_STAKEHOLDERS"


@dataclass(frozen=True, slots=True)
class Part:
    """A share of a gap with a name of its own."""

    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Gap:
    """One kind of gap.

    Attributes:
        of: how many it could have been; None where that says nothing.
        tickets: the numbers of some that show it, the first ones.
        parts: what it is made of, the most frequent first; may overlap.
    """

    kind: GapKind
    count: int
    of: int | None
    tickets: tuple[int, ...]
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class Escalated:
    """What an escalation says about the process. `ticket` is its number."""

    ticket: int
    trigger: Trigger
    to_tier: Tier
    due_at: datetime
    fired_at: datetime
    no_recipient: bool
    contents: Contents


@dataclass(frozen=True, slots=True)
class Tally:
    """A count that was made elsewhere, with the first tickets of it."""

    count: int
    of: int | None
    tickets: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Observed:
    """What is known of a time. `empty_tiers` are those where nobody is active now."""

    escalations: Sequence[Escalated]
    late_responses: Tally
    missing_reviews: Tally
    overdue_reviews: Tally
    empty_tiers: Sequence[Tier]


def gaps(observed: Observed) -> tuple[Gap, ...]:
    """Every kind, also where there is none of it: nothing found is something said."""
    told = observed.escalations
    return (
        _tallied(GapKind.RESPONSE_BREACHED, observed.late_responses),
        _found(GapKind.RUNG_BREACHED, told, breached, _to_tier),
        _found(GapKind.FIRED_LATE, told, late),
        _found(GapKind.INCOMPLETE_PACKAGE, told, incomplete, _missing),
        _tallied(GapKind.REVIEW_MISSING, observed.missing_reviews),
        _tallied(GapKind.REVIEW_OVERDUE, observed.overdue_reviews),
        _found(GapKind.NOBODY_TOLD, told, nobody_told, _to_tier),
        _empty(observed.empty_tiers),
        _found(GapKind.NO_STAKEHOLDERS, told, without_stakeholders),
    )


def breached(one: Escalated) -> bool:
    """A deadline moved it, not a person."""
    return one.trigger is Trigger.DEADLINE


def late(one: Escalated) -> bool:
    """The deadline had passed for longer than an engine that runs would let it."""
    return breached(one) and one.fired_at - one.due_at > LATE


def incomplete(one: Escalated) -> bool:
    return bool(one.contents.missing)


def nobody_told(one: Escalated) -> bool:
    """Nobody worked at the tier that it reached (A22)."""
    return one.no_recipient


def without_stakeholders(one: Escalated) -> bool:
    """There was nobody to hear of it."""
    return not one.contents.stakeholders


def _found(
    kind: GapKind,
    told: Sequence[Escalated],
    shows: Callable[[Escalated], bool],
    named: Callable[[Escalated], Sequence[str]] = lambda _: (),
) -> Gap:
    found = [one for one in told if shows(one)]
    parts = Counter(name for one in found for name in named(one))
    return Gap(kind, len(found), len(told), _first(found), _parts(parts))


def _first(found: Sequence[Escalated]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(one.ticket for one in found))[:EXAMPLES]


def _parts(counted: Counter[str]) -> tuple[Part, ...]:
    """The most frequent first; of equals, in the order in which the house names them."""
    order = [*PARTS.values(), *Tier]
    names = sorted(counted, key=lambda name: (-counted[name], order.index(name)))
    return tuple(Part(name, counted[name]) for name in names)


def _to_tier(one: Escalated) -> Sequence[str]:
    return (one.to_tier,)


def _missing(one: Escalated) -> Sequence[str]:
    return one.contents.missing


def _tallied(kind: GapKind, tally: Tally) -> Gap:
    return Gap(kind, tally.count, tally.of, tally.tickets[:EXAMPLES])


def _empty(tiers: Sequence[Tier]) -> Gap:
    parts = tuple(Part(tier, 1) for tier in tiers)
    return Gap(GapKind.TIER_WITHOUT_PEOPLE, len(tiers), len(Tier), (), parts)
