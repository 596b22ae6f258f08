"""Who is given a Grant, who is refused with what, and who is told that there is nothing."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from server.access import deciding, thing_ids
from server.access.grant import Attempt
from server.access.kinds import INSTALLATION
from server.access.vocabulary import Action, Category, Relation
from server.councils.kinds import COUNCIL
from server.documents.kinds import DOCUMENT
from server.documents.refusals import OnlyProvider
from server.problems import (
    NetworkNotAllowed,
    NotFound,
    Refused,
    StepUpNeeded,
)
from tests.proof.scene import AWAY, HERE, Scene, by_token, called, question

R, A = Relation, Action


@question
def who_may_gets_a_grant_that_says_what_was_decided(scene: Scene) -> None:
    person = called(scene.council.fa)
    with scene.tx() as tx:
        attempt = Attempt("request", HERE, person, address_digest=b"digest")
        got = deciding.decide(scene.parts, tx, attempt, person, A.READ, DOCUMENT, scene.paper)
        assert attempt.log_id == scene.council.id
        assert (got.parts, got.tx, got.caller) == (scene.parts, tx, person)
        assert (got.action, got.kind, got.id) == (A.READ, DOCUMENT, scene.paper)
        assert got.by == {R.PROVIDER, R.MEMBER}
        assert {R.PROVIDER, R.MEMBER, R.SEAT_REPRESENTATIVE} <= got.held
        assert R.DEPUTY not in got.held
        assert (got.request_id, got.address, got.address_digest) == ("request", HERE, b"digest")
        assert got.on_behalf_of == {}
        assert got.council_id == scene.council.id
        assert got.may == scene.parts.policy.may(
            got.held, got.thing.category, DOCUMENT.name, got.thing.state
        )
        assert A.UPLOAD in got.may


@question
def a_deputy_is_said_to_act_for_another(scene: Scene) -> None:
    council = scene.council
    got = scene.decided(council.deputy_a, A.READ, DOCUMENT, scene.paper)
    assert got.on_behalf_of == {
        "membership": council.memberships["organ_a"],
        "representative": council.organ_a.person_id,
    }
    beside = scene.decided(scene.answering_deputy, A.READ, DOCUMENT, scene.paper)
    assert (beside.held, beside.on_behalf_of) == ({R.MEMBER}, {})


@question
def of_what_is_not_and_of_what_is_others_one_is_told_the_same(scene: Scene) -> None:
    council = scene.council
    scene.refused(NotFound, council.fa, A.READ, DOCUMENT, "no-such-thing")
    scene.refused(NotFound, scene.walled.organ_a, A.READ, DOCUMENT, scene.paper)
    scene.refused(NotFound, council.organ_a, A.READ, DOCUMENT, scene.secret)


@question
def a_token_of_another_council_finds_nothing(scene: Scene) -> None:
    own = by_token(scene.council.fa, "read", council_id=scene.council.id)
    elsewhere = replace(own, council_id=scene.walled.id)
    assert scene.decided(own, A.READ, DOCUMENT, scene.paper).by
    scene.refused(NotFound, elsewhere, A.READ, DOCUMENT, scene.paper)


@question
def who_knows_of_a_thing_and_may_not_is_told_what_is_missing(scene: Scene) -> None:
    told = scene.refused(Refused, scene.council.auditor, A.UPLOAD, DOCUMENT, scene.secret)
    assert told.detail is None
    assert told.members == {
        "action": A.UPLOAD,
        "kind": DOCUMENT.name,
        "state": "provided_secret",
        "held": ["auditor"],
        "would_suffice": [],
        "possible_in_states": ["council_internal", "provision_draft"],
        "categories": sorted(Category),
    }
    told = scene.refused(Refused, scene.council.think_tank, A.UPLOAD, DOCUMENT, scene.paper)
    assert told.members["would_suffice"] == ["provider"]


@question
def the_domain_says_what_to_do_instead_where_somebody_may(scene: Scene) -> None:
    recipient = scene.council.organ_b
    scene.refused(OnlyProvider, recipient, A.SET_SCOPE, DOCUMENT, scene.secret)
    scene.refused(Refused, recipient, A.SET_SCOPE, DOCUMENT, scene.paper)
    scene.refused(Refused, recipient, A.SUSPEND, DOCUMENT, scene.secret)


@question
def a_denial_counts_in_the_decision(scene: Scene) -> None:
    scene.refused(NotFound, scene.council.organ_b, A.READ, DOCUMENT, scene.suspended)
    got = scene.decided(scene.council.fa, A.READ, DOCUMENT, scene.suspended)
    assert got.held == {R.PROVIDER}


@question
def a_walled_council_answers_its_own_from_its_networks_only(scene: Scene) -> None:
    walled, thing = scene.walled, (DOCUMENT, scene.walled_paper)
    assert scene.decided(walled.organ_a, A.READ, *thing, address=HERE).by
    for action in (A.READ, A.UPLOAD):  # also what one may not: nothing is said from there
        scene.refused(NetworkNotAllowed, walled.organ_a, action, *thing, address=AWAY)
    scene.refused(NotFound, scene.council.organ_a, A.READ, *thing, address=AWAY)
    assert scene.decided(scene.council.fa, A.READ, DOCUMENT, scene.paper, address=AWAY).by


@question
def a_right_is_not_enough_without_the_credential(scene: Scene) -> None:
    paper, council = (DOCUMENT, scene.paper), scene.council
    scene.refused(Refused, by_token(council.fa, "read"), A.UPLOAD, *paper)
    assert scene.decided(by_token(council.fa, "write"), A.UPLOAD, *paper).by


@question
def a_proof_is_good_for_the_thing_it_was_made_for(scene: Scene) -> None:
    fa = scene.council.fa
    assert scene.decided(fa, A.SET_SCOPE, DOCUMENT, scene.secret).by == {R.PROVIDER}
    scene.refused(StepUpNeeded, fa, A.SET_SCOPE, DOCUMENT, scene.suspended)


@question
def the_relations_of_a_row_are_those_its_columns_show(scene: Scene) -> None:
    row = {column: None for _, column, _ in COUNCIL.readings} | {"denied": None}
    found = {}
    for relation, column, values in COUNCIL.readings:
        for value in values:
            found[relation] = deciding.held_to(COUNCIL, SimpleNamespace(**{**row, column: value}))
            assert relation in found[relation]
    assert deciding.held_to(COUNCIL, SimpleNamespace(**row)) == frozenset()
    denied = {**row, "denied": "conflict_of_interest"}
    for _, column, values in COUNCIL.readings:
        shown = SimpleNamespace(**{**denied, column: next(iter(values))})
        assert deciding.held_to(COUNCIL, shown) == frozenset()


@question
def what_belongs_to_the_installation_is_of_no_council(scene: Scene) -> None:
    got = scene.decided(scene.council.admin, A.READ, INSTALLATION, thing_ids.INSTALLATION_ID)
    assert got.log_id == "system"
    with pytest.raises(LookupError, match=r"^installation belongs to no council$"):
        _ = got.council_id
