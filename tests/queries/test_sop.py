"""The SOP's document of what is stored, for everybody who reads (Q5)."""

from dataclasses import replace
from types import MappingProxyType
from uuid import UUID

import pytest

from escgraph.documents.forms import DocumentFormat
from escgraph.documents.sop_reading import from_html, from_markdown
from escgraph.documents.table_reading import Row, markdown_tables
from escgraph.domain.calendar import Calendar, Window
from escgraph.domain.catalogue import Route
from escgraph.domain.errors import NotFoundError
from escgraph.domain.policy import SOP, Policy
from escgraph.domain.terms import Priority
from escgraph.domain.ticket import Actor
from escgraph.queries import sop
from tests.domain.desk import days
from tests.domain.policies import holidays_of
from tests.queries.editions import published, reviewed
from tests.queries.house import NINE, House, hours

OPEN = (Window(NINE.time(), None),)
SECOND = replace(
    SOP,
    version=2,
    name="Störungen | eskalieren",
    hold_cap=days(30),
    calendars=MappingProxyType({"Office": Calendar("Office", "Europe/Berlin", (OPEN,) * 7)}),
    clocks=MappingProxyType({Priority.LOW: "Office"}),
    routes=(Route(None, None, "Web", "ada@example.org"),),
)


async def _document(house: House, version: int | None = None, *, by: Actor | None = None) -> str:
    written = await sop.written(
        version, form=DocumentFormat.MARKDOWN, viewer=by or house.agent, at=NINE
    )
    return written.text


async def _history(house: House, version: int | None = None, *, by: Actor | None = None) -> Row:
    """The newest edition."""
    text = await _document(house, version, by=by)
    return markdown_tables(text)["Change history"][0]


async def _publish(house: House, policy: Policy = SECOND, review: UUID | None = None) -> None:
    await published(
        policy,
        at=NINE + hours(1),
        author=house.administrator.person,
        reason="Vendors are slow",
        review=review,
    )


async def test_the_document_of_a_stored_version_is_read_back_as_that_version(house: House) -> None:
    """Q5: on both databases, in both forms."""
    await _publish(house)

    for version, policy in ((1, SOP), (2, SECOND), (None, SECOND)):
        markdown = await sop.written(
            version, form=DocumentFormat.MARKDOWN, viewer=house.agent, at=NINE
        )
        page = await sop.written(version, form=DocumentFormat.HTML, viewer=house.agent, at=NINE)
        assert from_markdown(markdown.text, holidays=holidays_of) == policy
        assert from_html(page.text, holidays=holidays_of) == policy
        assert markdown.version == page.version == policy.version


async def test_it_says_which_version_is_in_force(house: House) -> None:
    assert "Version 1 was published on 2026-03-02 and is in force." in await _document(house)
    await _publish(house)

    assert "Version 2 was published on 2026-03-02 and is in force." in await _document(house)
    assert "no longer in force: version 2 is." in await _document(house, 1)


async def test_its_history_says_who_changed_what_and_why(house: House) -> None:
    """Q5."""
    review = await reviewed(UUID(int=9), at=NINE, quarter="2026-Q1")
    await _publish(house, review=review)

    newest = await _history(house)

    assert newest["Version"] == "2"
    assert newest["By"] == "Alan"
    assert newest["Reason"] == "Vendors are slow"
    assert newest["Review"] == "Quarterly review 2026-Q1"
    assert "A hold lasts 30d at most instead of 14d" in newest["What changed"]
    assert len(newest["What changed"].split("\n")) == 5


async def test_a_review_of_a_ticket_is_named_by_its_number(house: House) -> None:
    ticket = await house.open()
    await _publish(house, review=await reviewed(UUID(int=9), at=NINE, ticket=ticket))

    assert (await _history(house))["Review"] == "Post-issue review of ESC-000001"


async def test_the_history_of_a_version_ends_with_it(house: House) -> None:
    await _publish(house)

    assert (await _history(house, 1))["Version"] == "1"


async def test_who_published_a_version_and_why_is_for_those_who_work_on_tickets(
    house: House,
) -> None:
    """P2."""
    await _publish(house, review=await reviewed(UUID(int=9), at=NINE, quarter="2026-Q1"))

    seen = {viewer: await _history(house, by=viewer) for viewer in house.everybody}

    outside = {house.stakeholder, house.stranger, house.wallboard}
    for viewer, newest in seen.items():
        assert ("By" in newest, "Reason" in newest, "Review" in newest) == (
            (False,) * 3 if viewer in outside else (True,) * 3
        )
        assert newest["What changed"]


async def test_addresses_of_people_are_for_those_who_work_on_tickets(house: House) -> None:
    """P2."""
    await _publish(house)

    for viewer in house.everybody:
        text = await _document(house, by=viewer)
        outside = viewer in {house.stakeholder, house.stranger, house.wallboard}
        assert ("ada@example.org" in text) is not outside
        assert ("| any | any | Web | not shown to you |" in text) is outside


async def test_a_version_that_is_not_there_is_refused(house: House) -> None:
    with pytest.raises(NotFoundError, match="no policy version 9"):
        await _document(house, 9)
