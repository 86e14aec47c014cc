"""Each way in which a database can contradict itself is found, by its name, and nothing else."""

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType

from uuid_utils.compat import uuid7

from escgraph.domain.events import TokenRevoked
from escgraph.domain.terms import TokenId
from escgraph.queries.consistency import About, contradictions
from escgraph.store import timeline
from escgraph.store.database import execute
from escgraph.store.event_tables import COLUMNS
from escgraph.store.stream import take_positions
from escgraph.store.transactions import unit_of_work
from escgraph.store.values import moment, parsed
from tests.queries.good import Good, Spoil, spoiled
from tests.queries.house import NINE, House

HOUR = timedelta(hours=1)


async def an_event_of_no_ticket_is_lost(good: Good) -> None:
    await execute("DELETE FROM event WHERE kind = 'TokenRevoked'")


async def an_event_is_archived_and_stays_in_the_stream(_: Good) -> None:
    await execute(archiving("kind = 'TokenRevoked'"))


async def two_events_have_one_id(_: Good) -> None:
    await execute(archiving("kind = 'TokenRevoked'"))
    await execute("UPDATE event_archive SET position = $1", await take_positions(1))


async def the_counter_runs_ahead(_: Good) -> None:
    await execute("UPDATE stream SET position = position + 1 WHERE name = 'main'")


async def an_event_of_no_ticket_cannot_be_read(_: Good) -> None:
    await execute("UPDATE event SET kind = 'TokenLost' WHERE kind = 'TokenRevoked'")


async def a_payload_cannot_be_read(good: Good) -> None:
    await good.write("event", await good.event(good.held, "NoteAdded"), payload={"text": [1]})


async def a_state_cannot_be_read(good: Good) -> None:
    await good.write("event", await good.event(good.held, "NoteAdded"), state={"tier": "LEVEL_9"})


async def a_version_is_missing(good: Good) -> None:
    last = await good.row("event", good.held, "ORDER BY position DESC")
    await good.write("event", last, ticket_version=last["ticket_version"] + 1)
    row = await good.row("ticket", good.held)
    await good.write("ticket", row, version=row["version"] + 1)


async def the_row_is_behind_its_events(good: Good) -> None:
    row = await good.row("ticket", good.held)
    await good.write("ticket", row, version=row["version"] - 1)


async def a_moment_goes_back(good: Good) -> None:
    event = await good.event(good.closed, "StakeholderUpdatePosted")
    await good.write("event", event, at=moment(event["at"]) - HOUR)  # type: ignore[operator]


async def an_event_says_another_tier_than_it_was(good: Good) -> None:
    event = await good.event(good.closed, "TicketEscalated")
    await good.write("event", event, payload={"from_tier": "LEVEL_2"})
    row = await good.row("escalation", good.closed)
    await good.write("escalation", row, from_tier="LEVEL_2")


async def a_state_says_otherwise(good: Good) -> None:
    await good.write(
        "event", await good.event(good.climbed, "ResponseBreached"), state={"flagged": True}
    )


async def a_state_names_another_owner(good: Good) -> None:
    event = await good.event(good.held, "TicketAcknowledged")
    await good.write("event", event, state={"owner": str(good.house.engineer.person)})


async def the_last_state_names_another_owner(good: Good) -> None:
    event = await good.event(good.held, "TicketHeld")
    await good.write("event", event, state={"owner": str(good.house.engineer.person)})


async def an_opening_counts_from_another_moment(good: Good) -> None:
    event = await good.event(good.fresh, "TicketOpened")
    await good.write("event", event, payload={"backdated_to": "2026-03-02T10:00:00Z"})


async def a_payload_says_otherwise(good: Good) -> None:
    event = await good.event(good.held, "TicketAcknowledged")
    await good.write("event", event, state={"acknowledged_at": None})


async def the_row_has_another_status(good: Good) -> None:
    await good.write("ticket", await good.row("ticket", good.fresh), status="IN_PROGRESS")


async def the_row_has_another_owner(good: Good) -> None:
    row = await good.row("ticket", good.climbed)
    await good.write("ticket", row, owner_id=good.house.engineer.person)


async def the_row_forgot_its_resolution(good: Good) -> None:
    await good.write("ticket", await good.row("ticket", good.closed), resolution=None)


async def the_row_awaits_another_moment(good: Good) -> None:
    row = await good.row("ticket", good.fresh)
    await good.write("ticket", row, next_due_at=moment(row["next_due_at"]) + HOUR)  # type: ignore[operator]


async def a_pause_ended_that_lasts(good: Good) -> None:
    row = await good.row("pause", good.held)
    await good.write("pause", row, ended_at=row["cap_at"])


async def a_pause_is_lost(good: Good) -> None:
    await execute("DELETE FROM pause WHERE ticket_id = $1", good.closed)


async def a_deadline_lies_elsewhere(good: Good) -> None:
    row = await good.row("deadline", good.held, "AND kind = 'MANAGEMENT'")
    await good.write("deadline", row, due_at=moment(row["due_at"]) + timedelta(microseconds=1))  # type: ignore[operator]


async def a_deadline_is_lost(good: Good) -> None:
    await execute("DELETE FROM deadline WHERE ticket_id = $1 AND kind = 'LEVEL_2'", good.fresh)


async def a_deadline_of_an_ended_ticket_is_armed(good: Good) -> None:
    row = await good.row("deadline", good.closed, "AND kind = 'MANAGEMENT'")
    await good.write("deadline", row, state="ARMED")


async def a_live_ticket_has_no_deadline(good: Good) -> None:
    await execute("DELETE FROM deadline WHERE ticket_id = $1", good.fresh)


async def every_rung_is_parked(good: Good) -> None:
    await execute(
        "UPDATE deadline SET parked_at = due_at, parked_reason = '' WHERE ticket_id = $1",
        good.fresh,
    )


async def a_deadline_fired_before_it_was_due(good: Good) -> None:
    row = await good.row("deadline", good.climbed, "AND kind = 'LEVEL_2'")
    await good.write("deadline", row, due_at=moment(row["due_at"]) + HOUR)  # type: ignore[operator]


async def a_deadline_fired_and_nothing_happened(good: Good) -> None:
    row = await good.row("deadline", good.fresh, "AND kind = 'MANAGEMENT'")
    await execute("UPDATE deadline SET state = 'FIRED', fired_at = due_at WHERE id = $1", row["id"])


async def what_fired_is_armed_again(good: Good) -> None:
    await execute(
        "UPDATE deadline SET state = 'ARMED', fired_at = NULL "
        "WHERE ticket_id = $1 AND kind = 'RESPONSE'",
        good.climbed,
    )


async def a_reminder_came_twice(good: Good) -> None:
    event = await good.event(good.climbed, "ManagementReminded")
    await good.tell(good.climbed, "ManagementReminded", parsed(event["payload"]))


async def an_engine_reminded_of_what_had_ended(good: Good) -> None:
    event = await good.event(good.climbed, "ManagementReminded")
    await good.tell(good.closed, "ManagementReminded", parsed(event["payload"]))


async def an_escalation_has_other_facts(good: Good) -> None:
    row = await good.row("escalation", good.climbed, "ORDER BY ticket_version")
    await good.write("escalation", row, facts={"reporter": "Nobody"})


async def an_escalation_says_another_moment(good: Good) -> None:
    row = await good.row("escalation", good.closed)
    await good.write("escalation", row, fired_at=moment(row["fired_at"]) + HOUR)  # type: ignore[operator]


async def an_escalation_is_lost(good: Good) -> None:
    await execute(
        "DELETE FROM review_case WHERE escalation_id IN "
        "(SELECT id FROM escalation WHERE ticket_id = $1)",
        good.closed,
    )
    await execute("DELETE FROM escalation WHERE ticket_id = $1", good.closed)


async def an_escalation_comes_of_nothing(good: Good) -> None:
    row = await good.row("escalation", good.closed)
    copy = {**row, "id": uuid7(), "ticket_version": 99}
    for name in ("facts", "responsible_from", "responsible_to", "told"):
        copy[name] = parsed(copy[name])
    marks = ", ".join(f"${n}" for n in range(1, len(copy) + 1))
    await execute(f"INSERT INTO escalation ({', '.join(copy)}) VALUES ({marks})", *copy.values())


async def a_deadline_reached_a_rung_twice(good: Good) -> None:
    row = await good.row("escalation", good.climbed, "ORDER BY ticket_version DESC")
    await good.write("escalation", row, to_tier="LEVEL_2")


async def an_index_is_gone(_: Good) -> None:
    await execute("DROP INDEX escalation_rung")


async def a_key_was_never_answered(_: Good) -> None:
    await execute("UPDATE idempotency SET result = NULL")


async def a_key_answers_what_is_not_there(_: Good) -> None:
    await execute("UPDATE idempotency SET result = $1", {"id": str(uuid7()), "position": 1})


async def a_key_answers_a_position_to_come(good: Good) -> None:
    await execute("UPDATE idempotency SET result = $1", {"id": str(good.fresh), "position": 9999})


async def a_reader_is_ahead_of_the_stream(_: Good) -> None:
    await execute("UPDATE reader SET position = 9999")


async def a_notice_tells_of_nothing(_: Good) -> None:
    await execute(
        "UPDATE notice SET positions = $1, position = 9999 "
        "WHERE id = (SELECT id FROM notice ORDER BY id LIMIT 1)",
        [9999],
    )


async def a_notice_begins_elsewhere(_: Good) -> None:
    await execute(
        "UPDATE notice SET position = 1 WHERE id = (SELECT id FROM notice ORDER BY id DESC LIMIT 1)"
    )


async def a_message_carries_nothing(_: Good) -> None:
    await execute(
        "DELETE FROM delivery WHERE message_id = (SELECT id FROM message ORDER BY id LIMIT 1)"
    )


async def a_webhook_is_sent_what_is_not_there(good: Good) -> None:
    await good.a_webhook_message(position=9999)


SPOILT: Mapping[Spoil, About] = MappingProxyType(
    {
        an_index_is_gone: About.INDEX,
        an_event_of_no_ticket_is_lost: About.POSITION,
        an_event_is_archived_and_stays_in_the_stream: About.POSITION,
        two_events_have_one_id: About.EVENT_ID,
        the_counter_runs_ahead: About.COUNTER,
        an_event_of_no_ticket_cannot_be_read: About.UNREADABLE,
        a_payload_cannot_be_read: About.UNREADABLE,
        a_state_cannot_be_read: About.UNREADABLE,
        a_version_is_missing: About.VERSION,
        the_row_is_behind_its_events: About.VERSION,
        a_moment_goes_back: About.MOMENT,
        an_event_says_another_tier_than_it_was: About.EVENT,
        a_state_says_otherwise: About.STATE,
        a_state_names_another_owner: About.STATE,
        the_last_state_names_another_owner: About.STATE,
        an_opening_counts_from_another_moment: About.STATE,
        a_payload_says_otherwise: About.STATE,
        the_row_has_another_status: About.ROW,
        the_row_has_another_owner: About.ROW,
        the_row_forgot_its_resolution: About.ROW,
        the_row_awaits_another_moment: About.NEXT_DUE,
        a_pause_ended_that_lasts: About.PAUSE,
        a_pause_is_lost: About.PAUSE,
        a_deadline_lies_elsewhere: About.DEADLINE,
        a_deadline_is_lost: About.DEADLINE,
        a_deadline_of_an_ended_ticket_is_armed: About.DEADLINE,
        a_live_ticket_has_no_deadline: About.FORGOTTEN,
        every_rung_is_parked: About.FORGOTTEN,
        a_deadline_fired_before_it_was_due: About.FIRED_EARLY,
        a_deadline_fired_and_nothing_happened: About.FIRED_WITHOUT_EVENT,
        what_fired_is_armed_again: About.EVENT_WITHOUT_FIRING,
        a_reminder_came_twice: About.FIRED_UNARMED,
        an_engine_reminded_of_what_had_ended: About.ENGINE_ON_ENDED,
        an_escalation_has_other_facts: About.ESCALATION,
        an_escalation_says_another_moment: About.ESCALATION,
        an_escalation_is_lost: About.ESCALATION_MISSING,
        an_escalation_comes_of_nothing: About.ESCALATION_WITHOUT_EVENT,
        a_deadline_reached_a_rung_twice: About.RUNG_TWICE,
        a_key_was_never_answered: About.RESULT,
        a_key_answers_what_is_not_there: About.RESULT,
        a_key_answers_a_position_to_come: About.RESULT,
        a_reader_is_ahead_of_the_stream: About.READER,
        a_notice_tells_of_nothing: About.NOTICE,
        a_notice_begins_elsewhere: About.NOTICE,
        a_message_carries_nothing: About.MESSAGE,
        a_webhook_is_sent_what_is_not_there: About.MESSAGE,
    }
)
"""What is done to a good database, and the one kind of contradiction that it is."""


def archiving(which: str) -> str:
    """The statement that copies events to the archive."""
    return (
        f"INSERT INTO event_archive ({COLUMNS}, archived_at) "
        f"SELECT {COLUMNS}, at FROM event WHERE {which}"
    )


async def the_older_half_is_archived(_: Good) -> None:
    await execute(archiving("position <= 12"))
    await execute("DELETE FROM event WHERE position <= 12")


def test_every_kind_has_its_way_to_come_about() -> None:
    assert set(SPOILT.values()) == set(About)


async def test_each_contradiction_is_found_once_and_nothing_else(house: House) -> None:
    good = Good()
    await good.make(house)

    assert await contradictions() == []
    found = {spoil.__name__: await spoiled(good, spoil) for spoil in SPOILT}
    assert found == {spoil.__name__: [about] for spoil, about in SPOILT.items()}
    assert await spoiled(good, the_older_half_is_archived) == []
    assert await contradictions() == []


async def test_a_stream_without_its_front_contradicts_itself(house: House) -> None:
    revoked = TokenRevoked(at=NINE, by=None, token=TokenId(uuid7()), person=house.agent.person)
    for _ in range(3):
        await unit_of_work(lambda: timeline.append_alone(revoked))
    assert await contradictions() == []

    await execute("DELETE FROM event WHERE position <= 2")

    (found,) = await contradictions()
    assert (found.about, found.where) == (About.POSITION, "positions 1 to 2")
