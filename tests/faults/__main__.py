"""`python -m tests.faults [R1 …]`: do every fault, and print what was measured as a table.

Each scenario has a process and servers of its own. The exit code is 1 where a promise was broken.
"""

import argparse
import asyncio
import json
import sys
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.faults.markdown import conditions, table, write
from tests.faults.report import Report, from_json
from tests.faults.table import PROMISES, Promise

PATIENCE_S = 900
Results = dict[str, Report | str]


def main(words: Sequence[str] | None = None) -> None:
    """Run those that were named, or all."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="R1, S2 …; all without any")
    parser.add_argument("--reduced", action="store_true", help="small sizes, as in the tests")
    parser.add_argument("--write", type=Path, metavar="PAGE", help="put the table into that page")
    given = parser.parse_args(words)
    known = [promise.name for promise in PROMISES]
    unknown = set(given.names) - set(known)
    if unknown:
        parser.error(f"there is no {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    if given.reduced and given.write is not None:
        parser.error("a page shows the full sizes: --write goes without --reduced")
    chosen = [one for one in PROMISES if not given.names or one.name in given.names]
    began = time.monotonic()
    results: Results = {}
    asyncio.run(_run_all(chosen, results, reduced=given.reduced))
    seconds = time.monotonic() - began
    told = f"{table(chosen, results)}\n\n{conditions(seconds=seconds, reduced=given.reduced)}"
    print(told)
    if given.write is not None:
        write(given.write, told)
    if not all(isinstance(one, Report) and one.holds for one in results.values()):
        sys.exit(1)


async def _run_all(chosen: Sequence[Promise], results: Results, *, reduced: bool) -> None:
    """Lanes side by side first, then what wants the machine for itself."""
    lanes = _lanes(chosen)
    alone = lanes.pop("alone", [])
    await asyncio.gather(*(_run_lane(lane, results, reduced=reduced) for lane in lanes.values()))
    await _run_lane(alone, results, reduced=reduced)


def _lanes(chosen: Sequence[Promise]) -> dict[str, list[Promise]]:
    """By name; a promise that another's run shows is in the lane of that one."""
    named = {promise.name: promise for promise in chosen}
    lanes: dict[str, list[Promise]] = defaultdict(list)
    for promise in chosen:
        lanes[named.get(promise.within, promise).lane].append(promise)
    return lanes


async def _run_lane(lane: Sequence[Promise], results: Results, *, reduced: bool) -> None:
    for names in _runs(lane):
        for name, found in (await _run(names, reduced=reduced)).items():
            results[name] = found
            state = "holds" if isinstance(found, Report) and found.holds else "BROKEN"
            print(f"{name:4} {state:6}  {found}", file=sys.stderr, flush=True)


def _runs(lane: Sequence[Promise]) -> list[list[str]]:
    """Which promises are shown by each run, the one that it is made for first."""
    names = {promise.name for promise in lane}
    return [
        [promise.name, *(one.name for one in lane if one.within == promise.name)]
        for promise in lane
        if promise.within not in names
    ]


async def _run(names: Sequence[str], *, reduced: bool) -> Mapping[str, Report | str]:
    words = [sys.executable, "-m", "tests.faults.one", *(["reduced"] * reduced), *names]
    process = await asyncio.create_subprocess_exec(
        *words, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    try:
        async with asyncio.timeout(PATIENCE_S):
            written, complaint = await process.communicate()
    except TimeoutError:
        process.kill()
        await process.wait()
        return dict.fromkeys(names, f"it did not end in {PATIENCE_S} s")
    if process.returncode:
        return dict.fromkeys(names, complaint.decode(errors="replace").strip()[-2000:])
    found = json.loads(written.splitlines()[-1])
    return {name: from_json(report) for name, report in found.items()}


if __name__ == "__main__":
    main()
