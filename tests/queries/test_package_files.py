"""The package as a file: all of it, in every form, and for each reader what is theirs (C3, P2)."""

import json

import pytest

from escgraph.commands import work
from escgraph.documents.package_ticket import FIELDS
from escgraph.domain.errors import NotFoundError
from escgraph.domain.terms import EscalationId, Priority
from escgraph.domain.ticket import Actor, Ticket
from escgraph.queries.package_files import FORMS, PackageFile, package_file, unwritten
from escgraph.queries.packages import assembled
from escgraph.store import escalations
from tests.queries.house import NINE, House, hours, minutes, nobody
from tests.queries.packed import BETWEEN_COLLEAGUES, TO_ANYBODY, everything
from tests.queries.post import told_of


async def _file(escalation: EscalationId, viewer: Actor, form: str = "md") -> PackageFile:
    return await package_file(escalation, form=form, zone="Europe/Berlin", viewer=viewer)


async def _text(escalation: EscalationId, viewer: Actor, form: str = "md") -> str:
    written = (await _file(escalation, viewer, form)).content.decode()
    return written.replace("\\", "")


def test_every_field_of_a_ticket_stands_in_a_package() -> None:
    """C3: a field that comes anew has to be written here too."""
    own_sections = {"description", "deadlines", "pauses"}
    assert FIELDS.keys() == Ticket.__dataclass_fields__.keys() - own_sections


@pytest.mark.parametrize("form", FORMS)
async def test_a_colleague_reads_all_that_was_written(house: House, form: str) -> None:
    """C3."""
    _, escalation = await everything(house)

    text = await _text(escalation, house.engineer, form)

    assert [mark for mark in (*BETWEEN_COLLEAGUES, *TO_ANYBODY) if mark not in text] == []


@pytest.mark.parametrize("form", FORMS)
async def test_a_stakeholder_reads_what_is_for_them(house: House, form: str) -> None:
    """P2, C3."""
    _, escalation = await everything(house)

    text = await _text(escalation, house.stakeholder, form)

    assert [mark for mark in BETWEEN_COLLEAGUES if mark in text] == []
    assert [mark for mark in TO_ANYBODY if mark not in text] == []
    told = '"whole": false' if form == "json" else "is left out."
    assert told in text


async def test_who_does_not_see_the_ticket_finds_no_package(house: House) -> None:
    """P2."""
    _, escalation = await everything(house)
    for viewer, wanted in ((house.stranger, escalation), (house.agent, EscalationId(nobody()))):
        with pytest.raises(NotFoundError):
            await _file(wanted, viewer)


async def test_a_package_is_the_same_file_whatever_comes_of_the_ticket(house: House) -> None:
    """C3."""
    ticket_id, escalation = await everything(house)
    before = [await _file(escalation, house.engineer, form) for form in FORMS]

    await work.log_action(ticket_id, call=house.call(house.engineer, NINE + hours(2)), text="Later")
    await house.sweep(NINE + hours(9))

    assert [await _file(escalation, house.engineer, form) for form in FORMS] == before


async def test_a_package_says_plainly_what_nobody_wrote(house: House) -> None:
    """C3."""
    bare = await house.open(component="", priority=Priority.HIGH)
    await house.sweep(NINE + hours(2))
    (event,) = await told_of("TicketEscalated", bare)
    (row,) = await escalations.of_tickets([bare])

    text = await _text(row.id, house.engineer)

    assert event.ticket_id == row.ticket_id
    assert (
        "Missing: troubleshooting actions, a first response, an assignee, stakeholders, "
        "a stakeholder update, the component and notes."
    ) in text
    assert "None recorded." in text


async def test_json_holds_each_entry_and_how_each_deadline_came_about(house: House) -> None:
    """C3."""
    ticket_id, escalation = await everything(house)
    row = await escalations.by_id(escalation)

    said = json.loads(await _text(escalation, house.engineer, "json"))

    assert len(said["timeline"]) == row.ticket_version
    assert said["timeline"][-1]["event"] == "TicketEscalated"
    assert said["escalation"]["responsibleFrom"] == [str(house.engineer.person)]
    assert said["ticket"]["id"] == str(ticket_id)
    assert [one["kind"] for one in said["deadlines"]] == ["RESPONSE", "LEVEL_2", "MANAGEMENT"]
    assert said["deadlines"][1]["target"] == 7200
    assert said["missing"] == []


@pytest.mark.parametrize("form", ["md", "html"])
async def test_a_package_for_people_says_by_which_clock_its_times_are_told(
    house: House, form: str
) -> None:
    """C3."""
    _, escalation = await everything(house)

    assert "All times are in Europe/Berlin." in await _text(escalation, house.engineer, form)


async def test_a_file_has_the_name_of_the_ticket_and_the_tier(house: House) -> None:
    _, escalation = await everything(house)
    names = [(await _file(escalation, house.engineer, form)).name for form in FORMS]
    assert names == [f"ESC-000001-LEVEL_2-package.{form}" for form in FORMS]


@pytest.mark.parametrize("form", ["md", "json"])
async def test_a_large_package_keeps_its_last_entries_and_says_so(house: House, form: str) -> None:
    """C3: as many as fit."""
    ticket_id = await house.open(priority=Priority.HIGH)
    for number in range(40):
        call = house.call(house.agent, NINE + minutes(1))
        await work.log_action(ticket_id, call=call, text=f"step {number:02} " + "x" * 500)
    await house.sweep(NINE + hours(2))
    (row,) = await escalations.of_tickets([ticket_id])
    whole = await unwritten(await assembled(row), reader=house.engineer, zone="UTC")

    assert whole.small_file(form, most_bytes=10**6) == whole.file(form)
    file = whole.small_file(form, most_bytes=20_000)

    assert file is not None
    assert 10_000 < len(file.content) <= 20_000
    assert b"step 39" in file.content
    assert b"step 00" not in file.content
    said = b'"entriesLeftOut": ' if form == "json" else b"Cut to keep it small: the first "
    assert said in file.content
    assert whole.small_file(form, most_bytes=100) is None
