"""Why somebody may, who may, and who reads, as answered."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Who:
    """A person by id and name."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition of a relation; `granted_by` are the relations that can bring it about."""

    condition: str
    holds: bool
    since: datetime | None
    until: datetime | None
    ended: datetime | None
    ja: str
    en: str
    granted_by: tuple[str, ...]
    by_oneself: bool
    persons: tuple[Who, ...]


@dataclass(frozen=True, slots=True)
class Sufficient:
    """A relation that suffices; all conditions of any one of its ways make it hold."""

    relation: str
    holds: bool
    ways: tuple[tuple[Condition, ...], ...]


@dataclass(frozen=True, slots=True)
class Besides:
    """What an act needs besides a relation; `obstacles` are of the caller's own credential."""

    scope: str
    step_up_seconds: int
    persons: int
    categories: tuple[str, ...]
    category_fits: bool
    networks: tuple[str, ...]
    device_bound: bool
    obstacles: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why, or why not: in data, and as sentences in both languages."""

    kind: str
    thing: str
    action: str
    person: str
    name: str | None
    at: datetime
    allowed: bool
    state: str
    ends_at: datetime | None
    category: str | None
    held: tuple[str, ...]
    by: tuple[str, ...]
    denied: str | None
    denied_since: datetime | None
    lifted_by: tuple[str, ...]
    relations: tuple[Sufficient, ...]
    possible: Mapping[str, list[str]]
    besides: Besides | None
    closed_to: tuple[str, ...]
    policy: str
    policy_known: bool
    ja: tuple[str, ...]
    en: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EntitledPerson:
    """A person who may, and by which relations."""

    person: Who
    by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EntitledList:
    """Everybody who may, at a moment."""

    at: datetime
    policy: str
    policy_known: bool
    items: tuple[EntitledPerson, ...]


@dataclass(frozen=True, slots=True)
class AudienceBody:
    """A member, and how many of its persons read."""

    membership: str
    name: str
    persons: int


@dataclass(frozen=True, slots=True)
class AudienceOffice:
    """An office, and how many who hold it read."""

    role: str
    persons: int


@dataclass(frozen=True, slots=True)
class AudiencePerson:
    """A person who reads."""

    id: str
    name: str
    membership: str | None
    by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Audience:
    """Who reads: members, offices, how many persons, until when; `people` where one is told."""

    state: str
    until: datetime | None
    persons: int
    organisations: tuple[AudienceBody, ...]
    offices: tuple[AudienceOffice, ...]
    people: tuple[AudiencePerson, ...] | None


@dataclass(frozen=True, slots=True)
class Lack:
    """A condition that is missing."""

    condition: str
    ja: str
    en: str


@dataclass(frozen=True, slots=True)
class Prospect:
    """A person about to be named; with nothing missing it opens once the scope is acknowledged."""

    person: str
    name: str | None
    membership: str | None
    organisation: str | None
    missing: tuple[Lack, ...]


@dataclass(frozen=True, slots=True)
class MemberPerson:
    """A person who sits for a member, and what they would lack as a recipient."""

    person: str
    name: str
    role: str
    missing: tuple[Lack, ...]


@dataclass(frozen=True, slots=True)
class MemberProspects:
    """A member, whether its safe management is confirmed now, and who of it could be named."""

    membership: str
    name: str
    category: str
    safe_management: bool
    persons: tuple[MemberPerson, ...]


@dataclass(frozen=True, slots=True)
class ProvisionPlan:
    """What providing would come to."""

    until: datetime
    persons: int
    reached: int
    recipients: tuple[Prospect, ...]
