"""The kind `account`: how a person signs in, to those who may together let them begin anew.

Owns who that is. Of a person whose organisation has two or more others who speak for it in a
council: these. Of everybody else, and of whoever holds an office: the installation's compliance
officers and system administrators.
Nobody stands so to themself, and nothing else is done to an account.
"""

from sqlalchemy import ColumnElement, Table, and_, exists, func, literal, or_, select
from sqlalchemy.sql.selectable import ScalarSelect

from server.access.condition import Condition, Part, Way, resting
from server.access.kind import PERSON, Kind
from server.access.models import Acknowledgement, Membership, Office, Seat
from server.access.relations import of_present_text
from server.access.vocabulary import SPEAKING, KindName, OfficeRole, Relation, SeatRole
from server.audit.facts import NOW, holds
from server.identity.models import Affiliation, Person

_person: Table = Person.__table__  # type: ignore[attr-defined]
_affiliation: Table = Affiliation.__table__  # type: ignore[attr-defined]
_membership: Table = Membership.__table__  # type: ignore[attr-defined]
_seat: Table = Seat.__table__  # type: ignore[attr-defined]
_office: Table = Office.__table__  # type: ignore[attr-defined]
_acknowledgement: Table = Acknowledgement.__table__  # type: ignore[attr-defined]

ENOUGH = 2
OTHER = Part(Condition.IS_ANOTHER, and_(_person.c.id != PERSON, holds(_person)))


def _speaks_for_theirs(roles: tuple[SeatRole, ...]) -> ColumnElement[bool]:
    """Of a seat: it is held, in one of these roles and acknowledged (BR-36), for an organisation
    the account's person belongs to.
    """
    theirs = exists().where(
        _membership.c.id == _seat.c.membership_id,
        _membership.c.organisation_id == _affiliation.c.organisation_id,
        _affiliation.c.person_id == _person.c.id,
        holds(_membership),
        holds(_affiliation),
    )
    duty = exists().where(
        _acknowledgement.c.person_id == _seat.c.person_id,
        _acknowledgement.c.subject_id == _seat.c.council_id,
        _acknowledgement.c.recorded_at <= NOW,
        of_present_text(_acknowledgement),
    )
    in_role = _seat.c.role.in_([role.value for role in roles])
    return and_(in_role, holds(_seat), theirs.correlate(_seat, _person), duty.correlate(_seat))


def _colleagues() -> ScalarSelect[int]:
    """How many others speak for an organisation of the account's person."""
    others = select(func.count(func.distinct(_seat.c.person_id))).where(
        _seat.c.person_id != _person.c.id, _speaks_for_theirs(SPEAKING)
    )
    return others.correlate(_person).scalar_subquery()


def _in_office() -> ColumnElement[bool]:
    held = exists().where(_office.c.person_id == _person.c.id, holds(_office))
    return held.correlate(_person)


def _colleague(role: SeatRole) -> Way:
    mine = exists().where(_seat.c.person_id == PERSON, _speaks_for_theirs((role,)))
    answer = and_(_colleagues() >= ENOUGH, ~_in_office())
    return (
        OTHER,
        Part(Condition.SPEAKS_FOR_THEIRS, mine.correlate(_person)),
        Part(Condition.COLLEAGUES_ANSWER, answer),
    )


def _officer(role: OfficeRole) -> Way:
    mine = (
        _office.c.person_id == PERSON,
        _office.c.role == role.value,
        _office.c.council_id.is_(None),
    )
    answer = or_(_colleagues() < ENOUGH, _in_office())
    return (
        OTHER,
        resting(Condition.HOLDS_OFFICE, _office, *mine),
        Part(Condition.OFFICERS_ANSWER, answer),
    )


_WAYS: dict[Relation, Way] = {
    Relation.SEAT_REPRESENTATIVE: _colleague(SeatRole.REPRESENTATIVE),
    Relation.DEPUTY: _colleague(SeatRole.DEPUTY),
    Relation.COMPLIANCE_OFFICER: _officer(OfficeRole.COMPLIANCE_OFFICER),
    Relation.SYSTEM_ADMINISTRATOR: _officer(OfficeRole.SYSTEM_ADMINISTRATOR),
}

ACCOUNT = Kind(
    name=KindName.ACCOUNT,
    table=_person,
    states=("present",),
    state=literal("present"),
    relations={
        relation: and_(*(part.clause for part in parts)) for relation, parts in _WAYS.items()
    },
    ways={relation: (parts,) for relation, parts in _WAYS.items()},
)
