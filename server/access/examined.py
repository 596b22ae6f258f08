"""Which conditions hold for a person and a thing at a moment, since when and until when.

Owns asking a kind's parts (`Kind.ways`) and reading the facts they rest on. Decides nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from sqlalchemy import Table, case, null, select

from server.access.condition import Condition, Part
from server.access.kind import ID, Kind
from server.access.vocabulary import Relation
from server.audit.models import Ending
from server.clock import Instant
from server.database import Tx
from server.ids import Id
from server.prepared import Prepared

_ending: Table = Ending.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Stated:
    """A condition at the moment asked about.

    While it holds, `since` and `until` say from when and to when, as far as facts say so; once it
    has ceased, `ended` says when; where it is to begin, `since` says when that will be.
    """

    condition: Condition
    holds: bool
    since: Instant | None = None
    until: Instant | None = None
    ended: Instant | None = None


@dataclass(frozen=True, slots=True)
class RelationStated:
    """A relation of a kind: whether it holds, and its conditions for each way it can."""

    relation: Relation
    holds: bool
    ways: tuple[tuple[Stated, ...], ...]


def examine(tx: Tx, kind: Kind, id: Id, person: Id, at: Instant) -> dict[Relation, RelationStated]:
    """Every relation of the kind with its conditions, for this person and thing at `at`."""
    facts = {"id": id, "person": person, "now": at}
    parts, prepared = _truths(kind)
    row = prepared.row(tx, facts)
    truths = dict(zip(parts, (bool(value) for value in row or ()), strict=True))
    stated = {part: _stated(tx, kind, part, truths[part], facts) for part in parts}
    found = {}
    for relation, ways in kind.ways.items():
        shown = tuple(tuple(stated[part] for part in way) for way in ways)
        holds = any(all(each.holds for each in way) for way in shown)
        found[relation] = RelationStated(relation, holds, shown)
    return found


@cache
def _truths(kind: Kind) -> tuple[tuple[Part, ...], Prepared]:
    """The parts of a kind and the one statement that says which of them hold."""
    every = dict.fromkeys(p for ways in kind.ways.values() for way in ways for p in way)
    columns = [
        case((part.clause, 1), else_=0).label(f"part_{number}") for number, part in enumerate(every)
    ]
    query = select(*columns).select_from(kind.table).where(kind.table.c.id == ID)
    return tuple(every), Prepared(query)


def _stated(tx: Tx, kind: Kind, part: Part, holds: bool, facts: dict[str, object]) -> Stated:
    if part.fact is None:
        return Stated(part.condition, holds)
    at = facts["now"]
    assert isinstance(at, int)  # noqa: S101  the moment, as given
    periods = list(_periods(tx, kind, part, facts))
    if holds:
        present = [(a, b) for a, b in periods if a <= at and (b is None or at < b)]
        ends = [b for _, b in present]
        until = None if None in ends else max((b for b in ends if b is not None), default=None)
        return Stated(part.condition, True, min((a for a, _ in present), default=None), until)
    ended = max((b for _, b in periods if b is not None and b <= at), default=None)
    begins = min((a for a, b in periods if at < a and a != b), default=None)
    return Stated(part.condition, False, since=begins, ended=ended)


def _periods(
    tx: Tx, kind: Kind, part: Part, facts: dict[str, object]
) -> Iterator[tuple[Instant, Instant | None]]:
    """From when to when each fact holds or held; no end where none is known."""
    for row in _rows(kind, part).rows(tx, facts):
        ends = [end for end in (row.valid_to, row.ended_at) if end is not None]
        yield row.begun, min(ends, default=None)


@cache
def _rows(kind: Kind, part: Part) -> Prepared:
    """The facts a part rests on, whether or not they hold."""
    fact = part.fact
    assert fact is not None and part.about is not None  # noqa: S101, PT018  only such are asked
    columns = fact.c
    begun = columns.valid_from if "valid_from" in columns else columns.recorded_at
    valid_to = columns.valid_to if "valid_to" in columns else null()
    joined = kind.table.join(fact, part.about).outerjoin(_ending, _ending.c.fact_id == columns.id)
    query = select(
        begun.label("begun"), valid_to.label("valid_to"), _ending.c.effective_at.label("ended_at")
    )
    return Prepared(query.select_from(joined).where(kind.table.c.id == ID))
