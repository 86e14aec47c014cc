"""What was not locked is not written over what others made of it meanwhile."""

import pytest

from escgraph.domain import work
from escgraph.domain.policy import SOP
from escgraph.domain.review_writing import write_section
from escgraph.domain.terms import ReviewId, ReviewSection
from escgraph.store import reviews, tickets
from escgraph.store.transactions import unit_of_work
from tests.interleaving.papers import a_review
from tests.queries.house import House
from tests.store.ladders import AGENT, HOUR, NINE, move_in, store, untouched

pytestmark = pytest.mark.usefixtures("connected")


async def test_a_ticket() -> None:
    await move_in()
    seen = await store(untouched())
    change = work.acknowledge(seen, by=AGENT, at=NINE + HOUR, policy=SOP)
    await unit_of_work(lambda: tickets.save(seen, change))

    with pytest.raises(AssertionError, match="the locked ticket changed under its lock"):
        await unit_of_work(lambda: tickets.save(seen, change))


async def test_a_review() -> None:
    house = House()
    await house.move_in()
    seen = await reviews.load(ReviewId((await a_review(house)).id))
    section = ReviewSection.WENT_WELL
    change = write_section(seen, by=house.manager, at=NINE + HOUR, section=section, text="all")
    await unit_of_work(lambda: reviews.save(seen, change))

    with pytest.raises(AssertionError, match="the locked review changed under its lock"):
        await unit_of_work(lambda: reviews.save(seen, change))
