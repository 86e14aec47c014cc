"""What an owner owes the stakeholders, in GraphQL (R3, R4, W5)."""

from escgraph.jobs.updates import remind_of_updates
from tests.api.office import Office
from tests.queries.house import NINE, hours

LISTED = "{overdueUpdates {because since ticket {number stakeholderUpdateDueAt}}}"


async def test_an_owner_sees_which_updates_are_overdue(any_office: Office) -> None:
    await any_office.open(stakeholders=(any_office.stakeholder.person,))
    assert (await any_office.data(LISTED))["overdueUpdates"] == []

    any_office.clock.moment = NINE + hours(4)
    assert (await any_office.data(LISTED))["overdueUpdates"] == [
        {
            "because": "RHYTHM",
            "since": "2026-03-02T13:00:00Z",
            "ticket": {"number": "ESC-000001", "stakeholderUpdateDueAt": "2026-03-02T13:00:00Z"},
        }
    ]
    assert (await any_office.data(LISTED, by=any_office.manager))["overdueUpdates"] == []
    theirs = f'{{overdueUpdates(ownerId: "{any_office.agent.person}") {{because}}}}'
    assert len((await any_office.data(theirs, by=any_office.manager))["overdueUpdates"]) == 1


async def test_neither_a_stakeholder_nor_a_wallboard_sees_the_list(office: Office) -> None:
    for by in (office.stakeholder, office.wallboard):
        refusal = await office.refusal(LISTED, by=by)
        assert refusal["extensions"]["code"] == "FORBIDDEN"


async def test_the_reminder_is_an_event_among_colleagues(any_office: Office) -> None:
    await any_office.open(stakeholders=(any_office.stakeholder.person,))
    await remind_of_updates(now=NINE + hours(4))
    asked = """{events(first: 50, filter: {kinds: [StakeholderUpdateOverdue]}) {nodes {
      ... on StakeholderUpdateOverdue {title priority dueAt told {name}}}}}"""

    (event,) = (await any_office.data(asked))["events"]["nodes"]
    assert event == {
        "title": "Search is slow",
        "priority": "MEDIUM",
        "dueAt": "2026-03-02T13:00:00Z",
        "told": [{"name": "Ada"}],
    }
    assert (await any_office.data(asked, by=any_office.stakeholder))["events"]["nodes"] == []


async def test_one_act_tells_the_inside_and_the_outside(any_office: Office) -> None:
    ticket_id = await any_office.open(stakeholders=(any_office.stakeholder.person,))
    told = await any_office.act(
        "postStakeholderUpdate",
        {
            "ticketId": str(ticket_id),
            "text": "The disk is dead",
            "audience": "INTERNAL",
            "externalText": "We work on it",
        },
        "ticket {version updatedStakeholdersAt stakeholderUpdateDueAt}",
    )
    assert told["errors"] == []
    assert told["ticket"]["version"] == 3
    asked = """query($id: ID!) {ticket(id: $id) {timeline {nodes {
      ... on StakeholderUpdatePosted {text audience}}}}}"""

    seen = await any_office.data(asked, {"id": str(ticket_id)}, by=any_office.stakeholder)
    assert {"text": "We work on it", "audience": "EXTERNAL"} in seen["ticket"]["timeline"]["nodes"]
    assert "disk" not in str(seen)


async def test_the_rhythm_is_part_of_the_policy(office: Office) -> None:
    policy = await office.data("{policy {updateCadence {priority every}}}")

    assert policy["policy"]["updateCadence"] == [
        {"priority": "HIGH", "every": "PT1H"},
        {"priority": "MEDIUM", "every": "PT4H"},
        {"priority": "LOW", "every": "P1D"},
    ]
