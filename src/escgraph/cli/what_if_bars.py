"""A what-if as bars of characters, which are told apart without colour."""

from escgraph.cli.console import say
from escgraph.cli.what_if_figures import figures
from escgraph.domain.what_if import Outcome, WhatIf

LONGEST = 50
WAS, WOULD_BE = "█", "░"


def compare(what_if: WhatIf) -> None:
    """Print what the figures of all tickets were, and what they would be."""
    _bars(what_if, {"was": (WAS, what_if.all.was), "would be": (WOULD_BE, what_if.all.would_be)})


def show(what_if: WhatIf) -> None:
    """Print what they were."""
    _bars(what_if, {"": (WAS, what_if.all.was)})


def _bars(what_if: WhatIf, sides: dict[str, tuple[str, Outcome]]) -> None:
    counted = figures(what_if)
    most = max(figure(side) for figure in counted.values() for _, side in sides.values())
    names, kinds = max(map(len, counted)), max(map(len, sides))
    for name, figure in counted.items():
        for line, (kind, (fill, outcome)) in enumerate(sides.items()):
            many = figure(outcome)
            bar = fill * _length(many, most)
            begin = f"{'' if line else name:{names}}  {kind:{kinds}}".rstrip()
            say(f"{begin:{names + kinds + 2}}  {bar}{' ' * bool(bar)}{many:,}")


def _length(many: int, most: int) -> int:
    """Of a bar; what is there at all is seen."""
    return max(round(many / most * LONGEST), 1) if many else 0
