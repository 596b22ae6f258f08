"""What crosses the API when a program on a person's own computer signs in by the browser."""

import re
from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr, StringConstraints, WithJsonSchema

from server.identity import authorising
from server.schemas import Asked, Line, Shown, Time


def _own_computer(address: str) -> str:
    if not authorising.is_loopback(address):
        raise ValueError("http://127.0.0.1:PORT/… or http://[::1]:PORT/… is needed")
    return address


def _spelt(verifier: SecretStr) -> SecretStr:
    if re.fullmatch(authorising.VERIFIER, verifier.get_secret_value()) is None:
        raise ValueError("43 to 128 letters, digits, . _ ~ - are needed (RFC 7636, 4.1)")
    return verifier


Loopback = Annotated[
    str,
    StringConstraints(max_length=200),
    AfterValidator(_own_computer),
    WithJsonSchema({"type": "string", "examples": ["http://127.0.0.1:49152/signed-in"]}),
]


class AuthorisationIn(Asked):
    """Which program is to sign in: the challenge of its secret, where it listens, its computer."""

    code_challenge: str = Field(pattern=f"^{authorising.CHALLENGE}$")
    redirect_uri: Loopback
    computer: Annotated[Line, StringConstraints(max_length=80)]


class AuthorisationOut(Shown):
    """A one-time code, good for 60 seconds, for the program at `redirect_uri`."""

    code: str
    redirect_uri: str
    issuer: str
    expires_at: Time


class ExchangeIn(Asked):
    """The code, the secret whose challenge it was made for, and the address it was sent to."""

    code: SecretStr = Field(max_length=200)
    code_verifier: Annotated[SecretStr, AfterValidator(_spelt)]
    redirect_uri: Loopback
