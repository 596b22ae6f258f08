"""What one entry of `data/organisations.yaml` says, as immutable values.

Owns the shape of organisations and of the funds' ministers: a field not named here is refused.
"""

from typing import Literal

from pydantic import StrictBool
from pydantic.dataclasses import dataclass

from server.programme.fields import STRICT, Day, OrganisationId, SourceNumber, Words

OrganisationKind = Literal[
    "cabinet_organ",
    "ministry",
    "agency",
    "external_bureau",
    "sub_office",
    "funding_agency",
    "think_tank",
    "council_of_government",
    "expert_panel",
    "minister",
]
ProgrammeRole = Literal[
    "programme_ministry",
    "establishing_side",
    "council_participating_organ",
    "funding_agency",
    "think_tank",
    "establishing_minister",
    "vision_deliberation",
    "vision_decision",
    "vision_drafting",
    "operation_guideline",
    "programme_council_convenor",
]


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Alias:
    """A later name of an organisation, valid from a day, with the public source of it."""

    name_ja: Words
    name_en: Words
    since: Day
    source: Words


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Organisation:
    """A ministry, agency, sub-office, panel, minister … `parent` never gives a right."""

    id: OrganisationId
    name_ja: Words
    name_en: Words
    kind: OrganisationKind
    parent: OrganisationId | None
    programme_roles: tuple[ProgrammeRole, ...]
    name_en_status: Literal["well_known", "unverified", "descriptive"]
    named_in_seeds: StrictBool
    abbr: Words | None = None
    seeds: tuple[SourceNumber, ...] = ()
    note: Words | None = None
    aliases: tuple[Alias, ...] = ()


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Fund:
    """Which minister is in charge of a funding agency's designated fund (指定基金所管大臣)."""

    funding_agency: OrganisationId
    minister: OrganisationId
    ministry: OrganisationId


@dataclass(frozen=True, kw_only=True, config=STRICT)
class ForeignBody:
    """A foreign body named only for comparison."""

    abbr: Words
    name: Words
    country: Words


@dataclass(frozen=True, kw_only=True, config=STRICT)
class ForeignBodies:
    """Bodies named only for comparison: never participants, never loaded."""

    note: Words
    bodies: tuple[ForeignBody, ...]
