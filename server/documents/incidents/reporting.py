"""How many documents one person may report on one day.

Owns that limit: a report takes a document from everybody before anybody has judged it, so nobody
may take away one after the other. Who has more to report tells an officer, who is told of each.
"""

from sqlalchemy import Table, bindparam, func, select

from server.access.grant import Grant
from server.access.vocabulary import Relation
from server.database import Tx
from server.documents.days import TooMuchToday, begin_of, day_of, refused
from server.documents.incidents.models import Incident, IncidentOrigin
from server.identity.models import Person
from server.ids import Id
from server.prepared import Prepared

# Who finds a folder of leaked papers reports each of them; beyond that an officer takes over, who
# gives back what was reported wrongly, and can be made to answer for what was not.
MOST, MOST_OF_OFFICER = 20, 200

_incident: Table = Incident.__table__  # type: ignore[attr-defined]
_person: Table = Person.__table__  # type: ignore[attr-defined]
_TODAY = Prepared(
    select(func.count().label("reports")).where(
        _incident.c.reported_by == bindparam("person"),
        _incident.c.origin == IncidentOrigin.REPORTED,
        _incident.c.recorded_at >= bindparam("since"),
    )
)


class ReportsToday(TooMuchToday):
    code = "daily_report_limit"
    ja = (
        "今日報告できる件数の上限（limit）です。残りは、情報管理責任者に直ちに伝えてください。"
        "日本時間の翌日（ends_at）になれば、また報告できます。"
    )
    en = (
        "This is all you may report today (`limit`). Tell an information officer of the others "
        "now; the next day in Japan begins at `ends_at`."
    )


def check(grant: Grant) -> None:
    """Whether the caller may report one more today, of all councils. Raises ReportsToday."""
    tx = grant.tx
    # The same person may report in another council, under that council's lock.
    mine = select(_person.c.id).where(_person.c.id == grant.person_id)
    tx.connection.execute(mine.with_for_update(key_share=True))
    most = MOST_OF_OFFICER if Relation.COMPLIANCE_OFFICER in grant.held else MOST
    reports = _today(tx, grant.person_id)
    if reports >= most:
        raise refused(ReportsToday, most, reports, tx.now)


def _today(tx: Tx, person_id: Id) -> int:
    row = _TODAY.row(tx, {"person": person_id, "since": begin_of(day_of(tx.now))})
    return int(row.reports) if row else 0
