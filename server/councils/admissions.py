"""From an invitation to a membership: who decides, who consents (BR-07).

A membership begins in the transaction in which the last of both ministers' decisions, the
nominee's consent and the establishment is there.
"""

from crypto.canonical import canonical
from crypto.digests import sha256
from server.access import seats
from server.access.models import Membership
from server.access.vocabulary import Category
from server.audit import facts
from server.consents import service as consents
from server.councils import comments
from server.councils import facts as council_facts
from server.councils.models import (
    Admission,
    AdmissionDecision,
    AdmissionVerdict,
    JoinConsent,
    Joining,
    Source,
)
from server.database import Tx
from server.ids import Id, new_id
from server.keys.service import seal_if_said
from server.problems import Conflict


class FoundersSign(Conflict):
    code = "founding_member"
    ja = "設置時の構成員です。両大臣は設置の署名によって決定します。"
    en = "A founding member: both ministers decide by signing the establishment."


class AlreadyDecided(Conflict):
    code = "already_decided"
    ja = "この大臣の決定は既に記録されています。"
    en = "This minister's decision is on record already."


class NobodyNominated(Conflict):
    code = "nominee_needed"
    ja = "同意する担当者（nominee）がまだ指名されていません。指名の後に決定してください。"
    en = "Nobody is nominated to consent yet. Decide once the invitation has a `nominee`."


class AlreadyConsented(Conflict):
    code = "already_consented"
    ja = "あなたの同意は既に記録されています。"
    en = "Your consent is on record already."


class StatementChanged(Conflict):
    code = "statement_changed"
    ja = "内容が変わりました。読み直してから、現在の digest を送ってください。"
    en = "What you were shown has changed. Read it again and send the present `digest`."


def decide(
    tx: Tx,
    admission: Admission,
    *,
    minister: str,
    verdict: AdmissionVerdict,
    reason: str | None,
    by: Id,
) -> None:
    """Record an establishing minister's decision; a refusal ends the admission (ACT 62(3), 63(5)).

    The ministers decide about the nominee they see, who stays (server/councils/invitations.py).
    Raises FoundersSign, AlreadyDecided, NobodyNominated, CommentPeriodOpen.
    """
    if admission.source == Source.FOUNDING:
        raise FoundersSign
    state = council_facts.standing(tx, admission)
    if any(d.minister_id == minister for d in state.decisions):
        raise AlreadyDecided
    if state.nominee is None:
        raise NobodyNominated
    comments.check_over(tx, admission)
    row_id = new_id(tx.now)
    place = ("admission_decision", "reason", row_id)
    decision = AdmissionDecision(
        id=row_id,
        council_id=admission.council_id,
        admission_id=admission.id,
        minister_id=minister,
        person_id=by,
        verdict=verdict,
        reason=seal_if_said(tx, admission.council_id, place, reason),
    )
    facts.enter(tx, admission.council_id, decision)
    if verdict is AdmissionVerdict.REFUSE:
        facts.end(tx, admission, by=by, reason="refused")
    else:
        complete(tx, admission, by=by)


def statement_of(admission: Admission, concept_id: str) -> str:
    """Exactly what is consented to by joining: which council, as what; ids only."""
    return canonical(
        {
            "v": 1,
            "type": "join-consent",
            "admission": admission.id,
            "council": admission.council_id,
            "concept": concept_id,
            "category": admission.category,
            "organisation": admission.organisation_id,
            "person": admission.person_id,
        }
    ).decode()


def digest_of(statement: str) -> str:
    """SHA-256 of a statement, in hex."""
    return sha256(statement.encode()).hex()


def consent(tx: Tx, admission: Admission, *, digest: str, by: Id) -> None:
    """Record the nominee's own consent to join; attested by the guard's step-up (BR-07).

    Raises StatementChanged, AlreadyConsented.
    """
    council = council_facts.find_council(tx, admission.council_id)
    statement = statement_of(admission, council.concept_id)
    if digest != digest_of(statement):
        raise StatementChanged(digest=digest_of(statement))
    if council_facts.standing(tx, admission).consent is not None:
        raise AlreadyConsented
    given = JoinConsent(
        council_id=admission.council_id,
        admission_id=admission.id,
        person_id=by,
        statement=statement,
        digest=digest,
    )
    facts.enter(tx, admission.council_id, given)
    complete(tx, admission, by=by)


def complete(tx: Tx, admission: Admission, *, by: Id) -> Membership | None:
    """Begin the membership if nothing is missing any more; None while something is (BR-07)."""
    if admission.source == Source.FOUNDING or not council_facts.established(
        tx, admission.council_id
    ):
        return None
    state = council_facts.standing(tx, admission)
    decided = {d.minister_id for d in state.decisions if d.verdict == AdmissionVerdict.ADMIT}
    ministers = set(council_facts.ministers(tx, admission.council_id))
    if state.consent is None or state.nominee is None or decided != ministers:
        return None
    return join(tx, admission, state.nominee, by=by)


def join(tx: Tx, admission: Admission, representative: Id, *, by: Id) -> Membership:
    """Make the invited one a member, `representative` in its seat. Raises what `admit` raises."""
    membership = seats.admit(
        tx,
        admission.council_id,
        Category(admission.category),
        organisation_id=admission.organisation_id,
        person_id=admission.person_id,
        representative=representative,
        by=by,
    )
    joining = Joining(
        council_id=admission.council_id, admission_id=admission.id, membership_id=membership.id
    )
    facts.enter(tx, admission.council_id, joining)
    consents.settle(tx, admission.council_id)
    return membership


def decline(tx: Tx, admission: Admission, *, by: Id) -> None:
    """The nominee declines for the invited one; the invitation is over."""
    facts.end(tx, admission, by=by, reason="declined")


def withdraw(tx: Tx, admission: Admission, *, by: Id) -> None:
    """Take an invitation back. Raises FoundersSign for a minister the Act names."""
    if admission.category == Category.ESTABLISHING_MINISTRY:
        raise FoundersSign
    facts.end(tx, admission, by=by, reason="withdrawn")
