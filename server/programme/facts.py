"""What visions, technologies, concepts and readings of the shipped registry say, immutable.

Owns the shape of the entries: a field not named here is refused. It holds no rule across entries
(`checks.py`) and knows no database.
"""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field, StrictBool, StrictInt
from pydantic.dataclasses import dataclass

from server.programme.fields import (
    STRICT,
    AmbiguityId,
    ConceptId,
    Day,
    Month,
    OrganisationId,
    SourceFile,
    TechnologyId,
    VisionId,
    Words,
)

Domain = Literal["海洋", "宇宙・航空", "サイバー空間", "領域横断", "バイオ"]


@dataclass(frozen=True, kw_only=True, config=STRICT)
class DraftingSession:
    """One meeting of those who drafted a vision."""

    date: Day
    name: Words


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Drafting:
    """How a vision was drafted."""

    programme_council_meetings: tuple[Day, ...]
    working_group_sessions: tuple[DraftingSession, ...]
    total_expert_meetings: StrictInt


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Vision:
    """研究開発ビジョン: decides which technologies are supported."""

    id: VisionId
    name_ja: Words
    name_en: Words
    decided: Day
    decided_by: tuple[OrganisationId, ...]
    decided_by_text: Mapping[str, Words]
    technologies: StrictInt
    source: tuple[SourceFile, ...]
    discussion_started: Day | None = None
    drafting: Drafting | None = None
    planning_horizon: Words | None = None
    later_change: Words | None = None
    ambiguities: tuple[AmbiguityId, ...] = ()


@dataclass(frozen=True, kw_only=True, config=STRICT)
class TimelineEvent:
    """One line of the programme's timeline."""

    date: Day | Month
    event: Words
    seed: Words


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Variant:
    """Another spelling of a name, and where it stands."""

    text: Words
    seed: Words


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Technology:
    """支援対象とする技術. `heading` only groups; it is null where the document has none."""

    id: TechnologyId
    name_ja: Words
    domain: Domain
    vision: VisionId
    heading: Words | None
    note: Words | None = None
    variants_in_seeds: tuple[Variant, ...] = ()
    ambiguities: tuple[AmbiguityId, ...] = ()


@dataclass(frozen=True, kw_only=True, config=STRICT)
class EstablishingMinister:
    """設置大臣 as printed, and who that is."""

    as_written: Words
    org: OrganisationId


@dataclass(frozen=True, kw_only=True, config=STRICT)
class OrganSeat:
    """One printed name among the 関係行政機関等; it may name several sub-offices of one office."""

    as_written: Words
    org_ids: Annotated[tuple[OrganisationId, ...], Field(min_length=1)]


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Status:
    """What the status table said on its date; null where the table does not cover the concept."""

    as_of: Day
    call_or_review: StrictBool | None
    adopted: StrictBool | None
    council_held: StrictBool | None
    remark: Words | None = None


@dataclass(frozen=True, kw_only=True, config=STRICT)
class ConceptSource:
    """The document and the lines a concept was read from."""

    seed: SourceFile
    title_line: StrictInt | None = None
    ministers_line: StrictInt | None = None
    organs_line: StrictInt | None = None
    note: Words | None = None


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Concept:
    """研究開発構想, with those EXPECTED to take part in its council (想定): no members, BR-08."""

    id: ConceptId
    title_ja: Words
    vision: VisionId
    council_list: Words | None
    decided_month: Month | None
    establishing_ministers: tuple[EstablishingMinister, ...]
    funding_agency: OrganisationId
    representative: Literal["PD", "PO"] | None
    organs_verbatim: Words | None
    organs: tuple[OrganSeat, ...]
    technologies: Annotated[tuple[TechnologyId, ...], Field(min_length=1)]
    technologies_basis: Literal[
        "stated", "title_match", "inferred_title_differs", "inferred_from_heading"
    ]
    status: Status
    source: ConceptSource
    list_number: Words | None = None
    decided_date: Day | None = None
    decided_month_note: Words | None = None
    call_started_month: Month | None = None
    revised_month: Month | None = None
    title_as_printed_in_list: Words | None = None
    title_in_status_table: Words | None = None
    domain_in_status_table: Words | None = None
    ambiguities: tuple[AmbiguityId, ...] = ()

    @property
    def organ_ids(self) -> tuple[str, ...]:
        """The expected organs in printed order, one id each."""
        return tuple(organ for seat in self.organs for organ in seat.org_ids)


@dataclass(frozen=True, kw_only=True, config=STRICT)
class CouncilList:
    """A published list of expected participants."""

    title: Words
    dated: Month
    seed: SourceFile


@dataclass(frozen=True, kw_only=True, config=STRICT)
class StatedTotals:
    """Totals a document prints that cannot be counted from the entries."""

    as_of: Day
    adoptions: StrictInt
    technologies_adopted: StrictInt
    seed: SourceFile


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Ambiguity:
    """A place where the documents are unclear, and the reading chosen."""

    id: AmbiguityId
    kind: Words
    where: Words
    issue: Words
    chosen_reading: Words
    reason: Words
    confidence: Literal["high", "medium", "low"]
