"""The term of a seat: from when, until when, and when it lapses for want of a review.

Owns the columns that say so and how a seat is written or shortened. Who may sit is in `seats.py`.
"""

from dataclasses import dataclass

from server import jobs
from server.access import departing
from server.access.models import Seat
from server.access.rules import rules_of
from server.access.terms import end_at
from server.access.vocabulary import DeputyScope, SeatRole
from server.audit import facts
from server.clock import DAY, LAST, Instant
from server.database import Tx
from server.ids import Id
from server.problems import Malformed


class TermOver(Malformed):
    code = "term_over"
    ja = "任期の終わりは、未来で、始まりより後の時刻にしてください。"
    en = "The end of a term must lie in the future, after its beginning."


class DeputysAlone(Malformed):
    code = "of_deputies_alone"
    ja = "始まりの日時と範囲（scope）を指定できるのは、代理（deputy）だけです。"
    en = "Only a deputy is named from a later moment, or with a `scope`."


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """From when to when a seat is held, and what a deputy does of the representative's acts.

    Left out: from now, without an end, everything a deputy may do.
    """

    valid_from: Instant | None = None
    valid_to: Instant | None = None
    scope: DeputyScope | None = None


WITHOUT_END = Term()


def enter(tx: Tx, seat: Seat) -> Seat:
    """Write a seat, and have its end noticed when its term is over."""
    facts.enter(tx, seat.council_id, seat)
    if seat.valid_to is not None:
        jobs.later(tx, departing.TERM_OVER, seat.id, due_at=seat.valid_to)
    return seat


@dataclass(frozen=True, slots=True)
class Ends:
    """The columns of a seat's end: of the term as named, or of the review where that is sooner."""

    valid_to: Instant | None
    review_by: Instant | None = None
    term_to: Instant | None = None


def ends_of(
    tx: Tx, council_id: Id, role: SeatRole, start: Instant, named_to: Instant | None
) -> Ends:
    """When a seat from `start` ends that was named until `named_to`; a representative's never
    lapses, for it is the representative who confirms.
    """
    due = start + rules_of(tx, council_id).review_days * DAY
    if role is SeatRole.REPRESENTATIVE or (named_to is not None and named_to <= due):
        return Ends(named_to)
    return Ends(due, due, named_to)


def check_term(tx: Tx, role: SeatRole, term: Term, start: Instant) -> None:
    """Raises TermOver, DeputysAlone."""
    later = start > tx.now or term.scope is not None
    if later and role is not SeatRole.DEPUTY:
        raise DeputysAlone
    if term.valid_to is not None and term.valid_to <= start:
        raise TermOver


def sooner(one: Instant | None, other: Instant | None) -> Instant | None:
    """The earlier of two ends; None is no end."""
    first = min(LAST if one is None else one, LAST if other is None else other)
    return None if first == LAST else first


def shorten(tx: Tx, seat: Seat, at: Instant, *, by: Id | None, reason: str) -> None:
    """End a seat now, or let it end at a later moment."""
    shorter = end_at(
        tx, seat, at, by=by, reason=reason, review_by=None, term_to=None, continues=seat.id
    )
    if shorter is not None:
        jobs.later(tx, departing.TERM_OVER, shorter.id, due_at=at)
