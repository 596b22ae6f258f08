"""Sharing a paper and drafting a secret: how documents begin.

Owns the tables `document` and `provision`, and what may never be stored (BR-19, BR-23, BR-50). What
happens to a draft afterwards is `provision.py`.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, bindparam, select

from server.access import seats
from server.access.grant import Grant
from server.access.models import Seat
from server.audit import facts
from server.database import Tx
from server.documents.models import Document, Provision
from server.ids import Id, new_id
from server.keys.service import open_field, seal_field
from server.prepared import Prepared
from server.problems import NotFound, Problem

_provision: Table = Provision.__table__  # type: ignore[attr-defined]
SEALED = ("subject", "reason", "legal_basis", "why_worth_protecting")
_NEWEST = Prepared(
    select(*_provision.c)
    .where(_provision.c.document_id == bindparam("document"))
    .order_by(_provision.c.log_seq.desc())
    .limit(1)
)


class DesignatedSecret(Problem):
    """BR-50: the code marks the entry as the beginning of an incident."""

    status, code = 422, "incident_designated_secret"
    ja = (
        "重要経済安保情報・特定秘密はこのサーバーで扱えません。内容を送らず、"
        "情報管理責任者に直ちに連絡してください（事案として記録しました）。"
    )
    en = (
        "Designated secrets must never enter this server. Send nothing, and tell your "
        "information officer now (recorded as an incident)."
    )


class OwnResult(Problem):
    status, code = 422, "own_result_is_no_secret"
    ja = "研究者自身の成果は秘密として提供できません。成果として登録してください（BR-23）。"
    en = "A researcher's own result cannot be a secret. Register it as a result (BR-23)."


class NotSecretInSubstance(Problem):
    status, code = 422, "not_a_secret_in_substance"
    ja = "実質秘ではありません。公知でないこと、保護に値する理由の両方を示してください（BR-19）。"
    en = "Not a secret in substance: it must not be publicly known, and worth protecting (BR-19)."


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What a provider says of a secret; None is not said yet."""

    subject: str | None = None
    reason: str | None = None
    legal_basis: str | None = None
    not_publicly_known: bool | None = None
    why_worth_protecting: str | None = None


def check_declared(*, contains_designated_secret: bool, is_own_result: bool = False) -> None:
    """Raises DesignatedSecret (BR-50), OwnResult (BR-23)."""
    if contains_designated_secret:
        raise DesignatedSecret
    if is_own_result:
        raise OwnResult


def create(grant: Grant, title: str, *, is_secret: bool) -> Document:
    """A new document of the granted council, provided by the member the caller sits for (BR-21)."""
    document_id = new_id(grant.now)
    council_id = grant.council_id
    document = Document(
        id=document_id,
        council_id=council_id,
        provider_membership_id=own_seat(grant).membership_id,
        created_by=grant.person_id,
        is_secret=is_secret,
        title=seal_field(grant.tx, council_id, ("document", "title", document_id), title),
    )
    grant.note(document=document_id)
    return facts.enter(grant.tx, council_id, document)


def own_seat(grant: Grant) -> Seat:
    """The seat through which the caller acts. Raises NotFound when there is none any more."""
    seat = seats.seat_of(grant.tx, grant.council_id, grant.person_id)
    if seat is None:
        raise NotFound
    return seat


def state(grant: Grant, document_id: Id, said: Statement) -> Provision:
    """Write what the provider says of a draft, replacing what was said before.

    Raises NotSecretInSubstance when the provider says it is publicly known (BR-19).
    """
    if said.not_publicly_known is False:
        raise NotSecretInSubstance
    row_id = new_id(grant.now)
    sealed: dict[str, Any] = {
        column: _seal(grant, column, row_id, getattr(said, column)) for column in SEALED
    }
    provision = Provision(
        id=row_id,
        council_id=grant.council_id,
        document_id=document_id,
        not_publicly_known=said.not_publicly_known,
        stated_by=grant.person_id,
        **sealed,
    )
    return facts.enter(grant.tx, grant.council_id, provision)


def _seal(grant: Grant, column: str, row_id: Id, text: str | None) -> bytes | None:
    if text is None:
        return None
    return seal_field(grant.tx, grant.council_id, ("provision", column, row_id), text)


def statement_of(tx: Tx, council_id: Id, document_id: Id) -> tuple[Id, Statement]:
    """The statement in force about a document, and its row's id. Raises NotFound."""
    row = _NEWEST.row(tx, {"document": document_id})
    if row is None:
        raise NotFound
    said: dict[str, str | None] = {}
    for column in SEALED:
        sealed = getattr(row, column)
        place = ("provision", column, row.id)
        said[column] = None if sealed is None else open_field(tx, council_id, place, bytes(sealed))
    known = row.not_publicly_known
    return row.id, Statement(not_publicly_known=None if known is None else bool(known), **said)


def title_of(tx: Tx, council_id: Id, document_id: Id, sealed: bytes) -> str:
    """A document's title in clear."""
    return open_field(tx, council_id, ("document", "title", document_id), bytes(sealed))
