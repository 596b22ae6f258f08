"""Who is told that a text they acknowledged has a new version: it asks them again.

Owns whom, for councils' duty. What closes until then is `acknowledged` of server/access/relations.
"""

from sqlalchemy import Table, exists, select

from server.access.models import Acknowledgement, Seat
from server.access.relations import of_present_text
from server.access.text_files import DUTY
from server.access.text_reminders import of_new_version
from server.audit.facts import holds
from server.councils.kinds import COUNCIL

_seat: Table = Seat.__table__  # type: ignore[attr-defined]
_acknowledgement: Table = Acknowledgement.__table__  # type: ignore[attr-defined]
_mine = (
    _acknowledgement.c.person_id == _seat.c.person_id,
    _acknowledgement.c.subject_id == _seat.c.council_id,
)
# Who acknowledged an earlier version alone; who acknowledged none was told when named.
_BEHIND = select(_seat.c.person_id, _seat.c.council_id.label("id"), _seat.c.council_id).where(
    holds(_seat),
    exists().where(*_mine),
    ~exists().where(*_mine, of_present_text(_acknowledgement)),
)

REMINDERS = (of_new_version(DUTY, COUNCIL, _BEHIND),)
