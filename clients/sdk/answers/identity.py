"""Persons, sessions, tokens, offices and proposals, as answered."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Session:
    """A session token, shown once."""

    token: str
    person: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class OpenSession:
    """One of the caller's sessions; `agent` is what the browser or program calls itself."""

    id: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    current: bool
    method: str = ""
    agent: str | None = None


@dataclass(frozen=True, slots=True)
class Token:
    """A token for programs, without its secret."""

    id: str
    name: str
    scopes: tuple[str, ...]
    council: str | None
    networks: tuple[str, ...]
    expires_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token for programs, with its secret, shown once."""

    id: str
    name: str
    scopes: tuple[str, ...]
    council: str | None
    networks: tuple[str, ...]
    expires_at: datetime
    used_at: datetime | None
    token: str


@dataclass(frozen=True, slots=True)
class HeldOffice:
    """An office the caller holds; of the installation, or of one council."""

    role: str
    council: str | None


@dataclass(frozen=True, slots=True)
class Me:
    """The caller."""

    id: str
    name: str
    kana: str
    email: str
    organisations: tuple[str, ...]
    offices: tuple[HeldOffice, ...]
    may: tuple[str, ...]
    passkeys: int = 0
    second_passkey_needed: bool = False


@dataclass(frozen=True, slots=True)
class Person:
    """A registered person."""

    id: str
    name: str
    organisation: str


@dataclass(frozen=True, slots=True)
class EnrolmentLink:
    """A one-time link, shown once, for the person it names and nobody else."""

    person: str
    link: str
    hours: int


@dataclass(frozen=True, slots=True)
class Office:
    """An office and who holds it."""

    id: str
    person: str
    name: str
    role: str
    council: str | None
    organisation: str | None
    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Approval:
    """An act that waits for a second person; doing the same act confirms it.

    `arguments` is canonical JSON: the action, its thing, and what was sent with it.
    """

    id: str
    action: str
    thing: str
    proposer: str
    proposer_name: str
    expires_at: datetime
    arguments: str
