"""The duty of confidentiality, safe management and what a leaver returns, as answered."""

from dataclasses import dataclass
from datetime import datetime

from clients.sdk.answers.councils import Body, Confirmation, Named


@dataclass(frozen=True, slots=True)
class TextItem:
    """One thing a checklist asks for."""

    id: str
    group: str
    ja: str
    en: str
    required: bool


@dataclass(frozen=True, slots=True)
class Text:
    """A text in one version; `since`: when it came, or will come, into force."""

    id: str
    version: int
    effective_on: str
    since: datetime
    ja: str
    en: str
    citations: tuple[str, ...]
    counsel_note: str
    digest: str
    items: tuple[TextItem, ...] = ()


@dataclass(frozen=True, slots=True)
class DutyItem:
    """A secret that binds a person: of whom, since when, until when; also once it has ended
    (`ended_at`, `why`). `title` is told only to who may read the document now.
    """

    document: str
    council: str
    council_title: str
    provider: str
    state: str
    text: str
    acknowledged_at: datetime
    first_opened: datetime | None
    last_opened: datetime | None
    until: datetime | None
    ended_at: datetime | None
    why: str | None
    certificate: str | None
    title: str | None


@dataclass(frozen=True, slots=True)
class DutyRegister:
    """A register as a link shows it, without any title."""

    person: str
    name: str
    expires_at: datetime
    items: tuple[DutyItem, ...]


@dataclass(frozen=True, slots=True)
class DutyLink:
    """A link to a duty register that can be used now; the link itself is not kept."""

    id: str
    person: str
    made_by: str
    made_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class NewDutyLink:
    """A link just made; it is shown once."""

    id: str
    person: str
    made_by: str
    made_at: datetime
    expires_at: datetime
    link: str


@dataclass(frozen=True, slots=True)
class Bound:
    """A person whom a secret binds; `left_at`: since when they have no seat in the council."""

    person: str
    name: str
    membership: str | None
    text: str
    acknowledged_at: datetime
    first_opened: datetime | None
    last_opened: datetime | None
    left_at: datetime | None
    certificate: str | None
    certificate_owed: bool


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate of return or destruction; `on_paper`: recorded by a compliance officer."""

    id: str
    outcome: str
    documents: tuple[str, ...]
    statement: str
    signed_by: str
    signed_at: datetime
    on_paper: bool


@dataclass(frozen=True, slots=True)
class Returns:
    """What a member received, what is certified of it, what is not."""

    membership: str
    ended_at: datetime | None
    received: tuple[str, ...]
    uncertified: tuple[str, ...]
    certificates: tuple[Certificate, ...]


@dataclass(frozen=True, slots=True)
class Safety:
    """How a member stands with its safe management."""

    membership: str
    organisation: Body | None
    person: Named | None
    state: str
    since: datetime | None
    until: datetime | None
    confirmation: Confirmation | None
