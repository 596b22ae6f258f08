"""/api/v1: the K Program registry, open to anyone; its upkeep, guarded.

What is public is read without a caller and is not logged; every change is.
"""

from collections.abc import Sequence
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Query, Request

from server.access.grant import Grant
from server.access.guard import anyone, guarded
from server.access.kinds import INSTALLATION
from server.access.listing import beside
from server.access.parts import parts_of
from server.access.vocabulary import Action
from server.audit.models import Evidence
from server.clock import to_text
from server.councils import adoptions
from server.problems import NotFound
from server.programme import projects, queries, service, views
from server.programme.kinds import CONCEPT
from server.programme.models import Adoption, ResearchConcept, Vision
from server.programme.queries import ConceptFilter
from server.programme.schemas import (
    AdoptionAsked,
    AmendmentAsked,
    ConceptOut,
    ConceptQuery,
    PartEndAsked,
    ProjectAsked,
    ProjectOut,
    ProjectPersonAsked,
    RevisionAsked,
    TechnologyOut,
    TechnologyQuery,
    VisionOut,
    WithdrawalAsked,
)
from server.schemas import Page

router = APIRouter(prefix="/api/v1", tags=["programme"])

PUBLIC: dict[str, Any] = {"security": []}
Row = TypeVar("Row", bound=Evidence)


class OtherConcept(service.UnknownReference):
    code = "adoption_of_other_concept"
    ja = "この研究開発構想の採択ではありません。"
    en = "That adoption belongs to another concept."


@router.get("/visions", name="listVisions", openapi_extra=PUBLIC)
@anyone
def list_visions(request: Request) -> Page[VisionOut]:
    """The research visions, oldest first."""
    with parts_of(request).database.reading() as tx:
        shown = views.visions_out(tx, queries.list_visions(tx), _nothing)
    return Page(items=shown, next=None)


@router.get("/technologies", name="listTechnologies", openapi_extra=PUBLIC)
@anyone
def list_technologies(
    request: Request, wanted: Annotated[TechnologyQuery, Query()]
) -> Page[TechnologyOut]:
    """The technologies the visions support, by domain or vision."""
    with parts_of(request).database.reading() as tx:
        found = queries.list_technologies(
            tx,
            vision_id=wanted.vision,
            domain=wanted.domain,
            after=wanted.cursor,
            limit=wanted.limit + 1,
        )
        shown, after = _cut(found, wanted.limit)
        return Page(items=views.technologies_out(tx, shown, _nothing), next=after)


@router.get("/concepts", name="listConcepts", openapi_extra=PUBLIC)
@anyone
def list_concepts(request: Request, wanted: Annotated[ConceptQuery, Query()]) -> Page[ConceptOut]:
    """Research concepts, by domain, vision, funding agency or state."""
    chosen = ConceptFilter(
        domain=wanted.domain,
        vision_id=wanted.vision,
        funding_agency_id=wanted.funding_agency,
        state=wanted.state,
    )
    with parts_of(request).database.reading() as tx:
        found = queries.list_concepts(tx, chosen, after=wanted.cursor, limit=wanted.limit + 1)
        shown, after = _cut(found, wanted.limit)
        return Page(items=views.concepts_out(tx, shown, _nothing), next=after)


@router.get("/concepts/{concept_id}", name="readConcept", openapi_extra=PUBLIC)
@anyone
def read_concept(request: Request, concept_id: str) -> ConceptOut:
    """A research concept with those expected in its council (BR-08: expected, not members)."""
    with parts_of(request).database.reading() as tx:
        concept = queries.find(tx, ResearchConcept, concept_id)
        return views.concepts_out(tx, [concept], _nothing)[0]


@router.post("/concepts/{concept_id}/adoption", status_code=201, name="publishAdoption")
@guarded(Action.PUBLISH_ADOPTION, CONCEPT)
def publish_adoption(grant: Grant, asked: AdoptionAsked) -> ConceptOut:
    """Record that the funding agency has published an adoption (BR-02)."""
    adoption = service.publish_adoption(
        grant.tx, _concept(grant), **asked.model_dump(), by=grant.person_id
    )
    grant.note(adoption=adoption.id)
    return _concept_now(grant)


@router.post("/concepts/{concept_id}/adoptions/{adoption}/withdrawal", name="withdrawAdoption")
@guarded(Action.PUBLISH_ADOPTION, CONCEPT)
def withdraw_adoption(grant: Grant, adoption: str, asked: WithdrawalAsked) -> ConceptOut:
    """Record that an adoption no longer stands; that it was recorded stays readable.

    Refused while somebody works in a project under it, and where a council would be left without
    any adoption (BR-02). Its projects end with it.
    """
    found = queries.find(grant.tx, Adoption, adoption)
    if found.concept_id != grant.id:
        raise NotFound
    adoptions.withdraw(grant.tx, found, ground=asked.ground, by=grant.person_id)
    grant.note(adoption=found.id, withdrawn=asked.ground)
    return _concept_now(grant)


@router.post("/concepts/{concept_id}/revisions", status_code=201, name="reviseConcept")
@guarded(Action.REVISE, CONCEPT)
def revise_concept(grant: Grant, asked: RevisionAsked) -> ConceptOut:
    """Record that the concept was revised; what was published stays readable."""
    revision = service.revise_concept(
        grant.tx, _concept(grant), **asked.model_dump(), by=grant.person_id
    )
    grant.note(revision=revision.id)
    return _concept_now(grant)


@router.get("/concepts/{concept_id}/projects", name="listProjects")
@guarded(Action.READ, CONCEPT)
def list_projects(grant: Grant) -> Page[ProjectOut]:
    """The adopted projects of a concept: who their researchers are, will be and were, by id."""
    found = queries.projects(grant.tx, _concept(grant))
    return Page(items=views.projects_out(grant.tx, found, _nothing), next=None)


@router.post("/concepts/{concept_id}/projects", status_code=201, name="addProject")
@guarded(Action.ADD_PROJECT, CONCEPT)
def add_project(grant: Grant, asked: ProjectAsked) -> ProjectOut:
    """Record an adopted project and its people, who are registered persons."""
    adoption = grant.tx.session.get(Adoption, asked.adoption_id)
    if adoption is None or adoption.concept_id != grant.id:
        raise OtherConcept(unknown=[asked.adoption_id])
    people = [projects.Researcher(**dict(person)) for person in asked.people]
    project = projects.add_project(
        grant.tx, adoption, title=asked.title, people=people, by=grant.person_id
    )
    grant.note(project=project.id)
    return views.projects_out(grant.tx, [project], _nothing)[0]


@router.post(
    "/concepts/{concept_id}/projects/{project}/people", status_code=201, name="addProjectPerson"
)
@guarded(Action.ADD_PROJECT, CONCEPT)
def add_project_person(grant: Grant, project: str, asked: ProjectPersonAsked) -> ProjectOut:
    """Let a registered person join an adopted project, now or from a later moment on."""
    found = projects.find_project(grant.tx, _concept(grant), project)
    researcher = projects.Researcher(**dict(asked))
    part = projects.add_person(grant.tx, found, researcher, by=grant.person_id)
    grant.note(project=found.id, part=part.id, person=part.person_id)
    return views.projects_out(grant.tx, [found], _nothing)[0]


@router.post(
    "/concepts/{concept_id}/projects/{project}/people/{person}/ending", name="endProjectPerson"
)
@guarded(Action.ADD_PROJECT, CONCEPT)
def end_project_person(grant: Grant, project: str, person: str, asked: PartEndAsked) -> ProjectOut:
    """End a person's part in an adopted project, now or later; it stays on record."""
    found = projects.find_project(grant.tx, _concept(grant), project)
    ending = projects.leave_project(grant.tx, found, person, by=grant.person_id, at=asked.at)
    valid_to = to_text(ending.effective_at)
    grant.note(project=found.id, part=ending.fact_id, person=person, valid_to=valid_to)
    return views.projects_out(grant.tx, [found], _nothing)[0]


@router.post("/visions/{vision_id}/amendments", status_code=201, name="amendVision")
@guarded(Action.AMEND_VISION, INSTALLATION)
def amend_vision(grant: Grant, vision_id: str, asked: AmendmentAsked) -> VisionOut:
    """Add technologies to a vision; no existing concept changes (BR-53)."""
    vision = queries.find(grant.tx, Vision, vision_id)
    added = [service.NewTechnology(**t.model_dump()) for t in asked.technologies]
    amendment = service.amend_vision(
        grant.tx,
        vision,
        amended_on=asked.amended_on,
        reason=asked.reason,
        technologies=added,
        by=grant.person_id,
    )
    grant.note(vision=vision.id, amendment=amendment.id)
    return views.visions_out(grant.tx, [vision], lambda _: [Action.AMEND_VISION])[0]


def _concept(grant: Grant) -> ResearchConcept:
    return queries.find(grant.tx, ResearchConcept, grant.id)


def _concept_now(grant: Grant) -> ConceptOut:
    may = beside(grant, CONCEPT, grant.id).may
    return views.concepts_out(grant.tx, [_concept(grant)], lambda _: may)[0]


def _nothing(_: object) -> list[str]:
    """What one may do with a thing that is only shown."""
    return []


def _cut(found: Sequence[Row], limit: int) -> tuple[Sequence[Row], str | None]:
    """A page out of one row more than it holds, and the cursor of the next."""
    shown = found[:limit]
    return shown, shown[-1].id if len(found) > limit else None
