"""What the documents API takes and gives."""

from typing import Literal

from pydantic import Field

from server.access.text_schemas import TextOut
from server.documents.content.schemas import Hex, VersionOut
from server.documents.models import HandlingLevel
from server.documents.provision.scope_schemas import MOST_RECIPIENTS, EndedOut, RecipientOut
from server.documents.provision.service import Missing
from server.schemas import Asked, Line, Shown, Text, Time, Uuid

State = Literal["council_internal", "provision_draft", "provided_secret", "retained"]


class ShareIn(Asked):
    """A paper for the whole council. The declaration has no default: say it, every time (BR-50)."""

    title: Line
    contains_designated_secret: bool = Field(
        description="重要経済安保情報・特定秘密を含むか。含むものは扱えない / "
        "whether it holds information designated under the higher regimes; that is refused"
    )
    answers: Uuid | None = Field(default=None, description="the information request it answers")


class SubstanceIn(Asked):
    """実質秘: not publicly known, and worth protecting in substance."""

    not_publicly_known: bool
    why_worth_protecting: Text | None = None


class StatementIn(Asked):
    """What the provider says of a secret. A draft may leave things open; provision may not."""

    subject: Text | None = None
    reason: Text | None = None
    legal_basis: Text | None = None
    substance: SubstanceIn | None = None


class SecretIn(StatementIn):
    """A draft of a provided secret (情報提供案). Both declarations must be made (BR-23, BR-50)."""

    title: Line
    recipients: list[Uuid] = Field(default=[], max_length=MOST_RECIPIENTS)
    ends_at: Time | None = Field(default=None, description="期間の終わり: at the latest")
    event: Text | None = Field(
        default=None, description="期間の終わりとなる出来事: ends it earlier; needs `ends_at` too"
    )
    handling: HandlingLevel = HandlingLevel.VIEW_ONLY
    contains_designated_secret: bool
    is_own_result: bool = Field(
        description="研究者が自ら生み出した成果か。成果は秘密として提供できない / "
        "whether it is a researcher's own result; that cannot be a provided secret"
    )
    answers: Uuid | None = Field(default=None, description="the information request it answers")


class ScopeAcknowledgementIn(Asked):
    """`scope` is the digest shown in the summary: what is acknowledged is exactly that."""

    scope: Hex


class SuspensionIn(Asked):
    """Why access is suspended."""

    reason: Text


class StatementOut(Shown):
    """What the provider said of a secret."""

    subject: str | None
    reason: str | None
    legal_basis: str | None
    not_publicly_known: bool | None
    why_worth_protecting: str | None


class ItemOut(Shown):
    """A document in a list."""

    id: Uuid
    council: Uuid
    title: str
    state: State
    secret: bool
    under_duty: bool = Field(description="62条7項の義務の対象か (BR-22)")
    provider: Uuid
    created_by: Uuid
    created_at: Time
    provided_at: Time | None
    ends_at: Time | None
    destroyed_at: Time | None = Field(description="since when its content is destroyed")
    version: Uuid | None = Field(description="the newest version that is ready")
    handling: HandlingLevel | None = Field(description="取扱い: of a secret, for its recipients")
    ended: EndedOut | None = Field(description="of what was a secret and is one no longer")
    may: list[str]


class DocumentOut(ItemOut):
    """A document. `recipients`, unready `versions` and, of a draft, what is `missing` before it can
    be provided are shown to its provider alone. `event` ends a secret's period before `ends_at`.
    """

    released_at: Time | None
    event: str | None
    missing: list[Missing] | None
    suspended: bool
    statement: StatementOut | None
    recipients: list[RecipientOut] | None
    versions: list[VersionOut]


class ProvidedOut(DocumentOut):
    """A secret as provided; `blocked` names the recipients it was not delivered to (BR-16)."""

    blocked: list[RecipientOut]


class ScopeOut(Shown):
    """What a recipient acknowledges before the first opening; `digest` names exactly this."""

    digest: str
    text: TextOut
    document: Uuid
    provider: Uuid
    ends_at: Time
    event: str | None = Field(description="what ends it earlier than `ends_at`")


class SummaryOut(Shown):
    """That a document is there, without title or content."""

    id: Uuid
    council: Uuid
    state: State
    under_duty: bool
    provider: Uuid
    created_at: Time
    provided_at: Time | None
    ends_at: Time | None
    suspended: bool
    recipients: int
    scope: ScopeOut | None = Field(description="for a named person who has not acknowledged yet")
    may: list[str]


class ReaderOut(Shown):
    """One access, as the log has it. `seq` is its entry's number."""

    seq: int
    time: Time
    person: Uuid
    name: str
    act: Literal["metadata", "content", "print", "download", "hand_over"]
