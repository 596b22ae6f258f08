"""Entries, checkpoints and proofs of a log, as answered. Hashes are lower-case hexadecimal."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Opened:
    """What a leaf commits to: HMAC-SHA-256(salt, RFC 8785 of the value) is in the leaf."""

    actor: dict[str, Any]
    actor_salt: str
    body: dict[str, Any]
    body_salt: str
    rows: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry; `opening` says whether it is open, dropped after its retention, or damaged."""

    seq: int
    time: datetime
    kind: str
    object: str
    outcome: str
    person: str | None
    leaf: str
    leaf_hash: str
    opening: str
    opened: Opened | None


@dataclass(frozen=True, slots=True)
class OwnEntry:
    """One's own entry, or (`mine` false) another's act on what one's member provided."""

    seq: int
    time: datetime
    kind: str
    object: str
    outcome: str
    person: str | None
    mine: bool


@dataclass(frozen=True, slots=True)
class Leaf:
    """A leaf exactly as hashed (RFC 6962)."""

    seq: int
    leaf: str
    hash: str


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A signed checkpoint: the C2SP note, what it says, and the key it says to be signed by."""

    origin: str
    size: int
    root: str
    note: str
    verifier_key: str


@dataclass(frozen=True, slots=True)
class Inclusion:
    """That entry `seq` is in the log its checkpoint commits to."""

    seq: int
    leaf_hash: str
    hashes: tuple[str, ...]
    checkpoint: Checkpoint


@dataclass(frozen=True, slots=True)
class Consistency:
    """That the log of `new` begins with the whole log of `old`."""

    old: Checkpoint
    new: Checkpoint
    hashes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LogKey:
    """The system log's name and verifier key."""

    origin: str
    verifier_key: str
