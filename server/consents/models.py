"""Rows of consents. All are evidence: written once, vouched for by the council's log."""

from sqlalchemy import BigInteger, Index, LargeBinary, UniqueConstraint
from sqlmodel import Field

from server.audit.models import Evidence


class Round(Evidence, table=True):
    """One question put to one roster until one moment.

    `question` is the exact canonical statement, sealed (it holds the text); `question_digest` is
    its SHA-256 in hex. `roster` is the exact canonical statement (ids only).
    """

    __tablename__ = "round"
    __table_args__ = (Index("round_by_subject", "subject_kind", "subject_id"),)

    council_id: str = Field(index=True)
    subject_kind: str
    subject_id: str
    question: bytes = Field(sa_type=LargeBinary)
    question_digest: str
    roster: bytes = Field(sa_type=LargeBinary)
    roster_digest: str
    opened_at: int = Field(sa_type=BigInteger)
    closes_at: int = Field(sa_type=BigInteger)
    opened_by: str = Field(foreign_key="person.id")
    supersedes: str | None = Field(foreign_key="round.id", unique=True)


class RosterMember(Evidence, table=True):
    """One membership that is asked: the roster again, as rows that relations can join.

    `voids_by_leaving`: the question does not survive this member's going (the research side).
    `hears_researchers`: it answers for researchers who are no members and says when it heard them.
    """

    __tablename__ = "roster_member"
    __table_args__ = (UniqueConstraint("round_id", "membership_id"),)

    council_id: str
    round_id: str = Field(foreign_key="round.id", index=True)
    membership_id: str = Field(foreign_key="membership.id", index=True)
    category: str
    organisation_id: str | None
    voids_by_leaving: bool
    hears_researchers: bool


class Answer(Evidence, table=True):
    """What a membership's representative or deputy said, exactly as attested.

    `statement` is the canonical statement (ids and digests only); `reason` seals what it commits
    to: salt, reason, and when the researchers were heard. `on_behalf_of` is the representative for
    whom a deputy spoke; nobody where the member had none at that moment.
    """

    __tablename__ = "answer"

    council_id: str
    round_id: str = Field(foreign_key="round.id", index=True)
    membership_id: str = Field(foreign_key="membership.id")
    person_id: str = Field(foreign_key="person.id")
    capacity: str
    verdict: str
    reason: bytes | None = Field(sa_type=LargeBinary)
    statement: bytes = Field(sa_type=LargeBinary)
    attested_by: str
    on_behalf_of: str | None = None


class RoundStopped(Evidence, table=True):
    """The round was ended by an act: `withdrawn` by its requester, `superseded` by another round,
    or `published`: its subject is public now.
    """

    __tablename__ = "round_stopped"

    council_id: str
    round_id: str = Field(foreign_key="round.id", unique=True)
    why: str
    stopped_by: str | None


class RoundClosed(Evidence, table=True):
    """What the round came to and since when, written by whichever transaction first finds it so."""

    __tablename__ = "round_closed"

    council_id: str
    round_id: str = Field(foreign_key="round.id", unique=True)
    outcome: str
    effective_at: int = Field(sa_type=BigInteger)
    why: str | None
