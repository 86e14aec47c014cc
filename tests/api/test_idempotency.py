"""The same mutation sent again has one effect."""

import asyncio

from tests.api.counter import (
    REPORT,
    only,
    opened,
)
from tests.api.office import Office


async def test_a_double_click_escalates_once(office: Office) -> None:
    ticket_id = await opened(office)
    given = {"ticketId": ticket_id, "expectedTier": "LEVEL_1", "reason": "CRITICAL"}
    first, second = [await office.act("escalateTicket", given) for _ in range(2)]
    assert first["ticket"] == second["ticket"]
    assert second["errors"] == []


async def test_a_request_under_a_key_has_one_effect_and_one_answer(any_office: Office) -> None:
    office = any_office
    given = {**REPORT, "idempotencyKey": "click-1"}
    payloads = await asyncio.gather(*(office.act("openTicket", given) for _ in range(3)))
    assert payloads[0] == payloads[1] == payloads[2]
    assert payloads[0]["errors"] == []
    turned = dict(reversed(given.items()))
    assert await office.act("openTicket", turned) == payloads[0]
    count = await office.data("{tickets {totalCount}}")
    assert count["tickets"]["totalCount"] == 1


async def test_a_key_that_comes_with_another_request_is_a_conflict(office: Office) -> None:
    given = {**REPORT, "idempotencyKey": "click-1"}
    await office.act("openTicket", given)
    error = only(await office.act("openTicket", {**given, "title": "Something else"}))
    assert (error["code"], error["field"]) == ("CONFLICT", ["idempotencyKey"])
    other = await office.act("openTicket", given, by=office.manager)
    assert other["errors"] == [], "a key is its sender's own"


async def test_a_refused_request_leaves_its_key_free(office: Office) -> None:
    ticket_id = await opened(office)
    given = {"ticketId": ticket_id, "idempotencyKey": "click-1"}
    assert (await office.act("resumeTicket", given))["errors"]
    held = {"ticketId": ticket_id, "reason": "CHANGE_WINDOW"}
    await office.act("holdTicket", held, by=office.manager)
    assert (await office.act("resumeTicket", given))["errors"] == []
