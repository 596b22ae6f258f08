"""Rows of information requests (情報の求め): who asks which member for what, and its answer."""

from enum import StrEnum

from sqlalchemy import LargeBinary, UniqueConstraint
from sqlmodel import Field

from server.audit.models import Evidence


class AnswerMeans(StrEnum):
    """How a member answers a request for information: by an act of its own, or by a reason."""

    DRAFT = "draft"
    RECIPIENTS = "recipients"
    PAPER = "paper"
    REASON = "reason"


class InformationRequest(Evidence, table=True):
    """A person asks a member of the council for information. Ended: the person took it back.

    `heard_of` is the id of a document as the person wrote it, sealed: nobody has looked whether
    there is one, so that asking tells nobody what exists.
    """

    __tablename__ = "information_request"

    council_id: str = Field(foreign_key="council.id", index=True)
    membership_id: str = Field(foreign_key="membership.id")
    asked_by: str = Field(foreign_key="person.id")
    wanted: bytes = Field(sa_type=LargeBinary)
    why: bytes = Field(sa_type=LargeBinary)
    heard_of: bytes | None = Field(sa_type=LargeBinary)


class RequestedPerson(Evidence, table=True):
    """A person of the asker's own member who should receive the information too."""

    __tablename__ = "requested_person"
    __table_args__ = (UniqueConstraint("request_id", "person_id"),)

    council_id: str = Field(foreign_key="council.id")
    request_id: str = Field(foreign_key="information_request.id", index=True)
    person_id: str = Field(foreign_key="person.id")


class RequestAnswer(Evidence, table=True):
    """The one answer to a request: a document that was begun, shared or opened up, or a reason."""

    __tablename__ = "request_answer"

    council_id: str = Field(foreign_key="council.id")
    request_id: str = Field(foreign_key="information_request.id", unique=True)
    means: str
    document_id: str | None = Field(foreign_key="document.id")
    reason: bytes | None = Field(sa_type=LargeBinary)
    answered_by: str = Field(foreign_key="person.id")
