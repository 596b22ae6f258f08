"""Letting a program on a person's own computer sign in: one-time codes with PKCE.

Owns the codes: what they are bound to (RFC 7636, RFC 8252), and that each is good once (RFC 6749,
4.1.2). Opens no session itself. Devices without a browser (RFC 8628) are not served.
"""

import hmac
import re
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, bindparam, select

from crypto import tokens
from crypto.digests import sha256
from crypto.errors import Unverified
from server.audit import facts
from server.audit.models import SYSTEM
from server.clock import SECOND, Instant
from server.database import Tx
from server.identity import sessions
from server.identity.caller import Method
from server.identity.models import Authorisation, Redemption, SignedIn
from server.ids import Id, new_id
from server.keys.models import INSTALLATION
from server.keys.service import bound_hash, open_field, seal_field
from server.prepared import Prepared
from server.problems import NotFound, Problem

CODE_SECONDS = 60
# The loopback interface by its number (RFC 8252, 7.3 and 8.3: a name may resolve elsewhere).
LOOPBACK = r"http://(?:127\.0\.0\.1|\[::1\]):(?P<port>[1-9][0-9]{0,4})(?:/[A-Za-z0-9._~-]*)+"
CHALLENGE = r"[A-Za-z0-9_-]{43}"  # SHA-256 in base64url without padding
VERIFIER = r"[A-Za-z0-9._~-]{43,128}"  # RFC 7636, 4.1

_authorisation: Table = Authorisation.__table__  # type: ignore[attr-defined]
_redemption: Table = Redemption.__table__  # type: ignore[attr-defined]
_session: Table = SignedIn.__table__  # type: ignore[attr-defined]
_BY_CODE = Prepared(
    select(
        _authorisation,
        _session.c.method,
        _session.c.ended_at,
        _session.c.expires_at.label("session_expires_at"),
        _redemption.c.session_id.label("redeemed_by"),
    )
    .join(_session, _session.c.id == _authorisation.c.session_id)
    .outerjoin(_redemption, _redemption.c.authorisation_id == _authorisation.c.id)
    .where(_authorisation.c.token_id == bindparam("token"))
)


class CodeUnusable(Problem):
    status, code = 410, "code_unusable"
    ja = (
        "このコードは使えません（60秒を過ぎた、使用済み、または別の端末のもの）。"
        "もう一度サインインしてください。"
    )
    en = "This code cannot be used: older than 60 s, used, or another computer's. Sign in again."


@dataclass(frozen=True, slots=True)
class Authorised:
    """What a valid code stands for: whose session it passes on, how proved, and until when.

    `redeemed_by` is the session that was made by the code already, if one was.
    """

    id: Id
    person_id: Id
    method: Method
    computer: str
    until: Instant
    redeemed_by: str | None


def is_loopback(address: str) -> bool:
    """Whether this is an address of the computer itself, to which a code may be sent."""
    found = re.fullmatch(LOOPBACK, address)
    return found is not None and int(found["port"]) < 1 << 16


def authorise(
    tx: Tx, person_id: Id, session_id: str, *, challenge: str, redirect_uri: str, computer: str
) -> tuple[str, Instant]:
    """A code for the program that holds the challenge's verifier: its text and its expiry."""
    code, row_id = tokens.new_token("kyc"), new_id(tx.now)
    row = Authorisation(
        id=row_id,
        person_id=person_id,
        session_id=session_id,
        token_id=code.token_id,
        secret_hash=b"",
        challenge=challenge,
        redirect_uri=redirect_uri,
        computer=seal_field(tx, INSTALLATION, ("authorisation", "computer", row_id), computer),
        expires_at=tx.now + CODE_SECONDS * SECOND,
    )
    row.secret_hash = _bound(tx, row, code.secret_hash)
    facts.enter(tx, SYSTEM, row)
    return code.text, row.expires_at


def redeemable(tx: Tx, code: str, *, verifier: str, redirect_uri: str) -> Authorised:
    """What the code stands for, to the program that asked for it and to no other.

    Raises CodeUnusable, alike for every reason. A code that was used is answered here, and not
    refused, so that the caller can end what was made by it.
    """
    try:
        kind, token_id, secret = tokens.parse_token(code)
    except Unverified as error:
        raise CodeUnusable from error
    row = _BY_CODE.row(tx, {"token": token_id}) if kind == "kyc" else None
    if row is None:
        raise CodeUnusable
    known = hmac.compare_digest(row.secret_hash, _bound(tx, row, tokens.secret_hash(secret)))
    if not known or challenge_of(verifier) != row.challenge or redirect_uri != row.redirect_uri:
        raise CodeUnusable
    over = row.expires_at <= tx.now or row.ended_at is not None or row.session_expires_at <= tx.now
    if over and row.redeemed_by is None:
        raise CodeUnusable
    computer = open_field(tx, INSTALLATION, ("authorisation", "computer", row.id), row.computer)
    until = row.session_expires_at
    return Authorised(row.id, row.person_id, row.method, computer, until, row.redeemed_by)


def redeemed(tx: Tx, authorised: Authorised, session_id: str) -> None:
    """Note that the code is used up, and which session was made by it."""
    row = Redemption(authorisation_id=authorised.id, session_id=session_id)
    facts.enter(tx, SYSTEM, row)


def take_back(tx: Tx, authorised: Authorised) -> None:
    """End the session that was made by a code which somebody has now used a second time."""
    if authorised.redeemed_by is None:
        return
    try:
        sessions.end_session(tx, authorised.person_id, authorised.redeemed_by)
    except NotFound:
        return  # it has ended already


def challenge_of(verifier: str) -> str:
    """The S256 challenge of a verifier (RFC 7636, 4.2)."""
    return urlsafe_b64encode(sha256(verifier.encode("ascii"))).rstrip(b"=").decode("ascii")


def _bound(tx: Tx, row: Any, secret_hash: bytes) -> bytes:
    kind = f"kyc/{row.session_id}/{row.challenge}/{row.redirect_uri}"
    return bound_hash(tx, kind, row.token_id, row.person_id, secret_hash)
