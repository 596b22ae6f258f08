"""Verbs of rounds: open, answer, withdraw, settle.

Owns who is asked (every membership active when the text is fixed) and that an outcome is recorded,
with its effect, by whichever transaction first finds it. Every function runs in a change that has
locked the council's log. Whoever lets a membership begin or end calls `settle` in the same
transaction.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, exists, select

from crypto.statements import question_statement, roster_statement, statement_digest
from server import jobs
from server.access import closings
from server.access.models import Membership
from server.access.relations import RESEARCH
from server.access.vocabulary import Category
from server.audit import facts
from server.clock import Instant
from server.consents import effects
from server.consents.happened import SUPERSEDED, WITHDRAWN, outcome_of, roster_of
from server.consents.models import RosterMember, Round, RoundClosed, RoundStopped
from server.consents.outcome import Outcome, State
from server.database import Tx
from server.ids import Id, new_id
from server.keys.service import open_field, seal_field
from server.problems import Problem

CLOSE = "consents.close_round"
# Whose going ends a question about research: it cannot be decided over their heads.
RESEARCH_SIDE = frozenset({*RESEARCH, Category.RD_IMPLEMENTER})

_membership: Table = Membership.__table__  # type: ignore[attr-defined]
_round: Table = Round.__table__  # type: ignore[attr-defined]
_closed: Table = RoundClosed.__table__  # type: ignore[attr-defined]


class SameQuestion(Problem):
    status, code = 409, "same_question"
    ja = "同じ文章を同じ構成員に問う手続が進行中です。文章を変えるか、結果を待ってください。"
    en = "The same text is before the same members already. Change it, or await the outcome."


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is to be asked. `text` is the whole question: text, versions, scope, period, effect.

    `bound` names memberships whose going voids the round besides the research side's;
    `po_hears` says that a program officer answers for researchers who are no members.
    """

    council_id: Id
    subject_kind: str
    subject_id: Id
    text: Mapping[str, Any]
    closes_at: Instant
    bound: frozenset[Id] = frozenset()
    po_hears: bool = False


def open_round(tx: Tx, question: Question, *, by: Id) -> Round:
    """Put a question to every membership active now; an earlier round about the same subject that
    is still open becomes void, its answers staying readable (BR-31).

    Raises SameQuestion when exactly this is being asked of exactly these already, CouncilIsClosing,
    CouncilIsClosed.
    """
    closings.check_lasting(tx, question.council_id)
    effects.of(question.subject_kind)
    settle(tx, question.council_id)
    earlier = current(tx, question.subject_kind, question.subject_id)
    members = _members(tx, question)
    round_ = _new_round(tx, question, members, earlier, by)
    if earlier is not None and outcome_of(tx, earlier).state is State.OPEN:
        if _same(earlier, round_):
            raise SameQuestion
        _stop(tx, earlier, SUPERSEDED, by)
    facts.enter(tx, question.council_id, round_)
    for member in members:
        member.round_id = round_.id
        facts.enter(tx, question.council_id, member)
    jobs.later(tx, CLOSE, round_.id, due_at=round_.closes_at)
    return round_


def _same(one: Round, other: Round) -> bool:
    return (one.question_digest, one.roster_digest) == (other.question_digest, other.roster_digest)


def _members(tx: Tx, question: Question) -> list[RosterMember]:
    query = select(Membership).where(
        _membership.c.council_id == question.council_id, facts.holds(_membership)
    )
    found = tx.session.scalars(query.order_by(_membership.c.id), {"now": tx.now})
    return [_asked(question, membership) for membership in found]


def _asked(question: Question, membership: Membership) -> RosterMember:
    is_bound = membership.id in question.bound or membership.category in RESEARCH_SIDE
    is_po = membership.category == Category.PROGRAM_OFFICER
    return RosterMember(
        council_id=question.council_id,
        round_id="",
        membership_id=membership.id,
        category=membership.category,
        organisation_id=membership.organisation_id,
        voids_by_leaving=is_bound,
        hears_researchers=question.po_hears and is_po,
    )


def _new_round(
    tx: Tx, question: Question, members: list[RosterMember], earlier: Round | None, by: Id
) -> Round:
    statement = question_statement(question.text)
    roster = roster_statement(seat_of(member) for member in members)
    row_id = new_id(tx.now)
    place = ("round", "question", row_id)
    return Round(
        id=row_id,
        council_id=question.council_id,
        subject_kind=question.subject_kind,
        subject_id=question.subject_id,
        question=seal_field(tx, question.council_id, place, statement.decode()),
        question_digest=statement_digest(statement).hex(),
        roster=roster,
        roster_digest=statement_digest(roster).hex(),
        opened_at=tx.now,
        closes_at=question.closes_at,
        opened_by=by,
        supersedes=earlier.id if earlier else None,
    )


def seat_of(member: RosterMember) -> dict[str, object]:
    """A roster row as the roster's statement lists it."""
    return {
        "membership": member.membership_id,
        "category": member.category,
        "organisation": member.organisation_id,
        "voids_by_leaving": member.voids_by_leaving,
        "hears_researchers": member.hears_researchers,
    }


def question_of(tx: Tx, round_: Round) -> bytes:
    """The exact canonical statement that was put. Raises Unverified when it was changed."""
    place = ("round", "question", round_.id)
    return open_field(tx, round_.council_id, place, round_.question).encode()


def current(tx: Tx, subject_kind: str, subject_id: Id) -> Round | None:
    """The newest round about a subject: the one no other has superseded."""
    later = _round.alias()
    query = select(Round).where(
        _round.c.subject_kind == subject_kind,
        _round.c.subject_id == subject_id,
        ~exists().where(later.c.supersedes == _round.c.id),
    )
    return tx.session.scalars(query).one_or_none()


def withdraw(tx: Tx, round_: Round, *, by: Id) -> None:
    """The requester takes the question back; the round closes with no agreement."""
    _stop(tx, round_, WITHDRAWN, by)


def void(tx: Tx, round_: Round, why: str, *, by: Id) -> None:
    """The question has lost its object; the round decides nothing. `why` is a word of ours."""
    _stop(tx, round_, why, by)


def _stop(tx: Tx, round_: Round, why: str, by: Id) -> None:
    stopped = RoundStopped(council_id=round_.council_id, round_id=round_.id, why=why, stopped_by=by)
    facts.enter(tx, round_.council_id, stopped)
    settle(tx, round_.council_id)


def settle(tx: Tx, council_id: Id) -> list[RoundClosed]:
    """Record every outcome of the council's rounds that exists by now and is not yet recorded,
    and let an agreement have its effect. Doing it twice changes nothing.
    """
    query = select(Round).where(
        _round.c.council_id == council_id,
        ~exists().where(_closed.c.round_id == _round.c.id),
    )
    tx.flush()
    found = [(round_, outcome_of(tx, round_)) for round_ in tx.session.scalars(query)]
    return [_close(tx, round_, come) for round_, come in found if come.state is not State.OPEN]


def _close(tx: Tx, round_: Round, come: Outcome) -> RoundClosed:
    closed = RoundClosed(
        council_id=round_.council_id,
        round_id=round_.id,
        outcome=come.state.value,
        effective_at=come.at,
        why=come.why,
    )
    facts.enter(tx, round_.council_id, closed)
    if come.state is State.AGREED:
        effects.of(round_.subject_kind)(tx, round_, come.at)
    return closed


__all__ = [
    "Question",
    "SameQuestion",
    "current",
    "open_round",
    "outcome_of",
    "question_of",
    "roster_of",
    "seat_of",
    "settle",
    "void",
    "withdraw",
]
