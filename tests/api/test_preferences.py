"""How people want to be told, through the whole schema (§5, P2)."""

from datetime import time
from zoneinfo import ZoneInfo

import pytest

from escgraph.domain.calm import Wishes
from escgraph.domain.quiet_hours import QuietHours
from escgraph.domain.ticket import Actor
from escgraph.store import preferences, stream
from tests.api.counter import only
from tests.api.office import Json, Office
from tests.queries.house import nobody

SET = "setNotificationPreferences"
WISHES = "preferences {zone quietHours {since until} digestAt hourlyCap}"
NONE = {"zone": None, "quietHours": None, "digestAt": None, "hourlyCap": 30}
NIGHT = {"since": "22:00", "until": "07:00"}
ALL = {"zone": "Europe/Berlin", "quietHours": NIGHT, "digestAt": "08:30", "hourlyCap": 5}


async def _mine(office: Office, *, by: Actor | None = None) -> Json:
    found: Json = (await office.data(f"{{me {{{WISHES}}}}}", by=by))["me"]["preferences"]
    return found


async def test_wishes_are_said_one_by_one_and_taken_back_by_null(any_office: Office) -> None:
    office = any_office
    assert await _mine(office) == NONE

    payload = await office.act(SET, ALL, WISHES)

    assert payload["preferences"] == ALL == await _mine(office)
    found = await preferences.wishes_of([office.agent.person])
    night = QuietHours(time(22), time(7))
    assert found == {
        office.agent.person: Wishes(ZoneInfo("Europe/Berlin"), night, time(8, 30), hourly_cap=5)
    }
    left_out = await office.act(SET, {"hourlyCap": 7}, WISHES)
    assert left_out["preferences"] == {**ALL, "hourlyCap": 7}
    taken_back = await office.act(SET, {"quietHours": None, "hourlyCap": None}, WISHES)
    assert taken_back["preferences"] == {**ALL, "quietHours": None, "hourlyCap": 30}
    nothing = await office.act(SET, {"zone": None, "digestAt": None}, WISHES)
    assert nothing["preferences"] == NONE


async def test_a_repeated_key_wishes_once_and_null_is_not_what_is_left_out(
    office: Office,
) -> None:
    keyed = {"hourlyCap": 5, "idempotencyKey": "one"}

    await office.act(SET, keyed, WISHES)
    head = await stream.head()
    again = await office.act(SET, keyed, WISHES)
    other = await office.act(SET, {**keyed, "zone": None}, WISHES)

    assert again["preferences"]["hourlyCap"] == 5
    assert await stream.head() == head
    assert only(other)["code"] == "CONFLICT"


@pytest.mark.parametrize(
    ("given", "field", "words"),
    [
        ({"zone": "Europe/Berlim"}, ["zone"], "did you mean Europe/Berlin?"),
        ({"quietHours": NIGHT}, ["zone"], "in which zone"),
        ({"zone": "UTC", "digestAt": "8:30"}, ["digestAt"], "write it like 07:30"),
        (
            {"zone": "UTC", "quietHours": {"since": "24:00", "until": "07:00"}},
            ["quietHours", "since"],
            "write it like 07:30",
        ),
        (
            {"zone": "UTC", "quietHours": {"since": "07:00", "until": "07:00"}},
            ["quietHours", "until"],
            "have no length",
        ),
        ({"hourlyCap": 0}, ["hourlyCap"], "from 1 to 1000"),
        ({"personId": "x"}, ["personId"], "is no id"),
    ],
)
async def test_a_wish_that_makes_no_sense_is_refused(
    office: Office, given: Json, field: list[str], words: str
) -> None:
    error = only(await office.act(SET, given, WISHES))

    assert (error["code"], error["field"]) == ("INVALID_INPUT", field)
    assert words in error["message"]
    assert (await stream.head()).position == 0


async def test_an_administrator_wishes_for_a_stakeholder_and_nobody_else_does(
    any_office: Office,
) -> None:
    """P2."""
    office = any_office
    given = {**ALL, "personId": str(office.stakeholder.person)}

    for by in (office.agent, office.manager, office.stakeholder, office.script, office.wallboard):
        assert only(await office.act(SET, given, WISHES, by=by))["code"] == "FORBIDDEN"
    payload = await office.act(SET, given, WISHES, by=office.administrator)

    assert payload["preferences"] == ALL
    assert await _mine(office, by=office.stakeholder) == ALL
    assert await _mine(office, by=office.administrator) == NONE


async def test_who_is_told_nothing_has_no_wishes(office: Office) -> None:
    for whom, code in (
        (office.script.person, "INVALID_INPUT"),
        (office.wallboard.person, "INVALID_INPUT"),
        (nobody(), "NOT_FOUND"),
    ):
        given = {"hourlyCap": 5, "personId": str(whom)}
        error = only(await office.act(SET, given, WISHES, by=office.administrator))
        assert (error["code"], error["field"]) == (code, ["personId"])


async def test_whose_wishes_are_whose_business(office: Office) -> None:
    """P2: what happened is told to those who oversee, and what is wished to nobody."""
    await office.act(SET, ALL, WISHES)
    document = f"{{people {{name {WISHES}}}}}"

    async def seen(by: Actor) -> dict[str, Json]:
        people = (await office.data(document, by=by))["people"]
        return {one["name"]: one["preferences"] for one in people}

    assert {name for name, wishes in (await seen(office.agent)).items() if wishes} == {"Ada"}
    assert (await seen(office.manager))["Ada"] is None
    by_administrator = await seen(office.administrator)
    assert (by_administrator["Ada"], by_administrator["Stella"]) == (ALL, NONE)
    events = "{events {nodes {__typename by {name} ... on PreferencesChanged {person {name}}}}}"
    told = (await office.data(events, by=office.manager))["events"]["nodes"]
    ada = {"name": "Ada"}
    assert told == [{"__typename": "PreferencesChanged", "by": ada, "person": ada}]
    assert (await office.data(events, by=office.engineer))["events"]["nodes"] == []
