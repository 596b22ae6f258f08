"""What the API shows of a log."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from server.schemas import Line, Shown, Time


class LogPageQuery(BaseModel):
    """Which part of a log: at most `limit` entries older than the entry `cursor`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    limit: int = Field(50, ge=1, le=200)
    cursor: str | None = Field(None, pattern=r"^[0-9]{1,15}$")

    @property
    def before(self) -> int | None:
        """The entry number to continue before."""
        return None if self.cursor is None else int(self.cursor)


class EntryQuery(LogPageQuery):
    """Which entries: every condition given must hold. `since` is included, `until` is not."""

    person: Line | None = None
    object: Line | None = None
    kind: Line | None = None
    outcome: Literal["allowed", "refused", "done"] | None = None
    since: Time | None = None
    until: Time | None = None


class OpenedOut(Shown):
    """What the leaf commits to: HMAC-SHA-256(salt, RFC 8785 of the value) is in the leaf."""

    actor: dict[str, Any]
    actor_salt: str
    body: dict[str, Any]
    body_salt: str
    rows: list[str]


State = Literal["open", "dropped", "damaged"]


class EntryOut(Shown):
    """One entry: its leaf exactly as hashed, and its opening.

    `opening` says whether it is open, was dropped after its retention, or is damaged.
    """

    seq: int
    time: Time
    kind: str
    object: str
    outcome: str
    person: str | None
    leaf: str
    leaf_hash: str
    opening: State
    opened: OpenedOut | None


class OwnEntryOut(Shown):
    """One's own entry, or (`mine` false) another's act on what one's membership provided."""

    seq: int
    time: Time
    kind: str
    object: str
    outcome: str
    person: str | None
    mine: bool


class LeafOut(Shown):
    """A leaf exactly as hashed: SHA-256(0x00, leaf) is `hash` (RFC 6962)."""

    seq: int
    leaf: str
    hash: str


class LeavesOut(Shown):
    """Leaves from `start`; fewer than asked for where the log ends or a thousand are reached."""

    items: list[LeafOut]


class CheckpointOut(Shown):
    """A signed checkpoint: the note as signed (C2SP), and what it says."""

    origin: str
    size: int
    root: str
    note: str
    verifier_key: str


class InclusionOut(Shown):
    """That the entry `seq` is in the log the checkpoint commits to (RFC 6962, 2.1.1)."""

    seq: int
    leaf_hash: str
    hashes: list[str]
    checkpoint: CheckpointOut


class ConsistencyOut(Shown):
    """That the log of `new` begins with the whole log of `old`, unchanged (RFC 6962, 2.1.2)."""

    old: CheckpointOut
    new: CheckpointOut
    hashes: list[str]


class LogKeyOut(Shown):
    """The system log's name and verifier key (C2SP signed-note, Ed25519)."""

    origin: str
    verifier_key: str
