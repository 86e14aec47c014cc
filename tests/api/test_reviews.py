"""Reviews through the whole schema: opened, written too little, followed, completed (D3, Q4)."""

from datetime import timedelta

import pytest

from escgraph.domain.terms import Priority, TicketId
from escgraph.jobs.reviews import mark_overdue
from tests.api.counter import done, heard, only, until_caught_up
from tests.api.office import Json, Office
from tests.queries.house import NINE, hours, nobody

REVIEW = "query($id: ID!) {review(id: $id) {%s}}"
SECTIONS = ("WENT_WELL", "WENT_BADLY", "ROOT_CAUSE")


async def reached(office: Office) -> TicketId:
    """A HIGH ticket that nobody answered until management had it; it is half past one."""
    ticket_id = await office.open("Mail is down", Priority.HIGH)
    for after in (1, 2, 4):
        await office.sweep(NINE + hours(after))
    office.clock.moment = NINE + hours(4.5)
    await done(office, "acknowledgeTicket", ticket_id)
    return ticket_id


async def reviewed(office: Office) -> str:
    """The review of such a ticket, which was resolved at two."""
    ticket_id = await reached(office)
    office.clock.moment = NINE + hours(5)
    await done(office, "resolveTicket", ticket_id, summary="New disk", code="FIXED")
    document = "query($id: ID!) {ticket(id: $id) {reviews {id}}}"
    (review,) = (await office.data(document, {"id": str(ticket_id)}))["ticket"]["reviews"]
    return str(review["id"])


async def written(office: Office) -> str:
    """The same, with every section written."""
    review_id = await reviewed(office)
    for section in SECTIONS:
        await act(office, "writeReviewSection", reviewId=review_id, section=section, text="x")
    return review_id


async def act(office: Office, name: str, selection: str = "__typename", **given: Json) -> Json:
    payload = await office.act(name, given, selection)
    assert (name, payload["errors"]) == (name, [])
    return payload


async def to_do(office: Office, review_id: str, **more: Json) -> str:
    given = {
        "description": "Watch the disks",
        "ownerId": str(office.engineer.person),
        "dueOn": "2026-03-06",
        **more,
    }
    payload = await act(office, "addReviewAction", "action {id}", reviewId=review_id, **given)
    return str(payload["action"]["id"])


async def shown(office: Office, review_id: str, selection: str) -> Json:
    return (await office.data(REVIEW % selection, {"id": review_id}))["review"]


async def test_a_review_opens_with_the_facts_filled_in(any_office: Office) -> None:
    """D3: timeline, who, lateness, packages and their missing parts."""
    office = any_office
    review_id = await reviewed(office)

    review = await shown(
        office,
        review_id,
        """kind state version cycle dueAt overdue openedAt quarter ticket {title status}
        sections {section text} actions {id} missing
        facts {ticketVersion acknowledgedAt resolvedAt owner {name} people {name} missing
          breaches {kind dueAt lateBy answeredAfter cycle}
          climbs {toTier trigger lateBy missing escalation {toTier package {missing}}}
          timeAtTiers {tier time} holds {reason} priorityChanges {reason}
          timeline {__typename at}}""",
    )

    facts = review.pop("facts")
    assert review == {
        "kind": "POST_ISSUE",
        "state": "OPEN",
        "version": 1,
        "cycle": 1,
        "dueAt": "2026-03-10T00:00:00Z",
        "overdue": False,
        "openedAt": "2026-03-02T14:00:00Z",
        "quarter": None,
        "ticket": {"title": "Mail is down", "status": "RESOLVED"},
        "sections": [{"section": section, "text": ""} for section in SECTIONS],
        "actions": [],
        "missing": ["what went well", "what did not go well", "the root cause"],
    }
    assert facts["breaches"] == [
        {
            "kind": kind,
            "dueAt": f"2026-03-02T{due}:00:00Z",
            "lateBy": "PT0S",
            "answeredAfter": after,
            "cycle": 1,
        }
        for kind, due, after in (
            ("RESPONSE", "10", "PT3H30M"),
            ("LEVEL_2", "11", "PT3H"),
            ("MANAGEMENT", "13", "PT1H"),
        )
    ]
    for climb in facts["climbs"]:
        assert climb["missing"] == climb["escalation"]["package"]["missing"] == facts["missing"]
        assert "troubleshooting actions" in climb["missing"]
    assert [climb["toTier"] for climb in facts["climbs"]] == ["LEVEL_2", "MANAGEMENT"]
    assert facts["owner"] == {"name": "Ada"}
    assert facts["acknowledgedAt"] == "2026-03-02T13:30:00Z"
    assert facts["resolvedAt"] == "2026-03-02T14:00:00Z"
    assert facts["timeAtTiers"][0] == {"tier": "LEVEL_1", "time": "PT2H"}
    assert [entry["__typename"] for entry in facts["timeline"]] == [
        "TicketOpened",
        "ResponseBreached",
        "TicketEscalated",
        "TicketEscalated",
        "TicketAcknowledged",
        "TicketResolved",
    ]
    assert facts["ticketVersion"] == 6


async def test_the_facts_of_a_completed_review_stay_as_they_were(any_office: Office) -> None:
    """D3: whatever happens to the ticket afterwards."""
    office = any_office
    review_id = await written(office)
    selection = "facts {ticketVersion resolvedAt breaches {kind answeredAt} climbs {missing} "
    selection += "timeAtTiers {tier time} people {name} timeline {__typename}} ticket {id}"
    before = await shown(office, review_id, selection)
    await act(office, "completeReview", reviewId=review_id, noActions=True)

    office.clock.moment += hours(1)
    await done(office, "reopenTicket", TicketId(before["ticket"]["id"]), reason="It is back")

    after = await shown(office, review_id, selection)
    assert after == before
    assert after["facts"]["resolvedAt"] == "2026-03-02T14:00:00Z"


async def test_completing_too_early_names_everything_that_is_missing(any_office: Office) -> None:
    """D3."""
    office = any_office
    review_id = await reviewed(office)
    await act(
        office, "writeReviewSection", reviewId=review_id, section="WENT_WELL", text="All came"
    )
    await act(office, "addReviewAction", reviewId=review_id, description="Watch the disks")

    refused = only(await office.act("completeReview", {"reviewId": review_id}, "review {id}"))

    assert refused["__typename"] == "DocumentsMissingError"
    assert refused["missing"] == [
        "what did not go well",
        "the root cause",
        "an owner of action 1",
        "a due date of action 1",
    ]


async def test_every_act_on_a_review_leaves_it_as_it_is_said(any_office: Office) -> None:
    """D3, Q4."""
    office = any_office
    review_id = await written(office)
    action_id = await to_do(office, review_id, ownerId=None, dueOn=None)
    anna = str(office.agent.person)
    selection = "action {state owner {name} dueOn description outcome doneBy {name} review {id}}"
    revised = await act(
        office,
        "reviseReviewAction",
        selection,
        actionId=action_id,
        ownerId=anna,
        dueOn="2026-03-09",
    )
    completed = await act(
        office,
        "completeReview",
        "review {state completedBy {name} completedAt missing version}",
        reviewId=review_id,
    )
    finished = await act(
        office, "completeReviewAction", selection, actionId=action_id, outcome="They are fine"
    )

    assert revised["action"] == {
        "state": "OPEN",
        "owner": {"name": "Ada"},
        "dueOn": "2026-03-09",
        "description": "Watch the disks",
        "outcome": "",
        "doneBy": None,
        "review": {"id": review_id},
    }
    assert completed["review"] == {
        "state": "COMPLETED",
        "completedBy": {"name": "Ada"},
        "completedAt": "2026-03-02T14:00:00Z",
        "missing": [],
        "version": 7,
    }
    assert finished["action"] == {
        **revised["action"],
        "state": "DONE",
        "outcome": "They are fine",
        "doneBy": {"name": "Ada"},
    }
    assert finished["cursor"]


@pytest.mark.parametrize(
    ("name", "given", "kind", "field", "words"),
    [
        ("writeReviewSection", {"section": "ROOT_CAUSE", "text": " "}, "InvalidInputError",
         ["text"], "write it"),
        ("writeReviewSection", {"section": "ROOT_CAUSE", "text": "x\x1b"}, "InvalidInputError",
         ["text"], "U+001B"),
        ("writeReviewSection", {"section": "ROOT_CAUSE", "text": "x", "expectedVersion": 7},
         "StaleVersionError", ["expectedVersion"], "the review is at version 1, not 7"),
        ("addReviewAction", {"description": "x", "dueOn": "2026-03-01"}, "InvalidInputError",
         ["dueOn"], "give a day from 2026-03-02 on"),
        ("addReviewAction", {"description": "x", "ownerId": "x"}, "InvalidInputError",
         ["ownerId"], "is no id"),
        ("addReviewAction", {"description": "x", "ownerId": str(nobody())}, "NotFoundError",
         ["ownerId"], "see people"),
        ("completeReview", {"reviewId": str(nobody())}, "NotFoundError", ["reviewId"],
         "see reviews"),
        ("completeReview", {"reviewId": "x"}, "InvalidInputError", ["reviewId"], "is no id"),
        ("completeReview", {"by": "engineer"}, "ForbiddenError", [],
         "the ticket's owner or a manager"),
    ],
)  # fmt: skip
async def test_what_a_review_refuses_is_data(
    office: Office, name: str, given: dict[str, Json], kind: str, field: list[str], words: str
) -> None:
    review_id = await reviewed(office)
    given = dict(given)
    by = office.engineer if given.pop("by", None) else office.agent

    refused = only(
        await office.act(name, {"reviewId": review_id, **given}, "__typename", by=by)
        | {"__typename": None}
    )

    assert (refused["__typename"], refused["field"]) == (kind, field)
    assert words in refused["message"]
    assert (await shown(office, review_id, "version"))["version"] == 1


async def test_actions_are_followed_across_reviews_by_state_owner_and_day(
    any_office: Office,
) -> None:
    """Q4: those due first at the beginning, those without a day last."""
    office = any_office
    first, second = await reviewed(office), await reviewed(office)
    ada, edsger = str(office.agent.person), str(office.engineer.person)
    await to_do(office, first, description="some day", dueOn=None)
    await to_do(office, first, description="late", dueOn="2026-03-04")
    await to_do(office, second, description="soon", dueOn="2026-03-20", ownerId=ada)
    over = await to_do(office, second, description="over", dueOn="2026-03-05")
    await act(office, "completeReviewAction", actionId=over, outcome="Fine")
    await mark_overdue(now=NINE + timedelta(days=7))
    document = """query($filter: ReviewActionFilter, $first: Int! = 50, $after: String) {
      reviewActions(filter: $filter, first: $first, after: $after) {
        nodes {description} pageInfo {hasNextPage endCursor}}}"""

    async def asked(**given: Json) -> list[str]:
        page = (await office.data(document, {"filter": given}))["reviewActions"]
        return [node["description"] for node in page["nodes"]]

    assert await asked() == ["late", "over", "soon", "some day"]
    assert await asked(states=["OPEN"]) == ["soon", "some day"]
    assert await asked(states=["OVERDUE"]) == ["late"]
    assert await asked(states=["DONE"]) == ["over"]
    assert await asked(states=[]) == []
    assert await asked(owner=ada) == ["soon"]
    assert await asked(owner=edsger, states=["OPEN", "OVERDUE"]) == ["late", "some day"]
    assert await asked(review=second) == ["over", "soon"]
    assert await asked(dueBefore="2026-03-05") == ["late"]
    pages, after = [], None
    while True:
        page = (await office.data(document, {"first": 1, "after": after}))["reviewActions"]
        pages += [node["description"] for node in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert pages == ["late", "over", "soon", "some day"]


@pytest.mark.parametrize(
    "after", ["x", "WyJyZXZpZXdzLSIsIngiLCJ4Il0", "WyJhY3Rpb25zKyIsIlx1MDAwMCIsIngiXQ"]
)
async def test_a_cursor_of_no_such_list_is_refused(office: Office, after: str) -> None:
    """One that is none, one of another list, one with a character that no database takes."""
    refused = await office.refusal(
        "query($after: String) {reviewActions(after: $after) {nodes {id}}}", {"after": after}
    )

    assert "made by another list" in refused["message"]


async def test_reviews_are_listed_by_kind_state_lateness_and_ticket(any_office: Office) -> None:
    """D3."""
    office = any_office
    first = await written(office)
    second = await reviewed(office)
    await act(office, "completeReview", reviewId=first, noActions=True)
    await mark_overdue(now=NINE + timedelta(days=8))
    ticket = (await shown(office, first, "ticket {id}"))["ticket"]["id"]
    document = "query($filter: ReviewFilter) {reviews(filter: $filter) {nodes {id}}}"

    async def asked(**given: Json) -> list[str]:
        page = (await office.data(document, {"filter": given}))["reviews"]
        return [node["id"] for node in page["nodes"]]

    assert await asked() == [second, first]
    assert await asked(kinds=["POST_ISSUE"]) == [second, first]
    assert await asked(kinds=["QUARTERLY"]) == []
    assert await asked(state="COMPLETED") == [first]
    assert await asked(overdue=True) == [second]
    assert await asked(overdue=False) == [first]
    assert await asked(ticket=ticket) == [first]
    assert await asked(quarter="2026-Q1") == []


async def test_whoever_listens_among_colleagues_hears_of_a_review_and_nobody_else(
    office: Office,
) -> None:
    """P2: the events belong to no ticket."""
    begin = (await office.data("{board {cursor}}"))["board"]["cursor"]
    document = """subscription($after: Cursor) {events(after: $after) {
      __typename ... on EventItem {event {__typename
      ... on ReviewOpened {reviewKind dueAt reviewId ticketId review {version}}
      ... on ReviewOverdue {told {name} reviewVersion} ticket {id}}}}}"""
    review_id = await reviewed(office)
    await mark_overdue(now=NINE + timedelta(days=8))

    since = {"after": begin}
    async with office.listening(document, since, by=office.engineer) as answers:
        items = [item["event"] for item in await until_caught_up(answers)]
    async with office.listening(document, since, by=office.stakeholder) as answers:
        assert (await heard(answers))["__typename"] == "CaughtUp"

    opened, overdue = [item for item in items if item["__typename"].startswith("Review")]
    assert opened["reviewId"] == review_id
    assert opened["review"] == {"version": 2}
    assert opened["dueAt"] == "2026-03-10T00:00:00Z"
    assert opened["ticket"] is None
    assert opened["ticketId"] == (await shown(office, review_id, "ticket {id}"))["ticket"]["id"]
    assert overdue["told"] == [{"name": "Ada"}, {"name": "Margaret"}]


async def test_a_review_and_its_actions_are_found_by_their_ids_by_colleagues_alone(
    office: Office,
) -> None:
    """P2."""
    review_id = await reviewed(office)
    action_id = await to_do(office, review_id)
    document = "query($id: ID!) {node(id: $id) {__typename id}}"

    for kind, node_id in (("Review", review_id), ("ReviewAction", action_id)):
        found = (await office.data(document, {"id": node_id}))["node"]
        assert found == {"__typename": kind, "id": node_id}
        for by in (office.stakeholder, office.wallboard):
            refused = await office.refusal(document, {"id": node_id}, by=by)
            assert refused["extensions"]["code"] == "NOT_FOUND"


@pytest.mark.parametrize(
    "document",
    [
        "{reviews {nodes {id}}}",
        "{reviewActions {nodes {id}}}",
        'query {review(id: "00000000-0000-0000-0000-000000000007") {id}}',
    ],
)
async def test_reviews_are_for_those_who_work_on_tickets(office: Office, document: str) -> None:
    """P2: whether there is such a review or not."""
    for by in (office.stakeholder, office.wallboard):
        refused = await office.refusal(document, by=by)
        assert refused["extensions"]["code"] == "FORBIDDEN"
