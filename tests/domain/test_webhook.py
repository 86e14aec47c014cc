"""How long an old secret may sign beside its successor."""

from datetime import UTC, datetime, timedelta

import pytest

from escgraph.domain.errors import InvalidInputError
from escgraph.domain.webhook import LONGEST_GRACE, end_of_old_secrets

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
MOMENT = timedelta.resolution


@pytest.mark.parametrize("grace", [timedelta(0), timedelta(hours=1), timedelta(days=30)])
def test_old_secrets_sign_as_long_as_the_grace_lasts(grace: timedelta) -> None:
    assert end_of_old_secrets(at=NINE, grace=grace) == NINE + grace


@pytest.mark.parametrize("grace", [-MOMENT, LONGEST_GRACE + MOMENT, timedelta.max])
def test_a_grace_out_of_bounds_is_refused_with_the_bounds(grace: timedelta) -> None:
    with pytest.raises(InvalidInputError, match="from 0 to 30 days") as refused:
        end_of_old_secrets(at=NINE, grace=grace)
    assert refused.value.field == ("grace",)
