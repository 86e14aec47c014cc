"""The schema as a document: described throughout, committed as it is, true to the domain."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLError,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
)
from hypothesis import given
from hypothesis import strategies as st

from escgraph.api.enums import EventKind
from escgraph.api.errors import ERRORS, told
from escgraph.api.events import TYPES
from escgraph.api.identifiers import number_text, read_number
from escgraph.api.scalars import duration_text, moment_text, read_duration, read_moment
from escgraph.api.schema import printed_schema
from escgraph.domain import errors
from escgraph.domain.errors import InvalidInputError
from escgraph.domain.events import KINDS
from escgraph.domain.permissions import Act
from tests.api.office import SCHEMA

ROOT = Path(__file__).parent.parent.parent
GRAPHQL: GraphQLSchema = SCHEMA._schema

HALF_PAST = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)


def _described() -> Iterator[tuple[str, str | None]]:
    """Everything that a reader of the schema may ask about, with what it says."""
    for name, kind in GRAPHQL.type_map.items():
        if name.startswith("__"):
            continue
        yield name, kind.description
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
            for field_name, field in kind.fields.items():
                yield f"{name}.{field_name}", field.description
                for argument, value in field.args.items():
                    yield f"{name}.{field_name}({argument})", value.description
        elif isinstance(kind, GraphQLInputObjectType):
            for input_name, input_field in kind.fields.items():
                yield f"{name}.{input_name}", input_field.description
        elif isinstance(kind, GraphQLEnumType):
            for value_name, enum_value in kind.values.items():
                yield f"{name}.{value_name}", enum_value.description


def test_every_type_field_argument_and_value_is_described() -> None:
    assert [place for place, description in _described() if not description] == []


def test_the_committed_schema_is_the_one_in_the_code() -> None:
    """`make schema` writes it."""
    assert (ROOT / "schema.graphql").read_text() == printed_schema()


def test_each_act_is_a_mutation_with_one_input_and_one_payload() -> None:
    assert GRAPHQL.mutation_type is not None
    fields = GRAPHQL.mutation_type.fields
    assert set(fields) == set(Act) - {Act.READ}
    for name, field in fields.items():
        stem = name[0].upper() + name[1:]
        assert {key: str(value.type) for key, value in field.args.items()} == {
            "input": f"{stem}Input!"
        }
        assert str(field.type) == f"{stem}Payload!"
        payload = GRAPHQL.type_map[f"{stem}Payload"]
        assert isinstance(payload, GraphQLObjectType)
        assert str(payload.fields["errors"].type) == "[UserError!]!"
        assert str(payload.fields["cursor"].type) == "Cursor"


def test_each_kind_of_event_has_a_type_of_its_name() -> None:
    interface = GRAPHQL.type_map["Event"]
    assert isinstance(interface, GraphQLInterfaceType)
    concrete = {kind.name for kind in GRAPHQL.get_possible_types(interface)}
    assert concrete == set(KINDS) == set(TYPES) == {kind.value for kind in EventKind}


def test_each_refusal_of_the_domain_has_a_type_of_its_name() -> None:
    interface = GRAPHQL.type_map["UserError"]
    assert isinstance(interface, GraphQLInterfaceType)
    names = {kind.__name__ for kind in errors.DomainError.__subclasses__()}
    assert {kind.name for kind in GRAPHQL.get_possible_types(interface)} == names
    assert {kind.__name__ for kind in ERRORS} == names


@pytest.mark.parametrize("kind", errors.DomainError.__subclasses__())
def test_a_refusal_is_told_with_its_code_field_and_message(kind: type[errors.DomainError]) -> None:
    more: dict[str, Any] = {"current": 7} if kind is errors.StaleVersionError else {}
    answer = told(kind("do this next", field=("a", "b"), **more))
    assert type(answer).__name__ == kind.__name__
    assert (answer.code, answer.field, answer.message) == (kind.code, ["a", "b"], "do this next")


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-03-01T09:30:00Z", HALF_PAST),
        ("2026-03-01T10:30:00+01:00", HALF_PAST),
        ("2026-03-01T09:30:00.000001Z", HALF_PAST + timedelta(microseconds=1)),
    ],
)
def test_a_moment_is_read_with_any_offset_and_is_utc_then(text: str, moment: datetime) -> None:
    assert read_moment(text) == moment
    assert read_moment(text).tzinfo is UTC


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("2026-03-01T09:30:00", "has no offset; add Z"),
        ("2026-03-01", "has no offset; add Z"),
        ("yesterday", "no date and time; write it like 2026"),
        ("", "no date and time"),
        (1772357400, "is text such as 2026"),
        ("0001-01-01T00:00:00+14:00", "outside the years"),
    ],
)
def test_a_moment_that_is_none_is_refused_with_advice(value: object, words: str) -> None:
    with pytest.raises(GraphQLError, match=words):
        read_moment(value)


def test_a_moment_is_written_in_utc() -> None:
    assert moment_text(HALF_PAST.astimezone(timezone(timedelta(hours=2)))) == "2026-03-01T09:30:00Z"
    assert moment_text(HALF_PAST.replace(microsecond=5)) == "2026-03-01T09:30:00.000005Z"


@pytest.mark.parametrize(
    ("duration", "text"),
    [
        (timedelta(0), "PT0S"),
        (timedelta(hours=2), "PT2H"),
        (timedelta(days=14), "P14D"),
        (timedelta(days=1, hours=12, minutes=1), "P1DT12H1M"),
        (timedelta(seconds=90.5), "PT1M30.5S"),
        (timedelta(microseconds=1), "PT0.000001S"),
        (timedelta(seconds=10), "PT10S"),
        (timedelta(minutes=-5), "-PT5M"),
    ],
)
def test_a_duration_is_written_as_iso_8601(duration: timedelta, text: str) -> None:
    assert duration_text(duration) == text


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("PT4H", timedelta(hours=4)),
        ("P2W", timedelta(days=14)),
        ("P1DT12H30M", timedelta(days=1, hours=12, minutes=30)),
        ("PT90.5S", timedelta(seconds=90.5)),
        ("PT0S", timedelta(0)),
        ("-PT5M", timedelta(minutes=-5)),
    ],
)
def test_a_duration_is_read_as_iso_8601(text: str, duration: timedelta) -> None:
    assert read_duration(text) == duration


@given(st.timedeltas())
def test_a_duration_is_read_as_it_was_written(duration: timedelta) -> None:
    assert read_duration(duration_text(duration)) == duration


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("P1M", "years and months are none"),
        ("P1Y", "years and months are none"),
        ("P", "is no Duration"),
        ("PT", "is no Duration"),
        ("P1W2D", "is no Duration"),
        ("4h", "write it like PT4H"),
        ("P\u0663D", "is no Duration"),
        (4, "is no Duration"),
        (f"P{'9' * 300}D", "shorten it"),
        (f"P{'9' * 400}D", "shorten it"),
    ],
)
def test_a_duration_that_is_none_is_refused_with_advice(value: object, words: str) -> None:
    with pytest.raises(GraphQLError, match=words) as refused:
        read_duration(value)
    assert len(refused.value.message) < 200


@pytest.mark.parametrize("text", ["ESC-000123", "esc-123", "123", " 000123 "])
def test_a_ticket_number_is_read_however_people_write_it(text: str) -> None:
    assert number_text(read_number(text)) == "ESC-000123"


@pytest.mark.parametrize("text", ["", "ESC-", "ESC-0", "INC-1", "1.5", "-1", "9" * 30, "١٢٣"])
def test_what_is_no_ticket_number_is_refused(text: str) -> None:
    with pytest.raises(InvalidInputError, match="ESC-000123"):
        read_number(text)
