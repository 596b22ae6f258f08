"""Rows of the queue. None of them is evidence: nothing decides by whether somebody was told."""

from sqlalchemy import BigInteger, Index, UniqueConstraint
from sqlmodel import Field, SQLModel


class Notice(SQLModel, table=True):
    """One person is told one thing, once.

    Exactly one of `due_at` (waits to be mailed), `sent_at`, `failed_at` and `kept_at` (shown in the
    product only) says how it stands. `letter` names the mail it went or goes into: with others of
    the same person, always the same ones, so that a repetition is the same mail again. `sequence`
    counts how often the deadline was moved or lifted since the first calendar entry (RFC 5545).
    """

    __tablename__ = "notice"
    __table_args__ = (
        UniqueConstraint("person_id", "topic", "source", "stage"),
        Index("notice_due", "due_at"),
        Index("notice_by_person", "person_id", "id"),
    )

    id: str = Field(primary_key=True)
    person_id: str = Field(foreign_key="person.id")
    topic: str
    kind: str
    thing_id: str
    council_id: str | None
    source: str
    stage: int
    deadline: int | None = Field(sa_type=BigInteger)
    done: bool
    sequence: int
    made_at: int = Field(sa_type=BigInteger)
    due_at: int | None = Field(sa_type=BigInteger)
    letter: str | None = Field(index=True)
    tries: int
    error: str | None
    sent_at: int | None = Field(sa_type=BigInteger)
    failed_at: int | None = Field(sa_type=BigInteger)
    kept_at: int | None = Field(sa_type=BigInteger)


class NoticeCursor(SQLModel, table=True):
    """How far a log has been read for notices: entries before `seq`, at this `rights_epoch`."""

    __tablename__ = "notice_cursor"

    log_id: str = Field(primary_key=True, foreign_key="log.id")
    seq: int = Field(sa_type=BigInteger)
    rights_epoch: int = Field(sa_type=BigInteger)


class NoticePreference(SQLModel, table=True):
    """How a person wants to be told: `daily` gathers what is not urgent into one mail a morning."""

    __tablename__ = "notice_preference"

    person_id: str = Field(primary_key=True, foreign_key="person.id")
    daily: bool
    changed_at: int = Field(sa_type=BigInteger)
