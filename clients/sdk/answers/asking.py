"""Requests for information and cooperation, and incidents, as answered."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class RequestAnswer:
    """How a member answered; `document` once the caller may know of it."""

    means: str
    answered_at: datetime
    answered_by: str
    reason: str | None
    document: str | None


@dataclass(frozen=True, slots=True)
class InformationRequestSummary:
    """That a request was made, without what was asked."""

    id: str
    council: str
    membership: str
    asked_by: str
    asked_at: datetime
    state: str
    may: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class InformationRequest:
    """A request in full; `title` is shown to the member alone whose document it is."""

    id: str
    council: str
    membership: str
    asked_by: str
    asked_at: datetime
    state: str
    wanted: str
    why: str
    document: str | None
    title: str | None
    persons: tuple[str, ...]
    answer: RequestAnswer | None
    may: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CooperationReply:
    """An answer, or why somebody declined."""

    outcome: str
    text: str
    document: str | None
    replied_by: str
    replied_at: datetime


@dataclass(frozen=True, slots=True)
class Addressee:
    """One who is asked: asked, answered or declined. `mine`: the caller may reply as this one."""

    id: str
    membership: str | None
    organisation: str | None
    state: str
    mine: bool
    reply: CooperationReply | None


@dataclass(frozen=True, slots=True)
class CooperationLine:
    """A request for cooperation without what it says."""

    id: str
    council: str
    asks_for: str
    state: str
    asked_by: str
    asked_at: datetime
    due_at: datetime
    may: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Cooperation:
    """A request for cooperation in full."""

    id: str
    council: str
    asks_for: str
    state: str
    asked_by: str
    asked_at: datetime
    due_at: datetime
    subject: str
    text: str
    addressees: tuple[Addressee, ...]
    may: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class IncidentLine:
    """An incident without what was said about it."""

    id: str
    council: str
    state: str
    origin: str
    about: str
    membership: str | None
    document: str | None
    version: str | None
    opened_at: datetime
    closed_at: datetime | None
    outcome: str | None
    destroyed_at: datetime | None
    may: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Incident:
    """An incident in full, for the officers who deal with it."""

    id: str
    council: str
    state: str
    origin: str
    about: str
    membership: str | None
    document: str | None
    version: str | None
    opened_at: datetime
    closed_at: datetime | None
    outcome: str | None
    destroyed_at: datetime | None
    reported_by: str | None
    note: str | None
    done: str | None
    closed_by: str | None
    may: tuple[str, ...] = ()
