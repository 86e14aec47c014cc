"""Policies through the whole schema: drafted by an administrator, read by everybody (P5, Q5)."""

from dataclasses import replace

import pytest

from escgraph.documents.policy_yaml import written
from escgraph.domain.policy import SOP, Route
from tests.api.counter import only, opened
from tests.api.office import Json, Office
from tests.api.test_reviews import reviewed
from tests.domain.desk import days
from tests.queries.house import NINE, hours, nobody

TEXT = f"# Agreed on in March.\r\n{written(replace(SOP, name='Tighter', hold_cap=days(7)))}"
OFFICE = written(
    replace(SOP, routes=(Route("minor-bug", None, "Apps", "ada@example.org"),))
).replace(
    "  LOW: 24x7\ncalendars: {}\n",
    "  LOW: office\n"
    "calendars: {office: {zone: Europe/Berlin, week: {MONDAY: [09:00-12:00, 13:00-24:00]}, "
    "holidays: [{country: DE, subdivision: BE}], closed: [{day: 2026-12-24, name: Eve}]}}\n",
)
DRAFT = "draft {id state yaml}"


async def drafted(office: Office, text: str = TEXT, **more: str) -> str:
    given = {"yaml": text, "reason": "Holds lasted too long", **more}
    payload = await office.act("draftPolicy", given, DRAFT, by=office.administrator)
    assert payload["errors"] == []
    return str(payload["draft"]["id"])


async def published(office: Office, text: str = TEXT, **more: str) -> str:
    given = {"draftId": await drafted(office, text, **more)}
    await office.act("validatePolicyDraft", given, DRAFT, by=office.administrator)
    payload = await office.act("publishPolicy", given, DRAFT, by=office.administrator)
    assert payload["errors"] == []
    return given["draftId"]


async def test_a_policy_is_drafted_revised_validated_and_published(any_office: Office) -> None:
    """Q5: and the text that comes out is the text that went in, byte for byte."""
    office, by = any_office, any_office.administrator
    given: Json = {"draftId": await drafted(office, written(SOP))}
    revised = await office.act(
        "revisePolicyDraft", {**given, "yaml": TEXT, "reason": "Agreed"}, DRAFT, by=by
    )
    assert revised["draft"] == {"id": given["draftId"], "state": "DRAFT", "yaml": TEXT}
    validated = await office.act("validatePolicyDraft", given, "draft {state validatedAt}", by=by)
    assert validated["draft"] == {"state": "VALIDATED", "validatedAt": "2026-03-02T09:00:00Z"}

    office.clock.moment = NINE + hours(1)
    payload = await office.act(
        "publishPolicy",
        {**given, "expectedVersion": 1},
        """draft {state publishedVersion changes {words}} version {version name state reason
        reviewId publishedAt retiredAt author {name} changes {path before after} policy {yaml}}""",
        by=by,
    )

    assert payload["errors"] == []
    assert payload["cursor"]
    assert payload["draft"] == {
        "state": "PUBLISHED",
        "publishedVersion": 2,
        "changes": [
            {"words": f'It is called "Tighter" instead of "{SOP.name}"'},
            {"words": "A hold lasts 7d at most instead of 14d"},
        ],
    }
    assert payload["version"] == {
        "version": 2,
        "name": "Tighter",
        "state": "PUBLISHED",
        "reason": "Agreed",
        "reviewId": None,
        "publishedAt": "2026-03-02T10:00:00Z",
        "retiredAt": None,
        "author": {"name": "Alan"},
        "changes": [
            {"path": "name", "before": SOP.name, "after": "Tighter"},
            {"path": "holdCap", "before": "14d", "after": "7d"},
        ],
        "policy": {"yaml": TEXT},
    }
    data = await office.data("{policy {version holdCap yaml} policies {version state retiredAt}}")
    assert data == {
        "policy": {"version": 2, "holdCap": "P7D", "yaml": TEXT},
        "policies": [
            {"version": 2, "state": "PUBLISHED", "retiredAt": None},
            {"version": 1, "state": "RETIRED", "retiredAt": "2026-03-02T10:00:00Z"},
        ],
    }


async def test_what_nobody_wrote_is_shown_as_it_would_be_written(office: Office) -> None:
    data = await office.data("{policy {yaml} policies {reason author {name} changes {words}}}")

    assert data["policy"]["yaml"] == written(SOP)
    assert data["policies"] == [{"reason": None, "author": None, "changes": []}]


async def test_publishing_moves_no_open_ticket(office: Office) -> None:
    """P5."""
    ticket_id = await opened(office)
    document = "query($id: ID!) {ticket(id: $id) {policyVersion version deadlines {kind dueAt}}}"
    before = await office.data(document, {"id": ticket_id})

    await published(office)

    assert await office.data(document, {"id": ticket_id}) == before


async def test_every_figure_of_a_policy_can_be_asked_for(office: Office) -> None:
    """A6, A7, P3, R4, F1, Q2."""
    await published(office, OFFICE)

    policy = (
        await office.data(
            """{policy {zone reviewCalendar
            holdCaps {reason cap} recurrence {tickets within}
            clocks {priority calendar {name}}
            calendars {name zone week {weekday windows} regions {country subdivision}
              closed {day name} holidays(year: 2026) {day}}
            categories {key} routes {category component team ownerEmail}
            references {title link version}}}"""
        )
    )["policy"]

    (office_hours,) = policy.pop("calendars")
    assert office_hours["week"][0] == {
        "weekday": "MONDAY",
        "windows": ["09:00-12:00", "13:00-24:00"],
    }
    assert [day["windows"] for day in office_hours["week"][1:]] == [[]] * 6
    assert {"day": "2026-03-08"} in office_hours["holidays"]
    assert office_hours["closed"] == [{"day": "2026-12-24", "name": "Eve"}]
    assert office_hours["regions"] == [{"country": "DE", "subdivision": "BE"}]
    assert policy["clocks"] == [
        {"priority": "HIGH", "calendar": None},
        {"priority": "MEDIUM", "calendar": None},
        {"priority": "LOW", "calendar": {"name": "office"}},
    ]
    assert {cap["cap"] for cap in policy["holdCaps"]} == {"P14D"}
    assert len(policy["holdCaps"]) == 4
    assert policy["recurrence"] == {"tickets": 3, "within": "P90D"}
    assert policy["routes"] == [
        {
            "category": "minor-bug",
            "component": None,
            "team": "Apps",
            "ownerEmail": "ada@example.org",
        }
    ]
    assert len(policy["references"]) == 3
    assert (policy["zone"], policy["reviewCalendar"]) == ("UTC", None)


async def test_who_sees_no_addresses_sees_none_in_a_policy(office: Office) -> None:
    """P2."""
    await published(office, OFFICE)
    document = """{policy {yaml routes {team ownerEmail}}
      policies {changes {path}} policyDiff(from: 1, to: 2) {path}}"""

    for viewer in (office.stakeholder, office.wallboard):
        data = await office.data(document, by=viewer)
        assert data["policy"] == {
            "yaml": None,
            "routes": [{"team": "Apps", "ownerEmail": None}],
        }
        assert "routes" not in str(data["policies"]) + str(data["policyDiff"])
    data = await office.data(document, by=office.engineer)
    assert {"path": "routes"} in data["policyDiff"]


async def test_who_published_a_version_and_why_is_for_those_who_work_on_tickets(
    office: Office,
) -> None:
    """P2: as in the SOP's document; nobody else reads it, whichever way they come."""
    review_id = await reviewed(office)
    await published(office, reason="Grace was slow", reviewId=review_id)
    document = "{policies {version author {name} reason reviewId changes {path}}}"
    changes = [{"path": "name"}, {"path": "holdCap"}]

    for viewer in (office.stakeholder, office.wallboard):
        newest = (await office.data(document, by=viewer))["policies"][0]
        assert newest == {
            "version": 2,
            "author": None,
            "reason": None,
            "reviewId": None,
            "changes": changes,
        }
    for viewer in (office.agent, office.engineer, office.manager, office.administrator):
        newest = (await office.data(document, by=viewer))["policies"][0]
        assert newest == {
            "version": 2,
            "author": {"name": "Alan"},
            "reason": "Grace was slow",
            "reviewId": review_id,
            "changes": changes,
        }


async def test_two_policies_are_compared_in_words_and_as_data(office: Office) -> None:
    """Q5."""
    await published(office)
    draft_id = await drafted(office, TEXT.replace("level2: 2h", "level2: 1h30m"))
    fields = "{path before after words}"

    data = await office.data(
        f"""query($draft: ID!) {{
          versions: policyDiff(from: 1, to: 2) {fields}
          same: policyDiff(from: 2) {fields}
          draft: policyDiff(toDraft: $draft) {fields}
          back: policyDiff(fromDraft: $draft, to: 2) {fields}}}""",
        {"draft": draft_id},
        by=office.manager,
    )

    assert [one["path"] for one in data["versions"]] == ["name", "holdCap"]
    assert data["same"] == []
    assert data["draft"] == [
        {
            "path": "targets.HIGH.level2",
            "before": "2h",
            "after": "1h30m",
            "words": "HIGH: escalates to LEVEL_2 after 1h30m instead of 2h",
        }
    ]
    assert [one["after"] for one in data["back"]] == ["2h"]


async def test_a_comparison_with_what_is_not_there_is_refused(office: Office) -> None:
    draft_id = await drafted(office)
    nowhere = await office.refusal("{policyDiff(to: 9) {words}}")
    both = await office.refusal(
        f'{{policyDiff(to: 1, toDraft: "{draft_id}") {{words}}}}', by=office.manager
    )
    hidden = await office.refusal(f'{{policyDiff(toDraft: "{draft_id}") {{words}}}}')

    assert nowhere["extensions"]["code"] == "NOT_FOUND"
    assert "name one of them" in both["message"]
    assert hidden["extensions"]["code"] == "FORBIDDEN"


async def test_drafts_are_for_those_who_decide_on_them(office: Office) -> None:
    """P2."""
    draft_id = await drafted(office)
    query, node = "{policyDrafts {id state}}", f'{{node(id: "{draft_id}") {{__typename id}}}}'
    for viewer in (office.administrator, office.manager):
        data = await office.data(query, by=viewer)
        assert data == {"policyDrafts": [{"id": draft_id, "state": "DRAFT"}]}
        found = (await office.data(node, by=viewer))["node"]
        assert found == {"__typename": "PolicyDraft", "id": draft_id}
    for viewer in (office.agent, office.engineer, office.stakeholder, office.script):
        refused = await office.refusal(query, by=viewer)
        assert refused["extensions"]["code"] == "FORBIDDEN"
        assert (await office.refusal(node, by=viewer))["extensions"]["code"] == "NOT_FOUND"


async def test_every_colleague_hears_that_a_policy_came_into_force(office: Office) -> None:
    """P5: and only those who decide on drafts hear of them."""
    await published(office)
    document = "{events {nodes {kind ... on PolicyPublished {version changes ledByReviewId}}}}"

    for viewer in (office.agent, office.engineer, office.script):
        nodes = (await office.data(document, by=viewer))["events"]["nodes"]
        assert [node["kind"] for node in nodes] == ["PolicyPublished", "PolicyRetired"]
        assert nodes[0]["version"] == 2
        assert len(nodes[0]["changes"]) == 2
    for viewer in (office.administrator, office.manager):
        nodes = (await office.data(document, by=viewer))["events"]["nodes"]
        assert [node["kind"] for node in nodes] == [
            "PolicyDrafted",
            "PolicyDraftValidated",
            "PolicyPublished",
            "PolicyRetired",
        ]
    for viewer in (office.stakeholder, office.wallboard):
        assert (await office.data(document, by=viewer))["events"]["nodes"] == []


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "    respond: 1h",
            "    respnd: 1h",
            "line 8: targets.HIGH.respnd is no key of a policy; did you mean respond?",
        ),
        ("zone: UTC", "zone: Mars", 'line 4, zone: "Mars" is no time zone; write one like Eu'),
        ("    level2: 2h", "    level2: 5h", "line 7, targets.HIGH: the targets of HIGH are out"),
        (
            "calendars: {}",
            "calendars: {office: {zone: UTC, week: {MONDAY: [09:00-12:00, 11:00-17:00]}}}",
            "line 27, calendars.office.week.MONDAY: on MONDAY the windows 09:00-12:00 and 11:",
        ),
        (
            "calendars: {}",
            "calendars: {office: {zone: UTC, week: {}}}",
            "line 27, calendars.office.week: the calendar has no open window",
        ),
        (
            "calendars: {}",
            "calendars: {o: {zone: UTC, week: {MONDAY: [9:00-10:00]}}}",
            'line 27, calendars.o.week.MONDAY: "9:00-10:00" is no window; write it like',
        ),
        (
            "calendars: {}",
            "calendars: {o: {zone: UTC, week: {MONDAY: [09:00-10:00]}, holidays: [{country: XX}]}}",
            'line 27, calendars.o.holidays.country: there is no country "XX"',
        ),
    ],
)
async def test_a_mistake_in_a_text_is_named_with_its_line(
    office: Office, old: str, new: str, message: str
) -> None:
    """T11, A6."""
    text = TEXT.replace(old, new, 1)
    assert text != TEXT

    payload = await office.act(
        "draftPolicy", {"yaml": text, "reason": "x"}, DRAFT, by=office.administrator
    )

    error = only(payload)
    assert error["code"] == "INVALID_INPUT"
    assert error["field"][0] == "yaml"
    assert error["message"].startswith(message)


async def test_what_cannot_be_done_to_a_draft_is_said_with_advice(office: Office) -> None:
    """Q5."""
    by = office.administrator
    given: Json = {"draftId": await drafted(office)}
    early = only(await office.act("publishPolicy", given, DRAFT, by=by))
    assert early["code"] == "WRONG_STATUS"
    assert early["message"].endswith("validate it first")
    await office.act("validatePolicyDraft", given, DRAFT, by=by)
    stale = only(await office.act("publishPolicy", {**given, "expectedVersion": 7}, DRAFT, by=by))
    assert (stale["code"], stale["currentVersion"]) == ("STALE_VERSION", 1)
    await office.act("discardPolicyDraft", {**given, "reason": "No"}, DRAFT, by=by)
    late = only(await office.act("publishPolicy", given, DRAFT, by=by))
    assert "cannot publish a draft that is DISCARDED" in late["message"]
    unknown = only(await office.act("publishPolicy", {"draftId": str(nobody())}, DRAFT, by=by))
    assert (unknown["code"], unknown["field"]) == ("NOT_FOUND", ["draftId"])
    review = {"yaml": TEXT, "reason": "x", "reviewId": str(nobody())}
    led = only(await office.act("draftPolicy", review, DRAFT, by=by))
    assert (led["code"], led["field"]) == ("NOT_FOUND", ["reviewId"])


async def test_a_draft_sent_twice_under_one_key_is_one(office: Office) -> None:
    given = {"yaml": TEXT, "reason": "x", "idempotencyKey": "draft-1"}

    first = await office.act("draftPolicy", given, DRAFT, by=office.administrator)
    again = await office.act("draftPolicy", given, DRAFT, by=office.administrator)

    assert first == again
    data = await office.data("{policyDrafts {id}}", by=office.manager)
    assert len(data["policyDrafts"]) == 1
