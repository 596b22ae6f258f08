"""Rows become answers: a page of concepts, technologies or visions in a fixed number of queries.

Owns how stored rows are put together for a reader. It decides nothing: `may` is handed in.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from sqlmodel import SQLModel, col, select

from server.audit.models import Ending
from server.clock import Instant
from server.database import Tx
from server.identity.models import Organisation
from server.programme import queries
from server.programme.models import (
    AdoptedProject,
    Adoption,
    ConceptMinister,
    ConceptRevision,
    ConceptState,
    ConceptTechnology,
    ExpectedOrgan,
    PrintedName,
    ProjectRole,
    ResearchConcept,
    Technology,
    Vision,
    VisionAmendment,
)
from server.programme.queries import ProjectPart
from server.programme.schemas import (
    AdoptionOut,
    AmendmentOut,
    ConceptOut,
    ConceptSourceOut,
    ExpectedOut,
    InferredType,
    OrganisationRef,
    ProjectOut,
    ProjectPersonOut,
    PublishedStatusOut,
    Representative,
    RevisionOut,
    TechnologyOut,
    TechnologyRef,
    VisionOut,
    WithdrawnAdoptionOut,
)

Row = TypeVar("Row", bound=SQLModel)
May = Callable[[Any], Sequence[str]]

# Which role stands for which type of concept is our inference (reading A33).
_TYPES: dict[str | None, tuple[Representative, InferredType]] = {
    "pd": ("pd", "project_type"),
    "po": ("po", "individual_type"),
}
_STATUS = ("as_of", "call_or_review", "adopted", "council_held", "remark")
_LINES = ("title_line", "ministers_line", "organs_line", "note")


def visions_out(tx: Tx, visions: Sequence[Vision], may: May) -> list[VisionOut]:
    """Visions with their amendments and how many technologies each supports now."""
    ids = [v.id for v in visions]
    technologies = _grouped(tx, Technology, "vision_id", ids)
    amendments = _grouped(tx, VisionAmendment, "vision_id", ids)
    return [
        VisionOut(
            id=v.id,
            name_ja=v.name_ja,
            name_en=v.name_en,
            decided_on=v.decided_on,
            technologies=len(technologies[v.id]),
            amendments=[_amendment(a, technologies[v.id]) for a in amendments[v.id]],
            may=list(may(v)),
        )
        for v in visions
    ]


def technologies_out(tx: Tx, technologies: Sequence[Technology], may: May) -> list[TechnologyOut]:
    """Technologies with the concepts that develop them."""
    developing = _grouped(tx, ConceptTechnology, "technology_id", [t.id for t in technologies])
    return [
        TechnologyOut(
            id=t.id,
            name_ja=t.name_ja,
            domain=t.domain,
            vision_id=t.vision_id,
            heading=t.heading,
            notes=t.notes,
            added_by=t.added_by,
            concept_ids=[link.concept_id for link in developing[t.id]],
            may=list(may(t)),
        )
        for t in technologies
    ]


def concepts_out(tx: Tx, concepts: Sequence[ResearchConcept], may: May) -> list[ConceptOut]:
    """Concepts with those expected in their councils, their adoptions and revisions."""
    ids = [c.id for c in concepts]
    seats = _seats(tx, ExpectedOrgan, ids), _seats(tx, ConceptMinister, ids)
    technologies, adoptions = _technologies(tx, ids), queries.adoptions(tx, ids)
    revisions, withdrawn = queries.revisions(tx, ids), queries.withdrawn(tx, ids)
    agencies = _organisations(tx, {c.funding_agency_id for c in concepts})
    return [
        _concept(
            c,
            funding_agency=agencies[c.funding_agency_id],
            technologies=technologies[c.id],
            expected_organs=seats[0][c.id],
            establishing_ministers=seats[1][c.id],
            adoptions=[_adoption(a) for a in adoptions if a.concept_id == c.id],
            withdrawn_adoptions=[_withdrawn(a, e) for a, e in withdrawn if a.concept_id == c.id],
            revisions=[_revision(r) for r in revisions if r.concept_id == c.id],
            may=list(may(c)),
        )
        for c in concepts
    ]


def projects_out(tx: Tx, projects: Sequence[AdoptedProject], may: May) -> list[ProjectOut]:
    """Adopted projects with everybody's part in them, as of the transaction's moment."""
    parts = queries.parts(tx, [p.id for p in projects])
    organisations = _organisations(tx, {part.row.organisation_id for part in parts})
    shown: dict[tuple[str, str], list[ProjectPersonOut]] = defaultdict(list)
    for part in parts:
        among = shown[part.row.project_id, _when(part, tx.now)]
        among.append(_part(part, organisations[part.row.organisation_id]))
    return [
        ProjectOut(
            id=p.id,
            concept_id=p.concept_id,
            adoption_id=p.adoption_id,
            title=p.title,
            people=shown[p.id, "now"],
            joining_later=shown[p.id, "later"],
            former_people=shown[p.id, "before"],
            may=list(may(p)),
        )
        for p in projects
    ]


def _when(part: ProjectPart, now: Instant) -> str:
    if part.is_over(now):
        return "before"
    return "now" if part.row.valid_from <= now else "later"


def _part(part: ProjectPart, organisation: OrganisationRef) -> ProjectPersonOut:
    return ProjectPersonOut(
        id=part.row.id,
        person_id=part.row.person_id,
        organisation=organisation,
        role=ProjectRole(part.row.role),
        valid_from=part.row.valid_from,
        valid_to=part.ends_at,
    )


def _concept(concept: ResearchConcept, *, revisions: list[RevisionOut], **given: Any) -> ConceptOut:
    told = json.loads(concept.source)
    representative, inferred_type = _TYPES.get(concept.representative, (None, None))
    titles = [revision.title_ja for revision in revisions if revision.title_ja is not None]
    return ConceptOut(
        id=concept.id,
        title_ja=[concept.title_ja, *titles][-1],
        title_as_published=concept.title_ja,
        state=ConceptState.ADOPTED if given["adoptions"] else ConceptState.IN_CALL,
        vision_id=concept.vision_id,
        representative=representative,
        inferred_type=inferred_type,
        council_list=concept.council_list,
        decided_month=concept.decided_month,
        call_started_month=concept.call_started_month,
        revisions=revisions,
        published_status=PublishedStatusOut(**_parts(told["status"], _STATUS)),
        source=ConceptSourceOut(document=told["source"]["seed"], **_parts(told["source"], _LINES)),
        readings=told.get("ambiguities", []),
        **given,
    )


def _parts(told: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    return {name: told.get(name) for name in names}


def _grouped(tx: Tx, model: type[Row], column: str, ids: Iterable[str]) -> dict[str, list[Row]]:
    """The rows of `model` by the id in `column`, each group in the order of the rows' ids."""
    field = getattr(model, column)
    groups: dict[str, list[Row]] = defaultdict(list)
    query = select(model).where(field.in_(list(ids))).order_by(col(model.id))  # type: ignore[attr-defined]
    for row in tx.session.exec(query):
        groups[getattr(row, column)].append(row)
    return groups


def _seats(tx: Tx, model: type[PrintedName], ids: Iterable[str]) -> dict[str, list[ExpectedOut]]:
    query = (
        select(model, Organisation)
        .join(Organisation, col(Organisation.id) == col(model.organisation_id))
        .where(col(model.concept_id).in_(list(ids)))
        .order_by(col(model.position))
    )
    seats: dict[str, list[ExpectedOut]] = defaultdict(list)
    for seat, organisation in tx.session.exec(query):
        seats[seat.concept_id].append(
            ExpectedOut(
                organisation=_organisation(organisation),
                as_written=seat.as_written,
                position=seat.position,
            )
        )
    return seats


def _technologies(tx: Tx, ids: Iterable[str]) -> dict[str, list[TechnologyRef]]:
    query = (
        select(ConceptTechnology.concept_id, Technology)
        .join(Technology, col(Technology.id) == col(ConceptTechnology.technology_id))
        .where(col(ConceptTechnology.concept_id).in_(list(ids)))
        .order_by(col(Technology.id))
    )
    developed: dict[str, list[TechnologyRef]] = defaultdict(list)
    for concept_id, technology in tx.session.exec(query):
        developed[concept_id].append(TechnologyRef.model_validate(technology))
    return developed


def _organisations(tx: Tx, ids: Iterable[str]) -> dict[str, OrganisationRef]:
    query = select(Organisation).where(col(Organisation.id).in_(list(ids)))
    return {one.id: _organisation(one) for one in tx.session.exec(query)}


def _organisation(one: Organisation) -> OrganisationRef:
    return OrganisationRef(id=one.id, name_ja=one.name_ja, abbr=one.abbr)


def _adoption(adoption: Adoption) -> AdoptionOut:
    return AdoptionOut.model_validate(adoption)


def _withdrawn(adoption: Adoption, ending: Ending) -> WithdrawnAdoptionOut:
    how = {"withdrawn_at": ending.effective_at, "ground": ending.reason}
    return WithdrawnAdoptionOut.model_validate({**_adoption(adoption).model_dump(), **how})


def _revision(revision: ConceptRevision) -> RevisionOut:
    return RevisionOut.model_validate(revision)


def _amendment(amendment: VisionAmendment, technologies: Iterable[Technology]) -> AmendmentOut:
    return AmendmentOut(
        id=amendment.id,
        amended_on=amendment.amended_on,
        reason=amendment.reason,
        technology_ids=[t.id for t in technologies if t.added_by == amendment.id],
    )
