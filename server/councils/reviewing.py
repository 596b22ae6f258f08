"""The review of a member's seats, as it is shown; a person's own seats.

Owns how they read. What confirming does is in server/access/reviews.py.
"""

from sqlalchemy import Table, select

from server.access import reviews
from server.access.grant import Grant
from server.access.models import Seat
from server.access.rules import rules_of
from server.access.terms import SHORTENED
from server.access.vocabulary import DeputyScope, SeatRole
from server.audit.models import Ending
from server.clock import Instant
from server.councils.members_schemas import LapsedOut, OwnSeatOut, ReviewedOut, ReviewOut, SeatState
from server.councils.schemas import NamedOut
from server.councils.views import names_of
from server.database import Tx
from server.ids import Id

TERM_OVER = "term_over"
_seat: Table = Seat.__table__  # type: ignore[attr-defined]
_ending: Table = Ending.__table__  # type: ignore[attr-defined]


def review_out(grant: Grant) -> ReviewOut:
    """Who acts for the member of this Grant beside its representative, and until when."""
    tx = grant.tx
    standing, over = reviews.reviewed(tx, grant.id), reviews.lapsed(tx, grant.id)
    names = names_of(tx, {seat.person_id for seat in (*standing, *over)})
    due = [seat.review_by for seat in standing if seat.review_by is not None]
    return ReviewOut(
        membership=grant.id,
        interval_days=rules_of(tx, grant.council_id).review_days,
        due_at=min(due) if due else None,
        seats=[_reviewed(seat, names) for seat in standing],
        lapsed=[_lapsed(seat, names) for seat in over],
    )


def own_seats(tx: Tx, person_id: Id) -> list[OwnSeatOut]:
    """A person's own seats, newest first: whose term is over learns here that it is, and why.

    Of a seat that was confirmed or shortened only the row it goes on as is shown.
    """
    query = (
        select(Seat, _ending.c.effective_at, _ending.c.reason)
        .outerjoin(_ending, (_ending.c.fact_id == _seat.c.id) & (_ending.c.effective_at <= tx.now))
        .where(_seat.c.person_id == person_id)
        .order_by(_seat.c.id.desc())
    )
    rows = tx.session.execute(query).all()
    return [_own(tx, *row) for row in rows if row.reason not in (reviews.CONFIRMED, SHORTENED)]


def _own(tx: Tx, seat: Seat, ended_at: Instant | None, reason: str | None) -> OwnSeatOut:
    over = seat.valid_to is not None and seat.valid_to <= tx.now
    if over and ended_at is None:
        lapsed = seat.review_by is not None
        ended_at, reason = seat.valid_to, reviews.NOT_CONFIRMED if lapsed else TERM_OVER
    begun: SeatState = "active" if seat.valid_from <= tx.now else "to_come"
    return OwnSeatOut(
        council=seat.council_id,
        membership=seat.membership_id,
        role=SeatRole(seat.role),
        scope=None if seat.scope is None else DeputyScope(seat.scope),
        state=begun if ended_at is None else "ended",
        valid_from=seat.valid_from,
        valid_to=seat.valid_to,
        ended_at=ended_at,
        why=reason,
    )


def _reviewed(seat: Seat, names: dict[Id, NamedOut]) -> ReviewedOut:
    return ReviewedOut(
        seat=seat.id,
        person=names[seat.person_id],
        role=SeatRole(seat.role),
        valid_from=seat.valid_from,
        valid_to=seat.valid_to,
        lapses_at=seat.review_by,
    )


def _lapsed(seat: Seat, names: dict[Id, NamedOut]) -> LapsedOut:
    return LapsedOut(
        seat=seat.id,
        person=names[seat.person_id],
        role=SeatRole(seat.role),
        lapsed_at=seat.review_by or 0,
        why=reviews.NOT_CONFIRMED,
    )
