"""`escgraph policy`: policies as files, from a shell (Q5)."""

import json
import os
import pty
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from escgraph.cli.policy_file import text_of
from escgraph.cli.running import Refusal
from escgraph.documents.policy_yaml import written
from escgraph.documents.yaml_nodes import LONGEST
from escgraph.domain.policy import SOP, Route
from tests.cli.conftest import Run
from tests.cli.program import PROGRAM, Ran, environ
from tests.domain.desk import days

TIGHTER = replace(SOP, hold_cap=days(7))
TEXT = f"# Agreed on in March: ä, ✓\r\n{written(TIGHTER)}"
WORDS = "A hold lasts 7d at most instead of 14d"

Save = Callable[[str, str], Path]


@pytest.fixture
def save(tmp_path: Path) -> Save:
    """Write a file where the program runs: `save("tighter.yaml", text)`."""

    def written_to(name: str, text: str) -> Path:
        file = tmp_path / name
        file.write_bytes(text.encode())
        return file

    return written_to


@pytest.fixture
def settings(run: Run, sqlite_url: str) -> dict[str, str]:
    return with_ada(run, sqlite_url)


@pytest.fixture
def any_settings(run: Run, database_url: str) -> dict[str, str]:
    return with_ada(run, database_url)


def with_ada(run: Run, database_url: str) -> dict[str, str]:
    """The settings of a seeded database where Ada is."""
    settings = {"database_url": database_url}
    assert run("migrate", **settings).code == 0
    ada = ("person", "create", "Ada", "ada@example.org", "--role", "ADMINISTRATOR")
    assert run(*ada, **settings).code == 0
    return settings


def publish(run: Run, file: str, *more: str, **settings: str) -> Ran:
    return run(
        *("policy", "publish", file, "--author", "ada@example.org", "--reason", "Agreed", *more),
        **settings,
    )


def listed(run: Run, **settings: str) -> Any:  # noqa: ANN401 - JSON may hold anything
    return json.loads(run("policy", "list", "--json", **settings).out)


def test_a_file_is_validated_without_a_database(run: Run, save: Save) -> None:
    save("tighter.yaml", TEXT)

    ended = run("policy", "validate", "tighter.yaml", database_url="sqlite:///nowhere/at/all.db")

    assert (ended.code, ended.out) == (0, "")
    assert ended.err == f"tighter.yaml is a policy: {SOP.name}\n"


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("    respond: 1h", "    respnd: 1h", "line 8: targets.HIGH.respnd is no key of a policy"),
        ("zone: UTC", "zone: Mars", 'line 4, zone: "Mars" is no time zone'),
        ("    level2: 2h", "    level2: 9h", "line 7, targets.HIGH: the targets of HIGH are out"),
        ("zone: UTC", "zone: [", "line "),
    ],
)
def test_a_mistake_is_named_with_its_line(
    run: Run, save: Save, old: str, new: str, line: str
) -> None:
    """T11."""
    save("wrong.yaml", TEXT.replace(old, new, 1))

    told = run("policy", "validate", "wrong.yaml")
    for_programs = run("policy", "validate", "wrong.yaml", "--json")

    assert (told.code, told.out) == (1, "")
    assert told.err.startswith(f"escgraph: wrong.yaml: {line}")
    assert (for_programs.code, for_programs.err) == (1, "")
    found = json.loads(for_programs.out)
    assert found["valid"] is False
    assert found["error"].startswith(f"wrong.yaml: {line}")


@pytest.mark.parametrize("command", ["validate", "publish"])
def test_what_is_no_file_is_said(run: Run, save: Save, tmp_path: Path, command: str) -> None:
    (tmp_path / "latin.yaml").write_bytes("name: Störung".encode("latin-1"))
    more = () if command == "validate" else ("--author", "a@b", "--reason", "x", "--yes")

    missing = run("policy", command, "nowhere.yaml", *more)
    latin = run("policy", command, "latin.yaml", *more)
    folder = run("policy", command, ".", *more)

    assert {missing.code, latin.code, folder.code} == {1}
    assert missing.err == "escgraph: nowhere.yaml cannot be read: No such file or directory\n"
    assert "latin.yaml is not UTF-8 at byte 9" in latin.err
    assert "cannot be read: Is a directory" in folder.err


@pytest.mark.parametrize("command", [("policy", "validate"), ("sop", "--file")])
def test_a_file_that_is_too_long_for_a_policy_is_not_read_to_its_end(
    run: Run, tmp_path: Path, command: tuple[str, str]
) -> None:
    """Nor held in memory: this one has a terabyte, of which the disk stores nothing."""
    with (tmp_path / "huge.yaml").open("wb") as huge:
        huge.truncate(2**40)

    ended = run(*command, "huge.yaml")

    assert (ended.code, ended.out) == (1, "")
    assert ended.err.startswith("escgraph: huge.yaml has more than 400000 bytes; a policy has 1000")


def test_a_policy_may_have_as_many_bytes_as_its_characters_take(save: Save) -> None:
    full = "\N{GRINNING FACE}" * LONGEST

    assert text_of(save("full.yaml", full)) == full
    with pytest.raises(Refusal, match="more than 400000 bytes"):
        text_of(save("over.yaml", f"{full}x"))


def test_two_files_are_compared_without_a_database(run: Run, save: Save) -> None:
    """Q5."""
    save("sop.yaml", written(SOP))
    save("tighter.yaml", TEXT)

    ended = run("policy", "diff", "sop.yaml", "tighter.yaml", database_url="sqlite:///nowhere/x.db")
    same = run("policy", "diff", "sop.yaml", "sop.yaml")
    data = run("policy", "diff", "sop.yaml", "tighter.yaml", "--json")

    assert (ended.code, ended.out, ended.err) == (0, f"{WORDS}\n", "")
    assert (same.code, same.out, same.err) == (0, "", "no figure changes\n")
    assert json.loads(data.out) == [
        {"path": "holdCap", "before": "14d", "after": "7d", "words": WORDS}
    ]


def test_what_is_published_comes_out_byte_for_byte(
    run: Run, save: Save, any_settings: dict[str, str], tmp_path: Path
) -> None:
    """Q5: YAML, published, YAML: comments, line ends and all."""
    settings = any_settings
    save("tighter.yaml", TEXT)

    ended = publish(run, "tighter.yaml", "--yes", **settings)

    assert (ended.code, ended.out) == (0, f"{WORDS}\n")
    assert ended.err == "version 2 is in force; open tickets keep theirs\n"
    for words in (("show",), ("show", "2")):
        shown = subprocess.run(
            [PROGRAM, "policy", *words],
            cwd=tmp_path,
            env=environ(**settings),
            capture_output=True,
            check=True,
        )
        assert shown.stdout == TEXT.encode()
    first = run("policy", "show", "1", **settings)
    assert first.out == written(SOP)
    assert run("policy", "diff", "1", "in-force", **settings).out == f"{WORDS}\n"
    assert run("policy", "diff", "in-force", "tighter.yaml", **settings).out == ""
    assert run("policy", "diff", "1", **settings).out == "A hold lasts 14d at most instead of 7d\n"


def test_a_file_is_shown_in_full_without_a_database(run: Run, save: Save) -> None:
    """What it leaves out is as in the SOP."""
    save("tighter.yaml", TEXT.replace("zone: UTC\n", ""))

    ended = run("policy", "show", "tighter.yaml", database_url="sqlite:///nowhere/at/all.db")

    assert (ended.code, ended.out, ended.err) == (0, written(TIGHTER), "")


def test_what_is_shown_can_be_published_again(
    run: Run, save: Save, settings: dict[str, str]
) -> None:
    save("same.yaml", run("policy", "show", **settings).out)

    ended = publish(run, "same.yaml", "--yes", "--json", **settings)

    assert json.loads(ended.out) == {"version": 2, "changes": []}


def test_every_version_is_listed_with_who_and_why(
    run: Run, save: Save, settings: dict[str, str]
) -> None:
    """Q5: author, reason, the review that led to it."""
    save("tighter.yaml", TEXT)
    publish(run, "tighter.yaml", "--yes", **settings)

    newest, first = listed(run, **settings)

    assert (newest["version"], newest["state"]) == (2, "PUBLISHED")
    assert (newest["author"], newest["reason"]) == ("ada@example.org", "Agreed")
    assert newest["reviewId"] is None
    assert (first["version"], first["state"], first["author"]) == (1, "RETIRED", None)
    assert first["retiredAt"] == newest["publishedAt"]
    table = run("policy", "list", **settings)
    assert "ada@example.org" in table.out


def test_nobody_is_asked_where_nobody_can_answer(
    run: Run, save: Save, settings: dict[str, str]
) -> None:
    save("tighter.yaml", TEXT)

    ended = publish(run, "tighter.yaml", **settings)

    assert ended.code == 2
    assert ended.err == "escgraph: nobody can be asked here; add --yes\n"
    assert len(listed(run, **settings)) == 1


@pytest.mark.parametrize(("answer", "code", "versions"), [("n\n", 1, 1), ("y\n", 0, 2)])
def test_whoever_sits_there_is_shown_the_changes_and_asked(
    run: Run,
    save: Save,
    settings: dict[str, str],
    tmp_path: Path,
    answer: str,
    code: int,
    versions: int,
) -> None:
    save("tighter.yaml", TEXT)
    ours, theirs = pty.openpty()
    os.write(ours, answer.encode())
    words = ("publish", "tighter.yaml", "--author", "ada@example.org", "--reason", "Agreed")

    ended = subprocess.run(
        [PROGRAM, "policy", *words],
        cwd=tmp_path,
        env=environ(**settings),
        stdin=theirs,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    os.close(ours)
    os.close(theirs)

    assert ended.returncode == code, ended.stderr
    assert ended.stdout.strip() == WORDS
    assert "Publish it in place of version 1?" in ended.stderr
    assert len(listed(run, **settings)) == versions


@pytest.mark.parametrize("role", ["MANAGER", "STAKEHOLDER", "SCRIPT"])
def test_only_an_administrator_answers_for_a_policy(
    run: Run, save: Save, settings: dict[str, str], role: str
) -> None:
    """P2: also where a shell acts in their name."""
    save("tighter.yaml", TEXT)
    assert run("person", "create", "Eve", "eve@example.org", "--role", role, **settings).code == 0

    published = publish(run, "tighter.yaml", "--yes", "--author", "eve@example.org", **settings)
    moved = run(
        *("policy", "move", "--author", "eve@example.org", "--reason", "x", "--yes"), **settings
    )

    assert (published.code, moved.code) == (1, 1)
    for ended in (published, moved):
        assert f"Eve is {role}, and policies are for an ADMINISTRATOR" in ended.err
    assert len(listed(run, **settings)) == 1


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (("--author", "nobody@example.org"), 1, "nobody active has the address nobody@example.org"),
        (("--reason", " "), 1, "reason is empty"),
        (("--review", "01980c1e-5b7a-7cc0-8000-3f1a2b4c5d6e"), 1, "there is no review"),
        (("--review", "the last one"), 2, "found `t` at 0"),
    ],
)
def test_what_cannot_be_published_leaves_all_as_it_is(
    run: Run,
    save: Save,
    settings: dict[str, str],
    options: tuple[str, ...],
    code: int,
    said: str,
) -> None:
    save("tighter.yaml", TEXT)

    ended = publish(run, "tighter.yaml", "--yes", *options, **settings)

    assert ended.code == code
    assert said in " ".join(ended.err.split())
    assert len(listed(run, **settings)) == 1


def test_a_route_to_nobody_is_named_with_its_line(
    run: Run, save: Save, settings: dict[str, str]
) -> None:
    """R4."""
    route = Route(None, None, "Desk", "nobody@example.org")
    text = written(replace(TIGHTER, routes=(route,)))
    save("routed.yaml", text)
    (line,) = (at for at, one in enumerate(text.splitlines(), 1) if "nobody@" in one)

    assert run("policy", "validate", "routed.yaml").code == 0
    ended = publish(run, "routed.yaml", "--yes", **settings)

    assert ended.code == 1
    assert ended.err.startswith(f"escgraph: routed.yaml: line {line}, routes.owner: nobody who")
    assert ended.err.endswith("see: escgraph person list\n")


@pytest.mark.parametrize("version", ["9", "999999999999"])
def test_a_version_that_there_is_not_is_said(
    run: Run, settings: dict[str, str], version: str
) -> None:
    ended = run("policy", "diff", "1", version, **settings)

    assert ended.code == 1
    assert f"there is no policy version {version}; see: escgraph policy list" in ended.err
