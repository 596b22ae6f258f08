"""Who sits where: look-ups over memberships, seats and offices. Nothing here writes.

A seat or office that has been named for later counts wherever two could meet: what excludes
one another now must not come to hold together by the mere passing of time.
"""

from collections.abc import Sequence

from sqlalchemy import Table, bindparam, or_, select

from server.access.models import Membership, Office, Seat
from server.access.terms import meets
from server.access.vocabulary import SPEAKING, OfficeRole, SeatRole
from server.audit.facts import holds
from server.clock import Instant
from server.database import Tx
from server.ids import Id
from server.problems import NotFound

# Rows 14–17 and the secretariat; signing for a minister is the ministry's own part (row 5).
EXCLUDED = tuple(role for role in OfficeRole if role is not OfficeRole.ESTABLISHING_MINISTRY)

_membership: Table = Membership.__table__  # type: ignore[attr-defined]
_seat: Table = Seat.__table__  # type: ignore[attr-defined]
_office: Table = Office.__table__  # type: ignore[attr-defined]


def seats_of(
    tx: Tx, membership_id: Id, role: SeatRole | None = None, *, at: Instant | None = None
) -> Sequence[Seat]:
    """The seats of a membership that hold now, or at another moment, in the order of naming."""
    query = select(Seat).where(_seat.c.membership_id == membership_id, holds(_seat))
    if role is not None:
        query = query.where(_seat.c.role == role)
    moment = {"now": tx.now if at is None else at}
    return tx.session.scalars(query.order_by(_seat.c.id), moment).all()


def speaking_for(tx: Tx, membership_id: Id) -> list[Id]:
    """Who speaks for a member now, in the order of naming: its representative, its deputies.

    Whether a deputy's scope reaches an act is asked where the act is done.
    """
    return [seat.person_id for seat in seats_of(tx, membership_id) if seat.role in SPEAKING]


def seats_from(
    tx: Tx,
    start: Instant,
    until: Instant | None = None,
    *,
    membership_id: Id | None = None,
    person_id: Id | None = None,
    council_id: Id | None = None,
    role: SeatRole | None = None,
) -> Sequence[Seat]:
    """The seats that hold, as named so far, at any moment of [start, until)."""
    asked = {
        _seat.c.membership_id: membership_id,
        _seat.c.person_id: person_id,
        _seat.c.council_id: council_id,
        _seat.c.role: role,
    }
    query = select(Seat).where(
        meets(_seat, start, until),
        *(column == value for column, value in asked.items() if value is not None),
    )
    return tx.session.scalars(query.order_by(_seat.c.id)).all()


def seat_of(tx: Tx, council_id: Id, person_id: Id) -> Seat | None:
    """The person's seat in this council now, if any."""
    query = select(Seat).where(
        _seat.c.council_id == council_id, _seat.c.person_id == person_id, holds(_seat)
    )
    return tx.session.scalars(query, {"now": tx.now}).first()


def own_seat(tx: Tx, council_id: Id, person_id: Id) -> Seat:
    """The seat through which the caller acts. Raises NotFound when there is none any more."""
    seat = seat_of(tx, council_id, person_id)
    if seat is None:
        raise NotFound
    return seat


def find_seat(tx: Tx, membership_id: Id, seat_id: Id) -> Seat:
    """A seat of this membership that holds now or is to come. Raises NotFound."""
    found = seats_from(tx, tx.now, membership_id=membership_id)
    seat = next((each for each in found if each.id == seat_id), None)
    if seat is None:
        raise NotFound
    return seat


def membership_of(
    tx: Tx, council_id: Id, *, organisation_id: str | None = None, person_id: Id | None = None
) -> Membership | None:
    """The present membership of an organisation, or of a person, in a council."""
    query = select(Membership).where(
        _membership.c.council_id == council_id,
        _membership.c.organisation_id == organisation_id,
        _membership.c.person_id == person_id,
        holds(_membership),
    )
    return tx.session.scalars(query, {"now": tx.now}).first()


def offices_from(
    tx: Tx, person_id: Id, start: Instant, until: Instant | None = None
) -> Sequence[Office]:
    """The offices a person holds, as appointed so far, at any moment of [start, until)."""
    query = select(Office).where(_office.c.person_id == person_id, meets(_office, start, until))
    return tx.session.scalars(query.order_by(_office.c.id)).all()


def holds_office(tx: Tx, council_id: Id, person_id: Id, *, start: Instant | None = None) -> bool:
    """Whether the person holds an office, here or of the installation, that excludes a seat, now
    or at any moment from `start` on.
    """
    found = offices_from(tx, person_id, tx.now if start is None else start)
    return any(o.role in EXCLUDED and o.council_id in (None, council_id) for o in found)


def officers_of(tx: Tx, council_id: Id, *roles: OfficeRole) -> list[Id]:
    """Who holds one of these offices now, in the council or of the installation; each once."""
    query = select(_office.c.person_id).where(
        _office.c.role.in_(roles),
        or_(_office.c.council_id.is_(None), _office.c.council_id == council_id),
        holds(_office),
    )
    return sorted(set(tx.connection.scalars(query, {"now": tx.now})))


def unspoken(tx: Tx, council_id: Id | None = None) -> Sequence[Membership]:
    """The members nobody represents now: theirs left, moved or was disabled."""
    spoken = select(_seat.c.id).where(
        _seat.c.membership_id == _membership.c.id,
        _seat.c.role == SeatRole.REPRESENTATIVE,
        holds(_seat),
    )
    query = select(Membership).where(holds(_membership), ~spoken.exists())
    if council_id is not None:
        query = query.where(_membership.c.council_id == bindparam("council"))
    found = {"now": tx.now} | ({} if council_id is None else {"council": council_id})
    return tx.session.scalars(query.order_by(_membership.c.id), found).all()
