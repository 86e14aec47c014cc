"""Policies as files (P5, Q5): nothing is lost on the way, and a mistake is named with its line."""

from dataclasses import fields, replace
from datetime import timedelta

import pytest
import yaml
from hypothesis import given, settings

from escgraph.documents import policy_yaml, yaml_nodes
from escgraph.documents.policy_yaml import read, written
from escgraph.domain.errors import InvalidInputError
from escgraph.domain.policy import SOP, Policy
from escgraph.domain.terms import HoldReason, Priority
from tests.domain.policies import holidays_of, whole_policies

CANONICAL = written(SOP)
NEEDED = """\
name: Ours
urgentIndicator: "!"
targets:
  HIGH: {respond: 1h, level2: 2h, management: 4h}
  MEDIUM: {respond: 4h, level2: 8h, management: 16h}
  LOW: {respond: 24h, level2: 48h, management: 72h}
holdCap: 14d
backdatingCap: 7d
reopeningGrace: 15m
escalatingReopening: 3
reminders: [1h, 4h, 24h]
reviewWorkingDays: 5
"""
"""The shortest file, as a person writes it."""

OFFICE = """\
calendars:
  office:
    zone: Europe/Berlin
    week:
      MONDAY: ["09:00-12:00", "13:00-17:00"]
      TUESDAY: [09:00-24:00]
    holidays:
      - country: NO
    closed:
      - day: 2026-12-24
        name: Christmas Eve
"""


def refusal(text: str) -> str:
    with pytest.raises(InvalidInputError) as refused:
        read(text, holidays=holidays_of)
    return refused.value.message


def line_of(text: str, part: str) -> int:
    (line,) = (at for at, one in enumerate(text.splitlines(), 1) if part in one)
    return line


def with_change(old: str, new: str) -> str:
    assert old in CANONICAL
    return CANONICAL.replace(old, new, 1)


@settings(deadline=None)
@given(whole_policies())
def test_a_policy_survives_its_file_exactly(policy: Policy) -> None:
    """P5: the number is the database's, and no part of the file."""
    assert read(written(policy), version=policy.version, holidays=holidays_of) == policy


@settings(deadline=None)
@given(whole_policies())
def test_a_file_that_was_written_here_is_written_again_byte_for_byte(policy: Policy) -> None:
    """Q5."""
    text = written(policy)

    assert written(read(text, holidays=holidays_of)) == text


@settings(deadline=None)
@given(whole_policies())
def test_other_readers_of_yaml_find_the_same_texts(policy: Policy) -> None:
    """What is a text here is a text for them: no day, no number, no truth."""
    document = yaml.safe_load(written(policy))

    assert document["name"] == policy.name
    assert [one["name"] for one in document["categories"]] == [c.name for c in policy.categories]
    assert set(document["calendars"]) == set(policy.calendars)


def test_a_file_names_every_figure_of_a_policy() -> None:
    named = {
        "version": None,
        **{
            field.name: "".join(part.title() if at else part for at, part in enumerate(parts))
            for field in fields(Policy)
            if (parts := field.name.split("_")) and field.name != "version"
        },
    }

    assert {key for key in named.values() if key} == set(policy_yaml.POLICY.keys)
    assert {key for paragraph in policy_yaml.PARAGRAPHS for key in paragraph} == set(
        policy_yaml.POLICY.keys
    )


def test_what_a_file_leaves_out_is_as_in_the_sop() -> None:
    assert read(NEEDED) == replace(SOP, name="Ours", urgent_indicator="!")


@pytest.mark.parametrize("key", [line.partition(":")[0] for line in NEEDED.splitlines()])
def test_a_file_that_lacks_a_figure_is_refused_by_its_name(key: str) -> None:
    """T11."""
    if key.strip() != key:
        text = "".join(f"{line}\n" for line in NEEDED.splitlines() if not line.startswith(key))
        assert f"no targets for {key.strip()}" in refusal(text)
        return
    document = yaml.safe_load(NEEDED)
    del document[key]

    assert refusal(yaml.safe_dump(document)) == f"line 1: the policy lacks {key}; add it"


def test_calendars_are_read_as_people_write_them() -> None:
    """A6."""
    office = read(NEEDED + OFFICE, holidays=holidays_of).calendars["office"]

    assert [len(windows) for windows in office.week] == [2, 1, 0, 0, 0, 0, 0]
    assert office.week[1][0].closes is None
    assert [holiday.name for holiday in office.holidays] == ["Grunnlovsdag"]
    assert [holiday.day.isoformat() for holiday in office.closed] == ["2026-12-24"]


def test_a_clock_that_never_stops_may_be_named() -> None:
    """A6."""
    policy = read(NEEDED + OFFICE + "clocks: {HIGH: 24x7, MEDIUM: office}\n", holidays=holidays_of)

    assert policy.clocks == {Priority.MEDIUM: "office"}


def test_hold_caps_are_read_by_their_reason() -> None:
    """A7."""
    policy = read(NEEDED + "holdCaps: {AWAITING_VENDOR: 30d}\n")

    assert policy.hold_caps == {HoldReason.AWAITING_VENDOR: timedelta(days=30)}


@pytest.mark.parametrize(
    "word", ["no", "NO", "yes", "12:30", "2026-12-24", "0x1F", "1_000", "2.10"]
)
def test_a_word_that_looks_like_something_else_stays_a_text(word: str) -> None:
    """Norway is no falsehood, and half past twelve no number."""
    assert read(with_change(f"name: {SOP.name}", f"name: {word}")).name == word


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("respond: 1h", "respnd: 1h", "targets.HIGH.respnd is no key of a policy; did you mean"),
        ("holdCap:", "hold_cap:", "hold_cap is no key of a policy; did you mean holdCap?"),
        ("zone: UTC", "sla: 4h", "sla is no key of a policy; use name or urgentIndicator"),
        ("  HIGH:\n", "  URGENT:\n", "targets.URGENT is no key of a policy; use HIGH or"),
        ("  MEDIUM: 24x7", "  MEDIM: 24x7", "clocks.MEDIM is no key of a policy; did you mean"),
    ],
)
def test_an_unknown_key_is_named_with_its_line(old: str, new: str, said: str) -> None:
    text = with_change(old, new)

    assert refusal(text).startswith(f"line {line_of(text, new.strip())}: {said}")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("respond: 1h", "respond: 1x", 'targets.HIGH.respond: "1x" is no duration'),
        ("respond: 1h", "respond: 2", 'targets.HIGH.respond: "2" is no duration'),
        ("respond: 1h", "respond: 0s", "targets.HIGH.respond: the response target of HIGH"),
        ("zone: UTC", "zone: Europe/Berlim", 'zone: "Europe/Berlim" is no time zone; did you mean'),
        ("zone: UTC", "zone: Mars/Olympus", 'zone: "Mars/Olympus" is no time zone'),
        ("zone: UTC", "zone: ../../etc/passwd", 'zone: "../../etc/passwd" is no time zone'),
        ("holdCap: 14d", "holdCap: 3651d", "holdCap: a duration is longer than 3650 days"),
        ("holdCaps: {}", "holdCaps: {CHANGE_WINDOW: 0s}", "holdCaps.CHANGE_WINDOW: the hold cap"),
        ("reminders: [1h, 4h", "reminders: [4h, 1h", "reminders: the reminders must be three"),
        ("  LOW: 24x7", "  LOW: office", 'clocks.LOW: the clock of LOW is the calendar "office"'),
        ("reviewCalendar: null", "reviewCalendar: x", "reviewCalendar: the clock of reviews is"),
        ("tickets: 3", "tickets: 1", "recurrence.tickets: what recurs comes at least twice"),
        ("within: 90d", "within: 0s", "recurrence.within: the time within which"),
        ("key: minor-bug", "key: Minor Bug", 'categories.key: "Minor Bug" is no key of a category'),
        ("key: minor-bug", "key: cosmetic-issue", None),
        ("name: Minor bug", 'name: ""', "categories.name: the name is empty"),
        ("routes: []", "routes: [{team: x, category: y}]", "routes.category: a route is for the"),
        ("routes: []", 'routes: [{team: ""}]', "routes.team: the team is empty"),
        ("routes: []", "routes: [{team: x, owner: me}]", 'routes.owner: "me" is no e-mail address'),
        ("title: Communication Guidelines", 'title: " "', "references.title: the title is empty"),
    ],
)
def test_a_value_that_the_domain_refuses_is_named_with_its_line(
    old: str, new: str, said: str | None
) -> None:
    """T11, A7, A24, Q2, P3, R4, F1."""
    text = with_change(old, new)
    message = refusal(text)

    if said is None:
        assert "stands there twice" in message
    else:
        assert message.startswith(f"line {line_of(text, new.strip())}, {said}")


def test_targets_out_of_order_are_named_with_the_line_of_their_priority() -> None:
    """T11."""
    text = with_change("level2: 8h", "level2: 17h")

    assert refusal(text) == (
        f"line {text.splitlines().index('  MEDIUM:') + 1}, targets.MEDIUM: the targets of MEDIUM "
        "are out of order; they must satisfy response ≤ LEVEL_2 ≤ (LEVEL_3) ≤ MANAGEMENT"
    )


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("zone: Europe/Berlin", "zone: Europe/Berlinn", "calendars.office.zone"),
        ("09:00-12:00", "9-12", 'calendars.office.week.MONDAY: "9-12" is no window'),
        ("09:00-24:00", "09:00-25:00", 'calendars.office.week.TUESDAY: "09:00-25:00" is no'),
        ("2026-12-24", "2026-02-29", 'calendars.office.closed.day: "2026-02-29" is no day'),
        ("2026-12-24", "20261224", 'calendars.office.closed.day: "20261224" is no day'),
    ],
)
def test_what_is_wrong_with_a_calendar_is_named_with_its_line(
    old: str, new: str, said: str
) -> None:
    """A6."""
    text = NEEDED + OFFICE.replace(old, new)

    assert refusal(text).startswith(f"line {line_of(text, new)}, {said}")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("respond: 1h", "respond: [1h]", "targets.HIGH.respond is a list; write a text"),
        ("zone: UTC", "zone: {UTC: UTC}", "zone is made of keys; write a text"),
        ("zone: UTC", "zone:", 'zone is empty; write it, or "" if it is to be empty'),
        ("routes: []", "routes: none", "routes is a text; write a list"),
        ("routes: []", "routes:", "routes is empty; write a list"),
        ("calendars: {}", "calendars: []", "calendars is a list; write keys with values"),
        ("escalatingReopening: 3", "escalatingReopening: three", "escalatingReopening"),
        ("escalatingReopening: 3", 'escalatingReopening: "3"', "escalatingReopening"),
        ("escalatingReopening: 3", "escalatingReopening: 0o3", "escalatingReopening"),
        ("escalatingReopening: 3", "escalatingReopening: 03", "escalatingReopening"),
        ("escalatingReopening: 3", "escalatingReopening: 3.0", "escalatingReopening"),
        ("escalatingReopening: 3", "escalatingReopening: -3", "escalatingReopening"),
        ("escalatingReopening: 3", "escalatingReopening: {3: 3}", "escalatingReopening is made"),
        ("tickets: 3", f"tickets: {'9' * 5000}", "recurrence.tickets"),
        (f"name: {SOP.name}", f"name: {'x' * 201}", "name has 201 characters; 200 are allowed"),
        (f"name: {SOP.name}", 'name: "a\\0b"', "name holds the control character U+0000"),
        ("calendars: {}", f"calendars: {{{'x' * 201}: {{}}}}", "a key of calendars has 201"),
        ("calendars: {}", 'calendars: {"a\\nb": {}}', "a key of calendars holds the control"),
        ("zone: UTC", "zone: &z UTC", "the anchor &z is not read"),
        ("zone: UTC", "zone: *z", "the alias *z is not read; write out what it is"),
        ("zone: UTC", "zone: !!python/name:os.system UTC", "the tag "),
        ("zone: UTC", "? [a]\n: b", "a key of the policy is no text"),
        ("zone: UTC", "zone: [[[[[[[[[[[[]]]]]]]]]]]]", "it is nested too deep"),
        ("zone: UTC", "zone: [", "no YAML: "),
        ("zone: UTC", "zone: \x07", "the character U+0007 is not allowed"),
        ("zone: UTC", "zone: \ud800", "the character U+D800 is not allowed"),
    ],
)
def test_what_is_no_policy_file_is_refused_where_it_stands(old: str, new: str, said: str) -> None:
    text = with_change(old, new)

    message = refusal(text)

    assert message.startswith("line ")
    assert said in message


def test_the_category_that_is_not_known_is_advised() -> None:
    message = refusal(with_change("suggestedPriority: HIGH", "suggestedPriority: high"))

    assert 'categories.suggestedPriority "high" is not known; did you mean HIGH?' in message


def test_a_key_that_stands_there_twice_is_refused_with_both_lines() -> None:
    text = with_change("zone: UTC", "zone: UTC\nzone: Europe/Berlin")

    assert refusal(text) == "line 4: zone stands in line 3 already; take one out"


@pytest.mark.parametrize("nothing", ["", "\n\n", "# only a remark\n", "---\n"])
def test_a_file_with_nothing_in_it_is_refused(nothing: str) -> None:
    assert "nothing in it" in refusal(nothing) or "is empty" in refusal(nothing)


def test_two_documents_in_one_file_are_refused() -> None:
    assert "no YAML" in refusal(f"{CANONICAL}---\n{CANONICAL}")


def test_a_file_longer_than_any_policy_is_refused_unread() -> None:
    assert "100000 are allowed" in refusal("#" * (yaml_nodes.LONGEST + 1))


def test_a_bomb_of_aliases_is_refused_before_it_is_built() -> None:
    bomb = "a: &a [x, x]\n" + "".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [*{chr(97 + n)}, *{chr(97 + n)}]\n" for n in range(20)
    )

    assert refusal(bomb) == "line 1: the anchor &a is not read; take it out"


@pytest.mark.parametrize("mark", ["!", "&a", "*a"])
def test_a_refusal_is_no_longer_than_a_person_reads(mark: str) -> None:
    assert len(refusal(f"name: {mark}{'a' * 50_000} x\n")) < 200


@pytest.mark.parametrize("loader", [yaml.SafeLoader, getattr(yaml, "CSafeLoader", yaml.SafeLoader)])
def test_both_parsers_read_the_same(
    monkeypatch: pytest.MonkeyPatch, loader: type[yaml.SafeLoader]
) -> None:
    monkeypatch.setattr(yaml_nodes, "_LOADER", loader)

    assert read(CANONICAL) == SOP
    assert refusal(with_change("respond: 1h", "respnd: 1h")).startswith("line 7: targets.HIGH.")
    assert refusal(with_change("zone: UTC", "zone: [")).startswith("line ")


@pytest.mark.parametrize(
    "ends",
    [
        lambda text: text.replace("\n", "\r\n"),
        lambda text: f"\ufeff{text}",
        lambda text: f"# ours\n---\n{text}...\n",
        lambda text: text.rstrip("\n"),
    ],
)
def test_how_an_editor_ends_lines_does_not_matter(ends) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    assert read(ends(CANONICAL)) == SOP
