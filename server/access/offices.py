"""Offices: appointing, ending, and the rule that they exclude one another (matrix rows 13–17).

Owns the table `office`. Seats check the same rule from their side (server/access/seats.py); both
hold the person still first, so that neither misses what the other is just doing.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Table, select

from server import jobs
from server.access import departing, holding, sitting
from server.access.models import Office
from server.access.vocabulary import OfficeRole
from server.audit import facts
from server.audit.models import SYSTEM
from server.clock import Instant
from server.database import Tx
from server.identity import sessions
from server.identity.models import Person
from server.ids import Id
from server.problems import NotFound, Problem

_office: Table = Office.__table__  # type: ignore[attr-defined]


class Incompatible(Problem):
    status, code = 409, "incompatible_office"
    ja = "職務の分離により、この人はすでに持つ役職または構成員の席と兼ねることができません。"
    en = "Separation of duties: this person's office or seat excludes this appointment."


def appoint(
    tx: Tx, person_id: Id, role: OfficeRole, *, council_id: Id | None, until: Instant | None
) -> Office:
    """Let a person hold an office from now; their sessions end, for an office reaches further and
    is held by fresh ones (IDN-4). Raises NotFound, Incompatible.
    """
    holding.hold_still(tx, SYSTEM, person_id)
    if tx.session.get(Person, person_id) is None:
        raise NotFound(f"no person {person_id}")
    if _has_office(tx, person_id, council_id, until) or _seated(tx, person_id, council_id, until):
        raise Incompatible
    office = Office(
        council_id=council_id,
        person_id=person_id,
        role=role.value,
        organisation_id=None,
        valid_from=tx.now,
        valid_to=until,
    )
    sessions.end_sessions(tx, person_id)
    facts.enter(tx, SYSTEM, office)
    if until is not None:
        jobs.later(tx, departing.TERM_OVER, office.id, due_at=until)
    return office


def end(tx: Tx, office_id: Id, *, by: Id) -> None:
    """End an office at once. Raises NotFound when nobody holds it now."""
    current = [office for office in held(tx) if office.id == office_id]
    if not current:
        raise NotFound("nobody holds this office now")
    facts.end(tx, current[0], by=by, reason="ended")
    departing.signed_out(tx, [current[0].person_id], by=by, reason="ended")


def council_of(tx: Tx, arguments: Mapping[str, Any]) -> Iterable[str]:
    """The council in whose log an office stands that is asked about: to be locked first."""
    asked = arguments["asked"].office
    query = select(_office.c.log_id).where(_office.c.id == asked, _office.c.log_id != SYSTEM)
    return tx.connection.scalars(query).all()


def held(tx: Tx, *, person_id: Id | None = None) -> Sequence[Office]:
    """The offices held now, by everyone or by one person."""
    query = select(Office).where(facts.holds(_office))
    if person_id is not None:
        query = query.where(_office.c.person_id == person_id)
    return tx.session.scalars(query.order_by(_office.c.id), {"now": tx.now}).all()


def _has_office(tx: Tx, person_id: Id, council_id: Id | None, until: Instant | None) -> bool:
    """Whether another office stands in the way: any of rows 13 to 17, wherever it is held; signing
    for a minister where the new office reaches the same council.
    """
    return any(
        office.role in sitting.EXCLUDED or council_id in (None, office.council_id)
        for office in sitting.offices_from(tx, person_id, tx.now, until)
    )


def _seated(tx: Tx, person_id: Id, council_id: Id | None, until: Instant | None) -> bool:
    """Whether the person holds a seat in the council (in any council, for an office of all), now
    or named for some time within the office's term.
    """
    found = sitting.seats_from(tx, tx.now, until, person_id=person_id, council_id=council_id)
    return bool(found)
