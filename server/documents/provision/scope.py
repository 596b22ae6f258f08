"""The scope of a secret: who receives it, and until when (対象範囲・期間, docs/provision.md).

Writes the tables `recipient`, `period` and `release`; owns BR-14, BR-17, BR-18 and BR-20. What
narrows the scope takes effect at once; what widens it, after providing, needs a reason. Only the
provider comes here: that is the guard's doing (BR-17).
"""

from collections.abc import Iterable, Sequence

from sqlalchemy import Table, bindparam, select

from server.access import closings
from server.access.grant import Grant
from server.access.models import Seat
from server.audit import facts
from server.audit.facts import holds
from server.clock import Instant
from server.database import Tx
from server.documents import endings, handling
from server.documents.kinds import SECRET
from server.documents.models import HandlingLevel, Period, Recipient, Release, ReleaseGround
from server.ids import Id, new_id
from server.keys.service import open_if_said, seal_if_said
from server.prepared import Prepared
from server.problems import Malformed

_recipient: Table = Recipient.__table__  # type: ignore[attr-defined]
_period: Table = Period.__table__  # type: ignore[attr-defined]
_seat: Table = Seat.__table__  # type: ignore[attr-defined]
_LEVELS = tuple(HandlingLevel)
_EVENT = Prepared(
    select(_period.c.id, _period.c.event)
    .where(_period.c.document_id == bindparam("document"))
    .order_by(_period.c.log_seq.desc())
    .limit(1)
)


class NotSeated(Malformed):
    code = "recipient_not_seated"
    ja = "提供先は、この協議会に席のある人に限ります。persons の人には席がありません（BR-18）。"
    en = "Recipients hold seats in this council. Those in `persons` do not (BR-18)."


class PeriodOver(Malformed):
    code = "period_over"
    ja = (
        "期間の終わりは未来の時刻にしてください。"
        "提供した秘密を今すぐ終えるには、解除（release）してください。"
    )
    en = "The end must lie in the future. To end a provided secret now, release it (`release`)."


class ReasonNeeded(Malformed):
    code = "reason_needed"
    ja = "提供した後に範囲・期間・取扱いを広げるには、理由が必要です（reason）。"
    en = "Once provided, widening recipients, period or handling needs a reason (`reason`)."


class EventNeedsEnd(Malformed):
    code = "event_needs_end"
    ja = "出来事で終わる期間にも、最終期限（ends_at）を定めてください。"
    en = "A period that an event ends needs a latest date as well (`ends_at`)."


class NoEvent(Malformed):
    code = "no_event"
    ja = "期間の終わりとなる出来事が定められていません。別の理由（ground）で解除してください。"
    en = "The period names no event that ends it. Release it on another ground."


def is_provided(grant: Grant) -> bool:
    """Whether the scope of the granted thing is that of a provided secret, no longer a draft."""
    return bool(grant.thing.state == SECRET)


def _reason(grant: Grant, table: str, row_id: Id, reason: str | None) -> bytes | None:
    return seal_if_said(grant.tx, grant.council_id, (table, "reason", row_id), reason)


def name_recipients(
    grant: Grant,
    document_id: Id,
    *,
    add: Iterable[Id],
    remove: Iterable[Id] = (),
    reason: str | None = None,
) -> None:
    """Name persons, and end the naming of others, at once (BR-14, BR-17).

    Raises NotSeated for whoever has no seat in the council, ReasonNeeded where somebody new is
    named for what is provided already, CouncilIsClosed (of a draft that is left there).
    """
    closings.check_open(grant.tx, grant.council_id)
    added, removed = list(dict.fromkeys(add)), set(remove)
    _check_seated(grant, added)
    standing = {row.person_id: row for row in _standing(grant.tx, document_id)}
    fresh = [person for person in added if person not in standing or person in removed]
    if fresh and reason is None and is_provided(grant):
        raise ReasonNeeded
    for person, row in standing.items():
        if person in removed:
            facts.end(grant.tx, row, by=grant.person_id, reason="removed")
    for person in fresh:
        _name(grant, document_id, person, reason)
    grant.note(added=added, removed=sorted(removed & standing.keys()))


def _name(grant: Grant, document_id: Id, person: Id, reason: str | None) -> None:
    row_id = new_id(grant.now)
    row = Recipient(
        id=row_id,
        council_id=grant.council_id,
        document_id=document_id,
        person_id=person,
        named_by=grant.person_id,
        reason=_reason(grant, "recipient", row_id, reason),
    )
    facts.enter(grant.tx, grant.council_id, row)


def _check_seated(grant: Grant, persons: Sequence[Id]) -> None:
    query = select(_seat.c.person_id).where(
        _seat.c.council_id == grant.council_id, _seat.c.person_id.in_(persons), holds(_seat)
    )
    seated = set(grant.tx.connection.scalars(query, {"now": grant.now}))
    if missing := [person for person in persons if person not in seated]:
        raise NotSeated(None, persons=missing)


def _standing(tx: Tx, document_id: Id) -> Sequence[Recipient]:
    query = select(Recipient).where(_recipient.c.document_id == document_id, holds(_recipient))
    return tx.session.scalars(query, {"now": tx.now}).all()


def event_of(tx: Tx, council_id: Id, document_id: Id) -> str | None:
    """The event that ends the period in force, in clear; None where there is none."""
    row = _EVENT.row(tx, {"document": document_id})
    if row is None:
        return None
    return open_if_said(tx, council_id, ("period", "event", row.id), row.event)


def begin_period(grant: Grant, document_id: Id, ends_at: Instant | None, event: str | None) -> None:
    """Say of a draft until when, if that is known yet. Raises PeriodOver, EventNeedsEnd."""
    if ends_at is None:
        if event is not None:
            raise EventNeedsEnd
        return
    if ends_at <= grant.now:
        raise PeriodOver
    _set(grant, document_id, ends_at, event, None)


def set_period(
    grant: Grant,
    ends_at: Instant,
    *,
    event: str | None = None,
    without_event: bool = False,
    reason: str | None = None,
) -> None:
    """Set until when the granted secret is one (BR-17): a shorter period takes effect at once, a
    longer one needs a reason. The event stays, unless another is named or it is taken away.

    Raises PeriodOver (a slip of a date must not end a secret), ReasonNeeded, CouncilIsClosed.
    """
    closings.check_open(grant.tx, grant.council_id)
    present: Instant | None = grant.thing.ends_at
    before = event_of(grant.tx, grant.council_id, grant.id)
    wanted = None if without_event else event or before
    if (ends_at, wanted) == (present, before):
        return
    if not is_provided(grant):
        begin_period(grant, grant.id, ends_at, wanted)
        return
    if ends_at <= grant.now:
        raise PeriodOver
    # What ended it earlier may no longer do so: that makes the period longer as well.
    longer = (present is not None and ends_at > present) or before not in (None, wanted)
    if longer and reason is None:
        raise ReasonNeeded
    _set(grant, grant.id, ends_at, wanted, reason)
    endings.remind(grant.tx, grant.id, ends_at)
    grant.note(before=present)


def _set(
    grant: Grant, document_id: Id, ends_at: Instant, event: str | None, reason: str | None
) -> None:
    row_id, council_id = new_id(grant.now), grant.council_id
    place = ("period", "event", row_id)
    period = Period(
        id=row_id,
        council_id=council_id,
        document_id=document_id,
        ends_at=ends_at,
        event=seal_if_said(grant.tx, council_id, place, event),
        reason=_reason(grant, "period", row_id, reason),
        set_by=grant.person_id,
    )
    facts.enter(grant.tx, council_id, period)
    grant.note(ends_at=ends_at, event=event is not None)


def set_handling(grant: Grant, level: HandlingLevel, reason: str | None) -> None:
    """Say how recipients may handle the granted secret (BR-17). Tightening takes effect at once.

    Raises ReasonNeeded where more is allowed than was (of what is provided), CouncilIsClosed.
    """
    closings.check_open(grant.tx, grant.council_id)
    present = HandlingLevel(grant.thing.handling)
    if level is present:
        return
    looser = _LEVELS.index(level) > _LEVELS.index(present)
    if looser and reason is None and is_provided(grant):
        raise ReasonNeeded
    handling.set_level(grant, grant.id, level, reason=reason)


def release(grant: Grant, ground: ReleaseGround, reason: str | None) -> None:
    """Let the secret become council-internal now.

    Raises NoEvent where an event is said to have happened that the period does not name.
    """
    if ground is ReleaseGround.EVENT_OCCURRED and not _has_event(grant):
        raise NoEvent
    row_id = new_id(grant.now)
    row = Release(
        id=row_id,
        council_id=grant.council_id,
        document_id=grant.id,
        ground=ground,
        reason=_reason(grant, "release", row_id, reason),
        released_by=grant.person_id,
    )
    facts.enter(grant.tx, grant.council_id, row)
    grant.note(ground=ground)


def _has_event(grant: Grant) -> bool:
    row = _EVENT.row(grant.tx, {"document": grant.id})
    return row is not None and row.event is not None
