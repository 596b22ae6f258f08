"""What the policy must answer, asked directly: of `server/access/policy.py` and `bounds.py`.

Each function is one question and holds the answer against what docs/rules.md says. They are tests
of their own, and what every mutant has to get past (test_mutants.py).
"""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from server.access import bounds, policy
from server.access.policy import Policy, PolicyError, Requirement, subtract
from server.access.vocabulary import Action, Category, KindName, Relation

Question = Callable[[], None]
QUESTIONS: list[Question] = []

R, A, K = Relation, Action, KindName
PD, FA, TANK = Category.PROGRAM_DIRECTOR, Category.FUNDING_AGENCY, Category.THINK_TANK
ALL = frozenset(Category)
PAPER = (K.DOCUMENT, "council_internal")
DRAFT = (K.DOCUMENT, "provision_draft")
OPEN = (K.ROUND, "open")


def question(asks: Question) -> Question:
    """Have it asked."""
    QUESTIONS.append(asks)
    return asks


def small() -> Policy:
    """A policy that fits on a page, and has answered nothing yet."""
    return Policy(
        digest="the digest",
        grants=(),
        requirements={
            A.READ: Requirement("read", 0, 1, ALL),
            A.DOWNLOAD: Requirement("read", 0, 1, frozenset({PD, FA})),
            A.UPLOAD: Requirement("write", 0, 1, ALL),
            A.ANSWER: Requirement("session", 300, 1, ALL),
        },
        table={
            PAPER: {
                A.READ: frozenset({R.MEMBER, R.AUDITOR, R.PROVIDER}),
                A.DOWNLOAD: frozenset({R.MEMBER}),
                A.UPLOAD: frozenset({R.PROVIDER}),
            },
            DRAFT: {A.READ: frozenset({R.PROVIDER}), A.UPLOAD: frozenset()},
            OPEN: {A.READ: frozenset({R.MEMBER}), A.ANSWER: frozenset({R.DEPUTY})},
        },
    )


@question
def it_is_allowed_by_exactly_the_relations_that_are_held_and_suffice() -> None:
    held = frozenset({R.MEMBER, R.PROVIDER, R.DEPUTY})
    assert small().allows(held, PD, A.READ, *PAPER) == {R.MEMBER, R.PROVIDER}
    assert small().allows(frozenset({R.DEPUTY}), PD, A.READ, *PAPER) == frozenset()
    assert small().allows(frozenset(), None, A.READ, *PAPER) == frozenset()


@question
def what_nobody_was_granted_is_nobodys() -> None:
    assert small().allows(frozenset(R), PD, A.ANSWER, *PAPER) == frozenset()
    assert small().allows(frozenset(R), PD, A.DOWNLOAD, *DRAFT) == frozenset()
    assert small().allows(frozenset(R), None, A.UPLOAD, *DRAFT) == frozenset()


@question
def a_category_that_does_not_fit_takes_it_away_and_none_takes_nothing() -> None:
    member = frozenset({R.MEMBER})
    answers = {c: small().allows(member, c, A.DOWNLOAD, *PAPER) for c in (PD, FA, TANK, None)}
    assert answers == {PD: member, FA: member, TANK: frozenset(), None: member}


@question
def everything_one_may_is_what_each_by_itself_is_allowed() -> None:
    for category in (PD, TANK, None):
        for thing in (PAPER, DRAFT, OPEN):
            for held in (frozenset({R.MEMBER}), frozenset({R.PROVIDER, R.AUDITOR}), frozenset(R)):
                each = [a for a in A if a in small().requirements]
                allowed = {a for a in each if small().allows(held, category, a, *thing)}
                assert set(small().may(held, category, *thing)) == allowed


@question
def what_one_may_is_not_mixed_up_with_what_was_asked_before() -> None:
    """Answers are kept: by everything they depend on."""
    fresh, member, provider = small(), frozenset({R.MEMBER}), frozenset({R.PROVIDER})
    asked = (
        ((member, PD, *PAPER), [A.READ, A.DOWNLOAD]),
        ((provider, PD, *PAPER), [A.READ, A.UPLOAD]),
        ((member, TANK, *PAPER), [A.READ]),
        ((provider, PD, *DRAFT), [A.READ]),
        ((member, PD, *OPEN), [A.READ]),
    )
    for _ in range(2):
        for about, expected in asked:
            assert fresh.may(*about) == expected
    same = {**small().table, (K.RESULT, "open"): {A.READ: frozenset({R.DEPUTY})}}
    other = replace(small(), table=same)
    assert other.may(member, PD, *OPEN) == [A.READ]
    assert other.may(member, PD, K.RESULT, "open") == []


@question
def what_was_worked_out_once_is_not_worked_out_again() -> None:
    fresh, about = small(), (frozenset({R.MEMBER}), PD, *PAPER)
    assert fresh.may(*about) is fresh.may(*about)


@question
def a_list_filters_by_the_states_of_its_own_kind() -> None:
    assert small().suffices(A.READ, K.DOCUMENT) == {
        "council_internal": {R.MEMBER, R.AUDITOR, R.PROVIDER},
        "provision_draft": {R.PROVIDER},
    }
    assert small().suffices(A.ANSWER, K.ROUND) == {"open": {R.DEPUTY}}
    assert small().suffices(A.UPLOAD, K.DOCUMENT) == {"council_internal": {R.PROVIDER}}
    assert small().suffices(A.ANSWER, K.DOCUMENT) == {}


@question
def a_denial_beats_every_grant() -> None:
    everything = frozenset(R)
    left = {R.PROVIDER, R.COMPLIANCE_OFFICER, R.AUDITOR}
    assert subtract(everything, None) == everything
    assert subtract(everything, "suspension") == left
    assert subtract(frozenset({R.MEMBER, R.AUDITOR}), "suspension") == {R.AUDITOR}
    assert subtract(everything, "incident") == {R.COMPLIANCE_OFFICER, R.AUDITOR}
    assert subtract(frozenset({R.PROVIDER, R.AUDITOR}), "incident") == {R.AUDITOR}
    assert subtract(everything, "conflict_of_interest") == frozenset()
    assert subtract(everything, "a denial of a later version") == frozenset()


# --- what is refused when a policy is read ---
@question
def categories_are_all_some_or_all_but_some() -> None:
    assert policy._categories("*") == ALL
    assert policy._categories("think_tank") == {TANK}
    assert policy._categories("program_director|funding_agency") == {PD, FA}
    assert policy._categories("!program_director|funding_agency") == ALL - {PD, FA}
    for wrong in ("", "!", "*|think_tank", "everybody"):
        with pytest.raises(ValueError):
            policy._categories(wrong)


@question
def what_lists_ask_is_open_to_every_category() -> None:
    needs = {action: Requirement("read", 0, 1, ALL) for action in (A.READ, A.SEE)}
    policy._check_lists(needs)
    policy._check_lists({A.DOWNLOAD: Requirement("read", 0, 1, frozenset({PD}))})
    for action in (A.READ, A.SEE):
        narrow = {**needs, action: Requirement("read", 0, 1, ALL - {TANK})}
        told = rf"^actions\.csv: {action} must be open to every category \(\*\)$"
        with pytest.raises(PolicyError, match=told):
            policy._check_lists(narrow)


@question
def a_policy_that_crosses_its_bounds_is_none() -> None:
    one = Requirement("session", 300, 1, ALL)
    policy._check_bounds({}, {A.PUBLISH: one})
    two, narrow = "publishing takes one person", "publishing is open to every category"
    wrong = replace(one, persons=2, categories=ALL - {TANK})
    with pytest.raises(PolicyError, match=f"^no policy may do this: {two}.*; {narrow}.*$"):
        policy._check_bounds({}, {A.PUBLISH: wrong})
    table = {(K.KNOW_HOW, "in_force"): {A.READ: frozenset({R.AUDITOR})}}
    with pytest.raises(PolicyError, match=r"^no policy may do this: auditor may never read"):
        policy._check_bounds(table, {A.PUBLISH: one})


# --- bounds ---------------------------------------------------------------------------------------
OFFICES = (
    R.SECRETARIAT,
    R.COMPLIANCE_OFFICER,
    R.AUDITOR,
    R.KEY_CUSTODIAN,
    R.SYSTEM_ADMINISTRATOR,
)
CONTENT = (A.READ, A.VIEW, A.OPEN, A.PRINT, A.DOWNLOAD, A.HAND_OVER, A.UPLOAD)
SCOPED = ("provided_secret", "provision_draft", "retained")
CLOSED = [
    *((K.DOCUMENT, s, a) for s in SCOPED for a in CONTENT),
    *((K.RESULT, s, A.READ) for s in ("publishable", "held", "know_how")),
    (K.KNOW_HOW, "in_force", A.READ),
    (K.ROUND, "open", A.ANSWER),
]


def crossed(
    granted: dict[tuple[KindName, str, Action], frozenset[Relation]],
    persons: dict[Action, int] | None = None,
    categories: dict[Action, frozenset[Category]] | None = None,
) -> list[str]:
    """What a policy of these grants crosses."""
    table: dict[tuple[KindName, str], dict[Action, frozenset[Relation]]] = {}
    for (kind, state, action), relations in granted.items():
        table.setdefault((kind, state), {})[action] = relations
    return list(bounds.crossed(table, persons or {}, categories or {}))


def publishing(
    by: frozenset[Relation] = frozenset({R.RESULT_OWNER}),
) -> dict[tuple[KindName, str, Action], frozenset[Relation]]:
    """Who publishes a result, in every state in which it can be."""
    return {(K.RESULT, s, A.PUBLISH): by for s in ("publishable", "held", "know_how")}


@question
def a_policy_in_which_the_owner_publishes_crosses_nothing() -> None:
    assert crossed({}) == []
    assert crossed(publishing(), {A.PUBLISH: 1}, {A.PUBLISH: ALL}) == []
    assert crossed({(K.RESULT, "published", A.READ): frozenset(R)}) == []


@question
def nobody_but_the_owner_publishes_and_the_owner_always_may() -> None:
    for state in ("publishable", "held", "know_how"):
        thing = (K.RESULT, state, A.PUBLISH)
        taken = f"result_owner must be able to publish a result that is {state} (BR-25)"
        assert crossed({**publishing(), thing: frozenset()}) == [taken]
        shared = frozenset({R.RESULT_OWNER, R.SECRETARIAT, R.MEMBER})
        given = "only result_owner publishes a result, not member, secretariat (BR-25)"
        assert crossed({**publishing(), thing: shared}) == [given]
        assert crossed({(K.RESULT, state, A.WITHDRAW): frozenset({R.MEMBER})}) == [taken]


@question
def publishing_takes_one_person_of_any_category() -> None:
    one = "publishing takes one person: no approval by anyone is required (BR-25)"
    any_ = "publishing is open to every category of member (BR-25)"
    assert crossed(publishing(), {A.PUBLISH: 2}) == [one]
    assert crossed(publishing(), {A.READ: 2}) == []
    assert crossed(publishing(), None, {A.PUBLISH: ALL - {TANK}}) == [any_]
    assert crossed(publishing(), None, {A.READ: ALL - {TANK}}) == []


@question
def no_office_reads_what_a_scope_protects_or_speaks_for_a_participant() -> None:
    assert {a for _, _, a in CLOSED} == {*CONTENT, A.ANSWER}
    assert len(CLOSED) == 26
    for kind, state, action in CLOSED:
        for office in OFFICES:
            granted = {**publishing(), (kind, state, action): frozenset({R.PROVIDER, office})}
            told = f"{office} may never {action} a {kind} that is {state} (BR-52)"
            assert crossed(granted) == [told], (kind, state, action, office)
        both = frozenset({R.AUDITOR, R.SECRETARIAT})
        words = crossed({**publishing(), (kind, state, action): both})
        assert [
            re.match(r"auditor, secretariat may never", each) is not None for each in words
        ] == [True]
