"""What happened to a round, gathered from the facts of its council's log.

Owns the way from rows to the events of `outcome.py`. Answers are read from their attested
statements, never from the columns beside them.
"""

from collections.abc import Iterator
from dataclasses import replace

from sqlalchemy import Table, or_, select

from crypto.statements import parse_answer
from server.access.closing_models import CouncilClosing
from server.access.models import Membership
from server.audit.facts import holds
from server.audit.models import Ending
from server.clock import Instant
from server.consents.models import Answer, RosterMember, Round, RoundStopped
from server.consents.outcome import Answered, Asked, Event, Left, Outcome, State, Stopped, outcome
from server.database import Tx
from server.ids import Id

LEFT = "left"  # the word by which a membership ends by its own notice; any other is a removal
JOINED, REMOVED, RESEARCH_LEFT = "joined", "removed", "research_left"
WITHDRAWN, SUPERSEDED = "withdrawn", "superseded"
COUNCIL_CLOSED = "council_closed"

_answer: Table = Answer.__table__  # type: ignore[attr-defined]
_roster: Table = RosterMember.__table__  # type: ignore[attr-defined]
_stopped: Table = RoundStopped.__table__  # type: ignore[attr-defined]
_membership: Table = Membership.__table__  # type: ignore[attr-defined]
_ending: Table = Ending.__table__  # type: ignore[attr-defined]
_closing: Table = CouncilClosing.__table__  # type: ignore[attr-defined]


def outcome_of(tx: Tx, round_: Round, now: Instant | None = None) -> Outcome:
    """What the round has come to, now or at an earlier moment. Raises Unverified for an answer
    whose stored statement is none.
    """
    return outcome(_asked(tx, round_), _events(tx, round_), tx.now if now is None else now)


def roster_of(tx: Tx, round_id: Id) -> list[RosterMember]:
    """Who is asked, in the order of the roster rows."""
    query = select(RosterMember).where(_roster.c.round_id == round_id)
    return list(tx.session.scalars(query.order_by(_roster.c.membership_id)))


def answers_of(tx: Tx, round_id: Id) -> list[Answer]:
    """Every answer of the round in the order given, those replaced since too."""
    query = select(Answer).where(_answer.c.round_id == round_id)
    return list(tx.session.scalars(query.order_by(_answer.c.log_seq, _answer.c.id)))


def _asked(tx: Tx, round_: Round) -> Asked:
    return Asked(
        round=round_.id,
        question=bytes.fromhex(round_.question_digest),
        roster_digest=bytes.fromhex(round_.roster_digest),
        roster=frozenset(member.membership_id for member in roster_of(tx, round_.id)),
        closes_at=round_.closes_at,
    )


def _events(tx: Tx, round_: Round) -> Iterator[Event]:
    yield from _in_log_order([*_answers(tx, round_), *_stops(tx, round_)])
    yield from _departures(tx, round_)
    yield from _joiners(tx, round_)
    yield from _council_end(tx, round_)


def _in_log_order(events: list[Event]) -> Iterator[Event]:
    """As in the log, time never goes back: a later word stays the later one."""
    latest = 0
    for event in sorted(events, key=lambda event: event.seq):
        latest = max(latest, event.at)
        yield replace(event, at=latest)


def _answers(tx: Tx, round_: Round) -> Iterator[Event]:
    for row in answers_of(tx, round_.id):
        said = parse_answer(row.statement)
        yield Answered(
            seq=row.log_seq,
            at=row.recorded_at,
            round=said.round,
            question=said.question_sha256,
            roster_digest=said.roster_sha256,
            membership=said.membership,
            verdict=said.verdict,
        )


def _stops(tx: Tx, round_: Round) -> Iterator[Event]:
    query = select(_stopped).where(_stopped.c.round_id == round_.id)
    for row in tx.connection.execute(query):
        state = State.WITHDRAWN if row.why == WITHDRAWN else State.VOID
        yield Stopped(seq=row.log_seq, at=row.recorded_at, state=state, why=row.why)


def _departures(tx: Tx, round_: Round) -> Iterator[Event]:
    """Memberships of the roster that ended: by their own notice, or removed by the ministers."""
    query = (
        select(_ending, _roster.c.membership_id, _roster.c.voids_by_leaving)
        .join(_roster, _roster.c.membership_id == _ending.c.fact_id)
        .where(_roster.c.round_id == round_.id)
    )
    for row in tx.connection.execute(query):
        if row.reason == LEFT and not row.voids_by_leaving:
            yield Left(seq=row.log_seq, at=row.effective_at, membership=row.membership_id)
        else:
            why = RESEARCH_LEFT if row.reason == LEFT else REMOVED
            yield Stopped(seq=row.log_seq, at=row.effective_at, state=State.VOID, why=why)


def _joiners(tx: Tx, round_: Round) -> Iterator[Event]:
    """Memberships that began after the roster was fixed: they must be asked, in a new round."""
    asked = select(_roster.c.membership_id).where(_roster.c.round_id == round_.id)
    query = select(_membership).where(
        _membership.c.council_id == round_.council_id,
        or_(_membership.c.log_seq > round_.log_seq, _membership.c.valid_from > round_.opened_at),
        _membership.c.id.not_in(asked),
    )
    for row in tx.connection.execute(query):
        yield Stopped(seq=row.log_seq, at=row.valid_from, state=State.VOID, why=JOINED)


def _council_end(tx: Tx, round_: Round) -> Iterator[Event]:
    """The council closes: a question that is open then is not agreed, as at its own closing time
    (BR-30). What the council takes back before that moment ends nothing.
    """
    query = select(_closing).where(_closing.c.council_id == round_.council_id, holds(_closing))
    for row in tx.connection.execute(query, {"now": tx.now}):
        yield Stopped(seq=row.log_seq, at=row.closes_at, state=State.NOT_AGREED, why=COUNCIL_CLOSED)
