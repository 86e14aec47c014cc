"""The resolution log over HTTP (D2): with a token, as a file, until its reader goes away."""

import asyncio
import csv
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from io import StringIO
from uuid import UUID

import httpx
import pytest
from starlette.applications import Starlette
from starlette.datastructures import QueryParams
from starlette.routing import Route
from starlette.types import Message

from escgraph.api.export import ResolutionLogExport
from escgraph.api.export_path import PLACE, filter_of, path_of
from escgraph.api.peer import Patience
from escgraph.api.session import Session, Unauthenticated
from escgraph.commands import ending
from escgraph.documents.rows import ROW_FORMS, RowFormat
from escgraph.domain.errors import InvalidInputError
from escgraph.domain.terms import Priority, ResolutionCode, Scope, TicketId, TokenId
from escgraph.domain.ticket import Actor
from escgraph.queries import resolution_export
from escgraph.queries.resolution_export import COLUMNS
from escgraph.queries.resolution_log import ResolutionFilter
from tests.api.office import Office
from tests.api.toy import served
from tests.crowd import multiply
from tests.queries.house import NINE, hours, nobody

EVERYTHING = ResolutionFilter(
    since=datetime(2026, 1, 1, tzinfo=UTC),
    until=datetime(2026, 4, 1, 12, 30, tzinfo=UTC),
    codes=(ResolutionCode.FIXED, ResolutionCode.DUPLICATE),
    category="minor-bug",
    component="search & find=?",
    priorities=(Priority.HIGH,),
)


async def _resolved(office: Office, title: str, *, hour: float = 1) -> None:
    ticket_id = await office.open(title, Priority.HIGH)
    await ending.resolve_ticket(
        ticket_id,
        call=office.call(office.agent, NINE + hours(hour)),
        summary="The index was rebuilt",
        code=ResolutionCode.FIXED,
        root_cause="A full disk",
    )


def _app(office: Office, *, patience: Patience | None = None) -> Starlette:
    """The tokens are the names of roles; `blind` may read nothing."""
    holders: dict[str, Actor] = {actor.role.value: actor for actor in office.everybody}

    async def authenticate(token: str | None) -> Session:
        if token == "blind":
            return Session(office.agent, frozenset({Scope.ACT}), TokenId(nobody()), None)
        if token not in holders:
            raise Unauthenticated("ask for a token")
        return Session(holders[token], frozenset({Scope.READ}), TokenId(nobody()), None)

    return Starlette(
        routes=[
            Route(
                f"{PLACE}.{form.ending}",
                ResolutionLogExport(name, authenticate=authenticate, patience=patience),
            )
            for name, form in ROW_FORMS.items()
        ]
    )


@asynccontextmanager
async def _client(office: Office, *, token: str = "MANAGER") -> AsyncIterator[httpx.AsyncClient]:
    async with served(_app(office)) as at:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        base = f"http://{at.removesuffix('/graphql')}"
        async with httpx.AsyncClient(base_url=base, headers=headers) as client:
            yield client


async def test_a_colleague_takes_the_log_away_as_csv_and_as_json_lines(any_office: Office) -> None:
    await _resolved(any_office, '=cmd|"calc"')
    await _resolved(any_office, "Search, slow", hour=2)

    async with _client(any_office) as client:
        as_csv = await client.get(f"{PLACE}.csv")
        as_lines = await client.get(f"{PLACE}.jsonl")

    assert as_csv.headers["content-type"] == "text/csv; charset=utf-8; header=present"
    assert as_csv.headers["content-disposition"] == 'attachment; filename="resolution-log.csv"'
    assert as_lines.headers["content-type"] == "application/jsonl"
    rows = list(csv.DictReader(StringIO(as_csv.text)))
    assert tuple(rows[0]) == COLUMNS
    assert [row["title"] for row in rows] == ["Search, slow", '\'=cmd|"calc"']
    lines = [json.loads(line) for line in as_lines.text.splitlines()]
    assert [line["title"] for line in lines] == ["Search, slow", '=cmd|"calc"']


async def test_the_path_that_graphql_gives_has_the_rows_that_it_filters(office: Office) -> None:
    await _resolved(office, "Early")
    await _resolved(office, "Late", hour=5)
    data = await office.data(
        '{resolutionLog(filter: {since: "2026-03-02T12:00:00Z", codes: [FIXED]}) '
        "{csv: exportPath(format: CSV) lines: exportPath(format: JSON_LINES)}}"
    )
    paths = data["resolutionLog"]

    async with _client(office) as client:
        as_csv = await client.get(paths["csv"])
        as_lines = await client.get(paths["lines"])

    assert [row["title"] for row in csv.DictReader(StringIO(as_csv.text))] == ["Late"]
    assert [json.loads(line)["title"] for line in as_lines.text.splitlines()] == ["Late"]


@pytest.mark.parametrize(
    "which", [EVERYTHING, ResolutionFilter(), ResolutionFilter(codes=(), priorities=())]
)
def test_a_filter_comes_back_from_its_path(which: ResolutionFilter) -> None:
    path, _, query = path_of(which, RowFormat.CSV).partition("?")

    assert path == "/export/resolution-log.csv"
    assert filter_of(QueryParams(query)) == which


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("from=2026", 'no parameter "from"; use since, until, code'),
        ("since=2026-01-01", "since: the moment"),
        ("since=yesterday", "is no date and time"),
        ("code=BROKEN", 'code is "BROKEN"; use FIXED'),
        ("priority=high", 'priority is "high"; use HIGH, MEDIUM, LOW'),
        ("category=a&category=b", "category is given twice"),
        ("component=a%00b", "component holds NUL"),
    ],
)
async def test_a_query_that_cannot_be_read_is_refused_with_advice(
    office: Office, query: str, words: str
) -> None:
    with pytest.raises(InvalidInputError):
        filter_of(QueryParams(query))

    async with _client(office) as client:
        answer = await client.get(f"{PLACE}.csv?{query}")

    assert answer.status_code == 400
    (error,) = answer.json()["errors"]
    assert error["extensions"]["code"] == "INVALID_INPUT"
    assert words in error["message"]


@pytest.mark.parametrize(
    ("token", "status", "code"),
    [("", 401, "UNAUTHENTICATED"), ("wrong", 401, "UNAUTHENTICATED"), ("blind", 403, "FORBIDDEN")],
)
async def test_without_a_token_that_reads_nothing_is_given(
    office: Office, token: str, status: int, code: str
) -> None:
    await _resolved(office, "Secret")

    async with _client(office, token=token) as client:
        answer = await client.get(f"{PLACE}.csv")

    assert answer.status_code == status
    assert answer.json()["errors"][0]["extensions"]["code"] == code
    assert "Secret" not in answer.text
    assert (answer.headers.get("www-authenticate") == "Bearer") == (status == 401)


async def test_a_stakeholder_takes_away_only_what_names_them(office: Office) -> None:
    await _resolved(office, "Not theirs")

    async with _client(office, token="STAKEHOLDER") as client:
        answer = await client.get(f"{PLACE}.csv")

    assert answer.text == ",".join(COLUMNS) + "\r\n"


async def test_nothing_but_get_is_answered(office: Office) -> None:
    async with _client(office) as client:
        answer = await client.post(f"{PLACE}.csv")

    assert (answer.status_code, answer.headers["allow"]) == (405, "GET")


async def test_a_client_that_goes_away_ends_the_reading(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = await _read_by(office, monkeypatch)

    async with (
        _client(office) as client,
        client.stream("GET", f"{PLACE}.jsonl") as answer,
    ):
        await anext(answer.aiter_raw())

    assert await asyncio.wait_for(ended, 5) < 100_000
    await _resolved(office, "The database is free")


async def test_a_client_that_reads_nothing_is_let_go(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = await _read_by(office, monkeypatch)
    app = _app(office, patience=Patience(send=0.05))
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)
        if len(sent) > 3:
            await asyncio.Event().wait()

    async def receive() -> Message:
        await asyncio.Event().wait()
        raise AssertionError("nobody ever comes")

    scope = {
        "type": "http",
        "method": "GET",
        "path": f"{PLACE}.csv",
        "query_string": b"",
        "headers": [(b"authorization", b"Bearer MANAGER")],
    }

    await asyncio.wait_for(app(scope, receive, send), 5)

    assert await asyncio.wait_for(ended, 5) <= 4
    assert len(sent) == 4


async def _read_by(office: Office, monkeypatch: pytest.MonkeyPatch) -> "asyncio.Future[int]":
    """Have the log repeat itself for ever; tells how many pages were read when that is ended."""
    await _resolved(office, "Again and again")
    ended: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    pages = resolution_export.pages

    async def endless(
        which: ResolutionFilter, *, viewer: Actor
    ) -> AsyncIterator[list[resolution_export.Row]]:
        count = 0
        try:
            while True:
                async for page in pages(which, viewer=viewer):
                    count += 1
                    yield page * 500
        finally:
            ended.set_result(count)

    monkeypatch.setattr(resolution_export, "pages", endless)
    return ended


async def test_what_fails_in_the_middle_is_no_whole_file(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    await _resolved(office, "Good")
    pages = resolution_export.pages

    async def failing(
        which: ResolutionFilter, *, viewer: Actor
    ) -> AsyncIterator[list[resolution_export.Row]]:
        async for page in pages(which, viewer=viewer):
            yield page
        raise RuntimeError("the database fell over")

    monkeypatch.setattr(resolution_export, "pages", failing)

    async with _client(office) as client:
        with pytest.raises(httpx.RemoteProtocolError):
            await client.get(f"{PLACE}.csv")


async def test_a_long_log_comes_whole_and_in_order(office: Office) -> None:
    await _resolved(office, "One of many")
    (first,) = (await office.data("{tickets {nodes {id}}}"))["tickets"]["nodes"]
    await multiply(TicketId(UUID(first["id"])), copies=449, shift=lambda n: timedelta(seconds=n))

    async with _client(office) as client:
        answer = await client.get(f"{PLACE}.jsonl")

    lines = [json.loads(line) for line in answer.text.splitlines()]
    assert len({line["number"] for line in lines}) == len(lines) == 450
    resolved = [line["resolvedAt"] for line in lines]
    assert resolved == sorted(resolved, reverse=True)
