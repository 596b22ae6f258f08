"""The guarded kind DOCUMENT: its states, who is provider or recipient, which version is served.

Owns BR-14, BR-16, BR-17, BR-20 and BR-36 as SQL. Decides nothing; state is never stored.
"""

from typing import Any

from sqlalchemy import ColumnElement, Table, and_, case, exists, func, or_, select

from server.access import closings, ways
from server.access.condition import Condition, Part, either, resting, way
from server.access.kind import PERSON, Kind, OneOf, version
from server.access.models import Seat
from server.access.relations import (
    acknowledged,
    of_council,
    of_member,
    officers,
    reaching,
    seats,
    serving,
)
from server.access.text_files import ITEM
from server.access.vocabulary import SPEAKING, Action, DeputyScope, KindName, Relation
from server.audit.facts import NOW, holds
from server.councils.models import SafeManagementConfirmation
from server.documents.handling import COPIED, LEVEL, PRINTED
from server.documents.models import (
    Destruction,
    Document,
    HandlingLevel,
    Period,
    PeriodEnd,
    Provided,
    Recipient,
    Release,
    Version,
    VersionFinding,
    VersionOutcome,
)
from server.documents.refusals import OnlyProvider

_document: Table = Document.__table__  # type: ignore[attr-defined]
_period: Table = Period.__table__  # type: ignore[attr-defined]
_period_end: Table = PeriodEnd.__table__  # type: ignore[attr-defined]
_recipient: Table = Recipient.__table__  # type: ignore[attr-defined]
_provided: Table = Provided.__table__  # type: ignore[attr-defined]
_release: Table = Release.__table__  # type: ignore[attr-defined]
_destruction: Table = Destruction.__table__  # type: ignore[attr-defined]
_version: Table = Version.__table__  # type: ignore[attr-defined]
_finding: Table = VersionFinding.__table__  # type: ignore[attr-defined]
_seat: Table = Seat.__table__  # type: ignore[attr-defined]
_confirmation: Table = SafeManagementConfirmation.__table__  # type: ignore[attr-defined]
_council_id = _document.c.council_id
_source = _document.c.provider_membership_id

COUNCIL_INTERNAL, DRAFT, SECRET = "council_internal", "provision_draft", "provided_secret"
RETAINED = "retained"
# Provided, and under the duty of ACT 62(7) still.
UNDER_DUTY = (SECRET, RETAINED)


def _newest_period(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """A column of the period in force. `log_seq` orders what was recorded in one millisecond."""
    mine = select(column).where(
        _period.c.document_id == _document.c.id, _period.c.recorded_at <= NOW
    )
    newest = mine.order_by(_period.c.log_seq.desc()).limit(1)
    return newest.correlate_except(_period).scalar_subquery()


# Each speaks of the document asked about, however deep it stands in a query (`correlate_except`).
def _of(fact: Table) -> ColumnElement[bool]:
    found = exists().where(fact.c.document_id == _document.c.id, holds(fact))
    return found.correlate_except(fact)


def _one(fact: Table, column: str) -> ColumnElement[Any]:
    """A column of the one row of `fact`; null where there is none yet."""
    mine = select(fact.c[column]).where(fact.c.document_id == _document.c.id, holds(fact))
    return mine.limit(1).correlate_except(fact).scalar_subquery()


def _recorded(fact: Table) -> ColumnElement[Any]:
    return _one(fact, "recorded_at")


ENDS_AT = _newest_period(_period.c.ends_at)

# BR-20: the moment itself ends the secret, whether or not anybody has noticed.
STATE: ColumnElement[str] = case(
    (_document.c.is_secret.is_(False), COUNCIL_INTERNAL),
    (~_of(_provided), DRAFT),
    (_of(_release), COUNCIL_INTERNAL),
    (ENDS_AT <= NOW, COUNCIL_INTERNAL),
    # Its council is closed: no longer its recipients', and not yet the council's.
    (closings.closed(_document.c.council_id), RETAINED),
    else_=SECRET,
)


def _provider() -> ColumnElement[bool]:
    """The person speaks for the member it comes from, or made it and still sits for that member.

    Over a provided secret only who speaks for the member decides: having made it is not enough for
    a handler (matrix row 11). A member's service account provides its papers, never a secret.
    """
    seat = and_(
        _seat.c.membership_id == _document.c.provider_membership_id,
        _seat.c.person_id == PERSON,
        holds(_seat),
    )
    speaks = exists().where(seat, _seat.c.role.in_(SPEAKING), reaching(DeputyScope.PROVIDE))
    made = and_(_document.c.created_by == PERSON, exists().where(seat), STATE.not_in(UNDER_DUTY))
    by_person = and_(acknowledged(_document.c.council_id), or_(speaks, made))
    return or_(by_person, and_(_document.c.is_secret.is_(False), serving(of_member(_source))))


def confirmed(membership: ColumnElement[str]) -> ColumnElement[bool]:
    """The member's safe management is confirmed and the confirmation is valid (BR-16)."""
    return exists().where(_confirmation.c.membership_id == membership, holds(_confirmation))


def _named() -> ColumnElement[bool]:
    """The provider named the person, who sits for a member whose safe management is confirmed.

    The naming, which alone is the document's own, is asked last.
    """
    named = exists().where(
        _recipient.c.document_id == _document.c.id,
        _recipient.c.person_id == PERSON,
        holds(_recipient),
    )
    seat = exists().where(
        _seat.c.council_id == _document.c.council_id,
        _seat.c.person_id == PERSON,
        holds(_seat),
        confirmed(_seat.c.membership_id),
    )
    return and_(acknowledged(_document.c.council_id), seat, named)


def _speaking() -> ColumnElement[bool]:
    """The person speaks for a member: only then a secret is taken out as a file (matrix row 11)."""
    return exists().where(
        _seat.c.council_id == _document.c.council_id,
        _seat.c.person_id == PERSON,
        _seat.c.role.in_(SPEAKING),
        reaching(DeputyScope.PROVIDE),
        holds(_seat),
    )


def for_others() -> ColumnElement[bool]:
    """Of a document's versions, those that others than its provider may ever be served.

    Of what was provided: exactly the version that was, and once it is council-internal again, what
    was uploaded since. What the provider replaced before providing was never provided (BR-14).
    """
    ended_at = func.coalesce(_recorded(_release), ENDS_AT)
    # `log_seq` tells before from after within one millisecond.
    since = and_(
        STATE == COUNCIL_INTERNAL,
        _version.c.log_seq > _one(_provided, "log_seq"),
        _version.c.recorded_at >= ended_at,
    )
    return or_(~_of(_provided), _version.c.id == _one(_provided, "version_id"), since)


def newest_ready() -> ColumnElement[Any]:
    """The version that is served: the newest whose last re-reading found it whole, and, of what
    was provided, none that was not.
    """
    outcome = (
        select(_finding.c.outcome)
        .where(_finding.c.version_id == _version.c.id, _finding.c.recorded_at <= NOW)
        .order_by(_finding.c.log_seq.desc())
        .limit(1)
        .scalar_subquery()
    )
    mine = select(_version.c.id).where(
        _version.c.document_id == _document.c.id, outcome == VersionOutcome.READY, for_others()
    )
    return mine.order_by(_version.c.log_seq.desc()).limit(1).scalar_subquery()


def _safe(council: ColumnElement[str]) -> Part:
    """The member the person sits for has a valid confirmation of its safe management (BR-16)."""
    mine = select(_seat.c.membership_id).where(
        _seat.c.council_id == council, _seat.c.person_id == PERSON, holds(_seat)
    )
    sits_for = _confirmation.c.membership_id.in_(mine.correlate_except(_seat))
    return resting(Condition.SAFE_MANAGEMENT, _confirmation, sits_for)


def before_scope(council: ColumnElement[str]) -> tuple[Part, ...]:
    """What a person named for a secret needs besides the naming and the scope's acknowledgement."""
    return (ways.seat(council), _safe(council), ways.duty(council))


_NAMED = (
    Part(Condition.MEANT_AS_SECRET, _document.c.is_secret.is_(True)),
    resting(
        Condition.IS_NAMED,
        _recipient,
        _recipient.c.document_id == _document.c.id,
        _recipient.c.person_id == PERSON,
    ),
    *before_scope(_council_id),
)
_SCOPE = ways.scope(_document.c.id)
_SPEAKS = ways.seat(_council_id, SPEAKING, DeputyScope.PROVIDE)
_WAYS = {
    **ways.seats(_council_id, DeputyScope.PROVIDE),
    **ways.officers(_council_id),
    Relation.PROVIDER: either(
        (
            ways.sitting(Condition.SPEAKS_FOR_SOURCE, _source, SPEAKING, DeputyScope.PROVIDE),
            ways.duty(_council_id),
        ),
        (
            Part(Condition.MADE_IT, _document.c.created_by == PERSON),
            ways.sitting(Condition.SITS_FOR_SOURCE, _source),
            Part(Condition.NOT_PROVIDED, STATE.not_in(UNDER_DUTY)),
            ways.duty(_council_id),
        ),
        (
            ways.service(Condition.IS_SERVICE_OF_SOURCE, of_member(_source)),
            Part(Condition.NEVER_SECRET, _document.c.is_secret.is_(False)),
        ),
    ),
    Relation.SERVICE: way(ways.service(Condition.IS_SERVICE, of_council(_council_id))),
    Relation.RECIPIENT: way(*_NAMED, _SCOPE),
    Relation.PRINT_RECIPIENT: way(
        *_NAMED, _SCOPE, _SPEAKS, Part(Condition.MAY_BE_PRINTED, PRINTED)
    ),
    Relation.COPY_RECIPIENT: way(*_NAMED, _SCOPE, _SPEAKS, Part(Condition.MAY_BE_COPIED, COPIED)),
    Relation.INVITED: way(*_NAMED, ways.unacknowledged(Condition.SCOPE_OPEN, _document.c.id, ITEM)),
}

# What a naming opens: nothing before its scope is acknowledged, and to who does not speak for a
# member pages alone, whatever the provider lets others do.
_INVITED = "invited"
_OPENS = case(
    (~acknowledged(_document.c.id, ITEM), _INVITED),
    (~_speaking(), HandlingLevel.VIEW_ONLY.value),
    else_=LEVEL,
)
_NAMING: ColumnElement[str | None] = case((and_(_document.c.is_secret, _named()), _OPENS))


def _naming(*opens: str) -> OneOf:
    return OneOf("naming", _NAMING, opens)


DOCUMENT = Kind(
    name=KindName.DOCUMENT,
    table=_document,
    states=(COUNCIL_INTERNAL, DRAFT, SECRET, RETAINED),
    state=STATE,
    council=_document.c.council_id,
    relations={
        **seats(_document.c.council_id, DeputyScope.PROVIDE),
        **officers(_document.c.council_id),
        Relation.SERVICE: serving(of_council(_council_id)),
        Relation.PROVIDER: _provider(),
        Relation.RECIPIENT: _naming(*HandlingLevel),
        Relation.PRINT_RECIPIENT: _naming(HandlingLevel.PRINT, HandlingLevel.DOWNLOAD),
        Relation.COPY_RECIPIENT: _naming(HandlingLevel.DOWNLOAD),
        Relation.INVITED: _naming(_INVITED),
    },
    ways=_WAYS,
    columns=(
        version(_council_id),
        case((_document.c.is_secret, 1), else_=0).label("secret"),
        _document.c.title,
        _document.c.provider_membership_id,
        _document.c.created_by,
        _document.c.recorded_at,
        case((_document.c.is_secret, ENDS_AT)).label("ends_at"),
        _recorded(_provided).label("provided_at"),
        _recorded(_release).label("released_at"),
        _one(_release, "ground").label("release_ground"),
        _recorded(_period_end).label("end_noted_at"),
        _recorded(_destruction).label("destroyed_at"),
        newest_ready().label("version_id"),
        case((_document.c.is_secret, LEVEL)).label("handling"),
    ),
    deniable=True,
    refusals={Action.SET_SCOPE: OnlyProvider, Action.RELEASE: OnlyProvider},
)
