"""Documents: sharing papers, providing secrets, their scope and content, who read them.

Contents are moved by the runners' `send` and `fetch`, with the calls `upload_content`,
`read_content` and `read_download`.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from clients.sdk.answers.documents import (
    Document,
    DocumentLine,
    DocumentSummary,
    Made,
    Reader,
    ScopeEvent,
    ScopeSet,
    Version,
)
from clients.sdk.call import Call, act, get, listing, post, put
from clients.sdk.reading import Page, nothing, reader


def list_documents(council_id: str, limit: int | None = None) -> Call[Page[DocumentLine]]:
    """The documents of a council that the caller may read."""
    path = "/councils/{council_id}/documents"
    return listing(DocumentLine, path, council_id=council_id).asking(limit=limit)


def list_document_summaries(
    council_id: str, limit: int | None = None
) -> Call[Page[DocumentSummary]]:
    """Documents the caller is told of without title, such as one waiting to be acknowledged."""
    path = "/councils/{council_id}/document-summaries"
    return listing(DocumentSummary, path, council_id=council_id).asking(limit=limit)


def share_document(
    council_id: str, title: str, *, contains_designated_secret: bool, answers: str | None = None
) -> Call[Made]:
    """Share a paper with the whole council; its content is uploaded next. `answers`: the request
    for information that it answers.
    """
    body = {
        "title": title,
        "contains_designated_secret": contains_designated_secret,
        "answers": answers,
    }
    return post(Made, "/councils/{council_id}/documents", body, council_id=council_id)


def draft_secret(
    council_id: str,
    title: str,
    *,
    contains_designated_secret: bool,
    is_own_result: bool,
    recipients: Sequence[str] = (),
    ends_at: datetime | None = None,
    event: str | None = None,
    handling: str = "view_only",
    subject: str | None = None,
    reason: str | None = None,
    legal_basis: str | None = None,
    substance: Mapping[str, Any] | None = None,
    answers: str | None = None,
) -> Call[Made]:
    """Begin to provide a secret: a draft that only the provider sees.

    `substance` has `not_publicly_known` and `why_worth_protecting` (実質秘); `handling` is
    view_only, print or download; `event` ends the period before `ends_at`; `answers`: the request
    for information that it answers.
    """
    body = {
        "title": title,
        "contains_designated_secret": contains_designated_secret,
        "is_own_result": is_own_result,
        "recipients": list(recipients),
        "ends_at": ends_at,
        "event": event,
        "handling": handling,
        "subject": subject,
        "reason": reason,
        "legal_basis": legal_basis,
        "substance": substance,
        "answers": answers,
    }
    return post(Made, "/councils/{council_id}/secrets", body, council_id=council_id)


def read_document(document_id: str) -> Call[Document]:
    """A document: title, state, scope, versions."""
    return get(Document, "/documents/{document_id}", document_id=document_id)


def read_document_summary(document_id: str) -> Call[DocumentSummary]:
    """That it is there, without title or content; for a named person, what to acknowledge."""
    return get(DocumentSummary, "/documents/{document_id}/summary", document_id=document_id)


def restate_secret(
    document_id: str,
    subject: str | None = None,
    reason: str | None = None,
    legal_basis: str | None = None,
    substance: Mapping[str, Any] | None = None,
) -> Call[None]:
    """Say anew what a draft is about and why; what is left out is no longer said."""
    body = {
        "subject": subject,
        "reason": reason,
        "legal_basis": legal_basis,
        "substance": substance,
    }
    return put("/documents/{document_id}/statement", body, document_id=document_id)


def upload_content(
    document_id: str, file_name: str, *, contains_designated_secret: bool = False
) -> Call[Version]:
    """A new version; give it to `send` with the file. It is `ready` once it was read again. Sent
    again after a lost answer, it is one version.
    """
    at = {"document_id": document_id}
    call = Call("PUT", "/documents/{document_id}/content", reader(Version), at, keyed=True)
    declared = "true" if contains_designated_secret else None
    return call.asking(file_name=file_name, contains_designated_secret=declared)


def read_content(document_id: str, version: str | None = None) -> Call[None]:
    """The content to be read on the spot; give it to `fetch`."""
    call = Call("GET", "/documents/{document_id}/content", nothing, {"document_id": document_id})
    return call.asking(version=version)


def read_download(document_id: str, version: str | None = None) -> Call[None]:
    """The content to be kept; give it to `fetch`."""
    call = Call("GET", "/documents/{document_id}/download", nothing, {"document_id": document_id})
    return call.asking(version=version)


def provide_secret(document_id: str) -> Call[Document]:
    """Provide a draft to its recipients; `blocked` are those it was not delivered to."""
    return post(Document, "/documents/{document_id}/provision", None, document_id=document_id)


def name_recipients(
    document_id: str,
    add: Sequence[str] = (),
    remove: Sequence[str] = (),
    reason: str | None = None,
    answers: str | None = None,
) -> Call[ScopeSet]:
    """Name further recipients, or end the naming of some; naming after providing needs a reason.
    `answers`: the request for information that it answers.
    """
    body = {"add": list(add), "remove": list(remove), "reason": reason, "answers": answers}
    return post(ScopeSet, "/documents/{document_id}/recipients", body, document_id=document_id)


def set_period(
    document_id: str,
    ends_at: datetime,
    reason: str | None = None,
    *,
    event: str | None = None,
    without_event: bool = False,
) -> Call[ScopeSet]:
    """Set until when it is a secret, and which event ends it earlier; a longer period needs a
    reason. The event named before stays, unless another is named or it is taken away.
    """
    body = {"ends_at": ends_at, "event": event, "without_event": without_event, "reason": reason}
    return post(ScopeSet, "/documents/{document_id}/period", body, document_id=document_id)


def set_handling(document_id: str, handling: str, reason: str | None = None) -> Call[ScopeSet]:
    """Whether recipients see it (view_only), print or download it; allowing more needs a reason."""
    body = {"handling": handling, "reason": reason}
    return post(ScopeSet, "/documents/{document_id}/handling", body, document_id=document_id)


def list_scope_history(document_id: str, limit: int | None = None) -> Call[Page[ScopeEvent]]:
    """Every change of a secret's scope, the oldest first; for its provider and the officers."""
    path = "/documents/{document_id}/scope-history"
    return listing(ScopeEvent, path, document_id=document_id).asking(limit=limit)


def release_secret(document_id: str, ground: str, reason: str | None = None) -> Call[None]:
    """Let a secret become council-internal now.

    Ground: `provider`, `publicly_known`, or `event_occurred` where the period names an event.
    """
    path = "/documents/{document_id}/release"
    return act(path, {"ground": ground, "reason": reason}, document_id=document_id)


def acknowledge_document(document_id: str, scope: str) -> Call[None]:
    """Acknowledge the scope and duty shown in the summary under this digest; then it opens."""
    path = "/documents/{document_id}/acknowledgement"
    return act(path, {"scope": scope}, document_id=document_id)


def suspend_document(document_id: str, reason: str) -> Call[None]:
    """Suspend access for everybody but the provider and the officers."""
    return act("/documents/{document_id}/suspension", {"reason": reason}, document_id=document_id)


def resume_document(document_id: str) -> Call[None]:
    """End the suspension."""
    return act("/documents/{document_id}/resumption", document_id=document_id)


def list_readers(document_id: str, limit: int | None = None) -> Call[Page[Reader]]:
    """Who read the document, what of it, and when, from the log."""
    path = "/documents/{document_id}/readers"
    return listing(Reader, path, document_id=document_id).asking(limit=limit)
