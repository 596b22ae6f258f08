"""Challenges: what a passkey signs, once, within five minutes (WebAuthn 13.4.3, ASVS 6.7.2).

Owns the table `challenge`. What is signed is derived by key from the challenge's id, random bytes
and everything it is for (person, session, act, thing), so that a signature is of that and of
nothing else, and a row that was changed or moved asks for another one than anybody gave.
"""

import secrets
from dataclasses import dataclass

from sqlalchemy import Table, delete

from crypto.canonical import canonical
from crypto.digests import sha256
from server.clock import DAY, MINUTE
from server.database import Tx, insert
from server.identity.passkey_models import Challenge
from server.ids import Id, new_id
from server.keys.service import bound_hash

LASTS = 5 * MINUTE
AHEAD, KEPT = MINUTE, DAY  # a clock may be set back
RANDOM_SIZE = 32
ENROL, SIGN_IN, ADD, STEP_UP = "enrol", "sign_in", "add", "step_up"

_challenge: Table = Challenge.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class For:
    """What a challenge is for. `request_id` is of another session that asked (stepping_up.py)."""

    purpose: str
    person_id: Id | None = None
    session_id: str | None = None
    action: str | None = None
    thing: str | None = None
    request_id: Id | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A challenge that stands: `value` is what is to be signed."""

    id: Id
    value: bytes
    expires_at: int
    what: For


def ask(tx: Tx, what: For) -> Asked:
    """A fresh challenge, good for five minutes and one use."""
    row = _row(new_id(tx.now), what, secrets.token_bytes(RANDOM_SIZE), tx.now + LASTS)
    tx.session.add(row)
    tx.flush()
    return _asked(tx, row)


def ask_anybody(tx: Tx) -> Asked:
    """A challenge to sign in, which leaves no row until it is used: nobody can fill the table."""
    return _for_anybody(tx, new_id(tx.now))


def take_from_anybody(tx: Tx, challenge_id: Id) -> Asked | None:
    """Use a challenge of `ask_anybody` up; None if it was used, or is older than five minutes."""
    asked = _for_anybody(tx, challenge_id)
    if not asked.expires_at - LASTS - AHEAD <= tx.now < asked.expires_at:
        return None
    used = insert(tx, _challenge).values(
        id=challenge_id, purpose=SIGN_IN, random=b"", expires_at=asked.expires_at
    )
    once = used.on_conflict_do_nothing().returning(_challenge.c.id)
    return asked if tx.connection.execute(once).first() is not None else None


def take(tx: Tx, challenge_id: Id, purpose: str) -> Asked | None:
    """Use a challenge of `ask` up; None if there is none of this purpose that still stands.

    Whoever takes it commits or leaves it to be taken: of two at once, one gets it.
    """
    row = tx.session.get(Challenge, challenge_id)
    if row is None or row.purpose != purpose or row.expires_at <= tx.now:
        return None
    asked = _asked(tx, row)
    tx.session.expunge(row)
    gone = tx.connection.execute(delete(_challenge).where(_challenge.c.id == challenge_id))
    return asked if gone.rowcount == 1 else None


def sweep(tx: Tx) -> None:
    """Remove challenges whose time is long over: no clock that is set back lets one stand again."""
    over = _challenge.c.expires_at <= tx.now - KEPT
    tx.connection.execute(delete(_challenge).where(over))


def _for_anybody(tx: Tx, challenge_id: Id) -> Asked:
    made = int(challenge_id.replace("-", "")[:12], 16)  # RFC 9562, 5.7
    return _asked(tx, _row(challenge_id, For(SIGN_IN), b"", made + LASTS))


def _row(challenge_id: Id, what: For, random: bytes, expires_at: int) -> Challenge:
    about = {name: getattr(what, name) for name in For.__slots__}
    return Challenge(id=challenge_id, random=random, expires_at=expires_at, **about)


def _asked(tx: Tx, row: Challenge) -> Asked:
    what = For(**{name: getattr(row, name) for name in For.__slots__})
    content = [
        what.purpose,
        what.session_id,
        what.action,
        what.thing,
        what.request_id,
        row.random.hex(),
        row.expires_at,
    ]
    digest = sha256(canonical(content))
    value = bound_hash(tx, "challenge", row.id, what.person_id or "", digest)
    return Asked(row.id, value, row.expires_at, what)
