"""Memberships, seats and acknowledgements: the verbs on the rows that make somebody a participant.

Owns who may sit where: affiliation, one seat per person and council, offices and seats excluding
one another (domain.md matrix (c), separation of duties). It never decides who may call it, and it
changes no row: what ends gets a row of `ending`.
"""

from collections.abc import Sequence

from sqlalchemy import Table, bindparam, select

from server.access import holding
from server.access.models import Acknowledgement, Membership, Office, Seat
from server.access.vocabulary import Category, OfficeRole, SeatRole
from server.audit import facts
from server.audit.facts import holds
from server.clock import Instant
from server.database import Tx
from server.identity import service as identity
from server.identity.models import Affiliation, Person
from server.ids import Id
from server.problems import Conflict, Malformed, NotFound

# Rows 14–17 and the secretariat; signing for a minister is the ministry's own part (row 5).
EXCLUDED = tuple(role for role in OfficeRole if role is not OfficeRole.ESTABLISHING_MINISTRY)

_membership: Table = Membership.__table__  # type: ignore[attr-defined]
_seat: Table = Seat.__table__  # type: ignore[attr-defined]
_office: Table = Office.__table__  # type: ignore[attr-defined]
_acknowledgement: Table = Acknowledgement.__table__  # type: ignore[attr-defined]
_affiliation: Table = Affiliation.__table__  # type: ignore[attr-defined]
_person: Table = Person.__table__  # type: ignore[attr-defined]


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


class HoldsSeat(Conflict):
    code = "holds_seat"
    ja = "構成員の席がある人は、この協議会の役職に就けません。先に席を終えてください。"
    en = "Whoever has a seat in a council cannot hold this office. End the seat first."


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


class TermOver(Malformed):
    code = "term_over"
    ja = "任期の終わりは未来の時刻にしてください。"
    en = "The end of a term must lie in the future."


class AlreadyAcknowledged(Conflict):
    code = "already_acknowledged"
    ja = "この文書は既に確認済みです。"
    en = "You have acknowledged this text already."


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
    valid_to: Instant | None = None,
) -> Seat:
    """Let a person act for a member, until `valid_to` where a term is given.

    A member has one representative and one deputy: naming another ends the seat of the one before.
    Who sits for an establishing minister speaks for it alone: another official's office ends.
    Raises TermOver, NotAffiliated, SpeaksForSelf, HoldsOffice, AlreadySeated.
    """
    if valid_to is not None and valid_to <= tx.now:
        raise TermOver
    holding.hold_still(tx, membership.council_id, person_id)
    check_may_sit(tx, membership.council_id, person_id)
    _check_belongs(tx, membership, person_id, role)
    if role is not SeatRole.HANDLER:
        for before in seats_of(tx, membership.id, role):
            facts.end(tx, before, by=by, reason="replaced")
    if role is SeatRole.REPRESENTATIVE:
        _end_signing(tx, membership, by=by, reason="replaced", but=person_id)
    seat = Seat(
        council_id=membership.council_id,
        membership_id=membership.id,
        person_id=person_id,
        role=role,
        category=membership.category,
        valid_from=tx.now,
        valid_to=valid_to,
        named_by=by,
    )
    return facts.enter(tx, membership.council_id, seat)


def check_may_sit(tx: Tx, council_id: Id, person_id: Id) -> None:
    """Raises HoldsOffice, AlreadySeated when nothing could give this person a seat here."""
    if holds_office(tx, council_id, person_id):
        raise HoldsOffice
    if seat_of(tx, council_id, person_id) is not None:
        raise AlreadySeated


def _check_belongs(tx: Tx, membership: Membership, person_id: Id, role: SeatRole) -> None:
    """The organisation itself counts, never its parent (domain.md 1, fact 4)."""
    if membership.organisation_id is not None:
        if not identity.affiliated(tx, person_id, membership.organisation_id):
            raise NotAffiliated
        return
    holder = membership.person_id or ""
    if role is SeatRole.REPRESENTATIVE and person_id != holder:
        raise SpeaksForSelf
    # Who helps a member in person comes from an organisation that person belongs to.
    if person_id != holder and not _organisations(tx, person_id) & _organisations(tx, holder):
        raise NotAffiliated


def _organisations(tx: Tx, person_id: Id) -> set[str]:
    query = select(_affiliation.c.organisation_id).where(
        _affiliation.c.person_id == person_id, holds(_affiliation)
    )
    return set(tx.connection.scalars(query, {"now": tx.now}))


def end_seat(tx: Tx, seat: Seat, *, by: Id, reason: str = "ended") -> None:
    """End a seat at once. Raises NobodySpeaks for the representative's own."""
    if seat.role == SeatRole.REPRESENTATIVE:
        raise NobodySpeaks
    facts.end(tx, seat, by=by, reason=reason)


def _end_signing(
    tx: Tx, membership: Membership, *, by: Id, reason: str, but: Id | None = None
) -> None:
    """End the offices of those who sign for this minister, of everyone but one."""
    if membership.category != Category.ESTABLISHING_MINISTRY:
        return
    query = select(Office).where(
        _office.c.council_id == membership.council_id,
        _office.c.role == OfficeRole.ESTABLISHING_MINISTRY,
        _office.c.organisation_id == membership.organisation_id,
        _office.c.person_id != (but or ""),
        holds(_office),
    )
    for office in tx.session.scalars(query, {"now": tx.now}).all():
        facts.end(tx, office, by=by, reason=reason)


def end_membership(tx: Tx, membership: Membership, *, by: Id, reason: str) -> None:
    """End a membership and every seat of it, in this transaction; acknowledgements stay (BR-37)."""
    for seat in seats_of(tx, membership.id):
        facts.end(tx, seat, by=by, reason=reason)
    _end_signing(tx, membership, by=by, reason=reason)
    facts.end(tx, membership, by=by, reason=reason)


def acknowledge(
    tx: Tx, council_id: Id, person_id: Id, *, text_id: str, text_digest: str, subject_id: Id
) -> Acknowledgement:
    """Record a person's acknowledgement of the duty of confidentiality (BR-36); it never ends.

    Raises AlreadyAcknowledged for the same text and subject.
    """
    query = select(_acknowledgement.c.id).where(
        _acknowledgement.c.person_id == person_id,
        _acknowledgement.c.subject_id == subject_id,
        _acknowledgement.c.text_digest == text_digest,
    )
    if tx.connection.scalar(query) is not None:
        raise AlreadyAcknowledged
    acknowledgement = Acknowledgement(
        council_id=council_id,
        person_id=person_id,
        subject_id=subject_id,
        text_id=text_id,
        text_digest=text_digest,
    )
    return facts.enter(tx, council_id, acknowledgement)


def seats_of(tx: Tx, membership_id: Id, role: SeatRole | None = None) -> Sequence[Seat]:
    """The seats of a membership that hold now, in the order they were named."""
    query = select(Seat).where(_seat.c.membership_id == membership_id, holds(_seat))
    if role is not None:
        query = query.where(_seat.c.role == role)
    return tx.session.scalars(query.order_by(_seat.c.id), {"now": tx.now}).all()


def seat_of(tx: Tx, council_id: Id, person_id: Id) -> Seat | None:
    """The person's seat in this council now, if any."""
    query = select(Seat).where(
        _seat.c.council_id == council_id, _seat.c.person_id == person_id, holds(_seat)
    )
    return tx.session.scalars(query, {"now": tx.now}).first()


def find_seat(tx: Tx, membership_id: Id, seat_id: Id) -> Seat:
    """A seat of this membership that holds now. Raises NotFound."""
    found = [seat for seat in seats_of(tx, membership_id) if seat.id == seat_id]
    if not found:
        raise NotFound
    return found[0]


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


def holds_office(tx: Tx, council_id: Id, person_id: Id) -> bool:
    """Whether the person holds an office, here or of the installation, that excludes a seat."""
    query = select(_office.c.id).where(
        _office.c.person_id == person_id,
        _office.c.role.in_(EXCLUDED),
        _office.c.council_id.is_(None) | (_office.c.council_id == bindparam("council")),
        holds(_office),
    )
    return tx.connection.scalar(query, {"now": tx.now, "council": council_id}) is not None


def check_free_of_seats(tx: Tx, person_id: Id, council_id: Id | None) -> None:
    """For appointing to an office that excludes seats. Raises HoldsSeat.

    An office of the installation (`council_id` None) reaches into every council.
    """
    query = select(_seat.c.id).where(_seat.c.person_id == person_id, holds(_seat))
    if council_id is not None:
        query = query.where(_seat.c.council_id == council_id)
    if tx.connection.scalar(query, {"now": tx.now}) is not None:
        raise HoldsSeat
