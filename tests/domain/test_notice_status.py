"""Whether a notice has reached its person (C2): every pair of ways, and none."""

import pytest

from escgraph.domain.notice import ChannelKind, MessageState
from escgraph.domain.notice_status import NoticeStatus, status_of

MAIL, CHAT, LOG = ChannelKind.EMAIL, ChannelKind.SLACK, ChannelKind.LOG
WAITING, SENDING = MessageState.WAITING, MessageState.SENDING
DELIVERED, DEAD = MessageState.DELIVERED, MessageState.DEAD


@pytest.mark.parametrize(
    ("fared", "status"),
    [
        ((), NoticeStatus.WAITING),
        (((MAIL, WAITING),), NoticeStatus.WAITING),
        (((MAIL, SENDING),), NoticeStatus.WAITING),
        (((MAIL, DELIVERED),), NoticeStatus.DELIVERED),
        (((MAIL, DEAD),), NoticeStatus.DEAD),
        (((LOG, WAITING),), NoticeStatus.WAITING),
        (((LOG, DELIVERED),), NoticeStatus.LOGGED),
        (((MAIL, DEAD), (CHAT, DELIVERED)), NoticeStatus.DELIVERED),
        (((MAIL, DEAD), (CHAT, WAITING)), NoticeStatus.WAITING),
        (((MAIL, WAITING), (CHAT, DELIVERED)), NoticeStatus.DELIVERED),
        (((MAIL, DEAD), (CHAT, DEAD)), NoticeStatus.DEAD),
        (((MAIL, DEAD), (LOG, DELIVERED)), NoticeStatus.LOGGED),
        (((MAIL, SENDING), (LOG, DELIVERED)), NoticeStatus.WAITING),
        (((MAIL, DELIVERED), (LOG, DELIVERED)), NoticeStatus.DELIVERED),
    ],
)
def test_the_best_that_came_of_any_way_counts_and_the_log_is_none(
    fared: tuple[tuple[ChannelKind, MessageState], ...], status: NoticeStatus
) -> None:
    assert status_of(fared) is status
    assert status_of(reversed(fared)) is status
