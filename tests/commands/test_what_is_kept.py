"""What an act leaves in the database stays as it was said."""

from collections.abc import AsyncIterator

import pytest

from escgraph.commands import ladder, people, urgency, work
from escgraph.commands.acting import Call
from escgraph.domain.terms import HoldReason, PersonId, Priority, Scope, TokenId
from escgraph.store import database, stream, tickets, tokens
from escgraph.store.idempotency import KEPT, Request
from tests.queries.house import NINE, House, hours, minutes


@pytest.fixture
async def house(database_url: str) -> AsyncIterator[House]:
    await database.connect(database_url)
    try:
        house = House()
        await house.move_in()
        yield house
    finally:
        await database.close()


async def test_an_approval_that_comes_after_the_hold_began_is_kept(house: House) -> None:
    ticket_id = await house.open(priority=Priority.LOW)
    await ladder.hold_ticket(
        ticket_id,
        call=house.call(house.agent, NINE + minutes(1)),
        reason=HoldReason.AWAITING_VENDOR,
    )

    await urgency.change_priority(
        ticket_id,
        call=house.call(house.manager, NINE + minutes(2)),
        priority=Priority.HIGH,
        reason="All shops are down",
    )

    hold = (await tickets.load(ticket_id)).hold
    assert hold is not None
    assert hold.approved_by == house.manager.person


async def test_a_token_is_revoked_once(house: House) -> None:
    token_id = await _token(house, house.agent.person)
    await people.revoke_token(token_id, call=house.call(house.administrator, NINE + hours(1)))
    before = await stream.head()

    await people.revoke_token(token_id, call=house.call(house.administrator, NINE + hours(2)))

    token = await tokens.by_id(token_id)
    assert token is not None
    assert token.revoked_at == NINE + hours(1)
    assert await stream.head() == before


async def test_an_idempotency_key_is_new_again_after_its_24_hours(house: House) -> None:
    ticket_id = await house.open()
    request = Request(key="again", act="logAction", payload_hash="same")

    for at in (NINE, NINE + KEPT, NINE + KEPT + minutes(1)):
        call = Call(by=house.agent, at=at, request=request)
        await work.log_action(ticket_id, call=call, text="Restarted it")

    assert (await tickets.load(ticket_id)).actions_logged == 2


async def _token(house: House, person: PersonId) -> TokenId:
    written = await people.create_token(
        call=house.call(house.administrator, NINE),
        person_id=person,
        name="laptop",
        scopes=frozenset({Scope.READ}),
        expires_at=NINE + hours(24),
        secret=people.new_secret(),
    )
    return TokenId(written.id)
