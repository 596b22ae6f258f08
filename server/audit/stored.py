"""Rows exactly as the database holds them, for verification.

Owns reading past the conversions that would hide a change: SQLite keeps any value in any column,
and text that is not UTF-8; a damaged row must be read and named, not stop the verification.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any

from sqlalchemy import Boolean, Integer, LargeBinary, Row, String, Table

from server.database import Tx

AT_ONCE = 1000
SURROGATE = re.compile("[\ud800-\udfff]")  # stands for bytes that were no UTF-8


@contextmanager
def undecoded(tx: Tx) -> Iterator[None]:
    """Let text that is not UTF-8 be read, as text that no digest accepts."""
    if tx.connection.dialect.name != "sqlite":
        yield
        return
    before = tx.driver.text_factory
    tx.driver.text_factory = lambda raw: raw.decode("utf-8", "surrogateescape")
    try:
        yield
    finally:
        tx.driver.text_factory = before


def rows(
    tx: Tx, table: Table, where: Mapping[str, Any] | None = None, order: str | None = None
) -> Iterator[Row[Any]]:
    """The rows of a table with these values in these columns, a thousand at a time, as the driver
    gives them.
    """
    dialect = tx.connection.dialect
    quote, mark = dialect.identifier_preparer.quote, "?" if dialect.positional else "%s"
    wanted = dict(where or {})
    query = f"SELECT {', '.join(quote(c.name) for c in table.columns)} FROM {quote(table.name)}"  # noqa: S608  names of ours
    if wanted:
        query += " WHERE " + " AND ".join(f"{quote(name)} = {mark}" for name in wanted)
    if order:
        query += f" ORDER BY {quote(order)}"
    options = {"yield_per": AT_ONCE}
    parameters = tuple(wanted.values())
    found: Iterable[Any] = tx.connection.exec_driver_sql(query, parameters, options)
    yield from found


def values(table: Table, row: Row[Any]) -> dict[str, Any]:
    """A row's values by column, as the ORM would show them. Raises ValueError naming a column whose
    value is none of its kind.
    """
    plain, given = {}, row._mapping
    for name, fits, nullable, truth in _columns(table):
        value = given[name]
        if not (nullable if value is None else fits(value)):
            raise ValueError(name)
        plain[name] = bool(value) if truth and value is not None else value
    return plain


@cache
def _columns(table: Table) -> list[tuple[str, Callable[[Any], bool], bool | None, bool]]:
    """Of each column: its name, what fits it, whether it may be empty, whether it is a truth."""
    return [(c.name, _fits(c.type), c.nullable, isinstance(c.type, Boolean)) for c in table.columns]


def _fits(kind: Any) -> Callable[[Any], bool]:
    if isinstance(kind, Boolean):
        return lambda value: value in (0, 1)
    if isinstance(kind, Integer):
        return lambda value: type(value) is int
    if isinstance(kind, LargeBinary):
        return lambda value: isinstance(value, bytes)
    if isinstance(kind, String):
        return lambda value: isinstance(value, str) and not SURROGATE.search(value)
    return lambda _value: True
