"""/api/v1: changing the scope of a secret, ending it, and the history of its scope."""

from typing import Annotated

from fastapi import APIRouter, Query

from server.access.grant import Grant
from server.access.guard import guarded
from server.access.listing import PageQuery
from server.access.vocabulary import Action
from server.asking import service as asking
from server.asking.models import AnswerMeans
from server.councils.views import names_of
from server.documents import endings, views
from server.documents.kinds import DOCUMENT
from server.documents.provision import history, scope
from server.documents.provision.history import ScopeEvent
from server.documents.provision.scope_schemas import (
    HandlingIn,
    PeriodIn,
    RecipientsIn,
    ReleaseIn,
    ScopeEventOut,
    ScopePersonOut,
    ScopeSetOut,
)
from server.ids import Id
from server.schemas import Page

router = APIRouter(prefix="/api/v1", tags=["documents"])


@router.post("/documents/{document_id}/recipients", name="nameRecipients")
@guarded(Action.SET_SCOPE, DOCUMENT)
def name_recipients(grant: Grant, asked: RecipientsIn) -> ScopeSetOut:
    """Name further recipients, or end the naming of some. Naming after providing needs a reason."""
    scope.name_recipients(grant, grant.id, add=asked.add, remove=asked.remove, reason=asked.reason)
    if asked.answers is not None:
        means = AnswerMeans.RECIPIENTS
        asking.answer(grant, asked.answers, means, grant.id, added=asked.add)
    return views.scope_set(grant)


@router.post("/documents/{document_id}/period", name="setPeriod")
@guarded(Action.SET_SCOPE, DOCUMENT)
def set_period(grant: Grant, asked: PeriodIn) -> ScopeSetOut:
    """Set until when it is a secret; a longer period needs a reason."""
    scope.set_period(
        grant,
        asked.ends_at,
        event=asked.event,
        without_event=asked.without_event,
        reason=asked.reason,
    )
    return views.scope_set(grant)


@router.post("/documents/{document_id}/handling", name="setHandling")
@guarded(Action.SET_SCOPE, DOCUMENT)
def set_handling(grant: Grant, asked: HandlingIn) -> ScopeSetOut:
    """Say whether recipients see, print or keep it; allowing more needs a reason."""
    scope.set_handling(grant, asked.handling, asked.reason)
    return views.scope_set(grant)


@router.post("/documents/{document_id}/release", status_code=204, name="releaseSecret")
@guarded(Action.RELEASE, DOCUMENT)
def release_secret(grant: Grant, asked: ReleaseIn) -> None:
    """Let it become council-internal now: by the provider's will, because it is publicly known, or
    because the event has happened that ends its period.
    """
    scope.release(grant, asked.ground, asked.reason)


class HistoryQuery(PageQuery):
    """Which part of the history; `cursor` is how many changes came before."""

    cursor: Annotated[str | None, Query(pattern=r"^\d{1,9}$")] = None


@router.get("/documents/{document_id}/scope-history", name="listScopeHistory")
@guarded(Action.READ_READERS, DOCUMENT)
def list_scope_history(grant: Grant, page: Annotated[HistoryQuery, Query()]) -> Page[ScopeEventOut]:
    """Who was named or removed, the periods, the handling, the provision and the end: when, by
    whom and why, oldest first. Nothing is ever taken out of it, so a cursor stays good.
    """
    endings.settle(grant)
    found = history.of_document(grant)
    begin = int(page.cursor or 0)
    shown = found[begin : begin + page.limit]
    following = begin + len(shown)
    return Page(items=_shown(grant, shown), next=str(following) if following < len(found) else None)


def _shown(grant: Grant, events: list[ScopeEvent]) -> list[ScopeEventOut]:
    persons = {id for each in events for id in (each.by, each.person) if id is not None}
    names = {id: named.name for id, named in names_of(grant.tx, persons).items()}

    def person(id: Id | None) -> ScopePersonOut | None:
        return None if id is None else ScopePersonOut(id=id, name=names[id])

    return [
        ScopeEventOut(
            time=each.time,
            act=each.act,
            by=person(each.by),
            person=person(each.person),
            ends_at=each.ends_at,
            event=each.event,
            handling=each.handling,  # type: ignore[arg-type]  # a level's word
            ground=each.ground,  # type: ignore[arg-type]  # a ground's word
            reason=each.reason,
        )
        for each in events
    ]
