"""Rows of what a provider decides about its content in a council that closes.

Each is written once. That content is gone is said by a row of `destruction`, never here.
"""

from enum import StrEnum

from sqlmodel import Field

from server.audit.models import Evidence


class Choice(StrEnum):
    """What a provider decides about its content in a council that closes. Nothing said is KEPT."""

    RETURNED = "returned"
    DESTROYED = "destroyed"
    KEPT = "kept"


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
