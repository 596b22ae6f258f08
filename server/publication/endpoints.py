"""/api/v1: results, findings, requests for an exception, know-how, and the public record."""

from fastapi import APIRouter, Request
from sqlalchemy import Table, exists, select

from server.access.grant import Grant
from server.access.guard import anyone, guarded
from server.access.kinds import PERSON_KIND
from server.access.listing import Paging, visible
from server.access.parts import parts_of
from server.access.vocabulary import Action
from server.councils.kinds import COUNCIL
from server.publication import requests, service, views
from server.publication.kinds import EXCEPTION, KNOW_HOW, RESULT
from server.publication.models import ExceptionRequest, Publication, PublicUseFinding, Result
from server.publication.schemas import (
    ExceptionBriefOut,
    ExceptionIn,
    ExceptionOut,
    FindingIn,
    FindingOut,
    HoldIn,
    KnowHowBriefOut,
    KnowHowOut,
    PublicationIn,
    PublicationOut,
    ReadersIn,
    ResultBriefOut,
    ResultIn,
    ResultOut,
    RoundIn,
    TextIn,
)
from server.schemas import Page

router = APIRouter(prefix="/api/v1", tags=["publication"])

_finding: Table = PublicUseFinding.__table__  # type: ignore[attr-defined]
_publication: Table = Publication.__table__  # type: ignore[attr-defined]


@router.get("/councils/{council_id}/results", name="listCouncilResults")
@guarded(Action.READ, COUNCIL)
def list_council_results(grant: Grant, page: Paging) -> Page[ResultBriefOut]:
    """The results of this council that are mine, or that their owners let me read."""
    here = RESULT.table.c.council_id == grant.council_id
    shown, after = visible(grant, RESULT, page, here)
    return Page(items=[views.brief_result(grant.tx, each) for each in shown], next=after)


@router.get("/results", name="listResults")
@guarded(Action.READ, PERSON_KIND)
def list_results(grant: Grant, page: Paging) -> Page[ResultBriefOut]:
    """The results I may read, in all councils; my own also where I hold no seat."""
    shown, after = visible(grant, RESULT, page)
    return Page(items=[views.brief_result(grant.tx, each) for each in shown], next=after)


@router.post("/councils/{council_id}/results", status_code=201, name="registerResult")
@guarded(Action.REGISTER_RESULT, COUNCIL)
def register_result(grant: Grant, asked: ResultIn) -> ResultOut:
    """Register a result of my own. It is publishable from now on, and nobody is asked."""
    reveals = [service.Revealing(each.document, each.passages) for each in asked.reveals]
    fields = asked.model_dump(exclude={"reveals"})
    made = service.register(grant, service.NewResult(reveals=reveals, **fields))
    return views.result(grant.tx, views.made(grant, RESULT, made.id))


@router.get("/results/{result_id}", name="readResult")
@guarded(Action.READ, RESULT)
def read_result(grant: Grant) -> ResultOut:
    """A result."""
    return views.result(grant.tx, views.of_grant(grant))


@router.post("/results/{result_id}/publication", status_code=201, name="publishResult")
@guarded(Action.PUBLISH, RESULT)
def publish_result(grant: Grant, asked: PublicationIn) -> PublicationOut:
    """Publish my result. Nobody approves it; what is held must be stated to be left out."""
    result = grant.tx.session.get_one(Result, grant.id)
    new = service.NewPublication(**asked.model_dump())
    return views.publication(service.publish(grant, result, new))


@router.post("/results/{result_id}/readers", name="chooseResultReaders")
@guarded(Action.CHOOSE_READERS, RESULT)
def choose_readers(grant: Grant, asked: ReadersIn) -> ResultOut:
    """Let persons of the council, or every member, read my result, or no longer."""
    result = grant.tx.session.get_one(Result, grant.id)
    everyone = asked.open_to_council
    service.open_to(grant, result, add=asked.add, remove=asked.remove, everyone=everyone)
    return views.result(grant.tx, views.made(grant, RESULT, grant.id))


@router.post("/results/{result_id}/hold", status_code=201, name="acceptHold")
@guarded(Action.ACCEPT_HOLD, RESULT)
def accept_hold(grant: Grant, asked: HoldIn) -> ResultOut:
    """Accept to wait with publishing my result until a round closes; I may still publish."""
    result = grant.tx.session.get_one(Result, grant.id)
    requests.accept_hold(grant, result, asked.round)
    return views.result(grant.tx, views.made(grant, RESULT, grant.id))


@router.get("/councils/{council_id}/findings", name="listFindings")
@guarded(Action.READ, COUNCIL)
def list_findings(grant: Grant, page: Paging) -> Page[FindingOut]:
    """The findings about results I may read, a page being so many results."""
    here = RESULT.table.c.council_id == grant.council_id
    found = exists().where(_finding.c.result_id == RESULT.table.c.id)
    shown, after = visible(grant, RESULT, page, here, found)
    return Page(items=views.findings(grant.tx, [each.id for each in shown]), next=after)


@router.post("/councils/{council_id}/findings", status_code=201, name="recordFinding")
@guarded(Action.RECORD_FINDING, COUNCIL)
def record_finding(grant: Grant, asked: FindingIn) -> FindingOut:
    """Record that public-sector use of a result has become foreseeable."""
    result = views.made(grant, RESULT, asked.result)
    fields = asked.model_dump(exclude={"result"})
    return views.finding(grant.tx, requests.record_finding(grant, result.id, **fields))


@router.post("/results/{result_id}/exceptions", status_code=201, name="requestException")
@guarded(Action.REQUEST_EXCEPTION, RESULT)
def request_exception(grant: Grant, asked: ExceptionIn) -> ExceptionOut:
    """Ask that certain information not be published. That alone restricts nothing."""
    result = grant.tx.session.get_one(Result, grant.id)
    new = requests.NewRequest(
        finding=asked.finding, harm=asked.harm, wanted=_wanted(asked), new_facts=asked.new_facts
    )
    made = requests.request(grant, result, new)
    return views.exception(grant.tx, views.made(grant, EXCEPTION, made.id))


def _wanted(asked: ExceptionIn | TextIn) -> requests.Wanted:
    return requests.Wanted(
        information=asked.information,
        until=asked.until,
        authorised=sorted(set(asked.authorised)),
    )


@router.get("/councils/{council_id}/exceptions", name="listExceptions")
@guarded(Action.READ, COUNCIL)
def list_exceptions(grant: Grant, page: Paging) -> Page[ExceptionBriefOut]:
    """The requests of this council and where they stand, without what they say."""
    here = EXCEPTION.table.c.council_id == grant.council_id
    shown, after = visible(grant, EXCEPTION, page, here, action=Action.SEE)
    return Page(items=[views.brief_exception(grant.tx, each) for each in shown], next=after)


@router.get("/exceptions/{exception_id}", name="readException")
@guarded(Action.READ, EXCEPTION)
def read_exception(grant: Grant) -> ExceptionOut:
    """A request in full."""
    return views.exception(grant.tx, views.of_grant(grant))


@router.get("/exceptions/{exception_id}/summary", name="readExceptionSummary")
@guarded(Action.SEE, EXCEPTION)
def read_exception_summary(grant: Grant) -> ExceptionBriefOut:
    """Where a request stands, without what it says."""
    return views.brief_exception(grant.tx, views.of_grant(grant))


@router.post("/exceptions/{exception_id}/rounds", status_code=201, name="openRound")
@guarded(Action.OPEN_ROUND, EXCEPTION)
def open_round(grant: Grant, asked: RoundIn) -> ExceptionBriefOut:
    """Fix the text and ask every member. A changed text voids the round that was open."""
    changed = _wanted(asked.text) if asked.text else None
    row = grant.tx.session.get_one(ExceptionRequest, grant.id)
    requests.open_round(grant, row, days=asked.days, changed=changed)
    return views.brief_exception(grant.tx, views.made(grant, EXCEPTION, row.id, Action.SEE))


@router.post("/exceptions/{exception_id}/withdrawal", name="withdrawException")
@guarded(Action.WITHDRAW, EXCEPTION)
def withdraw_exception(grant: Grant) -> ExceptionBriefOut:
    """Take the request of my member back; an open round closes with it."""
    row = grant.tx.session.get_one(ExceptionRequest, grant.id)
    requests.withdraw(grant, row)
    return views.brief_exception(grant.tx, views.made(grant, EXCEPTION, row.id, Action.SEE))


@router.get("/councils/{council_id}/know-how", name="listKnowHow")
@guarded(Action.READ, COUNCIL)
def list_know_how(grant: Grant, page: Paging) -> Page[KnowHowBriefOut]:
    """The agreed entries of this council, without what they say."""
    here = KNOW_HOW.table.c.council_id == grant.council_id
    shown, after = visible(grant, KNOW_HOW, page, here, action=Action.SEE)
    return Page(items=[views.brief_know_how(each) for each in shown], next=after)


@router.get("/know-how/{know_how_id}", name="readKnowHow")
@guarded(Action.READ, KNOW_HOW)
def read_know_how(grant: Grant) -> KnowHowOut:
    """An entry in full."""
    return views.know_how(grant.tx, views.of_grant(grant))


@router.get("/publications", name="listPublications", openapi_extra={"security": []})
@anyone
def list_publications(request: Request, page: Paging) -> Page[PublicationOut]:
    """The public record, newest first."""
    query = select(Publication).order_by(_publication.c.id.desc()).limit(page.limit + 1)
    if page.cursor is not None:
        query = query.where(_publication.c.id < page.cursor)
    with parts_of(request).database.reading() as tx:
        rows = list(tx.session.scalars(query))
    shown = [views.publication(row) for row in rows[: page.limit]]
    return Page(items=shown, next=shown[-1].id if len(rows) > page.limit else None)
