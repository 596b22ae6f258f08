"""Documents, provided secrets and their versions, as answered."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Version:
    """An uploaded version; `verifying` becomes `ready` or `failed`."""

    id: str
    document: str
    state: str
    created_at: datetime
    created_by: str
    file_name: str
    media_type: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Statement:
    """What the provider said of a secret."""

    subject: str | None
    reason: str | None
    legal_basis: str | None
    not_publicly_known: bool | None
    why_worth_protecting: str | None


@dataclass(frozen=True, slots=True)
class Recipient:
    """A named person; `blocked`: the member's safe management is not confirmed."""

    person: str
    name: str
    membership: str | None
    blocked: bool
    acknowledged: bool


@dataclass(frozen=True, slots=True)
class DocumentLine:
    """A document in a list."""

    id: str
    council: str
    title: str
    state: str
    secret: bool
    under_duty: bool
    provider: str
    created_by: str
    created_at: datetime
    provided_at: datetime | None
    ends_at: datetime | None
    version: str | None
    may: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """A document. `recipients` and unready `versions` are shown to its provider alone."""

    id: str
    council: str
    title: str
    state: str
    secret: bool
    under_duty: bool
    provider: str
    created_by: str
    created_at: datetime
    provided_at: datetime | None
    ends_at: datetime | None
    version: str | None
    released_at: datetime | None
    suspended: bool
    statement: Statement | None
    recipients: tuple[Recipient, ...] | None
    versions: tuple[Version, ...]
    may: tuple[str, ...] = ()
    blocked: tuple[Recipient, ...] = ()


@dataclass(frozen=True, slots=True)
class Scope:
    """What a recipient acknowledges before the first opening; `digest` names exactly this."""

    digest: str
    duty: str
    document: str
    provider: str
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class DocumentSummary:
    """That a document is there, without title or content."""

    id: str
    council: str
    state: str
    under_duty: bool
    provider: str
    created_at: datetime
    provided_at: datetime | None
    ends_at: datetime | None
    suspended: bool
    recipients: int
    scope: Scope | None
    may: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reader:
    """One access, as the log has it; `seq` is its entry's number."""

    seq: int
    time: datetime
    person: str
    name: str
    act: str


@dataclass(frozen=True, slots=True)
class Made:
    """A document was made; its content is uploaded next."""

    id: str
    council: str


@dataclass(frozen=True, slots=True)
class ScopeSet:
    """The scope as it is now."""

    id: str
    ends_at: datetime | None
    recipients: tuple[Recipient, ...]
