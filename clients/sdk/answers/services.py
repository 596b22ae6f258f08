"""Service accounts, as answered."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ServiceToken:
    """A token of a service account, without its secret."""

    id: str
    scopes: tuple[str, ...]
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class NewServiceToken:
    """A token of a service account, with its secret, shown once."""

    id: str
    scopes: tuple[str, ...]
    expires_at: datetime
    token: str


@dataclass(frozen=True, slots=True)
class ServiceAccount:
    """A member's program; `person` answers for it; it `works` while they represent the member."""

    id: str
    name: str
    person: str
    person_name: str
    works: bool
    made_at: datetime
    tokens: tuple[ServiceToken, ...]
