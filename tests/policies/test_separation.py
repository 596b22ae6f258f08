"""Separation of duties (rows 13 to 17 of the matrix), as laws over the whole policy space.

At appointment it is held by server/access/offices.py and seats.py; here the policy itself may give
no office what a member does, and no two of rows 14 to 17 the same power.
"""

from itertools import combinations

import pytest

from server.access.policy import Policy
from server.access.vocabulary import Action, KindName, Relation

A, K, R = Action, KindName, Relation
# Rows 14 to 17, which exclude one another, and row 13.
WATCHING = (R.COMPLIANCE_OFFICER, R.SYSTEM_ADMINISTRATOR, R.KEY_CUSTODIAN, R.AUDITOR)
OFFICES = (*WATCHING, R.SECRETARIAT)
# Rows 1 to 12: what somebody holds by a seat, by what they provided or made, or is to join by.
MEMBERS = frozenset(R) - frozenset(OFFICES) - {R.SELF, R.ESTABLISHING_MINISTRY}
MINISTRY = frozenset({R.ESTABLISHING_MINISTRY})
LOOKING = {
    A.READ,
    A.VIEW,
    A.OPEN,
    A.SEE,
    A.READ_ROSTER,
    A.READ_LOG,
    A.READ_SYSTEM_LOG,
    A.READ_READERS,
    A.READ_FAILING_NOTICES,
    A.EXPLAIN,
    A.PROVE,
}
# What an office does beside a member or a ministry, each with the cell that says so.
SHARED = {
    # "confirm safe-mgmt of an org": ○ in rows 5 and 14
    (R.COMPLIANCE_OFFICER, A.CONFIRM_SAFE_MANAGEMENT),
    # "add member": rows 5 and 13 ("executes a recorded decision"); the ministers decide
    (R.SECRETARIAT, A.INVITE_MEMBER),
    # a member nobody represents: two of two parts (server/councils/representation.py)
    (R.COMPLIANCE_OFFICER, A.NAME_REPRESENTATIVE),
    (R.SECRETARIAT, A.NAME_REPRESENTATIVE),
    # "change policy": ② with row 5
    (R.COMPLIANCE_OFFICER, A.SET_ACCESS_RULES),
    # asking on behalf of the council (ACT 62(6)): its secretariat, beside rows 1, 2 and 5
    (R.SECRETARIAT, A.ASK_COOPERATION),
    # whoever reads a document reports that it must not be here (BR-50)
    (R.SECRETARIAT, A.REPORT_INCIDENT),
    (R.COMPLIANCE_OFFICER, A.REPORT_INCIDENT),
    # two who answer for a person let them begin anew (IDN-3); it tells the person
    (R.COMPLIANCE_OFFICER, A.RECOVER_PERSON),
    (R.SYSTEM_ADMINISTRATOR, A.RECOVER_PERSON),
}
# What two of rows 14 to 17 may both do: only together, or of the installation's people alone.
TOGETHER = {
    A.APPOINT,
    A.DISABLE_PERSON,
    A.RECOVER_PERSON,
}


def acts_of(policy: Policy, relation: Relation) -> set[tuple[KindName, Action]]:
    """Everything a relation may do, besides looking on."""
    return {
        (kind, action)
        for (kind, _), actions in policy.table.items()
        for action, who in actions.items()
        if relation in who and action not in LOOKING
    }


@pytest.mark.parametrize("office", OFFICES)
def test_no_office_does_what_a_member_or_a_ministry_does(shipped: Policy, office: R) -> None:
    theirs = set().union(*(acts_of(shipped, each) for each in MEMBERS | MINISTRY))
    for _, action in acts_of(shipped, office) & theirs:
        assert (office, action) in SHARED, action


def test_what_they_share_is_exactly_what_the_matrix_says(shipped: Policy) -> None:
    theirs = set().union(*(acts_of(shipped, each) for each in MEMBERS | MINISTRY))
    shared = {
        (office, action) for office in OFFICES for _, action in acts_of(shipped, office) & theirs
    }
    assert shared == SHARED


@pytest.mark.parametrize(("one", "other"), list(combinations(WATCHING, 2)))
def test_two_of_rows_14_to_17_share_no_power(shipped: Policy, one: R, other: R) -> None:
    shared = {action for _, action in acts_of(shipped, one) & acts_of(shipped, other)}
    assert shared <= TOGETHER
    for action in shared:
        assert shipped.requirements[action].persons == 2


def test_what_the_watching_offices_share_takes_two_persons(shipped: Policy) -> None:
    shared = acts_of(shipped, R.COMPLIANCE_OFFICER) & acts_of(shipped, R.SYSTEM_ADMINISTRATOR)
    assert {action for _, action in shared} == TOGETHER


def test_the_system_administrator_has_no_part_in_any_council(shipped: Policy) -> None:
    """Row 15 is – in every column of governance: not even who signs for a minister."""
    acts = acts_of(shipped, R.SYSTEM_ADMINISTRATOR)
    assert {kind for kind, _ in acts} <= {K.INSTALLATION, K.ACCOUNT}


def test_auditor_and_key_custodian_only_look_on(shipped: Policy) -> None:
    assert acts_of(shipped, R.AUDITOR) == acts_of(shipped, R.KEY_CUSTODIAN) == set()


@pytest.mark.parametrize(
    ("action", "kind", "parts"),
    [
        (A.NAME_OFFICIAL, K.COUNCIL, {R.SECRETARIAT, R.COMPLIANCE_OFFICER}),
        (
            A.NAME_REPRESENTATIVE,
            K.MEMBERSHIP,
            {R.SECRETARIAT, R.COMPLIANCE_OFFICER, R.ESTABLISHING_MINISTRY},
        ),
    ],
)
def test_acts_of_two_parts_have_at_least_two_and_none_of_them_the_administrator(
    shipped: Policy, action: A, kind: K, parts: set[R]
) -> None:
    assert shipped.requirements[action].persons == 2
    for found in shipped.suffices(action, kind).values():
        assert found == parts
