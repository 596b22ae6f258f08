"""What crosses the API about the end of content: what is decided for it, and its destruction."""

from server.documents.disposal.models import Choice
from server.documents.models import Ground
from server.schemas import Asked, Shown, Text, Time, Uuid


class DispositionIn(Asked):
    """What becomes of the content when the council closes. `received`: with `returned`, once the
    provider has it: only then it is destroyed here.
    """

    choice: Choice
    received: bool = False


class DestructionIn(Asked):
    """Why the provider destroys its content."""

    reason: Text


class DecisionOut(Shown):
    """What the provider decided for the closing, as last decided."""

    choice: Choice
    received: bool
    decided_by: Uuid
    decided_at: Time


class DestroyedVersionOut(Shown):
    """A version that was destroyed, and its parts; a restored version had its origin's."""

    version: Uuid
    parts: list[Uuid]


class DestroyedOut(Shown):
    """The certificate. `entry` is the number of the entry in the council's log whose leaf holds
    `row_digest` (docs/formats.md); `proof` is where its inclusion is proved. `removed`: the sealed
    objects are gone from the store. `reason` and `contents` are shown to the provider: others were
    not told of every version.
    """

    id: Uuid
    ground: Ground
    reason: str | None
    decided_by: Uuid
    destroyed_at: Time
    contents: list[DestroyedVersionOut]
    removed: bool
    entry: int
    row_digest: str
    proof: str


class DisposalOut(Shown):
    """What becomes, or became, of a document's content; null: nothing decided, not destroyed.
    `decision` is shown to the provider, and so is `held`: the server found a marking in it, and
    nothing is destroyed until an officer has released it.
    """

    document: Uuid
    council: Uuid
    closes_at: Time | None
    decision: DecisionOut | None
    held: bool
    destruction: DestroyedOut | None
