"""Who is told of malware in an upload, of damaged content, of somebody who opens very much.

Owns whom. Stops nobody: malware was taken out of reach by its finding, damage by not opening (its
entry is made where somebody meets it: server/access/alarm.py), and a person may have good reason to
read much. The name of the malware is in no notice, only in the API.
"""

from collections.abc import Iterator

from sqlalchemy import Table, and_, case, distinct, func, or_, select

from server.access.alarm import DAMAGED
from server.access.matters import Telling, Tells, Topic, because_of
from server.access.sitting import officers_of, seats_of
from server.access.vocabulary import KindName, OfficeRole, SeatRole
from server.audit.models import SYSTEM, Entry
from server.clock import DAY
from server.councils.kinds import COUNCIL
from server.database import Tx
from server.documents.content.limit_models import DailyDownload
from server.documents.days import begin_of, day_of
from server.documents.kinds import DOCUMENT
from server.documents.letting_out import SHOWN, VIEWED
from server.documents.models import Document, Version, VersionFinding
from server.inspection.taps import INFECTED

# Of one council, by one person, on one day in Japan:
MANY = 100  # documents opened
MANY_PAGES = 1000  # pages looked at, one by one
PUT_BACK = (OfficeRole.COMPLIANCE_OFFICER, OfficeRole.SYSTEM_ADMINISTRATOR)

_entry: Table = Entry.__table__  # type: ignore[attr-defined]
_taken: Table = DailyDownload.__table__  # type: ignore[attr-defined]
# Each page has a mark of its own; asking how many there are shows none.
_is_page = and_(_entry.c.kind == VIEWED, _entry.c.mark.is_not(None))
_PAGES = func.sum(case((_is_page, 1), else_=0))


def quarantined(tx: Tx, finding: VersionFinding) -> Iterator[Telling]:
    """Malware was found: who uploaded it, who speaks for their member, the compliance officers.

    The officers are told of the council: of a draft they are not to know (BR-14).
    """
    if finding.scan != INFECTED:
        return
    version = tx.session.get(Version, finding.version_id)
    document = tx.session.get(Document, finding.document_id)
    if version is None or document is None:
        return
    speaking = seats_of(tx, document.provider_membership_id, SeatRole.REPRESENTATIVE)
    for person in sorted({version.created_by, *(seat.person_id for seat in speaking)}):
        yield because_of(finding, Topic.VERSION_QUARANTINED, person, DOCUMENT, document.id)
    for officer in officers_of(tx, finding.council_id, OfficeRole.COMPLIANCE_OFFICER):
        yield because_of(finding, Topic.VERSION_QUARANTINED, officer, COUNCIL, document.council_id)


def alarm_of_mass_reading(tx: Tx) -> Iterator[Telling]:
    """Somebody opened MANY documents or MANY_PAGES of a council today, or something of it and, of
    all councils, nearly what a day allows: its officers, once for each day.
    """
    day = day_of(tx.now)
    nearly = select(_taken.c.person_id).where(_taken.c.day == day, _taken.c.nearly_at.is_not(None))
    much = or_(
        func.count(distinct(_entry.c.object)) >= MANY,
        _PAGES >= MANY_PAGES,
        _entry.c.person_id.in_(nearly),
    )
    query = (
        select(_entry.c.log_id, _entry.c.person_id)
        .where(
            _entry.c.time >= begin_of(day),
            _entry.c.kind.in_(SHOWN),
            or_(_entry.c.kind != VIEWED, _is_page),
            _entry.c.outcome == "allowed",
            _entry.c.log_id != SYSTEM,
            _entry.c.person_id.is_not(None),
        )
        .group_by(_entry.c.log_id, _entry.c.person_id)
        .having(much)
        .order_by(_entry.c.log_id, _entry.c.person_id)
    )
    for row in tx.connection.execute(query).all():
        for officer in officers_of(tx, row.log_id, OfficeRole.COMPLIANCE_OFFICER):
            yield Telling(
                topic=Topic.MASS_READING,
                person_id=officer,
                kind=COUNCIL,
                id=row.log_id,
                council_id=row.log_id,
                source=f"{row.person_id}/{day}",
                at=tx.now,
            )


def alarm_of_damage(tx: Tx) -> Iterator[Telling]:
    """Damage was met: who must ask why and who must have it put back, once a day a document."""
    query = (
        select(_entry.c.log_id, _entry.c.object, _entry.c.time)
        .where(
            _entry.c.time > tx.now - DAY,
            _entry.c.kind == f"{KindName.DOCUMENT}.{DAMAGED}",
            _entry.c.log_id != SYSTEM,
        )
        .order_by(_entry.c.time)
    )
    for row in tx.connection.execute(query).all():
        for person in officers_of(tx, row.log_id, *PUT_BACK):
            yield Telling(
                topic=Topic.CONTENT_DAMAGED,
                person_id=person,
                kind=COUNCIL,
                id=row.log_id,
                council_id=row.log_id,
                source=f"{row.object}/{row.time // DAY}",
                at=row.time,
            )


TELLS = (Tells(VersionFinding, quarantined),)
REMINDERS = (alarm_of_mass_reading, alarm_of_damage)
