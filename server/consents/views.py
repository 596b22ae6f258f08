"""Rounds as they are shown. Opens questions and reasons only behind a Grant."""

from crypto.canonical import parse
from crypto.statements import parse_answer, statement_digest
from server.access.grant import Grant
from server.access.listing import Seen
from server.consents.answering import words_of
from server.consents.happened import answers_of, outcome_of, roster_of
from server.consents.models import Answer, RosterMember, Round
from server.consents.outcome import Outcome
from server.consents.schemas import (
    ATTESTATION,
    AnsweredOut,
    AnswerOut,
    OutcomeOut,
    RosterOut,
    RoundOut,
    RoundSummaryOut,
)
from server.consents.service import question_of
from server.database import Tx
from server.ids import Id
from server.problems import NotFound


def load(tx: Tx, round_id: Id) -> Round:
    """The row of a round the guard has found."""
    found = tx.session.get(Round, round_id)
    if found is None:
        raise NotFound
    return found


def summary(tx: Tx, round_id: Id, state: str, may: list[str]) -> RoundSummaryOut:
    """A round without content."""
    round_ = load(tx, round_id)
    return RoundSummaryOut(
        id=round_.id,
        council=round_.council_id,
        subject_kind=round_.subject_kind,
        subject=round_.subject_id,
        state=state,
        question_sha256=round_.question_digest,
        roster_sha256=round_.roster_digest,
        opened_at=round_.opened_at,
        closes_at=round_.closes_at,
        supersedes=round_.supersedes,
        outcome=outcome_of(tx, round_).state,
        asked=len(roster_of(tx, round_.id)),
        may=may,
    )


def seen(tx: Tx, shown: Seen) -> RoundSummaryOut:
    """A round of a list."""
    return summary(tx, shown.id, shown.row.state, [*shown.may])


def full(grant: Grant) -> RoundOut:
    """A round with its question, who is asked, and every answer ever given."""
    tx, round_ = grant.tx, load(grant.tx, grant.id)
    question = question_of(tx, round_)
    answers = answers_of(tx, round_.id)
    latest = {given.membership_id: given.verdict for given in answers}
    return RoundOut(
        id=round_.id,
        council=round_.council_id,
        subject_kind=round_.subject_kind,
        subject=round_.subject_id,
        state=grant.thing.state,
        question=parse(question)["question"],
        question_statement=question.decode(),
        question_sha256=round_.question_digest,
        roster=[_asked(member, latest) for member in roster_of(tx, round_.id)],
        roster_statement=round_.roster.decode(),
        roster_sha256=round_.roster_digest,
        answers=[answer(tx, given) for given in answers],
        opened_at=round_.opened_at,
        closes_at=round_.closes_at,
        opened_by=round_.opened_by,
        supersedes=round_.supersedes,
        outcome=outcome_out(outcome_of(tx, round_)),
        may=[*grant.may],
    )


def _asked(member: RosterMember, latest: dict[str, str]) -> RosterOut:
    return RosterOut(
        membership=member.membership_id,
        category=member.category,
        organisation=member.organisation_id,
        hears_researchers=member.hears_researchers,
        verdict=latest.get(member.membership_id),
    )


def answer(tx: Tx, given: Answer) -> AnswerOut:
    """An answer with its reason, from the statement that was attested."""
    said, words = parse_answer(given.statement), words_of(tx, given) or {}
    return AnswerOut(
        id=given.id,
        membership=said.membership,
        person=said.person,
        capacity=said.capacity,
        on_behalf_of=said.on_behalf_of,
        verdict=said.verdict,
        reason=words.get("reason"),
        researchers_heard=words.get("researchers_heard"),
        given_at=given.recorded_at,
        statement=given.statement.decode(),
        statement_sha256=statement_digest(given.statement).hex(),
        attested_by=given.attested_by,
        attestation=ATTESTATION,
    )


def answered(tx: Tx, round_: Round, given: Answer) -> AnsweredOut:
    """The answer just given, and where the round stands with it."""
    return AnsweredOut(answer=answer(tx, given), outcome=outcome_out(outcome_of(tx, round_)))


def outcome_out(come: Outcome) -> OutcomeOut:
    """An outcome as shown, memberships in order."""
    return OutcomeOut(
        state=come.state,
        at=come.at,
        missing=sorted(come.missing),
        dropped=sorted(come.dropped),
        why=come.why,
    )
