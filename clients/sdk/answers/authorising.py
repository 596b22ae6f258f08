"""Signing a program in by the browser, as answered."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Authorisation:
    """A one-time code for the program that listens at `redirect_uri`; good for 60 seconds.

    `issuer` is what the program must find as `iss` beside the code (RFC 9207).
    """

    code: str
    redirect_uri: str
    issuer: str
    expires_at: datetime
