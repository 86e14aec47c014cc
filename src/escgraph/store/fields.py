"""Columns as this project wants them: moments that compare as time, keys without a length."""

from datetime import datetime
from typing import Any

from tortoise import fields
from tortoise.fields.base import Field
from tortoise.fields.db_defaults import SqlDefault
from tortoise.models import Model

from escgraph.store.values import aware, moment


class UtcDatetimeField(fields.DatetimeField[datetime]):
    """An aware moment. Tortoise's own writes offsets on SQLite and then compares them as text.

    The text that SQLite stores is made by the adapter in `sqlite_client`.
    """

    class _db_sqlite:  # noqa: N801 - the name that Tortoise looks for
        SQL_TYPE = "TEXT"

    def to_db_value(
        self,
        value: Any,  # noqa: ANN401 - Tortoise's signature
        instance: type[Model] | Model,  # noqa: ARG002 - the same
    ) -> Any:  # noqa: ANN401 - the same
        return None if value is None else aware(value)

    def to_python_value(self, value: Any) -> datetime | None:  # noqa: ANN401 - Tortoise's signature
        return moment(value)


class KeyField(Field[str], str):  # type: ignore[misc]  # Tortoise's way to name the Python type
    """Text of any length that may be a key; Tortoise's TextField may not."""

    __slots__ = ()

    SQL_TYPE = "TEXT"


class DocumentField(fields.JSONField[Any]):
    """JSON as text on SQLite, where the type name JSON would turn a number's text into a number."""

    class _db_sqlite:  # noqa: N801 - the name that Tortoise looks for
        SQL_TYPE = "TEXT"


class PositionField(fields.BigIntField):
    """A 64-bit key given by the program; on SQLite the table itself is sorted by it."""

    class _db_sqlite:  # noqa: N801 - the name that Tortoise looks for
        SQL_TYPE = "INTEGER"


class FlagField(fields.BooleanField[bool]):
    """Yes or no. The type names of Tortoise would do; on SQLite this one says what is stored."""

    class _db_sqlite:  # noqa: N801 - the name that Tortoise looks for
        SQL_TYPE = "INTEGER"


class DatabaseNow(SqlDefault):
    """The moment by the database's clock, where a statement does not say another."""

    def __init__(self) -> None:
        super().__init__("clock_timestamp()")

    def get_sql(self, _context: object = None, dialect: str | None = None) -> str:
        if dialect == "sqlite":
            return "(strftime('%Y-%m-%dT%H:%M:%f000Z', 'now'))"
        return self.sql


def reference(model: str, *, column: str | None = None, null: bool = False) -> Any:  # noqa: ANN401 - Tortoise's own type depends on the model
    """A column that refers to another table, whose row cannot be deleted as long as it does.

    `column` is its name where that is not the attribute's with `_id` behind it.
    """
    options: dict[str, Any] = {"source_field": column, "null": null, "related_name": False}
    return fields.ForeignKeyField(f"store.{model}", on_delete=fields.OnDelete.RESTRICT, **options)
