"""The report of a review, and a quarter from a log to the policy that came of it (Q1 to Q5)."""

import re
from datetime import UTC, datetime
from pathlib import Path

from escgraph.domain.terms import Priority
from escgraph.jobs.quarterly import open_due
from escgraph.play.formats import read
from escgraph.play.player import Player
from escgraph.store.database import fetch
from tests.api.counter import only
from tests.api.office import Json, Office
from tests.queries.house import hours

SAMPLE = Path(__file__).parents[2] / "examples" / "sample-incidents.csv"
NOVEMBER = datetime(2025, 11, 10, 9, tzinfo=UTC)
FEBRUARY = datetime(2026, 2, 10, 9, tzinfo=UTC)
APRIL = datetime(2026, 4, 1, tzinfo=UTC)
HOSTILE = "<script>alert(1)</script> | **bold** [x](http://x)\nnext line"


async def report(office: Office, review_id: str, form: str = "MARKDOWN") -> str:
    document = (
        "query($id: ID!, $form: DocumentFormat!) "
        "{reviewReport(id: $id, format: $form) {text mediaType}}"
    )
    answer = await office.data(document, {"id": review_id, "form": form}, by=office.manager)
    kind = {"MARKDOWN": "text/markdown", "HTML": "text/html"}[form]
    assert answer["reviewReport"]["mediaType"].startswith(kind)
    return str(answer["reviewReport"]["text"])


async def act(office: Office, name: str, **given: object) -> Json:
    payload = await office.act(name, given, "__typename", by=office.manager)
    assert (name, payload["errors"]) == (name, [])
    return payload


async def quarterly(office: Office, quarter: str = "2026-Q1") -> str:
    nodes = (await office.data("{reviews(first: 200) {nodes {id quarter}}}"))["reviews"]["nodes"]
    (found,) = [node["id"] for node in nodes if node["quarter"] == quarter]
    return str(found)


async def unread(office: Office, review_id: str) -> list[str]:
    document = (
        "query($id: ID!) {review(id: $id) "
        "{cases(read: false, first: 100) {nodes {escalation {id}}}}}"
    )
    cases = (await office.data(document, {"id": review_id}))["review"]["cases"]
    return [case["escalation"]["id"] for case in cases["nodes"]]


async def read_everything(
    office: Office, review_id: str, finding: str = "Nobody was there"
) -> None:
    """As a script does it: page by page, until nothing waits."""
    while ids := await unread(office, review_id):
        await act(office, "markCasesRead", reviewId=review_id, escalationIds=ids, finding=finding)


async def complete(office: Office, review_id: str) -> None:
    texts = {
        "FINDINGS": "Payroll escalates at night.",
        "IMPROVEMENTS": HOSTILE,
        "SOP_CHANGE": "HIGH is to reach LEVEL_2 after one hour.",
    }
    for section, text in texts.items():
        await act(office, "writeReviewSection", reviewId=review_id, section=section, text=text)
    await act(
        office,
        "addReviewAction",
        reviewId=review_id,
        description="Staff the night shift",
        ownerId=str(office.engineer.person),
        dueOn="2026-05-31",
    )
    await act(office, "completeReview", reviewId=review_id)


async def opened(office: Office) -> str:
    await office.open("Search is slow", Priority.HIGH, at=FEBRUARY)
    await office.sweep(FEBRUARY + hours(2))
    await office.sweep(FEBRUARY + hours(4))
    await open_due(now=APRIL)
    office.clock.moment = APRIL + hours(9)
    return await quarterly(office)


def section(text: str, heading: str) -> str:
    return text.split(f"## {heading}\n")[1].split("\n## ", maxsplit=1)[0]


async def test_a_quarter_of_a_log_is_reviewed_by_a_script_and_changes_the_policy(
    any_office: Office,
) -> None:
    """Q1 to Q5: played in, opened by the job, read, completed, drafted, published."""
    office = any_office
    player = Player(office.manager)
    await player.play(read(SAMPLE), progress=lambda: None)
    live = await office.open(
        "Mail is down", Priority.HIGH, at=datetime(2026, 3, 31, 23, tzinfo=UTC)
    )
    await open_due(now=APRIL)
    office.clock.moment = APRIL + hours(9)
    review_id = await quarterly(office)
    escalated = await unread(office, review_id)
    (row,) = await fetch("SELECT count(*) AS many FROM escalation WHERE fired_at < $1", APRIL)
    assert len(escalated) == row["many"] > 10

    early = only(
        await office.act(
            "completeReview", {"reviewId": review_id}, "review {id}", by=office.manager
        )
    )
    assert f"a finding on {row['many']} cases (ESC-" in early["message"]

    await read_everything(office, review_id)
    await complete(office, review_id)
    before = await report(office, review_id)
    assert f"{row['many']} of {row['many']} escalations were read" in before

    armed = await fetch("SELECT * FROM deadline ORDER BY id")
    yaml = (await office.data("{policy {yaml}}"))["policy"]["yaml"]
    tightened, changed = re.subn(
        r"(HIGH:.*?level2: )\S+", r"\g<1>90m", yaml, count=1, flags=re.DOTALL
    )
    assert changed == 1, yaml
    given = {"yaml": tightened, "reason": "HIGH waits too long", "reviewId": review_id}
    drafted = await office.act("draftPolicy", given, "draft {id}", by=office.administrator)
    assert drafted["errors"] == []
    draft = {"draftId": drafted["draft"]["id"]}
    for name in ("validatePolicyDraft", "publishPolicy"):
        payload = await office.act(name, draft, "__typename", by=office.administrator)
        assert (name, payload["errors"]) == (name, [])

    document = (
        "query($id: ID!) {review(id: $id) "
        "{policies {version reason changes {words}} policyDrafts {publishedVersion}}}"
    )
    seen = (await office.data(document, {"id": review_id}, by=office.manager))["review"]
    assert [one["version"] for one in seen["policies"]] == [2]
    assert "HIGH" in seen["policies"][0]["changes"][0]["words"]
    assert seen["policyDrafts"] == [{"publishedVersion": 2}]
    assert (await office.data(document, {"id": review_id}))["review"]["policyDrafts"] == []

    after = await report(office, review_id)
    came = section(after, "What came of it")
    assert "Policy version 2 came of this review" in came
    assert "HIGH waits too long" in came
    assert after.split("## What came of it")[0] == before.split("## What came of it")[0]
    assert await fetch("SELECT * FROM deadline ORDER BY id") == armed
    (row,) = await fetch("SELECT policy_version FROM ticket WHERE id = $1", live)
    assert row["policy_version"] == 1


async def test_the_report_of_a_completed_review_never_changes(office: Office) -> None:
    """Q1: what was found out is kept as its manager saw it."""
    review_id = await opened(office)
    await read_everything(office, review_id)
    await complete(office, review_id)
    before = await report(office, review_id)
    facts = "query($id: ID!) {review(id: $id) {quarterlyFacts {asOf gaps {kind count}}}}"
    kept = await office.data(facts, {"id": review_id})

    office.clock.moment += hours(24 * 40)
    await office.open("Another", Priority.HIGH, at=FEBRUARY)
    await office.sweep(FEBRUARY + hours(2))

    assert await report(office, review_id) == before
    assert await office.data(facts, {"id": review_id}) == kept


async def test_an_action_done_later_is_told_apart_from_what_was_completed(office: Office) -> None:
    """Q4: followed until done."""
    review_id = await opened(office)
    await read_everything(office, review_id)
    await complete(office, review_id)
    before = await report(office, review_id)
    (node,) = (await office.data("{reviewActions {nodes {id}}}"))["reviewActions"]["nodes"]
    office.clock.moment += hours(24)
    await act(office, "completeReviewAction", actionId=node["id"], outcome="Two people more")
    after = await report(office, review_id)
    assert "done on 2 April 2026: Two people more" in section(after, "What came of it")
    assert after.split("## What came of it")[0] == before.split("## What came of it")[0]


async def test_an_action_is_carried_into_the_next_review_until_it_is_done(office: Office) -> None:
    """Q4."""
    review_id = await opened(office)
    await read_everything(office, review_id)
    await complete(office, review_id)
    await open_due(now=datetime(2026, 7, 1, tzinfo=UTC))
    following = await quarterly(office, "2026-Q2")
    carried_over = "carriedOver {origin description doneAt}"
    document = f"query($id: ID!) {{review(id: $id) {{quarterlyFacts {{{carried_over}}}}}}}"
    answer = await office.data(document, {"id": following})
    carried = answer["review"]["quarterlyFacts"]["carriedOver"]
    assert carried == [
        {"origin": "2026-Q1", "description": "Staff the night shift", "doneAt": None}
    ]
    assert "Staff the night shift" in section(await report(office, following), "Actions")


async def test_the_first_page_says_what_happened_and_what_to_decide(office: Office) -> None:
    text = await report(office, await opened(office))
    assert text.startswith("# Quarterly review 2026-Q1\n\n1 January 2026 to 31 March 2026 (UTC).")
    happened, decide = section(text, "What happened"), section(text, "What to decide")
    assert "1 ticket opened (none the quarter before), 0 resolutions, 0 reopenings." in happened
    assert "2 escalations (none the quarter before): 2 by a missed deadline" in happened
    assert "Read 2 escalations without a finding: ESC-000001 and more." in decide


async def test_a_quarter_without_escalations_draws_no_chart_and_says_so(office: Office) -> None:
    """P4: of nothing there is no scale, and of one quarter no line."""
    await office.open("Search is slow", Priority.LOW, at=APRIL - hours(1))
    await open_due(now=APRIL)
    office.clock.moment = APRIL + hours(9)
    review_id = await quarterly(office)
    assert "<svg" not in await report(office, review_id, "HTML")
    figures = section(await report(office, review_id), "Figures")
    assert "Nothing was escalated in this quarter" in figures
    assert "Targets were due in none of these quarters" in figures


async def test_one_quarter_alone_is_compared_with_nothing(office: Office) -> None:
    """P4: the weeks are drawn, and a share without one before it stands alone."""
    review_id = await opened(office)
    assert (await report(office, review_id, "HTML")).count("<svg") == 1
    text = await report(office, review_id)
    assert "Targets were due in one of these quarters only" in section(text, "Figures")
    happened = section(text, "What happened")
    assert "Targets kept: first response 0\N{NO-BREAK SPACE}%, LEVEL_2 0" in happened
    assert "(-)" not in happened


async def test_what_people_wrote_is_text_in_a_report_whatever_it_looks_like(office: Office) -> None:
    await office.open("Mail is down", Priority.HIGH, at=NOVEMBER)
    review_id = await opened(office)
    await read_everything(office, review_id, finding=HOSTILE)
    await complete(office, review_id)
    page = await report(office, review_id, "HTML")
    assert "<script" not in page
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt;") >= 2
    assert page.count("<svg") == 2
    text = await report(office, review_id)
    assert "\\<script\\>alert(1)\\</script\\> \\| \\*\\*bold\\*\\*" in text


async def test_a_review_of_a_ticket_has_a_report_too(office: Office) -> None:
    """D3."""
    at = office.clock.moment
    ticket = await office.open("Mail | is down", Priority.HIGH, at=at)
    await office.sweep(at + hours(4))
    office.clock.moment = at + hours(5)
    done = {"ticketId": str(ticket), "summary": "Fixed", "code": "FIXED"}
    payload = await office.act("resolveTicket", done)
    assert payload["errors"] == []
    (node,) = (await office.data("{reviews {nodes {id}}}"))["reviews"]["nodes"]
    text = await report(office, node["id"])
    assert text.startswith("# Post-issue review of ESC-000001\n\nMail \\| is down")
    assert "Resolved on 2 March 2026, 14:00, after 5 h." in text
    assert "LEVEL_1 to LEVEL_2" in section(text, "Escalations")


async def test_a_review_of_a_ticket_reports_its_timeline_and_every_turn_of_it(
    any_office: Office,
) -> None:
    """D3: in its order, who did it, and what people wrote as text."""
    office = any_office
    at = office.clock.moment
    ticket = str(await office.open("Mail is down", Priority.MEDIUM, at=at))

    async def do(name: str, hour: int, **given: object) -> None:
        office.clock.moment = at + hours(hour)
        await act(office, name, ticketId=ticket, **given)

    await do("changePriority", 1, priority="HIGH", reason=HOSTILE)
    await do("holdTicket", 2, reason="AWAITING_VENDOR", note="They look")
    await do("resumeTicket", 3)
    await do("markCritical", 4, reason="Money")
    await do("resolveTicket", 5, summary="Restarted", code="WORKAROUND")
    await do("reopenTicket", 6, reason="It is back")
    (node,) = (await office.data("{reviews {nodes {id}}}"))["reviews"]["nodes"]
    unresolved = await report(office, node["id"])
    assert "It is not resolved." in section(unresolved, "How it was resolved")
    done = {"summary": "New | disk", "code": "FIXED", "rootCause": "A full disk"}
    await do("resolveTicket", 7, **done)
    await do("reopenTicket", 8, reason="Once more")
    await do("resolveTicket", 9, **done)

    text = await report(office, node["id"])
    resolved = section(text, "How it was resolved")
    assert "New \\| disk\n\nThe root cause: A full disk\n" in resolved
    assert "Resolved by Margaret on 2 March 2026, 18:00, as fixed." in resolved
    held = "| 2 March 2026, 11:00 | 2 March 2026, 12:00 | awaiting vendor | They look | Margaret"
    assert held in section(text, "Holds")
    assert "| MEDIUM to HIGH | \\<script\\>" in section(text, "Priority changes")
    assert "| 1 | It is back | Margaret |" in section(text, "Reopenings")
    assert "| 2 | Once more | Margaret |" in section(text, "Reopenings")
    entries = re.findall(r"\| 2 March 2026, (\S+) \| (\w+)", section(text, "Timeline"))
    assert entries[0] == ("09:00", "Opened")
    assert ("13:00", "Marked") in entries
    assert [moment for moment, _ in entries] == sorted(moment for moment, _ in entries)
    page = await report(office, node["id"], "HTML")
    assert "<script" not in page
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt;") == 2


async def test_turns_that_a_ticket_did_not_take_are_left_out(office: Office) -> None:
    ticket = str(await office.open("Mail is down", Priority.HIGH, at=office.clock.moment))
    await act(office, "markCritical", ticketId=ticket, reason="Money")
    await act(office, "resolveTicket", ticketId=ticket, summary="Fixed", code="FIXED")
    (node,) = (await office.data("{reviews {nodes {id}}}"))["reviews"]["nodes"]
    headings = re.findall(r"^## (.*)$", await report(office, node["id"]), flags=re.MULTILINE)
    assert headings == [
        "What happened",
        "How it was resolved",
        "What was learned",
        "Actions",
        "Deadlines that passed unmet",
        "Escalations",
        "Timeline",
    ]


async def test_a_report_tells_what_is_alike_by_its_words_whatever_the_component(
    any_office: Office,
) -> None:
    """Q2: in the report and in the facts, as they are kept."""
    office = any_office
    for component in ("mail", "payroll", "search"):
        await office.open("Export | does not start", at=FEBRUARY, component=component)
    review_id = await opened(office)
    await read_everything(office, review_id)
    await complete(office, review_id)
    table = section(await report(office, review_id), "Recurring issues")
    row = "| Export \\| does not start | 3 | ESC-000001, ESC-000002 and more |"
    assert row in table.split("Alike by their words")[1]
    document = "query($id: ID!) {review(id: $id) {quarterlyFacts {alikeByWords {title tickets}}}}"
    seen = (await office.data(document, {"id": review_id}))["review"]["quarterlyFacts"]
    assert seen["alikeByWords"] == [
        {
            "title": "Export | does not start",
            "tickets": ["ESC-000001", "ESC-000002", "ESC-000003"],
        }
    ]


async def test_a_report_is_for_those_who_work_on_tickets(office: Office) -> None:
    """P2."""
    review_id = await opened(office)
    for outsider in (office.stakeholder, office.wallboard):
        error = await office.refusal(
            "query($id: ID!) {reviewReport(id: $id) {text}}", {"id": review_id}, by=outsider
        )
        assert error["extensions"]["code"] == "FORBIDDEN"
