"""Laws of the policy, over the whole finite space: every set of relations, state and category."""

from collections.abc import Iterator
from itertools import combinations

import pytest

from server.access import approvals
from server.access.kind import Kind
from server.access.policy import SESSION_ONLY, Policy, subtract
from server.access.vocabulary import Action, Category, KindName, Relation
from server.app import KINDS

A, K, R = Action, KindName, Relation
NOBODY: frozenset[Relation] = frozenset()
CATEGORIES: tuple[Category | None, ...] = (None, *Category)
DENIALS = ("suspension", "incident", "conflict_of_interest")
OFFICES = {
    R.SECRETARIAT,
    R.COMPLIANCE_OFFICER,
    R.AUDITOR,
    R.KEY_CUSTODIAN,
    R.SYSTEM_ADMINISTRATOR,
}
MINISTERS = {R.ESTABLISHING_MINISTRY}
CONTENT = {A.READ, A.VIEW, A.OPEN, A.PRINT, A.DOWNLOAD, A.HAND_OVER, A.UPLOAD}
BY_KIND = {kind.name: kind for kind in KINDS}


def sets_of(relations: frozenset[Relation]) -> Iterator[frozenset[Relation]]:
    """Every set of some of these relations, the empty one first."""
    ordered = sorted(relations)
    for size in range(len(ordered) + 1):
        for some in combinations(ordered, size):
            yield frozenset(some)


def allowed(policy: Policy, held: frozenset[Relation], kind: KindName, state: str) -> set[Action]:
    """What these relations allow to somebody of no category, which restricts nothing."""
    return set(policy.may(held, None, kind, state))


def who_may(policy: Policy, action: Action, kind: KindName, state: str) -> frozenset[Relation]:
    return policy.table[kind, state].get(action, NOBODY)


def test_no_relation_no_right(shipped: Policy) -> None:
    for kind, state in shipped.table:
        for category in CATEGORIES:
            assert shipped.may(NOBODY, category, kind, state) == []
            for action in Action:
                assert not shipped.allows(NOBODY, category, action, kind, state)


def test_a_relation_of_another_kind_gives_nothing(shipped: Policy) -> None:
    for kind in KINDS:
        foreign = frozenset(Relation) - frozenset(kind.relations)
        for state in kind.states:
            assert shipped.may(foreign, None, kind.name, state) == []


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name.value)
def test_more_relations_never_mean_less(shipped: Policy, kind: Kind) -> None:
    """Of every set of relations: what it may is the union of what each of them may."""
    for state in kind.states:
        alone = {r: allowed(shipped, frozenset({r}), kind.name, state) for r in kind.relations}
        for held in sets_of(frozenset(kind.relations)):
            together = set().union(*(alone[r] for r in held))
            assert allowed(shipped, held, kind.name, state) == together


def test_may_and_allows_say_the_same_for_every_relation_and_category(shipped: Policy) -> None:
    for kind in KINDS:
        for state in kind.states:
            for category in CATEGORIES:
                for relation in kind.relations:
                    held = frozenset({relation})
                    may = set(shipped.may(held, category, kind.name, state))
                    each = {
                        action
                        for action in Action
                        if shipped.allows(held, category, action, kind.name, state)
                    }
                    assert may == each


def test_what_a_list_filters_by_is_what_opening_asks(shipped: Policy) -> None:
    for kind in KINDS:
        for action in Action:
            suffices = shipped.suffices(action, kind.name)
            for state in kind.states:
                expected = who_may(shipped, action, kind.name, state)
                assert suffices.get(state, NOBODY) == expected


def test_a_denial_only_takes_away(shipped: Policy) -> None:
    """Of every set of relations there can be to a document (ACC-7)."""
    for kind in (kind for kind in KINDS if kind.deniable):
        for held in sets_of(frozenset(kind.relations)):
            for denied in DENIALS:
                left = subtract(held, denied)
                assert left <= held
                for state in kind.states:
                    before = allowed(shipped, held, kind.name, state)
                    assert allowed(shipped, left, kind.name, state) <= before


def test_denials_take_away_what_they_say() -> None:
    for held in sets_of(frozenset(BY_KIND[K.DOCUMENT].relations)):
        assert subtract(held, None) == held
        assert subtract(held, "conflict_of_interest") == NOBODY
        kept = {R.PROVIDER, R.COMPLIANCE_OFFICER, R.AUDITOR}
        assert subtract(held, "suspension") == held & kept
        assert subtract(held, "incident") == held & (kept - {R.PROVIDER})


@pytest.mark.parametrize("denied", ["", "unheard_of", "Suspension"])
def test_a_denial_nobody_declared_takes_everything(denied: str) -> None:
    assert subtract(frozenset(Relation), denied) == NOBODY


def test_nobody_takes_out_what_is_under_an_incident_nor_its_provider(shipped: Policy) -> None:
    """BR-50: who deals with it may look at a paper of the council; of a secret, at nothing."""
    takes = {A.DOWNLOAD, A.PRINT, A.UPLOAD, A.PUBLISH, A.SET_SCOPE, A.RELEASE}
    for held in sets_of(frozenset(BY_KIND[K.DOCUMENT].relations)):
        left = subtract(held, "incident")
        for state in BY_KIND[K.DOCUMENT].states:
            may = allowed(shipped, left, K.DOCUMENT, state)
            assert not may & takes
            if state != "council_internal":
                assert not may & CONTENT


def test_who_is_no_member_may_read_and_answer_its_request_and_nothing_else(
    shipped: Policy,
) -> None:
    """BR-39: `invited` to a cooperation request is all they are, and it goes no further."""
    for state in BY_KIND[K.COOPERATION_REQUEST].states:
        may = allowed(shipped, frozenset({R.INVITED}), K.COOPERATION_REQUEST, state)
        assert may <= {A.READ, A.REPLY}
    assert shipped.requirements[A.REPLY].persons == 1, "declining takes nobody's leave (BR-38)"


def test_whoever_is_suspended_from_a_secret_reads_nothing_of_it_but_its_provider(
    shipped: Policy,
) -> None:
    for held in sets_of(frozenset(BY_KIND[K.DOCUMENT].relations)):
        left = subtract(held, "suspension")
        if R.PROVIDER not in held:
            assert not allowed(shipped, left, K.DOCUMENT, "provided_secret") & CONTENT


def test_offices_open_no_secret_no_know_how_no_result_no_request(shipped: Policy) -> None:
    """Administrators administer; they do not read (BR-52, matrix rows 13–17)."""
    closed = [
        *((K.DOCUMENT, state) for state in ("provided_secret", "provision_draft")),
        *((kind, s) for kind in (K.KNOW_HOW, K.RESULT, K.EXCEPTION, K.ROUND)
          for s in BY_KIND[kind].states),
    ]  # fmt: skip
    for held in sets_of(frozenset(OFFICES)):
        for kind, state in closed:
            assert not allowed(shipped, held, kind, state) & CONTENT


def test_a_mark_leads_back_to_a_person_for_compliance_officers_alone(shipped: Policy) -> None:
    for state in BY_KIND[K.COUNCIL].states:
        assert who_may(shipped, A.TRACE, K.COUNCIL, state) == {R.COMPLIANCE_OFFICER}


def test_what_is_council_internal_is_read_by_secretariat_and_compliance_officer_only_of_offices(
    shipped: Policy,
) -> None:
    readers = who_may(shipped, A.READ, K.DOCUMENT, "council_internal")
    assert readers & OFFICES == {R.SECRETARIAT, R.COMPLIANCE_OFFICER}
    for state in BY_KIND[K.DOCUMENT].states:
        for action in (A.PRINT, A.DOWNLOAD, A.UPLOAD):
            assert not who_may(shipped, action, K.DOCUMENT, state) & OFFICES


def test_administrator_and_key_custodian_read_nothing_of_any_council(shipped: Policy) -> None:
    for kind in KINDS:
        if kind.council is not None:
            for state in kind.states:
                for relation in (R.SYSTEM_ADMINISTRATOR, R.KEY_CUSTODIAN):
                    may = allowed(shipped, frozenset({relation}), kind.name, state)
                    assert may <= {A.SEE, A.NAME_OFFICIAL}


def test_an_auditor_changes_nothing_anywhere(shipped: Policy) -> None:
    looking = {A.READ, A.SEE, A.READ_ROSTER, A.READ_LOG, A.READ_SYSTEM_LOG, A.READ_READERS}
    looking |= {A.PROVE, A.EXPLAIN}
    for actions in shipped.table.values():
        assert {action for action, who in actions.items() if R.AUDITOR in who} <= looking


def test_only_the_provider_sets_scope_and_period_or_releases(shipped: Policy) -> None:
    """BR-17, BR-18: in every state of every kind."""
    for (kind, state), actions in shipped.table.items():
        for action in (A.SET_SCOPE, A.RELEASE):
            if action in actions:
                assert kind is K.DOCUMENT, state
                assert actions[action] == {R.PROVIDER}, state
    assert who_may(shipped, A.SET_SCOPE, K.DOCUMENT, "provided_secret") == {R.PROVIDER}
    assert not who_may(shipped, A.SET_SCOPE, K.DOCUMENT, "council_internal")


def test_a_provided_secret_is_its_recipients_as_far_as_its_handling_says(shipped: Policy) -> None:
    """Unmarked bytes are the provider's alone; a recipient sees pages, and whether they also print
    or keep it is the provider's to say.
    """
    named = {
        A.READ: {R.RECIPIENT},
        A.VIEW: {R.RECIPIENT},
        A.OPEN: NOBODY,
        A.PRINT: {R.PRINT_RECIPIENT},
        A.DOWNLOAD: {R.COPY_RECIPIENT},
        A.HAND_OVER: NOBODY,
    }
    for action, others in named.items():
        may = who_may(shipped, action, K.DOCUMENT, "provided_secret")
        assert may == {R.PROVIDER} | others, action
    assert not who_may(shipped, A.UPLOAD, K.DOCUMENT, "provided_secret")


def test_a_draft_is_its_providers_alone(shipped: Policy) -> None:
    for action, may in shipped.table[K.DOCUMENT, "provision_draft"].items():
        assert may == {R.PROVIDER}, action


def test_only_the_compliance_officer_suspends_and_resumes(shipped: Policy) -> None:
    for actions in shipped.table.values():
        for action in (A.SUSPEND, A.RESUME):
            assert actions.get(action, {R.COMPLIANCE_OFFICER}) == {R.COMPLIANCE_OFFICER}


@pytest.mark.parametrize("state", ["publishable", "held", "know_how"])
def test_publishing_a_result_is_its_owners_alone_and_needs_one_person(
    shipped: Policy, state: str
) -> None:
    """BR-25, BR-32: nobody else does it, no category keeps anybody from it, nobody must agree."""
    assert who_may(shipped, A.PUBLISH, K.RESULT, state) == {R.RESULT_OWNER}
    assert shipped.requirements[A.PUBLISH].persons == 1
    for category in CATEGORIES:
        owner = frozenset({R.RESULT_OWNER})
        assert shipped.allows(owner, category, A.PUBLISH, K.RESULT, state)


def test_nothing_an_office_or_a_minister_holds_acts_on_a_result(shipped: Policy) -> None:
    """BR-32: there is no relation of theirs to a result, so no line could ever give them one."""
    assert not frozenset(BY_KIND[K.RESULT].relations) & (OFFICES | MINISTERS)
    for state in BY_KIND[K.RESULT].states:
        for held in sets_of(frozenset(OFFICES | MINISTERS)):
            assert not allowed(shipped, held, K.RESULT, state)


def test_what_restricts_a_result_for_a_while_is_accepted_by_its_owner_alone(
    shipped: Policy,
) -> None:
    for actions in shipped.table.values():
        for action in (A.ACCEPT_HOLD, A.CHOOSE_READERS):
            assert actions.get(action, {R.RESULT_OWNER}) == {R.RESULT_OWNER}


def test_answers_are_given_by_representative_or_deputy_who_has_just_stepped_up(
    shipped: Policy,
) -> None:
    """BR-34."""
    needs = shipped.requirements[A.ANSWER]
    assert needs.scope == SESSION_ONLY
    assert 0 < needs.step_up_seconds <= 300
    assert needs.persons == 1
    assert needs.categories == frozenset(Category), "every participant answers"
    answering = {
        (kind, state): actions[A.ANSWER]
        for (kind, state), actions in shipped.table.items()
        if A.ANSWER in actions
    }
    assert answering == {(K.ROUND, "open"): {R.SEAT_REPRESENTATIVE, R.DEPUTY}}


def test_consent_publication_and_administration_take_a_signed_in_person(shipped: Policy) -> None:
    looking = {A.READ, A.SEE, A.READ_ROSTER, A.READ_LOG, A.READ_OWN_LOG, A.READ_SYSTEM_LOG}
    looking |= {A.READ_COMMENTS, A.READ_FAILING_NOTICES, A.EXPLAIN}
    by_program = looking | {A.PROVE, A.READ_READERS, A.SHARE, A.UPLOAD}
    by_program |= {A.VIEW, A.OPEN, A.PRINT, A.DOWNLOAD, A.EXPORT}
    for action, needs in shipped.requirements.items():
        assert (needs.scope != SESSION_ONLY) == (action in by_program), action
        if needs.scope == "read":
            assert action not in (A.SHARE, A.UPLOAD)


def test_what_weighs_most_takes_a_step_up(shipped: Policy) -> None:
    """At most five minutes old: IDN, BR-34; everything else asks for none."""
    stepped = {action for action, needs in shipped.requirements.items() if needs.step_up_seconds}
    assert stepped == {
        A.APPOINT,
        A.INVITE_PERSON,
        A.AFFILIATE,
        A.DISABLE_PERSON,
        A.AMEND_VISION,
        A.MAKE_TOKEN,
        A.ADD_PASSKEY,
        A.REMOVE_PASSKEY,
        A.SET_PASSWORD,
        A.ADD_LINK,
        A.REMOVE_LINK,
        A.RECOVER_PERSON,
        A.SET_ACCESS_RULES,
        A.NAME_OFFICIAL,
        A.SIGN_ESTABLISHMENT,
        A.CONFIRM_SAFE_MANAGEMENT,
        A.DECIDE,
        A.CONSENT,
        A.NAME_SEAT,
        A.MANAGE_SERVICES,
        A.NAME_REPRESENTATIVE,
        A.REVIEW_SEATS,
        A.INVITE_HANDLER,
        A.LEAVE,
        A.CERTIFY_RETURN,
        A.RECORD_RETURN,
        A.MAKE_DUTY_LINK,
        A.ISSUE_DUTY_LINK,
        A.REMOVE,
        A.CLOSE,
        A.PUBLISH,
        A.DISPOSE,
        A.DESTROY,
        A.SET_SCOPE,
        A.RELEASE,
        A.SUSPEND,
        A.RESUME,
        A.RECORD_CONFLICT,
        A.CLOSE_INCIDENT,
        A.HAND_OVER,
        A.REQUEST_EXCEPTION,
        A.ACCEPT_HOLD,
        A.OPEN_ROUND,
        A.ANSWER,
    }
    assert {shipped.requirements[action].step_up_seconds for action in stepped} == {300}


def test_acts_that_take_two_are_exactly_these(shipped: Policy) -> None:
    two = {action for action, needs in shipped.requirements.items() if needs.persons == 2}
    assert two == {
        A.APPOINT,
        A.NAME_OFFICIAL,
        A.NAME_REPRESENTATIVE,
        A.REMOVE,
        A.CLOSE,
        A.RECOVER_PERSON,
        A.SET_ACCESS_RULES,
        A.DISABLE_PERSON,
    }


def test_reading_and_seeing_need_no_category(shipped: Policy) -> None:
    """Lists filter by relation and state alone."""
    for action in (A.READ, A.SEE):
        assert shipped.requirements[action].categories == frozenset(Category)


def test_categories_restrict_exactly_these_acts(shipped: Policy) -> None:
    """The matrix: who registers results, requests, finds, confirms, downloads, names."""
    c, every = Category, frozenset(Category)
    government = {c.ESTABLISHING_MINISTRY, c.PROGRAMME_MINISTRY, c.IMPLEMENTER_GOVERNMENT}
    narrowed = {
        action: needs.categories
        for action, needs in shipped.requirements.items()
        if needs.categories != every
    }
    assert narrowed == {
        A.CONFIRM_SAFE_MANAGEMENT: {c.ESTABLISHING_MINISTRY},
        A.REGISTER_RESULT: {
            c.PROGRAM_DIRECTOR,
            c.PROGRAM_OFFICER,
            c.RD_IMPLEMENTER,
            c.IMPLEMENTER_PRIVATE,
            c.KNOWLEDGE_HOLDER,
        },
        A.RECORD_FINDING: government,
        A.ASK_COOPERATION: {c.ESTABLISHING_MINISTRY, c.PROGRAM_DIRECTOR, c.PROGRAM_OFFICER},
        A.REQUEST_EXCEPTION: government,
        A.NAME_SEAT: every - {c.PROGRAM_OFFICER},
        A.INVITE_HANDLER: every - {c.PROGRAM_OFFICER},
        A.PRINT: every - {c.THINK_TANK},
        A.DOWNLOAD: every - {c.THINK_TANK},
        A.HAND_OVER: every - {c.THINK_TANK},
        A.EXPORT: every - {c.THINK_TANK},
    }


def test_a_category_only_ever_takes_away(shipped: Policy) -> None:
    for kind in KINDS:
        everything = frozenset(kind.relations)
        for state in kind.states:
            without = set(shipped.may(everything, None, kind.name, state))
            for category in Category:
                assert set(shipped.may(everything, category, kind.name, state)) <= without


def test_who_acts_without_a_seat_is_never_an_act_a_category_narrows_but_the_officers(
    shipped: Policy,
) -> None:
    """Without a seat there is no category, which restricts nothing: so only seats, the officer who
    confirms safe management and the secretariat that asks for cooperation may hold what a category
    narrows. A provider has a seat.
    """
    besides = {
        A.CONFIRM_SAFE_MANAGEMENT: {R.COMPLIANCE_OFFICER},
        A.ASK_COOPERATION: {R.SECRETARIAT},
    }
    seated = {R.MEMBER, R.SEAT_REPRESENTATIVE, R.DEPUTY, R.HANDLER, R.PROVIDER}
    seated |= {R.PRINT_RECIPIENT, R.COPY_RECIPIENT}
    every = frozenset(Category)
    for (kind, state), actions in shipped.table.items():
        for action, who in actions.items():
            if shipped.requirements[action].categories != every:
                assert who - besides.get(action, set()) <= seated, (action, kind, state)


def test_a_persons_credentials_are_their_own(shipped: Policy) -> None:
    for action, who in shipped.table[K.PERSON, "present"].items():
        assert who == {R.SELF}, action
    assert frozenset(BY_KIND[K.PERSON].relations) == {R.SELF}


def test_to_the_account_of_another_nothing_is_done_but_recovering_it_by_two(
    shipped: Policy,
) -> None:
    """Nobody obtains or sets a credential of an existing person alone; administrators only so."""
    who = {R.SEAT_REPRESENTATIVE, R.DEPUTY, R.COMPLIANCE_OFFICER, R.SYSTEM_ADMINISTRATOR}
    assert shipped.table[K.ACCOUNT, "present"] == {A.RECOVER_PERSON: who}
    assert A.RECOVER_PERSON in approvals.NEVER_ALONE


def test_only_establishing_ministers_decide_sign_and_remove(shipped: Policy) -> None:
    """BR-05, BR-07."""
    for actions in shipped.table.values():
        for action in (A.DECIDE, A.SIGN_ESTABLISHMENT, A.REMOVE):
            assert actions.get(action, MINISTERS) == MINISTERS


def test_whoever_has_not_acknowledged_opens_nothing(shipped: Policy) -> None:
    """BR-36: INVITED sees that there is a council, an item, and what the duty says."""
    invited = {
        (kind, state): {action for action, who in actions.items() if R.INVITED in who}
        for (kind, state), actions in shipped.table.items()
    }
    assert {key: acts for key, acts in invited.items() if acts} == {
        **{(K.COUNCIL, s): {A.READ, A.ACKNOWLEDGE} for s in BY_KIND[K.COUNCIL].states},
        (K.DOCUMENT, "provided_secret"): {A.SEE, A.ACKNOWLEDGE},
        **{(K.ADMISSION, s): {A.READ} for s in BY_KIND[K.ADMISSION].states},
        (K.ADMISSION, "open"): {A.READ, A.CONSENT, A.DECLINE},
        # Who is no member acknowledges nothing, and reads what they are asked (BR-39).
        **{(K.COOPERATION_REQUEST, s): {A.READ} for s in BY_KIND[K.COOPERATION_REQUEST].states},
        (K.COOPERATION_REQUEST, "open"): {A.READ, A.REPLY},
    }


def test_agreed_know_how_is_read_by_those_the_entry_authorises(shipped: Policy) -> None:
    readers = who_may(shipped, A.READ, K.KNOW_HOW, "in_force")
    assert readers == {R.KNOW_HOW_HOLDER, R.RESULT_OWNER, R.SEAT_REPRESENTATIVE}
    told = who_may(shipped, A.READ, K.EXCEPTION, "agreed")
    assert told == {R.SELF, R.RESULT_OWNER}


def test_what_needs_a_signed_in_person_no_token_does(shipped: Policy) -> None:
    """IDN-7: no token consents, administers or touches keys. What asks for a fresh proof or for
    two persons is of that kind, whatever scope a file would give it.
    """
    for action, needs in shipped.requirements.items():
        if needs.step_up_seconds or needs.persons == 2:
            assert needs.scope == SESSION_ONLY, action
        assert needs.scope in {SESSION_ONLY, "read", "write"}


def test_what_a_member_received_is_certified_by_who_spoke_for_it_last_or_recorded_by_an_officer(
    shipped: Policy,
) -> None:
    """Never by an administrator, and never while the member takes part."""
    assert shipped.suffices(A.CERTIFY_RETURN, K.MEMBERSHIP) == {
        "ended": frozenset({R.FORMER_REPRESENTATIVE})
    }
    assert shipped.suffices(A.RECORD_RETURN, K.MEMBERSHIP) == {
        "ended": frozenset({R.COMPLIANCE_OFFICER})
    }
    former = frozenset({R.FORMER_REPRESENTATIVE})
    assert set(shipped.may(former, None, K.MEMBERSHIP, "ended")) == {A.SEE, A.CERTIFY_RETURN}


def test_a_link_to_a_duty_register_is_one_s_own_or_a_compliance_officer_s(shipped: Policy) -> None:
    assert shipped.suffices(A.MAKE_DUTY_LINK, K.PERSON) == {"present": frozenset({R.SELF})}
    assert shipped.suffices(A.ISSUE_DUTY_LINK, K.INSTALLATION) == {
        "running": frozenset({R.COMPLIANCE_OFFICER})
    }
