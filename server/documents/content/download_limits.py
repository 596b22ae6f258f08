"""How much a person may take out on one day.

Owns the counting and its answer. What is taken out is promised, in the transaction of its entry,
before a byte moves, and what was not sent is given back. What is made for one reader (a page, a
marked copy) is counted when it has been made: how large, nobody knew before.
"""

from collections.abc import Callable

from anyio.to_thread import run_sync
from sqlalchemy import Table, bindparam, case, delete, select, update

from server.access.grant import Grant
from server.access.sharing import Share
from server.clock import Instant
from server.database import Tx, insert
from server.documents.content.limit_models import DailyDownload
from server.documents.content.limits import Use, limit_of, refuse
from server.documents.days import TooMuchToday, day_of, tomorrow
from server.ids import Id
from server.prepared import Prepared
from server.settings import MIB, Settings

# What may be promised ahead for ranges to come: little of what is left of the day, and little.
AHEAD, OF_WHAT_IS_LEFT = 16 * MIB, 64
PAGE = MIB  # what a page counts as, or its image where that is larger
NEARLY = 4, 5  # of a day's limit: then the officers are told

_taken: Table = DailyDownload.__table__  # type: ignore[attr-defined]
_TAKEN = Prepared(
    select(_taken.c.bytes).where(
        _taken.c.person_id == bindparam("person"), _taken.c.day == bindparam("day")
    )
)


class DownloadsToday(TooMuchToday):
    code = "daily_download_limit"
    ja = "今日取り出せる量の上限です。日本時間の翌日（ends_at）になれば、また取り出せます。"
    en = "This is all you may take out today. The next day in Japan begins at `ends_at`."


def downloaded(tx: Tx, settings: Settings, person_id: Id) -> Use:
    """What a person has taken out today, of all councils."""
    row = _TAKEN.row(tx, {"person": person_id, "day": day_of(tx.now)})
    return Use(row.bytes if row else 0, limit_of(settings.daily_download_gib), tomorrow(tx.now))


def check_download(grant: Grant, size: int) -> None:
    """Promise `size` bytes to the caller, together with the entry that lets them go; given back
    where the transfer comes to nothing before any was sent.

    Raises DownloadsToday, now or (where others were promised meanwhile) with the entry.
    """
    settings, person_id = grant.parts.settings, grant.person_id
    check_room(grant, size)
    if settings.daily_download_gib and size:
        grant.also.append(lambda tx: _promise(tx, settings, person_id, size, grant.now))
        grant.unkept = giving_back(grant, size)


def share_download(grant: Grant, size: int) -> Share:
    """As `check_download`, for a range that may go on under an entry there is: it is promised with
    an entry of its own, or taken from what was promised ahead. Raises DownloadsToday.
    """
    settings, person_id, now = grant.parts.settings, grant.person_id, grant.now
    use = check_room(grant, size)
    if use.limit is None:
        return Share(size)
    grant.unkept = giving_back(grant, size)
    return Share(
        size,
        promise=lambda tx, length: _promise(tx, settings, person_id, length, now),
        give_back=lambda tx, unsent: _give_back(tx, person_id, day_of(now), unsent),
        ahead=min(AHEAD, (use.limit - use.used) // OF_WHAT_IS_LEFT),
    )


def check_room(grant: Grant, size: int = 1) -> Use:
    """How much of the day is used, if `size` more bytes may be taken out; promises none. Raises
    DownloadsToday.
    """
    use = downloaded(grant.tx, grant.parts.settings, grant.person_id)
    refuse(DownloadsToday, use, size, grant.now)
    return use


async def expect(grant: Grant, size: int) -> None:
    """Whether the `size` bytes that are about to be made will fit, so that who wants more is told
    before anything leaves; counts none. Raises DownloadsToday.
    """
    await run_sync(_expect, grant, size)


def _expect(grant: Grant, size: int) -> None:
    with grant.parts.database.reading() as tx:
        use = downloaded(tx, grant.parts.settings, grant.person_id)
        refuse(DownloadsToday, use, size, tx.now)


async def count_page(grant: Grant, image: bytes) -> None:
    """Count a page that was made, before it leaves. Raises DownloadsToday.

    As no less than PAGE: else pages would be cheaper than the file. The file's own size says
    nothing here: what is counted is shown to the reader, who is not to learn that size.
    """
    await count(grant, max(len(image), PAGE))


async def count(grant: Grant, size: int) -> None:
    """Count `size` bytes made for the caller, before any leaves. Raises DownloadsToday."""
    if grant.parts.settings.daily_download_gib:
        await run_sync(_count, grant, size)


def _count(grant: Grant, size: int) -> None:
    with grant.parts.database.changing() as tx:
        now = max(tx.now, grant.now)
        _promise(tx, grant.parts.settings, grant.person_id, size, now)


def giving_back(grant: Grant, unsent: int) -> Callable[[Tx], None] | None:
    """What is written with the closing entry: of what was promised, these bytes were not sent."""
    if not (grant.parts.settings.daily_download_gib and unsent):
        return None
    person_id, day = grant.person_id, day_of(grant.now)
    return lambda tx: _give_back(tx, person_id, day, unsent)


def _give_back(tx: Tx, person_id: Id, day: int, unsent: int) -> None:
    """To the day that promised it: another day must not begin with more than its own."""
    mine = _taken.c.person_id == person_id, _taken.c.day == day
    left = case((_taken.c.bytes > unsent, _taken.c.bytes - unsent), else_=0)
    tx.connection.execute(update(_taken).where(*mine).values(bytes=left))


def _promise(tx: Tx, settings: Settings, person_id: Id, size: int, now: Instant) -> None:
    day, limit = day_of(now), limit_of(settings.daily_download_gib)
    row = insert(tx, _taken).values(person_id=person_id, day=day, bytes=size)
    more = {"bytes": _taken.c.bytes + size}
    taken = row.on_conflict_do_update(index_elements=["person_id", "day"], set_=more)
    used = tx.connection.scalar(taken.returning(_taken.c.bytes)) or 0
    if used == size:  # the first of the day
        past = _taken.c.person_id == person_id, _taken.c.day < day
        tx.connection.execute(delete(_taken).where(*past))
    refuse(DownloadsToday, Use(used - size, limit, tomorrow(now)), size, now)
    if limit is not None and used * NEARLY[1] >= limit * NEARLY[0]:
        mine = _taken.c.person_id == person_id, _taken.c.day == day
        first = _taken.c.nearly_at.is_(None)
        tx.connection.execute(update(_taken).where(*mine, first).values(nearly_at=now))
