"""Bearer tokens: `kyo_<id>_<secret>_<checksum>` (IDN-7).

Owns their spelling, which a secret scanner can match and a typing mistake cannot pass. Never
stores a token: the server keeps the id and the secret's hash.
"""

import hmac
import re
import secrets
import zlib
from dataclasses import dataclass, field
from hashlib import sha256

from crypto.errors import Unverified

KINDS = {
    "kyo": "API token",
    "kys": "session",
    "kye": "enrolment",
    "kyc": "authorisation code",
    "kyf": "sign-in under way",
    "kyd": "duty register",
}
ID_LENGTH = 8
SECRET_LENGTH = 43  # of 62 letters: 256 bits
CHECKSUM_LENGTH = 6

_LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_FORM = re.compile(
    rf"({'|'.join(KINDS)})_([0-9A-Za-z]{{{ID_LENGTH}}})_([0-9A-Za-z]{{{SECRET_LENGTH}}})"
    rf"_([0-9A-Za-z]{{{CHECKSUM_LENGTH}}})"
)


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token as it is shown once (`text`), and what is kept of it."""

    text: str = field(repr=False)
    token_id: str
    secret_hash: bytes


def new_token(kind: str = "kyo", token_id: str | None = None) -> NewToken:
    """Make a token of a kind of `KINDS`, or a new secret for the token called `token_id`.

    Raises ValueError for another kind.
    """
    if kind not in KINDS:
        raise ValueError("no such kind of token")
    token_id, secret = token_id or _random(ID_LENGTH), _random(SECRET_LENGTH)
    body = f"{kind}_{token_id}_{secret}"
    return NewToken(f"{body}_{_checksum(body)}", token_id, secret_hash(secret))


def parse_token(text: str) -> tuple[str, str, str]:
    """Return kind, id and secret; raises Unverified for any other length, letter or checksum.

    A token that parses was not mistyped; whether it was ever issued only its hash can tell.
    """
    match = _FORM.fullmatch(text)
    if match is None:
        raise Unverified("not a token")
    kind, token_id, secret, checksum = match.groups()
    if not hmac.compare_digest(_checksum(f"{kind}_{token_id}_{secret}"), checksum):
        raise Unverified("token was mistyped: its checksum does not fit")
    return kind, token_id, secret


def secret_hash(secret: str) -> bytes:
    """Return the SHA-256 of the secret, enough for one of 256 random bits (ASVS 6.5.2)."""
    return sha256(secret.encode("ascii")).digest()


def _random(length: int) -> str:
    return _base62(secrets.randbelow(62**length), length)


def _checksum(body: str) -> str:
    return _base62(zlib.crc32(body.encode("ascii")), CHECKSUM_LENGTH)


def _base62(number: int, length: int) -> str:
    letters = []
    for _ in range(length):
        number, rest = divmod(number, 62)
        letters.append(_LETTERS[rest])
    return "".join(reversed(letters))
