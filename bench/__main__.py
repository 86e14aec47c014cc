"""`python -m bench [NAME …]`: measure on this machine; the figures depend on it and on its load."""

import argparse
import asyncio
import sys
from collections.abc import Callable

from bench import (
    calendar,
    composing,
    deep,
    duplicates,
    exporting,
    fanout,
    firing,
    lateness,
    looking_ahead,
    mailing,
    notices,
    opening,
    posting,
    production,
    simulating,
    storm,
    sweeping,
    telling,
    trends,
)
from bench.figures import say_conditions

BENCHMARKS: dict[str, Callable[[], None]] = {
    "firing": lambda: asyncio.run(firing.measure()),
    "sweeping": lambda: asyncio.run(sweeping.measure()),
    "lateness": lambda: asyncio.run(lateness.measure()),
    "opening": lambda: asyncio.run(opening.measure()),
    "duplicates": lambda: asyncio.run(duplicates.measure()),
    "looking_ahead": lambda: asyncio.run(looking_ahead.measure()),
    "trends": lambda: asyncio.run(trends.measure()),
    "exporting": lambda: asyncio.run(exporting.measure()),
    "mailing": lambda: asyncio.run(mailing.measure()),
    "notices": lambda: asyncio.run(notices.measure()),
    "composing": lambda: asyncio.run(composing.measure()),
    "posting": lambda: asyncio.run(posting.measure()),
    "telling": lambda: asyncio.run(telling.measure()),
    "fanout": lambda: asyncio.run(fanout.measure()),
    "storm": lambda: asyncio.run(storm.measure()),
    "deep": lambda: asyncio.run(deep.measure()),
    "production": production.main,
    "calendar": calendar.measure,
    "simulating": simulating.main,
}


def measure(names: list[str]) -> None:
    say_conditions()
    for name in names or BENCHMARKS:
        BENCHMARKS[name]()


def chosen(arguments: list[str]) -> list[str]:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", metavar="NAME", nargs="*", help=", ".join(BENCHMARKS))
    names: list[str] = parser.parse_args(arguments).names
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        parser.error(f"there is no benchmark {', '.join(unknown)}; choose {', '.join(BENCHMARKS)}")
    return names


if __name__ == "__main__":
    measure(chosen(sys.argv[1:]))
