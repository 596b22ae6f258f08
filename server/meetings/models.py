"""Rows of cooperation requests (協力の求め, ACT 62(6)): what is asked of whom, and the replies."""

from enum import StrEnum

from sqlalchemy import BigInteger, LargeBinary, UniqueConstraint
from sqlmodel import Field

from server.audit.models import Evidence


class Wanted(StrEnum):
    """What the Act lets a council ask for: 資料の提供、説明、意見の表明その他の協力 (ACT 62(6))."""

    MATERIAL = "material"
    EXPLANATION = "explanation"
    VIEWS = "views"


class ReplyOutcome(StrEnum):
    """What became of a request for one who was asked. Declining has no consequence (BR-38)."""

    ANSWERED = "answered"
    DECLINED = "declined"


class CooperationRequest(Evidence, table=True):
    """The council asks for cooperation, by one person on its behalf. Ended: taken back."""

    __tablename__ = "cooperation_request"

    council_id: str = Field(foreign_key="council.id", index=True)
    asked_by: str = Field(foreign_key="person.id")
    asks_for: str
    subject: bytes = Field(sa_type=LargeBinary)
    text: bytes = Field(sa_type=LargeBinary)
    due_at: int = Field(sa_type=BigInteger)


class CooperationAddressee(Evidence, table=True):
    """One who is asked: a member, or the think tank that is none (one of the two is null)."""

    __tablename__ = "cooperation_addressee"
    __table_args__ = (UniqueConstraint("request_id", "membership_id", "organisation_id"),)

    council_id: str = Field(foreign_key="council.id")
    request_id: str = Field(foreign_key="cooperation_request.id", index=True)
    membership_id: str | None = Field(foreign_key="membership.id")
    organisation_id: str | None = Field(foreign_key="organisation.id")


class CooperationReply(Evidence, table=True):
    """The one reply of an addressee: an answer, or why it declines. It decides no right."""

    __tablename__ = "cooperation_reply"

    council_id: str = Field(foreign_key="council.id")
    request_id: str = Field(foreign_key="cooperation_request.id", index=True)
    addressee_id: str = Field(foreign_key="cooperation_addressee.id", unique=True)
    outcome: str
    text: bytes = Field(sa_type=LargeBinary)
    document_id: str | None = Field(foreign_key="document.id")
    replied_by: str = Field(foreign_key="person.id")
