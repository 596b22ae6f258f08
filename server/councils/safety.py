"""安全管理措置: what was found in place at a member, until when (S003 precondition, BR-16).

Owns entering confirmations. What they open is decided where a secret is provided.
"""

from collections.abc import Iterable, Sequence
from enum import StrEnum

from sqlalchemy import Table, select

from crypto.canonical import canonical
from server.access.models import Membership
from server.access.seats import TermOver
from server.audit import facts
from server.audit.facts import holds
from server.clock import Instant
from server.councils.models import SafeManagementConfirmation
from server.database import Tx
from server.ids import Id, new_id
from server.keys.service import seal_field
from server.problems import Malformed, NotFound

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
    ja = "組織的・人的・物理的・技術的の全ての措置を確認してから記録してください。"
    en = "Confirm the organisational, human, physical and technical measures, all four."


def confirm(
    tx: Tx,
    council_id: Id,
    membership: Id,
    *,
    measures: Iterable[Measure],
    evidence: str,
    valid_to: Instant,
    by: Id,
) -> SafeManagementConfirmation:
    """Record that a member's measures are in place from now until `valid_to`.

    Raises NotFound (no present membership of this council), MeasuresMissing, TermOver.
    """
    query = select(_membership.c.id).where(
        _membership.c.id == membership,
        _membership.c.council_id == council_id,
        holds(_membership),
    )
    if tx.connection.scalar(query, {"now": tx.now}) is None:
        raise NotFound(f"no membership {membership} in this council")
    found = set(measures)
    if found != set(Measure):
        raise MeasuresMissing(missing=sorted(set(Measure) - found))
    if valid_to <= tx.now:
        raise TermOver
    row_id = new_id(tx.now)
    place = ("safe_management_confirmation", "evidence", row_id)
    confirmation = SafeManagementConfirmation(
        id=row_id,
        council_id=council_id,
        membership_id=membership,
        checklist=canonical(sorted(found)).decode(),
        evidence=seal_field(tx, council_id, place, evidence),
        confirmed_by=by,
        valid_from=tx.now,
        valid_to=valid_to,
    )
    return facts.enter(tx, council_id, confirmation)


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
