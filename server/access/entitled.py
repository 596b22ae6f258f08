"""Who may do something to one thing: the list, turned round.

Owns the one query that asks a kind's relations of every person at once. It is the query a list
makes for one person (`Kind.many`), with the person taken from a row, so that whoever is found here
is exactly whoever the guard would let through.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any, cast

from sqlalchemy import BindParameter, Select, Table, literal_column
from sqlalchemy.sql import visitors

from server.access.deciding import held_to
from server.access.kind import ID, PERSON, Kind
from server.access.policy import Policy
from server.access.vocabulary import Action, KindName, Relation
from server.clock import Instant
from server.database import Tx
from server.identity.models import Person
from server.ids import Id
from server.prepared import Prepared

_everybody = cast(Table, Person.__table__).alias("everybody")  # type: ignore[attr-defined]
# Plain text: as a column it would be looked for in the nearest FROM, not in the outermost.
_EACH: Any = literal_column("everybody.id")


@dataclass(frozen=True, slots=True)
class Entitled:
    """A person who may, by which relations."""

    person: Id
    by: frozenset[Relation]


def entitled(
    tx: Tx, policy: Policy, kind: Kind, id: Id, action: Action, at: Instant
) -> list[Entitled]:
    """Everybody who may do `action` to the thing at a moment, in the order of their ids."""
    granted = tuple(sorted(policy.suffices(action, kind.name).items()))
    rows = _statement(kind, granted).rows(tx, {"id": id, "now": at})
    found = []
    for row in rows:
        held = held_to(kind, row)
        by = policy.allows(held, row.category, action, kind.name, row.state)
        if by:
            found.append(Entitled(row.each, by))
    return sorted(found, key=lambda each: each.person)


def entitled_to_any(
    tx: Tx,
    policy: Policy,
    what: tuple[KindName, str],
    action: Action,
    owner: Kind,
    id: Id,
    at: Instant,
) -> list[Entitled]:
    """Everybody who could do `action` to a thing of a kind in a state that `owner` would have.

    The thing is not there yet, so that its relations are asked of what it will belong to: only
    those count that both kinds know, and they mean the same there.
    """
    kind, state = what
    suffices = policy.suffices(action, kind).get(state, frozenset())
    granted = tuple((each, suffices) for each in owner.states)
    rows = _statement(owner, granted).rows(tx, {"id": id, "now": at})
    found = [Entitled(row.each, held_to(owner, row) & suffices) for row in rows]
    return sorted((each for each in found if each.by), key=lambda each: each.person)


@cache
def _statement(kind: Kind, granted: tuple[tuple[str, frozenset[Relation]], ...]) -> Prepared:
    query = kind.many(dict(granted)).where(kind.table.c.id == ID)
    return Prepared(over_everybody(query))


def over_everybody(query: Select[Any]) -> Select[Any]:
    """The query asked of every person at once, who is `each` in its rows."""

    def swap(element: Any, **_: Any) -> Any:
        is_person = isinstance(element, BindParameter) and element.key == PERSON.key
        return _EACH if is_person else None

    swapped = cast("Select[Any]", visitors.replacement_traverse(query, {}, swap))
    return swapped.add_columns(_EACH.label("each")).select_from(_everybody)
