"""What waits, what one was told, and comments on who is to join, as answered."""

from dataclasses import dataclass
from datetime import datetime

from clients.sdk.answers.councils import Named


@dataclass(frozen=True, slots=True)
class Said:
    """A text in both languages."""

    ja: str
    en: str


@dataclass(frozen=True, slots=True)
class WaitingItem:
    """Something that waits for the caller; `otherwise` says what happens if nothing is done."""

    task: str
    council: str | None
    council_name: str
    kind: str
    thing: str
    number: str
    deadline: datetime | None
    days_left: int | None
    what: Said
    otherwise: Said
    path: str
    command: str


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """Something the caller was told, and whether a mail left."""

    id: str
    topic: str
    council: str | None
    council_name: str
    kind: str
    thing: str
    number: str
    deadline: datetime | None
    what: Said
    path: str
    command: str
    made_at: datetime
    state: str


@dataclass(frozen=True, slots=True)
class FailingNotice:
    """A notice whose mail does not get through."""

    id: str
    topic: str
    person: str
    council: str | None
    number: str
    made_at: datetime
    tries: int
    error: str
    given_up_at: datetime | None


@dataclass(frozen=True, slots=True)
class NoticePreference:
    """How the caller is told; `mailed`: whether the server sends mail at all."""

    daily: bool
    mailed: bool


@dataclass(frozen=True, slots=True)
class CalendarFile:
    """A calendar file (RFC 5545) as text."""

    calendar: str


@dataclass(frozen=True, slots=True)
class Comment:
    """What a member says about who is to join."""

    id: str
    admission: str
    membership: str
    person: Named
    organisation: str | None
    text: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Comments:
    """All comments on one admission; `until`: when the period ends or ended."""

    items: tuple[Comment, ...]
    until: datetime | None
    open: bool
