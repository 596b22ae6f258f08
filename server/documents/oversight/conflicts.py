"""Conflicts of interest: a compliance officer takes one document from one person.

Owns the denials of kind `conflict_of_interest`; what one takes away is decided in one place
(`subtract`, server/access/policy.py): everything. Results are not among the things it can be
recorded on, so that it keeps nobody from publishing their own (BR-25).
"""

from collections.abc import Sequence

from server.access import denials, sitting
from server.access.grant import Grant
from server.access.models import Denial
from server.audit import facts
from server.ids import Id
from server.problems import Conflict, NotFound

CONFLICT = "conflict_of_interest"


class RecordedAlready(Conflict):
    code = "conflict_recorded"
    ja = "この人の利益相反は、既に記録されています。"
    en = "A conflict of interest of this person is on record already."


def record(grant: Grant, person_id: Id, reason: str) -> Denial:
    """Take the document from a person of its council until the conflict is ended.

    Raises NotFound for who has no seat in the council now or to come, RecordedAlready.
    """
    tx, council_id = grant.tx, grant.council_id
    if not sitting.seats_from(tx, tx.now, person_id=person_id, council_id=council_id):
        raise NotFound("nobody of this council")
    if _standing(grant, person_id):
        raise RecordedAlready
    return denials.deny(grant, CONFLICT, reason, person_id=person_id)


def end(grant: Grant, person_id: Id) -> None:
    """End a person's conflict about the document. Raises NotFound."""
    standing = _standing(grant, person_id)
    if not standing:
        raise NotFound("no conflict of interest is on record")
    for denial in standing:
        facts.end(grant.tx, denial, by=grant.person_id, reason="ended")


def standing(grant: Grant) -> Sequence[Denial]:
    """Every conflict on record about the document, in the order they were recorded."""
    return denials.standing(grant.tx, grant.id, CONFLICT)


def _standing(grant: Grant, person_id: Id) -> list[Denial]:
    return [each for each in standing(grant) if each.person_id == person_id]
