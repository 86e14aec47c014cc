"""What mutations refuse: as data, with advice, and nothing is written."""

from typing import Any

import pytest

from escgraph.domain.permissions import Act, scope
from escgraph.domain.terms import Scope
from escgraph.store import stream
from tests.api.counter import REPORT, only, opened
from tests.api.office import SCHEMA, Office
from tests.queries.house import nobody

REFUSED: tuple[tuple[str, dict[str, Any], str, list[str], str], ...] = (
    ("acknowledgeTicket", {"ticketId": "x"}, "InvalidInputError", ["ticketId"], "is no id"),
    ("acknowledgeTicket", {"ticketId": str(nobody())}, "NotFoundError", ["ticketId"],
        "check the id"),
    ("logAction", {"text": " "}, "InvalidInputError", ["text"], "write it"),
    ("attachLink", {"url": "file:///etc", "title": "x", "mediaType": "x"}, "InvalidInputError",
        ["url"], "http"),
    ("assignTicket", {"assigneeIds": ["x"]}, "InvalidInputError", ["assigneeIds"], "is no id"),
    ("assignTicket", {"assigneeIds": [str(nobody())]}, "NotFoundError", ["assigneeIds"],
        "see people"),
    ("allocatePeople", {"personIds": [], "reason": "x"}, "ForbiddenError", [], "MANAGER"),
    ("resumeTicket", {}, "WrongStatusError", [], "nothing holds it"),
    ("closeTicket", {"noFollowUps": True}, "WrongStatusError", [], "resolve it first"),
    ("escalateTicket", {"expectedTier": "LEVEL_1", "reason": "UNRESOLVED"},
        "DocumentsMissingError", ["reason"], "action"),
    ("escalateTicket", {"expectedTier": "LEVEL_2", "reason": "CRITICAL"}, "StaleVersionError",
        ["expectedTier"], "read it again"),
    ("acknowledgeTicket", {"expectedVersion": 7}, "StaleVersionError", ["expectedVersion"],
        "at version 1, not 7"),
    ("acknowledgeTicket", {"idempotencyKey": ""}, "InvalidInputError", ["idempotencyKey"],
        "1 to 200"),
    ("acknowledgeTicket", {"idempotencyKey": "k" * 201}, "InvalidInputError", ["idempotencyKey"],
        "201 characters"),
    ("deescalateTicket", {"expectedTier": "LEVEL_2", "reason": "x"}, "ForbiddenError", [],
        "manager"),
    ("attachLink", {"url": "https://ada:pw@example.org", "title": "x", "mediaType": "text/plain"},
        "InvalidInputError", ["url"], "password"),
    ("logAction", {"text": "x\x1bx"}, "InvalidInputError", ["text"], "U+001B"),
    ("holdTicket", {"reason": "CHANGE_WINDOW", "reply": "x" * 20_001}, "InvalidInputError",
        ["reply"], "20001 characters"),
    ("markCritical", {"reason": ""}, "InvalidInputError", ["reason"], "write it"),
)  # fmt: skip


@pytest.mark.parametrize(("name", "given", "kind", "field", "words"), REFUSED)
async def test_a_refusal_is_data_and_nothing_is_written(
    office: Office, name: str, given: dict[str, Any], kind: str, field: list[str], words: str
) -> None:
    ticket_id = await opened(office)
    before = await stream.head()
    error = only(await office.act(name, {"ticketId": ticket_id, **given}))
    assert error["__typename"] == kind
    assert error["field"] == field
    assert words in error["message"]
    assert await stream.head() == before


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"title": "a\nb"}, "title"),
        ({"category": "weather"}, "category"),
        ({"category": "a\x1bb"}, "category"),
        ({"category": " system-outage"}, "category"),
        ({"reportedAt": "2026-03-02T09:00:01Z"}, "reportedAt"),
        ({"reportedAt": "2026-02-01T09:00:00Z"}, "reportedAt"),
        ({"priority": "LOW", "critical": True}, "critical"),
        ({"stakeholderIds": ["x"]}, "stakeholderIds"),
    ],
)
async def test_a_report_that_cannot_be_is_refused(
    office: Office, given: dict[str, Any], field: str
) -> None:
    error = only(await office.act("openTicket", {**REPORT, **given}))
    assert error["field"] == [field]
    assert (await stream.head()).position == 0


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"priority": "URGENT"}, "'URGENT' does not exist in 'Priority' enum"),
        ({"priority": None}, "at .priority: Expected value of non-null type 'Priority!'"),
        ({"nonsense": 1}, "unknown field 'nonsense'"),
        ({"reportedAt": "2026-03-02T09:00:00"}, "has no offset; add Z"),
        ({"reportedAt": "today"}, "no date and time"),
    ],
)
async def test_what_is_no_such_input_is_refused_before_anything_runs(
    office: Office, given: dict[str, Any], words: str
) -> None:
    error = await office.refusal(
        "mutation($input: OpenTicketInput!) {openTicket(input: $input) {cursor}}",
        {"input": {**REPORT, **given}},
    )
    assert words in error["message"]
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert (await stream.head()).position == 0


async def test_an_act_on_what_one_saw_is_refused_once_somebody_else_acted(office: Office) -> None:
    ticket_id = await opened(office)
    given = {"ticketId": ticket_id, "expectedVersion": 1}
    assert (await office.act("acknowledgeTicket", given))["ticket"]["version"] == 2
    error = only(await office.act("logAction", {**given, "text": "Looked"}))
    assert error["code"] == "STALE_VERSION"
    assert error["currentVersion"] == 2


ACTS: dict[str, dict[str, Any]] = {
    "openTicket": REPORT,
    "addNote": {"text": "x", "visibility": "INTERNAL"},
    "logAction": {"text": "x"},
    "attachLink": {"url": "x", "title": "x", "mediaType": "x"},
    "assignTicket": {"assigneeIds": []},
    "allocatePeople": {"personIds": [], "reason": "x"},
    "transferOwnership": {"ownerId": "x", "reason": "x"},
    "changePriority": {"priority": "LOW", "reason": "x"},
    "flagUrgent": {"reason": "x"},
    "markCritical": {"reason": "x"},
    "holdTicket": {"reason": "CHANGE_WINDOW"},
    "escalateTicket": {"expectedTier": "LEVEL_1", "reason": "CRITICAL"},
    "deescalateTicket": {"expectedTier": "LEVEL_2", "reason": "x"},
    "postStakeholderUpdate": {"text": "x", "audience": "INTERNAL"},
    "addStakeholder": {"personId": "x"},
    "removeStakeholder": {"personId": "x"},
    "resolveTicket": {"summary": "x", "code": "FIXED"},
    "reopenTicket": {"reason": "x"},
    "cancelTicket": {"reason": "x"},
    "mergeTickets": {"intoTicketId": "x", "reason": "x"},
    "writeReviewSection": {"reviewId": "x", "section": "ROOT_CAUSE", "text": "x"},
    "addReviewAction": {"reviewId": "x", "description": "x"},
    "reviseReviewAction": {"actionId": "x"},
    "completeReviewAction": {"actionId": "x", "outcome": "x"},
    "completeReview": {"reviewId": "x"},
    "draftPolicy": {"yaml": "x", "reason": "x"},
    "revisePolicyDraft": {"draftId": "x", "yaml": "x"},
    "validatePolicyDraft": {"draftId": "x"},
    "publishPolicy": {"draftId": "x"},
    "discardPolicyDraft": {"draftId": "x", "reason": "x"},
    "markCasesRead": {"reviewId": "x", "escalationIds": ["x"], "finding": "x"},
    "moveTicketsToPolicy": {"toVersion": 2, "reason": "x"},
    "redeliver": {"messageId": "x"},
    "addChannel": {"kind": "EMAIL", "name": "x"},
    "removeChannel": {"channelId": "x"},
    "disableChannel": {"channelId": "x"},
    "enableChannel": {"channelId": "x"},
    "orderChannels": {"channelIds": []},
    "rotateChannelSecret": {"channelId": "x"},
    "setNotificationPreferences": {},
    "createPerson": {"name": "x", "email": "x@example.org", "role": "SCRIPT"},
    "createToken": {"personId": "x", "name": "x", "scopes": []},
    "revokeToken": {"tokenId": "x"},
    "createWebhook": {"name": "x", "url": "https://example.org/hook"},
    "changeWebhook": {"webhookId": "x"},
    "rotateWebhookSecret": {"webhookId": "x"},
    "disableWebhook": {"webhookId": "x"},
    "enableWebhook": {"webhookId": "x"},
    "replayWebhook": {"webhookId": "x", "after": "MTptYWluOmVwb2NoOjA"},
    "testWebhook": {"webhookId": "x"},
    "removeWebhook": {"webhookId": "x"},
}


@pytest.mark.parametrize("act", [act for act in Act if act is not Act.READ])
async def test_a_token_without_the_scope_of_an_act_does_nothing(office: Office, act: Act) -> None:
    others = [one for one in Scope if one is not scope(act)]
    kind = SCHEMA._schema.type_map[f"{act[0].upper()}{act[1:]}Input"]
    given = dict(ACTS.get(act, {}))
    if "ticketId" in kind.fields:  # type: ignore[attr-defined]  # it is an input type
        given["ticketId"] = "x"
    by = office.administrator if scope(act) is Scope.ADMINISTER else office.manager
    error = only(
        await office.act(act, given, "__typename", by=by, scopes=others) | {"__typename": None}
    )
    assert error["__typename"] == "ForbiddenError"
    assert f"needs a token with the scope {scope(act)}" in error["message"]
    assert (await stream.head()).position == 0


async def test_a_role_that_may_not_act_is_refused(office: Office) -> None:
    ticket_id = await opened(office, stakeholderIds=[str(office.stakeholder.person)])
    for by in (office.stakeholder, office.wallboard, office.administrator):
        error = only(await office.act("logAction", {"ticketId": ticket_id, "text": "x"}, by=by))
        assert error["code"] == "FORBIDDEN"


async def test_a_stakeholder_learns_nothing_of_other_tickets_by_acting_on_them(
    office: Office,
) -> None:
    ticket_id = await opened(office)
    given = {"ticketId": ticket_id, "text": "x"}
    error = only(await office.act("logAction", given, by=office.stakeholder))
    assert error["code"] == "NOT_FOUND"
