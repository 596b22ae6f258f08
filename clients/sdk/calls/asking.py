"""Asking members for information, asking for cooperation (ACT 62(6)), and incidents (BR-50)."""

from collections.abc import Sequence
from datetime import datetime

from clients.sdk.answers.asking import (
    Cooperation,
    CooperationLine,
    Incident,
    IncidentLine,
    InformationRequest,
    InformationRequestSummary,
)
from clients.sdk.call import Call, get, listing, post
from clients.sdk.reading import Page

_REQUEST = "/information-requests/{information_request_id}"
_COOPERATION = "/cooperation-requests/{cooperation_request_id}"


def ask_for_information(
    council_id: str,
    membership: str,
    wanted: str,
    why: str,
    document: str | None = None,
    persons: Sequence[str] = (),
) -> Call[InformationRequest]:
    """Ask a member for information. Whether there is a `document` like that is not told."""
    body = {
        "membership": membership,
        "wanted": wanted,
        "why": why,
        "document": document,
        "persons": list(persons),
    }
    path = "/councils/{council_id}/information-requests"
    return post(InformationRequest, path, body, council_id=council_id)


def list_information_requests(
    council_id: str, limit: int | None = None
) -> Call[Page[InformationRequest]]:
    """The caller's own requests, and those to the member they speak for."""
    path = "/councils/{council_id}/information-requests"
    return listing(InformationRequest, path, council_id=council_id).asking(limit=limit)


def list_information_request_summaries(
    council_id: str, limit: int | None = None
) -> Call[Page[InformationRequestSummary]]:
    """For officers: who asked which member, and how it stands; not what."""
    path = "/councils/{council_id}/information-request-summaries"
    return listing(InformationRequestSummary, path, council_id=council_id).asking(limit=limit)


def read_information_request(information_request_id: str) -> Call[InformationRequest]:
    """A request and its answer."""
    return get(InformationRequest, _REQUEST, information_request_id=information_request_id)


def decline_information_request(
    information_request_id: str, reason: str
) -> Call[InformationRequest]:
    """Answer for the caller's member by a reason why nothing is provided."""
    return post(
        InformationRequest,
        f"{_REQUEST}/decline",
        {"reason": reason},
        information_request_id=information_request_id,
    )


def withdraw_information_request(information_request_id: str) -> Call[InformationRequest]:
    """Take the caller's request back."""
    return post(
        InformationRequest,
        f"{_REQUEST}/withdrawal",
        None,
        information_request_id=information_request_id,
    )


def ask_for_cooperation(
    council_id: str,
    asks_for: str,
    subject: str,
    text: str,
    due_at: datetime,
    memberships: Sequence[str] = (),
    organisations: Sequence[str] = (),
) -> Call[Cooperation]:
    """Ask for `material`, an `explanation` or `views`; `organisations`: think tanks no member."""
    body = {
        "asks_for": asks_for,
        "subject": subject,
        "text": text,
        "due_at": due_at,
        "memberships": list(memberships),
        "organisations": list(organisations),
    }
    path = "/councils/{council_id}/cooperation-requests"
    return post(Cooperation, path, body, council_id=council_id)


def list_cooperation_requests(
    council_id: str, limit: int | None = None
) -> Call[Page[CooperationLine]]:
    """What a council has asked for, and how it stands."""
    path = "/councils/{council_id}/cooperation-requests"
    return listing(CooperationLine, path, council_id=council_id).asking(limit=limit)


def list_asked_cooperation(limit: int | None = None) -> Call[Page[CooperationLine]]:
    """What the caller is asked for, in all councils; also where they are no member."""
    return listing(CooperationLine, "/cooperation-requests").asking(limit=limit)


def read_cooperation_request(cooperation_request_id: str) -> Call[Cooperation]:
    """A request and the replies; for who is no member, their own reply alone."""
    return get(Cooperation, _COOPERATION, cooperation_request_id=cooperation_request_id)


def answer_cooperation_request(
    cooperation_request_id: str,
    text: str,
    document: str | None = None,
    addressee: str | None = None,
) -> Call[Cooperation]:
    """Answer for the caller's member or organisation."""
    return post(
        Cooperation,
        f"{_COOPERATION}/replies",
        {"text": text, "document": document, "addressee": addressee},
        cooperation_request_id=cooperation_request_id,
    )


def decline_cooperation_request(
    cooperation_request_id: str, reason: str, addressee: str | None = None
) -> Call[Cooperation]:
    """Decline with a reason. It has no consequence (BR-38)."""
    return post(
        Cooperation,
        f"{_COOPERATION}/decline",
        {"reason": reason, "addressee": addressee},
        cooperation_request_id=cooperation_request_id,
    )


def withdraw_cooperation_request(cooperation_request_id: str) -> Call[Cooperation]:
    """Take a request back."""
    return post(
        Cooperation,
        f"{_COOPERATION}/withdrawal",
        None,
        cooperation_request_id=cooperation_request_id,
    )


def report_incident(document_id: str, about: str, note: str) -> Call[IncidentLine]:
    """Say that a document seems to hold a `designated_secret`, or is a `wrong_disclosure`: it is
    suspended at once for everybody but the officers.
    """
    body = {"about": about, "note": note}
    return post(IncidentLine, "/documents/{document_id}/incidents", body, document_id=document_id)


def list_incidents(council_id: str, limit: int | None = None) -> Call[Page[IncidentLine]]:
    """The incidents of a council that the caller is told of."""
    path = "/councils/{council_id}/incidents"
    return listing(IncidentLine, path, council_id=council_id).asking(limit=limit)


def read_incident(incident_id: str) -> Call[Incident]:
    """An incident in full."""
    return get(Incident, "/incidents/{incident_id}", incident_id=incident_id)


def close_incident(incident_id: str, outcome: str, done: str) -> Call[Incident]:
    """Close it: `released`, `to_be_destroyed`, or `nothing_stored` where there is no document."""
    body = {"outcome": outcome, "done": done}
    return post(Incident, "/incidents/{incident_id}/closing", body, incident_id=incident_id)


def destroy_reported(incident_id: str) -> Call[Incident]:
    """Destroy what an incident that was closed with `to_be_destroyed` is about."""
    return post(Incident, "/incidents/{incident_id}/destruction", None, incident_id=incident_id)
