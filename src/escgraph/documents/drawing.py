"""How charts look: told apart in black and white by fills, hatches, marks and dashes.

Import it only to draw. The library's settings belong to the whole process, so one chart is drawn
at a time.
"""

import re
import textwrap
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from html import escape
from io import BytesIO, StringIO
from math import nan
from threading import Lock
from typing import Any, NamedTuple

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.typing import RcKeyType

from escgraph.documents.charts import Figures, Shape, shown
from escgraph.documents.visible import visible


class _Ink(NamedTuple):
    """How one series is drawn; `line` is dark enough for a thin line on white."""

    fill: str
    hatch: str
    line: str
    dashes: str | tuple[float, tuple[float, ...]]
    mark: str


_INKS = (
    _Ink("#1f4e79", "", "#1f4e79", "-", "o"),
    _Ink("#f6cf8b", "///", "#b35c00", "--", "s"),
    _Ink("#ffffff", "", "#000000", ":", "^"),
    _Ink("#8fb8a8", "xxx", "#2f6b55", "-.", "D"),
    _Ink("#d4d4d4", "---", "#6b6b6b", (0, (8, 2, 1, 2, 1, 2)), "v"),
    _Ink("#e7a3a0", "\\\\\\", "#9c2f2a", (0, (1, 3)), "P"),
)
_SETTINGS: dict[RcKeyType, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "escgraph",
    "text.parse_math": False,
    "font.family": ["DejaVu Sans", "sans-serif"],
    "font.size": 10,
    "hatch.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
}
_LOCK = Lock()
_WIDTH = 7.2
"""In inches, as all lengths here."""

_HEAD = re.compile(r"<defs>\s*<style.*?</style>\s*</defs>|<metadata>.*?</metadata>", re.DOTALL)


def svg(figures: Figures, description: str) -> str:
    """The element alone, with a name and nothing that leads out of it."""
    with _drawn(figures) as figure:
        out = StringIO()
        figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    element = _HEAD.sub("", out.getvalue())
    element = element[element.index("<svg ") + len("<svg ") :].strip()
    name = escape(visible(figures.title).replace("\n", " "))
    words = escape(visible(description).replace("\n", " "))
    opening, _, rest = element.partition(">")
    return (
        f'<svg role="img" aria-label="{name}: {words}" stroke-linejoin="round" {opening}>\n'
        f" <title>{name}</title>\n <desc>{words}</desc>{rest}"
    )


def png(figures: Figures) -> bytes:
    with _drawn(figures) as figure:
        out = BytesIO()
        figure.savefig(out, format="png", dpi=144, metadata={"Software": None})
    return out.getvalue()


@contextmanager
def _drawn(figures: Figures) -> Iterator[Figure]:
    """The figure, while it may be saved. A sign that the font lacks is drawn as an empty box."""
    with _LOCK, warnings.catch_warnings(), mpl.rc_context(_SETTINGS):
        warnings.filterwarnings("ignore", r"Glyph .* missing from font", UserWarning)
        yield _figure(figures)


def _figure(figures: Figures) -> Figure:
    figure = Figure(figsize=(_WIDTH, _height(figures)), layout="constrained")
    axes = figure.add_subplot()
    title = _wrapped(figures.title, 76)
    figure.suptitle(title, x=0.01, ha="left", fontweight="bold", fontsize=11)
    if not figures.labels:
        _draw_nothing(axes)
    elif figures.shape is Shape.BARS:
        _draw_bars(axes, figures)
    else:
        _draw_series(axes, figures)
    return figure


def _height(figures: Figures) -> float:
    if not figures.labels:
        return 1
    return 1.2 + 0.34 * len(figures.labels) if figures.shape is Shape.BARS else 4.2


def _draw_nothing(axes: Axes) -> None:
    axes.set_axis_off()
    axes.text(0.5, 0.5, "Nothing to show", ha="center", va="center", transform=axes.transAxes)


def _draw_bars(axes: Axes, figures: Figures) -> None:
    (values,) = figures.series.values()
    places = range(len(figures.labels))
    drawn = axes.barh(places, [value or 0 for value in values], color=_INKS[0].fill, height=0.65)
    axes.bar_label(drawn, labels=[shown(value) for value in values], padding=4)
    axes.set_yticks(places, [_short(label, 42) for label in figures.labels])
    axes.invert_yaxis()
    axes.set_xlabel(_short(figures.unit, 60))
    axes.margins(x=0.12)
    axes.tick_params(axis="y", length=0)


def _draw_series(axes: Axes, figures: Figures) -> None:
    for number, (name, values) in enumerate(figures.series.items()):
        label = _short(name, 40)
        if figures.shape is Shape.LINES:
            _draw_line(axes, values, _INKS[number], label=label)
            if len(figures.series) == 1 and len(values) <= 24:
                _name_values(axes, values)
        else:
            _draw_group(axes, values, number, of=len(figures.series), label=label)
    _name_places(axes, figures.labels)
    axes.set_ylabel(_short(figures.unit, 40))
    axes.margins(y=0.12)
    axes.set_ylim(bottom=min(0, *_present(figures)))
    if len(figures.series) > 1:
        axes.figure.legend(
            loc="outside lower left", ncols=3, frameon=False, handlelength=3.2, handleheight=1.2
        )


def _name_places(axes: Axes, labels: Sequence[str]) -> None:
    """Side by side where they have the room, and at a slant where not."""
    room = 78 // len(labels)
    texts = [_wrapped(_short(label, 2 * room), room) for label in labels]
    if max(len(label) for label in labels) <= 2 * room:
        axes.set_xticks(range(len(texts)), texts)
        return
    texts = [_short(label, 24) for label in labels]
    axes.set_xticks(range(len(texts)), texts, rotation=45, ha="right", rotation_mode="anchor")


def _draw_line(axes: Axes, values: Sequence[float | None], ink: _Ink, *, label: str) -> None:
    axes.plot(
        range(len(values)),
        [nan if value is None else float(value) for value in values],
        color=ink.line,
        linestyle=ink.dashes,
        marker=ink.mark,
        label=label,
        clip_on=False,
    )


def _name_values(axes: Axes, values: Sequence[float | None]) -> None:
    for place, value in enumerate(values):
        if value is not None:
            axes.annotate(
                shown(value),
                (place, value),
                xytext=(0, 7),
                textcoords="offset points",
                ha="center",
                fontsize=9,
            )


def _draw_group(
    axes: Axes, values: Sequence[float | None], number: int, *, of: int, label: str
) -> None:
    ink, width = _INKS[number], 0.8 / of
    places = [place + (number - (of - 1) / 2) * width for place in range(len(values))]
    drawn = axes.bar(
        places,
        [value or 0 for value in values],
        width=width,
        color=ink.fill,
        hatch=ink.hatch,
        edgecolor="#000000",
        linewidth=0.8,
        label=label,
    )
    if len(values) * of <= 24:
        axes.bar_label(drawn, labels=[shown(value) for value in values], padding=2, fontsize=9)


def _present(figures: Figures) -> list[float]:
    """Every value that is there, and a zero."""
    return [value or 0 for values in figures.series.values() for value in values] or [0]


def _short(text: str, longest: int) -> str:
    """In one line of at most so many characters."""
    line = " ".join(visible(text).split())
    return line if len(line) <= longest else f"{line[: longest - 1]}…"


def _wrapped(text: str, width: int) -> str:
    return "\n".join(textwrap.wrap(_short(text, 3 * width), width)) or " "
