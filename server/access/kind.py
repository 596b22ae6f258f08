"""A guarded kind: its table, its state and its relations, as SQL over its own rows.

Owns the one query that the guard runs for one row, lists run for many and explain runs in parts.
A relation is written once, in the `kinds.py` of the domain that owns the thing, with the bind
parameters `person` and `now`.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, cast

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    String,
    Table,
    bindparam,
    case,
    false,
    func,
    literal,
    or_,
    select,
    true,
)
from sqlalchemy.sql import visitors

from server.access.condition import Ways
from server.access.models import CouncilRule, Denial, Seat
from server.access.vocabulary import Action, KindName, Relation
from server.audit.facts import NOW, holds
from server.audit.models import SYSTEM, Log
from server.prepared import Prepared
from server.problems import Refused

Facts = Any  # a named tuple: a row of a kind's facts and columns
PERSON: BindParameter[str] = bindparam("person")
ID: BindParameter[str] = bindparam("id")
NOTHING: ColumnElement[str | None] = literal(None, String())

_log: Table = Log.__table__  # type: ignore[attr-defined]
_seat: Table = Seat.__table__  # type: ignore[attr-defined]
_rule: Table = CouncilRule.__table__  # type: ignore[attr-defined]
_denial: Table = Denial.__table__  # type: ignore[attr-defined]


def version(council: ColumnElement[str]) -> ColumnElement[object]:
    """Moves with every fact of the council, so that an ETag over a kind's columns does too: what is
    shown of a thing lies in many rows besides its own.
    """
    epoch = select(_log.c.rights_epoch).where(_log.c.id == council)
    return epoch.scalar_subquery().label("version")


@dataclass(frozen=True, eq=False)
class OneOf:
    """A relation that holds where `look_up` yields one of `values`.

    Several relations share one look-up (which seat, which office): it is selected once for all of
    them, under `label`, and stands in a list's WHERE as the same expression.
    """

    label: str
    look_up: ColumnElement[str | None]
    values: tuple[str, ...]

    def among(self, values: Iterable[str]) -> ColumnElement[bool]:
        """The look-up yields one of these. Never NULL, after which AND would ask on."""
        return func.coalesce(self.look_up, "").in_(sorted(values))


Held = ColumnElement[bool] | OneOf


@dataclass(frozen=True, eq=False, kw_only=True)
class Kind:
    """Declared by a domain, registered by `app.py`, asked by the guard alone.

    `state` yields one of `states`. `council` is the column that names the council (None: what
    belongs to the installation, whose log is the system log). `columns` are further columns the
    domain's endpoints need in `grant.thing`. `refusals` say of certain acts in the domain's own
    words what to do instead. `ways` says of which named conditions each relation is made; only
    explanations read it.
    """

    name: KindName
    table: Table
    states: tuple[str, ...]
    state: ColumnElement[str]
    relations: Mapping[Relation, Held]
    council: ColumnElement[str] | None = None
    columns: tuple[ColumnElement[object], ...] = ()
    deniable: bool = False
    ways: Mapping[Relation, Ways] = field(default_factory=dict)
    refusals: Mapping[Action, type[Refused]] = field(default_factory=dict)

    @cached_property
    def facts(self) -> Select[tuple[object, ...]]:
        """Every fact a decision needs about a row, and the columns its endpoints show."""
        log_id = self.council if self.council is not None else literal(SYSTEM)
        epoch = select(_log.c.rights_epoch).where(_log.c.id == log_id).scalar_subquery()
        last_time = select(_log.c.last_time).where(_log.c.id == log_id).scalar_subquery()
        shared = {each.label: each for each in self.relations.values() if isinstance(each, OneOf)}
        held = [
            case((clause, 1), else_=0).label(f"is_{relation.value}")
            for relation, clause in self.relations.items()
            if not isinstance(clause, OneOf)
        ]
        return select(
            self.table.c.id.label("id"),
            log_id.label("log_id"),
            epoch.label("rights_epoch"),
            last_time.label("last_time"),
            self.state.label("state"),
            self._category().label("category"),
            self._denied().label("denied"),
            self._networks().label("networks"),
            *(each.look_up.label(f"is_{label}") for label, each in shared.items()),
            *held,
            *self.columns,
        )

    @cached_property
    def readings(self) -> tuple[tuple[Relation, str, frozenset[object]], ...]:
        """For each relation: which column of the facts says so, by which values."""
        return tuple(
            (relation, f"is_{held.label}", frozenset(held.values))
            if isinstance(held, OneOf)
            else (relation, f"is_{relation.value}", frozenset({1}))
            for relation, held in self.relations.items()
        )

    def clause(self, relation: Relation) -> ColumnElement[bool]:
        """A relation as a condition, for a WHERE."""
        held = self.relations[relation]
        return held.among(held.values) if isinstance(held, OneOf) else held

    @cached_property
    def one(self) -> Prepared:
        """The facts of the row called `:id`."""
        return Prepared(self.facts.where(self.table.c.id == ID))

    @cached_property
    def log_of(self) -> Prepared:
        """Which log the row called `:id` belongs to, as `log_id`."""
        log_id = self.council if self.council is not None else literal(SYSTEM)
        return Prepared(select(log_id.label("log_id")).where(self.table.c.id == ID))

    def many(self, granted: Mapping[str, frozenset[Relation]]) -> Select[tuple[object, ...]]:
        """The facts of all rows a person may act on, given which relations suffice per state."""
        suffices: dict[tuple[str, ...], set[Relation]] = {}
        for relation in sorted(self.relations):
            if states := tuple(s for s in self.states if relation in granted.get(s, ())):
                suffices.setdefault(states, set()).add(relation)
        # Relations first: most are the same for every row of a council, and a state never is.
        clauses = [
            self._any_of(relations) & self._in_one_of(states)
            for states, relations in suffices.items()
        ]
        return self.facts.where(or_(*clauses) if clauses else false())

    def within(
        self, council: BindParameter[str], query: Select[tuple[object, ...]]
    ) -> Select[tuple[object, ...]]:
        """A query of this kind, for one council alone: the parameter stands wherever the column
        stood. What depends on the council and on no row of it (a seat, an office, the duty) is then
        looked up once by either database, not once for each row.
        """
        column = self.council
        if column is None:
            raise TypeError(f"a {self.name} belongs to no council")

        def swap(element: Any, **_: Any) -> Any:
            return council if element is column else None

        asked = visitors.replacement_traverse(query, {}, swap)
        return cast("Select[tuple[object, ...]]", asked).where(column == council)

    def _in_one_of(self, states: Collection[str]) -> ColumnElement[bool]:
        """Every row is in one of the kind's states: of all of them none is asked."""
        return true() if set(states) == set(self.states) else self.state.in_(states)

    def _any_of(self, relations: Collection[Relation]) -> ColumnElement[bool]:
        """One condition for several relations; what shares a look-up is looked up once."""
        values: dict[str, set[str]] = {}
        clauses: list[ColumnElement[bool]] = []
        shared: dict[str, OneOf] = {}
        for relation in sorted(relations):
            held = self.relations[relation]
            if isinstance(held, OneOf):
                shared[held.label] = held
                values.setdefault(held.label, set()).update(held.values)
            else:
                clauses.append(held)
        look_ups = [shared[label].among(found) for label, found in values.items()]
        return or_(*look_ups, *clauses)

    def _category(self) -> ColumnElement[str | None]:
        if self.council is None:
            return NOTHING
        mine = select(_seat.c.category).where(
            _seat.c.council_id == self.council, _seat.c.person_id == PERSON, holds(_seat)
        )
        return mine.limit(1).scalar_subquery()

    def _networks(self) -> ColumnElement[str | None]:
        """From where the council's things are reached, as the newest rule says; NULL: from all.

        Rules are replaced, never ended, so nothing looks for an ending: this is on every path.
        """
        if self.council is None:
            return NOTHING
        newest = select(_rule.c.networks).where(
            _rule.c.council_id == self.council, _rule.c.recorded_at <= NOW
        )
        return newest.order_by(_rule.c.log_seq.desc()).limit(1).scalar_subquery()

    def _denied(self) -> ColumnElement[str | None]:
        if not self.deniable:
            return NOTHING
        # `conflict_of_interest` < `incident` < `suspension`: what sorts first takes away more.
        against = select(func.min(_denial.c.kind)).where(
            _denial.c.thing_id == self.table.c.id,
            or_(_denial.c.person_id.is_(None), _denial.c.person_id == PERSON),
            holds(_denial),
        )
        return against.scalar_subquery()


__all__ = ["ID", "NOW", "PERSON", "Facts", "Held", "Kind", "OneOf"]
