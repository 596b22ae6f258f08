"""Offices: appointing, ending, and the rule that they exclude one another (matrix rows 13–17).

Owns the table `office`. Seats check the same rule from their side (server/access/seats.py); both
hold the person still first, so that neither misses what the other is just doing.
"""

from collections.abc import Sequence

from sqlalchemy import Table, select

from server.access import holding
from server.access.models import Office, Seat
from server.access.vocabulary import OfficeRole
from server.audit import facts
from server.audit.models import SYSTEM
from server.clock import Instant
from server.database import Tx
from server.identity.models import Person
from server.ids import Id
from server.problems import NotFound, Problem

_office: Table = Office.__table__  # type: ignore[attr-defined]
_seat: Table = Seat.__table__  # type: ignore[attr-defined]


class Incompatible(Problem):
    status, code = 409, "incompatible_office"
    ja = "職務の分離により、この人はすでに持つ役職または構成員の席と兼ねることができません。"
    en = "Separation of duties: this person's office or seat excludes this appointment."


def appoint(
    tx: Tx, person_id: Id, role: OfficeRole, *, council_id: Id | None, until: Instant | None
) -> Office:
    """Let a person hold an office from now. Raises NotFound, Incompatible."""
    holding.hold_still(tx, SYSTEM, person_id)
    if tx.session.get(Person, person_id) is None:
        raise NotFound(f"no person {person_id}")
    if held(tx, person_id=person_id) or _seated(tx, person_id, council_id):
        raise Incompatible
    office = Office(
        council_id=council_id,
        person_id=person_id,
        role=role.value,
        organisation_id=None,
        valid_from=tx.now,
        valid_to=until,
    )
    return facts.enter(tx, SYSTEM, office)


def end(tx: Tx, office_id: Id, *, by: Id) -> None:
    """End an office at once. Raises NotFound when nobody holds it now."""
    current = [office for office in held(tx) if office.id == office_id]
    if not current:
        raise NotFound("nobody holds this office now")
    facts.end(tx, current[0], by=by, reason="ended")


def held(tx: Tx, *, person_id: Id | None = None) -> Sequence[Office]:
    """The offices held now, by everyone or by one person."""
    query = select(Office).where(facts.holds(_office))
    if person_id is not None:
        query = query.where(_office.c.person_id == person_id)
    return tx.session.scalars(query.order_by(_office.c.id), {"now": tx.now}).all()


def _seated(tx: Tx, person_id: Id, council_id: Id | None) -> bool:
    """Whether the person holds a seat in the council (in any council, for an office of all)."""
    query = select(_seat.c.id).where(_seat.c.person_id == person_id, facts.holds(_seat))
    if council_id is not None:
        query = query.where(_seat.c.council_id == council_id)
    return tx.connection.execute(query, {"now": tx.now}).first() is not None
