"""Senders in processes of their own, to be killed at any moment; they fork, as `engines` do."""

import asyncio
import logging
from collections.abc import Mapping
from datetime import timedelta
from multiprocessing.process import BaseProcess

import structlog

from escgraph.config import load_settings
from escgraph.jobs import posting, sending
from escgraph.runtime import posting as post_of
from escgraph.runtime import running
from tests.forks import fork, imported_before

imported_before(__name__)


def start_sender(
    environ: Mapping[str, str], *, slack: timedelta = posting.RECORDING
) -> BaseProcess:
    """A sender with those settings, wired as in a worker; until it is killed, or we end.

    By twice the `slack` a lease is longer than one attempt to send.
    """
    return fork(_work, dict(environ), slack)


def _work(environ: dict[str, str], slack: timedelta) -> None:
    posting.COMPOSING = posting.RECORDING = slack
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    asyncio.run(_run(environ))


async def _run(environ: dict[str, str]) -> None:
    settings = load_settings(environ)
    async with running(settings, kind="worker") as runtime, post_of(settings, runtime) as post:
        await sending.run(post=post, stands_in=False)
