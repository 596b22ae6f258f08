"""What the documents API takes and gives."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from server.documents.models import ReleaseGround
from server.schemas import Asked, Line, Shown, Text, Time, Uuid

MOST_RECIPIENTS = 200
Hex = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
State = Literal["council_internal", "provision_draft", "provided_secret"]


class ShareIn(Asked):
    """A paper for the whole council. The declaration has no default: say it, every time (BR-50)."""

    title: Line
    contains_designated_secret: bool = Field(
        description="重要経済安保情報・特定秘密を含むか。含むものは扱えない / "
        "whether it holds information designated under the higher regimes; that is refused"
    )


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
    ends_at: Time | None = None
    contains_designated_secret: bool
    is_own_result: bool = Field(
        description="研究者が自ら生み出した成果か。成果は秘密として提供できない / "
        "whether it is a researcher's own result; that cannot be a provided secret"
    )


class RecipientsIn(Asked):
    """Persons to name, and persons who shall no longer receive."""

    add: list[Uuid] = Field(default=[], max_length=MOST_RECIPIENTS)
    remove: list[Uuid] = Field(default=[], max_length=MOST_RECIPIENTS)


class PeriodIn(Asked):
    """A new end. A later one needs a reason; an earlier one takes effect at once."""

    ends_at: Time
    reason: Text | None = None


class ReleaseIn(Asked):
    """Why the secret ends before its period."""

    ground: ReleaseGround = ReleaseGround.PROVIDER
    reason: Text | None = None


class AcknowledgementIn(Asked):
    """`scope` is the digest shown in the summary: what is acknowledged is exactly that."""

    scope: Hex


class SuspensionIn(Asked):
    """Why access is suspended."""

    reason: Text


class VersionOut(Shown):
    """An uploaded version, from its sealed manifest. `verifying` becomes `ready` or `failed`."""

    id: Uuid
    document: Uuid
    state: Literal["verifying", "ready", "failed"]
    created_at: Time
    created_by: Uuid
    file_name: str
    media_type: str
    size: int
    sha256: str


class StatementOut(Shown):
    """What the provider said of a secret."""

    subject: str | None
    reason: str | None
    legal_basis: str | None
    not_publicly_known: bool | None
    why_worth_protecting: str | None


class RecipientOut(Shown):
    """A named person. `blocked`: the member's safe management is not confirmed (BR-16)."""

    person: Uuid
    name: str
    membership: Uuid | None
    blocked: bool
    acknowledged: bool


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
    version: Uuid | None = Field(description="the newest version that is ready")
    may: list[str]


class DocumentOut(ItemOut):
    """A document. `recipients` and unready `versions` are shown to its provider alone."""

    released_at: Time | None
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
    duty: str
    document: Uuid
    provider: Uuid
    ends_at: Time


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
    act: Literal["metadata", "content", "download"]
