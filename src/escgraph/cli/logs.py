"""What the program logs, of its own and of its libraries: to standard error, in one form."""

import logging
import sys

import structlog
from structlog.typing import Processor

from escgraph.config import Settings

TOLD_BY_OURS = ("asyncpg.pool",)
"""Loggers of libraries that tell of an outage with a stack trace, which holds up the loop while it
is written; ours say the same in a line."""


def configure_logs(settings: Settings) -> None:
    """Set up logging once, at start."""
    level = logging.getLevelNamesMapping()[settings.log_level]
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    ours = _renderers(settings)
    structlog.configure(
        processors=[*shared, *ours],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *ours],
        )
    )
    logging.basicConfig(handlers=[handler], level=level, force=True)
    for name in TOLD_BY_OURS:
        logging.getLogger(name).setLevel(logging.ERROR)


def _renderers(settings: Settings) -> list[Processor]:
    person_watches = settings.log_format == "auto" and sys.stderr.isatty()
    if settings.log_format == "console" or person_watches:
        return [
            structlog.dev.ConsoleRenderer(
                colors=sys.stderr.isatty(), exception_formatter=_WITHOUT_LOCALS
            )
        ]
    return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]


_WITHOUT_LOCALS = structlog.dev.RichTracebackFormatter(show_locals=False)
"""Local variables hold what must not be logged: links, tokens, unsealed secrets."""
