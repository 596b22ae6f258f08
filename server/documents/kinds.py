"""The guarded kind DOCUMENT: what its states mean, and who is provider, recipient, invited.

Owns BR-14, BR-16, BR-17, BR-20 and BR-36 as SQL. Decides nothing; state is never stored.
"""

from typing import Any

from sqlalchemy import ColumnElement, Table, and_, case, exists, select

from server.access.kind import PERSON, Kind
from server.access.models import Seat
from server.access.relations import acknowledged, officers, seats
from server.access.vocabulary import KindName, Relation, SeatRole
from server.audit.facts import NOW, holds
from server.councils.models import SafeManagementConfirmation
from server.documents.models import (
    Document,
    Period,
    PeriodEnd,
    Provided,
    Recipient,
    Release,
    Version,
    VersionFinding,
    VersionOutcome,
)

_document: Table = Document.__table__  # type: ignore[attr-defined]
_period: Table = Period.__table__  # type: ignore[attr-defined]
_period_end: Table = PeriodEnd.__table__  # type: ignore[attr-defined]
_recipient: Table = Recipient.__table__  # type: ignore[attr-defined]
_provided: Table = Provided.__table__  # type: ignore[attr-defined]
_release: Table = Release.__table__  # type: ignore[attr-defined]
_version: Table = Version.__table__  # type: ignore[attr-defined]
_finding: Table = VersionFinding.__table__  # type: ignore[attr-defined]
_seat: Table = Seat.__table__  # type: ignore[attr-defined]
_confirmation: Table = SafeManagementConfirmation.__table__  # type: ignore[attr-defined]

COUNCIL_INTERNAL, DRAFT, SECRET = "council_internal", "provision_draft", "provided_secret"


def _newest_period(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """A column of the period in force. `log_seq` orders what was recorded in one millisecond."""
    mine = select(column).where(
        _period.c.document_id == _document.c.id, _period.c.recorded_at <= NOW
    )
    return mine.order_by(_period.c.log_seq.desc()).limit(1).scalar_subquery()


def _of(fact: Table) -> ColumnElement[bool]:
    return exists().where(fact.c.document_id == _document.c.id, holds(fact))


def _recorded(fact: Table) -> ColumnElement[Any]:
    """When the one row of `fact` was recorded; null where there is none yet."""
    mine = select(fact.c.recorded_at).where(fact.c.document_id == _document.c.id, holds(fact))
    return mine.limit(1).scalar_subquery()


ENDS_AT = _newest_period(_period.c.ends_at)

# BR-20: the moment itself ends the secret, whether or not anybody has noticed.
STATE: ColumnElement[str] = case(
    (_document.c.is_secret.is_(False), COUNCIL_INTERNAL),
    (~_of(_provided), DRAFT),
    (_of(_release), COUNCIL_INTERNAL),
    (ENDS_AT <= NOW, COUNCIL_INTERNAL),
    else_=SECRET,
)


def _provider() -> ColumnElement[bool]:
    """The person speaks for the member it comes from, or made it and still sits for that member."""
    mine = exists().where(
        _seat.c.membership_id == _document.c.provider_membership_id,
        _seat.c.person_id == PERSON,
        _seat.c.role.in_((SeatRole.REPRESENTATIVE, SeatRole.DEPUTY))
        | (_document.c.created_by == PERSON),
        holds(_seat),
    )
    return and_(mine, acknowledged(_document.c.council_id))


def confirmed(membership: ColumnElement[str]) -> ColumnElement[bool]:
    """The member's safe management is confirmed and the confirmation is valid (BR-16)."""
    return exists().where(_confirmation.c.membership_id == membership, holds(_confirmation))


def _named() -> ColumnElement[bool]:
    """The provider named the person, who sits for a member whose safe management is confirmed."""
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
    return and_(named, seat, acknowledged(_document.c.council_id))


def newest_ready() -> ColumnElement[Any]:
    """The version that is served: the newest whose last re-reading found it whole."""
    outcome = (
        select(_finding.c.outcome)
        .where(_finding.c.version_id == _version.c.id, _finding.c.recorded_at <= NOW)
        .order_by(_finding.c.log_seq.desc())
        .limit(1)
        .scalar_subquery()
    )
    mine = select(_version.c.id).where(
        _version.c.document_id == _document.c.id, outcome == VersionOutcome.READY
    )
    return mine.order_by(_version.c.log_seq.desc()).limit(1).scalar_subquery()


DOCUMENT = Kind(
    name=KindName.DOCUMENT,
    table=_document,
    states=(COUNCIL_INTERNAL, DRAFT, SECRET),
    state=STATE,
    council=_document.c.council_id,
    relations={
        **seats(_document.c.council_id),
        **officers(_document.c.council_id),
        Relation.PROVIDER: _provider(),
        Relation.RECIPIENT: and_(_document.c.is_secret, _named(), acknowledged(_document.c.id)),
        Relation.INVITED: and_(_document.c.is_secret, _named(), ~acknowledged(_document.c.id)),
    },
    columns=(
        case((_document.c.is_secret, 1), else_=0).label("secret"),
        _document.c.title,
        _document.c.provider_membership_id,
        _document.c.created_by,
        _document.c.recorded_at,
        case((_document.c.is_secret, ENDS_AT)).label("ends_at"),
        _recorded(_provided).label("provided_at"),
        _recorded(_release).label("released_at"),
        _recorded(_period_end).label("end_noted_at"),
        newest_ready().label("version_id"),
    ),
    deniable=True,
)
