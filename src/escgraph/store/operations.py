"""What migrations are made of here, beyond Tortoise's own: tables with checks, SQL per engine."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from tortoise.migrations.operations import CreateModel, TortoiseOperation
from tortoise.migrations.schema_editor import BasePostgresSchemaEditor, SqliteSchemaEditor
from tortoise.migrations.schema_editor.base import BaseSchemaEditor
from tortoise.migrations.schema_generator.state import State
from tortoise.models import Model


class SqliteEditor(SqliteSchemaEditor):
    """Tortoise's, that never rebuilds a table."""

    checks: Sequence[str] = ()

    def _get_inner_statements(self) -> list[str]:
        return list(self.checks)

    async def _remake_table(self, model: type[Model], *_: object, **__: object) -> None:
        raise RuntimeError(
            f"this would rebuild the table {model._meta.db_table} on SQLite, which deletes the "  # noqa: SLF001 - Tortoise's way to the name
            "rows that refer to it and drops its indexes; add a column or a table instead"
        )


class PostgresEditor(BasePostgresSchemaEditor):
    """Tortoise's, with checks."""

    checks: Sequence[str] = ()

    def _get_inner_statements(self) -> list[str]:
        return list(self.checks)


class CreateTable(CreateModel):
    """A new table with its checks by name; SQLite can add none later.

    It is named after its model: `PolicyDraft` lies in `policy_draft`.
    """

    def __init__(
        self, name: str, *, fields: list[tuple[str, Any]], checks: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(name, fields, options={"table": table_of(name), "app": "store"})
        rules = (checks or {}).items()
        self.checks = [f'CONSTRAINT "{name}" CHECK ({rule})' for name, rule in rules]

    async def database_forward(
        self,
        app_label: str,
        old_state: State,
        new_state: State,
        state_editor: BaseSchemaEditor | None = None,
    ) -> None:
        assert isinstance(state_editor, SqliteEditor | PostgresEditor)
        state_editor.checks = self.checks
        try:
            await super().database_forward(app_label, old_state, new_state, state_editor)
        finally:
            state_editor.checks = ()


def table_of(model: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", model).lower()


class Sql(TortoiseOperation):
    """Statements for both engines, or for one of them."""

    def __init__(
        self,
        *both: str,
        sqlite: Sequence[str] = (),
        postgres: Sequence[str] = (),
    ) -> None:
        self.statements = {"sqlite": (*both, *sqlite), "postgres": (*both, *postgres)}

    def describe(self) -> str:
        return "Run SQL"

    def state_forward(self, app_label: str, state: State) -> None:
        """The models stay as they are."""

    async def database_forward(
        self,
        app_label: str,  # noqa: ARG002 - Tortoise's signature
        old_state: State,  # noqa: ARG002 - the same
        new_state: State,  # noqa: ARG002 - the same
        state_editor: BaseSchemaEditor | None = None,
    ) -> None:
        assert state_editor is not None
        for statement in self.statements[state_editor.DIALECT]:
            await state_editor.client.execute_query(statement)
