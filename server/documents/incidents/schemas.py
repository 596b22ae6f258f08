"""What crosses the API about incidents."""

from typing import Literal

from server.documents.incidents.models import IncidentAbout, IncidentOrigin, IncidentOutcome
from server.schemas import Asked, Shown, Text, Time, Uuid


class ReportIn(Asked):
    """What a reader fears, and where they saw it; without the information itself."""

    about: IncidentAbout
    note: Text


class IncidentClosingIn(Asked):
    """How an incident ends, and what was done."""

    outcome: IncidentOutcome
    done: Text


class IncidentLineOut(Shown):
    """An incident without what was said about it."""

    id: Uuid
    council: Uuid
    state: Literal["open", "closed"]
    origin: IncidentOrigin
    about: IncidentAbout
    membership: Uuid | None
    document: Uuid | None
    version: Uuid | None
    opened_at: Time
    closed_at: Time | None
    outcome: IncidentOutcome | None
    destroyed_at: Time | None
    may: list[str]


class IncidentOut(IncidentLineOut):
    """An incident in full, for the officers who deal with it."""

    reported_by: Uuid | None
    note: str | None
    done: str | None
    closed_by: Uuid | None
