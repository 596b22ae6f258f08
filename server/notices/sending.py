"""The queue: which letter is next, what became of it, and when it is tried again.

Owns that two workers never take the same letter (a row is locked while it is taken, and then not
due for a while), and that a mail server that is down costs nothing but time. Between the server's
"accepted" and our note of it a crash may send a letter twice, as the same mail (its Message-ID
stays); a letter that was taken but not sent is never lost.
"""

from collections.abc import Callable, Sequence

from sqlalchemy import Table, select, update
from sqlalchemy.sql.elements import ColumnElement

from server.access.matters import kind_called, may_know
from server.access.parts import Parts
from server.audit.facts import holds
from server.clock import HOUR, MINUTE, Instant
from server.crashpoints import crashpoint
from server.database import Tx
from server.identity.models import Person
from server.ids import Id, new_id
from server.keys.models import INSTALLATION
from server.keys.service import open_field
from server.notices.letters import Letter, write
from server.notices.making import STALE
from server.notices.models import Notice
from server.notices.relay import Relay, Unreachable, deliver

AT_ONCE = 20  # letters of one conversation
MOST = 50  # notices of one letter
LONGEST_WAIT = 6 * HOUR

_notice: Table = Notice.__table__  # type: ignore[attr-defined]
_person: Table = Person.__table__  # type: ignore[attr-defined]
_WAITS = _notice.c.due_at.is_not(None)


def send_due(parts: Parts, relay: Relay, stopping: Callable[[], bool] = lambda: False) -> int:
    """Send what is due, until `stopping` says so; how many letters were accepted.

    Raises Unreachable.
    """
    sent = 0
    while not stopping() and (letters := _taken(parts)):
        accepted: list[Letter] = []

        def note(letter: Letter, fault: str | None, accepted: list[Letter] = accepted) -> None:
            crashpoint("notices.after_sending")
            finish(parts, letter.id, fault)
            if fault is None:
                accepted.append(letter)

        crashpoint("notices.before_sending")
        try:
            deliver(relay, letters, note)
        except Unreachable as failure:
            for letter in letters:
                finish(parts, letter.id, str(failure))
            raise
        sent += len(accepted)
    return sent


def _taken(parts: Parts) -> list[Letter]:
    letters: list[Letter] = []
    while len(letters) < AT_ONCE and (group := take(parts)) is not None:
        if group and (written := _written(parts, group)) is not None:
            letters.append(written)
    return letters


def take(parts: Parts) -> list[Notice] | None:
    """The notices of the next letter, not due again until it has had its time; None when none is.

    What its person may no longer know of, or whose person is gone, is not mailed; so the list may
    be empty.
    """
    with parts.database.changing() as tx:
        first = _locked(tx, _notice.c.due_at <= tx.now, 1)
        if not first:
            return None
        group = _locked(tx, _with(first[0], tx.now), MOST) if first[0].letter is None else []
        group = group or _locked(tx, _notice.c.letter == first[0].letter, MOST)
        mailed = [each for each in group if _may_be_told(parts, tx, each)]
        kept = {each.id for each in group} - {each.id for each in mailed}
        _set(tx, kept, due_at=None, kept_at=tx.now)
        letter = first[0].letter or new_id(tx.now)
        again = tx.now + min(MINUTE * 2 ** first[0].tries, LONGEST_WAIT)
        _set(
            tx, {each.id for each in mailed}, letter=letter, due_at=again, tries=first[0].tries + 1
        )
        tx.session.expunge_all()
    for each in mailed:
        each.letter = letter
    crashpoint("notices.taken")
    return mailed


def _with(first: Notice, now: Instant) -> ColumnElement[bool]:
    """Whatever else the same person is to be told by now goes into the same letter."""
    return (
        (_notice.c.person_id == first.person_id)
        & _notice.c.letter.is_(None)
        & (_notice.c.due_at <= now)
    )


def _locked(tx: Tx, condition: ColumnElement[bool], most: int) -> Sequence[Notice]:
    query = select(Notice).where(_WAITS, condition).order_by(_notice.c.due_at, _notice.c.id)
    return tx.session.scalars(query.limit(most).with_for_update(skip_locked=True)).all()


def _may_be_told(parts: Parts, tx: Tx, notice: Notice) -> bool:
    present = select(_person.c.id).where(_person.c.id == notice.person_id, holds(_person))
    if tx.connection.scalar(present, {"now": tx.now}) is None:
        return False
    about = (notice.person_id, kind_called(notice.kind), notice.thing_id)
    return may_know(parts.policy, tx, *about)


def _set(tx: Tx, ids: set[Id], **values: object) -> None:
    tx.connection.execute(update(_notice).where(_notice.c.id.in_(sorted(ids))).values(**values))


def _written(parts: Parts, group: Sequence[Notice]) -> Letter | None:
    """The letter; None, with the fault noted, where none can be written: an odd address, say."""
    person_id, letter = group[0].person_id, str(group[0].letter)
    try:
        with parts.database.reading() as tx:
            sealed = tx.connection.scalar(select(_person.c.email).where(_person.c.id == person_id))
            to = open_field(tx, INSTALLATION, ("person", "email", person_id), sealed or b"")
            return write(tx, parts.settings, letter, to, group, tx.now)
    except Exception as fault:  # noqa: BLE001  one letter must not keep back everybody's
        finish(parts, letter, f"letter: {type(fault).__name__}")
        return None


def finish(parts: Parts, letter: Id, fault: str | None) -> None:
    """Note that a letter was accepted, or why not; after three days it is given up, in sight."""
    with parts.database.changing() as tx:
        mine = _notice.c.letter == letter
        if fault is None:
            done = {"sent_at": tx.now, "due_at": None, "error": None}
            tx.connection.execute(update(_notice).where(mine, _WAITS).values(**done))
            return
        given_up = {"failed_at": tx.now, "due_at": None} if _is_old(letter, tx.now) else {}
        values = {"error": fault, **given_up}
        tx.connection.execute(update(_notice).where(mine, _WAITS).values(**values))


def _is_old(letter: Id, now: Instant) -> bool:
    """Whether a letter was first tried three days ago: its id says when (RFC 9562, 5.7)."""
    return now - int(letter.replace("-", "")[:12], 16) >= STALE
