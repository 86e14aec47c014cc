"""The conditions of a statement, gathered with their values: no input enters SQL as text."""

from collections.abc import Collection

from escgraph.domain.terms import PersonId
from escgraph.store.database import dialect


class Conditions:
    """What rows must satisfy, all of it; empty, every row does."""

    def __init__(self) -> None:
        self.values: list[object] = []
        self._clauses: list[str] = []

    def mark(self, value: object) -> str:
        """The placeholder of that value."""
        self.values.append(value)
        return f"${len(self.values)}"

    def add(self, clause: str) -> None:
        """Rows must satisfy the clause; its values come from `mark`."""
        self._clauses.append(clause)

    def compare(self, expression: str, operator: str, value: object) -> None:
        """Rows must compare so with the value; None asks for nothing."""
        if value is not None:
            self.add(f"{expression} {operator} {self.mark(value)}")

    def among(self, expression: str, values: Collection[object] | None) -> None:
        """Rows must have one of the values, so none passes an empty one; None asks for nothing."""
        if values:
            self.add(f"{expression} IN ({', '.join(self.mark(value) for value in values)})")
        elif values is not None:
            self.add("1 = 0")

    def names(self, column: str, person: PersonId | None) -> None:
        """The JSON array of person ids must hold that person; None asks for nothing."""
        if person is None:
            return
        if dialect() == "postgres":
            self.add(f"{column} @> {self.mark([str(person)])}::jsonb")
        else:
            self.add(f"{self.mark(str(person))} IN (SELECT value FROM json_each({column}))")  # noqa: S608 - our own column

    def where(self) -> str:
        """The clause to put behind FROM, with its WHERE."""
        return f"WHERE {' AND '.join(self._clauses)}" if self._clauses else ""
