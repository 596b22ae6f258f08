"""The guarded kind COOPERATION_REQUEST: open, settled or withdrawn; who is asked.

Owns BR-39 as SQL: who belongs to an organisation that is asked and no member stands to the request
alone, and to nothing else of the council. Decides nothing; state is never stored.
"""

from sqlalchemy import ColumnElement, Table, and_, case, exists

from server.access import closings, ways
from server.access.condition import Condition, Part, resting, way
from server.access.kind import PERSON, Kind, version
from server.access.models import Seat
from server.access.relations import acknowledged, acting, officers, reaching
from server.access.vocabulary import DeputyScope, KindName, Relation, SeatRole
from server.audit.facts import NOW, holds
from server.identity.models import Affiliation
from server.meetings.models import CooperationAddressee, CooperationReply, CooperationRequest

_request: Table = CooperationRequest.__table__  # type: ignore[attr-defined]
_addressee: Table = CooperationAddressee.__table__  # type: ignore[attr-defined]
_reply: Table = CooperationReply.__table__  # type: ignore[attr-defined]
_seat: Table = Seat.__table__  # type: ignore[attr-defined]
_affiliation: Table = Affiliation.__table__  # type: ignore[attr-defined]
_council_id = _request.c.council_id

OPEN, SETTLED, WITHDRAWN = "open", "settled", "withdrawn"


def _someone_silent() -> ColumnElement[bool]:
    replied = exists().where(_reply.c.addressee_id == _addressee.c.id, _reply.c.recorded_at <= NOW)
    silent = exists().where(
        _addressee.c.request_id == _request.c.id, ~replied.correlate_except(_reply)
    )
    return silent.correlate_except(_addressee)


def _addressed(membership: ColumnElement[str]) -> ColumnElement[bool]:
    """The request is addressed to this member."""
    found = exists().where(
        _addressee.c.request_id == _request.c.id, _addressee.c.membership_id == membership
    )
    return found.correlate_except(_addressee)


def _speaking(role: SeatRole) -> ColumnElement[bool]:
    """The person speaks in this role for a member that is asked."""
    seat = exists().where(
        _seat.c.council_id == _council_id,
        _seat.c.person_id == PERSON,
        _seat.c.role == role.value,
        reaching(DeputyScope.ANSWER),
        _addressed(_seat.c.membership_id),
        holds(_seat),
    )
    return and_(seat.correlate_except(_seat), acknowledged(_council_id))


def _speaks(role: SeatRole) -> Part:
    return resting(
        Condition.SPEAKS_FOR_ASKED,
        _seat,
        _seat.c.council_id == _council_id,
        _seat.c.person_id == PERSON,
        _seat.c.role == role.value,
        reaching(DeputyScope.ANSWER),
        _addressed(_seat.c.membership_id),
    )


def _of_asked_organisation() -> ColumnElement[bool]:
    """The person's affiliation is to an organisation the request is addressed to."""
    addressed = exists().where(
        _addressee.c.request_id == _request.c.id,
        _addressee.c.organisation_id == _affiliation.c.organisation_id,
    )
    return addressed.correlate_except(_addressee)


_BELONGS = resting(
    Condition.BELONGS_TO_ASKED,
    _affiliation,
    _affiliation.c.person_id == PERSON,
    _of_asked_organisation(),
)
_IS_ASKER: ColumnElement[bool] = _request.c.asked_by == PERSON
_REPRESENTATIVE = (SeatRole.REPRESENTATIVE,)

COOPERATION_REQUEST = Kind(
    name=KindName.COOPERATION_REQUEST,
    table=_request,
    states=(OPEN, SETTLED, WITHDRAWN),
    state=case(
        (~holds(_request), WITHDRAWN),
        (~_someone_silent(), SETTLED),
        # Nobody is left to reply to once the council is closed.
        (closings.closed(_council_id), WITHDRAWN),
        else_=OPEN,
    ),
    council=_council_id,
    relations={
        Relation.SELF: and_(_IS_ASKER, acting(_council_id, _REPRESENTATIVE)),
        Relation.MEMBER: acting(_council_id),
        Relation.SEAT_REPRESENTATIVE: _speaking(SeatRole.REPRESENTATIVE),
        Relation.DEPUTY: _speaking(SeatRole.DEPUTY),
        Relation.INVITED: _BELONGS.clause,
        **officers(_council_id),
    },
    ways={
        **ways.officers(_council_id),
        Relation.SELF: way(
            Part(Condition.IS_ASKER, _IS_ASKER), *ways.acting(_council_id, _REPRESENTATIVE)
        ),
        Relation.MEMBER: way(*ways.acting(_council_id)),
        Relation.SEAT_REPRESENTATIVE: way(_speaks(SeatRole.REPRESENTATIVE), ways.duty(_council_id)),
        Relation.DEPUTY: way(_speaks(SeatRole.DEPUTY), ways.duty(_council_id)),
        Relation.INVITED: way(_BELONGS),
    },
    columns=(
        version(_council_id),
        _request.c.asked_by,
        _request.c.asks_for,
        _request.c.subject,
        _request.c.text,
        _request.c.due_at,
        _request.c.recorded_at,
    ),
)
