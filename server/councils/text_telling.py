"""Who is told that a text they acknowledged has a new version: it asks them again.

Owns whom, for councils' duty. What closes until then is `acknowledged` of server/access/relations.
"""

from collections.abc import Iterator

from sqlalchemy import Table, exists, select

from server.access import texts
from server.access.matters import Telling, Topic
from server.access.models import Acknowledgement, Seat
from server.access.relations import of_present_text
from server.access.text_files import DUTY
from server.access.vocabulary import Action
from server.audit.facts import holds
from server.councils.kinds import COUNCIL
from server.database import Tx

_seat: Table = Seat.__table__  # type: ignore[attr-defined]
_acknowledgement: Table = Acknowledgement.__table__  # type: ignore[attr-defined]
_mine = (
    _acknowledgement.c.person_id == _seat.c.person_id,
    _acknowledgement.c.subject_id == _seat.c.council_id,
)
# Who acknowledged an earlier version alone; who acknowledged none was told when named.
_BEHIND = select(_seat.c.person_id, _seat.c.council_id).where(
    holds(_seat),
    exists().where(*_mine),
    ~exists().where(*_mine, of_present_text(_acknowledgement)),
)


def remind_of_new_duty(tx: Tx) -> Iterator[Telling]:
    """The duty's text has a new version in force: everybody seated who acknowledged another."""
    version = texts.current(tx, DUTY)
    for row in tx.connection.execute(_BEHIND, {"now": tx.now}):
        yield Telling(
            topic=Topic.TEXT_CHANGED,
            person_id=row.person_id,
            kind=COUNCIL,
            id=row.council_id,
            council_id=row.council_id,
            source=f"{version.id}/{row.council_id}",
            at=version.since,
            action=Action.ACKNOWLEDGE,
        )


REMINDERS = (remind_of_new_duty,)
