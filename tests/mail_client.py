"""How mail clients put mails into threads: the algorithm of Jamie Zawinski, by ids alone.

Each mail hangs on the last of its References; an id that nobody has seen the mail of is an empty
place, and what hangs on one empty place is one thread all the same.
"""

from collections.abc import Sequence
from email.message import EmailMessage
from itertools import pairwise


def threads(mails: Sequence[EmailMessage]) -> list[list[EmailMessage]]:
    """The mails, thread by thread."""
    parents: dict[str, str] = {}
    for mail in mails:
        chain = [*_ids(mail["references"]), *_ids(mail["message-id"])]
        for parent, child in pairwise(chain):
            if child not in parents and parent not in _above(child, parents):
                parents[child] = parent
    found: dict[str, list[EmailMessage]] = {}
    for mail in mails:
        own = _ids(mail["message-id"])[0]
        found.setdefault(_above(own, parents)[-1], []).append(mail)
    return list(found.values())


def _above(place: str, parents: dict[str, str]) -> list[str]:
    """From that place up to the root of its thread."""
    path = [place]
    while path[-1] in parents:
        path.append(parents[path[-1]])
    return path


def _ids(header: str | None) -> list[str]:
    return [] if header is None else str(header).split()
