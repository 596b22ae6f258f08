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
    """A session: a reference token's hash and its limits. Mutable: it is seen, rotated, ended.

    `method` is how the person proved who they are, and is bound into the hash; `agent` is what
    the browser or program called itself, for the person's own list of devices.
    """

    __tablename__ = "session"

    id: str = Field(primary_key=True)
    secret_hash: bytes = Field(sa_type=LargeBinary)
    person_id: str = Field(foreign_key="person.id", index=True)
    method: str
    agent: bytes | None = Field(sa_type=LargeBinary)
    created_at: int = Field(sa_type=BigInteger)
    seen_at: int = Field(sa_type=BigInteger)
    idle_ms: int = Field(sa_type=BigInteger)
    expires_at: int = Field(sa_type=BigInteger)
    ended_at: int | None = Field(sa_type=BigInteger)


class StepUp(SQLModel, table=True):
    """A fresh proof of identity by the person of a session, for one act on one thing (IDN-6).

    `proof` binds every column by key: a row that was written or changed without it proves nothing.
    """

    __tablename__ = "step_up"

    id: str = Field(primary_key=True)
    session_id: str = Field(index=True)
    action: str
    thing: str
    passkey_id: str
    device_bound: bool
    proved_at: int = Field(sa_type=BigInteger)
    proof: bytes = Field(sa_type=LargeBinary)


class Authorisation(Evidence, table=True):
    """A signed-in person lets a program on their own computer sign in: a one-time code (RFC 8252).

    `challenge` is of PKCE S256 (RFC 7636); the code's hash is bound to it, to the address the code
    is sent to, to the person and to the session it was asked for in.
    """

    __tablename__ = "authorisation"

    person_id: str = Field(foreign_key="person.id", index=True)
    session_id: str
    token_id: str = Field(unique=True)
    secret_hash: bytes = Field(sa_type=LargeBinary)
    challenge: str
    redirect_uri: str
    computer: bytes = Field(sa_type=LargeBinary)
    expires_at: int = Field(sa_type=BigInteger)


class Redemption(Evidence, table=True):
    """The one use of an authorisation: the session that was made by it."""

    __tablename__ = "redemption"

    authorisation_id: str = Field(foreign_key="authorisation.id", unique=True)
    session_id: str


class ApiToken(Evidence, table=True):
    """A token for programs: hashed, scoped, at most 90 days; bound to one council, and to networks
    (CIDR, separated by spaces), where such are given.

    With a `service_id` it is that service account's, for which the person answers.
    """

    __tablename__ = "api_token"

    person_id: str = Field(foreign_key="person.id", index=True)
    token_id: str = Field(unique=True)
    secret_hash: bytes = Field(sa_type=LargeBinary)
    name: bytes = Field(sa_type=LargeBinary)
    council_id: str | None
    service_id: str | None
    scopes: str
    expires_at: int = Field(sa_type=BigInteger)
    networks: str | None


class TokenUse(SQLModel, table=True):
    """When a token was last used, to the minute. Mutable, no evidence: the entries are that."""

    __tablename__ = "token_use"

    token_id: str = Field(primary_key=True)
    used_at: int = Field(sa_type=BigInteger)
