"""Who may ask about others' rights, as laws over the policy; and that no answer departs from it."""

import pytest

from server.access.condition import Condition
from server.access.explaining import BY_ONESELF, GIVEN_BY
from server.access.policy import Policy
from server.access.vocabulary import Action, Category, KindName, Relation
from server.access.words import PHRASES
from server.app import KINDS
from tests.policies.explained import CASES

A, K, R = Action, KindName, Relation
NOBODY: frozenset[Relation] = frozenset()
SPACE = [(kind.name, state) for kind in KINDS for state in kind.states]


@pytest.mark.parametrize(("kind", "state"), SPACE)
def test_only_whoever_is_told_of_a_thing_anyway_may_ask_about_it(
    shipped: Policy, kind: KindName, state: str
) -> None:
    """An answer never tells of a thing (ACC-5): to explain is not to see."""
    granted = shipped.table[kind, state]
    told = granted.get(A.READ, NOBODY) | granted.get(A.SEE, NOBODY)
    if R.MEMBER in told:
        told |= {R.SEAT_REPRESENTATIVE}  # of a council's own things, who represents is a member
    assert granted.get(A.EXPLAIN, NOBODY) <= told


def test_about_a_secret_ask_its_provider_and_those_who_watch_nobody_else(shipped: Policy) -> None:
    """Neither who receives it nor any other member learns who else does (BR-17)."""
    of = {state: shipped.table[K.DOCUMENT, state].get(A.EXPLAIN, NOBODY)
          for _, state in SPACE if _ is K.DOCUMENT}  # fmt: skip
    assert of["provided_secret"] == {R.PROVIDER, R.COMPLIANCE_OFFICER, R.AUDITOR}
    assert of["provision_draft"] == {R.PROVIDER}
    assert of["council_internal"] == of["provided_secret"] | {R.SEAT_REPRESENTATIVE}


def test_nobody_else_ever_asks_about_others(shipped: Policy) -> None:
    asking = {r for actions in shipped.table.values() for r in actions.get(A.EXPLAIN, NOBODY)}
    assert asking == {
        R.PROVIDER,
        R.RESULT_OWNER,
        R.SEAT_REPRESENTATIVE,
        R.ESTABLISHING_MINISTRY,
        R.COMPLIANCE_OFFICER,
        R.AUDITOR,
    }


def test_asking_takes_no_more_than_reading_does(shipped: Policy) -> None:
    assert shipped.requirements[A.EXPLAIN] == shipped.requirements[A.READ]
    assert shipped.requirements[A.EXPLAIN].categories == frozenset(Category)


def test_every_condition_has_its_words_in_both_languages() -> None:
    assert PHRASES.keys() == set(Condition)
    assert len({ja for ja, _ in PHRASES.values()}) == len(PHRASES)
    assert all(en.isascii() for _, en in PHRASES.values())


def test_what_makes_a_condition_hold_is_an_act_somebody_may_do(shipped: Policy) -> None:
    assert not BY_ONESELF & GIVEN_BY.keys()
    for condition, (action, kind) in GIVEN_BY.items():
        assert shipped.suffices(action, kind), condition


def test_the_fourteen_questions_come_from_the_matrix() -> None:
    assert {case.number for case in CASES} == set(range(1, 15))
    assert {case.row for case in CASES} <= set(range(1, 18))
    assert {case.allowed for case in CASES} == {True, False, None}
