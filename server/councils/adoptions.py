"""What a council needs of its concept's adoption, when one is to be withdrawn.

Owns the one rule by which a council holds an adoption in place; everything else about adoptions is
the programme's. Nothing here decides who may.
"""

from server.councils.facts import council_of_concept
from server.database import Tx
from server.problems import Conflict
from server.programme import projects, queries
from server.programme.models import Adoption, AdoptionEnd


class CouncilNeedsAdoption(Conflict):
    code = "council_needs_adoption"
    ja = (
        "この構想には協議会があり、他に有効な採択がありません（BR-02）。"
        "正しい採択を先に記録するか、協議会の閉会後に取り消してください。"
    )
    en = (
        "The concept has a council and no other adoption stands (BR-02). "
        "Record the right adoption first, or withdraw this one once the council is closed."
    )


def withdraw(tx: Tx, adoption: Adoption, *, ground: AdoptionEnd, by: str) -> None:
    """Withdraw an adoption. No council is left, prepared or at work, without one (BR-02).

    Raises CouncilNeedsAdoption, AlreadyWithdrawn, ProjectHasPeople.
    """
    others = [a for a in queries.adoptions(tx, [adoption.concept_id]) if a.id != adoption.id]
    if queries.stands(tx, adoption) and not others:
        council = council_of_concept(tx, adoption.concept_id)
        if council is not None:
            raise CouncilNeedsAdoption(council=council.id)
    projects.withdraw_adoption(tx, adoption, ground=ground, by=by)
