"""The ways that people add for themselves (§5)."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from uuid_utils.compat import uuid7

from escgraph.domain.channels import (
    GRACE,
    HAVING,
    LONGEST_GRACE,
    end_of_old_secret,
    in_order,
)
from escgraph.domain.errors import InvalidInputError
from escgraph.domain.terms import ChannelId, Role
from tests.domain.desk import NINE

ONE, TWO, OTHER = (ChannelId(uuid7()) for _ in range(3))


def test_who_works_on_tickets_or_hears_of_them_has_channels() -> None:
    assert set(Role) - HAVING == {Role.SCRIPT, Role.WALLBOARD}


def test_an_order_may_be_any_that_has_each_channel_once() -> None:
    assert in_order([ONE, TWO], [TWO, ONE]) == (ONE, TWO)
    assert in_order([], []) == ()


@pytest.mark.parametrize(
    "wanted", [(), (ONE,), (ONE, ONE), (ONE, OTHER), (ONE, TWO, TWO), (ONE, TWO, OTHER)]
)
def test_an_order_that_lacks_one_or_has_another_is_none(wanted: Sequence[ChannelId]) -> None:
    with pytest.raises(InvalidInputError, match="each of the person's 2 channels once"):
        in_order(wanted, [ONE, TWO])


@pytest.mark.parametrize("grace", [timedelta(0), GRACE, LONGEST_GRACE])
def test_an_old_secret_signs_as_long_as_the_grace_lasts(grace: timedelta) -> None:
    assert end_of_old_secret(at=NINE, grace=grace) == NINE + grace


@pytest.mark.parametrize(
    "grace", [timedelta(microseconds=-1), LONGEST_GRACE + timedelta(microseconds=1)]
)
def test_a_grace_is_from_nothing_to_thirty_days(grace: timedelta) -> None:
    with pytest.raises(InvalidInputError, match="from 0 to 30 days"):
        end_of_old_secret(at=NINE, grace=grace)
