"""The README's table of settings says what the program does."""

from escgraph.config import settings_table
from tests.conftest import ROOT


def test_every_setting_stands_in_the_readme_with_its_default_and_meaning() -> None:
    readme = (ROOT / "README.md").read_text()

    rows = [line for line in readme.splitlines() if line.startswith("| `ESCGRAPH_")]

    assert rows == [
        f"| `{name}` | `{default}` | {text} |" for name, default, text in settings_table()
    ]
