"""Members, the persons who act for them, and their confirmations, become answers.

Owns how a roster is put together for a reader; names are opened only behind a Grant.
"""

from collections.abc import Sequence

from sqlalchemy import Table, func, select

from server.access import seats
from server.access.grant import Grant
from server.access.listing import Seen
from server.access.models import Acknowledgement, Seat
from server.access.relations import of_present_text
from server.access.vocabulary import DeputyScope, Relation, SeatRole
from server.audit.facts import NOW, holds
from server.clock import Instant
from server.councils import safety
from server.councils.kinds import MEMBERSHIP
from server.councils.models import SafeManagementConfirmation
from server.councils.schemas import ConfirmationOut, MembershipOut, NamedOut, SeatOut
from server.councils.views import bodies_of, names_of
from server.database import Tx
from server.ids import Id
from server.keys.service import open_field

JUDGES = {Relation.ESTABLISHING_MINISTRY, Relation.COMPLIANCE_OFFICER, Relation.AUDITOR}

_acknowledgement: Table = Acknowledgement.__table__  # type: ignore[attr-defined]
_confirmation: Table = SafeManagementConfirmation.__table__  # type: ignore[attr-defined]


def memberships_out(
    grant: Grant, found: Sequence[Seen], *, at: Instant | None = None
) -> list[MembershipOut]:
    """Members with the persons who act for them now, or as they stood at another moment.

    Whether the caller may read this is decided now, and so is what they may do.
    """
    tx, moment = grant.tx, grant.now if at is None else at
    sitting = {seen.id: seats.seats_of(tx, seen.id, at=moment) for seen in found}
    states = _states(tx, [seen.id for seen in found], moment)
    persons = {seat.person_id for held in sitting.values() for seat in held}
    names = names_of(tx, persons | {s.row.person_id for s in found if s.row.person_id})
    bodies = bodies_of(tx, {s.row.organisation_id for s in found if s.row.organisation_id})
    bound = _bound(tx, grant.council_id, moment)
    safe = _safe_until(tx, grant.council_id, moment)
    return [
        MembershipOut(
            id=seen.id,
            category=seen.row.as_category,
            organisation=bodies.get(seen.row.organisation_id),
            person=names.get(seen.row.person_id),
            state=states[seen.id],
            valid_from=seen.row.valid_from,
            seats=[
                _seat_out(seat, names[seat.person_id], seat.person_id in bound)
                for seat in sitting[seen.id]
            ],
            safe_until=safe.get(seen.id),
            may=[*seen.may],
        )
        for seen in found
    ]


def seat_out(tx: Tx, seat: Seat) -> SeatOut:
    """One seat."""
    name = names_of(tx, [seat.person_id])[seat.person_id]
    return _seat_out(seat, name, seat.person_id in _bound(tx, seat.council_id, tx.now))


def _seat_out(seat: Seat, name: NamedOut, bound: bool) -> SeatOut:
    return SeatOut(
        id=seat.id,
        person=name,
        role=SeatRole(seat.role),
        scope=None if seat.scope is None else DeputyScope(seat.scope),
        valid_from=seat.valid_from,
        valid_to=seat.valid_to,
        lapses_at=seat.review_by,
        acknowledged=bound,
    )


def _states(tx: Tx, ids: Sequence[Id], moment: Instant) -> dict[Id, str]:
    """The state of each membership at a moment: the guard's own expression for it."""
    table = MEMBERSHIP.table
    query = select(table.c.id, MEMBERSHIP.state.label("state")).where(table.c.id.in_(ids))
    return {row.id: row.state for row in tx.connection.execute(query, {"now": moment})}


def _bound(tx: Tx, council_id: Id, moment: Instant) -> set[Id]:
    table = _acknowledgement
    query = select(table.c.person_id).where(
        table.c.subject_id == council_id, table.c.recorded_at <= NOW, of_present_text(table)
    )
    return set(tx.connection.scalars(query, {"now": moment}))


def _safe_until(tx: Tx, council_id: Id, moment: Instant) -> dict[Id, int]:
    table = _confirmation
    query = (
        select(table.c.membership_id, func.max(table.c.valid_to).label("until"))
        .where(table.c.council_id == council_id, holds(table))
        .group_by(table.c.membership_id)
    )
    return {r.membership_id: r.until for r in tx.connection.execute(query, {"now": moment})}


def confirmation_out(grant: Grant, found: SafeManagementConfirmation) -> ConfirmationOut:
    """A confirmation; the evidence only for those who judge such things."""
    judges = bool(grant.held & JUDGES)
    place = ("safe_management_confirmation", "evidence", found.id)
    return ConfirmationOut(
        id=found.id,
        membership=found.membership_id,
        measures=safety.measures_of(grant.tx, found),
        items=safety.items_of(found),
        checklist=found.checklist_name,
        checklist_digest=found.checklist_digest,
        evidence=(
            open_field(grant.tx, found.council_id, place, found.evidence) if judges else None
        ),
        confirmed_by=found.confirmed_by,
        valid_from=found.valid_from,
        valid_to=found.valid_to,
        may=[],
    )
