"""What colleagues write to each other, looked for in every answer to those who may not read it."""

import json
import re
from contextlib import aclosing
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from graphql import get_named_type
from strawberry.types.execution import ExecutionResult

from escgraph.commands.quarterly import open_quarterly_review
from escgraph.domain.notice import ChannelKind, Hearer, MessageState
from escgraph.domain.permissions import PERSONAL, WEBHOOKS, Act, scope
from escgraph.domain.quarter import Quarter
from escgraph.domain.terms import Scope, TicketId
from escgraph.domain.ticket import Actor
from escgraph.store import stream
from tests.api.counter import REPORT
from tests.api.everything import (
    APART,
    BOUNDLESS,
    FIRST,
    FROM_NODES,
    GRAPHQL,
    ONCE,
    document,
    selected,
)
from tests.api.office import Json, Office
from tests.queries import told
from tests.queries.house import hours, minutes

MARK = re.compile(r"(?:HUSH|INDOORS)-[a-z-]+")
"""HUSH is for colleagues alone, INDOORS for stakeholders too; a wallboard shows neither."""
WRITTEN = set(MARK.findall(Path(__file__).read_text()))
"""Every mark of the lives below."""


async def _acts(office: Office, *, upon: Json, acts: list[tuple[str, Actor, Json]]) -> str:
    """A ticket that the stakeholder hears of, opened so, with those acts upon it."""
    opening = {**REPORT, "stakeholderIds": [str(office.stakeholder.person)], **upon}
    opened = await office.act("openTicket", opening)
    assert opened["errors"] == []
    ticket_id = str(opened["ticket"]["id"])
    for name, by, given in acts:
        office.clock.moment += minutes(1)
        payload = await office.act(name, {"ticketId": ticket_id, **given}, by=by)
        assert (name, payload["errors"]) == (name, [])
    return ticket_id


async def _on_the_board(office: Office) -> str:
    """A ticket that is live still and missed its response."""
    ticket_id = await _acts(
        office,
        upon={
            "description": "INDOORS-live-description",
            "reporter": "INDOORS-live-reporter",
            "priority": "MEDIUM",
        },
        acts=[
            ("holdTicket", office.agent, {"reason": "AWAITING_VENDOR", "note": "HUSH-live-hold"}),
            ("resumeTicket", office.agent, {}),
        ],
    )
    office.clock.moment += hours(5)
    await office.sweep(office.clock.moment)
    given = {"expectedTier": "LEVEL_1", "reason": "NO_ACCESS", "comment": "HUSH-live-escalation"}
    done = await office.act("escalateTicket", {"ticketId": ticket_id, **given})
    assert done["errors"] == []
    return ticket_id


async def _whole_life(office: Office) -> tuple[str, set[str]]:
    """A ticket that went through every act but being cancelled, and the names of them."""
    agent, engineer, manager = office.agent, office.engineer, office.manager
    eva, stan = str(engineer.person), str(office.stranger.person)
    acts: list[tuple[str, Actor, Json]] = [
        ("acknowledgeTicket", agent, {}),
        ("addNote", agent, {"text": "HUSH-note", "visibility": "INTERNAL"}),
        ("addNote", agent, {"text": "INDOORS-note", "visibility": "REPORTER"}),
        ("logAction", agent, {"text": "HUSH-action"}),
        (
            "attachLink",
            agent,
            {
                "url": "https://example.org/HUSH-url",
                "title": "HUSH-link",
                "mediaType": "text/plain",
            },
        ),
        ("assignTicket", agent, {"assigneeIds": [eva]}),
        ("flagUrgent", agent, {"reason": "HUSH-flag"}),
        ("markCritical", agent, {"reason": "HUSH-critical"}),
        ("markCritical", agent, {"reason": "HUSH-uncritical", "critical": False}),
        ("changePriority", agent, {"priority": "LOW", "reason": "HUSH-priority"}),
        ("addStakeholder", agent, {"personId": stan}),
        (
            "holdTicket",
            agent,
            {"reason": "AWAITING_VENDOR", "note": "HUSH-hold", "reply": "INDOORS-hold-reply"},
        ),
        ("resumeTicket", agent, {}),
        (
            "escalateTicket",
            agent,
            {"expectedTier": "LEVEL_1", "reason": "UNRESOLVED", "comment": "HUSH-escalation"},
        ),
        ("acceptTicket", engineer, {}),
        ("deescalateTicket", engineer, {"expectedTier": "LEVEL_2", "reason": "HUSH-deescalation"}),
        (
            "allocatePeople",
            manager,
            {"personIds": [str(manager.person)], "reason": "HUSH-allocation"},
        ),
        ("transferOwnership", manager, {"ownerId": eva, "reason": "HUSH-transfer"}),
        ("postStakeholderUpdate", engineer, {"text": "HUSH-update", "audience": "INTERNAL"}),
        ("postStakeholderUpdate", engineer, {"text": "INDOORS-update", "audience": "EXTERNAL"}),
        ("resolveTicket", engineer, {"summary": "INDOORS-first-summary", "code": "FIXED"}),
        ("reopenTicket", agent, {"reason": "HUSH-reopening"}),
        (
            "resolveTicket",
            engineer,
            {
                "summary": "INDOORS-summary",
                "code": "FIXED",
                "rootCause": "HUSH-root-cause",
                "reply": "INDOORS-resolve-reply",
            },
        ),
        (
            "closeTicket",
            manager,
            {
                "closingNotice": "INDOORS-closing-notice",
                "overrideReason": "HUSH-override",
                "followUps": [
                    {"description": "HUSH-follow-up", "ownerId": eva, "dueOn": "2026-03-09"}
                ],
            },
        ),
        ("removeStakeholder", engineer, {"personId": stan}),
    ]
    upon = {"description": "INDOORS-description", "reporter": "INDOORS-reporter"}
    return await _acts(office, upon=upon, acts=acts), {name for name, *_ in acts}


async def _cancelled(office: Office) -> str:
    acts = [("cancelTicket", office.agent, {"reason": "HUSH-cancelling"})]
    return await _acts(office, upon={}, acts=acts)


async def _merged(office: Office) -> list[str]:
    """A duplicate and the ticket that goes on, of which the stakeholder hears too."""
    parent = await _acts(office, upon={}, acts=[])
    given = {"intoTicketId": parent, "reason": "HUSH-merging"}
    child = await _acts(office, upon={}, acts=[("mergeTickets", office.agent, given)])
    return [child, parent]


async def _reviewed(office: Office) -> tuple[str, list[str], set[str]]:
    """A ticket with the review that it was given, the ids of what is in it, the acts on it."""
    resolved = {"summary": "INDOORS-critical-summary", "code": "FIXED"}
    acts = [("resolveTicket", office.agent, resolved)]
    ticket_id = await _acts(office, upon={"critical": True}, acts=acts)
    review_id = await _review(office, ticket_id)
    action = {"description": "HUSH-to-do", "ownerId": str(office.engineer.person)}
    added = await office.act(
        "addReviewAction", {"reviewId": review_id, **action, "dueOn": "2026-04-01"}, "action {id}"
    )
    action_id = str(added["action"]["id"])
    steps: list[tuple[str, Json]] = [
        ("writeReviewSection", {"section": "WENT_WELL", "text": "HUSH-went-well"}),
        ("writeReviewSection", {"section": "WENT_BADLY", "text": "HUSH-went-badly"}),
        ("writeReviewSection", {"section": "ROOT_CAUSE", "text": "HUSH-reviewed-cause"}),
        ("reviseReviewAction", {"description": "HUSH-to-do-rather"}),
        ("completeReviewAction", {"outcome": "HUSH-outcome"}),
        ("completeReview", {}),
    ]
    for name, given in steps:
        upon = {"actionId": action_id} if name.endswith("ReviewAction") else {"reviewId": review_id}
        payload = await office.act(name, {**upon, **given}, "__typename", by=office.manager)
        assert (name, payload["errors"]) == (name, [])
    return ticket_id, [review_id, action_id], {"addReviewAction", *(name for name, _ in steps)}


async def _quartered(office: Office) -> list[str]:
    """The review of the quarter, with every case read and what it carried over."""
    written = await open_quarterly_review(Quarter(2026, 1), at=office.clock.moment)
    assert written is not None
    review_id = str(written.id)
    document = "query($id: ID!) {review(id: $id) {cases {nodes {escalation {id}}}}}"
    review = (await office.data(document, {"id": review_id}))["review"]
    ids = [case["escalation"]["id"] for case in review["cases"]["nodes"]]
    steps: list[tuple[str, Json]] = [
        ("markCasesRead", {"escalationIds": ids, "finding": "HUSH-found-in-a-case"}),
        ("writeReviewSection", {"section": "FINDINGS", "text": "HUSH-found"}),
        ("writeReviewSection", {"section": "IMPROVEMENTS", "text": "HUSH-to-improve"}),
        ("writeReviewSection", {"section": "SOP_CHANGE", "text": "HUSH-change"}),
        ("addReviewAction", {"description": "HUSH-quarterly-to-do"}),
    ]
    for name, given in steps:
        upon = {"reviewId": review_id, **given}
        payload = await office.act(name, upon, "__typename", by=office.manager)
        assert (name, payload["errors"]) == (name, [])
    return [review_id]


async def _review(office: Office, ticket_id: str) -> str:
    document = "query($id: ID!) {ticket(id: $id) {reviews {id}}}"
    ticket = (await office.data(document, {"id": ticket_id}))["ticket"]
    (review,) = ticket["reviews"]
    return str(review["id"])


async def _told(office: Office, ticket_id: str) -> None:
    """All of it to the stakeholder; and to the agent, by a channel of theirs that failed."""
    ada, ticket = office.agent.person, TicketId(UUID(ticket_id))
    happened = await stream.read(0, limit=200)
    positions = [event.position for event in happened if event.ticket_id == ticket]
    for position in positions:
        await told.notice(
            office.stakeholder.person, ticket, hearer=Hearer.STAKEHOLDER, positions=[position]
        )
    notice = await told.notice(ada, ticket, positions=positions)
    channel = await told.channel(ada, name="HUSH-channel")
    answers = [("FAILED", "HUSH-answer"), ("FAILED", "HUSH-fault")]
    await told.delivery(
        notice,
        ada,
        kind=ChannelKind.SLACK,
        channel=channel,
        state=MessageState.DEAD,
        answers=answers,
    )


async def _lives(office: Office) -> tuple[list[str], list[str]]:
    """The ids of tickets that lived through every act, and of all their events and moves."""
    closed, acts = await _whole_life(office)
    reviewed, in_reviews, on_reviews = await _reviewed(office)
    acts |= {"openTicket", "cancelTicket", "mergeTickets", "markCasesRead"} | on_reviews
    acts |= WEBHOOKS  # nobody but scripts and those who oversee sees anything of them
    acts |= {Act.REDELIVER}  # it has no text of its own
    assert acts | PERSONAL == {str(act) for act in Act if scope(act) is Scope.ACT}
    tickets = [closed, await _cancelled(office), await _on_the_board(office)]
    tickets += [*await _merged(office), reviewed]
    in_reviews = [*await _quartered(office), *in_reviews]
    await _told(office, closed)
    known = await office.data(
        "{events(first: 200) {nodes {id}} escalations(first: 200) {nodes {id}}}"
    )
    return tickets, [
        *in_reviews,
        *(node["id"] for name in known for node in known[name]["nodes"]),
    ]


def _everything_of(root: str, name: str) -> str:
    kind = GRAPHQL.get_type(root)
    assert kind is not None
    field = kind.fields[name]  # type: ignore[attr-defined]  # a root has fields
    apart = APART | (FROM_NODES if name == "node" else frozenset())
    if name not in FIRST:
        apart |= ONCE
    return selected(get_named_type(field.type), apart=apart)


def _asked(tickets: list[str], others: list[str]) -> dict[str, tuple[str, list[str]]]:
    """Every field of the root with its arguments, and the ids to ask with."""
    return {
        "ticket": ("(id: $id)", tickets),
        "tickets": ("", [""]),
        "board": ("", [""]),
        "resolutionLog": ("", [""]),
        "trends": ("(groupBy: [CATEGORY, COMPONENT])", [""]),
        "deadlineExplanation": ("(ticket: $id)", tickets),
        "violations": ("", [""]),
        "forecast": ('(within: "P30D")', [""]),
        "loadByTier": ('(within: "P30D")', [""]),
        "similarTickets": (
            '(title: "Mail is down", description: "Nobody gets mail", category: "system-outage")',
            [""],
        ),
        "escalations": ("", [""]),
        "events": ("(first: 200)", [""]),
        "me": ("", [""]),
        "node": ("(id: $id)", [*tickets, *others]),
        "people": ("", [""]),
        "policy": ("", [""]),
        "policies": ("", [""]),
        "policyDrafts": ("", [""]),
        "policyDiff": ("", [""]),
        "previewPolicyMove": ("(toVersion: 1)", [""]),
        "categories": ("", [""]),
        "sopDocument": ("", [""]),
        "review": ("(id: $id)", others[:2]),
        "reviewReport": ("(id: $id)", others[:2]),
        "reviews": ("", [""]),
        "reviewActions": ("", [""]),
        "overdueUpdates": ("", [""]),
        "notices": ("", [""]),
        "deliveries": ("", [""]),
        "webhook": ("(id: $id)", others[:1]),
        "webhooks": ("", [""]),
        "simulatePolicy": ('(since: "2026-01-01T00:00:00Z", version: 1)', [""]),
    }


async def _answers(office: Office, asked: dict[str, tuple[str, list[str]]], *, by: Actor) -> str:
    """Every answer to that viewer in one text; what is refused says so."""
    told = []
    for name, (arguments, ids) in asked.items():
        variables = "($id: ID!)" if "$id" in arguments else ""
        asking = document(f"query{variables} {{{name}{arguments} {_everything_of('Query', name)}}}")
        for one in ids:
            result = await BOUNDLESS.execute(
                asking, variable_values={"id": one}, context_value=office.context(by)
            )
            assert isinstance(result, ExecutionResult)
            codes = {(error.extensions or {}).get("code") for error in result.errors or ()}
            assert codes <= {"FORBIDDEN", "NOT_FOUND"}, result.errors
            told.append(_text(result))
    return "\n".join(told)


async def _heard(office: Office, begin: str, ticket: str, *, by: Actor) -> str:
    """The same for every subscription, each until it has told all that happened."""
    calls = {
        "events": f'(after: "{begin}")',
        "ticketChanged": f'(id: "{ticket}", after: "{begin}")',
        "escalations": f'(after: "{begin}")',
        "board": "",
    }
    assert GRAPHQL.subscription_type is not None
    assert calls.keys() == GRAPHQL.subscription_type.fields.keys()
    told = []
    for name, arguments in calls.items():
        results = await BOUNDLESS.stream(
            document(f"subscription {{{name}{arguments} {_everything_of('Subscription', name)}}}"),
            context_value=office.context(by),
        )
        async with aclosing(results):
            async for result in results:
                assert isinstance(result, ExecutionResult)
                assert result.errors is None, result.errors
                told.append(_text(result))
                if '"CaughtUp"' in told[-1] or '"BoardSnapshot"' in told[-1]:
                    break
    return "\n".join(told)


def _text(result: ExecutionResult) -> str:
    shown: dict[str, Any] = {"data": result.data, "errors": [str(e) for e in result.errors or ()]}
    return json.dumps(shown, default=str)


def _marks(text: str) -> set[str]:
    return set(MARK.findall(text))


@pytest.mark.parametrize("way", ["asked", "heard"])
async def test_no_text_between_colleagues_reaches_a_stakeholder_or_a_wallboard(
    office: Office, way: str
) -> None:
    begin = (await office.data("{board {cursor}}"))["board"]["cursor"]
    tickets, others = await _lives(office)
    asked = _asked(tickets, others)
    assert GRAPHQL.query_type is not None
    assert asked.keys() == GRAPHQL.query_type.fields.keys()

    async def shown(by: Actor) -> set[str]:
        if way == "asked":
            return _marks(await _answers(office, asked, by=by))
        return _marks(await _heard(office, begin, tickets[0], by=by))

    written = await shown(office.engineer)

    assert written == WRITTEN
    indoors = {mark for mark in written if mark.startswith("INDOORS")}
    assert await shown(office.stakeholder) == indoors
    assert await shown(office.wallboard) == set()


async def test_a_wallboard_and_a_colleague_do_not_share_a_board(office: Office) -> None:
    """The texts on it differ."""
    await _on_the_board(office)
    document = "subscription {board {... on BoardSnapshot {board {breached {description}}}}}"

    async with (
        office.listening(document, by=office.agent) as colleague,
        office.listening(document, by=office.wallboard) as wallboard,
        office.listening(document, by=office.stakeholder) as stakeholder,
    ):
        boards = [await anext(one) for one in (colleague, wallboard, stakeholder)]

    shown = [board["board"]["breached"][0]["description"] for board in boards]
    assert shown == ["INDOORS-live-description", "", "INDOORS-live-description"]


async def test_what_is_forbidden_leaves_the_rest_of_the_answer(office: Office) -> None:
    await _on_the_board(office)

    result = await office.ask(
        "{people {name} escalations {nodes {toTier package {missing}}} me {person {name}}}",
        by=office.stakeholder,
    )

    assert result.data == {
        "people": None,
        "escalations": {"nodes": [{"toTier": "LEVEL_2", "package": None}]},
        "me": {"person": {"name": "Stella"}},
    }
    codes = [error.formatted["extensions"]["code"] for error in result.errors or ()]
    assert codes == ["FORBIDDEN", "FORBIDDEN"]
