"""How much a council may store, and how much a person may put in on one day.

Owns the counting and its answers. What is stored is summed from the versions themselves under the
council's lock, so that no two uploads slip through together.
"""

from sqlalchemy import ColumnElement, Table, func, select

from server.access.grant import Grant
from server.database import Tx
from server.documents.content.limits import Use, limit_of, refuse
from server.documents.days import TooMuchToday, begin_of, day_of, tomorrow
from server.documents.incidents import found
from server.documents.models import Version
from server.documents.upload_models import Upload, UploadPart
from server.identity.models import Person
from server.ids import Id
from server.problems import Problem
from server.settings import Settings

_version: Table = Version.__table__  # type: ignore[attr-defined]
_upload: Table = Upload.__table__  # type: ignore[attr-defined]
_part: Table = UploadPart.__table__  # type: ignore[attr-defined]
_person: Table = Person.__table__  # type: ignore[attr-defined]


class CouncilFull(Problem):
    status, code = 507, "council_full"
    ja = (
        "協議会の保存量が上限（limit、バイト）に達します（使用量 used）。"
        "不要な資料の整理か、上限の変更を管理者に求めてください。"
    )
    en = (
        "The council would store more than its `limit` in bytes (`used` so far). Ask the operator "
        "for a higher limit."
    )


class UploadsToday(TooMuchToday):
    code = "daily_upload_limit"
    ja = "今日送れる量の上限です。日本時間の翌日（ends_at）になれば、また送れます。"
    en = "This is all you may upload today. The next day in Japan begins at `ends_at`."


def stored(tx: Tx, settings: Settings, council_id: Id) -> Use:
    """What the versions of a council hold, and the parts of uploads that are none yet; a restored
    version has no bytes of its own.
    """
    mine = (_version.c.council_id == council_id) & _version.c.origin_id.is_(None)
    arrived = select(func.sum(_part.c.length)).join(_upload, _upload.c.id == _part.c.upload_id)
    under_way = tx.connection.scalar(arrived.where(_upload.c.council_id == council_id)) or 0
    return Use(_sum(tx, mine) + int(under_way), limit_of(settings.council_gib))


def uploaded(tx: Tx, settings: Settings, person_id: Id) -> Use:
    """What a person has uploaded today, to all councils."""
    day = day_of(tx.now)
    today = _version.c.recorded_at >= begin_of(day)
    mine = (_version.c.created_by == person_id) & _version.c.origin_id.is_(None)
    used = _sum(tx, mine & today)
    return Use(used, limit_of(settings.daily_upload_gib), tomorrow(tx.now))


def _sum(tx: Tx, which: ColumnElement[bool]) -> int:
    return int(tx.connection.scalar(select(func.sum(_version.c.size)).where(which)) or 0)


def check_upload(grant: Grant, size: int | None, *, arrived: int = 0) -> None:
    """Whether `size` more bytes may be stored; None while the sender has not said how many.
    `arrived` is what is stored already of the upload they belong to: no part of the day yet.

    In the first transaction it spares sending in vain; in the second, under the council's lock, it
    decides. Raises CouncilFull, UploadsToday, MarkingsWait.
    """
    found.check(grant)
    tx, settings = grant.tx, grant.parts.settings
    if tx.heads:
        # The same person may finish an upload to another council, under that council's lock.
        mine = select(_person.c.id).where(_person.c.id == grant.person_id)
        tx.connection.execute(mine.with_for_update(key_share=True))
    more = 1 if size is None else size
    refuse(CouncilFull, stored(tx, settings, grant.council_id), more, tx.now)
    refuse(UploadsToday, uploaded(tx, settings, grant.person_id), arrived + more, tx.now)
