"""A council's end, and the end of content, as answered."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Announcement:
    """What both ministries announced; `noted_at`: when the end was entered in the log."""

    id: str
    closes_at: datetime
    reason: str
    proposed_by: str
    announced_by: str
    announced_at: datetime
    noted_at: datetime | None


@dataclass(frozen=True, slots=True)
class Proposed:
    """What one ministry proposed; without `closes_at`, to take the announcement back."""

    id: str
    proposer: str
    expires_at: datetime
    closes_at: datetime | None
    notice_days: int | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class Closing:
    """How a council stands; `closing` is None while nothing is announced."""

    council: str
    state: str
    closing: Announcement | None
    proposed: tuple[Proposed, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """What a provider decided about its content for the closing."""

    choice: str
    received: bool
    decided_by: str
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class DestroyedVersion:
    """A version that was destroyed, and its parts; a restored version had its origin's."""

    version: str
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Destroyed:
    """The certificate of a destruction: `entry` is the number of the entry that vouches for it,
    `row_digest` what its leaf holds, `proof` where its inclusion is proved. `contents` names the
    parts of each version; `removed`: the sealed objects are gone.
    """

    id: str
    ground: str
    reason: str | None
    decided_by: str
    destroyed_at: datetime
    contents: tuple[DestroyedVersion, ...]
    removed: bool
    entry: int
    row_digest: str
    proof: str


@dataclass(frozen=True, slots=True)
class Disposal:
    """What becomes, or became, of a document's content; `held`: not before an officer has released
    what the server found in it.
    """

    document: str
    council: str
    closes_at: datetime | None
    decision: Decision | None
    held: bool
    destruction: Destroyed | None
