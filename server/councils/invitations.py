"""Invitations: who may be asked to become a member, and who is to consent for them (BR-08).

Owns which categories a council can have and who may hold them. An invitation opens nothing.
"""

from sqlalchemy import Table, select

from server.access import holding, seats
from server.access.models import Membership
from server.access.relations import RESEARCH
from server.access.vocabulary import Category
from server.audit import facts
from server.audit.facts import holds
from server.councils import facts as council_facts
from server.councils.models import Admission, Council, Nomination, RepresentativeMode, Source
from server.database import Tx
from server.identity import service as identity
from server.identity.models import Organisation
from server.ids import Id
from server.problems import Conflict, Malformed, NotFound
from server.programme.models import ExpectedOrgan

_organ: Table = ExpectedOrgan.__table__  # type: ignore[attr-defined]
_membership: Table = Membership.__table__  # type: ignore[attr-defined]


class AlreadyInvited(Conflict):
    code = "already_invited"
    ja = "既に招請されています。担当者だけを変えるときは、同じ区分と nominee を送ってください。"
    en = "Invited already. To change only who consents, send the same category and a `nominee`."


class NomineeDecided(Conflict):
    code = "nominee_decided_upon"
    ja = "大臣がこの担当者について決定した後です。取り下げて改めて招いてください。"
    en = "A minister has decided about the present nominee: withdraw the invitation, invite anew."


class HolderMismatch(Malformed):
    code = "wrong_holder"
    ja = "PD・POは個人（person）、その他の区分は組織（organisation）として招請してください。"
    en = "A PD or PO joins in person (`person`); every other category is an `organisation`."


class NotForThisCouncil(Conflict):
    code = "category_impossible"
    ja = (
        "この協議会ではこの区分の構成員を加えられません。"
        "研究側の代表は一者、設置大臣は設置時の二者です。"
    )
    en = "This council cannot have such a member: one research representative, two ministers."


class SoleRepresentative(Conflict):
    code = "po_deemed_sole"
    ja = "POのみが研究側として参加する協議会です。研究実施者は構成員にできません（BR-11）。"
    en = "The PO alone takes part for the research; researchers cannot be members (BR-11)."


def invite_founder(
    tx: Tx,
    council: Council,
    category: Category,
    *,
    by: Id,
    organisation_id: str | None = None,
    person_id: Id | None = None,
) -> Admission:
    """Invite one of those the Act names: a minister, or the PD or PO (ACT 63(4))."""
    return _enter(tx, council, category, Source.FOUNDING, organisation_id, person_id, None, by)


def invite_published(
    tx: Tx,
    council: Council,
    category: Category,
    organisation_id: str,
    *,
    as_written: str | None,
    by: Id,
) -> Admission:
    """Invite what the concept's published list expects (BR-08)."""
    return _enter(tx, council, category, Source.EXPECTED, organisation_id, None, as_written, by)


def invite(
    tx: Tx,
    council: Council,
    category: Category,
    *,
    organisation_id: str | None,
    person_id: Id | None,
    nominee: Id | None,
    by: Id,
) -> Admission:
    """Invite a member, or nominate who consents for one already invited.

    Raises HolderMismatch, AlreadyMember, AlreadyInvited, NotForThisCouncil, SoleRepresentative,
    NotFound, NotAffiliated, HoldsOffice, AlreadySeated, NomineeDecided.
    """
    _check_holder(tx, category, organisation_id, person_id, nominee)
    who = {"organisation_id": organisation_id, "person_id": person_id}
    if seats.membership_of(tx, council.id, **who) is not None:
        raise seats.AlreadyMember
    admission = _open_for(tx, council.id, organisation_id, person_id)
    if admission is None:
        source = _source(tx, council, category, organisation_id)
        _check_category(tx, council, category)
        admission = _enter(tx, council, category, source, organisation_id, person_id, None, by)
    elif nominee is None or admission.category != category:
        raise AlreadyInvited(admission=admission.id, category=admission.category)
    if nominee is not None:
        nominate(tx, admission, nominee, by=by)
    return admission


def _check_holder(
    tx: Tx,
    category: Category,
    organisation_id: str | None,
    person_id: Id | None,
    nominee: Id | None,
) -> None:
    in_person = category in RESEARCH
    if (person_id is not None) != in_person or (organisation_id is None) != in_person:
        raise HolderMismatch
    if in_person and nominee not in (None, person_id):
        raise seats.SpeaksForSelf
    if person_id is not None:
        identity.name_of(tx, person_id)
    elif tx.session.get(Organisation, organisation_id) is None:
        raise NotFound(f"no organisation {organisation_id}")


def _open_for(
    tx: Tx, council_id: Id, organisation_id: str | None, person_id: Id | None
) -> Admission | None:
    for admission in council_facts.open_admissions(tx, council_id):
        if (admission.organisation_id, admission.person_id) == (organisation_id, person_id):
            return admission
    return None


def _source(tx: Tx, council: Council, category: Category, organisation_id: str | None) -> Source:
    if category in RESEARCH and not council_facts.established(tx, council.id):
        return Source.FOUNDING
    query = select(_organ.c.id).where(
        _organ.c.concept_id == council.concept_id, _organ.c.organisation_id == organisation_id
    )
    return Source.PROPOSED if tx.connection.scalar(query) is None else Source.EXPECTED


def _check_category(tx: Tx, council: Council, category: Category) -> None:
    """One research representative, of the council's mode; the two ministers and no other."""
    mode = RepresentativeMode(council.representative_mode)
    sole = mode is RepresentativeMode.PO_DEEMED_SOLE
    if sole and category is Category.RD_IMPLEMENTER:
        raise SoleRepresentative
    if category is Category.ESTABLISHING_MINISTRY:
        raise NotForThisCouncil
    if category in RESEARCH:
        fits = (category is Category.PROGRAM_DIRECTOR) == (mode is RepresentativeMode.PD)
        if not fits or _has_representative(tx, council.id):
            raise NotForThisCouncil


def _has_representative(tx: Tx, council_id: Id) -> bool:
    query = select(_membership.c.id).where(
        _membership.c.council_id == council_id,
        _membership.c.category.in_(RESEARCH),
        holds(_membership),
    )
    invited = any(a.category in RESEARCH for a in council_facts.open_admissions(tx, council_id))
    return invited or tx.connection.scalar(query, {"now": tx.now}) is not None


def _enter(
    tx: Tx,
    council: Council,
    category: Category,
    source: Source,
    organisation_id: str | None,
    person_id: Id | None,
    as_written: str | None,
    by: Id,
) -> Admission:
    admission = Admission(
        council_id=council.id,
        category=category,
        organisation_id=organisation_id,
        person_id=person_id,
        source=source,
        as_written=as_written,
        invited_by=by,
    )
    facts.enter(tx, council.id, admission)
    if person_id is not None:
        nominate(tx, admission, person_id, by=by)
    return admission


def nominate(tx: Tx, admission: Admission, person_id: Id, *, by: Id) -> Nomination:
    """Say who is to consent for the invited one and sit for it; whoever was before no longer is.

    Raises NotAffiliated, HoldsOffice, AlreadySeated, and NomineeDecided for somebody else than
    the one a minister has already decided about.
    """
    holding.hold_still(tx, admission.council_id, person_id)
    organisation = admission.organisation_id
    if organisation is not None and not identity.affiliated(tx, person_id, organisation):
        raise seats.NotAffiliated
    seats.check_may_sit(tx, admission.council_id, person_id)
    before = council_facts.nomination_of(tx, admission.id)
    if before is not None and before.person_id == person_id:
        return before
    if council_facts.standing(tx, admission).decisions:
        raise NomineeDecided
    if before is not None:
        facts.end(tx, before, by=by, reason="replaced")
    nomination = Nomination(
        council_id=admission.council_id,
        admission_id=admission.id,
        person_id=person_id,
        named_by=by,
    )
    return facts.enter(tx, admission.council_id, nomination)
