"""The smaller lookups: violations, explanations, people, tokens, policies, sessions."""

from collections.abc import Awaitable, Mapping

import pytest

from escgraph.commands import ending, ladder
from escgraph.commands import people as acts
from escgraph.domain.errors import ForbiddenError, NotFoundError
from escgraph.domain.policy import CATEGORIES, SOP
from escgraph.domain.terms import (
    DeadlineKind,
    HoldReason,
    PersonId,
    Priority,
    Scope,
    TicketId,
    TokenId,
)
from escgraph.domain.ticket import Actor
from escgraph.queries import explanations, people, policies, sessions
from escgraph.queries.violations import violations
from escgraph.store import database
from tests.queries.house import NINE, House, hours, minutes, nobody


async def test_no_act_and_no_deadline_leaves_a_ticket_forgotten(house: House) -> None:
    held = await house.open("Held")
    await ladder.hold_ticket(
        held,
        call=house.call(house.agent, NINE + minutes(1)),
        reason=HoldReason.AWAITING_VENDOR,
    )
    over = await house.open("Over")
    call = house.call(house.agent, NINE + minutes(1))
    await ending.cancel_ticket(over, call=call, reason="Opened twice")
    for priority in Priority:
        await house.open(priority, priority)
        assert await violations(viewer=house.agent) == []
    for hour in (1, 2, 4, 8, 100, 1000):
        await house.sweep(NINE + hours(hour))
        assert await violations(viewer=house.agent) == []


@pytest.mark.parametrize(
    "fault", ["DELETE FROM deadline", "UPDATE deadline SET parked_at = due_at"]
)
async def test_a_ticket_whose_rungs_are_gone_or_parked_is_a_violation(
    house: House, fault: str
) -> None:
    ticket_id = await house.open(stakeholders=(house.stakeholder.person,))
    await database.execute(fault)

    assert [view.facts.id for view in await violations(viewer=house.agent)] == [ticket_id]
    assert len(await violations(viewer=house.stakeholder)) == 1
    assert await violations(viewer=house.stranger) == []


async def test_a_ticket_that_waits_only_for_a_response_is_a_violation(house: House) -> None:
    await house.open()
    await database.execute("DELETE FROM deadline WHERE to_tier IS NOT NULL")

    assert len(await violations(viewer=house.agent)) == 1


async def test_an_explanation_leads_to_the_deadline_that_is_stored(house: House) -> None:
    ticket_id = await house.open()
    await ladder.hold_ticket(
        ticket_id,
        call=house.call(house.agent, NINE + hours(1)),
        reason=HoldReason.AWAITING_VENDOR,
    )
    await ladder.resume_ticket(ticket_id, call=house.call(house.agent, NINE + hours(3)))

    explained = await explanations.explain(ticket_id, viewer=house.agent)

    due = {one.kind: one.due_at for one in explained}
    assert due[DeadlineKind.RESPONSE] == NINE + hours(4)
    assert due[DeadlineKind.LEVEL_2] == NINE + hours(8 + 2)
    assert all(one.due_at == one.stored_due_at for one in explained)
    rung = next(one for one in explained if one.kind is DeadlineKind.LEVEL_2)
    assert [stopped.not_counted for stopped in rung.stopped] == [hours(2)]


async def test_an_explanation_is_for_those_who_see_the_ticket(house: House) -> None:
    ticket_id = await house.open()

    with pytest.raises(NotFoundError):
        await explanations.explain(ticket_id, viewer=house.stranger)
    with pytest.raises(NotFoundError):
        await explanations.explain(TicketId(nobody()), viewer=house.agent)


async def _refused(ask: Mapping[Actor, Awaitable[object]]) -> set[Actor]:
    refused = set()
    for viewer, asked in ask.items():
        try:
            await asked
        except ForbiddenError:
            refused.add(viewer)
    return refused


async def test_the_list_of_people_is_for_those_who_work_here(house: House) -> None:
    ask = {viewer: people.everybody(viewer=viewer) for viewer in house.everybody}

    refused = await _refused(ask)

    assert refused == {house.stakeholder, house.stranger, house.wallboard}
    names = [person.name for person in await people.everybody(viewer=house.agent)]
    assert sorted(names) == sorted(
        ["Ada", "Alan", "Edsger", "Margaret", "Stan", "Stella", "robot", "wall"]
    )


async def test_everybody_learns_who_they_are_and_whose_id_it_is(house: House) -> None:
    for viewer in house.everybody:
        assert (await people.me(viewer)).id == viewer.person
        assert (await people.by_id(house.agent.person, viewer=viewer)).name == "Ada"
    with pytest.raises(NotFoundError):
        await people.by_id(PersonId(nobody()), viewer=house.agent)


async def _token(house: House) -> tuple[str, TokenId]:
    secret = acts.new_secret()
    written = await acts.create_token(
        call=house.call(house.administrator, NINE),
        person_id=house.script.person,
        name="nightly",
        scopes=frozenset({Scope.READ}),
        expires_at=NINE + hours(10),
        secret=secret,
    )
    return secret, TokenId(written.id)


async def test_tokens_are_listed_for_their_holder_and_for_those_who_oversee(house: House) -> None:
    await _token(house)
    ask = {v: people.tokens_of(house.script.person, viewer=v) for v in house.everybody}

    refused = await _refused(ask)

    assert set(house.everybody) - refused == {house.script, house.administrator, house.manager}
    (token,) = await people.tokens_of(house.script.person, viewer=house.script)
    assert token.name == "nightly"


async def test_a_token_says_who_comes_until_it_expires_or_is_revoked(house: House) -> None:
    secret, token_id = await _token(house)

    bearer = await sessions.bearer(secret, at=NINE + hours(9))
    assert bearer is not None
    assert bearer.actor.person == house.script.person
    assert await sessions.good([token_id], at=NINE + hours(9)) == {token_id}
    assert await sessions.bearer("esc_wrong", at=NINE) is None
    assert await sessions.bearer(secret, at=NINE + hours(10)) is None
    assert await sessions.good([token_id], at=NINE + hours(10)) == frozenset()

    await acts.revoke_token(token_id, call=house.call(house.administrator, NINE + hours(1)))

    assert await sessions.bearer(secret, at=NINE + hours(2)) is None
    assert await sessions.good([token_id], at=NINE + hours(2)) == frozenset()


async def test_the_policy_in_force_is_the_seeded_one(house: House) -> None:
    assert await policies.in_force(viewer=house.wallboard) == SOP
    assert await policies.by_version(1, viewer=house.wallboard) == SOP
    with pytest.raises(NotFoundError):
        await policies.by_version(2, viewer=house.wallboard)


async def test_the_six_categories_of_the_sop_are_there(house: House) -> None:
    found = await policies.categories(viewer=house.wallboard)

    assert sorted(found, key=lambda c: c.key) == sorted(CATEGORIES, key=lambda c: c.key)
