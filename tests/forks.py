"""Processes that fork from one that has imported everything: a new one works at once.

There is one such process for each run of the tests. What it imports is told to it before it starts,
so a module says at its own import that it wants to be there.
"""

import gc
import os
from collections.abc import Callable
from multiprocessing import get_context, parent_process
from multiprocessing.process import BaseProcess
from threading import Thread

_context = get_context("forkserver")
_modules: list[str] = []


def imported_before(module: str) -> None:
    """Have that module, the caller's own, imported before anything forks."""
    _modules.append(module)
    _context.set_forkserver_preload(_modules)


def fork(work: Callable[..., None], *given: object) -> BaseProcess:
    """Do that work in a process of its own, which never outlives this one."""
    process = _context.Process(target=_work, args=(work, given), daemon=True)
    process.start()
    return process


def _work(work: Callable[..., None], given: tuple[object, ...]) -> None:
    gc.freeze()  # what was imported stays: the collector need not go through it in each process
    Thread(target=_end_with_parent, daemon=True).start()
    work(*given)


def _end_with_parent() -> None:
    parent = parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)
