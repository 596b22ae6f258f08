"""Rows of identity. Names and addresses are sealed under the installation's key."""

from sqlalchemy import BigInteger, LargeBinary
from sqlmodel import Field, SQLModel

from server.audit.models import Evidence


class Organisation(SQLModel, table=True):
    """A ministry, agency, sub-office, funding agency, company … `parent_id` never gives a right."""

    __tablename__ = "organisation"

    id: str = Field(primary_key=True)
    name_ja: str
    name_en: str | None
    kind: str
    parent_id: str | None = Field(foreign_key="organisation.id")
    abbr: str | None
    roles: str
    source: str
    recorded_at: int = Field(sa_type=BigInteger)


class Person(Evidence, table=True):
    """A natural person: the only kind of subject the duty of confidentiality binds (ACT 62(7))."""

    __tablename__ = "person"

    name: bytes = Field(sa_type=LargeBinary)
    kana: bytes = Field(sa_type=LargeBinary)
    email: bytes = Field(sa_type=LargeBinary)
    email_digest: bytes = Field(sa_type=LargeBinary, unique=True)


class Affiliation(Evidence, table=True):
    """A person belongs to an organisation from a date to a date."""

    __tablename__ = "affiliation"

    person_id: str = Field(foreign_key="person.id", index=True)
    organisation_id: str = Field(foreign_key="organisation.id")
    title: bytes = Field(sa_type=LargeBinary)
    valid_from: int = Field(sa_type=BigInteger)
    valid_to: int | None = Field(sa_type=BigInteger)


class Credential(Evidence, table=True):
    """What a person signs in with, sealed; a new password ends the old row."""

    __tablename__ = "credential"

    person_id: str = Field(foreign_key="person.id", index=True)
    kind: str
    verifier: bytes = Field(sa_type=LargeBinary)


class Enrolment(Evidence, table=True):
    """A one-time link by which a person who has no credential yet sets the first one."""

    __tablename__ = "enrolment"

    person_id: str = Field(foreign_key="person.id", index=True)
    token_id: str = Field(unique=True)
    secret_hash: bytes = Field(sa_type=LargeBinary)
    expires_at: int = Field(sa_type=BigInteger)
    made_by: str | None


class SignedIn(SQLModel, table=True):
    """A session: a reference token's hash and its limits. The one mutable row of identity."""

    __tablename__ = "session"

    id: str = Field(primary_key=True)
    secret_hash: bytes = Field(sa_type=LargeBinary)
    person_id: str = Field(foreign_key="person.id", index=True)
    created_at: int = Field(sa_type=BigInteger)
    seen_at: int = Field(sa_type=BigInteger)
    expires_at: int = Field(sa_type=BigInteger)
    stepped_up_at: int = Field(sa_type=BigInteger)
    ended_at: int | None = Field(sa_type=BigInteger)


class ApiToken(Evidence, table=True):
    """A token for programs: hashed, scoped, bound to one council, at most 90 days."""

    __tablename__ = "api_token"

    person_id: str = Field(foreign_key="person.id", index=True)
    token_id: str = Field(unique=True)
    secret_hash: bytes = Field(sa_type=LargeBinary)
    name: bytes = Field(sa_type=LargeBinary)
    council_id: str | None
    scopes: str
    expires_at: int = Field(sa_type=BigInteger)
