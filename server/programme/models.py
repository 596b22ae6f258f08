"""Rows of the K Program registry and of what happened to it since.

Programme facts are public, so nothing here is sealed. Every row is evidence: written once, vouched
for by the system log, never updated. A change is a new row (an adoption, an amendment, a revision,
a project), and an end is a row of `ending`. Ids of the registry are its own text ids.
"""

from enum import StrEnum

from sqlalchemy import BigInteger, UniqueConstraint
from sqlmodel import Field

from server.audit.models import Evidence


class ConceptState(StrEnum):
    """`in_call` until an adoption is published, whether or not the call has begun already."""

    IN_CALL = "in_call"
    ADOPTED = "adopted"


class AdoptionBasis(StrEnum):
    """How an adoption is known: recorded from its publication, or read off the shipped table."""

    PUBLISHED = "published"
    STATUS_TABLE = "status_table"


class AdoptionEnd(StrEnum):
    """Why an adoption no longer stands; the reason its end is stored with."""

    WITHDRAWN_BY_AGENCY = "withdrawn_by_agency"
    RECORDED_IN_ERROR = "recorded_in_error"


class ProjectRole(StrEnum):
    """研究代表者 and 研究実施者."""

    PRINCIPAL_INVESTIGATOR = "principal_investigator"
    RD_IMPLEMENTER = "rd_implementer"


class Vision(Evidence, table=True):
    """研究開発ビジョン: decides which technologies are supported. `source` is canonical JSON."""

    __tablename__ = "vision"

    name_ja: str
    name_en: str
    decided_on: str
    source: str


class VisionAmendment(Evidence, table=True):
    """A vision gains technologies; existing concepts stay as they are (BR-53)."""

    __tablename__ = "vision_amendment"

    vision_id: str = Field(foreign_key="vision.id", index=True)
    amended_on: str
    reason: str
    recorded_by: str = Field(foreign_key="person.id")


class Technology(Evidence, table=True):
    """支援対象とする技術; `added_by` is the amendment that brought it, null for shipped ones."""

    __tablename__ = "technology"

    vision_id: str = Field(foreign_key="vision.id", index=True)
    domain: str = Field(index=True)
    name_ja: str
    heading: str | None
    notes: str | None
    source: str
    added_by: str | None = Field(foreign_key="vision_amendment.id")


class ResearchConcept(Evidence, table=True):
    """研究開発構想 as published. `representative` is pd, po or null where no list names it.

    Project or individual type is not printed per concept: it is inferred from pd or po when shown
    (reading A33), never stored. `source` is canonical JSON: lines, readings, status as published.
    """

    __tablename__ = "research_concept"

    title_ja: str
    vision_id: str = Field(foreign_key="vision.id", index=True)
    funding_agency_id: str = Field(foreign_key="organisation.id", index=True)
    representative: str | None
    council_list: str | None
    decided_month: str | None
    call_started_month: str | None
    source: str


class ConceptTechnology(Evidence, table=True):
    """A concept develops a technology; `id` is `concept/technology`."""

    __tablename__ = "concept_technology"
    __table_args__ = (UniqueConstraint("concept_id", "technology_id"),)

    concept_id: str = Field(foreign_key="research_concept.id", index=True)
    technology_id: str = Field(foreign_key="technology.id", index=True)


class PrintedName(Evidence):
    """An organisation a published list names: as printed, and its place in print from 1."""

    concept_id: str = Field(foreign_key="research_concept.id", index=True)
    organisation_id: str = Field(foreign_key="organisation.id", index=True)
    as_written: str
    position: int


class ExpectedOrgan(PrintedName, table=True):
    """An organ expected to take part (想定): becomes an invitation, never a member (BR-08).

    Organs printed as one name share `as_written`. `id` is `concept/organisation`.
    """

    __tablename__ = "expected_organ"
    __table_args__ = (UniqueConstraint("concept_id", "position"),)


class ConceptMinister(PrintedName, table=True):
    """設置大臣 of the concept's council (BR-05); `id` is `concept/organisation`."""

    __tablename__ = "concept_minister"
    __table_args__ = (UniqueConstraint("concept_id", "position"),)


class Adoption(Evidence, table=True):
    """The funding agency has published an adoption: what BR-02 asks for.

    On the basis `published`, `published_on` is the day of publication. On the basis `status_table`
    it is the date of the shipped table: published then at the latest, recorded by nobody.
    """

    __tablename__ = "adoption"

    concept_id: str = Field(foreign_key="research_concept.id", index=True)
    published_on: str
    basis: str
    project_title: str | None
    source: str | None
    recorded_by: str | None = Field(foreign_key="person.id")


class AdoptedProject(Evidence, table=True):
    """採択課題: a project under a published adoption."""

    __tablename__ = "adopted_project"

    concept_id: str = Field(foreign_key="research_concept.id", index=True)
    adoption_id: str = Field(foreign_key="adoption.id", index=True)
    title: str
    recorded_by: str = Field(foreign_key="person.id")


class ProjectPerson(Evidence, table=True):
    """Who the researchers are: principal_investigator or rd_implementer, from a moment on."""

    __tablename__ = "project_person"

    project_id: str = Field(foreign_key="adopted_project.id", index=True)
    person_id: str = Field(foreign_key="person.id", index=True)
    organisation_id: str = Field(foreign_key="organisation.id")
    role: str
    valid_from: int = Field(sa_type=BigInteger)
    recorded_by: str = Field(foreign_key="person.id")


class ConceptRevision(Evidence, table=True):
    """A concept was revised; `title_ja` is null where the title stayed."""

    __tablename__ = "concept_revision"

    concept_id: str = Field(foreign_key="research_concept.id", index=True)
    revised_on: str
    title_ja: str | None
    changes: str
    reason: str
    recorded_by: str = Field(foreign_key="person.id")
