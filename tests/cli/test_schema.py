"""`escgraph schema`."""

from pathlib import Path

from escgraph.api.schema import printed_schema
from tests.cli.conftest import Run


def test_it_prints_the_schema(run: Run) -> None:
    assert run("schema").out == printed_schema()


def test_a_stale_file_is_told_from_a_fresh_one(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "schema.graphql"
    missing = run("schema", "--check")
    file.write_text(printed_schema())
    fresh = run("schema", "--check")
    file.write_text(printed_schema().replace("type Ticket ", "type Issue "))
    stale = run("schema", "--check")

    assert (missing.code, fresh.code, stale.code) == (1, 0, 1)
    assert "is stale; run: make schema-write" in stale.err
