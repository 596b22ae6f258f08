"""Rounds that wait for a person's answer.

Owns which they are. Whether the person may still answer is asked of the policy by whoever collects.
"""

from collections.abc import Iterator

from sqlalchemy import Table, or_, select

from crypto.statements import Verdict
from server.access.matters import Task, Waiting
from server.access.models import Seat
from server.access.vocabulary import Action, Relation
from server.audit.facts import holds
from server.consents.happened import answers_of
from server.consents.kinds import ROUND, is_open
from server.consents.models import RosterMember, Round
from server.database import Tx
from server.ids import Id

_round: Table = Round.__table__  # type: ignore[attr-defined]
# Apart from the tables of the relations, which must not take these rows for theirs.
_roster = RosterMember.__table__.alias()  # type: ignore[attr-defined]
_seat = Seat.__table__.alias()  # type: ignore[attr-defined]
_ASKED = (
    select(_round.c.id, _round.c.council_id, _round.c.closes_at, _seat.c.membership_id)
    .join(_roster, _roster.c.round_id == _round.c.id)
    .join(_seat, _seat.c.membership_id == _roster.c.membership_id)
    .where(
        is_open(_round),
        or_(ROUND.clause(Relation.SEAT_REPRESENTATIVE), ROUND.clause(Relation.DEPUTY)),
    )
)


def waiting_for(tx: Tx, person_id: Id) -> Iterator[Waiting]:
    """Open rounds in which the person speaks for a member that has no answer standing."""
    query = _ASKED.where(_seat.c.person_id == person_id, holds(_seat))
    for row in tx.connection.execute(query, {"person": person_id, "now": tx.now}):
        if not has_answered(tx, row.id, row.membership_id):
            yield Waiting(
                task=Task.ANSWER_ROUND,
                kind=ROUND,
                id=row.id,
                action=Action.ANSWER,
                council_id=row.council_id,
                matter=row.id,
                deadline=row.closes_at,
            )


def has_answered(tx: Tx, round_id: Id, membership_id: Id) -> bool:
    """Whether a consent or an objection of this member stands; what was withdrawn does not."""
    given = answers_of(tx, round_id)
    said = [each.verdict for each in given if each.membership_id == membership_id]
    return bool(said) and said[-1] != Verdict.WITHDRAWAL
