"""The README says what the program, and each example, does and wants."""

import re

import pytest

from escgraph.config import settings_table
from tests.conftest import ROOT


def test_every_setting_stands_in_the_readme_with_its_default_and_meaning() -> None:
    readme = (ROOT / "README.md").read_text()

    rows = [line for line in readme.splitlines() if line.startswith("| `ESCGRAPH_")]

    assert rows == [
        f"| `{name}` | `{default}` | {text} |" for name, default, text in settings_table()
    ]


@pytest.mark.parametrize("example", ["subscribe", "wallboard"])
def test_the_readme_names_the_token_that_an_example_wants(example: str) -> None:
    program = f"examples/{example}.py"
    (wanted,) = set(re.findall(r"ESC_TOKEN_[A-Z]+", (ROOT / program).read_text()))

    pages = re.split(r"\n(?=\*\*|`\.venv|`make)", (ROOT / "README.md").read_text())
    (said,) = [part for part in pages if program in part]

    assert set(re.findall(r"ESC_TOKEN_(?!AGENT)[A-Z]+", said)) == {wanted}
