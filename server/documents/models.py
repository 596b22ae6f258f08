"""Rows of documents: each is written once, and the newest of a document's rows is in force.

Nothing here says in which state a document or a version is: `kinds.py` and `content/versions.py`
read that off the facts. Nothing here is an input of decryption but a part's id and wrap (ENC-4).
"""

from enum import StrEnum

from sqlalchemy import BigInteger, Index, LargeBinary, UniqueConstraint
from sqlmodel import Field

from server.audit.models import Evidence


class ReleaseGround(StrEnum):
    """Why a secret ends before its period."""

    PROVIDER = "provider"
    PUBLICLY_KNOWN = "publicly_known"
    EVENT_OCCURRED = "event_occurred"


class EndGround(StrEnum):
    """Why a secret is one no longer."""

    PERIOD = "period"
    PROVIDER = "provider"
    PUBLICLY_KNOWN = "publicly_known"
    EVENT_OCCURRED = "event_occurred"


class VersionOutcome(StrEnum):
    """What re-reading an uploaded version found."""

    READY = "ready"
    FAILED = "failed"
    QUARANTINED = "quarantined"


class HandlingLevel(StrEnum):
    """取扱い: what a recipient may do with a secret. Each level includes those before it."""

    VIEW_ONLY = "view_only"
    PRINT = "print"
    DOWNLOAD = "download"


class Ground(StrEnum):
    """Why content was destroyed: its provider's own act, what it chose for the closing, or an
    incident that ended so.
    """

    PROVIDER = "provider"
    RETURNED = "returned"
    CLOSING = "closing"
    INCIDENT = "incident"


class Document(Evidence, table=True):
    """A paper of a council, or with `is_secret` information provided under ACT 62(6).

    `provider_membership_id` is the member it comes from (BR-21), `created_by` its person.
    """

    __tablename__ = "document"
    # A council's list walks this from its end: the newest first, and no other council's.
    __table_args__ = (Index("document_by_council", "council_id", "id"),)

    council_id: str = Field(foreign_key="council.id")
    provider_membership_id: str = Field(foreign_key="membership.id")
    created_by: str = Field(foreign_key="person.id")
    is_secret: bool
    title: bytes = Field(sa_type=LargeBinary)


class Provision(Evidence, table=True):
    """What the provider says of a secret: subject, reason, why it is one in substance (実質秘).

    A draft may be written again: the newest row is in force. What is not yet said is null; what
    may not be said (a designated secret, an own result) has no column, because it is refused.
    """

    __tablename__ = "provision"

    council_id: str = Field(foreign_key="council.id")
    document_id: str = Field(foreign_key="document.id", index=True)
    subject: bytes | None = Field(sa_type=LargeBinary)
    reason: bytes | None = Field(sa_type=LargeBinary)
    legal_basis: bytes | None = Field(sa_type=LargeBinary)
    not_publicly_known: bool | None
    why_worth_protecting: bytes | None = Field(sa_type=LargeBinary)
    stated_by: str = Field(foreign_key="person.id")


class Period(Evidence, table=True):
    """Until when a secret is one. The newest row is in force, and was set by the provider.

    With an `event` it ends when the provider records that this has happened, at `ends_at` at the
    latest.
    """

    __tablename__ = "period"
    __table_args__ = (Index("period_by_document", "document_id", "log_seq"),)

    council_id: str = Field(foreign_key="council.id")
    document_id: str = Field(foreign_key="document.id")
    ends_at: int = Field(sa_type=BigInteger)
    event: bytes | None = Field(default=None, sa_type=LargeBinary)
    reason: bytes | None = Field(sa_type=LargeBinary)
    set_by: str = Field(foreign_key="person.id")


class Recipient(Evidence, table=True):
    """The provider named a person for a secret (対象範囲). Ends like every fact.

    `reason` is there where the person was named after the secret had been provided.
    """

    __tablename__ = "recipient"
    # By both: whoever is named for thousands is still one look-up for each of them.
    __table_args__ = (Index("recipient_by_person", "person_id", "document_id"),)

    council_id: str = Field(foreign_key="council.id")
    document_id: str = Field(foreign_key="document.id", index=True)
    person_id: str = Field(foreign_key="person.id")
    named_by: str = Field(foreign_key="person.id")
    reason: bytes | None = Field(default=None, sa_type=LargeBinary)


class Handling(Evidence, table=True):
    """How recipients may handle a secret. The newest row is in force; none means view only."""

    __tablename__ = "handling"
    __table_args__ = (Index("handling_by_document", "document_id", "log_seq"),)

    council_id: str = Field(foreign_key="council.id")
    document_id: str = Field(foreign_key="document.id")
    level: str
    reason: bytes | None = Field(sa_type=LargeBinary)
    set_by: str = Field(foreign_key="person.id")


class Provided(Evidence, table=True):
    """The draft was provided: since `recorded_at` the duty of ACT 62(7) is on its recipients."""

    __tablename__ = "provided"

    council_id: str = Field(foreign_key="council.id")
    document_id: str = Field(foreign_key="document.id", unique=True)
    provision_id: str = Field(foreign_key="provision.id")
    version_id: str = Field(foreign_key="version.id")
    provided_by: str = Field(foreign_key="person.id")


class Release(Evidence, table=True):
    """The provider let a secret become council-internal before its period ended."""

    __tablename__ = "release"

    council_id: str = Field(foreign_key="council.id")
    document_id: str = Field(foreign_key="document.id", unique=True)
    ground: str
    reason: bytes | None = Field(sa_type=LargeBinary)
    released_by: str = Field(foreign_key="person.id")


class PeriodEnd(Evidence, table=True):
    """A period's end has been noticed and entered in the log; the state never waits for it."""

    __tablename__ = "period_end"

    council_id: str = Field(foreign_key="council.id")
    document_id: str = Field(foreign_key="document.id", unique=True)
    period_id: str = Field(foreign_key="period.id")
    effective_at: int = Field(sa_type=BigInteger)


class Version(Evidence, table=True):
    """An uploaded version. Its sealed `manifest` is the only authority on what it consists of.

    `size` (bytes) is for counting alone; `origin_id` is the version whose content a restored one
    shows. Neither is an input of decryption: the manifest says both.
    """

    __tablename__ = "version"
    __table_args__ = (
        Index("version_by_document", "document_id", "log_seq"),
        Index("version_stored", "council_id", "origin_id", "size"),
        Index("version_uploaded", "created_by", "recorded_at", "origin_id", "size"),
    )

    council_id: str = Field(foreign_key="council.id")
    document_id: str = Field(foreign_key="document.id")
    created_by: str = Field(foreign_key="person.id")
    manifest: bytes = Field(sa_type=LargeBinary)
    size: int | None = Field(default=None, sa_type=BigInteger)
    origin_id: str | None = None


class Part(Evidence, table=True):
    """One sealed object of a version: its id names it in the vault, `wrapped` is its key's wrap."""

    __tablename__ = "part"
    __table_args__ = (UniqueConstraint("version_id", "position"),)

    council_id: str = Field(foreign_key="council.id")
    version_id: str = Field(foreign_key="version.id")
    position: int
    wrapped: bytes = Field(sa_type=LargeBinary)


class VersionFinding(Evidence, table=True):
    """What re-reading a version found; the newest row is in force, none means still verifying.

    `fault` begins with a word of `verifying.Fault`; `measured` is the sealed SHA-256 (hex) of the
    whole; `detected` the media type its signature says; `scan` is clean, unscanned or infected.
    """

    __tablename__ = "version_finding"
    __table_args__ = (Index("finding_by_version", "version_id", "log_seq"),)

    council_id: str = Field(foreign_key="council.id")
    document_id: str = Field(foreign_key="document.id")
    version_id: str = Field(foreign_key="version.id")
    outcome: str
    fault: str | None
    measured: bytes | None = Field(default=None, sa_type=LargeBinary)
    detected: str | None = None
    scan: str | None = None


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
