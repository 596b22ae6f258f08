"""Organisations' own sign-in services, and one's accounts there, as answered."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Provider:
    """A sign-in service of an organisation."""

    id: str
    name_ja: str
    name_en: str


@dataclass(frozen=True, slots=True)
class Flow:
    """A sign-in under way: the browser keeps `flow` and goes to `authorization_url`."""

    authorization_url: str
    flow: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class ProviderLink:
    """An account of an organisation by which the caller signs in.

    `provider` is None where the service is no longer among those configured.
    """

    id: str
    provider: str | None
    issuer: str
    subject: str
    since: datetime
