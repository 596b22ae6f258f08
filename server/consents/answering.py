"""Answering: what a representative or deputy says for its membership, attested by step-up.

Owns the statement that is stored (SIG-1) and who may say it (BR-34). The attestation is the
server's word that this person, having just proved again who they are, said exactly this; a
personal signature is not part of it, and every answer shown says so.
"""

import secrets
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, select

from crypto.canonical import canonical, parse
from crypto.digests import SALT_SIZE, commit
from crypto.statements import AnswerStatement, Verdict, answer_statement
from server.access.grant import Grant
from server.access.models import Seat
from server.access.vocabulary import SeatRole
from server.audit import facts
from server.consents.happened import answers_of, outcome_of
from server.consents.models import Answer, RosterMember, Round
from server.consents.outcome import State
from server.consents.service import settle
from server.database import Tx
from server.ids import Id, new_id
from server.keys.service import open_field, seal_field
from server.problems import Problem

SERVER = "server"
CAPACITY = {SeatRole.REPRESENTATIVE: "representative", SeatRole.DEPUTY: "deputy"}

_seat: Table = Seat.__table__  # type: ignore[attr-defined]
_roster: Table = RosterMember.__table__  # type: ignore[attr-defined]


class RoundIsClosed(Problem):
    status, code = 409, "round_is_closed"
    ja = "この手続は終了しています。回答の追加・変更・撤回はできません。"
    en = "This round is closed: nothing can be answered, changed or withdrawn."


class ResearchersNotHeard(Problem):
    status, code = 422, "researchers_not_heard"
    ja = "研究者の意見をいつ・どのように聴いたかを researchers_heard に記入してください。"
    en = "Say in `researchers_heard` when and how the researchers were heard, for whom you consent."


class NothingToWithdraw(Problem):
    status, code = 409, "nothing_to_withdraw"
    ja = "撤回できる回答がありません。"
    en = "There is no answer to withdraw."


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What the caller says."""

    verdict: Verdict
    reason: str | None
    researchers_heard: str | None

    @property
    def words(self) -> dict[str, str | None] | None:
        """The text that the statement commits to; None where nothing was written."""
        if self.reason is None and self.researchers_heard is None:
            return None
        return {"reason": self.reason, "researchers_heard": self.researchers_heard}


def answer(grant: Grant, round_: Round, said: Said) -> Answer:
    """Record the answer of the caller's membership; it replaces the membership's earlier one. The
    same answer by the same person again is the answer given already. The last consent closes the
    round, in this transaction (BR-29).

    Raises RoundIsClosed, ResearchersNotHeard, NothingToWithdraw.
    """
    settle(grant.tx, round_.council_id)
    if outcome_of(grant.tx, round_).state is not State.OPEN:
        raise RoundIsClosed
    seat = _seat_of(grant, round_)
    if said.verdict is Verdict.CONSENT and seat.hears_researchers and not said.researchers_heard:
        raise ResearchersNotHeard
    earlier = _latest(grant.tx, round_, seat.membership_id)
    if said.verdict is Verdict.WITHDRAWAL and (earlier is None or _is(earlier, said.verdict)):
        raise NothingToWithdraw
    if earlier is not None and _repeats(grant, earlier, said):
        return earlier
    given = facts.enter(grant.tx, round_.council_id, _answer(grant, round_, seat, said))
    grant.note(answer=given.id, verdict=given.verdict, question=round_.question_digest)
    settle(grant.tx, round_.council_id)
    return given


def _seat_of(grant: Grant, round_: Round) -> Any:
    """The caller's seat in a membership of the roster; the guard has found that there is one."""
    query = (
        select(
            _seat.c.role,
            _roster.c.membership_id,
            _roster.c.organisation_id,
            _roster.c.hears_researchers,
        )
        .join(_roster, _roster.c.membership_id == _seat.c.membership_id)
        .where(
            _roster.c.round_id == round_.id,
            _seat.c.person_id == grant.person_id,
            _seat.c.role.in_(tuple(CAPACITY)),
            facts.holds(_seat),
        )
    )
    return grant.tx.connection.execute(query, {"now": grant.now}).one()


def _latest(tx: Tx, round_: Round, membership_id: Id) -> Answer | None:
    mine = [a for a in answers_of(tx, round_.id) if a.membership_id == membership_id]
    return mine[-1] if mine else None


def _is(earlier: Answer, verdict: Verdict) -> bool:
    return earlier.verdict == verdict


def _repeats(grant: Grant, earlier: Answer, said: Said) -> bool:
    same = earlier.person_id == grant.person_id and earlier.verdict == said.verdict
    return same and words_of(grant.tx, earlier) == said.words


def _answer(grant: Grant, round_: Round, seat: Any, said: Said) -> Answer:
    row_id, salt = new_id(grant.now), secrets.token_bytes(SALT_SIZE)
    represented = grant.on_behalf_of.get("representative")
    statement = AnswerStatement(
        council=round_.council_id,
        round=round_.id,
        question_sha256=bytes.fromhex(round_.question_digest),
        roster_sha256=bytes.fromhex(round_.roster_digest),
        policy_sha256=bytes.fromhex(grant.parts.policy.digest),
        verdict=said.verdict,
        membership=seat.membership_id,
        organisation=seat.organisation_id,
        capacity=CAPACITY[SeatRole(seat.role)],
        person=grant.person_id,
        nonce=secrets.token_bytes(32),
        not_after=round_.closes_at,
        reason_commitment=commit(salt, said.words) if said.words else None,
        on_behalf_of=represented,
    )
    return Answer(
        id=row_id,
        council_id=round_.council_id,
        round_id=round_.id,
        membership_id=seat.membership_id,
        person_id=grant.person_id,
        capacity=statement.capacity,
        verdict=said.verdict.value,
        reason=_sealed(grant, row_id, salt, said) if said.words else None,
        statement=answer_statement(statement),
        attested_by=SERVER,
        on_behalf_of=represented,
    )


def _sealed(grant: Grant, row_id: Id, salt: bytes, said: Said) -> bytes:
    opening = canonical({"salt": salt.hex(), "words": said.words}).decode()
    return seal_field(grant.tx, grant.council_id, ("answer", "reason", row_id), opening)


def words_of(tx: Tx, given: Answer) -> dict[str, str | None] | None:
    """The reason an answer gave, and when the researchers were heard; None without either."""
    return opening_of(tx, given)[1] if given.reason is not None else None


def opening_of(tx: Tx, given: Answer) -> tuple[bytes, dict[str, str | None]]:
    """Salt and words behind the statement's commitment; only for an answer with a reason."""
    assert given.reason is not None  # noqa: S101  asked only where there is one
    text = open_field(tx, given.council_id, ("answer", "reason", given.id), given.reason)
    opening = parse(text.encode())
    return bytes.fromhex(opening["salt"]), opening["words"]
