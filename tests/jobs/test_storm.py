"""A storm of escalations is a handful of messages to each person, and tells of every one (§5)."""

import pytest

from tests.jobs.storm import HEARERS, storm

pytestmark = pytest.mark.usefixtures("house")

TICKETS = 300
"""`python -m bench storm` has 10,000 of them."""

A_HANDFUL = 3


async def test_a_storm_of_escalations_is_a_handful_of_messages_and_none_is_left_out() -> None:
    """C2: HIGH tickets too; each person hears of each ticket once."""
    weather = await storm(TICKETS)

    assert set(weather.notices.values()) == {1}
    assert len(weather.notices) == HEARERS * TICKETS
    assert set(weather.messages) == {"Ada", "Emil", "Eva"}
    assert max(weather.messages.values()) <= A_HANDFUL
    assert len(weather.subjects) == sum(weather.messages.values())
