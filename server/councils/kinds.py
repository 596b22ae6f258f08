"""The guarded kinds of a council: itself, its admissions, its memberships.

Owns what their states mean and where INVITED holds. Decides nothing.
"""

from typing import Any

from sqlalchemy import ColumnElement, Table, and_, case, exists, literal, or_, select

from server.access import closings, ways
from server.access.closing_models import CouncilClosed
from server.access.condition import Condition, Part, either, resting, way
from server.access.kind import PERSON, Kind, version
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
    sitting_for,
)
from server.access.vocabulary import DeputyScope, KindName, Relation, SeatRole
from server.audit.facts import NOW, holds
from server.audit.models import Ending
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
_closed: Table = CouncilClosed.__table__  # type: ignore[attr-defined]

PREPARING, CONSENTED, ESTABLISHED = "preparing", "consented", "established"
CLOSING, CLOSED = "closing", "closed"
# Both ministers have signed, whatever has come since.
FOUNDED = (ESTABLISHED, CLOSING, CLOSED)
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
    """The person is the one to consent for an admission of the council that is open.

    None is in a closed council: invitations end with it, whether or not anybody has noticed.
    """
    nominated = exists().where(
        _admission.c.council_id == _council.c.id,
        holds(_admission),
        ~_joined(),
        _nominated(_admission.c.id),
    )
    return and_(nominated, ~closings.closed(_council.c.id))


def _represented_last() -> ColumnElement[bool]:
    """The person held the last seat as this membership's representative."""
    last = (
        select(_seat.c.person_id)
        .where(
            _seat.c.membership_id == _membership.c.id,
            _seat.c.role == SeatRole.REPRESENTATIVE,
            _seat.c.valid_from <= NOW,
        )
        .order_by(_seat.c.valid_from.desc(), _seat.c.log_seq.desc())
        .limit(1)
    )
    return last.correlate_except(_seat).scalar_subquery() == PERSON


_ENDED = Part(Condition.MEMBERSHIP_ENDED, ~holds(_membership))
_LAST = Part(Condition.REPRESENTED_LAST, _represented_last())


def _ended(reason: str) -> ColumnElement[bool]:
    return exists().where(
        _ending.c.fact_id == _admission.c.id,
        _ending.c.reason == reason,
        _ending.c.effective_at <= NOW,
    )


_CLOSES_AT: ColumnElement[Any] = (
    closings.announced(_council.c.id).limit(1).correlate(_council).scalar_subquery()
)


COUNCIL = Kind(
    name=KindName.COUNCIL,
    table=_council,
    states=(PREPARING, CONSENTED, *FOUNDED),
    # A closing takes effect at its moment, whether or not anybody has noticed.
    state=case(
        (_CLOSES_AT <= NOW, CLOSED),
        (_CLOSES_AT > NOW, CLOSING),
        (_established(), ESTABLISHED),
        (_consented(), CONSENTED),
        else_=PREPARING,
    ),
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
        version(_council.c.id),
        _council.c.concept_id,
        _council.c.representative_mode,
        _council.c.prepared_by,
        _council.c.recorded_at,
        select(_establishment.c.recorded_at)
        .where(_establishment.c.council_id == _council.c.id)
        .scalar_subquery()
        .label("established_at"),
        _CLOSES_AT.label("closes_at"),
        select(_closed.c.recorded_at)
        .where(_closed.c.council_id == _council.c.id)
        .scalar_subquery()
        .label("end_noted_at"),
    ),
)

ADMISSION = Kind(
    name=KindName.ADMISSION,
    table=_admission,
    states=(OPEN, ADMITTED, *ENDED_BY),
    state=case(
        (_joined(), ADMITTED),
        *[(_ended(reason), literal(reason)) for reason in ENDED_BY],
        # An invitation to what is closed is withdrawn by its closing.
        (closings.closed(_admission.c.council_id), literal("withdrawn")),
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
        version(_admission.c.council_id),
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
        Relation.SEAT_REPRESENTATIVE: sitting_for(
            _membership.c.id, _membership.c.council_id, (SeatRole.REPRESENTATIVE,)
        ),
        Relation.FORMER_REPRESENTATIVE: and_(_ENDED.clause, _LAST.clause),
        Relation.ESTABLISHING_MINISTRY: signing_official(_membership.c.council_id),
    },
    ways={
        **ways.seats(_membership.c.council_id),
        **ways.officers(_membership.c.council_id),
        Relation.SEAT_REPRESENTATIVE: way(
            ways.sitting(Condition.REPRESENTS_THIS, _membership.c.id, (SeatRole.REPRESENTATIVE,)),
            ways.duty(_membership.c.council_id),
        ),
        Relation.FORMER_REPRESENTATIVE: way(_ENDED, _LAST),
        Relation.ESTABLISHING_MINISTRY: ways.signing_official(_membership.c.council_id),
    },
    columns=(
        version(_membership.c.council_id),
        _membership.c.category.label("as_category"),
        _membership.c.organisation_id,
        _membership.c.person_id,
        _membership.c.valid_from,
    ),
)
