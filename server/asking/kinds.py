"""The guarded kind INFORMATION_REQUEST: its states, who asked, who speaks for the member asked.

Owns that a request is between its asker and the member asked; officers know that it is there.
"""

from sqlalchemy import ColumnElement, Table, and_, case, exists, or_

from server.access import closings, ways
from server.access.condition import Condition, Part, way
from server.access.kind import PERSON, Kind, version
from server.access.relations import acting, officers, sitting_for
from server.access.vocabulary import SPEAKING, DeputyScope, KindName, Relation
from server.asking.models import AnswerMeans, InformationRequest, RequestAnswer
from server.audit.facts import NOW, holds

_request: Table = InformationRequest.__table__  # type: ignore[attr-defined]
_answer: Table = RequestAnswer.__table__  # type: ignore[attr-defined]
_council_id = _request.c.council_id

OPEN, ANSWERED, DECLINED, WITHDRAWN = "open", "answered", "declined", "withdrawn"


def _is_answered(*how: ColumnElement[bool]) -> ColumnElement[bool]:
    found = exists().where(
        _answer.c.request_id == _request.c.id, _answer.c.recorded_at <= NOW, *how
    )
    return found.correlate_except(_answer)


# Who speaks for the member that was asked, for acts of providing.
_ASKED = sitting_for(_request.c.membership_id, _council_id, SPEAKING, DeputyScope.PROVIDE)
_IS_ASKER: ColumnElement[bool] = _request.c.asked_by == PERSON

INFORMATION_REQUEST = Kind(
    name=KindName.INFORMATION_REQUEST,
    table=_request,
    states=(OPEN, ANSWERED, DECLINED, WITHDRAWN),
    state=case(
        (_is_answered(_answer.c.means == AnswerMeans.REASON), DECLINED),
        (_is_answered(), ANSWERED),
        # Nobody is left to answer once the council is closed.
        (or_(~holds(_request), closings.closed(_council_id)), WITHDRAWN),
        else_=OPEN,
    ),
    council=_council_id,
    relations={
        Relation.SELF: and_(_IS_ASKER, acting(_council_id)),
        Relation.PROVIDER: _ASKED,
        **officers(_council_id),
    },
    ways={
        **ways.officers(_council_id),
        Relation.SELF: way(Part(Condition.IS_ASKER, _IS_ASKER), *ways.acting(_council_id)),
        Relation.PROVIDER: way(
            ways.sitting(
                Condition.SPEAKS_FOR_ASKED,
                _request.c.membership_id,
                SPEAKING,
                DeputyScope.PROVIDE,
            ),
            ways.duty(_council_id),
        ),
    },
    columns=(
        version(_council_id),
        _request.c.membership_id,
        _request.c.asked_by,
        _request.c.wanted,
        _request.c.why,
        _request.c.heard_of,
        _request.c.recorded_at,
    ),
)
