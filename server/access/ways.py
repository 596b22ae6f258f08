"""The conditions of relations that many kinds share: seats, offices, the duty.

Owns no kind and no rule: beside each relation of `relations.py` it says of which named conditions
the relation is made. Same bind parameters, same tables.
"""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, Table, and_, or_

from server.access.condition import Condition, Part, Way, Ways, either, resting, way
from server.access.kind import PERSON
from server.access.models import Acknowledgement, Office, Seat
from server.access.relations import acknowledged, of_present_text, reaching, serving
from server.access.text_files import DUTY, ITEM
from server.access.vocabulary import (
    SPEAKING,
    Category,
    DeputyScope,
    OfficeRole,
    Relation,
    SeatRole,
)

_seat: Table = Seat.__table__  # type: ignore[attr-defined]
_office: Table = Office.__table__  # type: ignore[attr-defined]
_acknowledgement: Table = Acknowledgement.__table__  # type: ignore[attr-defined]

Column = ColumnElement[str]
_CALLED = {
    tuple(SeatRole): Condition.HAS_SEAT,
    SPEAKING: Condition.SPEAKS,
    (SeatRole.REPRESENTATIVE,): Condition.REPRESENTS,
    (SeatRole.DEPUTY,): Condition.DEPUTISES,
    (SeatRole.HANDLER,): Condition.HANDLES,
}


def seat(
    council: Column, roles: Iterable[SeatRole] = SeatRole, area: DeputyScope | None = None
) -> Part:
    """The person has a seat in the council, in one of these roles; a deputy, for acts of `area`."""
    roles = tuple(roles)
    about = (_seat.c.council_id == council, _seat.c.person_id == PERSON, _seat.c.role.in_(roles))
    return resting(_CALLED[roles], _seat, *about, *_reaching(area))


def _reaching(area: DeputyScope | None) -> tuple[ColumnElement[bool], ...]:
    return () if area is None else (reaching(area),)


def category(council: Column, categories: Iterable[Category]) -> Part:
    """The person sits for a member that takes one of these parts in the council."""
    mine = (_seat.c.council_id == council, _seat.c.person_id == PERSON)
    return resting(Condition.OF_CATEGORY, _seat, *mine, _seat.c.category.in_(tuple(categories)))


def sitting(
    condition: Condition,
    membership: Column,
    roles: Iterable[SeatRole] = SeatRole,
    area: DeputyScope | None = None,
) -> Part:
    """The person sits for this very member, in one of these roles; a deputy, for acts of `area`."""
    about = (_seat.c.membership_id == membership, _seat.c.person_id == PERSON)
    in_role = _seat.c.role.in_(tuple(roles))
    return resting(condition, _seat, *about, in_role, *_reaching(area))


def duty(council: Column) -> Part:
    """The person has acknowledged the duty of confidentiality for the council (BR-36)."""
    return _acknowledged(Condition.DUTY_ACKNOWLEDGED, council)


def scope(item: Column) -> Part:
    """The person has acknowledged the scope of one item (BR-36)."""
    return _acknowledged(Condition.SCOPE_ACKNOWLEDGED, item, ITEM)


def _acknowledged(condition: Condition, subject: Column, text: str = DUTY) -> Part:
    mine = and_(
        _acknowledgement.c.person_id == PERSON,
        _acknowledgement.c.subject_id == subject,
        of_present_text(_acknowledgement, text),
    )
    return Part(condition, acknowledged(subject, text), _acknowledgement, mine)


def unacknowledged(condition: Condition, subject: Column, text: str = DUTY) -> Part:
    """The person has not acknowledged yet, or a version that is no longer in force."""
    return Part(condition, ~acknowledged(subject, text))


def acting(
    council: Column,
    roles: Iterable[SeatRole] = SeatRole,
    categories: Iterable[Category] | None = None,
    area: DeputyScope | None = None,
) -> Way:
    """As `relations.acting`: a seat, of certain parts where they are given, and the duty."""
    of = () if categories is None else (category(council, categories),)
    return (seat(council, roles, area), *of, duty(council))


def service(condition: Condition, place: ColumnElement[bool]) -> Part:
    """As `relations.serving`."""
    return Part(condition, serving(place))


def seats(council: Column, area: DeputyScope | None = None) -> dict[Relation, Ways]:
    """As `relations.seats`."""
    return {
        Relation.MEMBER: way(*acting(council)),
        Relation.SEAT_REPRESENTATIVE: way(*acting(council, (SeatRole.REPRESENTATIVE,))),
        Relation.DEPUTY: way(*acting(council, (SeatRole.DEPUTY,), area=area)),
        Relation.HANDLER: way(*acting(council, (SeatRole.HANDLER,))),
    }


def officers(council: Column | None) -> dict[Relation, Ways]:
    """As `relations.officers`."""
    return {
        relation: way(_office_held(Condition.HOLDS_OFFICE, OfficeRole(relation.value), council))
        for relation in (
            Relation.SECRETARIAT,
            Relation.COMPLIANCE_OFFICER,
            Relation.AUDITOR,
            Relation.SYSTEM_ADMINISTRATOR,
            Relation.KEY_CUSTODIAN,
        )
    }


def _office_held(condition: Condition, role: OfficeRole, council: Column | None) -> Part:
    where: ColumnElement[bool] = _office.c.council_id.is_(None)
    if council is not None:
        where = or_(where, _office.c.council_id == council)
    mine = (_office.c.person_id == PERSON, _office.c.role == role.value, where)
    return resting(condition, _office, *mine)


def signing_official(council: Column) -> Ways:
    """As `relations.signing_official`: by office, or as who sits for the ministry."""
    named = resting(
        Condition.IS_OFFICIAL,
        _office,
        _office.c.person_id == PERSON,
        _office.c.role == OfficeRole.ESTABLISHING_MINISTRY.value,
        _office.c.council_id == council,
    )
    sits = acting(council, (SeatRole.REPRESENTATIVE,), (Category.ESTABLISHING_MINISTRY,))
    return either((named,), sits)
