"""Passwords: argon2id (RFC 9106), bounded so that a flood of sign-ins cannot exhaust memory.

Owns the bound: at most `AT_ONCE` hashes run, each with 64 MiB, and `WAITING` more may wait;
further callers are told to come back. Knows nothing of persons or sessions.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

from server.problems import Busy, Problem

AT_ONCE, WAITING = 2, 16
SHORTEST, LONGEST = 12, 256

_hasher = PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)
_running = threading.BoundedSemaphore(AT_ONCE)
_places = threading.BoundedSemaphore(AT_ONCE + WAITING)
# Who is signed in waits apart: strangers who flood the sign-in cannot keep a consent from being
# confirmed.
_places_within = threading.BoundedSemaphore(AT_ONCE + WAITING)
# A verifier of nobody's password, made as `_hasher` makes them: an unknown address must cost the
# same time as a known one.
NOBODY = (
    "$argon2id$v=19$m=65536,t=3,p=4"
    "$QXV0YFZQEuj3FFTBzBe1yg$fft/Fe1ibBIWjZVY72x3FIFkWBX1gAJDUikZBqXWuzU"
)


class WeakPassword(Problem):
    status, code = 422, "weak_password"
    ja = f"パスワードは{SHORTEST}文字以上{LONGEST}文字以下にしてください。"
    en = f"A password has {SHORTEST} to {LONGEST} characters."


@contextmanager
def _bounded(*, within: bool) -> Iterator[None]:
    places = _places_within if within else _places
    if not places.acquire(blocking=False):
        raise Busy(headers={"Retry-After": "2"})
    try:
        with _running:
            yield
    finally:
        places.release()


def verifier_of(password: str, *, within: bool = False) -> str:
    """What is stored instead of the password. Raises WeakPassword, or Busy under a flood.

    `within` says that the caller is signed in.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise WeakPassword
    with _bounded(within=within):
        return _hasher.hash(password)


def matches(verifier: str | None, password: str, *, within: bool = False) -> bool:
    """Whether the password is the one behind `verifier`; None costs the same and is never true."""
    if len(password) > LONGEST:
        return False
    with _bounded(within=within):
        try:
            return _hasher.verify(verifier or NOBODY, password) and verifier is not None
        except (VerificationError, InvalidHashError):
            return False
