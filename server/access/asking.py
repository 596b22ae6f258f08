"""Who may ask about whose rights to what; and what they are told of others.

Owns that rule. About oneself everybody may ask, of whatever they are told of. About others asks who
may `explain` the thing; who may so only as representative of a member, about the persons of that
member alone. Whoever is not told of a thing is answered as if there were none (ACC-5).
"""

from collections.abc import Iterable, Sequence

from sqlalchemy import Table, select

from server.access.credentials import check_address
from server.access.deciding import facts_of, held_to
from server.access.grant import Grant
from server.access.kind import Facts, Kind
from server.access.models import Seat
from server.access.thing_ids import INSTALLATION_ID, is_plain
from server.access.vocabulary import Action, KindName, Relation
from server.audit.facts import holds
from server.ids import Id
from server.problems import NotFound, Refused

OWN_MEMBER = frozenset({Relation.SEAT_REPRESENTATIVE})

_seat: Table = Seat.__table__  # type: ignore[attr-defined]


def kind_of(grant: Grant, name: KindName) -> Kind:
    """The kind of this name."""
    return next(kind for kind in grant.parts.kinds if kind.name is name)


def told_of(grant: Grant, kind: Kind, id: Id) -> Facts:
    """The thing as the caller stands to it now.

    Raises NotFound, alike for what there is not; NetworkNotAllowed where the council's rules keep
    the thing itself from being reached, too.
    """
    if not is_plain(id):
        raise NotFound
    row, _ = facts_of(grant.tx, kind, id, grant.caller.subject)
    if row is None or grant.caller.council_id not in (None, row.log_id):
        raise NotFound
    if not grant.parts.policy.may(held_to(kind, row), row.category, kind.name, row.state):
        raise NotFound
    if row.networks is not None:
        check_address(row.networks, grant.address, Action.EXPLAIN)
    return row


def may_ask(grant: Grant, kind: Kind, id: Id, persons: Sequence[Id] = ()) -> frozenset[Id] | None:
    """Whom the caller may ask about: None for everybody, else these persons.

    Raises NotFound for whoever is not told of the thing, Refused for whoever may not `explain` it,
    or not about one of `persons`: alike whether or not there is such a person.
    """
    row = told_of(grant, kind, id)
    if _is_elsewhere(grant, kind, row):
        raise NotFound
    if persons and set(persons) <= {grant.caller.subject}:
        return None
    policy = grant.parts.policy
    held = held_to(kind, row)
    by = policy.allows(held, row.category, Action.EXPLAIN, kind.name, row.state)
    about = _own_persons(grant, row.log_id) if by == OWN_MEMBER else None
    if not by or (about is not None and not set(persons) <= about):
        raise Refused(
            None,
            action=Action.EXPLAIN,
            kind=kind.name,
            state=row.state,
            held=sorted(held),
            would_suffice=sorted(policy.suffices(Action.EXPLAIN, kind.name).get(row.state, ())),
        )
    return about


def _is_elsewhere(grant: Grant, kind: Kind, row: Facts) -> bool:
    """Whether a question asked of one council is about a thing of another, or of none."""
    if grant.kind.name is KindName.COUNCIL:
        return bool(row.log_id != grant.id)
    return grant.kind.name is KindName.INSTALLATION and id_of_installation(kind) is None


def id_of_installation(kind: Kind) -> Id | None:
    """The id of the installation, where that is the kind."""
    return INSTALLATION_ID if kind.name is KindName.INSTALLATION else None


def _own_persons(grant: Grant, council_id: Id) -> frozenset[Id]:
    """Who has, or had, a seat of a member that the caller represents in this council now."""
    mine = select(_seat.c.membership_id).where(
        _seat.c.council_id == council_id,
        _seat.c.person_id == grant.person_id,
        _seat.c.role == Relation.SEAT_REPRESENTATIVE.value,
        holds(_seat),
    )
    query = select(_seat.c.person_id).where(_seat.c.membership_id.in_(mine))
    return frozenset(grant.tx.connection.scalars(query, {"now": grant.now}))


def reads_roster(grant: Grant, council_id: Id) -> bool:
    """Whether the caller may know by name who acts in the council."""
    kind = kind_of(grant, KindName.COUNCIL)
    row, _ = facts_of(grant.tx, kind, council_id, grant.caller.subject)
    if row is None:
        return False
    policy, held = grant.parts.policy, held_to(kind, row)
    return bool(policy.allows(held, row.category, Action.READ_ROSTER, kind.name, row.state))


def only(persons: Iterable[Id], about: frozenset[Id] | None) -> list[Id]:
    """Those of `persons` that the caller may ask about."""
    return [person for person in persons if about is None or person in about]
