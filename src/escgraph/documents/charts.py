"""Charts as facts: what is compared with what. How they look stands in `drawing`.

The library that draws takes half a second to import, so that is done when the first is drawn.
Each call of `svg` or `png` takes some tens of milliseconds: not for an event loop.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from escgraph.documents.blocks import Chart

MOST_SERIES = 6
"""More cannot be told apart in black and white."""


class Shape(StrEnum):
    BARS = "Bars"
    GROUPED_BARS = "Grouped bars"
    LINES = "Lines"


@dataclass(frozen=True, slots=True)
class Figures:
    """What one chart shows: each series has a value for each label; None where there is none."""

    shape: Shape
    title: str
    unit: str
    labels: tuple[str, ...]
    series: Mapping[str, tuple[float | None, ...]]

    def __post_init__(self) -> None:
        if len(self.series) > MOST_SERIES:
            raise ValueError(
                f'the chart "{self.title}" has {len(self.series)} series; '
                f"at most {MOST_SERIES} can be told apart, fold the rest into one"
            )
        for name, values in self.series.items():
            if len(values) != len(self.labels):
                raise ValueError(
                    f'the series "{name}" of the chart "{self.title}" has {len(values)} values '
                    f"for {len(self.labels)} labels; give one for each"
                )


def bars(title: str, values: Mapping[str, float | None], *, unit: str) -> Figures:
    """Things by their names, one bar each, from above to below in the order given."""
    return Figures(Shape.BARS, title, unit, tuple(values), {unit: tuple(values.values())})


def grouped_bars(
    title: str,
    labels: Sequence[str],
    series: Mapping[str, Sequence[float | None]],
    *,
    unit: str,
) -> Figures:
    """A few things compared with each other at each label."""
    return Figures(Shape.GROUPED_BARS, title, unit, tuple(labels), _frozen(series))


def lines(
    title: str,
    labels: Sequence[str],
    series: Mapping[str, Sequence[float | None]],
    *,
    unit: str,
) -> Figures:
    """What changed from one label to the next, as from month to month; a gap where it is None."""
    return Figures(Shape.LINES, title, unit, tuple(labels), _frozen(series))


def svg(figures: Figures) -> str:
    """The element `<svg>`, the same text for the same figures; its words are texts, not paths."""
    from escgraph.documents import drawing  # noqa: PLC0415 - costs half a second

    return drawing.svg(figures, described(figures))


def png(figures: Figures) -> bytes:
    """The same as a picture, for where no SVG is shown."""
    from escgraph.documents import drawing  # noqa: PLC0415 - the same

    return drawing.png(figures)


def chart(figures: Figures) -> Chart:
    """The same drawn, for a document."""
    return Chart(figures.title, svg(figures), described(figures))


def described(figures: Figures) -> str:
    """All that the chart shows, in words."""
    if not figures.labels:
        return f"{figures.shape} of {figures.unit}: nothing to show."
    told = [
        (f"{name}: " if len(figures.series) > 1 else "") + _listed(figures.labels, values)
        for name, values in figures.series.items()
    ]
    return f"{figures.shape} of {figures.unit}. {'. '.join(told)}."


def shown(value: float | None) -> str:
    """A value as people read it: with one decimal where it is not whole."""
    if value is None:
        return "none"
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}"


def _listed(labels: Sequence[str], values: Sequence[float | None]) -> str:
    return ", ".join(f"{label} {shown(value)}" for label, value in zip(labels, values, strict=True))


def _frozen(
    series: Mapping[str, Sequence[float | None]],
) -> dict[str, tuple[float | None, ...]]:
    return {name: tuple(values) for name, values in series.items()}
