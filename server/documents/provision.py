"""Providing a secret, and its scope afterwards: who receives it, until when (domain.md 5).

Owns the tables `recipient`, `period`, `provided` and `release`, and BR-14 to BR-20. Only the
provider comes here: that is the guard's doing (BR-17).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Table, and_, bindparam, case, exists, select

from crypto.canonical import canonical
from crypto.digests import sha256
from server.access import seats
from server.access.grant import Grant
from server.access.models import Acknowledgement, Seat
from server.audit import facts
from server.audit.facts import holds
from server.clock import Instant
from server.councils import duty
from server.database import Tx
from server.documents import endings, versions
from server.documents.kinds import DRAFT, confirmed
from server.documents.models import Period, Provided, Recipient, Release, ReleaseGround
from server.documents.service import NotSecretInSubstance, Statement, state, statement_of
from server.identity import service as identity
from server.ids import Id, new_id
from server.keys.service import seal_field
from server.prepared import Prepared
from server.problems import Conflict, Malformed, Problem

_recipient: Table = Recipient.__table__  # type: ignore[attr-defined]
_seat: Table = Seat.__table__  # type: ignore[attr-defined]
_acknowledgement: Table = Acknowledgement.__table__  # type: ignore[attr-defined]


class Incomplete(Problem):
    status, code = 422, "provision_incomplete"
    ja = "対象・提供先・期間・理由が足りません。missing の項目を定めてください（BR-15）。"
    en = "Subject, recipients, period, reason: all are needed. State those in `missing` (BR-15)."


class NotSeated(Malformed):
    code = "recipient_not_seated"
    ja = "提供先は、この協議会に席のある人に限ります。persons の人には席がありません（BR-18）。"
    en = "Recipients hold seats in this council. Those in `persons` do not (BR-18)."


class PeriodOver(Malformed):
    code = "period_over"
    ja = "期間の終わりは未来の時刻にしてください。"
    en = "The end of the period must lie in the future."


class ReasonNeeded(Malformed):
    code = "reason_needed"
    ja = "期間を延ばすには理由が必要です（reason）。"
    en = "Extending the period needs a reason (`reason`)."


class ScopeChanged(Conflict):
    code = "scope_changed"
    ja = "確認しようとした範囲・期間は現在のものではありません。概要を読み直して確認してください。"
    en = "That is not the scope in force. Read the summary again, then acknowledge."


class NotDraft(Conflict):
    code = "not_a_draft"
    ja = "提供済みです。対象・理由は変えられません。"
    en = "It has been provided: what was said of it can no longer be changed."


@dataclass(frozen=True, slots=True)
class Named:
    """A named person: the seat's member, whether delivery is blocked, whether acknowledged."""

    person: Id
    name: str
    membership: Id | None
    blocked: bool
    acknowledged: bool


_sits = and_(
    _seat.c.council_id == _recipient.c.council_id,
    _seat.c.person_id == _recipient.c.person_id,
    holds(_seat),
)
_member = select(_seat.c.membership_id).where(_sits).limit(1).scalar_subquery()
_delivered = exists().where(_sits, confirmed(_seat.c.membership_id))
_bound = exists().where(
    _acknowledgement.c.subject_id == _recipient.c.document_id,
    _acknowledgement.c.person_id == _recipient.c.person_id,
    holds(_acknowledgement),
)
_RECIPIENTS = Prepared(
    select(
        _recipient.c.person_id.label("person"),
        _member.label("membership"),
        case((_delivered, 0), else_=1).label("blocked"),
        case((_bound, 1), else_=0).label("acknowledged"),
    )
    .where(_recipient.c.document_id == bindparam("document"), holds(_recipient))
    .order_by(_recipient.c.log_seq, _recipient.c.id)
)


def recipients(tx: Tx, document_id: Id) -> list[Named]:
    """The persons named for a secret, in the order they were named."""
    rows = _RECIPIENTS.rows(tx, {"document": document_id, "now": tx.now})
    return [
        Named(
            row.person,
            identity.name_of(tx, row.person),
            row.membership,
            bool(row.blocked),
            bool(row.acknowledged),
        )
        for row in rows
    ]


def count(tx: Tx, document_id: Id) -> int:
    """How many persons are named."""
    return len(_RECIPIENTS.rows(tx, {"document": document_id, "now": tx.now}))


def restate(grant: Grant, said: Statement) -> None:
    """Write the statement of a draft anew. Raises NotDraft, NotSecretInSubstance."""
    if grant.thing.state != DRAFT:
        raise NotDraft
    state(grant, grant.id, said)


def name_recipients(
    grant: Grant, document_id: Id, *, add: Iterable[Id], remove: Iterable[Id] = ()
) -> None:
    """Name persons, and end the naming of others, at once (BR-14, BR-17).

    Raises NotSeated for whoever has no seat in the council.
    """
    added, removed = list(dict.fromkeys(add)), set(remove)
    _check_seated(grant, added)
    standing = {row.person_id: row for row in _standing(grant.tx, document_id)}
    for person, row in standing.items():
        if person in removed:
            facts.end(grant.tx, row, by=grant.person_id, reason="removed")
    for person in added:
        if person not in standing or person in removed:
            row = Recipient(
                council_id=grant.council_id,
                document_id=document_id,
                person_id=person,
                named_by=grant.person_id,
            )
            facts.enter(grant.tx, grant.council_id, row)
    grant.note(added=added, removed=sorted(removed & standing.keys()))


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


def set_period(
    grant: Grant,
    document_id: Id,
    ends_at: Instant,
    *,
    present: Instant | None,
    reason: str | None,
    is_draft: bool,
) -> None:
    """Set until when (BR-17). An earlier end takes effect at once, a later one needs a reason.

    `present` is the end in force. Raises PeriodOver, ReasonNeeded.
    """
    if is_draft and ends_at <= grant.now:
        raise PeriodOver
    if not is_draft and present is not None and ends_at > present and reason is None:
        raise ReasonNeeded
    row_id, council_id = new_id(grant.now), grant.council_id
    place = ("period", "reason", row_id)
    effective = max(ends_at, grant.now)
    period = Period(
        id=row_id,
        council_id=council_id,
        document_id=document_id,
        ends_at=effective,
        reason=None if reason is None else seal_field(grant.tx, council_id, place, reason),
        set_by=grant.person_id,
    )
    facts.enter(grant.tx, council_id, period)
    if not is_draft:
        endings.remind(grant.tx, document_id, effective)
    grant.note(ends_at=effective, before=present)


def provide(grant: Grant) -> list[Named]:
    """Provide the draft: from now the duty is on its recipients. Those blocked are returned.

    A recipient whose member has no valid confirmation gets nothing until it has one; the others
    are not held up (BR-16). Raises Incomplete (BR-15), NotSecretInSubstance (BR-19), NotReady,
    NewestNotReady.
    """
    provision_id, said = statement_of(grant.tx, grant.council_id, grant.id)
    named = recipients(grant.tx, grant.id)
    _check_complete(grant, said, named)
    provided = Provided(
        council_id=grant.council_id,
        document_id=grant.id,
        provision_id=provision_id,
        version_id=versions.to_provide(grant),
        provided_by=grant.person_id,
    )
    facts.enter(grant.tx, grant.council_id, provided)
    endings.remind(grant.tx, grant.id, grant.thing.ends_at)
    blocked = [person for person in named if person.blocked]
    grant.note(recipients=[p.person for p in named], blocked=[p.person for p in blocked])
    return blocked


def _check_complete(grant: Grant, said: Statement, named: Sequence[Named]) -> None:
    ends_at = grant.thing.ends_at
    stated = {
        "subject": said.subject,
        "recipients": named,
        "period": ends_at is not None and ends_at > grant.now,
        "reason": said.reason,
    }
    if missing := [name for name, value in stated.items() if not value]:
        raise Incomplete(None, missing=missing)
    if said.not_publicly_known is not True or not said.why_worth_protecting:
        raise NotSecretInSubstance


def release(grant: Grant, ground: ReleaseGround, reason: str | None) -> None:
    """Let the secret become council-internal now (domain.md 5, step 6)."""
    row_id, council_id = new_id(grant.now), grant.council_id
    place = ("release", "reason", row_id)
    row = Release(
        id=row_id,
        council_id=council_id,
        document_id=grant.id,
        ground=ground,
        reason=None if reason is None else seal_field(grant.tx, council_id, place, reason),
        released_by=grant.person_id,
    )
    facts.enter(grant.tx, council_id, row)


def scope_digest(document_id: Id, provider: Id, ends_at: Instant, now: Instant) -> tuple[str, str]:
    """The duty's text in force, and the digest of what a recipient acknowledges for this item."""
    version = duty.current(now)
    scope = {
        "duty": duty.digest_of(version),
        "document": document_id,
        "provider": provider,
        "ends_at": ends_at,
    }
    return duty.id_of(version), sha256(canonical(scope)).hex()


def acknowledge(grant: Grant, scope: str) -> None:
    """Record that a named person acknowledges the item's scope before the first opening (BR-36).

    Raises ScopeChanged when the period was moved meanwhile.
    """
    thing = grant.thing
    text_id, digest = scope_digest(grant.id, thing.provider_membership_id, thing.ends_at, grant.now)
    if scope != digest:
        raise ScopeChanged(current=digest)
    seats.acknowledge(
        grant.tx,
        grant.council_id,
        grant.person_id,
        text_id=text_id,
        text_digest=digest,
        subject_id=grant.id,
    )
