"""What must be true between a council's rows, for fsck: each fault in words.

Owns the rules of establishment and joining once more, read from the rows alone. Never repairs.
"""

from collections.abc import Iterator

from sqlalchemy import Table, select

from server.access import closings
from server.access.models import Membership
from server.councils import facts as council_facts
from server.councils.admissions import digest_of
from server.councils.models import (
    Admission,
    AdmissionDecision,
    AdmissionVerdict,
    Council,
    Establishment,
    JoinConsent,
    Joining,
    Source,
)
from server.database import Tx

_membership: Table = Membership.__table__  # type: ignore[attr-defined]
_joining: Table = Joining.__table__  # type: ignore[attr-defined]
_decision: Table = AdmissionDecision.__table__  # type: ignore[attr-defined]
_consent: Table = JoinConsent.__table__  # type: ignore[attr-defined]


def establishments(tx: Tx) -> Iterator[str]:
    """Every established council was signed for by both its ministers, in the same words (BR-05)."""
    for found in tx.session.scalars(select(Establishment)):
        ministers = set(council_facts.ministers(tx, found.council_id))
        signed = {
            s.minister_id
            for s in council_facts.signatures(tx, found.council_id)
            if s.digest == found.digest == digest_of(s.statement)
        }
        if signed != ministers or len(ministers) != 2:
            yield f"council {found.council_id}: not signed alike for both ministers (BR-05)"


def memberships(tx: Tx) -> Iterator[str]:
    """Every membership came from an admission with consent and both decisions (BR-07)."""
    joined = select(_joining.c.id).where(_joining.c.membership_id == _membership.c.id)
    for membership_id in tx.connection.scalars(select(_membership.c.id).where(~joined.exists())):
        yield f"membership {membership_id}: no admission led to it (BR-07)"
    for joining in tx.session.scalars(select(Joining)):
        admission = council_facts.find_admission(tx, joining.admission_id)
        if admission.source != Source.FOUNDING and not _complete(tx, admission):
            yield f"membership {joining.membership_id}: decisions or consent are missing (BR-07)"


def _complete(tx: Tx, admission: Admission) -> bool:
    decided = select(_decision.c.minister_id).where(
        _decision.c.admission_id == admission.id, _decision.c.verdict == AdmissionVerdict.ADMIT
    )
    given = select(JoinConsent).where(_consent.c.admission_id == admission.id)
    ministers = set(council_facts.ministers(tx, admission.council_id))
    consents = [c for c in tx.session.scalars(given) if c.digest == digest_of(c.statement)]
    return set(tx.connection.scalars(decided)) == ministers and bool(consents)


def concepts(tx: Tx) -> Iterator[str]:
    """No concept has two councils that are not closed (BR-01)."""
    council: Table = Council.__table__  # type: ignore[attr-defined]
    unclosed = select(council.c.concept_id).where(~closings.closed(council.c.id))
    seen = set[str]()
    for concept in tx.connection.scalars(unclosed, {"now": tx.now}):
        if concept in seen:
            yield f"concept {concept}: more than one council (BR-01)"
        seen.add(concept)


CHECKS = (establishments, memberships, concepts)
