"""Sharing a paper and drafting a secret: how documents begin.

Owns the tables `document` and `provision`, and what may never be stored (BR-19, BR-23, BR-50). What
happens to a draft afterwards is `service.py`.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, bindparam, select

from server.access.grant import Grant
from server.access.sitting import own_seat
from server.audit import facts
from server.database import Tx
from server.documents.models import Document, Provision
from server.documents.titles import sealed_title
from server.ids import Id, new_id
from server.keys.service import open_if_said, seal_if_said
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


def check_own_result(*, is_own_result: bool) -> None:
    """Raises OwnResult (BR-23)."""
    if is_own_result:
        raise OwnResult


def create(grant: Grant, title: str, *, is_secret: bool) -> Document:
    """A new document of the granted council, provided by the member the caller sits for (BR-21)."""
    document_id = new_id(grant.now)
    council_id = grant.council_id
    document = Document(
        id=document_id,
        council_id=council_id,
        provider_membership_id=own_seat(grant.tx, council_id, grant.person_id).membership_id,
        created_by=grant.person_id,
        is_secret=is_secret,
        title=sealed_title(grant.tx, council_id, document_id, title),
    )
    grant.note(document=document_id)
    return facts.enter(grant.tx, council_id, document)


def state(grant: Grant, document_id: Id, said: Statement) -> Provision:
    """Write what the provider says of a draft, replacing what was said before.

    Raises NotSecretInSubstance when the provider says it is publicly known (BR-19).
    """
    if said.not_publicly_known is False:
        raise NotSecretInSubstance
    row_id = new_id(grant.now)
    tx, council_id = grant.tx, grant.council_id
    sealed: dict[str, Any] = {
        column: seal_if_said(tx, council_id, _place(column, row_id), getattr(said, column))
        for column in SEALED
    }
    provision = Provision(
        id=row_id,
        council_id=council_id,
        document_id=document_id,
        not_publicly_known=said.not_publicly_known,
        stated_by=grant.person_id,
        **sealed,
    )
    return facts.enter(tx, council_id, provision)


def _place(column: str, row_id: Id) -> tuple[str, str, str]:
    return ("provision", column, row_id)


def statement_of(tx: Tx, council_id: Id, document_id: Id) -> tuple[Id, Statement]:
    """The statement in force about a document, and its row's id. Raises NotFound."""
    row = _NEWEST.row(tx, {"document": document_id})
    if row is None:
        raise NotFound
    said = {
        column: open_if_said(tx, council_id, _place(column, row.id), getattr(row, column))
        for column in SEALED
    }
    known = row.not_publicly_known
    return row.id, Statement(not_publicly_known=None if known is None else bool(known), **said)
