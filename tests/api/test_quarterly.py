"""A quarterly review through the API (Q1 to Q5): its cases, what it found out, its completion."""

from datetime import UTC, datetime

import pytest

from escgraph.domain.terms import Priority
from escgraph.domain.ticket import Actor
from escgraph.jobs.quarterly import open_due
from tests.api.counter import only
from tests.api.office import Json, Office
from tests.queries.house import hours, nobody

FEBRUARY = datetime(2026, 2, 10, 9, tzinfo=UTC)
APRIL = datetime(2026, 4, 1, tzinfo=UTC)

REVIEW = """query($id: ID!) {review(id: $id) {
  quarter state version missing caseCounts {read unread}
  cases {nodes {finding readAt readBy {name} escalation {id toTier}}}
}}"""
SECTIONS = ("FINDINGS", "IMPROVEMENTS", "SOP_CHANGE")


async def opened(office: Office, *, tickets: int = 1) -> str:
    """The review of a quarter in which each of so many tickets was escalated twice; its id."""
    for number in range(tickets):
        at = FEBRUARY + hours(24 * number)
        await office.open(f"Search is slow {number}", Priority.HIGH, at=at)
        await office.sweep(at + hours(2))
        await office.sweep(at + hours(4))
    await open_due(now=APRIL)
    office.clock.moment = APRIL + hours(9)
    (review,) = (await office.data("{reviews {nodes {id kind}}}"))["reviews"]["nodes"]
    assert review["kind"] == "QUARTERLY"
    return str(review["id"])


async def seen(office: Office, review_id: str) -> Json:
    return (await office.data(REVIEW, {"id": review_id}))["review"]


async def cases(office: Office, review_id: str) -> list[str]:
    nodes = (await seen(office, review_id))["cases"]["nodes"]
    return [case["escalation"]["id"] for case in nodes]


async def act(office: Office, name: str, review_id: str, **given: object) -> Json:
    """A payload with the review as it is afterwards, by the manager."""
    return await act_by(office.manager, office, name, review_id, **given)


async def act_by(by: Actor, office: Office, name: str, review_id: str, **given: object) -> Json:
    selection = "review {version state caseCounts {read unread}}"
    return await office.act(name, {"reviewId": review_id, **given}, selection, by=by)


async def written(office: Office, review_id: str) -> None:
    """Every section, and nothing else."""
    for section in SECTIONS:
        payload = await act(
            office, "writeReviewSection", review_id, section=section, text=f"About {section}"
        )
        assert payload["errors"] == []


async def read(office: Office, review_id: str) -> None:
    ids = await cases(office, review_id)
    payload = await act(office, "markCasesRead", review_id, escalationIds=ids, finding="Too late")
    assert payload["errors"] == []


async def test_a_review_has_a_case_for_each_escalation_in_the_order_they_happened(
    any_office: Office,
) -> None:
    """Q1."""
    review = await seen(any_office, await opened(any_office))
    assert (review["quarter"], review["state"], review["version"]) == ("2026-Q1", "OPEN", 1)
    assert review["caseCounts"] == {"read": 0, "unread": 2}
    tiers = [case["escalation"]["toTier"] for case in review["cases"]["nodes"]]
    assert tiers == ["LEVEL_2", "MANAGEMENT"]
    assert {case["finding"] for case in review["cases"]["nodes"]} == {""}


async def test_a_case_is_marked_read_with_a_finding_by_a_manager(any_office: Office) -> None:
    """Q1."""
    review_id = await opened(any_office)
    first, _ = await cases(any_office, review_id)
    payload = await act(
        any_office, "markCasesRead", review_id, escalationIds=[first], finding=" Nobody was there "
    )
    assert payload["errors"] == []
    assert payload["review"]["version"] == 2
    assert payload["review"]["caseCounts"] == {"read": 1, "unread": 1}
    case, other = (await seen(any_office, review_id))["cases"]["nodes"]
    assert (case["finding"], case["readBy"]["name"]) == ("Nobody was there", "Margaret")
    assert case["readAt"] == "2026-04-01T09:00:00Z"
    assert (other["finding"], other["readAt"], other["readBy"]) == ("", None, None)


async def test_many_cases_are_read_at_once_and_listed_by_whether_they_are(
    any_office: Office,
) -> None:
    """Q1: a quarter may have hundreds."""
    review_id = await opened(any_office, tickets=2)
    ids = await cases(any_office, review_id)
    await act(any_office, "markCasesRead", review_id, escalationIds=ids[:3], finding="Too late")
    document = (
        "query($id: ID!, $read: Boolean, $after: String) {review(id: $id) "
        "{cases(read: $read, first: 2, after: $after) "
        "{nodes {escalation {id}} pageInfo {hasNextPage endCursor}}}}"
    )

    async def page(*, read: bool | None, after: str | None = None) -> Json:
        given = {"id": review_id, "read": read, "after": after}
        return (await any_office.data(document, given))["review"]["cases"]

    one = await page(read=True)
    two = await page(read=True, after=one["pageInfo"]["endCursor"])
    found = [node["escalation"]["id"] for node in (*one["nodes"], *two["nodes"])]
    assert found == ids[:3]
    assert [one["pageInfo"]["hasNextPage"], two["pageInfo"]["hasNextPage"]] == [True, False]
    assert [case["escalation"]["id"] for case in (await page(read=False))["nodes"]] == ids[3:]


async def test_the_same_finding_again_writes_nothing_and_another_one_corrects_it(
    office: Office,
) -> None:
    review_id = await opened(office)
    ids = await cases(office, review_id)
    given: dict[str, object] = {"escalationIds": ids, "finding": "Too late"}
    first = await act(office, "markCasesRead", review_id, **given)
    again = await act(office, "markCasesRead", review_id, **given)
    assert again["review"] == first["review"]
    assert again["cursor"] == first["cursor"]
    corrected = await act(office, "markCasesRead", review_id, **{**given, "finding": "Too few"})
    assert corrected["review"]["version"] == 3
    assert corrected["review"]["caseCounts"] == {"read": 2, "unread": 0}


async def test_listeners_hear_which_cases_were_read_and_how_many_wait(office: Office) -> None:
    review_id = await opened(office)
    first, _ = await cases(office, review_id)
    await act(office, "markCasesRead", review_id, escalationIds=[first], finding="Too late")
    document = """{events(first: 200) {nodes {kind ... on ReviewCasesRead
      {reviewId reviewVersion escalationIds finding unread}}}}"""
    event = (await office.data(document, by=office.manager))["events"]["nodes"][-1]
    assert event == {
        "kind": "ReviewCasesRead",
        "reviewId": review_id,
        "reviewVersion": 2,
        "escalationIds": [first],
        "finding": "Too late",
        "unread": 1,
    }


async def test_a_case_that_is_read_anew_leaves_as_many_waiting_as_before(office: Office) -> None:
    """Q1: also where one that waited is read along with it."""
    review_id = await opened(office, tickets=2)
    first, second, *_ = await cases(office, review_id)
    for escalations, finding in (([first], "Late"), ([first], "Few"), ([first, second], "Both")):
        await act(office, "markCasesRead", review_id, escalationIds=escalations, finding=finding)
    document = "{events(first: 200) {nodes {... on ReviewCasesRead {unread}}}}"
    nodes = (await office.data(document, by=office.manager))["events"]["nodes"]
    assert [node["unread"] for node in nodes if node] == [3, 3, 2]


@pytest.mark.parametrize(
    ("given", "kind", "words"),
    [
        ({"finding": " "}, "InvalidInputError", "finding is empty; write it"),
        ({"escalationIds": []}, "InvalidInputError", "0 escalations are named"),
        ({"escalationIds": ["x"]}, "InvalidInputError", "is no id"),
        ({"escalationIds": [str(nobody())] * 201}, "InvalidInputError", "name 1 to 200 at once"),
        (
            {"escalationIds": [str(nobody())]},
            "NotFoundError",
            "is no case of the review of 2026-Q1",
        ),
        ({"expectedVersion": 7}, "StaleVersionError", "at version 1, not 7"),
    ],
)
async def test_what_is_no_reading_is_refused(
    office: Office, given: dict[str, object], kind: str, words: str
) -> None:
    review_id = await opened(office)
    ids = await cases(office, review_id)
    error = only(
        await act(
            office,
            "markCasesRead",
            review_id,
            **{"escalationIds": ids, "finding": "Too late", **given},
        )
    )
    assert error["__typename"] == kind
    assert words in error["message"]
    assert (await seen(office, review_id))["caseCounts"] == {"read": 0, "unread": 2}


async def test_reading_is_for_managers(office: Office) -> None:
    """P2."""
    review_id = await opened(office)
    ids = await cases(office, review_id)
    payload = await act_by(
        office.engineer, office, "markCasesRead", review_id, escalationIds=ids, finding="x"
    )
    assert "ask MANAGER" in only(payload)["message"]


async def test_a_review_of_a_ticket_has_no_cases(office: Office) -> None:
    at = office.clock.moment
    ticket = await office.open(priority=Priority.HIGH, at=at)
    await office.act("markCritical", {"ticketId": str(ticket), "reason": "Money"})
    done = {"ticketId": str(ticket), "summary": "Fixed", "code": "FIXED"}
    await office.act("resolveTicket", done)
    (node,) = (
        await office.data("{reviews {nodes {id cases {nodes {finding}} caseCounts {read}}}}")
    )["reviews"]["nodes"]
    assert (node["cases"], node["caseCounts"]) == (None, None)
    error = only(
        await act(office, "markCasesRead", node["id"], escalationIds=[str(nobody())], finding="x")
    )
    assert "a POST_ISSUE review has no cases" in error["message"]


async def test_completing_is_refused_while_a_case_is_unread(any_office: Office) -> None:
    """Q1: it says how many wait, and which come first."""
    review_id = await opened(any_office, tickets=2)
    await written(any_office, review_id)
    first, *_ = await cases(any_office, review_id)
    await act(any_office, "markCasesRead", review_id, escalationIds=[first], finding="Too late")
    error = only(await act(any_office, "completeReview", review_id, noActions=True))
    assert error["__typename"] == "DocumentsMissingError"
    assert error["missing"] == ["a finding on 3 cases (ESC-000001, ESC-000002, …)"]
    assert "a finding on 3 cases (ESC-000001, ESC-000002, …); add" in error["message"]
    assert (await seen(any_office, review_id))["state"] == "OPEN"


async def test_completing_too_early_names_everything_at_once(office: Office) -> None:
    """Q1, Q4, Q5."""
    review_id = await opened(office)
    error = only(await act(office, "completeReview", review_id))
    assert error["missing"] == [
        "a finding on 2 cases (ESC-000001, …)",
        "what was found",
        "what is to be improved",
        'what the SOP should change, or "none"',
        'an action, or an explicit "none" as noActions',
    ]


async def test_an_escalation_that_was_committed_late_keeps_the_review_open(office: Office) -> None:
    """Q1: the job has not seen it yet, and completing looks once more."""
    review_id = await opened(office)
    await read(office, review_id)
    await written(office, review_id)
    await office.open("Late", Priority.HIGH, at=FEBRUARY)
    await office.sweep(FEBRUARY + hours(2))
    error = only(await act(office, "completeReview", review_id, noActions=True))
    assert error["missing"] == ["a finding on 1 case (ESC-000002)"]


async def test_what_is_missing_is_what_completing_would_refuse(any_office: Office) -> None:
    """Q1: the cases too, until they are read; and nothing of a review that is completed."""
    review_id = await opened(any_office, tickets=2)
    first, *others = await cases(any_office, review_id)
    await act(any_office, "markCasesRead", review_id, escalationIds=[first], finding="Too late")
    refused = only(await act(any_office, "completeReview", review_id, noActions=True))
    assert (await seen(any_office, review_id))["missing"] == refused["missing"]
    assert refused["missing"][0] == "a finding on 3 cases (ESC-000001, ESC-000002, …)"

    await written(any_office, review_id)
    given = {"reviewId": review_id, "escalationIds": others, "finding": "Too late"}
    payload = await any_office.act(
        "markCasesRead", given, "review {missing}", by=any_office.manager
    )
    assert payload["review"]["missing"] == []
    await act(any_office, "completeReview", review_id, noActions=True)
    assert (await seen(any_office, review_id))["missing"] == []


async def test_completing_is_for_managers(office: Office) -> None:
    """P2."""
    review_id = await opened(office)
    await read(office, review_id)
    await written(office, review_id)
    refused = await act_by(office.engineer, office, "completeReview", review_id, noActions=True)
    assert "of a QUARTERLY review is for a manager" in only(refused)["message"]
    done = await act(office, "completeReview", review_id, noActions=True)
    assert done["review"]["state"] == "COMPLETED"


async def test_after_its_completion_no_case_is_marked_any_more(office: Office) -> None:
    review_id = await opened(office)
    await read(office, review_id)
    await written(office, review_id)
    await act(office, "completeReview", review_id, noActions=True)
    ids = await cases(office, review_id)
    error = only(await act(office, "markCasesRead", review_id, escalationIds=ids, finding="x"))
    assert "cannot mark cases of a review that is COMPLETED" in error["message"]
