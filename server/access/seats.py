"""Memberships, seats and acknowledgements: the verbs on the rows that make somebody a participant.

Owns who may sit where: affiliation, one seat per person and council, offices and seats excluding
one another (separation of duties, policies/README.md). It never decides who may call it, and it
changes no row: what ends gets a row of `ending`. Look-ups are in `sitting.py`, the periodic review
of seats in `reviews.py`.
"""

from sqlalchemy import Table, select

from server.access import departing, holding
from server.access.acknowledging import AlreadyAcknowledged, acknowledge
from server.access.models import Membership, Office, Seat
from server.access.seating import (
    WITHOUT_END,
    DeputysAlone,
    Term,
    TermOver,
    check_term,
    ends_of,
    enter,
    shorten,
    sooner,
)
from server.access.sitting import (
    EXCLUDED,
    find_seat,
    holds_office,
    membership_of,
    seat_of,
    seats_from,
    seats_of,
)
from server.access.vocabulary import Category, OfficeRole, SeatRole
from server.audit import facts
from server.audit.facts import holds
from server.clock import Instant
from server.database import Tx
from server.identity import affiliations
from server.ids import Id
from server.problems import Conflict

_office: Table = Office.__table__  # type: ignore[attr-defined]


class NotAffiliated(Conflict):
    code = "not_affiliated"
    ja = "この人は、構成員の組織に現在所属していません。上位や下位の組織の所属では足りません。"
    en = "This person does not belong to the member's organisation itself; its parent does not do."


class AlreadySeated(Conflict):
    code = "already_seated"
    ja = "この人はこの協議会で既に席があります。一つの協議会で席は一人一つです。"
    en = "This person has a seat in this council. It is one seat per person and council."


class HoldsOffice(Conflict):
    code = "holds_office"
    ja = "監査・管理・事務局などの役職と構成員の席は兼ねられません。先に役職を終えてください。"
    en = "An office (secretariat, compliance, audit …) excludes a seat. End the office first."


class AlreadyMember(Conflict):
    code = "already_member"
    ja = "既にこの協議会の構成員です。"
    en = "It is a member of this council already."


class NobodySpeaks(Conflict):
    code = "representative_needed"
    ja = "構成員代表の席だけを終えることはできません。後任を指名するか、脱退してください。"
    en = "A member keeps a representative: name a successor, or leave the council."


class SpeaksForSelf(Conflict):
    code = "member_in_person"
    ja = "個人として参加する構成員の代表は、本人に限ります。"
    en = "Who is a member in person speaks for themself; nobody else can represent them."


def admit(
    tx: Tx,
    council_id: Id,
    category: Category,
    *,
    organisation_id: str | None,
    person_id: Id | None,
    representative: Id,
    by: Id,
) -> Membership:
    """Let an organisation, or a person, be a member from now, spoken for by `representative`.

    BR-07 has been checked by the caller. Raises AlreadyMember and what `name_seat` raises.
    """
    if membership_of(tx, council_id, organisation_id=organisation_id, person_id=person_id):
        raise AlreadyMember
    membership = Membership(
        council_id=council_id,
        category=category,
        organisation_id=organisation_id,
        person_id=person_id,
        valid_from=tx.now,
    )
    facts.enter(tx, council_id, membership)
    name_seat(tx, membership, representative, SeatRole.REPRESENTATIVE, by=by)
    return membership


def name_seat(
    tx: Tx,
    membership: Membership,
    person_id: Id,
    role: SeatRole,
    *,
    by: Id,
    term: Term = WITHOUT_END,
) -> Seat:
    """Let a person act for a member for a term.

    A member has one representative and one deputy at a time: naming another ends the seat of the
    one before when the new term begins. A seat never outlasts the affiliation it rests on; a
    deputy's or handler's lapses unless its representative confirms it (server/access/reviews.py).
    Who sits for an establishing minister speaks for it alone: another official's office ends.
    Raises TermOver, DeputysAlone, NotAffiliated, SpeaksForSelf, HoldsOffice, AlreadySeated.
    """
    start = max(term.valid_from or tx.now, tx.now)
    check_term(tx, role, term, start)
    holding.hold_still(tx, membership.council_id, person_id)
    start = max(start, tx.now)
    check_may_sit(tx, membership.council_id, person_id, start=start, until=term.valid_to)
    lasting = _belongs_until(tx, membership, person_id, role, start)
    gone = _make_room(tx, membership, role, start, term.valid_to, by=by)
    if role is SeatRole.REPRESENTATIVE:
        gone |= _end_signing(tx, membership, by=by, reason="replaced", but=person_id)
    ends = ends_of(tx, membership.council_id, role, start, sooner(term.valid_to, lasting))
    seat = Seat(
        council_id=membership.council_id,
        membership_id=membership.id,
        person_id=person_id,
        role=role,
        category=membership.category,
        valid_from=start,
        named_by=by,
        scope=term.scope,
        valid_to=ends.valid_to,
        review_by=ends.review_by,
        term_to=ends.term_to,
    )
    named = enter(tx, seat)
    departing.signed_out(tx, gone - {person_id}, by=by, reason="replaced")
    return named


def _make_room(
    tx: Tx, membership: Membership, role: SeatRole, start: Instant, until: Instant | None, *, by: Id
) -> set[Id]:
    """End what others of this role hold within the new term; who they are."""
    if role is SeatRole.HANDLER:
        return set()
    before = seats_from(tx, start, until, membership_id=membership.id, role=role)
    for seat in before:
        if seat.valid_from < start:
            shorten(tx, seat, start, by=by, reason="replaced")
        else:
            facts.end(tx, seat, by=by, reason="replaced")
    return {seat.person_id for seat in before}


def check_may_sit(
    tx: Tx,
    council_id: Id,
    person_id: Id,
    *,
    start: Instant | None = None,
    until: Instant | None = None,
) -> None:
    """Raises HoldsOffice, AlreadySeated when nothing could give this person a seat here, now or
    for a term; what has been named for later counts.
    """
    begins = tx.now if start is None else start
    if holds_office(tx, council_id, person_id, start=begins):
        raise HoldsOffice
    if seats_from(tx, begins, until, council_id=council_id, person_id=person_id):
        raise AlreadySeated


def _belongs_until(
    tx: Tx, membership: Membership, person_id: Id, role: SeatRole, start: Instant
) -> Instant | None:
    """Until when the person belongs to the member; None: no end is recorded.

    The organisation itself counts, never its parent (BR-09). Raises NotAffiliated,
    SpeaksForSelf.
    """
    if membership.organisation_id is not None:
        mine = affiliations.until(tx, person_id, at=start)
        if membership.organisation_id not in mine:
            raise NotAffiliated
        return mine[membership.organisation_id]
    holder = membership.person_id or ""
    if role is SeatRole.REPRESENTATIVE and person_id != holder:
        raise SpeaksForSelf
    if person_id == holder:
        return None
    # Who helps a member in person comes from an organisation that person belongs to.
    mine, theirs = (affiliations.until(tx, each, at=start) for each in (person_id, holder))
    if not mine.keys() & theirs.keys():
        raise NotAffiliated
    return affiliations.last_in_common(mine, theirs)


def end_seat(tx: Tx, seat: Seat, *, by: Id, reason: str = "ended") -> None:
    """End a seat at once. Raises NobodySpeaks for the representative's own."""
    if seat.role == SeatRole.REPRESENTATIVE:
        raise NobodySpeaks
    departing.end_seats(tx, [seat], by=by, reason=reason)


def _end_signing(
    tx: Tx, membership: Membership, *, by: Id, reason: str, but: Id | None = None
) -> set[Id]:
    """End the offices of those who sign for this minister, of everyone but one; who they are."""
    if membership.category != Category.ESTABLISHING_MINISTRY:
        return set()
    query = select(Office).where(
        _office.c.council_id == membership.council_id,
        _office.c.role == OfficeRole.ESTABLISHING_MINISTRY,
        _office.c.organisation_id == membership.organisation_id,
        _office.c.person_id != (but or ""),
        holds(_office),
    )
    found = tx.session.scalars(query, {"now": tx.now}).all()
    for office in found:
        facts.end(tx, office, by=by, reason=reason)
    return {office.person_id for office in found}


def end_membership(tx: Tx, membership: Membership, *, by: Id, reason: str) -> None:
    """End a membership and every seat of it, in this transaction, those to come too, and what ends
    with somebody's last seat; acknowledgements stay (BR-37).
    """
    officials = _end_signing(tx, membership, by=by, reason=reason)
    facts.end(tx, membership, by=by, reason=reason)
    seats = seats_from(tx, tx.now, membership_id=membership.id)
    departing.end_seats(tx, seats, by=by, reason=reason)
    departing.signed_out(tx, officials, by=by, reason=reason)


__all__ = [
    "EXCLUDED",
    "WITHOUT_END",
    "AlreadyAcknowledged",
    "DeputysAlone",
    "Term",
    "TermOver",
    "acknowledge",
    "admit",
    "check_may_sit",
    "end_membership",
    "end_seat",
    "find_seat",
    "holds_office",
    "membership_of",
    "name_seat",
    "seat_of",
    "seats_of",
]
