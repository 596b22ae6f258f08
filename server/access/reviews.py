"""The review of seats: each representative confirms, at set intervals, who acts for the member.

Owns confirming, and what is due. A seat that nobody confirmed lapses by the clock (its `valid_to`
is its `review_by`); whoever looks finds it so, and a job enters it in the log. The interval is a
rule of the council (server/access/rules.py).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, exists, select

from server.access import departing
from server.access.models import Membership, Seat
from server.access.seating import ends_of, enter
from server.access.sitting import seats_from
from server.access.vocabulary import SeatRole
from server.audit import facts
from server.audit.facts import holds
from server.audit.models import Ending
from server.clock import DAY, Instant
from server.database import Tx
from server.ids import Id
from server.problems import Conflict, Malformed

NOTICE_DAYS = 14
CONFIRMED, NOT_CONFIRMED = "confirmed", "not_confirmed"

_seat: Table = Seat.__table__  # type: ignore[attr-defined]
_membership: Table = Membership.__table__  # type: ignore[attr-defined]
_ending: Table = Ending.__table__  # type: ignore[attr-defined]


class NotReviewed(Conflict):
    code = "not_a_seat_of_this_member"
    ja = "確認できない席が含まれています。一覧を読み直し、代理と従事者の席だけを選んでください。"
    en = "Some are no seats of this member's deputy or handlers. Read the list again and choose."


class BothWays(Malformed):
    code = "confirmed_and_ended"
    ja = "同じ席を confirmed と ended の両方に入れることはできません。"
    en = "A seat cannot be both in `confirmed` and in `ended`."


@dataclass(frozen=True, slots=True)
class Due:
    """A member whose review is near: who confirms, by when the first seat lapses, how many do."""

    council_id: Id
    membership_id: Id
    representative: Id
    due_at: Instant
    seats: int


def reviewed(tx: Tx, membership_id: Id) -> list[Seat]:
    """The seats that are confirmed or lapse: a deputy's and handlers', now or to come."""
    found = seats_from(tx, tx.now, membership_id=membership_id)
    return [seat for seat in found if seat.role != SeatRole.REPRESENTATIVE]


def lapsed(tx: Tx, membership_id: Id) -> Sequence[Seat]:
    """The seats that lapsed because nobody confirmed them, newest first."""
    query = select(Seat).where(
        _seat.c.membership_id == membership_id,
        _seat.c.review_by.is_not(None),
        _seat.c.review_by <= tx.now,
        ~exists().where(_ending.c.fact_id == _seat.c.id),
    )
    return tx.session.scalars(query.order_by(_seat.c.review_by.desc(), _seat.c.id)).all()


def review(
    tx: Tx, membership: Membership, *, confirmed: Iterable[Id], ended: Iterable[Id], by: Id
) -> None:
    """Confirm seats for another interval and end others; what is named in neither stays as it is.

    A confirmed seat goes on as a new row, never past the term it was named for. Raises
    NotReviewed, BothWays.
    """
    keeping, ending = set(confirmed), set(ended)
    if keeping & ending:
        raise BothWays
    seats = {seat.id: seat for seat in reviewed(tx, membership.id)}
    if unknown := sorted((keeping | ending) - seats.keys()):
        raise NotReviewed(seats=unknown)
    for seat_id in sorted(keeping):
        _confirm(tx, seats[seat_id], by=by)
    departing.end_seats(tx, (seats[each] for each in sorted(ending)), by=by, reason="ended")


def _confirm(tx: Tx, seat: Seat, *, by: Id) -> None:
    named_to = seat.valid_to if seat.review_by is None else seat.term_to
    start = max(seat.valid_from, tx.now)
    ends = ends_of(tx, seat.council_id, SeatRole(seat.role), start, named_to)
    facts.end(tx, seat, by=by, reason=CONFIRMED)
    goes_on = Seat(
        council_id=seat.council_id,
        membership_id=seat.membership_id,
        person_id=seat.person_id,
        role=seat.role,
        category=seat.category,
        valid_from=start,
        named_by=by,
        scope=seat.scope,
        continues=seat.id,
        valid_to=ends.valid_to,
        review_by=ends.review_by,
        term_to=ends.term_to,
    )
    enter(tx, goes_on)


def reviews_due(tx: Tx, now: Instant, *, person_id: Id | None = None) -> list[Due]:
    """The reviews whose first seat lapses within the notice, for who is to confirm; soonest first.

    For one representative where a person is named. A member without one waits for another act.
    """
    theirs = _seat.alias("representative")
    query = (
        select(_seat, theirs.c.person_id.label("representative"))
        .select_from(
            _seat.join(theirs, theirs.c.membership_id == _seat.c.membership_id).join(
                _membership, _membership.c.id == _seat.c.membership_id
            )
        )
        .where(
            _seat.c.review_by.is_not(None),
            _seat.c.review_by <= now + NOTICE_DAYS * DAY,
            holds(_seat),
            theirs.c.role == SeatRole.REPRESENTATIVE,
            holds(theirs),
            holds(_membership),
        )
    )
    if person_id is not None:
        query = query.where(theirs.c.person_id == person_id)
    return _by_member(tx.connection.execute(query, {"now": now}).all())


def _by_member(rows: Iterable[Any]) -> list[Due]:
    found: dict[Id, list[Any]] = {}
    for row in rows:
        found.setdefault(row.membership_id, []).append(row)
    due = [
        Due(
            council_id=each[0].council_id,
            membership_id=membership_id,
            representative=each[0].representative,
            due_at=min(row.review_by for row in each),
            seats=len(each),
        )
        for membership_id, each in found.items()
    ]
    return sorted(due, key=lambda one: (one.due_at, one.membership_id))
