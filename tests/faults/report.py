"""What a fault did: counts that must be zero, figures beside their limits, and the conditions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Count:
    """How often something happened that must never happen.

    Attributes:
        history: where it did, the shortest history that shows it, a line each.
    """

    what: str
    found: int
    history: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured figure beside the limit that it must keep, both in `unit`; `least` for a floor.

    Attributes:
        unit: none where it is a number of things, as it is with whatever a fault must have done.
    """

    what: str
    measured: float
    limit: float
    unit: str = "s"
    least: bool = False

    @property
    def exact(self) -> bool:
        """Whether there are as many things as there must be at least; the machine has no say."""
        return self.holds or not self.least or bool(self.unit)

    @property
    def holds(self) -> bool:
        return self.measured >= self.limit if self.least else self.measured <= self.limit


@dataclass(frozen=True, slots=True)
class Report:
    """What came of one scenario. `conditions` say how much was done, in a few words."""

    counts: Sequence[Count]
    figures: Sequence[Figure]
    conditions: str

    @property
    def exact(self) -> bool:
        """Whether the fault was done and nothing was lost, doubled or wrong, however long it took.

        A kill that did not happen, or a rung that nobody fired, proves nothing: so it breaks this.
        """
        nothing_wrong = not any(count.found for count in self.counts)
        return nothing_wrong and all(figure.exact for figure in self.figures)

    @property
    def holds(self) -> bool:
        return self.exact and all(figure.holds for figure in self.figures)

    def __str__(self) -> str:
        """The figures in a line, and the history of the first count that is not zero."""
        told = next((count.history for count in self.counts if count.found), ())
        return "\n".join((f"{self.measured} ({self.conditions})", *told))

    @property
    def measured(self) -> str:
        counts = [f"{count.found} {count.what}" for count in self.counts]
        return "; ".join((", ".join(counts), *map(_said, self.figures)))

    def as_json(self) -> dict[str, object]:
        return {
            "counts": [[one.what, one.found, list(one.history)] for one in self.counts],
            "figures": [
                [one.what, one.measured, one.limit, one.unit, one.least] for one in self.figures
            ],
            "conditions": self.conditions,
        }


def from_json(found: Mapping[str, object]) -> Report:
    """The report that `as_json` wrote down."""
    counts, figures = found["counts"], found["figures"]
    assert isinstance(counts, list)
    assert isinstance(figures, list)
    return Report(
        [Count(what, count, tuple(history)) for what, count, history in counts],
        [Figure(*figure) for figure in figures],
        str(found["conditions"]),
    )


def quantile(values: Sequence[float], share: float) -> float:
    """The smallest of the values that so large a share does not exceed; 0 without any."""
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)] if ordered else 0.0


def _said(figure: Figure) -> str:
    sign = "≥" if figure.least else "≤"
    unit = f" {figure.unit}" if figure.unit else ""
    return f"{figure.what} {_short(figure.measured)}{unit} ({sign} {_short(figure.limit)})"


def _short(value: float) -> str:
    whole = float(value).is_integer() or abs(value) >= 100
    return f"{value:,.0f}" if whole else f"{value:.2f}"
