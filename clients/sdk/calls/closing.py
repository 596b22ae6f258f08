"""Closing a council; what becomes of content then; destroying content."""

from datetime import datetime

from clients.sdk.answers.closing import Closing, Disposal
from clients.sdk.call import Call, act, get, post

CLOSING = "/councils/{council_id}/closing"
DESTRUCTION = "/documents/{document_id}/destruction"


def read_closing(council_id: str) -> Call[Closing]:
    """Whether, when and why a council closes or has closed."""
    return get(Closing, CLOSING, council_id=council_id)


def announce_closing(
    council_id: str, closes_at: datetime, reason: str, notice_days: int = 30
) -> Call[Closing]:
    """Announce when a council closes; somebody of each establishing ministry does the same."""
    body = {"closes_at": closes_at, "reason": reason, "notice_days": notice_days}
    return post(Closing, CLOSING, body, council_id=council_id)


def withdraw_closing(council_id: str, closing: str) -> Call[None]:
    """Take an announcement back, before its moment; both ministries do the same."""
    return act(f"{CLOSING}/withdrawal", {"closing": closing}, council_id=council_id)


def read_destruction(document_id: str) -> Call[Disposal]:
    """What a provider decided about its content, and the certificate of its destruction."""
    return get(Disposal, DESTRUCTION, document_id=document_id)


def decide_disposition(document_id: str, choice: str, received: bool = False) -> Call[Disposal]:
    """Decide, as provider, what becomes of content when the council closes: `returned`,
    `destroyed` or `kept`. `received`: what is returned has arrived.
    """
    body = {"choice": choice, "received": received}
    return post(Disposal, "/documents/{document_id}/disposition", body, document_id=document_id)


def destroy_content(document_id: str, reason: str) -> Call[Disposal]:
    """Destroy, as provider, the content of a document. Nothing brings it back."""
    return post(Disposal, DESTRUCTION, {"reason": reason}, document_id=document_id)
