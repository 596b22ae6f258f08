"""Passkeys, what they are asked to sign, and fresh proofs of identity, as answered."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Ceremony:
    """What to hand to a browser's passkey (`options`), good for one answer, which names
    `challenge`.
    """

    challenge: str
    options: Mapping[str, Any]
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Passkey:
    """One of the caller's passkeys. `device_bound`: it cannot leave its device."""

    id: str
    name: str
    device_bound: bool
    backed_up: bool
    model: str
    transports: tuple[str, ...]
    added_at: datetime
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True)
class SteppedUp:
    """What was proved, and the session's new token: the one before is worth nothing any more.

    `token` is None where the proof is another session's.
    """

    token: str | None
    person: str
    expires_at: datetime
    action: str
    thing: str
    device_bound: bool


@dataclass(frozen=True, slots=True)
class StepUpRequest:
    """What a session of the caller's asks them to confirm; `state` is waiting, done or expired."""

    id: str
    action: str
    thing: str
    state: str
    current: bool
    agent: str | None
    made_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Codes:
    """The secret of an authenticator app, shown once: as text, and as the URI of a QR code."""

    secret: str
    uri: str
