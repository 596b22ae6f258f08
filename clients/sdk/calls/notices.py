"""What waits for the caller, notices, and comments on who is to join."""

from clients.sdk.answers.notices import (
    CalendarFile,
    Comment,
    Comments,
    FailingNotice,
    NoticeLine,
    NoticePreference,
    WaitingItem,
)
from clients.sdk.call import Call, get, listing, plain, post
from clients.sdk.reading import Page, reader


def list_waiting() -> Call[Page[WaitingItem]]:
    """What waits for the caller in all councils, the nearest deadline first."""
    return listing(WaitingItem, "/me/waiting")


def read_calendar() -> Call[CalendarFile]:
    """The deadlines of what waits for the caller, as a calendar file."""
    return get(CalendarFile, "/me/calendar")


def list_notices(limit: int | None = None) -> Call[Page[NoticeLine]]:
    """What the caller was told, newest first."""
    return listing(NoticeLine, "/me/notices").asking(limit=limit)


def read_notice_preference() -> Call[NoticePreference]:
    """How the caller is told."""
    return get(NoticePreference, "/me/notice-preference")


def choose_notices(daily: bool) -> Call[NoticePreference]:
    """Be told at once, or (`daily`) once a morning of what is not urgent."""
    body = plain({"daily": daily})
    return Call("PUT", "/me/notice-preference", reader(NoticePreference), body=body)


def list_failing_notices() -> Call[Page[FailingNotice]]:
    """Notices whose mails do not get through."""
    return listing(FailingNotice, "/notices/failing")


def list_comments(admission_id: str) -> Call[Comments]:
    """What the members say about who is to join, and until when they may."""
    return get(Comments, "/admissions/{admission_id}/comments", admission_id=admission_id)


def add_comment(admission_id: str, text: str) -> Call[Comment]:
    """Say for one's member what the ministers should consider."""
    path = "/admissions/{admission_id}/comments"
    return post(Comment, path, {"text": text}, admission_id=admission_id)
