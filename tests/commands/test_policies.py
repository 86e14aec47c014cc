"""Policies that change, on real databases (P5, Q5): nothing published ever changes."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from escgraph.commands import policies as commands
from escgraph.commands import policy_drafts as drafting
from escgraph.commands.acting import Call
from escgraph.commands.opening import open_ticket
from escgraph.commands.policy_drafts import read_text
from escgraph.documents.holiday_dates import of_region
from escgraph.documents.policy_yaml import written
from escgraph.domain.drafts import DraftState
from escgraph.domain.errors import (
    ConflictError,
    ForbiddenError,
    InvalidInputError,
    NotFoundError,
    StaleVersionError,
    WrongStatusError,
)
from escgraph.domain.opening import Report
from escgraph.domain.policy import SOP, Category, Policy, Route
from escgraph.domain.terms import PolicyDraftId, Priority, ReviewId, TicketId
from escgraph.store import database, policies, policy_drafts, stream, tickets
from escgraph.store.database import fetch
from escgraph.store.idempotency import Request
from tests.domain.desk import days
from tests.queries.house import NINE, House, hours, nobody

TIGHTER = replace(SOP, name="Tighter", hold_cap=days(7))
TEXT = f"# Agreed on in March.\n{written(TIGHTER)}"
"""Not as we would write it: what a person wrote is kept."""

OFFICE = """\
clocks:
  LOW: office
calendars:
  office:
    zone: Europe/Berlin
    week: {MONDAY: ["09:00-17:00"]}
    holidays: [{country: DE, subdivision: BE}]
"""
_CLOCKS = "clocks:\n  HIGH: 24x7\n  MEDIUM: 24x7\n  LOW: 24x7\ncalendars: {}\n"
WITH_OFFICE = TEXT.replace(_CLOCKS, OFFICE)


@pytest.fixture
async def house(database_url: str) -> AsyncIterator[House]:
    await database.connect(database_url, pool_size=6)
    house = House()
    await house.move_in()
    yield house
    await database.close()


@pytest.fixture
async def house_on_postgres(pg_url: str) -> AsyncIterator[House]:
    await database.connect(pg_url, pool_size=6)
    house = House()
    await house.move_in()
    yield house
    await database.close()


def by_administrator(house: House, hour: float = 1, key: str | None = None) -> Call:
    request = None if key is None else Request(key=key, act="draftPolicy", payload_hash="x")
    return Call(by=house.administrator, at=NINE + hours(hour), request=request)


async def drafted(house: House, text: str = TEXT, **more: Any) -> PolicyDraftId:  # noqa: ANN401
    given = {"yaml": text, "reason": "Holds lasted too long", "review": None, **more}
    return PolicyDraftId((await drafting.draft_policy(call=by_administrator(house), **given)).id)


async def validated(house: House, text: str = TEXT) -> PolicyDraftId:
    draft_id = await drafted(house, text)
    await drafting.validate_policy_draft(draft_id, call=by_administrator(house, 2))
    return draft_id


async def published(house: House, text: str = TEXT) -> PolicyDraftId:
    draft_id = await validated(house, text)
    await commands.publish_policy(draft_id, call=by_administrator(house, 3))
    return draft_id


async def test_a_draft_changes_nothing_until_it_is_published(house: House) -> None:
    """P5."""
    draft_id = await drafted(house)
    draft = await policy_drafts.by_id(draft_id)

    assert draft.state is DraftState.DRAFT
    assert (draft.source, draft.author) == (TEXT, house.administrator.person)
    assert replace(draft.policy, version=1) == TIGHTER
    assert await policies.in_force() == SOP


async def test_the_text_that_is_published_is_kept_byte_for_byte(house: House) -> None:
    """Q5: YAML, published, YAML."""
    await published(house)

    version = await policies.version_of(2)

    assert version.source == TEXT
    assert version.policy == replace(TIGHTER, version=2) == await policies.in_force()
    assert (version.author, version.reason) == (
        house.administrator.person,
        "Holds lasted too long",
    )
    assert (version.published_at, version.retired_at) == (NINE + hours(3), None)


async def test_what_is_in_force_is_succeeded_and_never_changes(house: House) -> None:
    """P5: of a published version nothing ever changes but the moment of its end."""
    before = await fetch("SELECT * FROM policy ORDER BY version")
    await published(house)
    middle = await fetch("SELECT * FROM policy ORDER BY version")
    await published(house, TEXT.replace("holdCap: 7d", "holdCap: 6d"))
    await drafted(house)
    after = await fetch("SELECT * FROM policy ORDER BY version")

    def but_for_its_end(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [{**row, "retired_at": None} for row in rows]

    assert but_for_its_end(after)[:1] == but_for_its_end(before)
    assert but_for_its_end(after)[:2] == but_for_its_end(middle)
    assert [row["retired_at"] is None for row in after] == [False, False, True]
    assert (await policies.version_of(1)).retired_at == NINE + hours(3)


async def test_a_version_is_read_the_same_after_a_restart(house: House) -> None:
    await published(house, WITH_OFFICE)
    before = await policies.of_version(2)
    policies._by_version.clear()

    assert await policies.of_version(2) == before
    assert before.calendars["office"].holidays


async def test_a_version_keeps_the_public_holidays_that_it_knew(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """P5: a library that learns of a holiday changes no policy that is published."""
    await published(house, WITH_OFFICE)
    known = (await policies.of_version(2)).calendars["office"].holidays
    monkeypatch.setattr("escgraph.documents.holiday_dates._days", lambda region: {})
    of_region.cache_clear()
    policies._by_version.clear()

    assert (await policies.of_version(2)).calendars["office"].holidays == known
    assert (await read_text(WITH_OFFICE)).policy.calendars["office"].holidays == ()
    of_region.cache_clear()


async def test_validating_reads_the_public_holidays_as_they_are_known_by_then(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """P5: a draft may be older than a holiday."""
    of_region.cache_clear()
    with monkeypatch.context() as patch:
        patch.setattr("escgraph.documents.holiday_dates._days", lambda region: {})
        draft_id = await drafted(house, WITH_OFFICE)
    of_region.cache_clear()
    assert (await policy_drafts.by_id(draft_id)).policy.calendars["office"].holidays == ()

    await drafting.validate_policy_draft(draft_id, call=by_administrator(house, 2))
    await commands.publish_policy(draft_id, call=by_administrator(house, 3))

    known = (await read_text(WITH_OFFICE)).policy.calendars["office"].holidays
    assert known
    assert (await policy_drafts.by_id(draft_id)).policy.calendars["office"].holidays == known
    assert (await policies.of_version(2)).calendars["office"].holidays == known


async def test_tickets_are_opened_under_the_new_policy_and_no_open_one_moves(house: House) -> None:
    """P5."""
    before = await house.open()
    rows = await fetch("SELECT * FROM deadline ORDER BY id")
    await published(house)
    after = await house.open(at=NINE + hours(4))

    assert (await tickets.load(before)).policy_version == 1
    assert (await tickets.load(after)).policy_version == 2
    assert [row for row in await fetch("SELECT * FROM deadline ORDER BY id") if row in rows] == rows


async def test_a_category_of_the_new_policy_can_be_named_at_once(house: House) -> None:
    """P3, T10."""
    vpn = replace(TIGHTER, categories=(Category("vpn", "VPN", Priority.HIGH),))
    await published(house, written(vpn))
    report = Report(
        title="No tunnel",
        description="It does not open",
        category="vpn",
        component="",
        priority=Priority.HIGH,
        reporter="Ann",
    )

    opened = await open_ticket(report, call=Call(by=house.agent, at=NINE + hours(4)))

    assert (await tickets.load(TicketId(opened.id))).category == "vpn"
    assert [category.key for category in await policies.categories()] == ["vpn"]
    with pytest.raises(NotFoundError, match='no category "minor-bug"; use one of vpn'):
        await open_ticket(
            replace(report, category="minor-bug"), call=Call(by=house.agent, at=NINE + hours(4))
        )


async def test_each_step_is_told(house: House) -> None:
    """Q5: the audit trail."""
    draft_id = await drafted(house)
    await drafting.revise_policy_draft(
        draft_id, call=by_administrator(house, 1.5), yaml=TEXT, reason="Better", review=None
    )
    await drafting.validate_policy_draft(draft_id, call=by_administrator(house, 2))
    written = await commands.publish_policy(draft_id, call=by_administrator(house, 3))
    other = await drafted(house)
    await drafting.discard_policy_draft(other, call=by_administrator(house, 4), reason="No more")

    events = await stream.read(0, limit=20)

    assert [event.kind for event in events] == [
        "PolicyDrafted",
        "PolicyDraftRevised",
        "PolicyDraftValidated",
        "PolicyPublished",
        "PolicyRetired",
        "PolicyDrafted",
        "PolicyDraftDiscarded",
    ]
    assert written.position == events[4].position
    assert events[3].payload == {
        "version": 2,
        "name": "Tighter",
        "draft": str(draft_id),
        "reason": "Better",
        "review": None,
        "changes": [
            f'It is called "Tighter" instead of "{SOP.name}"',
            "A hold lasts 7d at most instead of 14d",
        ],
    }
    assert events[4].payload == {"version": 1, "successor": 2}
    assert {event.by for event in events} == {house.administrator.person}


async def test_a_draft_may_name_the_review_that_led_to_it_if_there_is_one(house: House) -> None:
    """Q5."""
    review = await _review(house)

    draft_id = await drafted(house, review=review)

    assert (await policy_drafts.by_id(draft_id)).review == review
    with pytest.raises(NotFoundError, match="no review") as refused:
        await drafted(house, review=nobody())
    assert refused.value.field == ("reviewId",)


async def test_the_review_stands_in_the_version_too(house: House) -> None:
    """Q5."""
    review = await _review(house)
    draft_id = await drafted(house, review=review)
    await drafting.validate_policy_draft(draft_id, call=by_administrator(house, 2))
    await commands.publish_policy(draft_id, call=by_administrator(house, 3))

    assert (await policies.version_of(2)).review == review


@pytest.mark.parametrize("owner", ["nobody@example.org", "stella@example.org"])
async def test_whoever_a_route_names_must_work_on_tickets(house: House, owner: str) -> None:
    """R4: named with the line, before it comes into force."""
    routed = replace(TIGHTER, routes=(Route(None, None, "Desk", owner),))
    draft_id = await drafted(house, written(routed))

    with pytest.raises(InvalidInputError, match=rf"^line \d+, routes.owner: .*{owner}") as refused:
        await drafting.validate_policy_draft(draft_id, call=by_administrator(house, 2))
    assert refused.value.field[:2] == ("yaml", "routes")
    assert (await policy_drafts.by_id(draft_id)).state is DraftState.DRAFT


async def test_whoever_works_here_may_be_named_by_a_route(house: House) -> None:
    """R4."""
    routed = replace(TIGHTER, routes=(Route(None, None, "Desk", "Ada@example.org"),))

    draft_id = await validated(house, written(routed))

    assert (await policy_drafts.by_id(draft_id)).state is DraftState.VALIDATED


async def test_what_was_not_validated_is_not_published(house: House) -> None:
    """Q5."""
    draft_id = await drafted(house)

    with pytest.raises(WrongStatusError, match="validate it first"):
        await commands.publish_policy(draft_id, call=by_administrator(house, 2))
    assert (await policies.in_force()).version == 1


async def test_a_text_that_is_no_policy_is_not_kept(house: House) -> None:
    """T11."""
    with pytest.raises(InvalidInputError, match=r"^line 9: targets\.HIGH\.respnd") as refused:
        await drafted(house, TEXT.replace("respond: 1h", "respnd: 1h").replace("\n", "\n\n", 1))
    assert refused.value.field[0] == "yaml"
    assert await policy_drafts.everything() == []
    assert (await stream.head()).position == 0


async def test_publishing_against_another_policy_than_one_saw_is_refused(house: House) -> None:
    mine, theirs = await validated(house), await validated(house)
    await commands.publish_policy(theirs, call=by_administrator(house, 3), expected_version=1)

    with pytest.raises(StaleVersionError, match="version 2 is in force, not 1") as refused:
        await commands.publish_policy(mine, call=by_administrator(house, 4), expected_version=1)
    assert refused.value.current == 2


async def test_only_administrators_change_policies(house: House) -> None:
    """P2."""
    draft_id = await validated(house)
    before = await stream.head()
    for actor in house.everybody:
        if actor == house.administrator:
            continue
        call = Call(by=actor, at=NINE + hours(3))
        for work in (
            drafting.draft_policy(call=call, yaml=TEXT, reason="x", review=None),
            drafting.revise_policy_draft(draft_id, call=call, yaml=TEXT, reason=None, review=None),
            drafting.validate_policy_draft(draft_id, call=call),
            drafting.discard_policy_draft(draft_id, call=call, reason="x"),
            commands.publish_policy(draft_id, call=call),
        ):
            with pytest.raises(ForbiddenError, match="ask ADMINISTRATOR"):
                await work
    assert await stream.head() == before


async def test_a_draft_that_is_sent_twice_under_one_key_is_one(house: House) -> None:
    call = by_administrator(house, key="draft-1")
    given: dict[str, Any] = {"yaml": TEXT, "reason": "Once", "review": None}

    first = await drafting.draft_policy(call=call, **given)
    again = await drafting.draft_policy(call=call, **given)

    assert first == again
    assert len(await policy_drafts.everything()) == 1


async def test_a_draft_that_changed_under_validation_is_not_taken_for_valid(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft_id = await drafted(house)
    revised = replace(await policy_drafts.by_id(draft_id), source="an older text")

    async def stale(_: PolicyDraftId) -> object:
        return replace(revised, source=TEXT.replace("7d", "6d"))

    monkeypatch.setattr("escgraph.commands.policy_drafts.policy_drafts.by_id", stale)

    with pytest.raises(ConflictError, match="validate it again"):
        await drafting.validate_policy_draft(draft_id, call=by_administrator(house, 2))


async def test_from_a_shell_a_text_is_drafted_validated_and_published_in_one_step(
    house: House,
) -> None:
    version = await commands.publish_at_once(
        await read_text(TEXT),
        author=house.manager.person,
        reason="Agreed",
        review=None,
        expected_version=1,
        at=NINE + hours(1),
    )

    assert version == 2
    assert (await policies.version_of(2)).author == house.manager.person
    assert [event.kind for event in await stream.read(0, limit=9)] == [
        "PolicyDrafted",
        "PolicyDraftValidated",
        "PolicyPublished",
        "PolicyRetired",
    ]


async def test_what_does_not_fit_from_a_shell_leaves_nothing_behind(house: House) -> None:
    routed = replace(TIGHTER, routes=(Route(None, None, "Desk", "nobody@example.org"),))

    with pytest.raises(InvalidInputError, match="nobody who works on tickets"):
        await commands.publish_at_once(
            await read_text(written(routed)),
            author=None,
            reason="Agreed",
            review=None,
            expected_version=1,
            at=NINE,
        )
    assert await policy_drafts.everything() == []
    assert (await stream.head()).position == 0


async def test_two_who_publish_at_once_get_two_versions(house_on_postgres: House) -> None:
    """P5: one after the other, whoever comes first."""
    house = house_on_postgres
    ids = [
        await validated(house, TEXT.replace("holdCap: 7d", f"holdCap: {n}d")) for n in range(1, 6)
    ]

    await asyncio.gather(
        *(commands.publish_policy(one, call=by_administrator(house, 3)) for one in ids)
    )

    versions = await policies.versions()
    assert [version.policy.version for version in versions] == [6, 5, 4, 3, 2, 1]
    assert [version.retired_at is None for version in versions] == [True] + [False] * 5
    drafts = [await policy_drafts.by_id(one) for one in ids]
    assert sorted(draft.published_version or 0 for draft in drafts) == [2, 3, 4, 5, 6]
    for draft in drafts:
        assert draft.policy.hold_cap == (await _policy(draft.published_version)).hold_cap


async def test_a_version_stays_retired_since_its_own_successor(house: House) -> None:
    await published(house)
    before = await policies.version_of(1)
    draft_id = await validated(house, TEXT.replace("holdCap: 7d", "holdCap: 6d"))

    await commands.publish_policy(draft_id, call=by_administrator(house, 5))

    assert await policies.version_of(1) == before


async def test_two_who_saw_the_same_policy_publish_once(house_on_postgres: House) -> None:
    house = house_on_postgres
    ids = [await validated(house), await validated(house)]

    came = await asyncio.gather(
        *(
            commands.publish_policy(one, call=by_administrator(house, 3), expected_version=1)
            for one in ids
        ),
        return_exceptions=True,
    )

    assert sorted(type(one).__name__ for one in came) == ["StaleVersionError", "Written"]
    assert (await policies.in_force()).version == 2


async def test_one_draft_is_published_once(house_on_postgres: House) -> None:
    house = house_on_postgres
    draft_id = await validated(house)

    came = await asyncio.gather(
        *(commands.publish_policy(draft_id, call=by_administrator(house, 3)) for _ in range(4)),
        return_exceptions=True,
    )

    assert sorted(type(one).__name__ for one in came) == ["Written"] + ["WrongStatusError"] * 3
    assert len(await policies.versions()) == 2


async def test_a_draft_ends_once(house_on_postgres: House) -> None:
    """Whoever puts it away waits for whoever does already."""
    house = house_on_postgres
    draft_id = await drafted(house)
    call = by_administrator(house, 3)

    came = await asyncio.gather(
        *(drafting.discard_policy_draft(draft_id, call=call, reason="No") for _ in range(6)),
        return_exceptions=True,
    )

    assert sorted(type(one).__name__ for one in came) == ["Written"] + ["WrongStatusError"] * 5


async def test_tickets_are_opened_while_somebody_publishes(house_on_postgres: House) -> None:
    """Whoever publishes locks out publishers and nobody else."""
    house = house_on_postgres
    draft_id = await validated(house)

    opened, _ = await asyncio.gather(
        asyncio.gather(*(house.open(at=NINE + hours(3)) for _ in range(8))),
        commands.publish_policy(draft_id, call=by_administrator(house, 3)),
    )

    assert {(await tickets.load(one)).policy_version for one in opened} <= {1, 2}


async def _policy(version: int | None) -> Policy:
    assert version is not None
    return await policies.of_version(version)


async def _review(house: House) -> ReviewId:
    """A review row as small as the table allows."""
    review = ReviewId(UUID(int=77))
    await database.execute(
        "INSERT INTO review (id, kind, quarter, starts_at, ends_at, version, state, opened_at, "
        "due_at, updated_at, sections) "
        "VALUES ($1, 'QUARTERLY', '2026-Q1', $2, $2, 1, 'OPEN', $2, $2, $2, $3)",
        review,
        NINE,
        {},
    )
    return review
