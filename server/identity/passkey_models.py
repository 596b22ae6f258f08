"""Rows of passkeys, the challenges they sign, and what other sessions ask to have confirmed."""

from sqlalchemy import BigInteger, LargeBinary
from sqlmodel import Field, SQLModel

from server.audit.models import Evidence


class Passkey(Evidence, table=True):
    """A public key by which a person proves who they are (WebAuthn). Removing one ends its row.

    `verifier` holds the key, sealed together with the person, the credential's id and whether it
    may leave its device: a row that was written, moved or changed without the key verifies nobody.
    """

    __tablename__ = "passkey"

    person_id: str = Field(foreign_key="person.id", index=True)
    credential_id: bytes = Field(sa_type=LargeBinary, unique=True)
    verifier: bytes = Field(sa_type=LargeBinary)
    aaguid: str
    transports: str
    backup_eligible: bool
    discoverable: bool | None
    attestation: str


class PasskeyUse(SQLModel, table=True):
    """What changes about a passkey: the name its person gave it, and how it was last used."""

    __tablename__ = "passkey_use"

    passkey_id: str = Field(primary_key=True, foreign_key="passkey.id")
    name: bytes = Field(sa_type=LargeBinary)
    sign_count: int = Field(sa_type=BigInteger)
    backed_up: bool
    last_used_at: int | None = Field(sa_type=BigInteger)


class Challenge(SQLModel, table=True):
    """Something to be signed once, within minutes. Deleted by its use, or swept.

    What is signed is derived from the whole row by key (server/identity/challenges.py).
    """

    __tablename__ = "challenge"

    id: str = Field(primary_key=True)
    purpose: str
    random: bytes = Field(sa_type=LargeBinary)
    person_id: str | None
    session_id: str | None
    action: str | None
    thing: str | None
    request_id: str | None
    expires_at: int = Field(sa_type=BigInteger, index=True)


class StepUpRequest(SQLModel, table=True):
    """A session without a browser asks its person to confirm one act on one thing in another."""

    __tablename__ = "step_up_request"

    id: str = Field(primary_key=True)
    person_id: str = Field(foreign_key="person.id", index=True)
    session_id: str
    action: str
    thing: str
    made_at: int = Field(sa_type=BigInteger)
    expires_at: int = Field(sa_type=BigInteger, index=True)
    done_at: int | None = Field(sa_type=BigInteger)


class CodeUse(SQLModel, table=True):
    """The last 30 seconds whose one-time code a person used, so that none is used twice."""

    __tablename__ = "code_use"

    credential_id: str = Field(primary_key=True, foreign_key="credential.id")
    last_step: int = Field(sa_type=BigInteger)
