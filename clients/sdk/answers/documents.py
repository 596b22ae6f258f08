"""Documents, provided secrets and their versions, as answered."""

from dataclasses import dataclass
from datetime import datetime

from clients.sdk.answers.duties import Text
from clients.sdk.answers.rights import Lack


@dataclass(frozen=True, slots=True)
class Version:
    """An uploaded version; `verifying` becomes `ready`, `failed` or `quarantined`, with a
    `reason`; `ready` with `not_searched` if no marking could be looked for. `sha256` is None until
    it was read again, if it was not announced; of a provided secret it, `size` and `parts` are told
    to its provider alone.
    """

    id: str
    document: str
    state: str
    created_at: datetime
    created_by: str
    file_name: str
    media_type: str
    size: int | None
    sha256: str | None
    parts: int | None = 1
    origin: str | None = None
    reason: str | None = None
    detail: str | None = None
    detected: str | None = None
    differs: bool | None = None
    scan: str | None = None


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
    """A named person; `blocked`: the member's safe management is not confirmed; `missing`: every
    condition that is not met.
    """

    person: str
    name: str
    membership: str | None
    blocked: bool
    acknowledged: bool
    missing: tuple[Lack, ...] = ()


@dataclass(frozen=True, slots=True)
class Ended:
    """When and on what ground a secret became council-internal."""

    at: datetime
    ground: str


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
    handling: str | None = None
    ended: Ended | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """A document. `recipients`, unready `versions` and, of a draft, what is `missing` before it can
    be provided are shown to its provider alone.
    """

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
    destroyed_at: datetime | None = None
    handling: str | None = None
    ended: Ended | None = None
    event: str | None = None
    missing: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Scope:
    """What a recipient acknowledges before the first opening; `digest` names exactly this."""

    digest: str
    text: Text
    document: str
    provider: str
    ends_at: datetime
    event: str | None = None


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
    event: str | None = None
    handling: str | None = None


@dataclass(frozen=True, slots=True)
class ScopePerson:
    """A person by id and name."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class ScopeEvent:
    """One change of a secret's scope: who did what, to whom, and why."""

    time: datetime
    act: str
    by: ScopePerson | None
    person: ScopePerson | None
    ends_at: datetime | None
    event: str | None
    handling: str | None
    ground: str | None
    reason: str | None
