"""What runs later, and what fsck asks, about rounds.

Owns the evidence of a closing by time: nothing waits for it, since an outcome is computed on read.
"""

from collections.abc import Iterator

from sqlalchemy import Table, select

from crypto.digests import open_commitment
from crypto.errors import Unverified
from crypto.statements import parse_answer, roster_statement, statement_digest
from server.access.parts import Parts
from server.audit import checkpoints
from server.audit import service as audit
from server.audit.service import Draft
from server.consents.answering import opening_of
from server.consents.happened import answers_of, outcome_of, roster_of
from server.consents.models import Answer, Round, RoundClosed
from server.consents.service import CLOSE, question_of, seat_of, settle
from server.database import Tx
from server.ids import Id

_closed: Table = RoundClosed.__table__  # type: ignore[attr-defined]


def close_round(parts: Parts, round_id: Id) -> None:
    """Record, once, that a round has closed by its time, with the time at which it did."""
    with parts.database.changing() as tx:
        round_ = tx.session.get(Round, round_id)
        if round_ is None:
            return
        audit.lock(tx, round_.council_id)
        for closed in settle(tx, round_.council_id):
            _record(parts, tx, closed)


def _record(parts: Parts, tx: Tx, closed: RoundClosed) -> None:
    draft = Draft(
        kind="round.close",
        object=f"round/{closed.round_id}",
        outcome="done",
        body={"outcome": closed.outcome, "effective_at": closed.effective_at},
        policy=parts.policy.digest,
    )
    audit.append(tx, closed.council_id, draft)
    checkpoints.sign(tx, closed.council_id)


def check_rounds(tx: Tx) -> Iterator[str]:
    """Faults in words: a question, roster or answer that is not what its digest says, and an
    outcome that the answers do not give.
    """
    for round_ in tx.session.scalars(select(Round)):
        yield from _check_asked(tx, round_)
        for given in answers_of(tx, round_.id):
            if not _is_sound(tx, round_, given):
                yield f"answer {given.id} is not what was attested"
        yield from _check_outcome(tx, round_)


def _check_asked(tx: Tx, round_: Round) -> Iterator[str]:
    try:
        question = question_of(tx, round_)
    except Unverified:
        yield f"the question of round {round_.id} does not open"
    else:
        if statement_digest(question).hex() != round_.question_digest:
            yield f"the question of round {round_.id} is not the one that was put"
    listed = roster_statement(seat_of(member) for member in roster_of(tx, round_.id))
    is_same = listed == round_.roster
    if not is_same or statement_digest(round_.roster).hex() != round_.roster_digest:
        yield f"the roster of round {round_.id} is not the one that was asked"


def _is_sound(tx: Tx, round_: Round, given: Answer) -> bool:
    try:
        said = parse_answer(given.statement)
        if said.reason_commitment is not None:
            open_commitment(said.reason_commitment, *opening_of(tx, given))
    except (Unverified, AssertionError):
        return False
    shown = (given.round_id, given.membership_id, given.person_id, given.verdict, given.capacity)
    attested = (said.round, said.membership, said.person, said.verdict, said.capacity)
    return shown == attested and said.question_sha256.hex() == round_.question_digest


def _check_outcome(tx: Tx, round_: Round) -> Iterator[str]:
    query = select(RoundClosed).where(_closed.c.round_id == round_.id)
    closed = tx.session.scalars(query).one_or_none()
    if closed is None:
        return
    try:
        # As of the closing itself, should this machine's clock have gone back since.
        come = outcome_of(tx, round_, max(tx.now, closed.recorded_at))
    except Unverified:
        return  # the answer has been named already
    if (come.state, come.at) != (closed.outcome, closed.effective_at):
        yield f"round {round_.id} is recorded as {closed.outcome}; its answers give {come.state}"


CHECKS = (check_rounds,)
JOBS = {CLOSE: close_round}
