"""What a client is told of a failure, and what only the log hears."""

import logging
from typing import Any

import pytest
import strawberry
from strawberry.types.execution import ExecutionResult
from structlog.testing import capture_logs

from escgraph.api.faults import AWAY, BUSY, NOTHING_WRITTEN, Code, failed
from escgraph.commands.outages import DatabaseBusy, DatabaseUnavailable, NothingWritten
from tests.api.toy import SECRET, Json, Mutation, Query, Subscription, toy_schema


async def answer(text: str, **variables: object) -> Json:
    """The only error of the answer, as it is sent."""
    result = await toy_schema().execute(text, variables)
    (error,) = result.errors or []
    return error.formatted


async def streamed(text: str) -> list[ExecutionResult]:
    stream: Any = await toy_schema().stream(text)
    return [result async for result in stream]


@pytest.mark.parametrize("field", ["boom", "maybeBoom", "unsendable"])
async def test_a_bug_is_logged_under_an_id_and_the_client_is_told_only_that(field: str) -> None:
    with capture_logs() as logged:
        error = await answer("query Name {%s}" % field)  # noqa: UP031  (braces)

    (line,) = logged
    assert error["message"] == f"internal error; quote {line['error_id']} to the operator"
    assert error["extensions"] == {"code": Code.INTERNAL, "id": line["error_id"]}
    assert error["path"] == [field]
    assert SECRET not in str(error)
    assert SECRET in str(line["exc_info"])
    assert line["operation"] == "Name"


async def test_the_rest_of_the_answer_survives_a_bug_in_one_field() -> None:
    with capture_logs():
        result = await toy_schema().execute("{maybeBoom name}")
    assert result.data == {"maybeBoom": None, "name": "toy"}
    assert not failed(result)


@pytest.mark.parametrize(
    ("how", "extensions"),
    [
        ("gone", {"code": "NOT_FOUND", "field": ["input", "id"]}),
        ("missing", {"code": "DOCUMENTS_MISSING", "field": ["input"], "missing": ["summary"]}),
        ("stale", {"code": "STALE_VERSION", "field": [], "current": 7}),
    ],
)
async def test_a_refusal_of_the_domain_is_told_as_it_is_and_not_logged(
    how: str, extensions: dict[str, object]
) -> None:
    with capture_logs() as logged:
        error = await answer("query Q($how: String!) {refused(how: $how)}", how=how)
    assert error["extensions"] == extensions
    assert error["path"] == ["refused"]
    assert error["message"] in {"no such toy", "write it first", "somebody was faster"}
    assert logged == []


async def test_an_error_raised_with_a_code_is_told_as_it_is() -> None:
    error = await answer("{told}")
    assert error["message"] == "said on purpose"
    assert error["extensions"] == {"code": "ON_PURPOSE"}


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("{name", Code.GRAPHQL_PARSE_FAILED, "Expected Name"),
        ("{nonsense}", Code.GRAPHQL_VALIDATION_FAILED, "Cannot query field 'nonsense'"),
        ("{at}", Code.GRAPHQL_VALIDATION_FAILED, "moment:"),
        ('{at(moment: "soon")}', Code.GRAPHQL_VALIDATION_FAILED, "soon"),
        ("query($m: DateTime!) {at(moment: $m)}", Code.BAD_USER_INPUT, "$m"),
        (
            'query($s: Int) {at(moment: "2026-01-01T00:00:00Z", size: $s)}',
            Code.BAD_USER_INPUT,
            "size",
        ),
    ],
)
async def test_graphqls_own_messages_are_kept_and_have_a_code(
    text: str, code: Code, words: str
) -> None:
    with capture_logs() as logged:
        error = await answer(text, s=None)
    assert error["extensions"] == {"code": code}
    assert words in error["message"]
    assert logged == []


async def test_a_variable_of_the_wrong_type_is_named() -> None:
    error = await answer("query($m: DateTime!) {at(moment: $m)}", m="soon")
    assert error["extensions"] == {"code": Code.BAD_USER_INPUT}
    assert "$m" in error["message"]


async def test_a_stream_that_raises_ends_with_a_masked_error() -> None:
    with capture_logs() as logged:
        first, last = await streamed("subscription {breaks}")
    assert first.data == {"breaks": 0}
    assert failed(last)
    assert [error.formatted["extensions"]["code"] for error in last.errors or ()] == [Code.INTERNAL]
    assert SECRET in str(logged[0]["exc_info"])


async def test_a_stream_that_is_refused_ends_with_the_refusal() -> None:
    _, last = await streamed("subscription {refuses}")
    assert failed(last)
    assert [error.message for error in last.errors or ()] == ["no longer there"]


async def test_the_library_tells_the_inside_and_logs_every_refusal(
    caplog: pytest.LogCaptureFixture,
) -> None:
    stock = strawberry.Schema(Query, Mutation, Subscription)
    with caplog.at_level(logging.ERROR):
        boom = await stock.execute("{boom}")
        refused = await stock.execute('{refused(how: "gone")}')
    assert [error.message for error in boom.errors or ()] == [SECRET]
    assert [error.extensions for error in refused.errors or ()] == [{}]
    assert "NotFoundError" in caplog.text


@pytest.mark.parametrize(
    ("failure", "words"),
    [
        (DatabaseUnavailable(SECRET), AWAY),
        (DatabaseBusy(SECRET), BUSY),
        (NothingWritten(SECRET), NOTHING_WRITTEN),
    ],
)
async def test_an_outage_of_the_database_says_what_to_do_and_is_logged_in_one_line(
    failure: Exception, words: str
) -> None:
    schema = toy_schema()
    with capture_logs() as logged:
        result = await schema.execute("{a: away b: away name}", context_value=failure)

    assert [error.message for error in result.errors or ()] == [words, words]
    assert [error.extensions for error in result.errors or ()] == [{"code": Code.UNAVAILABLE}] * 2
    assert result.data == {"a": None, "b": None, "name": "toy"}
    (line,) = logged
    assert (line["log_level"], line["fields"]) == ("warning", ["a", "b"])
    assert "exc_info" not in line
