"""The K Program's registry, as answered. Rosters are expectations, never membership."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class OrganisationRef:
    """An organisation by id and name."""

    id: str
    name_ja: str
    abbr: str | None = None


@dataclass(frozen=True, slots=True)
class TechnologyRef:
    """A technology by id and name."""

    id: str
    name_ja: str
    domain: str


@dataclass(frozen=True, slots=True)
class Amendment:
    """An amendment of a vision and the technologies it added."""

    id: str
    amended_on: str
    reason: str
    technology_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Vision:
    """A research and development vision; `technologies` is how many it supports now."""

    id: str
    name_ja: str
    name_en: str
    decided_on: str
    technologies: int
    amendments: tuple[Amendment, ...]
    may: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Technology:
    """A technology to be supported, and the concepts that develop it."""

    id: str
    name_ja: str
    domain: str
    vision_id: str
    heading: str | None
    notes: str | None
    added_by: str | None
    concept_ids: tuple[str, ...]
    may: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Expected:
    """An organisation a published list names, as printed, in printed order."""

    organisation: OrganisationRef
    as_written: str
    position: int


@dataclass(frozen=True, slots=True)
class PublishedStatus:
    """What the published status table said on its date; None where it does not say."""

    as_of: str
    call_or_review: bool | None
    adopted: bool | None
    council_held: bool | None
    remark: str | None


@dataclass(frozen=True, slots=True)
class ConceptSource:
    """The published document a concept was read from."""

    document: str
    title_line: int | None
    ministers_line: int | None
    organs_line: int | None
    note: str | None


@dataclass(frozen=True, slots=True)
class Adoption:
    """A published adoption."""

    id: str
    published_on: str
    basis: str
    project_title: str | None
    source: str | None


@dataclass(frozen=True, slots=True)
class WithdrawnAdoption:
    """An adoption that no longer stands: since when, and why."""

    id: str
    published_on: str
    basis: str
    project_title: str | None
    source: str | None
    withdrawn_at: datetime
    ground: str


@dataclass(frozen=True, slots=True)
class Revision:
    """A revision of a concept."""

    id: str
    revised_on: str
    title_ja: str | None
    changes: str
    reason: str


@dataclass(frozen=True, slots=True)
class Concept:
    """A research and development concept (研究開発構想)."""

    id: str
    title_ja: str
    title_as_published: str
    state: str
    vision_id: str
    funding_agency: OrganisationRef
    representative: str | None
    inferred_type: str | None
    council_list: str | None
    decided_month: str | None
    call_started_month: str | None
    technologies: tuple[TechnologyRef, ...]
    establishing_ministers: tuple[Expected, ...]
    expected_organs: tuple[Expected, ...]
    adoptions: tuple[Adoption, ...]
    withdrawn_adoptions: tuple[WithdrawnAdoption, ...]
    revisions: tuple[Revision, ...]
    published_status: PublishedStatus
    source: ConceptSource
    readings: tuple[str, ...]
    may: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ProjectPerson:
    """A researcher's part in a project; `valid_to` is None while no end is recorded."""

    id: str
    person_id: str
    organisation: OrganisationRef
    role: str
    valid_from: datetime
    valid_to: datetime | None


@dataclass(frozen=True, slots=True)
class Project:
    """An adopted project: who its researchers are now, who will join later, and who left."""

    id: str
    concept_id: str
    adoption_id: str
    title: str
    people: tuple[ProjectPerson, ...]
    joining_later: tuple[ProjectPerson, ...]
    former_people: tuple[ProjectPerson, ...]
    may: tuple[str, ...] = ()
