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
from sqlalchemy.dialects.postgresql.base import PGCompiler
from sqlalchemy.dialects.sqlite.base import SQLiteCompiler

from server.database import Tx


class _Inlined:
    """Renders our own constants (roles, states) into the text; what a caller gives stays bound.

    A statement of the guard names some forty constants, and binding each anew at every request
    took a sixth of its time. Only binds with a value of ours are rendered, by SQLAlchemy itself.
    """

    def visit_bindparam(self, bindparam: Any, literal_binds: bool = False, **kw: Any) -> str:
        inline = literal_binds or not bindparam.required
        rendered: str = super().visit_bindparam(bindparam, literal_binds=inline, **kw)  # type: ignore[misc]
        return rendered


class _SQLite(_Inlined, SQLiteCompiler): ...  # type: ignore[misc]


class _PostgreSQL(_Inlined, PGCompiler): ...  # type: ignore[misc]


def _dialect(dialect: Any, compiler: type) -> Any:
    dialect.statement_compiler = compiler
    return dialect


_DIALECTS = {
    "sqlite": _dialect(sqlite.dialect(paramstyle="named"), _SQLite),
    "postgresql": _dialect(postgresql.dialect(paramstyle="pyformat"), _PostgreSQL),  # type: ignore[no-untyped-call]
}
Params = Mapping[str, Any]


class Prepared:
    """One statement with named bind parameters, and the rows it yields as named tuples."""

    def __init__(self, statement: Select[Any] | Insert | Update | Delete) -> None:
        self._statement = statement
        self._compiled: dict[str, str] = {}
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
        values = self._execute(tx, params).fetchone()
        return None if values is None else self._row._make(values)

    def run(self, tx: Tx, params: Params) -> None:
        """Execute for its effect."""
        self._execute(tx, params).close()

    def run_many(self, tx: Tx, rows: Sequence[Params]) -> None:
        """Execute for each row of parameters."""
        cursor = tx.driver.cursor()
        cursor.executemany(self._text(tx), rows)
        cursor.close()

    def _execute(self, tx: Tx, params: Params) -> Any:
        return tx.driver.execute(self._text(tx), params)

    def _text(self, tx: Tx) -> str:
        known = self._compiled.get(tx.dialect)
        if known is None:
            known = self._compiled[tx.dialect] = _compile(self._statement, tx.dialect)
        return known


def _row_type(labels: list[str]) -> Any:
    return namedtuple("Row", labels)


def _compile(statement: Executable, name: str) -> str:
    compiled = statement.compile(dialect=_DIALECTS[name])  # type: ignore[attr-defined]
    if constants := [key for key, bound in compiled.binds.items() if not bound.required]:
        raise TypeError(f"values that were not rendered: {constants}")
    return str(compiled)
