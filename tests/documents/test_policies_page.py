"""docs/policies.md explains every key of a policy's file, and no other."""

import re
from collections.abc import Iterator, Mapping

from escgraph.documents.policy_yaml import POLICY
from escgraph.documents.shapes import Listing, Maybe, Record, Shape, Table
from escgraph.domain.calendar_document import WEEKDAYS
from escgraph.domain.policy_document import REQUIRED
from tests.conftest import ROOT

_ROW = re.compile(r"^\| (✱ )?`([^`]+)` \| (.+) \| (.+) \|$", re.MULTILINE)


def _keys(shape: Shape, path: str) -> Iterator[str]:
    """The paths of everything that can be written there."""
    match shape:
        case Maybe(inner):
            yield from _keys(inner, path)
        case Listing(inner):
            yield from _keys(inner, f"{path}[]" if isinstance(inner, Record) else path)
        case Table(_, inner):
            yield from _keys(inner, f"{path}.*")
        case Record(keys):
            for key, inner in keys.items():
                name = "*" if key in WEEKDAYS else key
                yield from _keys(inner, f"{path}.{name}" if path else name)
        case _:
            yield path


def _explained() -> Mapping[str, bool]:
    """The keys of the page's table, and whether each is said to be in every file."""
    page = (ROOT / "docs" / "policies.md").read_text()
    rows = _ROW.findall(page)
    assert len({key for _, key, _, _ in rows}) == len(rows)
    return {key: bool(starred) for starred, key, _, _ in rows}


def test_every_key_of_a_policys_file_is_explained_and_no_other() -> None:
    assert set(_explained()) == set(_keys(POLICY, ""))


def test_the_keys_that_every_file_has_are_said_to_be_that() -> None:
    starred = {key for key, always in _explained().items() if always}

    assert {key.partition(".")[0] for key in starred} == set(REQUIRED) - {"version"}
    assert set(REQUIRED) - {"version"} == set(POLICY.keys) - set(POLICY.optional)
    assert "targets.*.level3" not in starred
