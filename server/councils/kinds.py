"""The guarded kinds of a council: itself, its admissions, its memberships.

Owns what their states mean and where INVITED holds. Decides nothing.
"""

from typing import Any

from sqlalchemy import ColumnElement, Table, and_, case, exists, literal, or_, select

from server.access import ways
from server.access.condition import Condition, Part, either, resting, way
from server.access.kind import PERSON, Kind
from server.access.models import Membership, Seat
from server.access.relations import (
    RESEARCH,
    acknowledged,
    of_council,
    officers,
    seated,
    seats,
    serving,
    signing_official,
)
from server.access.vocabulary import DeputyScope, KindName, Relation, SeatRole
from server.audit.facts import NOW, holds
from server.audit.models import Ending, Log
from server.councils.models import (
    Admission,
    Council,
    Establishment,
    JoinConsent,
    Joining,
    Nomination,
    Source,
)

_council: Table = Council.__table__  # type: ignore[attr-defined]
_establishment: Table = Establishment.__table__  # type: ignore[attr-defined]
_admission: Table = Admission.__table__  # type: ignore[attr-defined]
_nomination: Table = Nomination.__table__  # type: ignore[attr-defined]
_consent: Table = JoinConsent.__table__  # type: ignore[attr-defined]
_joining: Table = Joining.__table__  # type: ignore[attr-defined]
_membership: Table = Membership.__table__  # type: ignore[attr-defined]
_seat: Table = Seat.__table__  # type: ignore[attr-defined]
_ending: Table = Ending.__table__  # type: ignore[attr-defined]
_log: Table = Log.__table__  # type: ignore[attr-defined]

PREPARING, CONSENTED, ESTABLISHED = "preparing", "consented", "established"
OPEN, ADMITTED = "open", "admitted"
ENDED_BY = ("declined", "withdrawn", "refused")


def _consented() -> ColumnElement[bool]:
    """The research representative's own consent is recorded and stands (BR-04)."""
    return exists().where(
        _consent.c.admission_id == _admission.c.id,
        _admission.c.council_id == _council.c.id,
        _admission.c.source == Source.FOUNDING,
        _admission.c.category.in_(RESEARCH),
        _consent.c.person_id == _admission.c.person_id,
        holds(_admission),
        holds(_consent),
    )


def _established() -> ColumnElement[bool]:
    return exists().where(_establishment.c.council_id == _council.c.id, holds(_establishment))


def _nominated(admission: ColumnElement[str]) -> ColumnElement[bool]:
    """The person is the one to consent for this admission."""
    return exists().where(
        _nomination.c.admission_id == admission,
        _nomination.c.person_id == PERSON,
        holds(_nomination),
    )


def _joined() -> ColumnElement[bool]:
    return exists().where(_joining.c.admission_id == _admission.c.id, _joining.c.recorded_at <= NOW)


def _invited() -> ColumnElement[bool]:
    """A seat without acknowledgement, or the nominee of an open admission: told what the council
    is and what the duty says, nothing else (BR-36).
    """
    unbound = and_(seated(_council.c.id), ~acknowledged(_council.c.id))
    return or_(unbound, _to_consent())


def _to_consent() -> ColumnElement[bool]:
    """The person is the one to consent for an admission of the council that is open."""
    return exists().where(
        _admission.c.council_id == _council.c.id,
        holds(_admission),
        ~_joined(),
        _nominated(_admission.c.id),
    )


def _represents() -> ColumnElement[bool]:
    """The person speaks for this very member, and has acknowledged the duty."""
    seat = exists().where(
        _seat.c.membership_id == _membership.c.id,
        _seat.c.person_id == PERSON,
        _seat.c.role == SeatRole.REPRESENTATIVE,
        holds(_seat),
    )
    return and_(seat, acknowledged(_membership.c.council_id))


def _ended(reason: str) -> ColumnElement[bool]:
    return exists().where(
        _ending.c.fact_id == _admission.c.id,
        _ending.c.reason == reason,
        _ending.c.effective_at <= NOW,
    )


def _version(council: ColumnElement[str]) -> ColumnElement[Any]:
    """Moves with every fact of the council, so that an ETag over the columns does too."""
    moved = select(_log.c.rights_epoch).where(_log.c.id == council)
    return moved.scalar_subquery().label("version")


COUNCIL = Kind(
    name=KindName.COUNCIL,
    table=_council,
    states=(PREPARING, CONSENTED, ESTABLISHED),
    state=case((_established(), ESTABLISHED), (_consented(), CONSENTED), else_=PREPARING),
    council=_council.c.id,
    relations={
        **seats(_council.c.id, DeputyScope.PROVIDE),
        **officers(_council.c.id),
        Relation.INVITED: _invited(),
        Relation.ESTABLISHING_MINISTRY: signing_official(_council.c.id),
        Relation.SERVICE: serving(of_council(_council.c.id)),
    },
    ways={
        **ways.seats(_council.c.id, DeputyScope.PROVIDE),
        **ways.officers(_council.c.id),
        Relation.INVITED: either(
            (
                ways.seat(_council.c.id),
                ways.unacknowledged(Condition.DUTY_OPEN, _council.c.id),
            ),
            (Part(Condition.IS_NOMINATED, _to_consent()),),
        ),
        Relation.ESTABLISHING_MINISTRY: ways.signing_official(_council.c.id),
        Relation.SERVICE: way(ways.service(Condition.IS_SERVICE, of_council(_council.c.id))),
    },
    columns=(
        _version(_council.c.id),
        _council.c.concept_id,
        _council.c.representative_mode,
        _council.c.prepared_by,
        _council.c.recorded_at,
        select(_establishment.c.recorded_at)
        .where(_establishment.c.council_id == _council.c.id)
        .scalar_subquery()
        .label("established_at"),
    ),
)

ADMISSION = Kind(
    name=KindName.ADMISSION,
    table=_admission,
    states=(OPEN, ADMITTED, *ENDED_BY),
    state=case(
        (_joined(), ADMITTED),
        *[(_ended(reason), literal(reason)) for reason in ENDED_BY],
        else_=OPEN,
    ),
    council=_admission.c.council_id,
    relations={
        **seats(_admission.c.council_id),
        **officers(_admission.c.council_id),
        Relation.INVITED: _nominated(_admission.c.id),
        Relation.ESTABLISHING_MINISTRY: signing_official(_admission.c.council_id),
    },
    ways={
        **ways.seats(_admission.c.council_id),
        **ways.officers(_admission.c.council_id),
        Relation.INVITED: way(
            resting(
                Condition.IS_NOMINATED,
                _nomination,
                _nomination.c.admission_id == _admission.c.id,
                _nomination.c.person_id == PERSON,
            )
        ),
        Relation.ESTABLISHING_MINISTRY: ways.signing_official(_admission.c.council_id),
    },
    columns=(
        _version(_admission.c.council_id),
        _admission.c.category.label("as_category"),
        _admission.c.organisation_id,
        _admission.c.person_id,
        _admission.c.source,
        _admission.c.as_written,
        _admission.c.invited_by,
        _admission.c.recorded_at,
        select(_joining.c.membership_id)
        .where(_joining.c.admission_id == _admission.c.id)
        .scalar_subquery()
        .label("membership_id"),
    ),
)

MEMBERSHIP = Kind(
    name=KindName.MEMBERSHIP,
    table=_membership,
    states=("active", "ended"),
    state=case((holds(_membership), "active"), else_="ended"),
    council=_membership.c.council_id,
    relations={
        **seats(_membership.c.council_id),
        **officers(_membership.c.council_id),
        Relation.SEAT_REPRESENTATIVE: _represents(),
        Relation.ESTABLISHING_MINISTRY: signing_official(_membership.c.council_id),
    },
    ways={
        **ways.seats(_membership.c.council_id),
        **ways.officers(_membership.c.council_id),
        Relation.SEAT_REPRESENTATIVE: way(
            ways.sitting(Condition.REPRESENTS_THIS, _membership.c.id, (SeatRole.REPRESENTATIVE,)),
            ways.duty(_membership.c.council_id),
        ),
        Relation.ESTABLISHING_MINISTRY: ways.signing_official(_membership.c.council_id),
    },
    columns=(
        _version(_membership.c.council_id),
        _membership.c.category.label("as_category"),
        _membership.c.organisation_id,
        _membership.c.person_id,
        _membership.c.valid_from,
    ),
)
