"""What is asked of a council's facts, as of the transaction's moment.

Owns the look-ups that several verbs share. Nothing here writes, and nothing here decides who may.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Table, select

from server.access import closings
from server.access.models import Membership, Office, Seat
from server.access.relations import RESEARCH
from server.access.vocabulary import Category, OfficeRole, SeatRole
from server.audit.facts import holds
from server.clock import Instant
from server.councils.models import (
    Admission,
    AdmissionDecision,
    Council,
    CouncilMinister,
    Establishment,
    EstablishmentSignature,
    JoinConsent,
    Joining,
    Nomination,
    Requirement,
    RequirementFinding,
    Source,
)
from server.database import Tx
from server.ids import Id
from server.problems import NotFound

_council: Table = Council.__table__  # type: ignore[attr-defined]
_minister: Table = CouncilMinister.__table__  # type: ignore[attr-defined]
_finding: Table = RequirementFinding.__table__  # type: ignore[attr-defined]
_signature: Table = EstablishmentSignature.__table__  # type: ignore[attr-defined]
_establishment: Table = Establishment.__table__  # type: ignore[attr-defined]
_admission: Table = Admission.__table__  # type: ignore[attr-defined]
_nomination: Table = Nomination.__table__  # type: ignore[attr-defined]
_decision: Table = AdmissionDecision.__table__  # type: ignore[attr-defined]
_consent: Table = JoinConsent.__table__  # type: ignore[attr-defined]
_joining: Table = Joining.__table__  # type: ignore[attr-defined]
_office: Table = Office.__table__  # type: ignore[attr-defined]
_seat: Table = Seat.__table__  # type: ignore[attr-defined]
_membership: Table = Membership.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Standing:
    """Who an admission waits for: its nominee, the ministers that decided, the consent given."""

    nominee: Id | None
    decisions: Sequence[AdmissionDecision]
    consent: JoinConsent | None


def find_council(tx: Tx, council_id: Id) -> Council:
    """The council of this id. Raises NotFound."""
    council = tx.session.get(Council, council_id)
    if council is None:
        raise NotFound
    return council


def find_admission(tx: Tx, admission_id: Id) -> Admission:
    """The admission of this id. Raises NotFound."""
    admission = tx.session.get(Admission, admission_id)
    if admission is None:
        raise NotFound
    return admission


def council_of_concept(tx: Tx, concept_id: str) -> Council | None:
    """The council of a concept that is not closed, if any (BR-01)."""
    query = select(Council).where(
        _council.c.concept_id == concept_id, ~closings.closed(_council.c.id)
    )
    return tx.session.scalars(query, {"now": tx.now}).first()


def ministers(tx: Tx, council_id: Id) -> list[str]:
    """The establishing ministers' organisations: of the fund, then the Prime Minister."""
    query = select(_minister.c.organisation_id).where(_minister.c.council_id == council_id)
    return list(tx.connection.scalars(query.order_by(_minister.c.position)))


def findings(tx: Tx, council_id: Id) -> Sequence[RequirementFinding]:
    """Every finding about the requirements, newest first."""
    query = select(RequirementFinding).where(_finding.c.council_id == council_id)
    newest = (_finding.c.log_seq.desc(), _finding.c.id.desc())
    return tx.session.scalars(query.order_by(*newest)).all()


def in_force(tx: Tx, council_id: Id) -> dict[Requirement, RequirementFinding]:
    """The newest finding about each requirement."""
    newest: dict[Requirement, RequirementFinding] = {}
    for finding in findings(tx, council_id):
        newest.setdefault(Requirement(finding.requirement), finding)
    return newest


def officials(tx: Tx, council_id: Id, *, at: Instant | None = None) -> dict[str, Id]:
    """Who signs for which minister, now or at a past moment: person by minister's organisation."""
    query = select(_office.c.organisation_id, _office.c.person_id).where(
        _office.c.council_id == council_id,
        _office.c.role == OfficeRole.ESTABLISHING_MINISTRY,
        holds(_office),
    )
    moment = {"now": tx.now if at is None else at}
    return {r.organisation_id: r.person_id for r in tx.connection.execute(query, moment)}


def ministers_for(tx: Tx, council_id: Id, person_id: Id, *, at: Instant | None = None) -> set[str]:
    """The establishing ministers a person may act for, as official or as representative.

    `at` asks for a past moment: for whom somebody acted when they proposed.
    """
    named = {m for m, person in officials(tx, council_id, at=at).items() if person == person_id}
    from_seat = _seat.join(_membership, _seat.c.membership_id == _membership.c.id)
    query = (
        select(_membership.c.organisation_id)
        .select_from(from_seat)
        .where(
            _seat.c.council_id == council_id,
            _seat.c.person_id == person_id,
            _seat.c.role == SeatRole.REPRESENTATIVE,
            _seat.c.category == Category.ESTABLISHING_MINISTRY,
            holds(_seat),
        )
    )
    return named | set(tx.connection.scalars(query, {"now": tx.now if at is None else at}))


def signatures(tx: Tx, council_id: Id) -> Sequence[EstablishmentSignature]:
    """Every signature under the establishment, in order."""
    query = select(EstablishmentSignature).where(_signature.c.council_id == council_id)
    return tx.session.scalars(query.order_by(_signature.c.log_seq)).all()


def established(tx: Tx, council_id: Id) -> bool:
    """Whether both ministers have established the council."""
    query = select(_establishment.c.id).where(_establishment.c.council_id == council_id)
    return tx.connection.scalar(query) is not None


def open_admissions(tx: Tx, council_id: Id) -> Sequence[Admission]:
    """Admissions that neither ended nor led to a membership, in the order they were entered."""
    query = select(Admission).where(
        _admission.c.council_id == council_id,
        ~select(_joining.c.id).where(_joining.c.admission_id == _admission.c.id).exists(),
        holds(_admission),
    )
    in_order = query.order_by(_admission.c.log_seq, _admission.c.id)
    return tx.session.scalars(in_order, {"now": tx.now}).all()


def founding(tx: Tx, council_id: Id) -> Sequence[Admission]:
    """The open admissions of the founders: both ministers and the research representative."""
    return [a for a in open_admissions(tx, council_id) if a.source == Source.FOUNDING]


def founding_representative(tx: Tx, council_id: Id) -> Admission | None:
    """The open admission of the PD or PO who is to found the council, if there is one."""
    return next((a for a in founding(tx, council_id) if a.category in RESEARCH), None)


def standing(tx: Tx, admission: Admission) -> Standing:
    """How far an admission has come. A consent counts while its giver is still the nominee."""
    nomination = nomination_of(tx, admission.id)
    nominee = nomination.person_id if nomination else None
    decided = select(AdmissionDecision).where(_decision.c.admission_id == admission.id)
    consents = select(JoinConsent).where(
        _consent.c.admission_id == admission.id, _consent.c.person_id == nominee, holds(_consent)
    )
    return Standing(
        nominee,
        tx.session.scalars(decided.order_by(_decision.c.log_seq)).all(),
        tx.session.scalars(consents, {"now": tx.now}).first(),
    )


def nomination_of(tx: Tx, admission_id: Id) -> Nomination | None:
    """The nomination in force for an admission."""
    query = select(Nomination).where(_nomination.c.admission_id == admission_id, holds(_nomination))
    return tx.session.scalars(query, {"now": tx.now}).first()
