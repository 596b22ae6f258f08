"""What each file of `data/` holds, and the registry they make together.

Owns the shape of the five files: a top-level field not named here is refused.
"""

from collections.abc import Mapping
from dataclasses import dataclass as value
from typing import Any

from pydantic.dataclasses import dataclass

from server.programme.bodies import ForeignBodies, Fund, Organisation
from server.programme.facts import (
    Ambiguity,
    Concept,
    CouncilList,
    StatedTotals,
    Technology,
    TimelineEvent,
    Vision,
)
from server.programme.fields import STRICT, OrganisationId, Words

Counts = Mapping[str, Any]

VISIONS = "visions.yaml"
TECHNOLOGIES = "technologies.yaml"
CONCEPTS = "concepts.yaml"
ORGANISATIONS = "organisations.yaml"
AMBIGUITIES = "ambiguities.yaml"


@dataclass(frozen=True, kw_only=True, config=STRICT)
class VisionsFile:
    """`visions.yaml`."""

    counts: Counts
    visions: tuple[Vision, ...]
    budget: Words
    timeline: tuple[TimelineEvent, ...]


@dataclass(frozen=True, kw_only=True, config=STRICT)
class TechnologiesFile:
    """`technologies.yaml`."""

    counts: Counts
    technologies: tuple[Technology, ...]


@dataclass(frozen=True, kw_only=True, config=STRICT)
class ConceptsFile:
    """`concepts.yaml`."""

    counts: Counts
    stated_totals: StatedTotals
    council_lists: Mapping[str, CouncilList]
    concepts: tuple[Concept, ...]


@dataclass(frozen=True, kw_only=True, config=STRICT)
class OrganisationsFile:
    """`organisations.yaml`."""

    counts: Counts
    funds: tuple[Fund, ...]
    co_founding_minister: OrganisationId
    organisations: tuple[Organisation, ...]
    foreign_reference_bodies: ForeignBodies


@dataclass(frozen=True, kw_only=True, config=STRICT)
class AmbiguitiesFile:
    """`ambiguities.yaml`."""

    counts: Counts
    ambiguities: tuple[Ambiguity, ...]


@value(frozen=True, slots=True, kw_only=True)
class Registry:
    """The whole registry. Holds no rule: one made by `registry.read` has passed them all."""

    visions: tuple[Vision, ...]
    technologies: tuple[Technology, ...]
    concepts: tuple[Concept, ...]
    organisations: tuple[Organisation, ...]
    ambiguities: tuple[Ambiguity, ...]
    funds: tuple[Fund, ...]
    co_founding_minister: str
    council_lists: Mapping[str, CouncilList]
    timeline: tuple[TimelineEvent, ...]
    budget: str
    stated_totals: StatedTotals
    foreign_reference_bodies: ForeignBodies
    counts: Mapping[str, Counts]


SHAPES: Mapping[str, type[Any]] = {
    VISIONS: VisionsFile,
    TECHNOLOGIES: TechnologiesFile,
    CONCEPTS: ConceptsFile,
    ORGANISATIONS: OrganisationsFile,
    AMBIGUITIES: AmbiguitiesFile,
}


def together(files: Mapping[str, Any]) -> Registry:
    """The files, each of its shape, as one registry."""
    visions: VisionsFile = files[VISIONS]
    concepts: ConceptsFile = files[CONCEPTS]
    organisations: OrganisationsFile = files[ORGANISATIONS]
    return Registry(
        visions=visions.visions,
        technologies=files[TECHNOLOGIES].technologies,
        concepts=concepts.concepts,
        organisations=organisations.organisations,
        ambiguities=files[AMBIGUITIES].ambiguities,
        funds=organisations.funds,
        co_founding_minister=organisations.co_founding_minister,
        council_lists=concepts.council_lists,
        timeline=visions.timeline,
        budget=visions.budget,
        stated_totals=concepts.stated_totals,
        foreign_reference_bodies=organisations.foreign_reference_bodies,
        counts={name: file.counts for name, file in files.items()},
    )
