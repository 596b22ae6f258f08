"""Reviews that wait for a representative, and members that wait for one.

Owns which they are. What confirming does is in server/access/reviews.py.
"""

from collections.abc import Iterator

from sqlalchemy import Table, select

from server.access import reviews, sitting
from server.access.matters import Task, Waiting
from server.access.vocabulary import Action, Relation
from server.councils.kinds import COUNCIL, MEMBERSHIP
from server.database import Tx
from server.ids import Id

_council: Table = COUNCIL.table
_NAMING = select(_council.c.id).where(
    COUNCIL.clause(Relation.ESTABLISHING_MINISTRY)
    | COUNCIL.clause(Relation.SECRETARIAT)
    | COUNCIL.clause(Relation.COMPLIANCE_OFFICER)
)


def waiting_for(tx: Tx, person_id: Id) -> Iterator[Waiting]:
    """Reviews that are due to this representative, and members nobody represents."""
    for due in reviews.reviews_due(tx, tx.now, person_id=person_id):
        yield Waiting(
            task=Task.CONFIRM_SEATS,
            kind=MEMBERSHIP,
            id=due.membership_id,
            action=Action.REVIEW_SEATS,
            council_id=due.council_id,
            matter=due.membership_id,
            deadline=due.due_at,
        )
    for council_id in tx.connection.scalars(_NAMING, {"person": person_id, "now": tx.now}).all():
        for membership in sitting.unspoken(tx, council_id):
            yield Waiting(
                task=Task.NAME_REPRESENTATIVE,
                kind=MEMBERSHIP,
                id=membership.id,
                action=Action.NAME_REPRESENTATIVE,
                council_id=council_id,
                matter=membership.id,
            )
