"""Where an error came from, without its words: those may hold an address or a key."""

import traceback


def trace(error: BaseException) -> str:
    """The places in the code that it came through, the last one last."""
    return "".join(traceback.format_tb(error.__traceback__)).rstrip()
