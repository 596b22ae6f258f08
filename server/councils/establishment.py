"""The establishment act: what is signed, what is missing, and what happens when both have signed.

Owns the rule that a council exists only when the requirements and the precondition are met, the
representative consents and both ministers have signed the same statement (BR-03, BR-04, BR-05).
"""

from crypto.canonical import canonical
from server.access.vocabulary import Category
from server.audit import facts
from server.councils import facts as council_facts
from server.councils.admissions import StatementChanged, complete, digest_of, join
from server.councils.models import (
    Admission,
    Council,
    Establishment,
    EstablishmentSignature,
    Requirement,
)
from server.database import Tx
from server.ids import Id
from server.problems import Conflict, Refused

CONSENT = "consent_of_representative"


class NotReady(Conflict):
    code = "establishment_not_ready"
    ja = "設置の要件が揃っていません。missing の各項目を記録してください（BR-03、BR-04）。"
    en = "The establishment lacks what is in `missing`. Record each of them (BR-03, BR-04)."


class AlreadySigned(Conflict):
    code = "already_signed"
    ja = "この大臣の署名は既にあります。もう一方の設置大臣の署名が必要です（BR-05）。"
    en = "This minister has signed. The other establishing minister's signature is needed (BR-05)."


class NotTheirOfficial(Refused):
    code = "not_signing_official"
    ja = "設置大臣の署名者として指名されていません。"
    en = "You are not named to sign for an establishing minister of this council."


def missing(tx: Tx, council_id: Id) -> list[str]:
    """What stands in the way of signing, by name: requirements not met, and the consent."""
    newest = council_facts.in_force(tx, council_id)
    unmet = [r.value for r in Requirement if r not in newest or not newest[r].met]
    representative = council_facts.founding_representative(tx, council_id)
    consented = representative and council_facts.standing(tx, representative).consent
    return unmet if consented else [*unmet, CONSENT]


def statement(tx: Tx, council: Council) -> str:
    """What a minister's official signs: concept, requirements, founders; ids and digests only."""
    newest = council_facts.in_force(tx, council.id)
    signing = council_facts.officials(tx, council.id)
    founders = council_facts.founding(tx, council.id)
    return canonical(
        {
            "v": 1,
            "type": "council-establishment",
            "council": council.id,
            "concept": council.concept_id,
            "mode": council.representative_mode,
            "ministers": council_facts.ministers(tx, council.id),
            "requirements": [
                {"requirement": r.value, "finding": newest[r].id, "met": newest[r].met}
                for r in Requirement
                if r in newest
            ],
            "members": [_founder(tx, a, signing) for a in sorted(founders, key=lambda a: a.id)],
        }
    ).decode()


def _founder(tx: Tx, admission: Admission, signing: dict[str, Id]) -> dict[str, str | None]:
    given = council_facts.standing(tx, admission)
    return {
        "admission": admission.id,
        "category": admission.category,
        "organisation": admission.organisation_id,
        "representative": given.nominee or signing.get(admission.organisation_id or ""),
        "consent": given.consent.digest if given.consent else None,
    }


def sign(tx: Tx, council: Council, *, digest: str, by: Id) -> bool:
    """Sign for the minister whose official `by` is; True when this established the council.

    Raises NotTheirOfficial, NotReady, StatementChanged, AlreadySigned.
    """
    named = council_facts.officials(tx, council.id)
    signing = {person: minister for minister, person in named.items()}
    if by not in signing:
        raise NotTheirOfficial
    if lacking := missing(tx, council.id):
        raise NotReady(missing=lacking)
    text = statement(tx, council)
    if digest != digest_of(text):
        raise StatementChanged(digest=digest_of(text))
    if signing[by] in signed_by(tx, council.id, digest):
        raise AlreadySigned
    signature = EstablishmentSignature(
        council_id=council.id,
        minister_id=signing[by],
        person_id=by,
        statement=text,
        digest=digest,
    )
    facts.enter(tx, council.id, signature)
    if signed_by(tx, council.id, digest) != set(council_facts.ministers(tx, council.id)):
        return False
    _establish(tx, council, digest, by=by)
    return True


def minister_of(tx: Tx, council_id: Id, person_id: Id) -> str:
    """The one establishing minister a person acts for. Raises NotTheirOfficial."""
    acting_for = council_facts.ministers_for(tx, council_id, person_id)
    if len(acting_for) != 1:
        raise NotTheirOfficial
    return acting_for.pop()


def signed_by(tx: Tx, council_id: Id, digest: str) -> set[str]:
    """The ministers for whom exactly this statement has been signed."""
    return {s.minister_id for s in council_facts.signatures(tx, council_id) if s.digest == digest}


def _establish(tx: Tx, council: Council, digest: str, *, by: Id) -> None:
    """Founders become members, and so does whoever has everything else already (BR-07)."""
    facts.enter(tx, council.id, Establishment(council_id=council.id, digest=digest))
    signing = council_facts.officials(tx, council.id)
    for admission in council_facts.founding(tx, council.id):
        nominee = council_facts.standing(tx, admission).nominee
        if nominee is None and admission.category == Category.ESTABLISHING_MINISTRY:
            nominee = signing[admission.organisation_id or ""]
        join(tx, admission, nominee or "", by=by)
    for admission in council_facts.open_admissions(tx, council.id):
        complete(tx, admission, by=by)
