"""What an HTTP answer means for a letter, where all services mean the same by it."""

from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

from escgraph.domain.retrying import LONGEST_ASKED
from escgraph.notify.http_client import Answer
from escgraph.notify.outcome import UndeliveredError

_GONE = 410


def delivered(answer: Answer) -> bool:
    return 200 <= answer.status < 300


def undelivered(
    answer: Answer, *, at: datetime, said: str = "", again: bool = True, gone: bool = False
) -> UndeliveredError:
    """Why a letter did not arrive; 410 means gone everywhere, what else does is the service's.

    `said` is what the service called it, fit to be shown.
    """
    gone = gone or answer.status == _GONE
    words = f"answered {answer.status}{_meaning(answer.status)}{': ' if said else ''}{said}"
    return UndeliveredError(
        words,
        again=again and not gone,
        gone=gone,
        retry_after=retry_after(answer, at=at),
    )


def retry_after(answer: Answer, *, at: datetime) -> timedelta | None:
    """How long it asked to be left alone: a number of seconds, or a date (RFC 9110, 10.2.3)."""
    text = answer.headers.get("Retry-After", "").strip()
    if text.isascii() and text.isdigit():
        wait = timedelta(seconds=min(int(text[:9]), LONGEST_ASKED.total_seconds()))
    else:
        try:
            wait = parsedate_to_datetime(text) - at
        except (ValueError, TypeError):
            return None
    return min(max(wait, timedelta(0)), LONGEST_ASKED)


def _meaning(status: int) -> str:
    if 300 <= status < 400:
        return " (a redirect, which is not followed; give the address that it leads to)"
    if status == _GONE:
        return " (gone: it wants nothing more)"
    return ""
