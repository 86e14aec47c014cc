"""The notices of a message, put together by what they are about, the most urgent first."""

from collections.abc import Sequence
from uuid import UUID

from escgraph.documents.notice_group import RANK
from escgraph.domain.notice import Notice
from escgraph.domain.terms import Priority

HURRY = {Priority.HIGH: 0, Priority.MEDIUM: 1, Priority.LOW: 2, None: 3}


def grouped(notices: Sequence[Notice]) -> list[tuple[Notice, ...]]:
    """Those about one ticket or review together, each group in the order of what happened."""
    groups: dict[UUID, list[Notice]] = {}
    for notice in notices:
        groups.setdefault(notice.ticket or notice.review or notice.id, []).append(notice)
    return sorted((tuple(group) for group in groups.values()), key=_urgency)


def _urgency(group: tuple[Notice, ...]) -> tuple[bool, int, int, tuple[int, ...]]:
    """Pressing before others, then by priority, by what it is, and the longest waiting first."""
    return (
        not any(notice.pressing for notice in group),
        min(HURRY[notice.priority] for notice in group),
        min(RANK[notice.kind] for notice in group),
        group[0].positions,
    )
