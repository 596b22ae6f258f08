"""/api/v1: asking a member of the council for information; declining, taking back."""

from fastapi import APIRouter

from server.access.grant import Grant
from server.access.guard import guarded
from server.access.listing import Listing, Paging, beside
from server.access.vocabulary import Action
from server.asking import service as asking
from server.asking import views
from server.asking.kinds import INFORMATION_REQUEST
from server.asking.schemas import (
    InformationRequestIn,
    InformationRequestOut,
    InformationRequestSummaryOut,
    ReasonIn,
)
from server.councils.kinds import COUNCIL
from server.schemas import Page

router = APIRouter(prefix="/api/v1", tags=["documents"])

_READABLE, _SEEN = Listing(INFORMATION_REQUEST), Listing(INFORMATION_REQUEST, Action.SEE)


@router.post(
    "/councils/{council_id}/information-requests", status_code=201, name="askForInformation"
)
@guarded(Action.ASK, COUNCIL)
def ask_for_information(grant: Grant, asked: InformationRequestIn) -> InformationRequestOut:
    """Ask a member for information (情報の求め). It answers by providing, or by a reason."""
    made = asking.ask(
        grant,
        asked.membership,
        wanted=asked.wanted,
        why=asked.why,
        heard_of=asked.document,
        persons=asked.persons,
    )
    return _shown(grant, made.id)


@router.get("/councils/{council_id}/information-requests", name="listInformationRequests")
@guarded(Action.READ, COUNCIL)
def list_information_requests(grant: Grant, page: Paging) -> Page[InformationRequestOut]:
    """The requests I made, and those to the member I speak for, newest first."""
    seen, following = _READABLE.page_of(grant, page, council=grant.id)
    return Page(items=[views.request(grant, one) for one in seen], next=following)


@router.get(
    "/councils/{council_id}/information-request-summaries", name="listInformationRequestSummaries"
)
@guarded(Action.READ, COUNCIL)
def list_summaries(grant: Grant, page: Paging) -> Page[InformationRequestSummaryOut]:
    """For officers: who asked which member when, and how it stands; not what."""
    seen, following = _SEEN.page_of(grant, page, council=grant.id)
    return Page(items=[views.summary(one) for one in seen], next=following)


@router.get("/information-requests/{information_request_id}", name="readInformationRequest")
@guarded(Action.READ, INFORMATION_REQUEST)
def read_information_request(grant: Grant) -> InformationRequestOut:
    """A request and its answer."""
    return _shown(grant, grant.id)


@router.post(
    "/information-requests/{information_request_id}/decline", name="declineInformationRequest"
)
@guarded(Action.DECLINE, INFORMATION_REQUEST)
def decline_information_request(grant: Grant, asked: ReasonIn) -> InformationRequestOut:
    """Answer for one's member by a reason why nothing is provided."""
    asking.decline(grant, asked.reason)
    return _shown(grant, grant.id)


@router.post(
    "/information-requests/{information_request_id}/withdrawal", name="withdrawInformationRequest"
)
@guarded(Action.WITHDRAW, INFORMATION_REQUEST)
def withdraw_information_request(grant: Grant) -> InformationRequestOut:
    """Take one's own request back."""
    asking.withdraw(grant)
    return _shown(grant, grant.id)


def _shown(grant: Grant, request_id: str) -> InformationRequestOut:
    return views.request(grant, beside(grant, INFORMATION_REQUEST, request_id))
