"""What is asked of the programme, as of the transaction's moment.

Owns the queries of the registry and what they mean as SQL, so that lists, single things and
relations ask the same. Nothing here writes, and nothing here decides who may.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import ColumnElement, Table, exists, literal
from sqlmodel import SQLModel, col, select

from server.audit.facts import holds
from server.audit.models import Ending, Evidence
from server.clock import Instant
from server.database import Tx
from server.problems import NotFound
from server.programme.models import (
    AdoptedProject,
    Adoption,
    ConceptRevision,
    ConceptState,
    ConceptTechnology,
    ProjectPerson,
    ResearchConcept,
    Technology,
    Vision,
)

Thing = TypeVar("Thing", bound=Evidence)

_concept: Table = ResearchConcept.__table__  # type: ignore[attr-defined]
_adoption: Table = Adoption.__table__  # type: ignore[attr-defined]
_project: Table = AdoptedProject.__table__  # type: ignore[attr-defined]
_person: Table = ProjectPerson.__table__  # type: ignore[attr-defined]
_ending: Table = Ending.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConceptFilter:
    """Which concepts are wanted; None asks for all."""

    domain: str | None = None
    vision_id: str | None = None
    funding_agency_id: str | None = None
    state: ConceptState | None = None


@dataclass(frozen=True, slots=True)
class ProjectPart:
    """A person's part in a project; `ends_at` is when it ended or will end, None while open."""

    row: ProjectPerson
    ends_at: Instant | None

    def is_over(self, at: Instant) -> bool:
        """Whether it will have ended by then; one yet to begin is not over."""
        return self.ends_at is not None and self.ends_at <= at


def find(tx: Tx, kind: type[Thing], thing_id: str) -> Thing:
    """The vision, technology, concept, adoption or project of this id. Raises NotFound."""
    if (thing := tx.session.get(kind, thing_id)) is None:
        raise NotFound
    return thing


def list_visions(tx: Tx) -> Sequence[Vision]:
    """All visions, oldest first."""
    return tx.session.exec(select(Vision).order_by(col(Vision.decided_on), col(Vision.id))).all()


def list_technologies(
    tx: Tx,
    *,
    vision_id: str | None = None,
    domain: str | None = None,
    after: str | None = None,
    limit: int = 50,
) -> Sequence[Technology]:
    """Technologies by id, those added by amendments among them."""
    query = select(Technology).order_by(col(Technology.id)).limit(limit)
    if vision_id is not None:
        query = query.where(Technology.vision_id == vision_id)
    if domain is not None:
        query = query.where(Technology.domain == domain)
    if after is not None:
        query = query.where(col(Technology.id) > after)
    return tx.session.exec(query).all()


def list_concepts(
    tx: Tx, wanted: ConceptFilter, *, after: str | None = None, limit: int = 50
) -> Sequence[ResearchConcept]:
    """Concepts by id, as of the transaction's moment."""
    query = select(ResearchConcept).where(*conditions(wanted, tx.now))
    if after is not None:
        query = query.where(col(ResearchConcept.id) > after)
    return tx.session.exec(query.order_by(col(ResearchConcept.id)).limit(limit)).all()


def conditions(wanted: ConceptFilter, now: Instant) -> list[ColumnElement[bool]]:
    """The filter as SQL over `research_concept`."""
    concept = ResearchConcept
    asked: list[ColumnElement[bool]] = []
    if wanted.vision_id is not None:
        asked.append(col(concept.vision_id) == wanted.vision_id)
    if wanted.funding_agency_id is not None:
        asked.append(col(concept.funding_agency_id) == wanted.funding_agency_id)
    if wanted.domain is not None:
        asked.append(_develops(wanted.domain))
    if wanted.state is not None:
        adopted = is_adopted(now)
        asked.append(adopted if wanted.state is ConceptState.ADOPTED else ~adopted)
    return asked


def is_adopted(now: Instant) -> ColumnElement[bool]:
    """Whether a `research_concept` has a published adoption at `now`, as SQL (BR-02)."""
    of_concept = _adoption.c.concept_id == _concept.c.id
    return exists().where(of_concept, holds(_adoption, literal(now)))


def state_of(tx: Tx, concept: ResearchConcept) -> ConceptState:
    """The state of one concept at the transaction's moment."""
    return ConceptState.ADOPTED if adoptions(tx, [concept.id]) else ConceptState.IN_CALL


def adoptions(tx: Tx, concept_ids: Iterable[str]) -> Sequence[Adoption]:
    """The published adoptions of these concepts that stand, first published first."""
    query = select(Adoption).where(
        col(Adoption.concept_id).in_(list(concept_ids)), holds(_adoption, literal(tx.now))
    )
    return tx.session.exec(query.order_by(col(Adoption.published_on), col(Adoption.id))).all()


def revisions(tx: Tx, concept_ids: Iterable[str]) -> Sequence[ConceptRevision]:
    """The revisions of these concepts, in the order decided; the last title is in force."""
    query = select(ConceptRevision).where(col(ConceptRevision.concept_id).in_(list(concept_ids)))
    in_order = query.order_by(col(ConceptRevision.revised_on), col(ConceptRevision.id))
    return tx.session.exec(in_order).all()


def withdrawn(tx: Tx, concept_ids: Iterable[str]) -> Sequence[tuple[Adoption, Ending]]:
    """The adoptions of these concepts that no longer stand and how each ended, in that order."""
    query = (
        select(Adoption, Ending)
        .join(Ending, col(Ending.fact_id) == col(Adoption.id))
        .where(col(Adoption.concept_id).in_(list(concept_ids)), col(Ending.effective_at) <= tx.now)
    )
    return tx.session.exec(query.order_by(col(Ending.effective_at), col(Adoption.id))).all()


def stands(tx: Tx, thing: Adoption | AdoptedProject) -> bool:
    """Whether a published adoption, or a project under one, has not been withdrawn."""
    return is_present(tx, type(thing), thing.id)


def is_present(tx: Tx, kind: type[SQLModel], fact_id: str) -> bool:
    """Whether there is such a fact, and it has not ended."""
    table: Table = kind.__table__  # type: ignore[attr-defined]
    query = select(table.c.id).where(table.c.id == fact_id, holds(table, literal(tx.now)))
    return tx.session.exec(query).first() is not None


def projects(tx: Tx, concept: ResearchConcept) -> Sequence[AdoptedProject]:
    """The adopted projects of a concept."""
    query = select(AdoptedProject).where(
        AdoptedProject.concept_id == concept.id, holds(_project, literal(tx.now))
    )
    return tx.session.exec(query.order_by(col(AdoptedProject.id))).all()


def projects_under(tx: Tx, adoption: Adoption) -> Sequence[AdoptedProject]:
    """The projects that rest on an adoption and have not ended with it."""
    query = select(AdoptedProject).where(
        AdoptedProject.adoption_id == adoption.id, holds(_project, literal(tx.now))
    )
    return tx.session.exec(query.order_by(col(AdoptedProject.id))).all()


def parts(tx: Tx, project_ids: Iterable[str]) -> list[ProjectPart]:
    """Every part anybody had, has or will have in these projects; principal investigators first."""
    query = (
        select(ProjectPerson, _ending.c.effective_at)
        .join(_ending, _ending.c.fact_id == _person.c.id, isouter=True)
        .where(col(ProjectPerson.project_id).in_(list(project_ids)))
        .order_by(col(ProjectPerson.role), col(ProjectPerson.id))
    )
    return [ProjectPart(row, ends_at) for row, ends_at in tx.session.exec(query)]


def title_of(tx: Tx, concept: ResearchConcept) -> str:
    """The title in force: of the last revision that gave one, or as published."""
    given = [r.title_ja for r in revisions(tx, [concept.id]) if r.title_ja is not None]
    return [concept.title_ja, *given][-1]


def _develops(domain: str) -> ColumnElement[bool]:
    return exists().where(
        col(ConceptTechnology.concept_id) == col(ResearchConcept.id),
        col(ConceptTechnology.technology_id) == col(Technology.id),
        col(Technology.domain) == domain,
    )
