"""A what-if as a picture: the figures of all tickets, as they were and as they would be."""

from pathlib import Path

from escgraph.cli.running import Refusal
from escgraph.cli.what_if_figures import figures
from escgraph.documents.charts import grouped_bars, png, svg
from escgraph.domain.policy import Policy
from escgraph.domain.what_if import WhatIf

PICTURES = (".png", ".svg")


def drawable(file: Path | None) -> None:
    """Pass if there is nothing to draw, or the file's name says how.

    Raises:
        Refusal: its ending is another, or there is no such folder.
    """
    if file is None:
        return
    if file.suffix.lower() not in PICTURES:
        raise Refusal(f"{file} is no picture's name; let it end in {' or '.join(PICTURES)}", code=2)
    if not file.absolute().parent.is_dir():
        raise Refusal(f"there is no folder {file.parent}; make it first", code=2)


def draw(file: Path, what_if: WhatIf, policy: Policy) -> None:
    """Write the picture.

    Raises:
        Refusal: the file cannot be written.
    """
    counted = figures(what_if)
    chart = grouped_bars(
        f"{what_if.all.tickets:,} tickets under {policy.name}",
        tuple(counted),
        {
            "was": [figure(what_if.all.was) for figure in counted.values()],
            "would be": [figure(what_if.all.would_be) for figure in counted.values()],
        },
        unit="tickets",
    )
    try:
        if file.suffix.lower() == ".png":
            file.write_bytes(png(chart))
        else:
            file.write_text(svg(chart), encoding="utf-8")
    except OSError as error:
        raise Refusal(f"{file} cannot be written: {error.strerror or error}") from error
