"""Rows of organisations' own sign-in: flows under way, who is linked to whom, which sessions it
opened, and which notices of a sign-out were received.
"""

from sqlalchemy import BigInteger, LargeBinary
from sqlmodel import Field, SQLModel

from server.audit.models import Evidence


class Flow(SQLModel, table=True):
    """A sign-in that was begun and waits for the provider's answer: ten minutes, used once.

    `secret_hash` binds it to the browser that began it, `state_hash` to the provider's answer.
    `sealed` holds the nonce and the PKCE verifier. `enrolment_id` is the invitation that is to be
    used up, `person_id` who, signed in, asked for a further link; at most one of them is set.
    """

    __tablename__ = "oidc_flow"

    id: str = Field(primary_key=True)
    secret_hash: bytes = Field(sa_type=LargeBinary)
    provider: str
    state_hash: bytes = Field(sa_type=LargeBinary)
    sealed: bytes = Field(sa_type=LargeBinary)
    enrolment_id: str | None
    person_id: str | None
    expires_at: int = Field(sa_type=BigInteger, index=True)
    used_at: int | None = Field(sa_type=BigInteger)


class ProviderLink(Evidence, table=True):
    """A subject of an issuer is this person (IDN-1). Its pair of (issuer, subject) holds once.

    `subject` is sealed together with person and issuer: a row that was written or moved without the
    key signs nobody in.
    """

    __tablename__ = "provider_link"

    person_id: str = Field(foreign_key="person.id", index=True)
    issuer: str
    subject_digest: bytes = Field(sa_type=LargeBinary, index=True)
    subject: bytes = Field(sa_type=LargeBinary)
    enrolment_id: str | None = Field(foreign_key="enrolment.id")


class ProviderSession(SQLModel, table=True):
    """Which of our sessions a provider's sign-in opened, so that its sign-out can end them.

    `sid_digest` is of the provider's own session (OpenID Connect Back-Channel Logout 1.0, 2.1).
    """

    __tablename__ = "oidc_session"

    session_id: str = Field(primary_key=True, foreign_key="session.id")
    subject_digest: bytes = Field(sa_type=LargeBinary, index=True)
    sid_digest: bytes | None = Field(sa_type=LargeBinary, index=True)


class LogoutNotice(SQLModel, table=True):
    """A logout token that was obeyed; kept until it expires, so that it is obeyed once."""

    __tablename__ = "logout_notice"

    jti_digest: bytes = Field(sa_type=LargeBinary, primary_key=True)
    expires_at: int = Field(sa_type=BigInteger, index=True)
