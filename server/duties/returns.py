"""返却・廃棄証明: what a member that left owes for the secrets its persons had received.

Owns the table `return_certificate` and which secrets are owed. The record of the duty stays,
whatever is certified (BR-37).
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Table, bindparam, select

from crypto.canonical import canonical, parse
from server.access.models import Acknowledgement, Seat
from server.audit import facts
from server.audit.facts import holds
from server.audit.models import Ending
from server.clock import Instant
from server.database import Tx
from server.documents.kinds import DOCUMENT, UNDER_DUTY
from server.documents.models import Document
from server.duties.models import ReturnCertificate
from server.ids import Id, new_id
from server.keys.service import open_field, seal_field
from server.problems import Conflict, Malformed

_acknowledgement: Table = Acknowledgement.__table__  # type: ignore[attr-defined]
_document: Table = Document.__table__  # type: ignore[attr-defined]
_seat: Table = Seat.__table__  # type: ignore[attr-defined]
_ending: Table = Ending.__table__  # type: ignore[attr-defined]
_certificate: Table = ReturnCertificate.__table__  # type: ignore[attr-defined]

# What the member's persons acknowledged while they sat for it, of others, and what was still a
# secret at the moment asked about.
_RECEIVED = (
    select(_document.c.id)
    .join(_acknowledgement, _acknowledgement.c.subject_id == _document.c.id)
    .join(_seat, _seat.c.person_id == _acknowledgement.c.person_id)
    .where(
        _seat.c.membership_id == bindparam("membership"),
        holds(_seat, _acknowledgement.c.recorded_at),
        _document.c.provider_membership_id != bindparam("membership"),
        DOCUMENT.state.in_(UNDER_DUTY),
    )
    .distinct()
    .order_by(_document.c.id)
)


class Outcome(StrEnum):
    """What became of what was received."""

    RETURNED = "returned"
    DESTROYED = "destroyed"
    NOTHING_HELD = "nothing_held"


class NothingOwed(Conflict):
    code = "nothing_owed"
    ja = "証明すべきものはありません。全て証明済みか、受け取った秘密がありません。"
    en = "Nothing is owed: all of it is certified, or no secret was received."


class NotOwed(Malformed):
    code = "not_owed"
    ja = "この構成員が証明すべきでない資料（documents）が含まれています。"
    en = "This member owes no certificate for `documents`."


@dataclass(frozen=True, slots=True)
class Certified:
    """A certificate with its statement opened."""

    id: Id
    outcome: Outcome
    documents: tuple[Id, ...]
    statement: str
    signed_by: Id
    signed_at: Instant
    on_paper: bool


@dataclass(frozen=True, slots=True)
class Owed:
    """What a member received, when it left (None: not yet), and what is certified of it."""

    membership: Id
    ended_at: Instant | None
    received: tuple[Id, ...]
    certificates: tuple[Certified, ...]

    @property
    def uncertified(self) -> tuple[Id, ...]:
        """What is still to be certified."""
        done = {document for each in self.certificates for document in each.documents}
        return tuple(document for document in self.received if document not in done)

    def of(self, document: Id) -> Certified | None:
        """The certificate about one document."""
        return next((each for each in self.certificates if document in each.documents), None)


def ended_at(tx: Tx, membership_id: Id) -> Instant | None:
    """When a membership ended; None while it holds."""
    query = select(_ending.c.effective_at).where(
        _ending.c.fact_id == membership_id, _ending.c.effective_at <= tx.now
    )
    moment: Instant | None = tx.connection.scalar(query)
    return moment


def owed(tx: Tx, membership_id: Id) -> Owed:
    """What a member owes, or would owe if it left now."""
    ended = ended_at(tx, membership_id)
    asked = {"membership": membership_id, "now": tx.now if ended is None else ended}
    received = tuple(tx.connection.scalars(_RECEIVED, asked))
    return Owed(membership_id, ended, received, tuple(_certified(tx, membership_id)))


def _certified(tx: Tx, membership_id: Id) -> list[Certified]:
    query = select(ReturnCertificate).where(_certificate.c.membership_id == membership_id)
    return [
        Certified(
            row.id,
            Outcome(row.outcome),
            tuple(parse(row.documents.encode())),
            open_field(tx, row.council_id, _place(row.id), row.statement),
            row.signed_by,
            row.recorded_at,
            row.on_paper,
        )
        for row in tx.session.scalars(query.order_by(_certificate.c.log_seq))
    ]


def _place(row_id: Id) -> tuple[str, str, str]:
    return ("return_certificate", "statement", row_id)


def certify(
    tx: Tx,
    council_id: Id,
    membership_id: Id,
    outcome: Outcome,
    statement: str,
    *,
    documents: Collection[Id] = (),
    by: Id,
    on_paper: bool = False,
) -> ReturnCertificate:
    """Enter a certificate about `documents`, or about all that is open. Raises NothingOwed,
    NotOwed.
    """
    left = owed(tx, membership_id).uncertified
    if not left:
        raise NothingOwed
    if wrong := sorted(set(documents) - set(left)):
        raise NotOwed(documents=wrong)
    row_id = new_id(tx.now)
    row = ReturnCertificate(
        id=row_id,
        council_id=council_id,
        membership_id=membership_id,
        outcome=outcome,
        documents=canonical(sorted(set(documents) or set(left))).decode(),
        statement=seal_field(tx, council_id, _place(row_id), statement),
        signed_by=by,
        on_paper=on_paper,
    )
    return facts.enter(tx, council_id, row)
