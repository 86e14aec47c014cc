"""What connections leave behind when they end does not pile up in a process that lives long."""

import gc
import weakref
from collections.abc import Iterator

import pytest

from escgraph.runtime import settle


class Leftover:
    """Refers to itself, as a connection and its tasks do; only the collector finds it."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture
def _collector_as_before() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*before)


@pytest.mark.usefixtures("_collector_as_before")
def test_what_outlives_a_look_of_the_collector_is_found_a_few_looks_later() -> None:
    settle()
    left = Leftover()
    gone = weakref.ref(left)
    gc.collect(0)  # it is in use, so it stays, and counts as old
    del left

    kept = [[number] for number in range(8 * gc.get_threshold()[0])]

    assert gone() is None
    assert kept
