"""Reviews, drafts of policies, word to stakeholders: what is written, and what is late."""

from uuid import UUID

from uuid_utils.compat import uuid7

from escgraph.commands import circle, ending, ladder, policies, policy_drafts, quarterly, reviews
from escgraph.documents.policy_yaml import written
from escgraph.domain.policy import SOP
from escgraph.domain.review import SECTIONS
from escgraph.domain.terms import (
    Audience,
    EscalationReason,
    PolicyDraftId,
    Priority,
    ResolutionCode,
    ReviewActionId,
    ReviewId,
    ReviewKind,
    ReviewSection,
    TicketId,
    Tier,
)
from escgraph.jobs.reviews import mark_overdue
from escgraph.jobs.updates import remind_of_updates
from escgraph.store.database import execute, fetch
from tests.interleaving.meeting import PATTERN, TEN, Meeting, Thing
from tests.queries.house import NINE, House, hours
from tests.store.rows import add


async def a_review(house: House) -> Thing:
    """One that is whole, of a ticket that was reopened; with the ticket and an action in it."""
    ticket = await house.open("Mail is down", Priority.HIGH, critical=True)
    review, action = uuid7(), uuid7()
    await add(
        "review",
        **dict.fromkeys(("opened_at", "due_at", "updated_at", "overdue_at"), NINE),
        id=review,
        kind="POST_ISSUE",
        ticket_id=ticket,
        cycle=7,
        version=1,
        state="OPEN",
        sections={one.value: "so" for one in SECTIONS[ReviewKind.POST_ISSUE]},
    )
    await add(
        "review_action",
        id=action,
        review_id=review,
        ordinal=1,
        created_at=NINE,
        created_by=house.manager.person,
        description="Mend it",
        owner_id=house.manager.person,
        due_on="2026-03-01",
        outcome="",
    )
    return Thing(house, review, (ticket, action))


async def write_what_went_well(thing: Thing) -> object:
    return await _write(thing, ReviewSection.WENT_WELL)


async def write_what_did_not(thing: Thing) -> object:
    return await _write(thing, ReviewSection.WENT_BADLY)


async def _write(thing: Thing, section: ReviewSection) -> object:
    review = ReviewId(thing.id)
    return await reviews.write_review_section(
        review, call=thing.manager, section=section, text="all"
    )


async def complete_it(thing: Thing) -> object:
    return await reviews.complete_review(ReviewId(thing.id), call=thing.manager)


async def do_its_action(thing: Thing) -> object:
    action = ReviewActionId(thing.more[1])
    return await reviews.complete_review_action(action, call=thing.manager, outcome="done")


async def mark_what_is_late(_: Thing) -> object:
    return await mark_overdue(now=TEN)


async def resolve_its_ticket(thing: Thing) -> object:
    return await ending.resolve_ticket(
        TicketId(thing.more[0]),
        call=thing.manager,
        summary="mended",
        code=ResolutionCode.FIXED,
        root_cause="old",
    )


async def a_quarter_that_lacks_a_case(house: House) -> Thing:
    ticket = await house.open()
    await ladder.escalate_ticket(
        ticket,
        call=house.call(house.agent, NINE),
        expected_tier=Tier.LEVEL_1,
        reason=EscalationReason.NO_ACCESS,
    )
    review = uuid7()
    await add(
        "review",
        **dict.fromkeys(("opened_at", "due_at", "updated_at", "ends_at"), TEN),
        id=review,
        kind="QUARTERLY",
        quarter="2026-Q1",
        starts_at=NINE,
        version=1,
        state="OPEN",
        sections={},
    )
    return Thing(house, review)


async def gather_its_cases(thing: Thing) -> object:
    return await quarterly.gather_cases(ReviewId(thing.id))


async def the_pattern(house: House) -> None:
    """A draft that is validated; to read one costs more than all meetings at its copies."""
    call = house.call(house.administrator, NINE)
    drafted = await policy_drafts.draft_policy(
        call=call, yaml=written(SOP).replace("holdCap: 14d", "holdCap: 7d"), reason="x", review=None
    )
    await policy_drafts.validate_policy_draft(PolicyDraftId(drafted.id), call=call)
    await execute("UPDATE policy_draft SET name = $1", PATTERN)


async def two_drafts(house: House) -> Thing:
    return Thing(house, await _a_copy(), await _a_copy())


async def _a_copy() -> UUID:
    copy: UUID = uuid7()
    (row,) = await fetch("SELECT * FROM policy_draft WHERE name = $1", PATTERN)
    await add("policy_draft", **{**row, "id": copy, "name": "a copy"})
    return copy


async def publish_it(thing: Thing) -> object:
    return await policies.publish_policy(PolicyDraftId(thing.id), call=thing.administrator)


async def publish_the_other(thing: Thing) -> object:
    return await policies.publish_policy(PolicyDraftId(thing.more), call=thing.administrator)


async def discard_it(thing: Thing) -> object:
    draft, call = PolicyDraftId(thing.id), thing.administrator
    return await policy_drafts.discard_policy_draft(draft, call=call, reason="no")


async def a_ticket_that_is_followed(house: House) -> Thing:
    """At noon its stakeholder has not heard of it for as long as may be."""
    return Thing(house, await house.open(stakeholders=(house.stakeholder.person,)))


async def remind_of_it(_: Thing) -> object:
    return await remind_of_updates(now=NINE + hours(4))


async def give_word(thing: Thing) -> object:
    call = thing.house.call(thing.house.agent, NINE + hours(3))
    return await circle.post_stakeholder_update(
        thing.id, call=call, text="Still at it", audience=Audience.EXTERNAL
    )


_REVIEWS = """
SELECT r.cycle, r.version, r.state, r.sections::text, a.overdue_at, a.done_at
FROM review r LEFT JOIN review_action a ON a.review_id = r.id
WHERE r.ticket_id = (SELECT ticket_id FROM review WHERE id = $1) ORDER BY r.cycle
"""
_CASES = "SELECT count(*) > 0 AS some FROM review_case WHERE review_id = $1"
_DRAFTS = """
SELECT d.id = $1 AS it, d.discarded_at,
  d.published_version - (SELECT max(version) FROM policy) AS before_the_last,
  (SELECT count(*) FROM policy WHERE retired_at IS NULL) AS in_force
FROM policy_draft d WHERE name = 'a copy' ORDER BY d.id
"""

_WORD = "SELECT version, update_reminded_for, updated_stakeholders_at FROM ticket WHERE id = $1"

MEETINGS = {
    "reminded twice": Meeting(
        a_ticket_that_is_followed, remind_of_it, remind_of_it, _WORD, then=remind_of_it
    ),
    "reminded as word is given": Meeting(
        a_ticket_that_is_followed, remind_of_it, give_word, _WORD, then=remind_of_it
    ),
    "two sections": Meeting(a_review, write_what_went_well, write_what_did_not, _REVIEWS),
    "a review completed as it is written": Meeting(
        a_review, complete_it, write_what_went_well, _REVIEWS
    ),
    "a review completed twice": Meeting(a_review, complete_it, complete_it, _REVIEWS),
    "an action done as it is late": Meeting(
        a_review, do_its_action, mark_what_is_late, _REVIEWS, then=mark_what_is_late
    ),
    "an action marked twice": Meeting(a_review, mark_what_is_late, mark_what_is_late, _REVIEWS),
    "a review completed as its ticket is resolved": Meeting(
        a_review, complete_it, resolve_its_ticket, _REVIEWS
    ),
    "cases gathered twice": Meeting(
        a_quarter_that_lacks_a_case, gather_its_cases, gather_its_cases, _CASES
    ),
    "two drafts published": Meeting(two_drafts, publish_it, publish_the_other, _DRAFTS),
    "one draft published twice": Meeting(two_drafts, publish_it, publish_it, _DRAFTS),
    "a draft published as it is discarded": Meeting(two_drafts, publish_it, discard_it, _DRAFTS),
}
