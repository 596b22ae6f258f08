"""Rows of what becomes of a document's content in the end: what its provider decides, and that it
was destroyed.

Each is written once. That content is gone is said by the row of `destruction`; taking the objects
away is a job that follows it.
"""

from enum import StrEnum

from sqlalchemy import LargeBinary
from sqlmodel import Field

from server.audit.models import Evidence


class Choice(StrEnum):
    """What a provider decides about its content in a council that closes. Nothing said is KEPT."""

    RETURNED = "returned"
    DESTROYED = "destroyed"
    KEPT = "kept"


class Ground(StrEnum):
    """Why content was destroyed: its provider's own act, what it chose for the closing, or an
    incident that ended so.
    """

    PROVIDER = "provider"
    RETURNED = "returned"
    CLOSING = "closing"
    INCIDENT = "incident"


class Disposition(Evidence, table=True):
    """The provider decided what becomes of content at a closing; the newest row is in force.

    `received`: the provider confirms having the content it takes back.
    """

    __tablename__ = "disposition"

    council_id: str = Field(foreign_key="council.id", index=True)
    document_id: str = Field(foreign_key="document.id", index=True)
    closing_id: str = Field(foreign_key="council_closing.id")
    choice: str
    received: bool
    decided_by: str = Field(foreign_key="person.id")


class Destruction(Evidence, table=True):
    """廃棄: the content of a document is destroyed, all its versions; title and metadata stay.

    `contents` is canonical JSON: the parts of each version, by id. `decided_by` is the person who
    wanted it so; `disposition_id`, of which decision it is the consequence.
    """

    __tablename__ = "destruction"

    council_id: str = Field(foreign_key="council.id", index=True)
    document_id: str = Field(foreign_key="document.id", unique=True)
    ground: str
    reason: bytes | None = Field(sa_type=LargeBinary)
    decided_by: str = Field(foreign_key="person.id")
    disposition_id: str | None = Field(foreign_key="disposition.id")
    contents: str
