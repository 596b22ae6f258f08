"""Reviews of seats, people who move or leave, conflicts of interest, as answered."""

from dataclasses import dataclass
from datetime import datetime

from clients.sdk.answers.councils import Named


@dataclass(frozen=True, slots=True)
class ReviewedSeat:
    """A seat under review: it lapses at `lapses_at` unless confirmed."""

    seat: str
    person: Named
    role: str
    valid_from: datetime
    valid_to: datetime | None
    lapses_at: datetime | None


@dataclass(frozen=True, slots=True)
class LapsedSeat:
    """A seat that lapsed, when and why."""

    seat: str
    person: Named
    role: str
    lapsed_at: datetime
    why: str


@dataclass(frozen=True, slots=True)
class OwnSeat:
    """A seat of the caller's own; `why` it ended, if it did."""

    council: str
    membership: str
    role: str
    scope: str | None
    state: str
    valid_from: datetime
    valid_to: datetime | None
    ended_at: datetime | None
    why: str | None


@dataclass(frozen=True, slots=True)
class Review:
    """Who acts for a member beside its representative, and until when each is confirmed."""

    membership: str
    interval_days: int
    due_at: datetime | None
    seats: tuple[ReviewedSeat, ...]
    lapsed: tuple[LapsedSeat, ...]


@dataclass(frozen=True, slots=True)
class Invited:
    """A colleague, to be named to a seat; `link` is shown once, for who is new."""

    person: str
    link: str | None
    hours: int | None


@dataclass(frozen=True, slots=True)
class Affiliation:
    """A person belongs to an organisation from a moment to a moment."""

    organisation: str
    title: str
    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Departed:
    """What ended with a person's going; `unspoken`: members nobody represents now."""

    seats: int
    offices: int
    signed_out: bool
    unspoken: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ConflictOfInterest:
    """A conflict of interest on record; `reason` is for who judges such things."""

    id: str
    person: str
    name: str
    since: datetime
    recorded_by: str
    reason: str | None
