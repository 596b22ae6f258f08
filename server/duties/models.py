"""Rows of the duty after a part in a council is over: links to a register, certificates."""

from sqlalchemy import BigInteger, LargeBinary
from sqlmodel import Field

from server.audit.models import Evidence


class DutyLink(Evidence, table=True):
    """A link by which a person reads their duty register without an account.

    The link itself is shown once and not kept; `secret_hash` is bound to its kind, id and person.
    Made by the person themself, or by a compliance officer for one who left.
    """

    __tablename__ = "duty_link"

    person_id: str = Field(foreign_key="person.id", index=True)
    token_id: str = Field(unique=True)
    secret_hash: bytes = Field(sa_type=LargeBinary)
    expires_at: int = Field(sa_type=BigInteger)
    made_by: str = Field(foreign_key="person.id")


class ReturnCertificate(Evidence, table=True):
    """返却・廃棄証明 of a member that left: what became of the secrets its persons had received.

    `documents` is canonical JSON of their ids; `outcome` is `returned`, `destroyed` or
    `nothing_held`. `on_paper`: a compliance officer recorded what came on paper.
    """

    __tablename__ = "return_certificate"

    council_id: str = Field(foreign_key="council.id")
    membership_id: str = Field(foreign_key="membership.id", index=True)
    outcome: str
    documents: str
    statement: bytes = Field(sa_type=LargeBinary)
    signed_by: str = Field(foreign_key="person.id")
    on_paper: bool
