"""`escgraph review`: reviews in the terminal, for people and for programs."""

import json
from datetime import UTC, date, datetime

import pytest

from escgraph.commands import ending, reviews
from escgraph.domain.terms import Priority, ResolutionCode, ReviewId, ReviewSection
from escgraph.jobs.reviews import mark_overdue
from escgraph.store import database, review_search
from tests.cli.conftest import Run
from tests.queries.house import NINE, House, hours, nobody


@pytest.fixture
async def review_id(sqlite_url: str) -> ReviewId:
    """The overdue review of ESC-000001, which reached management, with an action to do."""
    await database.connect(sqlite_url)
    house = House()
    await house.move_in()
    ticket_id = await house.open("Mail is down", Priority.HIGH)
    await house.sweep(NINE + hours(4))
    await ending.resolve_ticket(
        ticket_id,
        call=house.call(house.engineer, NINE + hours(5)),
        summary="New disk",
        code=ResolutionCode.FIXED,
        root_cause="",
    )
    (review,) = (await review_search.of_tickets([ticket_id]))[ticket_id]
    call = house.call(house.agent, NINE + hours(6))
    await reviews.write_review_section(
        review.id, call=call, section=ReviewSection.ROOT_CAUSE, text="The [old] disk"
    )
    await reviews.add_review_action(
        review.id,
        call=call,
        description="Watch [/all] disks",
        owner=house.engineer.person,
        due_on=date(2026, 4, 1),
    )
    await mark_overdue(now=datetime(2026, 3, 10, tzinfo=UTC))
    await database.close()
    return review.id


def test_a_list_says_what_is_looked_back_on_and_how_it_stands(
    run: Run, sqlite_url: str, review_id: ReviewId
) -> None:
    ended = run("review", "list", database_url=sqlite_url)

    assert ended.code == 0
    assert "ESC-000001" in ended.out
    assert "OVERDUE" in ended.out
    assert "2026-03-10 00:00 UTC" in ended.out
    assert str(review_id) in ended.out


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (("--overdue",), 1),
        (("--state", "open"), 1),
        (("--state", "completed"), 0),
        (("--kind", "post_issue"), 1),
        (("--kind", "quarterly"), 0),
    ],
)
@pytest.mark.usefixtures("review_id")
def test_a_list_is_filtered(run: Run, sqlite_url: str, words: tuple[str, ...], found: int) -> None:
    ended = run("review", "list", *words, "--json", database_url=sqlite_url)

    assert len(json.loads(ended.out)) == found


@pytest.mark.parametrize("by", ["id", "number", "short number"])
def test_a_review_is_shown_by_its_id_or_its_ticket_s_number(
    run: Run, sqlite_url: str, review_id: ReviewId, by: str
) -> None:
    which = {"id": str(review_id), "number": "ESC-000001", "short number": "1"}[by]

    ended = run("review", "show", which, database_url=sqlite_url)

    assert ended.code == 0
    for words in (
        "Review of ESC-000001: OVERDUE",
        "What went well\n(nothing yet)",
        "The root cause\nThe [old] disk",
        "Watch [/all] disks",
        "troubleshooting actions",
        "LEVEL_1 4h",
    ):
        assert words in ended.out


def test_programs_get_all_of_it(run: Run, sqlite_url: str, review_id: ReviewId) -> None:
    ended = run("review", "show", review_id, "--json", database_url=sqlite_url)

    said = json.loads(ended.out)
    assert said["id"] == str(review_id)
    assert said["ticket"] == "ESC-000001"
    assert said["sections"] == {"WENT_WELL": "", "WENT_BADLY": "", "ROOT_CAUSE": "The [old] disk"}
    assert said["missing"] == ["what went well", "what did not go well"]
    assert said["facts"]["breaches"][2] == {
        "kind": "MANAGEMENT",
        "cycle": 1,
        "dueAt": "2026-03-02T13:00:00Z",
        "firedAt": "2026-03-02T13:00:00Z",
        "lateBy": "PT0S",
        "answeredAt": "2026-03-02T14:00:00Z",
    }
    (action,) = said["actions"]
    assert (action["owner"], action["dueOn"], action["state"]) == ("Edsger", "2026-04-01", "OPEN")


def test_a_quarter_s_review_lacks_its_unread_cases_too(
    run: Run, sqlite_url: str, review_id: ReviewId
) -> None:
    """Q1: the ticket of the other review was escalated in this quarter."""
    assert run("review", "due", database_url=sqlite_url).code == 0

    said = json.loads(run("review", "show", "2026-Q1", "--json", database_url=sqlite_url).out)

    assert said["missing"][0] == "a finding on 2 cases (ESC-000001, …)"


def test_what_is_to_be_done_is_listed_over_all_reviews(
    run: Run, sqlite_url: str, review_id: ReviewId
) -> None:
    """Q4."""
    shown = run("review", "actions", database_url=sqlite_url)
    listed = run("review", "actions", "--json", database_url=sqlite_url)
    earlier = run("review", "actions", "--due-before", "2026-04-01", database_url=sqlite_url)
    done = run("review", "actions", "--state", "done", "--json", database_url=sqlite_url)

    assert "Watch [/all] disks" in shown.out
    (action,) = json.loads(listed.out)
    assert (action["review"], action["ticket"]) == (str(review_id), "ESC-000001")
    assert (earlier.out, earlier.err) == ("", "there is no such action\n")
    assert json.loads(done.out) == []


@pytest.mark.usefixtures("review_id")
@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("show", "nonsense"), 2, "neither the id of a review, nor a quarter, as 2026-Q1"),
        (("show", "ESC-000002"), 1, "there is no review of a ticket ESC-000002"),
        (("show", "9" * 18), 1, "there is no review of a ticket"),
        (("show", nobody()), 1, "there is no review with the id"),
        (("actions", "--due-before", "soon"), 2, "'soon' is no day; write it like 2026-03-31"),
        (("list", "--state", "late"), 2, "is none of OPEN, COMPLETED"),
    ],
)
def test_what_cannot_be_shown_is_said_in_a_line(
    run: Run, sqlite_url: str, words: tuple[object, ...], code: int, said: str
) -> None:
    ended = run("review", *words, database_url=sqlite_url)

    assert ended.code == code
    assert ended.out == ""
    assert said in " ".join(ended.err.replace("│", " ").split())
