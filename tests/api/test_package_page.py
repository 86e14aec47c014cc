"""The package of an escalation behind a link of a message (C3, P2): a file, for one person."""

import json
from itertools import product
from uuid import uuid4

import pytest

from escgraph.domain.terms import EscalationId
from escgraph.notify.links import PACKAGE_FORMS
from escgraph.store import database, stream
from tests.api.door import Door, by_the_clock_of
from tests.api.office import Office
from tests.api.phone import ACCEPT, Screen
from tests.queries.house import NINE, hours
from tests.queries.packed import BETWEEN_COLLEAGUES, TO_ANYBODY, everything


@pytest.mark.parametrize(
    ("form", "media_type"),
    [
        ("md", "text/markdown; charset=utf-8"),
        ("json", "application/json"),
        ("html", "text/html; charset=utf-8"),
    ],
)
async def test_a_colleague_reads_the_whole_in_each_form_as_often_as_they_like(
    office: Office, door: Door, form: str, media_type: str
) -> None:
    _, escalation = await everything(office)
    before = await stream.head()
    link = door.package(office.engineer, escalation, form)

    answers = [await door.client.get(link) for _ in range(3)]

    assert len({answer.content for answer in answers}) == 1
    text = answers[0].text.replace("\\", "")
    assert [mark for mark in (*BETWEEN_COLLEAGUES, *TO_ANYBODY) if mark not in text] == []
    headers = answers[0].headers
    assert headers["content-type"] == media_type
    assert headers["content-disposition"].startswith('inline; filename="ESC-000001-')
    assert headers["content-disposition"].endswith(f'.{form}"')
    assert await stream.head() == before


async def test_times_are_by_the_clock_of_the_person_or_else_of_the_organisation(
    office: Office, door: Door
) -> None:
    _, escalation = await everything(office)
    await by_the_clock_of("Asia/Kolkata", office.engineer)

    theirs = await door.client.get(door.package(office.engineer, escalation))
    other = await door.client.get(door.package(office.manager, escalation))

    assert "All times are in Asia/Kolkata." in theirs.text
    assert "All times are in UTC." in other.text


def test_each_form_of_a_link_is_one_that_is_read() -> None:
    assert PACKAGE_FORMS == ("md", "json", "html")


async def test_a_stakeholder_reads_by_the_same_escalation_what_is_for_them(
    office: Office, door: Door
) -> None:
    _, escalation = await everything(office)

    answer = await door.client.get(door.package(office.stakeholder, escalation, "json"))

    assert json.loads(answer.text)["whole"] is False
    assert [mark for mark in BETWEEN_COLLEAGUES if mark in answer.text] == []


@pytest.mark.parametrize(
    ("change", "status"),
    [("active = false", 403), ("role = 'STAKEHOLDER', tier = NULL", 404)],
)
async def test_who_has_left_or_sees_the_ticket_no_more_reads_nothing(
    office: Office, door: Door, change: str, status: int
) -> None:
    _, escalation = await everything(office)
    link = door.package(office.engineer, escalation)
    sql = f"UPDATE person SET {change} WHERE id = $1"
    await database.execute(sql, office.engineer.person)

    answer = await door.client.get(link)

    assert answer.status_code == status
    assert "MARK" not in answer.text


async def test_an_escalation_that_is_not_there_is_not_found(office: Office, door: Door) -> None:
    answer = await door.client.get(door.package(office.engineer, EscalationId(uuid4())))

    assert answer.status_code == 404


async def test_a_link_to_a_package_expires(office: Office, door: Door) -> None:
    _, escalation = await everything(office)
    link = door.package(office.engineer, escalation, until=NINE + hours(2))
    door.now = NINE + hours(2)

    answer = await door.client.get(link, headers={"Accept": ACCEPT})

    assert answer.status_code == 410
    assert Screen(answer.text).said.startswith("This link has expired; open the ticket")


async def test_what_is_no_link_to_a_package_is_refused_without_a_look_at_the_database(
    office: Office, door: Door
) -> None:
    """The links that act lead to no package; neither do other endings, and tokens of nobody."""
    ticket, escalation = await everything(office)
    good = door.package(office.engineer, escalation)
    act = door.link(office.engineer, ticket).replace("/link/", "/package/")
    await database.close()

    for link in (
        f"{act}.md",
        good.replace(".md", ".pdf"),
        f"{good}.md",
        f"{door.place}/package/x.md",
    ):
        assert (await door.client.get(link)).status_code == 404


async def test_a_package_is_shown_in_no_frame_runs_nothing_and_is_kept_by_no_cache(
    office: Office, door: Door
) -> None:
    _, escalation = await everything(office)

    for form, method in product(PACKAGE_FORMS, ("GET", "HEAD", "POST")):
        link = door.package(office.engineer, escalation, form)
        answer = await door.client.request(method, link)
        assert answer.status_code == (405 if method == "POST" else 200)
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["x-content-type-options"] == "nosniff"
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; style-src ")
        assert "frame-ancestors 'none'" in policy
        assert bool(answer.content) is (method != "HEAD")
