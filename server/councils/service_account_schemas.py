"""What crosses the API about service accounts."""

from typing import Literal

from pydantic import Field

from server.schemas import Asked, Line, Shown, Time, Uuid


class ServiceAccountIn(Asked):
    """What the program is called and for."""

    name: Line


class ServiceTokenIn(Asked):
    """What the program's token may do, and for how many days."""

    scopes: list[Literal["read", "write"]] = Field(min_length=1)
    days: int = Field(30, ge=1, le=90)


class ServiceTokenOut(Shown):
    """A token of a service account, without its secret."""

    id: Uuid
    scopes: list[str]
    expires_at: Time


class NewServiceTokenOut(ServiceTokenOut):
    """A token of a service account with its secret, shown once."""

    token: str


class ServiceAccountOut(Shown):
    """A service account: `person` answers for it; `works` while they represent the member."""

    id: Uuid
    name: str
    person: Uuid
    person_name: str
    works: bool
    made_at: Time
    tokens: list[ServiceTokenOut]


class ServiceAccountsOut(Shown):
    """The service accounts of a member."""

    items: list[ServiceAccountOut]
