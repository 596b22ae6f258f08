"""People who move, leave or are disabled: everything that rests on it ends in one transaction.

Owns what rests on an affiliation (seats, nominations, signing for a minister) and on a person
(those, offices, credentials, sessions, tokens). A person keeps identity, acknowledgements and
duties (BR-37). A member may be left without a representative by it: access ends at once, and the
ministries and the secretariat see that somebody is to be named (server/councils/representation.py).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, select

from server import jobs
from server.access import departing, holding, seating, sitting
from server.access.models import Membership, Office, Seat
from server.access.terms import end_at
from server.access.vocabulary import OfficeRole, SeatRole
from server.audit import facts
from server.audit.facts import holds
from server.audit.models import SYSTEM
from server.clock import Instant
from server.councils.models import Admission, Nomination
from server.database import Tx
from server.identity import affiliations, ending
from server.identity import service as identity
from server.identity.models import Affiliation, Person
from server.ids import Id
from server.problems import Busy, Conflict, Malformed, NotFound

DISABLED, MOVED = "disabled", "moved"

_nomination: Table = Nomination.__table__  # type: ignore[attr-defined]
_admission: Table = Admission.__table__  # type: ignore[attr-defined]


class NotThere(Conflict):
    code = "not_affiliated"
    ja = "この人は、その時点でこの組織に所属していません。"
    en = "The person does not belong to this organisation at that moment."


class ThereAlready(Conflict):
    code = "affiliated_already"
    ja = "この人は、既にこの組織に所属しています。"
    en = "The person belongs to this organisation already."


class InThePast(Malformed):
    code = "in_the_past"
    ja = "日時は現在か未来にしてください。過ぎた時点の権限は変えられません。"
    en = "Name this moment or a later one: who had which right in the past cannot be changed."


class DisabledAlready(Conflict):
    code = "disabled_already"
    ja = "この人の利用は既に停止されています。"
    en = "This person has been disabled already."


@dataclass(frozen=True, slots=True)
class Departed:
    """What ended: how many seats and offices, whether everything was signed out, and the members
    that nobody represents now.
    """

    seats: int
    offices: int
    signed_out: bool
    unspoken: tuple[Id, ...]


def councils_of(tx: Tx, arguments: Mapping[str, Any]) -> Iterable[str]:
    """The councils whose facts the departure of `arguments["person"]` may end: to be locked."""
    return _councils_of(tx, str(arguments["person"]))


def _councils_of(tx: Tx, person_id: Id) -> set[str]:
    seats = sitting.seats_from(tx, tx.now, person_id=person_id)
    offices = sitting.offices_from(tx, person_id, tx.now)
    found = {seat.council_id for seat in seats} | {office.log_id for office in offices}
    return (found | {each.council_id for each in _nominations(tx, person_id)}) - {SYSTEM}


def _find(tx: Tx, person_id: Id) -> Person:
    """The person, while nobody else changes their parts. Raises NotFound, Busy."""
    person = tx.session.get(Person, person_id)
    if person is None:
        raise NotFound
    if _councils_of(tx, person_id) - tx.heads.keys():
        # Seated elsewhere since the locks were chosen: the next try takes that council's, too.
        raise Busy(headers={"Retry-After": "1"})
    return person


def affiliate(
    tx: Tx, person_id: Id, organisation: str, *, title: str, since: Instant | None
) -> Affiliation:
    """Let a person belong to a further organisation; it gives no right by itself (BR-37).

    Raises NotFound, InThePast, ThereAlready, Disabled.
    """
    identity.name_of(tx, person_id)
    if not holding.present(tx, person_id):
        raise holding.Disabled
    _check_moment(tx, since)
    if organisation in affiliations.until(tx, person_id, at=since):
        raise ThereAlready
    return affiliations.enter(tx, person_id, organisation, title=title, since=since)


def end_affiliation(
    tx: Tx, person_id: Id, organisation: str, *, at: Instant | None, by: Id
) -> Departed:
    """Let a person leave an organisation, now or at a later moment, and with it every seat,
    nomination and signature that rests on belonging there. Raises NotFound, InThePast, NotThere.
    """
    _find(tx, person_id)
    _check_moment(tx, at)
    moment = at or tx.now
    ended = [a for a in affiliations.held(tx, person_id, at=moment)
             if a.organisation_id == organisation]  # fmt: skip
    if not ended:
        raise NotThere
    for each in ended:
        affiliations.end(tx, each, moment, by=by, reason=MOVED)
    seats = _resting_seats(tx, person_id, organisation, moment)
    for seat in seats:
        seating.shorten(tx, seat, moment, by=by, reason=MOVED)
    offices = _signing(tx, person_id, organisation, moment)
    for office in offices:
        _shorten_office(tx, office, moment, by=by)
    if moment <= tx.now:
        _end_nominations(tx, _nominations(tx, person_id, organisation), by=by, reason=MOVED)
    gone = departing.signed_out(tx, [person_id, *(s.person_id for s in seats)], by=by, reason=MOVED)
    return _departed(tx, seats, offices, signed_out=person_id in gone)


def disable(tx: Tx, person_id: Id, *, by: Id) -> Departed:
    """End everything a person has and could have here, at once and for good.

    It is an emergency's act: nothing stands in its way, neither a sole representative's seat nor
    an open round. Raises NotFound, DisabledAlready.
    """
    person = _find(tx, person_id)
    if not holding.present(tx, person_id):
        raise DisabledAlready
    seats = sitting.seats_from(tx, tx.now, person_id=person_id)
    offices = sitting.offices_from(tx, person_id, tx.now)
    for fact in (*seats, *offices, *affiliations.held(tx, person_id)):
        facts.end(tx, fact, by=by, reason=DISABLED)
    _end_nominations(tx, _nominations(tx, person_id), by=by, reason=DISABLED)
    facts.end(tx, person, by=by, reason=DISABLED)
    ending.end_credentials(tx, person_id, by=by, reason=DISABLED)
    departing.end_credentials(tx, person_id, by=by, reason=DISABLED)
    return _departed(tx, seats, offices, signed_out=True)


def _departed(
    tx: Tx, seats: Iterable[Seat], offices: Iterable[Office], *, signed_out: bool
) -> Departed:
    seats = list(seats)
    tx.flush()
    left = {seat.membership_id for seat in seats if seat.role == SeatRole.REPRESENTATIVE}
    unspoken = tuple(m.id for m in sitting.unspoken(tx) if m.id in left)
    return Departed(len(seats), len(list(offices)), signed_out, unspoken)


def _check_moment(tx: Tx, moment: Instant | None) -> None:
    if moment is not None and moment < tx.now:
        raise InThePast


def _resting_seats(tx: Tx, person_id: Id, organisation: str, moment: Instant) -> list[Seat]:
    """The seats that rest on this person's belonging to the organisation, from a moment on: their
    own, and of who helps a member in person and shares no other organisation with them.
    """
    tx.flush()
    found = []
    for seat in sitting.seats_from(tx, moment, person_id=person_id):
        member = tx.session.get_one(Membership, seat.membership_id)
        holder = member.person_id
        if member.organisation_id == organisation or _apart(tx, person_id, holder, moment):
            found.append(seat)
        if holder == person_id:
            found += [
                help_
                for help_ in sitting.seats_from(tx, moment, membership_id=member.id)
                if _apart(tx, help_.person_id, person_id, moment)
            ]
    return found


def _apart(tx: Tx, person_id: Id, holder: Id | None, moment: Instant) -> bool:
    """Whether a helper and the member in person share no organisation (any more)."""
    if holder is None or holder == person_id:
        return False
    mine, theirs = (affiliations.until(tx, each, at=moment) for each in (person_id, holder))
    return not mine.keys() & theirs.keys()


def _signing(tx: Tx, person_id: Id, organisation: str, moment: Instant) -> list[Office]:
    return [
        office
        for office in sitting.offices_from(tx, person_id, moment)
        if office.role == OfficeRole.ESTABLISHING_MINISTRY
        and office.organisation_id == organisation
    ]


def _shorten_office(tx: Tx, office: Office, moment: Instant, *, by: Id) -> None:
    shorter = end_at(tx, office, moment, by=by, reason=MOVED)
    if shorter is not None:
        jobs.later(tx, departing.TERM_OVER, shorter.id, due_at=moment)


def _nominations(tx: Tx, person_id: Id, organisation: str | None = None) -> list[Nomination]:
    query = select(Nomination).where(_nomination.c.person_id == person_id, holds(_nomination))
    if organisation is not None:
        query = query.join(_admission, _admission.c.id == _nomination.c.admission_id).where(
            _admission.c.organisation_id == organisation
        )
    return list(tx.session.scalars(query.order_by(_nomination.c.id), {"now": tx.now}))


def _end_nominations(tx: Tx, found: Iterable[Nomination], *, by: Id, reason: str) -> None:
    for nomination in found:
        facts.end(tx, nomination, by=by, reason=reason)
