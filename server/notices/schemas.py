"""What crosses the API about what waits, what one was told, and how one wants to be told."""

from server.access.matters import Task, Topic
from server.schemas import Asked, Shown, Time, Uuid


class SaidOut(Shown):
    """A text in both languages."""

    ja: str
    en: str


class WaitingOut(Shown):
    """Something that waits for the caller: what it is, until when, and what happens otherwise.

    `path` is where the thing is read (below /api/v1), `command` what does it; `days_left` counts
    days of the calendar in Japan, 0 today. Both are null without a deadline.
    """

    task: Task
    council: Uuid | None
    council_name: str
    kind: str
    thing: str
    number: str
    deadline: Time | None
    days_left: int | None
    what: SaidOut
    otherwise: SaidOut
    path: str
    command: str


class WaitingListOut(Shown):
    """What waits for the caller, the nearest deadline first, what has none last."""

    items: list[WaitingOut]


class NoticeOut(Shown):
    """Something the caller was told. `state`: `waiting` to be mailed, `sent`, `failed`, or `kept`:
    shown here only.
    """

    id: Uuid
    topic: Topic
    council: Uuid | None
    council_name: str
    kind: str
    thing: str
    number: str
    deadline: Time | None
    what: SaidOut
    path: str
    command: str
    made_at: Time
    state: str


class FailingOut(Shown):
    """A notice whose mail was not accepted, at its last try or for good; nobody's address.

    `error` is a word of ours with at most the mail server's reply code.
    """

    id: Uuid
    topic: Topic
    person: Uuid
    council: Uuid | None
    number: str
    made_at: Time
    tries: int
    error: str
    given_up_at: Time | None


class FailingListOut(Shown):
    """Notices that are not getting through, newest first, at most two hundred."""

    items: list[FailingOut]


class PreferenceIn(Asked):
    """`daily`: one mail a morning for what is not urgent; otherwise each at once."""

    daily: bool


class PreferenceOut(Shown):
    """How the caller is told; `mailed`: whether this server sends mail at all."""

    daily: bool
    mailed: bool


class CalendarOut(Shown):
    """The calendar file (RFC 5545) as text."""

    calendar: str
