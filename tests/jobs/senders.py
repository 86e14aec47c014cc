"""Senders in processes of their own, to be killed at any moment; they fork, as `engines` do."""

import asyncio
import logging
import os
from collections.abc import Mapping
from datetime import timedelta
from multiprocessing import get_context, parent_process
from multiprocessing.process import BaseProcess
from threading import Thread

import structlog

from escgraph.config import load_settings
from escgraph.jobs import posting, sending
from escgraph.runtime import posting as post_of
from escgraph.runtime import running

_context = get_context("forkserver")
_context.set_forkserver_preload([__name__])


def start_sender(
    environ: Mapping[str, str], *, slack: timedelta = posting.RECORDING
) -> BaseProcess:
    """A sender with those settings, wired as in a worker; until it is killed, or we end.

    By twice the `slack` a lease is longer than one attempt to send.
    """
    process = _context.Process(target=_work, args=(dict(environ), slack), daemon=True)
    process.start()
    return process


def _work(environ: dict[str, str], slack: timedelta) -> None:
    posting.COMPOSING = posting.RECORDING = slack
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    Thread(target=_end_with_parent, daemon=True).start()
    asyncio.run(_run(environ))


def _end_with_parent() -> None:
    parent = parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


async def _run(environ: dict[str, str]) -> None:
    settings = load_settings(environ)
    async with running(settings, kind="worker") as runtime, post_of(settings, runtime) as post:
        await sending.run(post=post, stands_in=False)
