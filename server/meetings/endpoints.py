"""/api/v1: requests for cooperation, and replies to them (ACT 62(6))."""

from fastapi import APIRouter
from sqlalchemy import or_

from server.access.grant import Grant
from server.access.guard import guarded
from server.access.kinds import PERSON_KIND
from server.access.listing import Listing, Paging, beside, visible
from server.access.vocabulary import Action, Relation
from server.councils.kinds import COUNCIL
from server.meetings import cooperation, replying, views
from server.meetings.cooperation import NewRequest
from server.meetings.kinds import COOPERATION_REQUEST
from server.meetings.models import ReplyOutcome
from server.meetings.replying import Reply
from server.meetings.schemas import (
    CooperationIn,
    CooperationLineOut,
    CooperationOut,
    DeclineIn,
    ReplyIn,
)
from server.schemas import Page

router = APIRouter(prefix="/api/v1", tags=["meetings"])

_SEEN = Listing(COOPERATION_REQUEST, Action.SEE)
_ASKED_OF_ME = or_(
    *(
        COOPERATION_REQUEST.clause(relation)
        for relation in (Relation.SEAT_REPRESENTATIVE, Relation.DEPUTY, Relation.INVITED)
    )
)


@router.post(
    "/councils/{council_id}/cooperation-requests", status_code=201, name="askForCooperation"
)
@guarded(Action.ASK_COOPERATION, COUNCIL)
def ask_for_cooperation(grant: Grant, asked: CooperationIn) -> CooperationOut:
    """Ask on behalf of the council for material, an explanation or views (協力の求め)."""
    new = NewRequest(
        asks_for=asked.asks_for,
        subject=asked.subject,
        text=asked.text,
        due_at=asked.due_at,
        memberships=asked.memberships,
        organisations=asked.organisations,
    )
    return _shown(grant, cooperation.ask(grant, new).id)


@router.get("/councils/{council_id}/cooperation-requests", name="listCooperationRequests")
@guarded(Action.READ, COUNCIL)
def list_cooperation_requests(grant: Grant, page: Paging) -> Page[CooperationLineOut]:
    """What the council has asked for and how it stands, newest first."""
    seen, following = _SEEN.page_of(grant, page, council=grant.id)
    return Page(items=[views.line(one) for one in seen], next=following)


@router.get("/cooperation-requests", name="listAskedCooperation")
@guarded(Action.READ, PERSON_KIND)
def list_asked_cooperation(grant: Grant, page: Paging) -> Page[CooperationLineOut]:
    """Requests to the members I speak for and the organisation I belong to, in all councils."""
    seen, following = visible(grant, COOPERATION_REQUEST, page, _ASKED_OF_ME)
    return Page(items=[views.line(one) for one in seen], next=following)


@router.get("/cooperation-requests/{cooperation_request_id}", name="readCooperationRequest")
@guarded(Action.READ, COOPERATION_REQUEST)
def read_cooperation_request(grant: Grant) -> CooperationOut:
    """A request and the replies; for who is no member, their own reply alone."""
    return _shown(grant, grant.id)


@router.post(
    "/cooperation-requests/{cooperation_request_id}/replies",
    status_code=201,
    name="answerCooperationRequest",
)
@guarded(Action.REPLY, COOPERATION_REQUEST)
def answer_cooperation_request(grant: Grant, asked: ReplyIn) -> CooperationOut:
    """Answer for one's member or organisation."""
    given = Reply(
        outcome=ReplyOutcome.ANSWERED,
        text=asked.text,
        document=asked.document,
        addressee=asked.addressee,
    )
    replying.reply(grant, given)
    return _shown(grant, grant.id)


@router.post(
    "/cooperation-requests/{cooperation_request_id}/decline", name="declineCooperationRequest"
)
@guarded(Action.REPLY, COOPERATION_REQUEST)
def decline_cooperation_request(grant: Grant, asked: DeclineIn) -> CooperationOut:
    """Decline with a reason, which is recorded and has no consequence (BR-38)."""
    given = Reply(outcome=ReplyOutcome.DECLINED, text=asked.reason, addressee=asked.addressee)
    replying.reply(grant, given)
    return _shown(grant, grant.id)


@router.post(
    "/cooperation-requests/{cooperation_request_id}/withdrawal",
    name="withdrawCooperationRequest",
)
@guarded(Action.WITHDRAW, COOPERATION_REQUEST)
def withdraw_cooperation_request(grant: Grant) -> CooperationOut:
    """Take the request back; whoever has not replied need not."""
    cooperation.withdraw(grant)
    return _shown(grant, grant.id)


def _shown(grant: Grant, request_id: str) -> CooperationOut:
    return views.request(grant, beside(grant, COOPERATION_REQUEST, request_id))
