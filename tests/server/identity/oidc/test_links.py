"""One's own links: seen, added by who is signed in, removed where a passkey is left."""

from typing import Any

import pytest

from server.audit import facts
from server.identity import affiliations
from server.identity.passkey_models import Passkey
from tests.factories import Caller, World
from tests.making.fake_provider import FakeProvider
from tests.making.identity import recorded
from tests.making.own_sign_in import Begun, answer_of, code_of, complete, sign_in

pytestmark = pytest.mark.on_both_databases


def with_passkey(world: World, caller: Caller) -> Caller:
    """The person has a passkey, as its row says."""
    with world.changing() as tx:
        row = Passkey(
            person_id=caller.person_id,
            credential_id=caller.person_id.encode(),
            verifier=b"",
            aaguid="",
            transports="",
            backup_eligible=False,
            discoverable=True,
            attestation="none",
        )
        facts.enter(tx, "system", row)
    return caller


def in_both(world: World, caller: Caller) -> Caller:
    """The person belongs to org-b as well."""
    world.organisation("org-b")
    with world.changing() as tx:
        affiliations.enter(tx, caller.person_id, "org-b", title="併任")
    return caller


def added(world: World, caller: Caller, other: FakeProvider, sub: str = "hanako") -> Any:
    """The answer to linking an account of org-b, from asking to the provider's answer."""
    asked = caller.post("/me/links", {"provider": "org-b-sso"})
    assert asked.status_code == 201, asked.text
    begun = Begun(asked.json()["flow"], asked.json()["authorization_url"])
    other.id_token = other.signed(other.claims(nonce=begun.asked["nonce"], sub=sub))
    return complete(world, begun, **answer_of(begun, other))


def test_a_person_sees_their_own_links_and_nobody_elses(
    world: World, alice: Caller, fake: FakeProvider
) -> None:
    [link] = alice.get("/me/links").json()["items"]

    assert (link["provider"], link["issuer"], link["subject"]) == (
        "org-a-sso",
        fake.issuer,
        "alice",
    )
    assert world.person().get("/me/links").json() == {"items": []}


def test_a_further_organisations_account_is_linked_by_who_is_signed_in(
    world: World, alice: Caller, other: FakeProvider
) -> None:
    in_both(world, alice)

    answer = added(world, alice, other)

    assert answer.json()["person"] == alice.person_id
    assert len(alice.get("/me/links").json()["items"]) == 2
    assert ("provider_link.add", f"person/{alice.person_id}", "done") in recorded(world)
    again = sign_in(world, other, id="org-b-sso", sub="hanako")
    assert again.json()["person"] == alice.person_id


def test_linking_asks_for_a_fresh_proof_and_for_belonging_there(
    world: World, alice: Caller
) -> None:
    unproved = alice.unproved().post("/me/links", {"provider": "org-b-sso"})
    elsewhere = alice.post("/me/links", {"provider": "org-b-sso"})

    assert code_of(elsewhere) == (403, "organisation_mismatch")
    assert code_of(unproved) == (403, "step_up_needed")


def test_linking_what_is_linked_already_changes_nothing(
    world: World, alice: Caller, other: FakeProvider
) -> None:
    in_both(world, alice)

    first, second = added(world, alice, other), added(world, alice, other)

    assert (first.status_code, second.status_code) == (201, 201)
    assert len(alice.get("/me/links").json()["items"]) == 2


def test_an_account_of_another_person_is_not_taken_over_by_linking(
    world: World, alice: Caller, other: FakeProvider
) -> None:
    bob = in_both(world, world.person("乙川", organisation="org-c"))
    in_both(world, alice)
    assert added(world, bob, other, "otsukawa").status_code == 201

    answer = added(world, alice, other, "otsukawa")

    assert code_of(answer) == (409, "linked_to_another")


def test_a_removed_link_signs_nobody_in_and_ends_what_it_opened(
    world: World, alice: Caller, fake: FakeProvider
) -> None:
    with_passkey(world, alice)
    here = world.session(alice.person_id)
    [link] = here.get("/me/links").json()["items"]

    assert here.delete(f"/me/links/{link['id']}").status_code == 204

    assert (here.get("/me").status_code, alice.get("/me").status_code) == (200, 401)
    assert here.get("/me/links").json()["items"] == []
    assert code_of(sign_in(world, fake)) == (403, "not_linked")


def test_the_last_way_in_is_not_removed(world: World, alice: Caller, fake: FakeProvider) -> None:
    here = world.session(alice.person_id)
    [link] = here.get("/me/links").json()["items"]

    answer = here.delete(f"/me/links/{link['id']}")

    assert code_of(answer) == (409, "last_way_in")
    assert alice.get("/me").status_code == 200
    assert sign_in(world, fake).status_code == 201


def test_removing_asks_for_a_fresh_proof_and_finds_ones_own_only(
    world: World, alice: Caller
) -> None:
    with_passkey(world, alice)
    [link] = alice.get("/me/links").json()["items"]
    stranger = with_passkey(world, world.person())

    unproved = alice.unproved().delete(f"/me/links/{link['id']}")
    refused = stranger.delete(f"/me/links/{link['id']}")

    assert (code_of(unproved), code_of(refused)) == ((403, "step_up_needed"), (404, "not_found"))


def test_a_removed_account_may_be_linked_again_by_its_owner(
    world: World, alice: Caller, other: FakeProvider
) -> None:
    in_both(world, with_passkey(world, alice))
    assert added(world, alice, other).status_code == 201
    mine = world.session(alice.person_id)
    listed = {each["provider"]: each for each in mine.get("/me/links").json()["items"]}
    link = listed["org-b-sso"]
    assert mine.delete(f"/me/links/{link['id']}").status_code == 204

    assert added(world, alice, other).status_code == 201
