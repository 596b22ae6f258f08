"""What an agreement of all brings about, and its end (BR-29, BR-35).

Owns the know-how entry: made in the transaction of the last consent, from the very text that was
put, and limited to it. Its state is computed on read; the job here only makes evidence.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Table, select

from crypto.canonical import parse
from crypto.errors import Unverified
from server import jobs
from server.access.parts import Parts
from server.audit import checkpoints, facts
from server.audit import service as audit
from server.audit.service import Draft
from server.clock import DAY, Instant, from_text
from server.consents.models import Round, RoundClosed
from server.consents.outcome import State
from server.consents.service import question_of
from server.database import Tx
from server.ids import Id, new_id
from server.keys.service import open_field, seal_field
from server.publication.models import KnowHow, KnowHowHolder, KnowHowRelease

RELEASE = "publication.release_know_how"
REVIEWED_AFTER = 365 * DAY  # yearly: an exception stays one

_closed: Table = RoundClosed.__table__  # type: ignore[attr-defined]
_release: Table = KnowHowRelease.__table__  # type: ignore[attr-defined]


def agreed(tx: Tx, round_: Round, at: Instant) -> None:
    """Everybody consented: enter the know-how, its holders, and the work of its last day."""
    text, row_id = _text(tx, round_), new_id(tx.now)
    until = from_text(text["until"])
    place = ("know_how", "information", row_id)
    entry = KnowHow(
        id=row_id,
        council_id=round_.council_id,
        exception_id=round_.subject_id,
        result_id=text["result"],
        round_id=round_.id,
        holder_membership_id=text["holder"],
        information=seal_field(tx, round_.council_id, place, text["information"]),
        valid_from=at,
        valid_to=until,
        review_at=min(until, at + REVIEWED_AFTER),
    )
    facts.enter(tx, round_.council_id, entry)
    for person in text["authorised"]:
        holder = KnowHowHolder(council_id=round_.council_id, know_how_id=row_id, person_id=person)
        facts.enter(tx, round_.council_id, holder)
    jobs.later(tx, RELEASE, row_id, due_at=until)


def _text(tx: Tx, round_: Round) -> dict[str, Any]:
    text: dict[str, Any] = parse(question_of(tx, round_))["question"]
    return text


def release(parts: Parts, know_how_id: Id) -> None:
    """Record, once, that an entry's period has ended, with the time at which it did."""
    with parts.database.changing() as tx:
        entry = tx.session.get(KnowHow, know_how_id)
        if entry is None or entry.valid_to > tx.now:
            return
        audit.lock(tx, entry.council_id)
        noticed = select(_release.c.id).where(_release.c.know_how_id == entry.id)
        if tx.connection.execute(noticed).first() is not None:
            return
        end = KnowHowRelease(
            council_id=entry.council_id, know_how_id=entry.id, effective_at=entry.valid_to
        )
        facts.enter(tx, entry.council_id, end)
        draft = Draft(
            kind="know_how.release",
            object=f"know_how/{entry.id}",
            outcome="done",
            body={"effective_at": entry.valid_to},
            policy=parts.policy.digest,
        )
        audit.append(tx, entry.council_id, draft)
        checkpoints.sign(tx, entry.council_id)


def check_know_how(tx: Tx) -> Iterator[str]:
    """Faults in words: an entry without an agreement of all, or about more than was agreed."""
    for entry in tx.session.scalars(select(KnowHow)):
        round_ = tx.session.get(Round, entry.round_id)
        is_agreed = select(_closed.c.id).where(
            _closed.c.round_id == entry.round_id, _closed.c.outcome == State.AGREED
        )
        if round_ is None or tx.connection.execute(is_agreed).first() is None:
            yield f"know-how {entry.id} has no agreement"
        elif not _is_as_agreed(tx, entry, round_):
            yield f"know-how {entry.id} is not what was agreed"


def _is_as_agreed(tx: Tx, entry: KnowHow, round_: Round) -> bool:
    try:
        text, place = _text(tx, round_), ("know_how", "information", entry.id)
        information = open_field(tx, entry.council_id, place, entry.information)
    except Unverified:
        return False
    same_text = (information, entry.result_id) == (text["information"], text["result"])
    return same_text and entry.valid_to == from_text(text["until"])


CHECKS = (check_know_how,)
JOBS = {RELEASE: release}
