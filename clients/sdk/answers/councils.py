"""Councils, admissions, memberships, seats and the duty, as answered."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Body:
    """An organisation by id and name."""

    id: str
    name_ja: str


@dataclass(frozen=True, slots=True)
class Named:
    """A person by id and name."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Minister:
    """An establishing minister; `signed`: what stands now has been signed for them."""

    organisation: Body
    official: str | None
    signed: bool


@dataclass(frozen=True, slots=True)
class Requirement:
    """A finding about a requirement; of several, the one `in_force` is the newest."""

    id: str
    requirement: str
    met: bool
    basis: str
    recorded_by: str
    recorded_at: datetime
    in_force: bool


@dataclass(frozen=True, slots=True)
class Establishment:
    """What is to be signed (canonical JSON), its digest, and what is still missing, by name."""

    statement: str
    digest: str
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MySeat:
    """The caller's own seat."""

    membership: str
    role: str
    category: str


@dataclass(frozen=True, slots=True)
class CouncilLine:
    """A council in a list."""

    id: str
    concept_id: str
    title: str
    state: str
    established_at: datetime | None
    closes_at: datetime | None = None
    may: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Council:
    """A council; `establishment` is None once it is established, and for who is only invited."""

    id: str
    concept_id: str
    title: str
    state: str
    established_at: datetime | None
    representative_mode: str
    prepared_at: datetime
    ministers: tuple[Minister, ...]
    requirements: tuple[Requirement, ...]
    establishment: Establishment | None
    seat: MySeat | None
    acknowledged: bool
    closes_at: datetime | None = None
    may: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Official:
    """Who signs for an establishing minister."""

    minister: str
    person: str


@dataclass(frozen=True, slots=True)
class Decision:
    """An establishing minister's decision about an admission."""

    minister: str
    verdict: str
    reason: str | None
    person: str
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class Admission:
    """An invitation and how far it has come; `statement` is what the nominee consents to."""

    id: str
    council: str
    category: str
    organisation: Body | None
    person: Named | None
    source: str
    as_written: str | None
    state: str
    nominee: Named | None
    decisions: tuple[Decision, ...]
    consented: bool
    statement: str
    digest: str
    membership: str | None
    may: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Seat:
    """A person who acts for a member, and whether they have acknowledged the duty.

    `scope`: of a deputy who does some of the representative's acts only. `lapses_at`: when the seat
    ends unless the representative confirms it.
    """

    id: str
    person: Named
    role: str
    valid_from: datetime
    valid_to: datetime | None
    acknowledged: bool
    scope: str | None = None
    lapses_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Membership:
    """A member with its seats; its safe-management confirmation runs until `safe_until`."""

    id: str
    category: str
    organisation: Body | None
    person: Named | None
    state: str
    valid_from: datetime
    seats: tuple[Seat, ...]
    safe_until: datetime | None
    may: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Duty:
    """The duty of confidentiality in force, and whether the caller has acknowledged it."""

    id: str
    version: int
    effective_on: str
    ja: str
    en: str
    citations: tuple[str, ...]
    counsel_note: str
    digest: str
    acknowledged_at: datetime | None


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """The acknowledgement on record."""

    text: str
    digest: str
    acknowledged_at: datetime


@dataclass(frozen=True, slots=True)
class Confirmation:
    """A safe-management confirmation; `evidence` is shown to those who may judge it."""

    id: str
    membership: str
    measures: tuple[str, ...]
    checklist: str | None
    checklist_digest: str | None
    items: tuple[str, ...]
    evidence: str | None
    confirmed_by: str
    valid_from: datetime
    valid_to: datetime
    may: tuple[str, ...] = ()
