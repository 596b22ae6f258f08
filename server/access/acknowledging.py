"""A person's own word that the duty of confidentiality binds them: entered once, never ended."""

from sqlalchemy import Table, select

from server.access.models import Acknowledgement
from server.audit import facts
from server.database import Tx
from server.ids import Id
from server.problems import Conflict

_acknowledgement: Table = Acknowledgement.__table__  # type: ignore[attr-defined]


class AlreadyAcknowledged(Conflict):
    code = "already_acknowledged"
    ja = "この文書は既に確認済みです。"
    en = "You have acknowledged this text already."


def acknowledge(
    tx: Tx, council_id: Id, person_id: Id, *, text_id: str, text_digest: str, subject_id: Id
) -> Acknowledgement:
    """Record a person's acknowledgement of the duty of confidentiality (BR-36); it never ends.

    Raises AlreadyAcknowledged for the same text and subject.
    """
    query = select(_acknowledgement.c.id).where(
        _acknowledgement.c.person_id == person_id,
        _acknowledgement.c.subject_id == subject_id,
        _acknowledgement.c.text_digest == text_digest,
    )
    if tx.connection.scalar(query) is not None:
        raise AlreadyAcknowledged
    acknowledgement = Acknowledgement(
        council_id=council_id,
        person_id=person_id,
        subject_id=subject_id,
        text_id=text_id,
        text_digest=text_digest,
    )
    return facts.enter(tx, council_id, acknowledgement)
