"""Repeating a POST safely: `Idempotency-Key`, for 24 hours, per caller and operation.

Owns the table `idempotency`. Stored answers are sealed; a secret that is shown once is never shown
again by a repetition.
"""

from sqlalchemy import BigInteger, LargeBinary, Table, delete, insert, select
from sqlmodel import Field, SQLModel

from crypto import sealing
from crypto.canonical import canonical
from crypto.digests import sha256
from server.access.grant import Grant
from server.clock import DAY
from server.keys import service as keys
from server.keys.models import INSTALLATION
from server.problems import Problem

LONGEST = 200


class Idempotency(SQLModel, table=True):
    """The answer to one keyed POST. Swept after a day; decides no right."""

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


def name_of(grant: Grant, key: str, operation: str) -> str:
    """The row's id: caller, operation and key, hashed."""
    if not 0 < len(key) <= LONGEST:
        raise KeyReused(f"an Idempotency-Key has 1 to {LONGEST} characters")
    return sha256(canonical([grant.person_id, operation, key])).hex()


def replay(grant: Grant, name: str, body_digest: str) -> tuple[int, bytes] | None:
    """The stored answer to the same request; None for a first one. Raises KeyReused, ShownOnce."""
    query = select(_table).where(_table.c.id == name, _table.c.created_at > grant.now - DAY)
    row = grant.tx.connection.execute(query).one_or_none()
    if row is None:
        grant.tx.connection.execute(delete(_table).where(_table.c.id == name))
        return None
    if row.body_digest != body_digest:
        raise KeyReused
    if row.answer is None:
        raise ShownOnce
    return row.status, sealing.unseal(_key(grant), row.answer, _place(name))


def keep(grant: Grant, name: str, body_digest: str, status: int, answer: bytes) -> None:
    """Keep the answer for a day, sealed; without its content where it is shown only once."""
    sealed = None if grant.shown_once else sealing.seal(_key(grant), answer, _place(name))
    grant.tx.connection.execute(
        insert(_table).values(
            id=name, body_digest=body_digest, status=status, answer=sealed, created_at=grant.now
        )
    )


def _key(grant: Grant) -> bytes:
    return keys.key(grant.tx, INSTALLATION, keys.FIELD)


def _place(name: str) -> bytes:
    return b"kyogikai/answer/v1\0" + name.encode()
