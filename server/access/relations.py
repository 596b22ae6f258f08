"""Relations that many kinds share, as SQL over seats, offices and acknowledgements.

Owns no kind. Every expression uses the bind parameters `person` and `now`, so that the same words
serve one row, many rows and a past moment.
"""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, FromClause, Table, and_, case, exists, func, or_, select

from server.access.kind import PERSON, Held, OneOf
from server.access.models import Acknowledgement, Office, Seat, ServiceAccount
from server.access.text_files import DUTY
from server.access.text_models import TextVersion
from server.access.vocabulary import Category, DeputyScope, OfficeRole, Relation, SeatRole
from server.audit.facts import NOW, holds

_seat: Table = Seat.__table__  # type: ignore[attr-defined]
_office: Table = Office.__table__  # type: ignore[attr-defined]
_acknowledgement: Table = Acknowledgement.__table__  # type: ignore[attr-defined]
_service: Table = ServiceAccount.__table__  # type: ignore[attr-defined]
_text: Table = TextVersion.__table__  # type: ignore[attr-defined]

RESEARCH = (Category.PROGRAM_DIRECTOR, Category.PROGRAM_OFFICER)
Column = ColumnElement[str]
# The look-up's answer for a deputy whose scope does not reach this kind: a member, nothing more.
BESIDE = "deputy_of_other_acts"


def reaching(area: DeputyScope) -> ColumnElement[bool]:
    """A row of seats does what it does also here: a deputy's scope may leave this area out."""
    whole = or_(_seat.c.scope.is_(None), _seat.c.scope == area.value)
    return or_(_seat.c.role != SeatRole.DEPUTY.value, whole)


def seated(
    council: Column,
    roles: Iterable[SeatRole] = SeatRole,
    categories: Iterable[Category] | None = None,
    area: DeputyScope | None = None,
) -> ColumnElement[bool]:
    """The person holds a seat in the council, acknowledged or not; a deputy, for acts of `area`."""
    conditions = [_seat.c.council_id == council, _seat.c.person_id == PERSON, holds(_seat)]
    roles = tuple(roles)
    if set(roles) != set(SeatRole):
        conditions.append(_seat.c.role.in_(roles))
    if categories is not None:
        conditions.append(_seat.c.category.in_(tuple(categories)))
    if area is not None:
        conditions.append(reaching(area))
    return exists().where(*conditions)


def of_present_text(acknowledgement: FromClause, text: str = DUTY) -> ColumnElement[bool]:
    """An acknowledgement is of the version in force; of any, while none was entered yet.

    Asks the text alone, of no row: whatever it stands in finds the version once.
    """
    newest = (
        select(_text.c.name)
        .where(_text.c.text_id == text, _text.c.effective_at <= NOW)
        .order_by(_text.c.effective_at.desc(), _text.c.version.desc())
        .limit(1)
    )
    named = acknowledgement.c.text_id
    return named == func.coalesce(newest.correlate(None).scalar_subquery(), named)


def acknowledged(subject: Column, text: str = DUTY) -> ColumnElement[bool]:
    """The person has acknowledged the duty of ACT 62(7) for this council or item, in the version
    of the text that is in force (BR-36).
    """
    table = _acknowledgement
    # It never ends, as the duty does not (BR-37), so nothing looks for an ending.
    of_subject = exists().where(
        table.c.person_id == PERSON,
        table.c.subject_id == subject,
        table.c.recorded_at <= NOW,
        of_present_text(table, text),
    )
    # However deep this stands in a query, it speaks of the row asked about, not of any row.
    return of_subject.correlate_except(table)


def acting(
    council: Column,
    roles: Iterable[SeatRole] = SeatRole,
    categories: Iterable[Category] | None = None,
    area: DeputyScope | None = None,
) -> ColumnElement[bool]:
    """The person holds a seat and has acknowledged the duty: only then anything opens (BR-36)."""
    return and_(seated(council, roles, categories, area), acknowledged(council))


def sitting_for(
    membership: Column, council: Column, roles: Iterable[SeatRole], area: DeputyScope | None = None
) -> ColumnElement[bool]:
    """The person sits for this very member in one of these roles (a deputy, for acts of `area`),
    and has acknowledged the duty of the council.
    """
    conditions = [_seat.c.membership_id == membership, _seat.c.person_id == PERSON]
    conditions.append(_seat.c.role.in_(tuple(roles)))
    if area is not None:
        conditions.append(reaching(area))
    return and_(exists().where(*conditions, holds(_seat)), acknowledged(council))


def serving(place: ColumnElement[bool]) -> ColumnElement[bool]:
    """A service account calls, of the council or member that `place` says, and who answers for it
    represents that member and has acknowledged the duty.
    """
    answering = exists().where(
        _seat.c.membership_id == _service.c.membership_id,
        _seat.c.person_id == _service.c.person_id,
        _seat.c.role == SeatRole.REPRESENTATIVE,
        holds(_seat),
    )
    bound = exists().where(
        _acknowledgement.c.person_id == _service.c.person_id,
        _acknowledgement.c.subject_id == _service.c.council_id,
        _acknowledgement.c.recorded_at <= NOW,
        of_present_text(_acknowledgement),
    )
    mine = exists().where(
        _service.c.id == PERSON,
        place,
        holds(_service),
        answering.correlate_except(_seat),
        bound.correlate_except(_acknowledgement),
    )
    return mine.correlate_except(_service)


def of_council(council: Column) -> ColumnElement[bool]:
    """Of service accounts, those of this council."""
    return _service.c.council_id == council


def of_member(membership: Column) -> ColumnElement[bool]:
    """Of service accounts, those of this member."""
    return _service.c.membership_id == membership


def signing_official(council: Column) -> ColumnElement[bool]:
    """The person signs for an establishing minister of this council.

    As the official named, until somebody else sits for the minister (server/access/seats.py ends
    the office then); as who sits for it, once the duty is acknowledged like by everybody (BR-36).
    """
    named = exists().where(
        _office.c.person_id == PERSON,
        _office.c.role == OfficeRole.ESTABLISHING_MINISTRY,
        _office.c.council_id == council,
        holds(_office),
    )
    seat = acting(council, (SeatRole.REPRESENTATIVE,), (Category.ESTABLISHING_MINISTRY,))
    return or_(named, seat)


def officers(council: Column | None) -> dict[Relation, Held]:
    """The offices that every kind of a council knows, ready for a kind's `relations`.

    Offices exclude one another (server/access/offices.py), so one look-up serves all five.
    """
    where: ColumnElement[bool] = _office.c.council_id.is_(None)
    if council is not None:
        where = or_(where, _office.c.council_id == council)
    mine = select(_office.c.role).where(
        _office.c.person_id == PERSON,
        _office.c.role != OfficeRole.ESTABLISHING_MINISTRY.value,
        where,
        holds(_office),
    )
    held = mine.limit(1).scalar_subquery()
    pairs = {
        Relation.SECRETARIAT: OfficeRole.SECRETARIAT,
        Relation.COMPLIANCE_OFFICER: OfficeRole.COMPLIANCE_OFFICER,
        Relation.AUDITOR: OfficeRole.AUDITOR,
        Relation.SYSTEM_ADMINISTRATOR: OfficeRole.SYSTEM_ADMINISTRATOR,
        Relation.KEY_CUSTODIAN: OfficeRole.KEY_CUSTODIAN,
    }
    return {relation: OneOf("office", held, (role.value,)) for relation, role in pairs.items()}


def seats(council: Column, area: DeputyScope | None = None) -> dict[Relation, Held]:
    """The seats that every kind of a council knows, ready for a kind's `relations`.

    A person has one seat in a council, and it opens nothing before the duty is acknowledged. A
    deputy whose scope leaves the `area` of the kind out is a member there.
    """
    role: ColumnElement[str] = _seat.c.role
    if area is not None:
        role = case((reaching(area), role), else_=BESIDE)
    mine = select(role).where(
        _seat.c.council_id == council,
        _seat.c.person_id == PERSON,
        holds(_seat),
        acknowledged(council),
    )
    held = mine.limit(1).scalar_subquery()
    every = {
        Relation.MEMBER: (*SeatRole, BESIDE),
        Relation.SEAT_REPRESENTATIVE: (SeatRole.REPRESENTATIVE,),
        Relation.DEPUTY: (SeatRole.DEPUTY,),
        Relation.HANDLER: (SeatRole.HANDLER,),
    }
    return {
        relation: OneOf("seat", held, tuple(str(role) for role in roles))
        for relation, roles in every.items()
    }
