"""/api/v1: sharing papers, providing secrets, their scope, their content, who read them."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from server.access.grant import Grant
from server.access.guard import guarded
from server.access.listing import Listing, PageQuery, Paging
from server.access.transfer import transfer
from server.access.vocabulary import Action
from server.asking import service as asking
from server.asking.models import AnswerMeans
from server.councils.kinds import COUNCIL
from server.documents import endings, handling, views
from server.documents.content import incoming
from server.documents.content.schemas import VersionOut
from server.documents.incidents.declaring import check_declared
from server.documents.kinds import DOCUMENT
from server.documents.oversight import service as oversight
from server.documents.provision import scope
from server.documents.provision import service as provision
from server.documents.provision.drafting import Statement, check_own_result, create, state
from server.documents.schemas import (
    DocumentOut,
    ItemOut,
    ProvidedOut,
    ReaderOut,
    ScopeAcknowledgementIn,
    SecretIn,
    ShareIn,
    StatementIn,
    SummaryOut,
    SuspensionIn,
)
from server.documents.taking_out import downloads
from server.schemas import BYTES, Page, Shown, Uuid

router = APIRouter(prefix="/api/v1", tags=["documents"])

_READABLE, _SEEN = Listing(DOCUMENT), Listing(DOCUMENT, Action.SEE)

# What is sent and given as bytes, for the API description.
_RAW: dict[str, Any] = {"requestBody": {"required": True, "content": {"*/*": BYTES}}}
_FORM: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {"file": BYTES["schema"]},
                }
            }
        },
    }
}
_CONTENT: dict[int | str, dict[str, Any]] = {
    200: {"description": "The whole version", "content": {"*/*": BYTES}},
    206: {"description": "The range asked for", "content": {"*/*": BYTES}},
    304: {"description": "The caller has this version"},
}
_HEADERS: dict[int | str, dict[str, Any]] = {
    200: {"description": "What reading would be answered with", "content": {"*/*": BYTES}}
}
_STORED: dict[int | str, dict[str, Any]] = {
    201: {"model": VersionOut, "description": "Stored; `ready` once it was read again"}
}


class MadeOut(Shown):
    """A document was made. Read it, or upload its content."""

    id: Uuid
    council: Uuid


@router.get("/councils/{council_id}/documents", name="listDocuments")
@guarded(Action.READ, COUNCIL)
def list_documents(grant: Grant, page: Paging) -> Page[ItemOut]:
    """The documents of a council that I may read, newest first."""
    seen, following = _READABLE.page_of(grant, page, council=grant.id)
    return Page(items=[views.item(grant, one) for one in seen], next=following)


@router.get("/councils/{council_id}/document-summaries", name="listDocumentSummaries")
@guarded(Action.READ, COUNCIL)
def list_summaries(grant: Grant, page: Paging) -> Page[SummaryOut]:
    """Documents I am told of without title: provided to me and waiting for my acknowledgement, or
    known to my office.
    """
    seen, following = _SEEN.page_of(grant, page, council=grant.id)
    shown = [views.summary(grant, one.row, one.held, [*one.may]) for one in seen]
    return Page(items=shown, next=following)


@router.post("/councils/{council_id}/documents", status_code=201, name="shareDocument")
@guarded(Action.SHARE, COUNCIL)
def share_document(grant: Grant, asked: ShareIn) -> MadeOut:
    """Share a paper with the whole council; then upload its content."""
    check_declared(grant, contains_designated_secret=asked.contains_designated_secret)
    document = create(grant, asked.title, is_secret=False)
    if asked.answers is not None:
        asking.answer(grant, asked.answers, AnswerMeans.PAPER, document.id)
    return MadeOut(id=document.id, council=grant.id)


@router.post("/councils/{council_id}/secrets", status_code=201, name="draftSecret")
@guarded(Action.PROVIDE, COUNCIL)
def draft_secret(grant: Grant, asked: SecretIn) -> MadeOut:
    """Begin to provide a secret: a draft that only the provider sees (情報提供案)."""
    check_declared(grant, contains_designated_secret=asked.contains_designated_secret)
    check_own_result(is_own_result=asked.is_own_result)
    document = create(grant, asked.title, is_secret=True)
    if asked.answers is not None:
        asking.answer(grant, asked.answers, AnswerMeans.DRAFT, document.id)
    state(grant, document.id, _statement(asked))
    scope.name_recipients(grant, document.id, add=asked.recipients)
    handling.set_level(grant, document.id, asked.handling)
    scope.begin_period(grant, document.id, asked.ends_at, asked.event)
    return MadeOut(id=document.id, council=grant.id)


def _statement(asked: StatementIn) -> Statement:
    substance = asked.substance
    return Statement(
        subject=asked.subject,
        reason=asked.reason,
        legal_basis=asked.legal_basis,
        not_publicly_known=substance.not_publicly_known if substance else None,
        why_worth_protecting=substance.why_worth_protecting if substance else None,
    )


@router.get("/documents/{document_id}", name="readDocument")
@guarded(Action.READ, DOCUMENT)
def read_document(grant: Grant) -> DocumentOut:
    """A document: title, state, scope, versions."""
    endings.settle(grant)
    return views.document(grant)


@router.get("/documents/{document_id}/summary", name="readDocumentSummary")
@guarded(Action.SEE, DOCUMENT)
def read_summary(grant: Grant) -> SummaryOut:
    """That it is there, without title or content; for a named person, what to acknowledge."""
    return views.summary(grant, grant.thing, grant.held, [*grant.may])


@router.put("/documents/{document_id}/statement", status_code=204, name="restateSecret")
@guarded(Action.SET_SCOPE, DOCUMENT)
def restate_secret(grant: Grant, asked: StatementIn) -> None:
    """Say anew what a draft is about and why; what is left out is no longer said."""
    provision.restate(grant, _statement(asked))


@router.post("/documents/{document_id}/provision", status_code=201, name="provideSecret")
@guarded(Action.PUBLISH, DOCUMENT)
def provide_secret(grant: Grant) -> ProvidedOut:
    """Provide the draft to its recipients. `blocked` are those it was not delivered to (BR-16)."""
    blocked = provision.provide(grant)
    return views.provided(views.after(grant), blocked)


@router.post(
    "/documents/{document_id}/acknowledgement", status_code=204, name="acknowledgeDocument"
)
@guarded(Action.ACKNOWLEDGE, DOCUMENT)
def acknowledge_document(grant: Grant, asked: ScopeAcknowledgementIn) -> None:
    """Acknowledge the scope and the duty of a secret provided to me; then it opens (BR-36)."""
    provision.acknowledge(grant, asked.scope)


@router.post("/documents/{document_id}/suspension", status_code=204, name="suspendDocument")
@guarded(Action.SUSPEND, DOCUMENT)
def suspend_document(grant: Grant, asked: SuspensionIn) -> None:
    """Suspend access for everybody but the provider and the officers."""
    oversight.suspend(grant, asked.reason)


@router.post("/documents/{document_id}/resumption", status_code=204, name="resumeDocument")
@guarded(Action.RESUME, DOCUMENT)
def resume_document(grant: Grant) -> None:
    """End the suspension."""
    oversight.resume(grant)


class ReadersQuery(PageQuery):
    """Which part of the list of accesses; `cursor` is a number of an entry."""

    cursor: Annotated[str | None, Query(pattern=r"^\d{1,15}$")] = None


@router.get("/documents/{document_id}/readers", name="listReaders")
@guarded(Action.READ_READERS, DOCUMENT)
def list_readers(grant: Grant, page: Annotated[ReadersQuery, Query()]) -> Page[ReaderOut]:
    """Who read the document, what of it, and when: newest first, from the log."""
    before = int(page.cursor) if page.cursor else None
    found, following = oversight.accesses(grant, before=before, limit=page.limit)
    shown = [ReaderOut.model_validate(access) for access in found]
    return Page(items=shown, next=None if following is None else str(following))


def _path(ending: str) -> str:
    return f"/documents/{{document_id}}/{ending}"


router.put(
    _path("content"), name="uploadContent", status_code=201, responses=_STORED, openapi_extra=_RAW
)(
    transfer(Action.UPLOAD, DOCUMENT, incoming.prepare_upload, again=incoming.compare_raw)(
        incoming.receive_raw
    )
)
router.post(
    _path("content"), name="uploadForm", status_code=201, responses=_STORED, openapi_extra=_FORM
)(
    transfer(Action.UPLOAD, DOCUMENT, incoming.prepare_form, again=incoming.compare_form)(
        incoming.receive_form
    )
)
for _action, _ending, _kind, _name in (
    (Action.OPEN, "content", downloads.INLINE, "Content"),
    (Action.DOWNLOAD, "download", downloads.ATTACHMENT, "Download"),
):
    router.get(_path(_ending), name=f"read{_name}", responses=_CONTENT)(
        transfer(_action, DOCUMENT, downloads.prepare_range)(downloads.sender(_kind))
    )
    router.head(_path(_ending), name=f"probe{_name}", responses=_HEADERS)(
        transfer(_action, DOCUMENT, downloads.prepare_head)(downloads.header_sender(_kind))
    )
