"""A council's rules about access: two persons set them, and the guard holds everybody to them."""

from dataclasses import replace
from typing import Any

import pytest
from fastapi.testclient import TestClient

from server.app import create_app
from server.clock import DAY, MINUTE, to_text
from server.councils import access_rules
from tests import proving
from tests.conftest import TestClock
from tests.factories import Caller, World
from tests.making.councils import MadeCouncil, established_council
from tests.making.documents import shared_document

OFFICE, ANNEX, OUTSIDE = "192.0.2.7", "2001:db8:1::7", "198.51.100.7"
NETWORKS = ["192.0.2.0/24", "2001:db8:1::/48"]


@pytest.fixture
def clients(world: World) -> dict[str, TestClient]:
    """The one server, reached from several addresses."""
    app = create_app(world.parts)
    origin = world.parts.settings.origin
    return {
        address: TestClient(app, base_url=origin, client=(address, 50000))
        for address in (OFFICE, ANNEX, OUTSIDE)
    }


def ask(caller: Caller, made: MadeCouncil, **asked: Any) -> Any:
    return caller.put(f"/councils/{made.id}/access-rules", {"comment_days": 0, **asked})


def set_rules(made: MadeCouncil, client: TestClient | None = None, **asked: Any) -> Any:
    """The compliance officer proposes, a minister's person does the same."""
    officer, minister = made.compliance, made.minister_fund
    if client is not None:
        officer, minister = replace(officer, client=client), replace(minister, client=client)
    assert ask(officer, made, **asked).status_code == 202
    return ask(minister, made, **asked)


# --- who sets them --------------------------------------------------------------------------------
@pytest.mark.on_both_databases
def test_an_officer_and_a_minister_set_them_and_members_read_them(
    world: World, made: MadeCouncil, clock: TestClock
) -> None:
    clock.advance(MINUTE)
    done = set_rules(made, review_days=90, device_bound=True)

    assert done.status_code == 200, done.text
    shown = made.handler_a.get(f"/councils/{made.id}/access-rules").json()
    assert shown == done.json()
    assert shown == {
        "comment_days": 0,
        "review_days": 90,
        "networks": [],
        "device_bound": True,
        "since": to_text(clock.now),
        "proposed_by": made.compliance.person_id,
        "made_by": made.minister_fund.person_id,
    }


def test_in_the_other_order_it_is_the_same(made: MadeCouncil) -> None:
    assert ask(made.minister_pm, made, review_days=90).status_code == 202
    assert ask(made.compliance, made, review_days=90).status_code == 200


def test_two_ministers_or_two_officers_are_not_the_two(world: World, made: MadeCouncil) -> None:
    second = world.officer("compliance_officer", made.id)
    assert ask(made.minister_fund, made, review_days=90).status_code == 202
    refused = ask(made.minister_pm, made, review_days=90)
    assert (refused.status_code, refused.json()["code"]) == (409, "other_part_needed")
    assert ask(made.compliance, made, review_days=91).status_code == 202
    refused = ask(second, made, review_days=91)
    assert (refused.status_code, refused.json()["code"]) == (409, "other_part_needed")

    assert made.pd.get(f"/councils/{made.id}/access-rules").json()["review_days"] == 180


def test_a_minister_s_refused_act_leaves_the_proposal_standing(made: MadeCouncil) -> None:
    ask(made.minister_fund, made, review_days=90)
    ask(made.minister_pm, made, review_days=90)

    assert ask(made.compliance, made, review_days=90).status_code == 200


def test_each_of_the_two_means_the_same(made: MadeCouncil) -> None:
    """Networks in another order are the same; another number is not."""
    assert ask(made.compliance, made, networks=NETWORKS, accept_lock_out=True).status_code == 202
    other = ask(made.minister_fund, made, networks=NETWORKS[:1], accept_lock_out=True)
    assert other.status_code == 202
    same = [*reversed(NETWORKS), NETWORKS[0]]

    assert ask(made.minister_pm, made, networks=same, accept_lock_out=True).status_code == 200


@pytest.mark.parametrize("name", ["pd", "organ_a", "secretariat", "auditor", "handler_a"])
def test_nobody_else_sets_them(made: MadeCouncil, name: str) -> None:
    assert ask(getattr(made, name), made).status_code == 403


def test_strangers_neither_set_nor_read_them(made: MadeCouncil) -> None:
    assert ask(made.stranger, made).status_code == 404
    assert made.stranger.get(f"/councils/{made.id}/access-rules").status_code == 404


def test_it_takes_a_proof_for_exactly_this(made: MadeCouncil) -> None:
    refused = ask(made.compliance.unproved(), made)

    assert (refused.status_code, refused.json()["code"]) == (403, "step_up_needed")
    assert refused.json()["action"] == "set_access_rules"
    assert refused.json()["thing"] == f"council/{made.id}"


@pytest.mark.parametrize(
    "asked",
    [
        {"networks": ["192.0.2.1/24"]},
        {"networks": ["everywhere"]},
        {"networks": ["::ffff:192.0.2.0/120"]},
        {"networks": [f"192.0.{n}.0/24" for n in range(access_rules.MOST_NETWORKS + 1)]},
        {"networks": "192.0.2.0/24"},
        {"comment_days": -1},
        {"comment_days": 61},
        {"review_days": 29},
        {"review_days": 367},
        {"device_bound": "perhaps"},
        {"countries": ["jp"]},
    ],
)
def test_rules_that_are_none_are_told_apart(made: MadeCouncil, asked: dict[str, Any]) -> None:
    assert ask(made.compliance, made, **asked).status_code == 422


def test_they_are_read_as_of_a_past_moment(made: MadeCouncil, clock: TestClock) -> None:
    path = f"/councils/{made.id}/access-rules"
    before = clock.now
    clock.advance(MINUTE)
    set_rules(made, review_days=90)
    clock.advance(MINUTE)
    between = clock.now
    set_rules(made, review_days=60)
    clock.advance(MINUTE)

    def days(at: int) -> int:
        answer = made.organ_a.get(path, params={"at": to_text(at)})
        return int(answer.json()["review_days"])

    assert [days(before - MINUTE), days(before), days(between - MINUTE), days(between)] == [
        180, 180, 90, 60
    ]  # fmt: skip
    assert days(clock.now + 900 * DAY) == 60
    assert made.organ_a.get(path, params={"at": to_text(before - MINUTE)}).json()["since"] is None


# --- networks -------------------------------------------------------------------------------------
def test_who_would_be_shut_out_is_asked_first(
    made: MadeCouncil, clients: dict[str, TestClient]
) -> None:
    outside = clients[OUTSIDE]
    refused = set_rules(made, outside, networks=NETWORKS)

    assert (refused.status_code, refused.json()["code"]) == (409, "would_lock_you_out")
    assert set_rules(made, clients[ANNEX], networks=NETWORKS).status_code == 200
    assert set_rules(made, outside, networks=NETWORKS, accept_lock_out=True).status_code == 200


@pytest.mark.on_both_databases
def test_from_elsewhere_the_council_and_its_things_do_not_open(
    world: World, made: MadeCouncil, clients: dict[str, TestClient]
) -> None:
    document = shared_document(world, made, made.organ_b)
    assert set_rules(made, clients[OFFICE], networks=NETWORKS).status_code == 200
    paths = [
        f"/councils/{made.id}",
        f"/councils/{made.id}/memberships",
        f"/councils/{made.id}/documents",
        f"/documents/{document.id}",
        f"/memberships/{made.memberships['organ_a']}/service-accounts",
    ]

    for path in paths:
        for address in (OFFICE, ANNEX):
            inside = replace(made.organ_a, client=clients[address])
            assert inside.get(path).status_code == 200, path
        outside = replace(made.organ_a, client=clients[OUTSIDE]).get(path)
        assert (outside.status_code, outside.json()["code"]) == (403, "network_not_allowed"), path
        assert replace(made.stranger, client=clients[OUTSIDE]).get(path).status_code == 404, path
        assert replace(made.stranger, client=clients[OFFICE]).get(path).status_code == 404, path


def test_a_change_from_elsewhere_is_refused_like_a_read(
    world: World, made: MadeCouncil, clients: dict[str, TestClient]
) -> None:
    world.organisation("b-university")
    set_rules(made, clients[OFFICE], networks=NETWORKS)
    outside = replace(made.secretariat, client=clients[OUTSIDE])
    asked = {"category": "knowledge_holder", "organisation": "b-university"}

    refused = outside.post(f"/councils/{made.id}/admissions", asked)
    assert (refused.status_code, refused.json()["code"]) == (403, "network_not_allowed")
    inside = replace(made.secretariat, client=clients[OFFICE])
    assert inside.post(f"/councils/{made.id}/admissions", asked).status_code == 201


def test_what_is_refused_there_is_in_no_list_either(
    world: World, made: MadeCouncil, clients: dict[str, TestClient]
) -> None:
    """A list shows what opening each thing would allow; another council stays."""
    other = established_council(world, concept="C-2212A-04")
    auditor = world.officer("auditor")
    set_rules(made, clients[OFFICE], networks=NETWORKS)

    def councils(address: str) -> set[str]:
        found = replace(auditor, client=clients[address]).get("/councils").json()["items"]
        return {each["id"] for each in found}

    assert councils(OFFICE) == {made.id, other.id}
    assert councils(OUTSIDE) == {other.id}


def test_an_unknown_address_is_outside_of_every_network(made: MadeCouncil, clients: Any) -> None:
    """The test client itself has no address at all."""
    set_rules(made, clients[OFFICE], networks=["0.0.0.0/0", "::/0"])

    assert made.pd.get(f"/councils/{made.id}").status_code == 403


def test_what_was_once_answered_is_not_repeated_to_elsewhere(
    world: World, made: MadeCouncil, clients: dict[str, TestClient]
) -> None:
    world.organisation("b-university")
    set_rules(made, clients[OFFICE], networks=NETWORKS)
    asked = {"category": "knowledge_holder", "organisation": "b-university"}
    path, keyed = f"/councils/{made.id}/admissions", {"Idempotency-Key": "once"}
    inside = replace(made.secretariat, client=clients[OFFICE])
    outside = replace(made.secretariat, client=clients[OUTSIDE])
    assert inside.post(path, asked, headers=keyed).status_code == 201

    assert inside.post(path, asked, headers=keyed).status_code == 201
    refused = outside.post(path, asked, headers=keyed)
    assert (refused.status_code, refused.json()["code"]) == (403, "network_not_allowed")


def test_the_rules_are_mended_from_anywhere(
    made: MadeCouncil, clients: dict[str, TestClient]
) -> None:
    """An office that moves is not shut out for good; it still takes the two, each with a proof."""
    set_rules(made, clients[OFFICE], networks=NETWORKS)
    outside = clients[OUTSIDE]
    moved = replace(made.organ_a, client=outside)
    assert moved.get(f"/councils/{made.id}").status_code == 403

    assert set_rules(made, outside, networks=["198.51.100.0/24"]).status_code == 200
    assert moved.get(f"/councils/{made.id}").status_code == 200


def test_without_networks_nothing_is_asked_about_addresses(
    made: MadeCouncil, clients: dict[str, TestClient]
) -> None:
    set_rules(made, clients[OFFICE], networks=NETWORKS)
    set_rules(made, clients[OFFICE], networks=[])

    assert made.pd.get(f"/councils/{made.id}").status_code == 200


def test_a_header_of_the_caller_s_own_moves_nobody_inside(
    made: MadeCouncil, clients: dict[str, TestClient]
) -> None:
    set_rules(made, clients[OFFICE], networks=NETWORKS)
    outside = replace(made.organ_a, client=clients[OUTSIDE])

    for header in ("X-Forwarded-For", "X-Real-IP", "Forwarded", "True-Client-IP"):
        for value in (OFFICE, f"for={OFFICE}", f"{OFFICE}, {OFFICE}"):
            answer = outside.get(f"/councils/{made.id}", headers={header: value})
            assert answer.status_code == 403


def test_a_refusal_is_on_record_with_who_it_was(
    world: World, made: MadeCouncil, clients: dict[str, TestClient]
) -> None:
    set_rules(made, clients[OFFICE], networks=NETWORKS)
    replace(made.organ_a, client=clients[OUTSIDE]).get(f"/councils/{made.id}")
    inside = replace(made.auditor, client=clients[OFFICE])

    entries = inside.get(f"/councils/{made.id}/log/entries").json()["items"]
    refused = [each for each in entries if each["outcome"] == "refused"]
    assert any(each["kind"] == "council.read" for each in refused), refused


# --- keys that cannot leave their device ----------------------------------------------------------
def test_where_a_council_asks_for_it_a_proof_by_another_passkey_is_not_enough(
    world: World, made: MadeCouncil, clock: TestClock
) -> None:
    set_rules(made, device_bound=True)
    clock.advance(6 * MINUTE)  # what proved that is over
    path = f"/councils/{made.id}/access-rules"
    found = proving._rule(world.client.app, "PUT", f"/api/v1{path}")  # type: ignore[arg-type]
    assert found is not None
    proving.prove(world.client, made.compliance.token, *found, device_bound=False)
    refused = ask(made.compliance.unproved(), made)

    assert (refused.status_code, refused.json()["code"]) == (403, "device_bound_needed")
    assert ask(made.compliance, made).status_code == 202
