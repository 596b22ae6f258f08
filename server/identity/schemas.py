"""What crosses the API about persons, credentials, sessions and tokens."""

from typing import Literal

from pydantic import Field

from server.schemas import Asked, Cidr, Line, RegistryId, Shown, Time, Uuid

Scope = Literal["read", "write"]


class SessionOut(Shown):
    """A session token, shown once: send it as `Authorization: Bearer …`."""

    token: str
    person: Uuid
    expires_at: Time


class OpenSessionOut(Shown):
    """One of the caller's sessions: how it began, and what the browser or program calls itself."""

    id: str
    method: str
    agent: str | None
    created_at: Time
    seen_at: Time
    expires_at: Time
    current: bool


class SessionsOut(Shown):
    """The caller's sessions."""

    items: list[OpenSessionOut]


class TokenIn(Asked):
    """A token for programs: what for, what it may do, for which council, how long, from where."""

    name: Line
    scopes: list[Scope] = Field(min_length=1)
    council: Uuid | None = None
    days: int = Field(30, ge=1, le=90)
    networks: list[Cidr] = Field([], max_length=16)


class TokenOut(Shown):
    """A token without its secret; `used_at` is when it was last used, to the minute."""

    id: Uuid
    name: str
    scopes: list[str]
    council: Uuid | None
    networks: list[str]
    expires_at: Time
    used_at: Time | None


class NewTokenOut(TokenOut):
    """A token with its secret, shown once."""

    token: str


class TokensOut(Shown):
    """The caller's tokens."""

    items: list[TokenOut]


class OfficeOut(Shown):
    """An office the person holds."""

    role: str
    council: Uuid | None


class MeOut(Shown):
    """The caller: who, where they belong, which offices they hold, how many passkeys they have,
    what they may do.
    """

    id: Uuid
    name: str
    kana: str
    email: str
    organisations: list[str]
    offices: list[OfficeOut]
    passkeys: int
    second_passkey_needed: bool
    may: list[str]


class PersonIn(Asked):
    """A person to be registered: 氏名, フリガナ, e-mail, 所属, 役職."""

    name: Line
    kana: Line
    email: Line
    organisation: RegistryId
    title: Line


class PersonOut(Shown):
    """A registered person."""

    id: Uuid
    name: str
    organisation: str


class LinkOut(Shown):
    """A one-time enrolment link, shown once; hand it over to the person it is for, nobody else."""

    person: Uuid
    link: str
    hours: int
