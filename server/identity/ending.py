"""The end of everything somebody signs in with: when they are disabled, and when they recover.

Owns which rows that is. That a disabled person is refused, whatever they would sign in with, is
held by every look-up of a session or person besides.
"""

from sqlalchemy import Table, delete, select

from server.audit import facts
from server.audit.facts import holds
from server.database import Tx
from server.identity import fallback, links, passkeys
from server.identity.models import Enrolment
from server.identity.oidc_models import Flow
from server.ids import Id

_enrolment: Table = Enrolment.__table__  # type: ignore[attr-defined]
_flow: Table = Flow.__table__  # type: ignore[attr-defined]


def end_credentials(tx: Tx, person_id: Id, *, by: Id, reason: str) -> None:
    """End a person's passkeys, passwords, links to providers, and unused one-time links."""
    passkeys.end_all(tx, person_id, by=by, reason=reason)
    fallback.end_all(tx, person_id, by=by, reason=reason)
    unused = select(Enrolment).where(_enrolment.c.person_id == person_id, holds(_enrolment))
    once = tx.session.scalars(unused, {"now": tx.now}).all()
    for row in (*links.of_person(tx, person_id), *once):
        facts.end(tx, row, by=by, reason=reason)
    # What was begun in a session of before must not end as a way in after it.
    tx.connection.execute(delete(_flow).where(_flow.c.person_id == person_id))
