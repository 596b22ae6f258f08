"""Certificates that are owed by a member that left: to give, and to record.

Owns which they are. Never says of which secret.
"""

from collections.abc import Iterator

from sqlalchemy import Table, select

from server.access.matters import Task, Waiting
from server.access.models import Membership
from server.access.vocabulary import Action, Relation
from server.audit.facts import holds
from server.councils.kinds import MEMBERSHIP
from server.database import Tx
from server.duties import returns
from server.ids import Id

_membership: Table = Membership.__table__  # type: ignore[attr-defined]

_MINE = select(_membership.c.id, _membership.c.council_id).where(
    MEMBERSHIP.clause(Relation.FORMER_REPRESENTATIVE)
)
_WATCHED = select(_membership.c.id, _membership.c.council_id).where(
    ~holds(_membership), MEMBERSHIP.clause(Relation.COMPLIANCE_OFFICER)
)


def waiting_for(tx: Tx, person_id: Id) -> Iterator[Waiting]:
    """Members that left owing a certificate: whoever represented them last, and the officers."""
    facts = {"person": person_id, "now": tx.now}
    for query, task, action in (
        (_MINE, Task.CERTIFY_RETURN, Action.CERTIFY_RETURN),
        (_WATCHED, Task.RECORD_RETURN, Action.RECORD_RETURN),
    ):
        for row in tx.connection.execute(query, facts).all():
            if returns.owed(tx, row.id).uncertified:
                yield Waiting(
                    task=task,
                    kind=MEMBERSHIP,
                    id=row.id,
                    action=action,
                    council_id=row.council_id,
                    matter=row.id,
                )
