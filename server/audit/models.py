"""Rows of the logs, and the columns of every row that a log vouches for."""

from sqlalchemy import BigInteger, LargeBinary, UniqueConstraint
from sqlmodel import Field, SQLModel

SYSTEM = "system"


class Log(SQLModel, table=True):
    """The head of one RFC 6962 log: a council's (its id) or `system`.

    The one row that is updated, under its lock, in the transaction that appends. `rights_epoch`
    is raised by every change of rights, so that a decision taken on an older state is noticed.
    """

    __tablename__ = "log"

    id: str = Field(primary_key=True)
    origin: str = Field(unique=True)
    size: int = Field(sa_type=BigInteger)
    range: bytes = Field(sa_type=LargeBinary)
    last_time: int = Field(sa_type=BigInteger)
    rights_epoch: int = Field(sa_type=BigInteger)


class Entry(SQLModel, table=True):
    """One leaf, exactly as hashed, with its sealed opening and the columns to search by.

    `person_id`, `organisation_id`, `address_digest`, `mark` and `opening` may be dropped when their
    retention ends; leaf, root and every proof stay valid (LOG-3). `mark` is the keyed
    digest of the code drawn into what this entry let out.
    """

    __tablename__ = "entry"

    log_id: str = Field(primary_key=True, foreign_key="log.id")
    seq: int = Field(primary_key=True, sa_type=BigInteger)
    leaf: bytes = Field(sa_type=LargeBinary)
    leaf_hash: bytes = Field(sa_type=LargeBinary)
    time: int = Field(sa_type=BigInteger, index=True)
    kind: str
    object: str = Field(index=True)
    outcome: str
    person_id: str | None = Field(index=True)
    organisation_id: str | None
    address_digest: bytes | None = Field(sa_type=LargeBinary)
    opening: bytes | None = Field(sa_type=LargeBinary)
    mark: bytes | None = Field(default=None, sa_type=LargeBinary, index=True)


class Subtree(SQLModel, table=True):
    """The hash of a full 256-wide subtree (C2SP tlog-tiles), so that proofs need few rows."""

    __tablename__ = "subtree"

    log_id: str = Field(primary_key=True, foreign_key="log.id")
    level: int = Field(primary_key=True)
    position: int = Field(primary_key=True, sa_type=BigInteger)
    hash: bytes = Field(sa_type=LargeBinary)


class SignedCheckpoint(SQLModel, table=True):
    """A checkpoint note exactly as signed (C2SP tlog-checkpoint): nothing the signature does not
    cover.
    """

    __tablename__ = "checkpoint"

    log_id: str = Field(primary_key=True, foreign_key="log.id")
    size: int = Field(primary_key=True, sa_type=BigInteger)
    note: bytes = Field(sa_type=LargeBinary)


class Evidence(SQLModel):
    """Columns of a row that decides rights or outcomes: written once, vouched for by a leaf.

    `log_id` and `log_seq` name the entry whose leaf holds the row's digest. `facts.enter` fills
    these four; whoever makes a row leaves them out.
    """

    id: str = Field(default="", primary_key=True)
    recorded_at: int = Field(default=0, sa_type=BigInteger)
    log_id: str = ""
    log_seq: int = Field(default=0, sa_type=BigInteger)


class Ending(Evidence, table=True):
    """A fact ceases to hold: the only way a right ends before its own time."""

    __tablename__ = "ending"
    __table_args__ = (UniqueConstraint("fact_id"),)

    fact_id: str = Field(index=True)
    effective_at: int = Field(sa_type=BigInteger)
    ended_by: str | None
    reason: str
