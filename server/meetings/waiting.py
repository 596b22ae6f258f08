"""Cooperation requests that wait for a reply.

Owns which they are. A due date binds nobody (BR-38).
"""

from collections.abc import Iterator

from sqlalchemy import Table, or_, select

from server.access.matters import Task, Waiting
from server.access.vocabulary import Action, Relation
from server.database import Tx
from server.ids import Id
from server.meetings import replying
from server.meetings.kinds import COOPERATION_REQUEST, OPEN
from server.meetings.models import CooperationRequest

_request: Table = CooperationRequest.__table__  # type: ignore[attr-defined]
_ASKED = select(_request.c.id, _request.c.council_id, _request.c.due_at).where(
    COOPERATION_REQUEST.state == OPEN,
    or_(
        COOPERATION_REQUEST.clause(Relation.SEAT_REPRESENTATIVE),
        COOPERATION_REQUEST.clause(Relation.DEPUTY),
        COOPERATION_REQUEST.clause(Relation.INVITED),
    ),
)


def waiting_for(tx: Tx, person_id: Id) -> Iterator[Waiting]:
    """Open requests to which the person has a reply to give."""
    for row in tx.connection.execute(_ASKED, {"person": person_id, "now": tx.now}).all():
        mine = {each.id for each in replying.mine_of(tx, row.id, person_id)}
        if mine - {each.addressee_id for each in replying.replies_to(tx, row.id)}:
            yield Waiting(
                task=Task.REPLY_TO_COOPERATION,
                kind=COOPERATION_REQUEST,
                id=row.id,
                action=Action.REPLY,
                council_id=row.council_id,
                matter=row.id,
                deadline=row.due_at,
            )
