"""Lists: the same facts and the same table as opening one thing, in one query.

Owns paging. A list shows exactly what opening each of its things would allow, because its WHERE is
built from the decision table and the relations of the kind.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import ColumnElement, Select, String, bindparam, true

from server.access.deciding import facts_of, held_to
from server.access.grant import Grant
from server.access.kind import Facts, Kind
from server.access.policy import Policy
from server.access.vocabulary import Action, Relation
from server.clock import SECOND
from server.ids import Id
from server.networks import admits
from server.prepared import Prepared

LONGEST_PAGE = 200


class PageQuery(BaseModel):
    """Which part of a list: at most `limit` things, after the cursor `next` of the page before."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    limit: int = Field(50, ge=1, le=LONGEST_PAGE)
    cursor: str | None = Field(None, max_length=64)


Paging = Annotated[PageQuery, Query()]


@dataclass(frozen=True, slots=True)
class Seen:
    """One thing of a list: its row of facts and columns, what the caller is to it, and may do."""

    row: Facts
    held: frozenset[Relation]
    may: list[Action]

    @property
    def id(self) -> Id:
        """The thing's id."""
        identifier: str = self.row.id
        return identifier


def visible(
    grant: Grant,
    kind: Kind,
    page: PageQuery,
    *conditions: ColumnElement[bool],
    action: Action = Action.READ,
) -> tuple[list[Seen], str | None]:
    """The things of a kind that the caller may read (or `action`), newest first, and the cursor of
    the next page. The entry commits to how many and which were shown.
    """
    facts = {"person": grant.caller.subject, "now": grant.now}

    def before(cursor: str | None, most: int) -> Sequence[Facts]:
        query = _query(grant.parts.policy, kind, action, cursor, most, conditions)
        return grant.tx.connection.execute(query, facts).all()

    return _shown(grant, kind, page, action, before)


class Listing:
    """A list that is asked for often: its statement is prepared once per policy."""

    def __init__(self, kind: Kind, action: Action = Action.READ) -> None:
        self._kind, self._action = kind, action
        self._prepared: dict[tuple[str, bool], Prepared] = {}

    def page_of(
        self, grant: Grant, page: PageQuery, council: Id | None = None
    ) -> tuple[list[Seen], str | None]:
        """As `visible`; of one council, where it is named."""
        facts = {"person": grant.caller.subject, "now": grant.now}
        if council is not None:
            facts["council"] = council
        statement = self.statement(grant.parts.policy, of_one_council=council is not None)

        def before(cursor: str | None, most: int) -> Sequence[Facts]:
            return statement.rows(grant.tx, {**facts, "cursor": cursor or _LAST, "most": most})

        return _shown(grant, self._kind, page, self._action, before)

    def statement(self, policy: Policy, *, of_one_council: bool) -> Prepared:
        """At most `:most` rows before `:cursor`, newest first, of `:council` or of all."""
        known = self._prepared.get((policy.digest, of_one_council))
        if known is None:
            id, granted = self._kind.table.c.id, policy.suffices(self._action, self._kind.name)
            query = self._kind.many(granted)
            if of_one_council:
                query = self._kind.within(COUNCIL_ID, query)
            query = query.where(id < bindparam("cursor")).order_by(id.desc())
            known = Prepared(query.limit(bindparam("most")))
            self._prepared[policy.digest, of_one_council] = known
        return known


COUNCIL_ID = bindparam("council", type_=String())
# Greater than every id, which are lower-case hexadecimal or of the registry.
_LAST = "\uffff"


def _query(
    policy: Policy,
    kind: Kind,
    action: Action,
    cursor: str | None,
    most: int,
    conditions: Sequence[ColumnElement[bool]],
) -> Select[Any]:
    identifier = kind.table.c.id
    before = identifier < cursor if cursor is not None else true()
    query = kind.many(policy.suffices(action, kind.name)).where(before, *conditions)
    return query.order_by(identifier.desc()).limit(most)


def _shown(
    grant: Grant,
    kind: Kind,
    page: PageQuery,
    action: Action,
    before: Callable[[str | None, int], Sequence[Facts]],
) -> tuple[list[Seen], str | None]:
    """The page, given how to find the next rows `before` a cursor, at most so many at once.

    The cursor is the last thing shown, and there is one only where another thing would be: what
    was denied is passed over here, so that the caller learns of it neither by name nor by a gap.
    """
    most = page.limit + 1
    found = before(page.cursor, most)
    rows = _allowed(grant, kind, action, found)
    while len(rows) <= page.limit and len(found) == most:
        most = LONGEST_PAGE + 1
        found = before(found[-1].id, most)
        rows += _allowed(grant, kind, action, found)
    shown, following = rows[: page.limit], rows[page.limit :]
    grant.note(listed=kind.name.value, count=len(shown), ids=[row.id for row in shown])
    return [_seen(grant, kind, row) for row in shown], shown[-1].id if following else None


def _allowed(grant: Grant, kind: Kind, action: Action, found: Sequence[Facts]) -> list[Facts]:
    # A denial takes relations away after SQL has found them: the same function as for one thing.
    # So does a council's rule about networks, which is not about relations.
    rows = []
    for seen in found:
        # Of many councils, each is decided on as of the moment its own log has reached.
        row, is_ahead = seen, (seen.last_time or 0) - grant.now > SECOND
        if is_ahead:
            row, _ = facts_of(grant.tx, kind, seen.id, grant.caller.subject)
        is_decided = row.denied is None and not is_ahead
        if (is_decided or _still(grant, kind, row, action)) and admits(row.networks, grant.address):
            rows.append(row)
    return rows


def _still(grant: Grant, kind: Kind, row: Facts, action: Action) -> bool:
    held = held_to(kind, row)
    return bool(grant.parts.policy.allows(held, row.category, action, kind.name, row.state))


def _seen(grant: Grant, kind: Kind, row: Facts) -> Seen:
    held = held_to(kind, row)
    return Seen(row, held, grant.parts.policy.may(held, row.category, kind.name, row.state))


def beside(grant: Grant, kind: Kind, id: Id) -> Seen:
    """A thing as it stands after the act of this Grant, to answer the act with: what was just made,
    or the thing itself once changed. Not for reading anything else: it decides nothing.
    """
    grant.tx.flush()
    facts = {"id": id, "person": grant.caller.subject, "now": grant.now}
    return _seen(grant, kind, kind.one.row(grant.tx, facts))
