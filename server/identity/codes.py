"""One-time codes by an authenticator app (TOTP, RFC 6238): beside a password, for reading only.

Owns the table `code_use` and the rows of `credential` whose kind is `totp`. A code is good for its
30 seconds and the 30 before and after, and once: a step that was used, and every earlier one, is
spent (ASVS 6.5.1).
"""

import secrets
from base64 import b32encode
from hmac import compare_digest

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from sqlalchemy import Table, update

from server.audit import facts
from server.clock import SECOND
from server.database import Tx
from server.identity import fallback
from server.identity.passkey_models import CodeUse
from server.ids import Id
from server.problems import NotFound, Problem

TOTP_KIND, OFFERED = "totp", "totp_offered"
STEP_SECONDS, DIGITS, SECRET_SIZE, SKEW = 30, 6, 20, 1

_use: Table = CodeUse.__table__  # type: ignore[attr-defined]


class CodeWrong(Problem):
    status, code = 403, "code_wrong"
    ja = "確認コードが違います。認証アプリに新しいコードが表示されてから、入力してください。"
    en = "The code is wrong or was used. Wait for your app to show a new one, then enter it."


class CodeNeeded(Problem):
    status, code = 422, "code_needed"
    ja = "認証アプリの確認コード（code）も入力してください。"
    en = "Send the code of your authenticator app as `code` too."


class CodesInUse(Problem):
    status, code = 409, "codes_in_use"
    ja = "確認コードはすでに設定されています。変えるには、先に解除してください。"
    en = "One-time codes are set up already. Remove them first to set them up anew."


def offer(tx: Tx, person_id: Id, name: str) -> tuple[str, str]:
    """A fresh secret, to be confirmed by a first code: in Base32, and as a URI for the app."""
    if fallback.credential_of(tx, person_id, TOTP_KIND) is not None:
        raise CodesInUse
    earlier = fallback.credential_of(tx, person_id, OFFERED)
    if earlier is not None:
        facts.end(tx, earlier, by=person_id, reason="replaced")
    secret = secrets.token_bytes(SECRET_SIZE)
    fallback.enter(tx, person_id, OFFERED, secret.hex())
    uri = _totp(secret).get_provisioning_uri(name, "Kyogikai")
    return b32encode(secret).decode(), uri


def confirm(tx: Tx, person_id: Id, code: str) -> None:
    """Use the secret from now on, its first code being right. Raises NotFound, CodeWrong."""
    offered = fallback.credential_of(tx, person_id, OFFERED)
    if offered is None:
        raise NotFound("nothing to confirm: begin first")
    secret = fallback.opened(tx, offered)
    step = _step_of(tx, bytes.fromhex(secret), code)
    if step is None:
        raise CodeWrong
    facts.end(tx, offered, by=person_id, reason="confirmed")
    row = fallback.enter(tx, person_id, TOTP_KIND, secret)
    tx.session.add(CodeUse(credential_id=row.id, last_step=step))
    tx.flush()


def remove(tx: Tx, person_id: Id) -> None:
    """Ask for no codes any more. Raises NotFound."""
    row = fallback.credential_of(tx, person_id, TOTP_KIND)
    if row is None:
        raise NotFound("no one-time codes")
    facts.end(tx, row, by=person_id, reason="removed")


def check(tx: Tx, person_id: Id, code: str | None) -> None:
    """Use a code up, if the person has codes at all. Raises CodeNeeded, CodeWrong."""
    row = fallback.credential_of(tx, person_id, TOTP_KIND)
    if row is None:
        return
    if code is None:
        raise CodeNeeded
    step = _step_of(tx, bytes.fromhex(fallback.opened(tx, row)), code)
    if step is None or not _spend(tx, row.id, step):
        raise CodeWrong


def _step_of(tx: Tx, secret: bytes, code: str) -> int | None:
    """Which 30 seconds a code is of, among those that count now."""
    now = tx.now // SECOND // STEP_SECONDS
    for step in range(now - SKEW, now + SKEW + 1):
        if compare_digest(_totp(secret).generate(step * STEP_SECONDS), code.encode()):
            return step
    return None


def _spend(tx: Tx, credential_id: Id, step: int) -> bool:
    fresh = update(_use).where(_use.c.credential_id == credential_id, _use.c.last_step < step)
    return tx.connection.execute(fresh.values(last_step=step)).rowcount == 1


def _totp(secret: bytes) -> TOTP:
    # SHA-1 is what authenticator apps know; as an HMAC it is sound (RFC 6238, 1.2).
    return TOTP(secret, DIGITS, SHA1(), STEP_SECONDS)  # noqa: S303
