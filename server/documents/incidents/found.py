"""How many markings may wait for an officer before who sent them sends no more.

Owns that limit: each marking the server finds opens an incident that an officer closes by hand, and
nobody may bury the officers in them. What was sent already is dealt with as it is.
"""

from sqlalchemy import Table, bindparam, func, select

from server.access.grant import Grant
from server.documents.incidents.kinds import INCIDENT, OPEN
from server.documents.incidents.models import Incident, IncidentOrigin
from server.documents.models import Version
from server.prepared import Prepared
from server.problems import Conflict

MOST = 20

_incident: Table = Incident.__table__  # type: ignore[attr-defined]
_version: Table = Version.__table__  # type: ignore[attr-defined]
_WAITING = Prepared(
    select(func.count().label("waiting"))
    .select_from(_incident.join(_version, _version.c.id == _incident.c.version_id))
    .where(
        _incident.c.origin == IncidentOrigin.DETECTED,
        _version.c.created_by == bindparam("sender"),
        INCIDENT.state == OPEN,
    )
)


class MarkingsWait(Conflict):
    code = "markings_wait"
    ja = (
        "あなたが送ったファイルから、取り扱えない秘密の表示が見つかっています。終わっていない事案が"
        "上限（limit）に達したので、情報管理責任者に連絡し、終わってから送ってください。"
    )
    en = (
        "Markings were found in what you sent, and as many incidents are open as there may be "
        "(`limit`). Talk to an information officer, and send more when they are closed."
    )


def check(grant: Grant) -> None:
    """Whether the caller may send more, in any council. Raises MarkingsWait."""
    row = _WAITING.row(grant.tx, {"sender": grant.person_id, "now": grant.now})
    if row is not None and row.waiting >= MOST:
        raise MarkingsWait(limit=MOST)
