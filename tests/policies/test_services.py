"""Service accounts, as a law over the whole policy: what they are granted, and that it stays small.

The duty of confidentiality binds natural persons (ACT 62(7)): nothing that asks a person to
acknowledge it may be granted to what cannot.
"""

from server.access.policy import SESSION_ONLY, Policy
from server.access.vocabulary import Action, KindName, Relation
from server.app import KINDS

SERVICE = frozenset({Relation.SERVICE})


def granted(shipped: Policy) -> set[tuple[KindName, str, Action]]:
    """Everything the relation alone allows, in whichever state."""
    return {
        (kind.name, state, action)
        for kind in KINDS
        for state in kind.states
        for action in shipped.may(SERVICE, None, kind.name, state)
    }


def test_a_service_account_reads_the_council_s_papers_and_shares_its_member_s(
    shipped: Policy,
) -> None:
    council = {(KindName.COUNCIL, state, Action.READ) for state in
               ("preparing", "consented", "established", "closing", "closed")}  # fmt: skip
    assert granted(shipped) == council | {
        (KindName.COUNCIL, "established", Action.SHARE),
        (KindName.COUNCIL, "closing", Action.SHARE),
        (KindName.DOCUMENT, "council_internal", Action.READ),
        (KindName.DOCUMENT, "council_internal", Action.OPEN),
    }


def test_nothing_of_it_takes_a_person_at_a_session_or_a_proof(shipped: Policy) -> None:
    for _, _, action in granted(shipped):
        needs = shipped.requirements[action]
        assert needs.scope != SESSION_ONLY
        assert (needs.step_up_seconds, needs.persons) == (0, 1)


def test_no_kind_but_a_council_and_its_papers_knows_a_service_account() -> None:
    knowing = {kind.name for kind in KINDS if Relation.SERVICE in kind.relations}
    assert knowing == {KindName.COUNCIL, KindName.DOCUMENT}


def test_making_one_takes_the_representative_and_a_fresh_proof(shipped: Policy) -> None:
    may = shipped.suffices(Action.MANAGE_SERVICES, KindName.MEMBERSHIP)
    assert may == {"active": frozenset({Relation.SEAT_REPRESENTATIVE})}
    needs = shipped.requirements[Action.MANAGE_SERVICES]
    assert (needs.scope, needs.step_up_seconds) == (SESSION_ONLY, 300)
