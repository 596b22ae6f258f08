"""What crosses the API about rounds and answers."""

from typing import Any, Literal

from pydantic import model_validator

from crypto.statements import Verdict
from server.access.listing import PageQuery
from server.schemas import Asked, Shown, Text, Time, Uuid

ATTESTATION = "サーバーによる証明のみ（本人の電子署名なし） / attested by the server only"


class RoundQuery(PageQuery):
    """Which rounds: all, or only those that are open or closed."""

    state: Literal["open", "closed"] | None = None


class AnswerIn(Asked):
    """The answer of the caller's membership to exactly the question whose digest is named.

    `reason` is needed for an objection. `researchers_heard` (when and how) is needed for the
    consent of a program officer who answers for researchers that are no members.
    """

    question_sha256: str
    verdict: Verdict
    reason: Text | None = None
    researchers_heard: Text | None = None

    @model_validator(mode="after")
    def _an_objection_says_why(self) -> "AnswerIn":
        if self.verdict is Verdict.OBJECTION and self.reason is None:
            raise ValueError("an objection needs a reason / 反対には理由が必要です")
        return self


class OutcomeOut(Shown):
    """What a round has come to: open, agreed, not_agreed, withdrawn or void, and since when.

    `missing`: memberships without a consent as their latest word. `dropped`: those that left.
    """

    state: str
    at: Time
    missing: list[Uuid]
    dropped: list[Uuid]
    why: str | None


class AnswerOut(Shown):
    """An answer as attested: `statement` is the exact canonical text, in which ids and digests
    stand for everything. `on_behalf_of` is the representative a deputy answered for.
    """

    id: Uuid
    membership: Uuid
    person: Uuid
    capacity: str
    on_behalf_of: Uuid | None
    verdict: str
    reason: str | None
    researchers_heard: str | None
    given_at: Time
    statement: str
    statement_sha256: str
    attested_by: str
    attestation: str


class AnsweredOut(Shown):
    """The answer given, and what the round has come to with it."""

    answer: AnswerOut
    outcome: OutcomeOut


class RosterOut(Shown):
    """A membership that is asked. `verdict` is its latest word, null while it is silent."""

    membership: Uuid
    category: str
    organisation: str | None
    hears_researchers: bool
    verdict: str | None


class RoundSummaryOut(Shown):
    """A round without its question and without what anyone said."""

    id: Uuid
    council: Uuid
    subject_kind: str
    subject: Uuid
    state: str
    question_sha256: str
    roster_sha256: str
    opened_at: Time
    closes_at: Time
    supersedes: Uuid | None
    outcome: str
    asked: int
    may: list[str]


class RoundOut(Shown):
    """A round in full. `question` is what the canonical statement says, `question_sha256` the
    digest an answer is given to.
    """

    id: Uuid
    council: Uuid
    subject_kind: str
    subject: Uuid
    state: str
    question: dict[str, Any]
    question_statement: str
    question_sha256: str
    roster: list[RosterOut]
    roster_statement: str
    roster_sha256: str
    answers: list[AnswerOut]
    opened_at: Time
    closes_at: Time
    opened_by: Uuid
    supersedes: Uuid | None
    outcome: OutcomeOut
    may: list[str]
