"""What crosses the API about the programme.

Owns the shape of requests and answers. Answers hold every field always; rosters are named
`expected_…` because the published lists are expectations, never membership (BR-08).
"""

from typing import Literal

from pydantic import Field

from server.programme.facts import Domain
from server.programme.fields import ConceptId, Day, OrganisationId, TechnologyId, VisionId
from server.programme.models import AdoptionBasis, AdoptionEnd, ConceptState, ProjectRole
from server.schemas import Asked, Line, RegistryId, Shown, Text, Time, Uuid

Representative = Literal["pd", "po"]
InferredType = Literal["project_type", "individual_type"]


# ---- asked ----


class TechnologyQuery(Asked):
    """Which technologies are wanted."""

    domain: Domain | None = None
    vision: VisionId | None = None
    limit: int = Field(default=50, ge=1, le=200)
    cursor: TechnologyId | None = None


class ConceptQuery(Asked):
    """Which concepts are wanted."""

    domain: Domain | None = None
    vision: VisionId | None = None
    funding_agency: OrganisationId | None = None
    state: ConceptState | None = None
    limit: int = Field(default=50, ge=1, le=200)
    cursor: ConceptId | None = None


class AdoptionAsked(Asked):
    """An adoption the funding agency has published, and where."""

    published_on: Day
    project_title: Line | None = None
    source: Line | None = None


class WithdrawalAsked(Asked):
    """Why an adoption no longer stands."""

    ground: AdoptionEnd


class ProjectPersonAsked(Asked):
    """A researcher of a project; from now unless a later `valid_from` is given."""

    person_id: Uuid
    organisation_id: RegistryId
    role: ProjectRole
    valid_from: Time | None = None


class ProjectAsked(Asked):
    """An adopted project with its people, one of them the principal investigator."""

    adoption_id: Uuid
    title: Line
    people: list[ProjectPersonAsked] = Field(min_length=1, max_length=500)


class PartEndAsked(Asked):
    """When a person's part in a project ends: now unless a later moment is given."""

    at: Time | None = None


class TechnologyAsked(Asked):
    """A technology an amendment adds; its id continues the registry's (`T-BIO-05`)."""

    id: TechnologyId
    domain: Domain
    name_ja: Line
    heading: Line | None = None
    notes: Text | None = None


class AmendmentAsked(Asked):
    """A decided amendment of a vision (BR-53)."""

    amended_on: Day
    reason: Text
    technologies: list[TechnologyAsked] = Field(min_length=1, max_length=100)


class RevisionAsked(Asked):
    """A decided revision of a concept; leave `title_ja` out where the title stays."""

    revised_on: Day
    changes: Text
    reason: Text
    title_ja: Line | None = None


# ---- shown ----


class OrganisationRef(Shown):
    """An organisation by id and name."""

    id: str
    name_ja: str
    abbr: str | None


class TechnologyRef(Shown):
    """A technology by id and name."""

    id: str
    name_ja: str
    domain: str


class AmendmentOut(Shown):
    """An amendment and the technologies it added."""

    id: str
    amended_on: str
    reason: str
    technology_ids: list[str]


class VisionOut(Shown):
    """A vision, how many technologies it supports now, and its amendments."""

    id: str
    name_ja: str
    name_en: str
    decided_on: str
    technologies: int
    amendments: list[AmendmentOut]
    may: list[str]


class TechnologyOut(Shown):
    """A technology and the concepts that develop it; `added_by` is an amendment or null."""

    id: str
    name_ja: str
    domain: str
    vision_id: str
    heading: str | None
    notes: str | None
    added_by: str | None
    concept_ids: list[str]
    may: list[str]


class ExpectedOut(Shown):
    """An organisation a published list names, as printed, in printed order."""

    organisation: OrganisationRef
    as_written: str
    position: int


class PublishedStatusOut(Shown):
    """What the published status table said on its date; null where it does not say."""

    as_of: str
    call_or_review: bool | None
    adopted: bool | None
    council_held: bool | None
    remark: str | None


class ConceptSourceOut(Shown):
    """The published document a concept was read from, with line numbers of its text."""

    document: str
    title_line: int | None
    ministers_line: int | None
    organs_line: int | None
    note: str | None


class AdoptionOut(Shown):
    """A published adoption; on the basis `status_table` the date is the latest possible one."""

    id: str
    published_on: str
    basis: AdoptionBasis
    project_title: str | None
    source: str | None


class WithdrawnAdoptionOut(AdoptionOut):
    """An adoption that no longer stands: since when, and why."""

    withdrawn_at: Time
    ground: AdoptionEnd


class RevisionOut(Shown):
    """A revision of a concept."""

    id: str
    revised_on: str
    title_ja: str | None
    changes: str
    reason: str


class ConceptOut(Shown):
    """A concept. `inferred_type` is our inference from PD or PO (reading A33), not published."""

    id: str
    title_ja: str
    title_as_published: str
    state: ConceptState
    vision_id: str
    funding_agency: OrganisationRef
    representative: Representative | None
    inferred_type: InferredType | None
    council_list: str | None
    decided_month: str | None
    call_started_month: str | None
    technologies: list[TechnologyRef]
    establishing_ministers: list[ExpectedOut]
    expected_organs: list[ExpectedOut]
    adoptions: list[AdoptionOut]
    withdrawn_adoptions: list[WithdrawnAdoptionOut]
    revisions: list[RevisionOut]
    published_status: PublishedStatusOut
    source: ConceptSourceOut
    readings: list[str]
    may: list[str]


class ProjectPersonOut(Shown):
    """A researcher's part in a project; names are asked of identity, by those who may.

    `valid_to` is when it ended or will end, null while no end is recorded.
    """

    id: str
    person_id: str
    organisation: OrganisationRef
    role: ProjectRole
    valid_from: Time
    valid_to: Time | None


class ProjectOut(Shown):
    """An adopted project: who its researchers are now, who will join later, and who left."""

    id: str
    concept_id: str
    adoption_id: str
    title: str
    people: list[ProjectPersonOut]
    joining_later: list[ProjectPersonOut]
    former_people: list[ProjectPersonOut]
    may: list[str]
