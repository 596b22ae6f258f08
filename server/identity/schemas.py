"""What crosses the API about persons, credentials, sessions and tokens."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, SecretStr

from server.schemas import Asked, Line, RegistryId, Shown, Time, Uuid

Scope = Literal["read", "write"]


def _encodable(password: SecretStr) -> SecretStr:
    password.get_secret_value().encode()  # a lone surrogate is a ValueError here, not later
    return password


Password = Annotated[SecretStr, AfterValidator(_encodable)]


class SignInIn(Asked):
    """An address and its password."""

    email: Line
    password: Password


class EnrolIn(Asked):
    """A one-time link's token and the first password."""

    link: Line
    password: Password


class StepUpIn(Asked):
    """The password once more."""

    password: Password


class PasswordIn(Asked):
    """The present password and the new one."""

    present: Password
    new: Password


class SessionOut(Shown):
    """A session token, shown once: send it as `Authorization: Bearer …`."""

    token: str
    person: Uuid
    expires_at: Time


class OpenSessionOut(Shown):
    """One of the caller's sessions."""

    id: str
    created_at: Time
    seen_at: Time
    expires_at: Time
    current: bool


class SessionsOut(Shown):
    """The caller's sessions."""

    items: list[OpenSessionOut]


class TokenIn(Asked):
    """A token for programs: what for, what it may do, for which council, for how long."""

    name: Line
    scopes: list[Scope] = Field(min_length=1)
    council: Uuid | None = None
    days: int = Field(30, ge=1, le=90)


class TokenOut(Shown):
    """A token without its secret."""

    id: Uuid
    name: str
    scopes: list[str]
    council: Uuid | None
    expires_at: Time


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
    """The caller: who, where they belong, which offices they hold, what they may do."""

    id: Uuid
    name: str
    kana: str
    email: str
    organisations: list[str]
    offices: list[OfficeOut]
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
