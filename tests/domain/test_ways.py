"""The ways to a person: their own list first, then e-mail, and the log where nothing is left."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import pytest

from escgraph.domain.notice import ChannelKind
from escgraph.domain.terms import ChannelId
from escgraph.domain.ways import LOG, MAIL, Way, ways

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)


@dataclass(frozen=True)
class Row:
    id: ChannelId
    kind: ChannelKind
    target: str | None = "sealed"
    disabled_at: datetime | None = None
    removed_at: datetime | None = None


def row(
    number: int,
    kind: ChannelKind = ChannelKind.NTFY,
    *,
    target: str | None = "sealed",
    disabled: bool = False,
    removed: bool = False,
) -> Row:
    return Row(
        ChannelId(UUID(int=number)),
        kind,
        target,
        NINE if disabled else None,
        NINE if removed else None,
    )


def way(number: int, kind: ChannelKind = ChannelKind.NTFY) -> Way:
    return Way(kind, ChannelId(UUID(int=number)))


EMAIL = ChannelKind.EMAIL


@pytest.mark.parametrize(
    ("listed", "mail_is_set", "wanted"),
    [
        ((), False, (LOG,)),
        ((), True, (MAIL,)),
        ((row(2), row(1)), False, (way(2), way(1))),
        ((row(2), row(1)), True, (way(2), way(1), MAIL)),
        ((row(1, disabled=True), row(2)), True, (way(2), MAIL)),
        ((row(1, removed=True), row(2)), False, (way(2),)),
        ((row(1, disabled=True),), False, (LOG,)),
        ((row(1, EMAIL), row(2)), True, (way(1, EMAIL), way(2))),
        ((row(1, EMAIL), row(2)), False, (way(2),)),
        ((row(1, EMAIL),), False, (LOG,)),
        ((row(1, EMAIL, disabled=True), row(2)), True, (way(2), MAIL)),
        ((row(1, EMAIL, target=None, disabled=True), row(2)), True, (way(2),)),
        ((row(1, EMAIL, target=None, disabled=True),), True, (LOG,)),
        ((row(1, EMAIL, target=None, removed=True),), True, (MAIL,)),
        ((row(1, EMAIL, target=None), row(2, EMAIL)), True, (way(1, EMAIL), way(2, EMAIL))),
    ],
)
def test_a_person_is_told_by_their_list_then_by_mail_and_else_in_the_log(
    listed: tuple[Row, ...],
    mail_is_set: bool,  # noqa: FBT001 - a column of the table
    wanted: tuple[Way, ...],
) -> None:
    assert ways(listed, mail_is_set=mail_is_set) == wanted


def test_a_way_is_named_by_its_row_or_else_by_its_kind() -> None:
    assert way(7).via == "00000000-0000-0000-0000-000000000007"
    assert (MAIL.via, LOG.via) == ("EMAIL", "LOG")
