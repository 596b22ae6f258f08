"""Rows of a council become answers. Names are opened only here, behind a Grant.

Owns how stored rows are put together for a reader, and what who is only invited is not told.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Table, func, select

from server.access import seats
from server.access.grant import Grant
from server.access.listing import Seen
from server.access.models import Acknowledgement, Seat
from server.access.vocabulary import Category, Relation, SeatRole
from server.councils import admissions, duty, establishment
from server.councils import facts as council_facts
from server.councils.kinds import FOUNDED
from server.councils.models import (
    AdmissionDecision,
    AdmissionVerdict,
    RepresentativeMode,
    Requirement,
    RequirementFinding,
    Source,
)
from server.councils.schemas import (
    AdmissionOut,
    BodyOut,
    CouncilLineOut,
    CouncilOut,
    DecidedOut,
    DutyOut,
    EstablishmentOut,
    MinisterOut,
    MySeatOut,
    NamedOut,
    RequirementOut,
)
from server.database import Tx
from server.identity.models import Organisation, Person
from server.ids import Id
from server.keys.models import INSTALLATION
from server.keys.service import open_field, open_if_said
from server.programme import queries
from server.programme.models import ResearchConcept

INSIDE = {
    Relation.MEMBER,
    Relation.ESTABLISHING_MINISTRY,
    Relation.SECRETARIAT,
    Relation.COMPLIANCE_OFFICER,
    Relation.AUDITOR,
}

_organisation: Table = Organisation.__table__  # type: ignore[attr-defined]
_person: Table = Person.__table__  # type: ignore[attr-defined]
_acknowledgement: Table = Acknowledgement.__table__  # type: ignore[attr-defined]


def council_lines(grant: Grant, councils: Sequence[Seen]) -> list[CouncilLineOut]:
    """Councils as a list shows them."""
    return [CouncilLineOut(**_line(grant.tx, seen)) for seen in councils]


def _line(tx: Tx, seen: Seen) -> dict[str, Any]:
    concept = queries.find(tx, ResearchConcept, seen.row.concept_id)
    return {
        "id": seen.id,
        "concept_id": concept.id,
        "title": queries.title_of(tx, concept),
        "state": seen.row.state,
        "established_at": seen.row.established_at,
        "closes_at": seen.row.closes_at,
        "may": [*seen.may],
    }


def council_out(grant: Grant, seen: Seen) -> CouncilOut:
    """A council as the caller may see it."""
    tx, inside = grant.tx, bool(seen.held & INSIDE)
    council = council_facts.find_council(tx, seen.id)
    text = establishment.statement(tx, council)
    present = establishment.signed_by(tx, seen.id, admissions.digest_of(text))
    if seen.row.state in FOUNDED:
        present = set(council_facts.ministers(tx, seen.id))
    seat = seats.seat_of(tx, seen.id, grant.person_id)
    return CouncilOut(
        **_line(tx, seen),
        representative_mode=RepresentativeMode(council.representative_mode),
        prepared_at=council.recorded_at,
        ministers=_ministers(tx, seen.id, present),
        requirements=requirements(tx, seen.id) if inside else [],
        establishment=(
            EstablishmentOut(
                statement=text,
                digest=admissions.digest_of(text),
                missing=establishment.missing(tx, seen.id),
            )
            if inside and seen.row.state not in FOUNDED
            else None
        ),
        seat=_mine(seat),
        acknowledged=_is_bound(tx, seen.id, grant.person_id),
    )


def _mine(seat: Seat | None) -> MySeatOut | None:
    if seat is None:
        return None
    return MySeatOut(
        membership=seat.membership_id, role=SeatRole(seat.role), category=Category(seat.category)
    )


def _ministers(tx: Tx, council_id: Id, signed: set[str]) -> list[MinisterOut]:
    found = council_facts.ministers(tx, council_id)
    signing = council_facts.officials(tx, council_id)
    bodies = bodies_of(tx, found)
    return [
        MinisterOut(organisation=bodies[m], official=signing.get(m), signed=m in signed)
        for m in found
    ]


def requirements(tx: Tx, council_id: Id) -> list[RequirementOut]:
    """Every finding about the requirements, newest first."""
    newest = {finding.id for finding in council_facts.in_force(tx, council_id).values()}
    found = council_facts.findings(tx, council_id)
    return [requirement_out(tx, finding, in_force=finding.id in newest) for finding in found]


def requirement_out(tx: Tx, finding: RequirementFinding, *, in_force: bool) -> RequirementOut:
    """One finding with its basis opened."""
    place = ("requirement_finding", "basis", finding.id)
    return RequirementOut(
        id=finding.id,
        requirement=Requirement(finding.requirement),
        met=finding.met,
        basis=open_field(tx, finding.council_id, place, finding.basis),
        recorded_by=finding.recorded_by,
        recorded_at=finding.recorded_at,
        in_force=in_force,
    )


def admission_out(grant: Grant, seen: Seen) -> AdmissionOut:
    """An admission as the caller may see it; a refusal's reason is the council's own affair."""
    tx, row = grant.tx, seen.row
    admission = council_facts.find_admission(tx, seen.id)
    council = council_facts.find_council(tx, admission.council_id)
    standing = council_facts.standing(tx, admission)
    statement = admissions.statement_of(admission, council.concept_id)
    names = names_of(tx, filter(None, (standing.nominee, admission.person_id)))
    return AdmissionOut(
        id=seen.id,
        council=admission.council_id,
        category=Category(admission.category),
        organisation=bodies_of(tx, filter(None, [admission.organisation_id])).get(
            admission.organisation_id or ""
        ),
        person=names.get(admission.person_id or ""),
        source=Source(admission.source),
        as_written=admission.as_written,
        state=row.state,
        nominee=names.get(standing.nominee or ""),
        decisions=[_decided(tx, d, bool(seen.held & INSIDE)) for d in standing.decisions],
        consented=standing.consent is not None,
        statement=statement,
        digest=admissions.digest_of(statement),
        membership=row.membership_id,
        may=[*seen.may],
    )


def _decided(tx: Tx, decision: AdmissionDecision, inside: bool) -> DecidedOut:
    place = ("admission_decision", "reason", decision.id)
    sealed = decision.reason if inside else None
    return DecidedOut(
        minister=decision.minister_id,
        verdict=AdmissionVerdict(decision.verdict),
        reason=open_if_said(tx, decision.council_id, place, sealed),
        person=decision.person_id,
        decided_at=decision.recorded_at,
    )


def duty_out(grant: Grant) -> DutyOut:
    """The text in force, and since when the caller is bound by it here."""
    version = duty.current(grant.tx)
    return DutyOut(
        **version.content,
        digest=version.digest,
        acknowledged_at=acknowledged_at(
            grant.tx, grant.council_id, grant.person_id, version.digest
        ),
    )


def _is_bound(tx: Tx, council_id: Id, person_id: Id) -> bool:
    """Whether the person has acknowledged the version in force."""
    digest = duty.current(tx).digest
    return acknowledged_at(tx, council_id, person_id, digest) is not None


def acknowledged_at(tx: Tx, council_id: Id, person_id: Id, digest: str | None = None) -> int | None:
    """When a person first acknowledged the duty for a council, of any version or of this one."""
    table = _acknowledgement
    query = select(func.min(table.c.recorded_at)).where(
        table.c.person_id == person_id, table.c.subject_id == council_id
    )
    if digest is not None:
        query = query.where(table.c.text_digest == digest)
    first: int | None = tx.connection.scalar(query)
    return first


def names_of(tx: Tx, ids: Iterable[Id]) -> dict[Id, NamedOut]:
    """Persons by id, their names opened."""
    query = select(_person.c.id, _person.c.name).where(_person.c.id.in_(sorted(set(ids))))
    return {
        row.id: NamedOut(
            id=row.id, name=open_field(tx, INSTALLATION, ("person", "name", row.id), row.name)
        )
        for row in tx.connection.execute(query)
    }


def bodies_of(tx: Tx, ids: Iterable[str]) -> dict[str, BodyOut]:
    query = select(_organisation.c.id, _organisation.c.name_ja).where(
        _organisation.c.id.in_(sorted(set(ids)))
    )
    return {r.id: BodyOut(id=r.id, name_ja=r.name_ja) for r in tx.connection.execute(query)}
