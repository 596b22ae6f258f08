"""What ends with a seat, an office, an affiliation or a person (BR-37, IDN-4).

Owns one rule: with the last seat or office of a person, every session and token of theirs ends in
the same transaction; a running transfer decides again and stops. Identity, acknowledgements and
duties are never touched. Every path that takes a part away calls `signed_out`.
"""

from collections.abc import Iterable

from sqlalchemy import Table, select

from server.access import sitting
from server.access.models import Office, Seat
from server.access.parts import Parts
from server.access.vocabulary import SeatRole
from server.audit import checkpoints, facts
from server.audit import service as audit
from server.audit.models import SYSTEM, Ending
from server.audit.service import Draft
from server.database import Tx
from server.identity import sessions
from server.ids import Id

TERM_OVER = "access.term_over"

_ending: Table = Ending.__table__  # type: ignore[attr-defined]


def has_part(tx: Tx, person_id: Id) -> bool:
    """Whether the person has a seat or office anywhere, now or named for later."""
    seat = sitting.seats_from(tx, tx.now, person_id=person_id)
    return bool(seat) or bool(sitting.offices_from(tx, person_id, tx.now))


def signed_out(tx: Tx, persons: Iterable[Id], *, by: Id | None, reason: str) -> list[Id]:
    """End the sessions and tokens of those of these persons who have no part left; who they are."""
    audit.lock(tx, SYSTEM)  # of two who take away a person's last two parts, one sees both gone
    tx.flush()
    gone = [person for person in sorted(set(persons)) if not has_part(tx, person)]
    for person_id in gone:
        end_credentials(tx, person_id, by=by, reason=reason)
    return gone


def end_credentials(tx: Tx, person_id: Id, *, by: Id | None, reason: str) -> None:
    """End every session and token of a person. Signing in again is another matter."""
    sessions.end_sessions(tx, person_id)
    for token in sessions.tokens_of(tx, person_id):
        facts.end(tx, token, by=by, reason=reason)


def end_seats(tx: Tx, seats: Iterable[Seat], *, by: Id | None, reason: str) -> list[Seat]:
    """End seats now, whoever sits in them, and what ends with somebody's last; those that spoke
    for a member. The caller decides whether a member may be left without a voice.
    """
    ended = list(seats)
    for seat in ended:
        facts.end(tx, seat, by=by, reason=reason)
    signed_out(tx, {seat.person_id for seat in ended}, by=by, reason=reason)
    return [seat for seat in ended if seat.role == SeatRole.REPRESENTATIVE]


def term_over(parts: Parts, fact_id: str) -> None:
    """The job of a seat or office whose term is over: enter that it ended by itself, and end what
    ends with somebody's last. Its rights ended by the clock, whether or not this has run.
    """
    with parts.database.changing() as tx:
        fact = tx.session.get(Seat, fact_id) or tx.session.get(Office, fact_id)
        if fact is None:
            return
        audit.lock(tx, fact.log_id)
        audit.lock(tx, SYSTEM)
        if _ended(tx, fact_id):
            return
        lapsed = isinstance(fact, Seat) and fact.valid_to == fact.review_by
        word = "lapsed" if lapsed else "term_over"
        gone = signed_out(tx, [fact.person_id], by=None, reason=word)
        tx.flush()
        name = type(fact).__name__.lower()
        body = {"person": fact.person_id, "role": fact.role, "signed_out": bool(gone)}
        draft = Draft(kind=f"{name}.{word}", object=f"{name}/{fact_id}", outcome="done", body=body)
        for log_id in sorted({fact.log_id, *tx.evidence}):
            audit.append(tx, log_id, draft)
        for log_id in tx.heads:
            checkpoints.sign(tx, log_id)


def _ended(tx: Tx, fact_id: str) -> bool:
    query = select(_ending.c.id).where(_ending.c.fact_id == fact_id)
    return tx.connection.scalar(query) is not None


JOBS = {TERM_OVER: term_over}
