"""The shipped registry enters the database, once, and says what differs ever after.

A second load of the same data changes nothing. Where shipped data differ from stored rows:
- names and sources of organisations follow the data (nothing about rights hangs on a name), and the
  entry in the log holds what they were;
- every other row stays and the difference is reported: kinds, roles, parents, concepts, ministers
  and organs were relied on when councils were prepared. A correction is recorded as a revision of
  the concept or an amendment of the vision, with who and why (`service.py`).
A row the data no longer hold stays too and is reported. Rows people recorded are never looked at.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlmodel import SQLModel, select

from server.audit import service as audit
from server.audit.facts import enter
from server.audit.models import SYSTEM, Evidence
from server.database import Tx
from server.identity.models import Organisation
from server.programme.contents import Registry
from server.programme.models import Adoption, AdoptionBasis, Technology
from server.programme.rows import Row, key_of, rows_of

FOLLOWS_THE_DATA = {"name_ja", "name_en", "abbr", "source"}
EVERYTHING = "*"

Stored = Mapping[type[SQLModel], Mapping[str, SQLModel]]


@dataclass(frozen=True, slots=True)
class Difference:
    """A column whose stored value is not the shipped one; column `*` when no longer shipped."""

    table: str
    id: str
    column: str
    stored: str | int | None
    shipped: str | int | None


@dataclass(frozen=True, slots=True)
class Report:
    """What a load did, or would do: numbers by table, and every difference."""

    added: Mapping[str, int]
    unchanged: Mapping[str, int]
    updated: tuple[Difference, ...]
    differing: tuple[Difference, ...]

    @property
    def changes(self) -> bool:
        """Whether anything was written."""
        return bool(self.added or self.updated)


def load(tx: Tx, registry: Registry) -> Report:
    """Enter what is missing, with one entry in the system log; nothing when nothing is missing."""
    rows = list(rows_of(registry))
    stored = _stored(tx, rows)
    report = _compare(rows, stored)
    for row in rows:
        if row.key not in stored[row.model]:
            _add(tx, row)
    for found in report.updated:
        setattr(stored[Organisation][found.id], found.column, found.shipped)
    if report.changes:
        audit.append(tx, SYSTEM, _draft(report))
    return report


def _stored(tx: Tx, rows: Iterable[Row]) -> Stored:
    """The stored rows a load is about, by model and key: what people recorded is left out."""
    stored: dict[type[SQLModel], dict[str, SQLModel]] = {}
    for model in dict.fromkeys(row.model for row in rows):
        query = select(model)
        if model is Adoption:
            query = query.where(Adoption.basis == AdoptionBasis.STATUS_TABLE)
        stored[model] = {key_of(one): one for one in tx.session.exec(query)}
    return stored


def _compare(rows: Iterable[Row], stored: Stored) -> Report:
    added, unchanged = Counter[str](), Counter[str]()
    differences: list[Difference] = []
    for row in rows:
        table = _table(row.model)
        one = stored[row.model].get(row.key)
        found = _differences(row, one) if one is not None else []
        differences += found
        added[table] += one is None
        unchanged[table] += one is not None and not found
    differences += _no_longer_shipped(rows, stored)
    updated = tuple(d for d in differences if _follows_the_data(d))
    differing = tuple(d for d in differences if not _follows_the_data(d))
    return Report(dict(+added), dict(+unchanged), updated, differing)


def _differences(row: Row, stored: SQLModel) -> list[Difference]:
    return [
        Difference(_table(row.model), row.key, column, getattr(stored, column), shipped)
        for column, shipped in row.values.items()
        if getattr(stored, column) != shipped
    ]


def _no_longer_shipped(rows: Iterable[Row], stored: Stored) -> list[Difference]:
    shipped = {(row.model, row.key) for row in rows}
    return [
        Difference(_table(model), key, EVERYTHING, key, None)
        for model, known in stored.items()
        for key, one in known.items()
        if (model, key) not in shipped and not _made_by_people(one)
    ]


def _made_by_people(stored: SQLModel) -> bool:
    """Organisations may be added at any time; technologies by an amendment (BR-53)."""
    amended = isinstance(stored, Technology) and stored.added_by is not None
    return amended or isinstance(stored, Organisation)


def _follows_the_data(found: Difference) -> bool:
    return found.table == Organisation.__tablename__ and found.column in FOLLOWS_THE_DATA


def _add(tx: Tx, row: Row) -> None:
    one = row.model(**row.values, **row.fixed)
    if isinstance(one, Evidence):
        enter(tx, SYSTEM, one)
    else:
        one.recorded_at = tx.now
        tx.session.add(one)
        tx.flush()


def _draft(report: Report) -> audit.Draft:
    body: dict[str, Any] = {
        "added": dict(report.added),
        "updated": [[d.table, d.id, d.column, d.stored, d.shipped] for d in report.updated],
    }
    return audit.Draft(
        kind="programme.load", object="programme/registry", outcome="done", body=body
    )


def _table(model: type[SQLModel]) -> str:
    return str(model.__tablename__)
