"""Rows of incidents (事案): what seems to be here that must not be, and what was done about it."""

from enum import StrEnum

from sqlalchemy import LargeBinary
from sqlmodel import Field

from server.audit.models import Evidence


class IncidentOrigin(StrEnum):
    """How an incident came to light."""

    DECLARED = "declared"
    REPORTED = "reported"
    DETECTED = "detected"


class IncidentAbout(StrEnum):
    """What is feared: information of a higher regime (BR-50), or wrongly disclosed information."""

    DESIGNATED_SECRET = "designated_secret"  # noqa: S105
    WRONG_DISCLOSURE = "wrong_disclosure"


class IncidentOutcome(StrEnum):
    """How an incident ends: served again, to be destroyed, or there was nothing to deal with."""

    RELEASED = "released"
    TO_BE_DESTROYED = "to_be_destroyed"
    NOTHING_STORED = "nothing_stored"


class Incident(Evidence, table=True):
    """Something seems to be here that must not be. Nothing says here what it contains.

    `membership_id` is the member it comes from. Declared beforehand, there is no document; found by
    the server, there is a version and nobody who reported it.
    """

    __tablename__ = "incident"

    council_id: str = Field(foreign_key="council.id", index=True)
    membership_id: str | None = Field(foreign_key="membership.id")
    document_id: str | None = Field(foreign_key="document.id", index=True)
    version_id: str | None = Field(foreign_key="version.id")
    origin: str
    about: str
    note: bytes | None = Field(sa_type=LargeBinary)
    reported_by: str | None = Field(foreign_key="person.id")


class IncidentClosing(Evidence, table=True):
    """A compliance officer closed an incident, and says what was done."""

    __tablename__ = "incident_closing"

    council_id: str = Field(foreign_key="council.id")
    incident_id: str = Field(foreign_key="incident.id", unique=True)
    outcome: str
    done: bytes = Field(sa_type=LargeBinary)
    closed_by: str = Field(foreign_key="person.id")
