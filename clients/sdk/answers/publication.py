"""Results, findings, requests for an exception, know-how and the public record, as answered."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Publication:
    """An entry of the public record."""

    id: str
    council: str
    number: int
    title: str
    abstract: str | None
    reference: str | None
    published_at: datetime
    secrets_left_out: bool
    know_how_left_out: bool


@dataclass(frozen=True, slots=True)
class Reveal:
    """A provided secret a result reveals; `is_secret`: those passages are held still."""

    document: str
    passages: str
    is_secret: bool


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom the owner lets read a result."""

    persons: tuple[str, ...]
    open_to_council: bool


@dataclass(frozen=True, slots=True)
class ResultLine:
    """A result in a list."""

    id: str
    council: str
    owner: str
    title: str
    state: str
    registered_at: datetime
    may: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Result:
    """A result. `reveals` and `readers` are told to its owners only, else None."""

    id: str
    council: str
    owner: str
    owner_membership: str
    co_owners: tuple[str, ...]
    registered_by: str
    registered_at: datetime
    title: str
    summary: str
    state: str
    know_how: tuple[str, ...]
    reveals: tuple[Reveal, ...] | None
    readers: Audience | None
    publication: Publication | None
    may: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """A finding that public use of a result is foreseeable."""

    id: str
    result: str
    found_on: str
    evidence: str
    meeting: str | None
    recorded_by: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class ExceptionLine:
    """That a request exists and where it stands; nothing of what it says."""

    id: str
    council: str
    result: str
    requester_membership: str
    finding: str
    state: str
    round: str | None
    closes_at: datetime | None
    requested_at: datetime
    may: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ExceptionRequest:
    """A request for an exception in full."""

    id: str
    council: str
    result: str
    requester_membership: str
    finding: str
    state: str
    round: str | None
    closes_at: datetime | None
    requested_at: datetime
    requester: str
    harm: str
    information: str
    until: datetime
    authorised: tuple[str, ...]
    new_facts: str | None
    know_how: str | None
    may: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class KnowHowLine:
    """That there is an agreed entry, until when; nothing of what it says."""

    id: str
    council: str
    result: str
    exception: str
    round: str
    holder_membership: str
    state: str
    since: datetime
    until: datetime
    review_at: datetime
    may: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class KnowHow:
    """A know-how entry in full: marked, with exactly the agreed information."""

    id: str
    council: str
    result: str
    exception: str
    round: str
    holder_membership: str
    state: str
    since: datetime
    until: datetime
    review_at: datetime
    marking: str
    information: str
    authorised: tuple[str, ...]
    may: tuple[str, ...] = ()
