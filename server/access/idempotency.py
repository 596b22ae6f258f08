"""Repeating a request safely: `Idempotency-Key`, for 24 hours, per caller and operation.

Owns the table `idempotency`. Stored answers are sealed; a secret that is shown once is never shown
again by a repetition. What was sent stands in it as keyed digests: whoever has the rows and no key
can confirm no guess by them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from fastapi import Request
from sqlalchemy import BigInteger, ColumnElement, LargeBinary, Table, delete, insert, select
from sqlmodel import Field, SQLModel

from crypto import sealing
from crypto.canonical import canonical
from crypto.digests import sha256
from server.clock import DAY
from server.database import Tx
from server.identity.caller import PASSWORD, TOKEN, Caller
from server.keys import service as keys
from server.keys.models import INSTALLATION
from server.problems import Problem

LONGEST = 200


class Idempotency(SQLModel, table=True):
    """The answer to one keyed request. Swept after a day; decides no right."""

    __tablename__ = "idempotency"

    id: str = Field(primary_key=True)
    body_digest: str
    status: int
    answer: bytes | None = Field(sa_type=LargeBinary)
    created_at: int = Field(sa_type=BigInteger, index=True)


_table: Table = Idempotency.__table__  # type: ignore[attr-defined]


class KeyReused(Problem):
    status, code = 422, "idempotency_key_reused"
    ja = "この Idempotency-Key は別の内容で使われています。新しいキーを使ってください。"
    en = "This Idempotency-Key was used with another body. Use a new key."


class ShownOnce(Problem):
    status, code = 409, "shown_once"
    ja = "この要求は実行済みです。一度だけ表示される内容は再表示できません。"
    en = "This was done already; what is shown only once cannot be shown again."


@dataclass(frozen=True, slots=True)
class Keyed:
    """A request with an Idempotency-Key: `name` hashes caller, operation and key."""

    name: str
    body_digest: str

    def bringing(self, tx: Tx, content: Mapping[str, Any]) -> "Keyed":
        """The same, once the content it brought besides its arguments is known."""
        return replace(self, body_digest=self.body_digest + _digest(tx, dict(content)))


def key_of(tx: Tx, request: Request, caller: Caller, arguments: dict[str, Any]) -> Keyed | None:
    """What a keyed request is remembered by; None without a key. Raises KeyReused for a bad key.

    A token repeats only what it did itself; a session what the person did in any session, but one
    by password, which may less, only what was done by password.
    """
    key = request.headers.get("idempotency-key")
    if key is None:
        return None
    if not 0 < len(key) <= LONGEST:
        raise KeyReused(f"an Idempotency-Key has 1 to {LONGEST} characters")
    means = caller.credential_id if caller.credential == TOKEN else caller.credential
    means = PASSWORD if caller.method == PASSWORD else means
    asked = [caller.person_id, means, f"{request.method} {request.url.path}", key]
    name = sha256(canonical(asked)).hex()
    return Keyed(name, _digest(tx, arguments))


def is_kept(tx: Tx, keyed: Keyed) -> bool:
    """Whether there is an answer to a request with these arguments, whatever content it brought."""
    query = select(_table.c.body_digest).where(_is(tx, keyed))
    kept = tx.connection.scalar(query)
    return kept is not None and kept.startswith(keyed.body_digest)


def replay(tx: Tx, keyed: Keyed) -> tuple[int, bytes] | None:
    """The stored answer to the same request; None for a first one. Raises KeyReused, ShownOnce."""
    row = tx.connection.execute(select(_table).where(_is(tx, keyed))).one_or_none()
    if row is None:
        tx.connection.execute(delete(_table).where(_table.c.id == keyed.name))
        return None
    if row.body_digest != keyed.body_digest:
        raise KeyReused
    if row.answer is None:
        raise ShownOnce
    return row.status, sealing.unseal(_key(tx), row.answer, _place(keyed.name))


def keep(tx: Tx, keyed: Keyed, status: int, answer: bytes | None) -> None:
    """Keep the answer for a day, sealed; `answer` is None where it is shown only once."""
    sealed = None if answer is None else sealing.seal(_key(tx), answer, _place(keyed.name))
    tx.connection.execute(
        insert(_table).values(
            id=keyed.name,
            body_digest=keyed.body_digest,
            status=status,
            answer=sealed,
            created_at=tx.now,
        )
    )


def sweep(tx: Tx) -> None:
    """Forget answers older than a day."""
    tx.connection.execute(delete(_table).where(_table.c.created_at <= tx.now - DAY))


def _is(tx: Tx, keyed: Keyed) -> ColumnElement[bool]:
    return (_table.c.id == keyed.name) & (_table.c.created_at > tx.now - DAY)


def _digest(tx: Tx, value: dict[str, Any]) -> str:
    return keys.lookup_digest(tx, "idempotency", sha256(canonical(value)).hex()).hex()


def _key(tx: Tx) -> bytes:
    return keys.key(tx, INSTALLATION, keys.FIELD)


def _place(name: str) -> bytes:
    return b"kyogikai/answer/v1\0" + name.encode()
