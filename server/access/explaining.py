"""Why a person may do something to a thing, or may not, and what is missing (promise 7).

Owns the answer as data. It decides nothing of its own: state, relations and denials come from the
kind's own statement as the guard runs it (`Kind.one`, `held_to`), the outcome from the same look-up
(`Policy.allows`); only what a relation is made of is asked in parts (`examined`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from sqlalchemy import Table, select

from server.access import bounds
from server.access.condition import Condition
from server.access.deciding import facts_of, held_to
from server.access.examined import RelationStated, examine
from server.access.kind import ID, Facts, Kind
from server.access.models import Denial
from server.access.parts import Parts
from server.access.policy import Policy, Requirement
from server.access.policy_history import of_the_day
from server.access.vocabulary import Action, KindName, Relation
from server.audit.facts import holds
from server.clock import Instant
from server.database import Tx
from server.ids import Id
from server.prepared import Prepared
from server.problems import Malformed, NotFound

_denial: Table = Denial.__table__  # type: ignore[attr-defined]

# Whose act makes a condition hold: what the policy lets do this act. Nobody's, where it is fixed.
GIVEN_BY: Mapping[Condition, tuple[Action, KindName]] = {
    Condition.HAS_SEAT: (Action.NAME_SEAT, KindName.MEMBERSHIP),
    Condition.SPEAKS: (Action.NAME_SEAT, KindName.MEMBERSHIP),
    Condition.REPRESENTS: (Action.NAME_SEAT, KindName.MEMBERSHIP),
    Condition.DEPUTISES: (Action.NAME_SEAT, KindName.MEMBERSHIP),
    Condition.HANDLES: (Action.NAME_SEAT, KindName.MEMBERSHIP),
    Condition.REPRESENTS_THIS: (Action.NAME_SEAT, KindName.MEMBERSHIP),
    Condition.SPEAKS_FOR_SOURCE: (Action.NAME_SEAT, KindName.MEMBERSHIP),
    Condition.SITS_FOR_SOURCE: (Action.NAME_SEAT, KindName.MEMBERSHIP),
    Condition.ASKED_FOR_IT: (Action.NAME_SEAT, KindName.MEMBERSHIP),
    Condition.HOLDS_OFFICE: (Action.APPOINT, KindName.INSTALLATION),
    Condition.IS_OFFICIAL: (Action.NAME_OFFICIAL, KindName.COUNCIL),
    Condition.IS_NOMINATED: (Action.INVITE_MEMBER, KindName.COUNCIL),
    Condition.IS_NAMED: (Action.SET_SCOPE, KindName.DOCUMENT),
    Condition.SAFE_MANAGEMENT: (Action.CONFIRM_SAFE_MANAGEMENT, KindName.COUNCIL),
    Condition.IS_CHOSEN: (Action.CHOOSE_READERS, KindName.RESULT),
    Condition.OPEN_TO_MEMBERS: (Action.CHOOSE_READERS, KindName.RESULT),
}
# What nobody but the person can do.
BY_ONESELF = frozenset({Condition.DUTY_ACKNOWLEDGED, Condition.SCOPE_ACKNOWLEDGED})


class NotYet(Malformed):
    code = "moment_in_the_future"
    ja = "まだ来ていない時点については答えられません。過去の時点を指定してください。"
    en = "Nothing can be said of a moment that has not come. Name one in the past."


class NotThen(NotFound):
    code = "not_then"
    ja = "その時点では、まだ存在していませんでした。"
    en = "At that moment it did not exist yet."


@dataclass(frozen=True, slots=True)
class Explained:
    """The answer. `held` is what is left after `denied`; `by` is what allowed it (empty: no).

    `relations` are those that suffice in this state, each with its conditions; `possible` says in
    which states which relations suffice. `is_policy_known` is false for a day before policies were
    kept: the answer then rests on the earliest one known.
    """

    kind: Kind
    id: Id
    log_id: str
    person: Id
    action: Action
    at: Instant
    state: str
    ends_at: Instant | None
    category: str | None
    denied: str | None
    denied_since: Instant | None
    held: frozenset[Relation]
    by: frozenset[Relation]
    relations: tuple[RelationStated, ...]
    possible: Mapping[str, frozenset[Relation]]
    needs: Requirement | None
    closed_to: frozenset[Relation]
    policy: Policy
    is_policy_known: bool

    @property
    def allowed(self) -> bool:
        """Whether relation, state and category allow it; what the act needs besides is `needs`."""
        return bool(self.by)

    @property
    def category_fits(self) -> bool:
        """Whether the person's part in the council is one the action is open to."""
        return self.needs is None or self.category is None or self.category in self.needs.categories


def explain(
    parts: Parts, tx: Tx, kind: Kind, id: Id, person: Id, action: Action, at: Instant | None
) -> Explained:
    """The answer for one person, action and thing, at `at` or now. The caller may ask: that is
    for whoever calls this to know. Raises NotFound, NotThen, NotYet.
    """
    row, moment = facts_of(tx, kind, id, person)
    if at is not None:
        if at > moment:
            raise NotYet
        row, moment = kind.one.row(tx, {"id": id, "person": person, "now": at}), at
    check_existed(tx, kind, id, moment)
    policy, is_known = (parts.policy, True) if at is None else of_the_day(parts, tx, moment)
    return _explained(tx, policy, is_known, kind, row, person, action, moment)


def _explained(
    tx: Tx,
    policy: Policy,
    is_known: bool,
    kind: Kind,
    row: Facts,
    person: Id,
    action: Action,
    at: Instant,
) -> Explained:
    held = held_to(kind, row)
    possible = policy.suffices(action, kind.name)
    stated = examine(tx, kind, row.id, person, at)
    sufficing = possible.get(row.state, frozenset())
    needs = policy.requirements.get(action)
    return Explained(
        kind=kind,
        id=row.id,
        log_id=row.log_id,
        person=person,
        action=action,
        at=at,
        state=row.state,
        ends_at=getattr(row, "ends_at", None),
        category=row.category,
        denied=row.denied,
        denied_since=_denied_since(tx, row, person, at) if row.denied else None,
        held=held,
        by=policy.allows(held, row.category, action, kind.name, row.state),
        relations=tuple(stated[relation] for relation in sorted(sufficing)),
        possible=possible,
        needs=needs,
        closed_to=_closed_to(kind.name, row.state, action),
        policy=policy,
        is_policy_known=is_known,
    )


def _closed_to(kind: KindName, state: str, action: Action) -> frozenset[Relation]:
    """The offices that no policy may ever let do this (bounds.py)."""
    closed = (kind, state, action) in bounds.CLOSED_TO_OFFICES
    return bounds.OFFICES if closed else frozenset()


def _denied_since(tx: Tx, row: Facts, person: Id, at: Instant) -> Instant | None:
    query = select(_denial.c.recorded_at).where(
        _denial.c.thing_id == row.id,
        _denial.c.kind == row.denied,
        _denial.c.person_id.is_(None) | (_denial.c.person_id == person),
        holds(_denial),
    )
    since: Instant | None = tx.connection.scalar(query, {"now": at})
    return since


def check_existed(tx: Tx, kind: Kind, id: Id, at: Instant) -> None:
    """Raises NotFound where there is no such thing, NotThen where it was made after `at`."""
    row = _born(kind).row(tx, {"id": id})
    if row is None:
        raise NotFound
    if at < row.born:
        raise NotThen


@cache
def _born(kind: Kind) -> Prepared:
    columns = kind.table.c
    born = columns.recorded_at if "recorded_at" in columns else columns.created_at
    return Prepared(select(born.label("born")).where(columns.id == ID))
