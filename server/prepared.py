"""Statements compiled once and run straight on the driver: the guard's path has no ORM on it.

Owns turning a SQLAlchemy statement into the driver's text, per dialect, on first use. The statement
may yield and take only what both drivers carry alike: int, str, bytes, None. Never builds SQL from
text of a caller: values are always bound.
"""

from collections import namedtuple
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Delete, Executable, Insert, Select, Update
from sqlalchemy.dialects import postgresql, sqlite

from server.database import Tx

_DIALECTS = {
    "sqlite": sqlite.dialect(paramstyle="named"),
    "postgresql": postgresql.dialect(paramstyle="pyformat"),  # type: ignore[no-untyped-call]
}
Params = Mapping[str, Any]


class Prepared:
    """One statement with named bind parameters, and the rows it yields as named tuples."""

    def __init__(self, statement: Select[Any] | Insert | Update | Delete) -> None:
        self._statement = statement
        self._compiled: dict[str, tuple[str, dict[str, Any]]] = {}
        names = [c.key for c in statement.selected_columns] if isinstance(statement, Select) else []
        self._row = _row_type([name or f"column_{i}" for i, name in enumerate(names)])

    def rows(self, tx: Tx, params: Params) -> list[Any]:
        """Every row."""
        cursor = self._execute(tx, params)
        make = self._row._make
        found = [make(values) for values in cursor.fetchall()]
        cursor.close()
        return found

    def row(self, tx: Tx, params: Params) -> Any | None:
        """The one row, or None."""
        cursor = self._execute(tx, params)
        values = cursor.fetchone()
        cursor.close()
        return None if values is None else self._row._make(values)

    def run(self, tx: Tx, params: Params) -> None:
        """Execute for its effect."""
        self._execute(tx, params).close()

    def run_many(self, tx: Tx, rows: Sequence[Params]) -> None:
        """Execute for each row of parameters."""
        text, constants = self._text(tx)
        cursor = tx.driver.cursor()
        cursor.executemany(text, [{**constants, **row} for row in rows] if constants else rows)
        cursor.close()

    def _execute(self, tx: Tx, params: Params) -> Any:
        text, constants = self._text(tx)
        cursor = tx.driver.cursor()
        cursor.execute(text, {**constants, **params})
        return cursor

    def _text(self, tx: Tx) -> tuple[str, dict[str, Any]]:
        name = tx.connection.dialect.name
        known = self._compiled.get(name)
        if known is None:
            known = self._compiled[name] = _compile(self._statement, name)
        return known


def _row_type(labels: list[str]) -> Any:
    return namedtuple("Row", labels)


def _compile(statement: Executable, name: str) -> tuple[str, dict[str, Any]]:
    compiled = statement.compile(dialect=_DIALECTS[name])  # type: ignore[attr-defined]
    asked = {each: None for each, bound in compiled.binds.items() if bound.required}
    expanded = compiled.construct_expanded_state(asked)
    constants = {k: _plain(v) for k, v in expanded.parameters.items() if k not in asked}
    return expanded.statement, constants


def _plain(value: Any) -> Any:
    return str.__str__(value) if isinstance(value, str) else value
