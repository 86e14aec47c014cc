"""Deadlines by a policy that keeps office hours, as people ask for them (A6, C3)."""

from dataclasses import replace
from datetime import UTC, date, datetime, time

from escgraph.domain.calendar import Calendar, Holiday, Window
from escgraph.domain.policy import SOP
from escgraph.domain.terms import Priority
from tests.api.office import Office
from tests.queries.published import publish

DAY = (Window(time(9), time(12)), Window(time(13), time(17)))
OFFICE_HOURS = Calendar(
    "office",
    zone="Europe/Berlin",
    week=(DAY, DAY, DAY, DAY, DAY, (), ()),
    closed=(Holiday(date(2026, 5, 4), "Summer party"),),
)
POLICY = replace(
    SOP,
    version=2,
    calendars={"office": OFFICE_HOURS},
    clocks={Priority.MEDIUM: "office", Priority.LOW: "office"},
)
FRIDAY = datetime(2026, 5, 1, 14, 0, tzinfo=UTC)
"""16:00 in Berlin."""


async def test_a_deadline_tells_the_windows_that_it_was_counted_in(office: Office) -> None:
    """C3, A6: an hour of Friday, three of Tuesday; Monday was closed."""
    await publish(POLICY, at=FRIDAY)
    ticket_id = await office.open(priority=Priority.MEDIUM, at=FRIDAY)

    data = await office.data(
        """query($id: ID!) {deadlineExplanation(ticket: $id) {
          policyVersion calendar zone target dueAt storedDueAt
          windows {opens closes counted} windowsLeftOut holidays {day name} holidaysLeftOut
        }}""",
        {"id": str(ticket_id)},
    )

    assert data["deadlineExplanation"][0] == {
        "policyVersion": 2,
        "calendar": "office",
        "zone": "Europe/Berlin",
        "target": "PT4H",
        "dueAt": "2026-05-05T10:00:00Z",
        "storedDueAt": "2026-05-05T10:00:00Z",
        "windows": [
            {
                "opens": "2026-05-01T11:00:00Z",
                "closes": "2026-05-01T15:00:00Z",
                "counted": "PT1H",
            },
            {
                "opens": "2026-05-05T07:00:00Z",
                "closes": "2026-05-05T10:00:00Z",
                "counted": "PT3H",
            },
        ],
        "windowsLeftOut": 0,
        "holidays": [{"day": "2026-05-04", "name": "Summer party"}],
        "holidaysLeftOut": 0,
    }


async def test_a_deadline_that_never_sleeps_has_no_windows_to_tell(office: Office) -> None:
    """A6: HIGH stays 24x7."""
    await publish(POLICY, at=FRIDAY)
    ticket_id = await office.open(priority=Priority.HIGH, at=FRIDAY)

    data = await office.data(
        "query($id: ID!) {deadlineExplanation(ticket: $id) {calendar zone windows {opens}}}",
        {"id": str(ticket_id)},
    )

    assert data["deadlineExplanation"][0] == {"calendar": "24x7", "zone": "UTC", "windows": []}


async def test_an_engine_fires_at_the_moment_that_office_hours_set(office: Office) -> None:
    """A6: LEVEL_2 after eight hours, on Tuesday at the close."""
    await publish(POLICY, at=FRIDAY)
    ticket_id = await office.open(priority=Priority.MEDIUM, at=FRIDAY)
    due = datetime(2026, 5, 5, 15, 0, tzinfo=UTC)

    await office.sweep(due.replace(hour=14, minute=59))
    asked = "query($id: ID!) {ticket(id: $id) {tier}}"
    before = await office.data(asked, {"id": str(ticket_id)})
    await office.sweep(due)
    after = await office.data(asked, {"id": str(ticket_id)})

    assert (before["ticket"]["tier"], after["ticket"]["tier"]) == ("LEVEL_1", "LEVEL_2")
