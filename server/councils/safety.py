"""安全管理措置: what was found in place at a member, until when (S003 precondition, BR-16).

Owns entering confirmations against the checklist in force. What they open is decided where a
secret is provided; what becomes of one that runs out is in `safety_lapses.py`.
"""

import json
from collections.abc import Collection, Sequence
from enum import StrEnum

from sqlalchemy import Table, select

from crypto.canonical import canonical
from server import jobs
from server.access import texts
from server.access.models import Membership
from server.access.seats import TermOver
from server.access.text_files import CHECKLIST
from server.access.texts import InForce
from server.audit import facts
from server.audit.facts import holds
from server.clock import Instant
from server.councils.models import SafeManagementConfirmation
from server.database import Tx
from server.ids import Id, new_id
from server.keys.service import seal_field
from server.problems import Malformed, NotFound

NOTE_LAPSE = "councils.safe_management_lapsed"

_membership: Table = Membership.__table__  # type: ignore[attr-defined]
_confirmation: Table = SafeManagementConfirmation.__table__  # type: ignore[attr-defined]


class Measure(StrEnum):
    """The four kinds of measures: 組織的, 人的, 物理的, 技術的安全管理措置."""

    ORGANISATIONAL = "organisational"
    HUMAN = "human"
    PHYSICAL = "physical"
    TECHNICAL = "technical"


class MeasuresMissing(Malformed):
    code = "measures_missing"
    ja = "必須の項目（missing）を全て確認してから記録してください。"
    en = "Every required item must be found in place. Those in `missing` are not."


class UnknownItem(Malformed):
    code = "unknown_item"
    ja = "この点検表にない項目（items）があります。点検表を読み直してください。"
    en = "The checklist has no such `items`. Read it again."


def confirm(
    tx: Tx,
    council_id: Id,
    membership: Id,
    *,
    checklist: str,
    items: Collection[str],
    evidence: str,
    valid_to: Instant,
    by: Id,
) -> SafeManagementConfirmation:
    """Record that a member's measures are in place from now until `valid_to`; `checklist` names
    the version that was gone through.

    Raises NotFound (no present membership of this council), NotInForce, UnknownItem,
    MeasuresMissing, TermOver.
    """
    query = select(_membership.c.id).where(
        _membership.c.id == membership,
        _membership.c.council_id == council_id,
        holds(_membership),
    )
    if tx.connection.scalar(query, {"now": tx.now}) is None:
        raise NotFound(f"no membership {membership} in this council")
    version = texts.check_named(tx, CHECKLIST, checklist)
    _check_items(version, set(items))
    if valid_to <= tx.now:
        raise TermOver
    row_id = new_id(tx.now)
    place = ("safe_management_confirmation", "evidence", row_id)
    confirmation = SafeManagementConfirmation(
        id=row_id,
        council_id=council_id,
        membership_id=membership,
        checklist=canonical(sorted(set(items))).decode(),
        checklist_name=version.name,
        checklist_digest=version.digest,
        evidence=seal_field(tx, council_id, place, evidence),
        confirmed_by=by,
        valid_from=tx.now,
        valid_to=valid_to,
    )
    jobs.later(tx, NOTE_LAPSE, row_id, due_at=valid_to)
    return facts.enter(tx, council_id, confirmation)


def _check_items(version: InForce, found: set[str]) -> None:
    known = {item["id"]: item["required"] for item in version.content["items"]}
    if unknown := sorted(found - known.keys()):
        raise UnknownItem(items=unknown)
    required = {item for item, needed in known.items() if needed}
    if missing := sorted(required - found):
        raise MeasuresMissing(missing=missing)


def items_of(made: SafeManagementConfirmation) -> list[str]:
    """The items found in place; none of a row from before there were versions of a checklist."""
    return [] if made.checklist_name is None else list(json.loads(made.checklist))


def measures_of(tx: Tx, made: SafeManagementConfirmation) -> list[Measure]:
    """The kinds of measures a confirmation covers."""
    if made.checklist_name is None:
        return [Measure(each) for each in json.loads(made.checklist)]
    version = texts.called(tx, CHECKLIST, int(made.checklist_name.rpartition("/")[2]))
    found = set(items_of(made))
    groups = {item["group"] for item in version.content["items"] if item["id"] in found}
    return [measure for measure in Measure if measure in groups]


def confirmations(tx: Tx, council_id: Id) -> Sequence[SafeManagementConfirmation]:
    """Every confirmation ever made in a council, newest first."""
    query = select(SafeManagementConfirmation).where(_confirmation.c.council_id == council_id)
    return tx.session.scalars(query.order_by(_confirmation.c.log_seq.desc())).all()


def revoke(tx: Tx, council_id: Id, confirmation_id: Id, *, by: Id) -> SafeManagementConfirmation:
    """End a confirmation at once: provided secrets close to the member's recipients (BR-16).

    Raises NotFound for none of this council that is in force.
    """
    query = select(SafeManagementConfirmation).where(
        _confirmation.c.id == confirmation_id,
        _confirmation.c.council_id == council_id,
        holds(_confirmation),
    )
    found = tx.session.scalars(query, {"now": tx.now}).first()
    if found is None:
        raise NotFound("no confirmation in force")
    facts.end(tx, found, by=by, reason="revoked")
    return found
