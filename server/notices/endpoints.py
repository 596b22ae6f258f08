"""/api/v1: what waits for me, my calendar, my notices, and which mails do not get through."""

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from server.access.grant import Grant
from server.access.guard import guarded
from server.access.kinds import INSTALLATION, PERSON_KIND
from server.access.listing import Paging
from server.access.matters import Topic, Waiting, number_of
from server.access.transfer import Transfer, transfer
from server.access.vocabulary import Action
from server.notices import making, service
from server.notices.calendar import MEDIA_TYPE
from server.notices.letters import matter_of
from server.notices.models import Notice
from server.notices.phrases import Said
from server.notices.saying import council_name, days_left
from server.notices.schemas import (
    CalendarOut,
    FailingListOut,
    FailingOut,
    NoticeOut,
    PreferenceIn,
    PreferenceOut,
    SaidOut,
    WaitingListOut,
    WaitingOut,
)
from server.notices.words import TASKS, TOPICS, command_of, place_of
from server.schemas import Page

router = APIRouter(prefix="/api/v1", tags=["notices"])
AS_TEXT = {"text/calendar": {"schema": {"type": "string"}}}
AS_FILE: dict[int | str, dict[str, Any]] = {200: {"model": CalendarOut, "content": AS_TEXT}}


@router.get("/me/waiting", name="listWaiting")
@guarded(Action.READ, PERSON_KIND)
def list_waiting(grant: Grant) -> WaitingListOut:
    """What waits for me in all my councils, the nearest deadline first."""
    found = _waiting(grant)
    return WaitingListOut(items=[_item(grant, item) for item in found])


def _waiting(grant: Grant) -> list[Waiting]:
    found = service.all_waiting(grant.parts.policy, grant.tx, grant.person_id)
    grant.note(listed="waiting", count=len(found), ids=[item.matter for item in found])
    return found


def _item(grant: Grant, item: Waiting) -> WaitingOut:
    said, kind = TASKS[item.task], item.kind.name.value
    return WaitingOut(
        task=item.task,
        council=item.council_id,
        council_name=council_name(grant.tx, item.council_id),
        kind=kind,
        thing=item.id,
        number=number_of(item.matter),
        deadline=item.deadline,
        days_left=None if item.deadline is None else days_left(grant.now, item.deadline),
        what=_said(said.what),
        otherwise=_said(said.otherwise),
        path=place_of(item.task, kind, item.id, item.council_id)[0],
        command=command_of(item),
    )


def _said(said: Said) -> SaidOut:
    return SaidOut(ja=said.ja, en=said.en)


def _calendar(grant: Grant) -> bytes:
    host = grant.parts.settings.origin_host.partition(":")[0]
    return service.calendar_of(grant.tx, host, _waiting(grant))


@router.get("/me/calendar", name="readCalendar", responses=AS_FILE)
@transfer(Action.READ, PERSON_KIND, _calendar)
async def read_calendar(begun: Transfer[bytes], request: Request) -> Response:
    """The deadlines of what waits for me, as a calendar file; as JSON where `Accept` says so."""
    headers = {"Cache-Control": "no-store"}
    if "application/json" in request.headers.get("accept", ""):
        shown = CalendarOut(calendar=begun.prepared.decode())
        return JSONResponse(shown.model_dump(), headers=headers)
    return Response(begun.prepared, media_type=MEDIA_TYPE, headers=headers)


@router.get("/me/notices", name="listNotices")
@guarded(Action.READ, PERSON_KIND)
def list_notices(grant: Grant, page: Paging) -> Page[NoticeOut]:
    """What I was told, newest first, whether or not a mail left."""
    found = service.notices_of(grant.tx, grant.person_id, before=page.cursor, limit=page.limit + 1)
    shown = found[: page.limit]
    grant.note(listed="notice", count=len(shown))
    following = shown[-1].id if len(found) > page.limit else None
    return Page(items=[_notice(grant, each) for each in shown], next=following)


def _notice(grant: Grant, notice: Notice) -> NoticeOut:
    path, command = place_of(notice.topic, notice.kind, notice.thing_id, notice.council_id)
    return NoticeOut(
        id=notice.id,
        topic=Topic(notice.topic),
        council=notice.council_id,
        council_name=council_name(grant.tx, notice.council_id),
        kind=notice.kind,
        thing=notice.thing_id,
        number=number_of(matter_of(notice)),
        deadline=notice.deadline,
        what=_said(TOPICS[Topic(notice.topic)]),
        path=path,
        command=command,
        made_at=notice.made_at,
        state=service.state_of(notice),
    )


@router.get("/me/notice-preference", name="readNoticePreference")
@guarded(Action.READ, PERSON_KIND)
def read_preference(grant: Grant) -> PreferenceOut:
    """How I am told."""
    return _preference(grant)


@router.put("/me/notice-preference", name="chooseNotices")
@guarded(Action.CHOOSE_NOTICES, PERSON_KIND)
def choose_notices(grant: Grant, asked: PreferenceIn) -> PreferenceOut:
    """Choose to be told at once, or once a morning; what is urgent is always told at once."""
    making.choose(grant.tx, grant.person_id, daily=asked.daily)
    grant.note(daily=asked.daily)
    return _preference(grant)


def _preference(grant: Grant) -> PreferenceOut:
    daily = making.is_daily(grant.tx, grant.person_id)
    return PreferenceOut(daily=daily, mailed=bool(grant.parts.settings.smtp_url))


@router.get("/notices/failing", name="listFailingNotices")
@guarded(Action.READ_FAILING_NOTICES, INSTALLATION)
def list_failing(grant: Grant) -> FailingListOut:
    """Notices whose mails are refused or were given up, for who runs the server."""
    found = service.failing(grant.tx)
    grant.note(listed="notice", count=len(found))
    return FailingListOut(items=[_failing(each) for each in found])


def _failing(notice: Notice) -> FailingOut:
    return FailingOut(
        id=notice.id,
        topic=Topic(notice.topic),
        person=notice.person_id,
        council=notice.council_id,
        number=number_of(matter_of(notice)),
        made_at=notice.made_at,
        tries=notice.tries,
        error=notice.error or "",
        given_up_at=notice.failed_at,
    )
