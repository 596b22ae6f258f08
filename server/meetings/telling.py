"""Who is told of a cooperation request, of a reply, and of a due date that comes near.

Owns whom. A reminder is all that follows a due date: it binds nobody (BR-38).
"""

from collections.abc import Iterator

from sqlalchemy import Table, select

from server.access.matters import Telling, Tells, Topic, because_of, stage_of
from server.access.sitting import speaking_for
from server.access.vocabulary import Action
from server.audit.facts import holds
from server.clock import DAY, Instant
from server.database import Tx
from server.identity.models import Affiliation
from server.ids import Id
from server.meetings import cooperation, replying
from server.meetings.kinds import COOPERATION_REQUEST, OPEN
from server.meetings.models import CooperationAddressee, CooperationReply, CooperationRequest

STAGES = (7, 1)

_request: Table = CooperationRequest.__table__  # type: ignore[attr-defined]
_affiliation: Table = Affiliation.__table__  # type: ignore[attr-defined]


def asked(tx: Tx, addressee: CooperationAddressee) -> Iterator[Telling]:
    """Somebody is asked for cooperation: the member's speakers, or the think tank's staff."""
    request = tx.session.get_one(CooperationRequest, addressee.request_id)
    for person in _persons(tx, addressee):
        yield _telling(Topic.COOPERATION_ASKED, request, person, request.recorded_at)


def replied(tx: Tx, given: CooperationReply) -> Iterator[Telling]:
    """A reply was given: who asked."""
    request = tx.session.get_one(CooperationRequest, given.request_id)
    yield because_of(
        given, Topic.COOPERATION_REPLIED, request.asked_by, COOPERATION_REQUEST, request.id
    )


def remind(tx: Tx) -> Iterator[Telling]:
    """Requests that are due within 7 days and 1, to whoever has not replied."""
    near = select(CooperationRequest).where(
        COOPERATION_REQUEST.state == OPEN, _request.c.due_at <= tx.now + STAGES[0] * DAY
    )
    for request in tx.session.scalars(near, {"now": tx.now}).all():
        stage = stage_of(tx.now, request.due_at, STAGES, DAY)
        replied_by = {each.addressee_id for each in replying.replies_to(tx, request.id)}
        for addressee in cooperation.addressees_of(tx, request.id):
            if stage is not None and addressee.id not in replied_by:
                for person in _persons(tx, addressee):
                    yield _telling(Topic.COOPERATION_DUE, request, person, tx.now, stage)


def _telling(
    topic: Topic, request: CooperationRequest, person: Id, at: Instant, stage: int = 0
) -> Telling:
    return Telling(
        topic=topic,
        person_id=person,
        kind=COOPERATION_REQUEST,
        id=request.id,
        council_id=request.council_id,
        source=request.id,
        at=at,
        deadline=request.due_at,
        stage=stage,
        action=Action.REPLY,
    )


def _persons(tx: Tx, addressee: CooperationAddressee) -> list[Id]:
    if addressee.membership_id is not None:
        return speaking_for(tx, addressee.membership_id)
    query = select(_affiliation.c.person_id).where(
        _affiliation.c.organisation_id == addressee.organisation_id, holds(_affiliation)
    )
    return sorted(set(tx.connection.scalars(query, {"now": tx.now})))


TELLS = (Tells(CooperationAddressee, asked), Tells(CooperationReply, replied))
REMINDERS = (remind,)
