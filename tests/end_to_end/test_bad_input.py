"""What breaks a rule is refused with a stable code that says what to do, and nothing is written."""

import pytest

from tests.end_to_end.desk import REPORT, Desk, Json


@pytest.mark.parametrize(
    ("wrong", "code", "field"),
    [
        ({"title": "  "}, "INVALID_INPUT", "title"),
        ({"title": "x" * 201}, "INVALID_INPUT", "title"),
        ({"reportedAt": "2999-01-01T00:00:00Z"}, "INVALID_INPUT", "reportedAt"),
        ({"reportedAt": "2001-01-01T00:00:00Z"}, "INVALID_INPUT", "reportedAt"),
        ({"priority": "LOW", "critical": True}, "INVALID_INPUT", "critical"),
        ({"category": "weather"}, "NOT_FOUND", "category"),
        ({"stakeholderIds": ["1; DROP TABLE ticket"]}, "INVALID_INPUT", "stakeholderIds"),
        ({"idempotencyKey": ""}, "INVALID_INPUT", "idempotencyKey"),
    ],
)
def test_a_report_that_cannot_be_is_refused(
    desk: Desk, wrong: dict[str, object], code: str, field: str
) -> None:
    error = desk.refused("openTicket", **{**REPORT, **wrong})

    assert (error["code"], error["field"][:1]) == (code, [field])


def test_a_ticket_that_does_not_exist_is_not_found(desk: Desk) -> None:
    for unknown in ("00000000-0000-7000-8000-000000000000", "ESC-1", ""):
        error = desk.refused("acknowledgeTicket", ticketId=unknown)

        assert error["code"] in {"NOT_FOUND", "INVALID_INPUT"}


def test_who_acts_on_a_stale_version_changes_nothing(desk: Desk, ticket: Json) -> None:
    desk.act("logAction", ticketId=ticket["id"], text="restarted it")

    error = desk.refused(
        "acknowledgeTicket", ticketId=ticket["id"], expectedVersion=ticket["version"]
    )

    assert error["code"] == "STALE_VERSION"
    assert error["field"] == ["expectedVersion"]


def test_a_double_click_escalates_once(desk: Desk, ticket: Json) -> None:
    click = {"ticketId": ticket["id"], "expectedTier": "LEVEL_1", "reason": "NO_ACCESS"}
    first = desk.act("escalateTicket", **click)

    with desk.unchanged():
        second = desk.act("escalateTicket", **click)

    assert first["errors"] == second["errors"] == []
    assert second["ticket"] == first["ticket"]
    assert second["ticket"]["version"] == ticket["version"] + 1


def test_the_same_key_twice_opens_one_ticket(desk: Desk) -> None:
    first = desk.act("openTicket", **REPORT, idempotencyKey="opening of the day")

    with desk.unchanged():
        second = desk.act("openTicket", **REPORT, idempotencyKey="opening of the day")

    assert second == first


def test_the_same_key_with_another_request_is_a_conflict(desk: Desk) -> None:
    desk.act("openTicket", **REPORT, idempotencyKey="opening of the week")

    error = desk.refused(
        "openTicket", **{**REPORT, "title": "another"}, idempotencyKey="opening of the week"
    )

    assert error["code"] == "CONFLICT"


def test_closing_without_documents_names_those_that_are_missing(desk: Desk, ticket: Json) -> None:
    desk.act("resolveTicket", ticketId=ticket["id"], summary="new router", code="FIXED")

    error = desk.refused("closeTicket", ticketId=ticket["id"])

    assert error["code"] == "DOCUMENTS_MISSING"
    assert "closing notice" in error["message"]
    assert "follow-up" in error["message"]


def test_closing_what_is_not_resolved_is_refused(desk: Desk, ticket: Json) -> None:
    error = desk.refused("closeTicket", ticketId=ticket["id"], noFollowUps=True)

    assert error["code"] == "WRONG_STATUS"


def test_an_act_that_is_not_for_the_role_is_forbidden(desk: Desk, ticket: Json) -> None:
    error = desk.refused("allocatePeople", ticketId=ticket["id"], personIds=[], reason="more hands")

    assert error["code"] == "FORBIDDEN"
