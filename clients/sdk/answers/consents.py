"""Rounds and their answers, as answered."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a round has come to: open, agreed, not_agreed, withdrawn or void, and since when."""

    state: str
    at: datetime
    missing: tuple[str, ...]
    dropped: tuple[str, ...]
    why: str | None


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """An answer as attested; `statement` is its exact canonical text."""

    id: str
    membership: str
    person: str
    capacity: str
    verdict: str
    reason: str | None
    given_at: datetime
    statement: str
    statement_sha256: str
    attested_by: str
    attestation: str
    researchers_heard: str | None = None
    on_behalf_of: str | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """The answer given, and what the round has come to with it."""

    answer: GivenAnswer
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class RosterMember:
    """A membership that is asked; `verdict` is its latest word, None while it is silent."""

    membership: str
    category: str
    organisation: str | None
    hears_researchers: bool
    verdict: str | None


@dataclass(frozen=True, slots=True)
class RoundSummary:
    """A round without its question and without what anyone said."""

    id: str
    council: str
    subject_kind: str
    subject: str
    state: str
    question_sha256: str
    roster_sha256: str
    opened_at: datetime
    closes_at: datetime
    supersedes: str | None
    outcome: str
    asked: int
    may: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Round:
    """A round in full; an answer is given to `question_sha256`."""

    id: str
    council: str
    subject_kind: str
    subject: str
    state: str
    question: dict[str, Any]
    question_statement: str
    question_sha256: str
    roster: tuple[RosterMember, ...]
    roster_statement: str
    roster_sha256: str
    answers: tuple[GivenAnswer, ...]
    opened_at: datetime
    closes_at: datetime
    opened_by: str
    supersedes: str | None
    outcome: Outcome
    may: tuple[str, ...] = ()
