"""Signing in by an organisation's service: linked once by invitation, bound to its organisation."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from crypto import tokens
from server.audit import facts
from server.clock import DAY, HOUR, MINUTE, SECOND
from server.identity import affiliations, limits, links
from server.identity import service as identity
from server.identity.models import Affiliation, Person
from server.identity.oidc_models import Flow, ProviderLink
from tests.conftest import TestClock
from tests.factories import Caller, World
from tests.making.audit import table_of
from tests.making.fake_provider import FakeProvider
from tests.making.identity import as_session, files, link_for, recorded
from tests.making.own_sign_in import (
    PROVIDER,
    SIGN_INS,
    Begun,
    answer_of,
    begin,
    code_of,
    complete,
    sign_in,
)
from tests.server.identity.test_signing_in import opened

pytestmark = pytest.mark.on_both_databases


def counted(world: World) -> dict[str, int]:
    """What was refused and counted, by its kind."""
    world.parts.tally.flush(everything=True)
    kinds = {kind for kind, _, outcome in recorded(world) if outcome == "refused"}
    return {kind: sum(int(str(b["count"])) for b in opened(world, kind)) for kind in kinds}


def move(world: World, person_id: str, *, out_of: str, to: str | None = None) -> None:
    """A person leaves one organisation, and perhaps enters another."""
    table = table_of(Affiliation)
    query = table.select().where(table.c.person_id == person_id, table.c.organisation_id == out_of)
    with world.changing() as tx:
        row = tx.session.get(Affiliation, tx.connection.execute(query).one().id)
        assert row is not None
        facts.end(tx, row, by=None, reason="left")
        if to:
            affiliations.enter(tx, person_id, to, title="課長")
    world.clock.advance(1)


def test_the_providers_are_listed_to_anyone_in_the_operators_order(world: World) -> None:
    listed = world.client.get("/api/v1/providers").json()["items"]

    assert [each["id"] for each in listed] == ["org-a-sso", "org-b-sso"]
    assert listed[0] == {
        "id": "org-a-sso",
        "name_ja": "甲省サインイン",
        "name_en": "Ministry A sign-in",
    }


def test_an_invited_person_signs_in_and_is_linked_and_the_log_says_so(
    world: World, alice: Caller
) -> None:
    assert alice.get("/me").json()["id"] == alice.person_id
    assert ("provider_link.enrol", f"person/{alice.person_id}", "done") in recorded(world)
    [entry] = opened(world, "provider_link.enrol")
    assert (entry["method"], entry["provider"]) == ("oidc", "org-a-sso")


def test_who_is_linked_signs_in_without_an_invitation(
    world: World, alice: Caller, fake: FakeProvider
) -> None:
    answer = sign_in(world, fake)

    assert answer.status_code == 201
    assert answer.json()["person"] == alice.person_id
    assert ("session.start", f"person/{alice.person_id}", "done") in recorded(world)


def test_the_browser_is_sent_with_pkce_state_nonce_and_a_limit_of_age(
    world: World, fake: FakeProvider
) -> None:
    begun = begin(world)
    again = begin(world)

    assert begun.url.startswith(f"{fake.issuer}/authorise?")
    asked = begun.asked
    assert asked["code_challenge_method"] == "S256"
    assert asked["redirect_uri"] == f"{world.parts.settings.origin}/sign-in/callback"
    assert (asked["client_id"], asked["response_type"]) == ("council", "code")
    assert (asked["scope"], asked["max_age"]) == ("openid", "3600")
    for secret in ("state", "nonce", "code_challenge"):
        assert len(asked[secret]) == 43
        assert asked[secret] != again.asked[secret]


def test_the_code_is_exchanged_with_the_verifier_and_the_clients_secret(
    world: World, alice: Caller, fake: FakeProvider
) -> None:
    sign_in(world, fake)

    sent = [each for each in fake.received if each["path"] == "/token"][-1]
    assert "grant_type=authorization_code" in sent["form"]
    assert "code=a-code" in sent["form"]
    assert "code_verifier=" in sent["form"]
    assert sent["Authorization"].startswith("Basic ")


def test_who_is_linked_to_nobody_is_told_what_to_do_and_gets_an_entry(
    world: World, alice: Caller, fake: FakeProvider
) -> None:
    answer = sign_in(world, fake, sub="bob")

    assert code_of(answer) == (403, "not_linked")
    assert "登録リンク" in answer.json()["title"]
    assert opened(world, "sign_in.not_linked") == [{"provider": "org-a-sso", "subject": "bob"}]


def test_an_address_in_a_token_identifies_nobody(
    world: World, alice: Caller, fake: FakeProvider
) -> None:
    email = alice.get("/me").json()["email"]

    answer = sign_in(world, fake, sub="mallory", email=email, email_verified=True)

    assert code_of(answer) == (403, "not_linked")


def test_subjects_that_differ_in_case_or_width_are_different_persons(
    world: World, alice: Caller, fake: FakeProvider
) -> None:
    assert [code_of(sign_in(world, fake, sub=sub))[1] for sub in ("Alice", "ａlice", "alice ")] == [
        "not_linked"
    ] * 3


def test_the_same_subject_of_another_issuer_is_another_person(
    world: World, alice: Caller, other: FakeProvider
) -> None:
    assert code_of(sign_in(world, other, id="org-b-sso", sub="alice")) == (403, "not_linked")
    person = world.person("乙川", organisation="org-b")
    link = link_for(world, person.person_id)

    answer = sign_in(world, other, id="org-b-sso", link=link, sub="alice")

    assert answer.json()["person"] == person.person_id != alice.person_id


def test_groups_and_roles_of_the_provider_give_nothing(
    world: World, alice: Caller, fake: FakeProvider
) -> None:
    answer = sign_in(world, fake, groups=["system_administrator"], roles=["secretariat"])

    me = as_session(world, answer).get("/me").json()
    assert me["offices"] == []
    assert as_session(world, answer).get("/offices").status_code == 404


def test_a_link_is_used_up_and_cannot_link_a_second_account(
    world: World, fake: FakeProvider
) -> None:
    person = world.person()
    link = link_for(world, person.person_id)
    begun = begin(world, link=link)
    assert sign_in(world, fake, link=link, sub="alice").status_code == 201

    late = world.client.post(SIGN_INS, json={"provider": "org-a-sso", "link": link})
    fake.id_token = fake.signed(fake.claims(nonce=begun.asked["nonce"], sub="mallory"))
    meanwhile = complete(world, begun, **answer_of(begun, fake))

    assert code_of(late) == code_of(meanwhile) == (410, "link_unusable")
    assert code_of(sign_in(world, fake, sub="mallory")) == (403, "not_linked")


def test_a_link_that_expires_on_the_way_links_nobody(
    world: World, fake: FakeProvider, clock: TestClock
) -> None:
    link = link_for(world, world.person().person_id)
    clock.advance(identity.ENROLMENT_HOURS * HOUR - MINUTE)
    begun = begin(world, link=link)
    clock.advance(2 * MINUTE)
    fake.id_token = fake.signed(fake.claims(nonce=begun.asked["nonce"]))

    assert code_of(complete(world, begun, **answer_of(begun, fake))) == (410, "link_unusable")
    assert code_of(sign_in(world, fake)) == (403, "not_linked")


def test_an_invitation_is_refused_at_another_organisations_service(
    world: World, other: FakeProvider
) -> None:
    link = link_for(world, world.person().person_id)

    answer = world.client.post(SIGN_INS, json={"provider": "org-b-sso", "link": link})

    assert code_of(answer) == (403, "organisation_mismatch")


def test_an_account_of_somebody_else_cannot_be_linked_again(
    world: World, alice: Caller, fake: FakeProvider
) -> None:
    link = link_for(world, world.person("乙川").person_id)

    answer = sign_in(world, fake, link=link, sub="alice")

    assert code_of(answer) == (409, "linked_to_another")
    assert sign_in(world, fake).json()["person"] == alice.person_id
    assert sign_in(world, fake, link=link, sub="otsukawa").status_code == 201  # not used up


def test_who_has_left_the_organisation_is_refused_by_its_service_and_told_why(
    world: World, alice: Caller, fake: FakeProvider, other: FakeProvider
) -> None:
    world.organisation("org-b")
    move(world, alice.person_id, out_of="org-a", to="org-b")

    answer = sign_in(world, fake)

    assert code_of(answer) == (403, "left_organisation")
    assert opened(world, "sign_in.left_organisation")
    assert code_of(sign_in(world, other, id="org-b-sso")) == (403, "not_linked")


def test_who_leaves_between_invitation_and_answer_is_not_linked(
    world: World, fake: FakeProvider
) -> None:
    person = world.person()
    begun = begin(world, link=link_for(world, person.person_id))
    world.organisation("org-b")
    move(world, person.person_id, out_of="org-a", to="org-b")
    fake.id_token = fake.signed(fake.claims(nonce=begun.asked["nonce"]))

    answer = complete(world, begun, **answer_of(begun, fake))

    assert code_of(answer) == (403, "organisation_mismatch")
    assert code_of(sign_in(world, fake)) == (403, "not_linked")


def test_a_person_who_is_gone_is_nobody_to_the_service_too(
    world: World, alice: Caller, fake: FakeProvider
) -> None:
    with world.changing() as tx:
        row = tx.session.get(Person, alice.person_id)
        assert row is not None
        facts.end(tx, row, by=None, reason="left")
    world.clock.advance(1)

    assert code_of(sign_in(world, fake)) == (403, "not_linked")


def test_a_linked_person_cannot_be_invited_as_if_new(world: World, alice: Caller) -> None:
    """ "Nobody can obtain a credential for an existing person": a link is one."""
    admin = world.officer("system_administrator")

    answer = admin.post(f"/persons/{alice.person_id}/enrolment-link")

    assert code_of(answer) == (409, "has_credential")


def test_a_replayed_answer_is_refused_and_the_session_stays(
    world: World, alice: Caller, fake: FakeProvider
) -> None:
    begun = begin(world)
    fake.id_token = fake.signed(fake.claims(nonce=begun.asked["nonce"]))
    answered = answer_of(begun, fake)
    first = complete(world, begun, **answered)

    again = complete(world, begun, **answered)

    assert (first.status_code, code_of(again)) == (201, (409, "sign_in_used"))
    assert as_session(world, first).get("/me").status_code == 200
    assert counted(world)["sign_in.sign_in_used"] == 1
    assert fake.asked["/token"] == 2  # alice's own, and the first


def test_an_answer_in_another_browser_is_refused_and_leaves_the_flow_alone(
    world: World, alice: Caller, fake: FakeProvider
) -> None:
    """Login CSRF: the attacker's answer, slipped into a browser that began nothing, or its own."""
    mine, theirs = begin(world), begin(world)
    fake.id_token = fake.signed(fake.claims(nonce=mine.asked["nonce"]))

    crossed = complete(world, mine, **answer_of(theirs, fake))
    no_flow = world.client.post(
        f"{SIGN_INS}/callback", json={"flow": "kyf_x", "code": "c", "state": "s"}
    )
    forged = mine.flow[:20] + ("a" if mine.flow[20] != "a" else "b") + mine.flow[21:]
    mistyped = world.client.post(
        f"{SIGN_INS}/callback", json={"flow": forged, **answer_of(mine, fake)}
    )

    assert code_of(crossed) == (400, "state_mismatch")
    assert code_of(no_flow) == code_of(mistyped) == (400, "sign_in_unknown")
    assert complete(world, mine, **answer_of(mine, fake)).status_code == 201
    kinds = counted(world)
    assert kinds == {"sign_in.state_mismatch": 1, "sign_in.sign_in_unknown": 2}


def test_a_flow_with_another_secret_is_unknown(world: World, fake: FakeProvider) -> None:
    begun = begin(world)
    other_secret = tokens.new_token("kyf", begun.flow.split("_")[1]).text
    sent = {"flow": other_secret, **answer_of(begun, fake)}

    answer = world.client.post(f"{SIGN_INS}/callback", json=sent)

    assert code_of(answer) == (400, "sign_in_unknown")


def test_a_sign_in_of_more_than_ten_minutes_is_over(
    world: World, alice: Caller, fake: FakeProvider, clock: TestClock
) -> None:
    begun = begin(world)
    clock.advance(10 * MINUTE)
    fake.id_token = fake.signed(fake.claims(nonce=begun.asked["nonce"]))

    assert code_of(complete(world, begun, **answer_of(begun, fake))) == (410, "sign_in_expired")
    assert sign_in(world, fake).status_code == 201


@pytest.mark.parametrize("iss", ["other", None, "https://evil.example", ""])
def test_an_answer_of_another_issuer_is_refused_before_its_code_is_used(
    world: World, alice: Caller, fake: FakeProvider, other: FakeProvider, iss: str | None
) -> None:
    """Mix-up (RFC 9207): this provider says that it names itself, so leaving it out is no way."""
    begun = begin(world)
    before = fake.asked["/token"]
    answered = answer_of(begun, fake) | {"iss": other.issuer if iss == "other" else iss}

    answer = complete(world, begun, **answered)

    assert code_of(answer) == ((422, "malformed") if iss == "" else (400, "issuer_mismatch"))
    assert fake.asked["/token"] == before
    assert other.asked["/token"] == 0


def test_a_provider_that_does_not_name_itself_may_leave_it_out_but_not_name_another(
    world: World, alice: Caller, fake: FakeProvider, clock: TestClock
) -> None:
    fake.metadata.pop("authorization_response_iss_parameter_supported")
    clock.advance(HOUR)
    begun, wrong = begin(world), begin(world)
    fake.id_token = fake.signed(fake.claims(nonce=begun.asked["nonce"]))

    answer = complete(world, begun, **answer_of(begun, fake) | {"iss": None})
    refused = complete(world, wrong, **answer_of(wrong, fake) | {"iss": "https://evil.example"})

    assert (answer.status_code, code_of(refused)) == (201, (400, "issuer_mismatch"))


def test_a_refusal_that_names_no_issuer_is_nobodys(
    world: World,
) -> None:
    one, two = begin(world), begin(world)

    denied = complete(world, one, error="access_denied", state=one.asked["state"], iss=None)
    strange = complete(world, two, error="<b>call 0120</b>", state=two.asked["state"])

    assert code_of(denied) == code_of(strange) == (400, "issuer_mismatch")


def test_a_refusal_is_told_by_its_word_and_nothing_a_stranger_writes(
    world: World, fake: FakeProvider
) -> None:
    one, two = begin(world), begin(world)

    def refused(begun: Begun, error: str) -> Any:
        answered = answer_of(begun, fake) | {"code": None, "error": error}
        return complete(world, begun, **answered)

    denied, strange = refused(one, "access_denied"), refused(two, "<b>call 0120</b>")

    assert code_of(denied) == code_of(strange) == (403, "provider_refused")
    assert denied.json()["error"] == "access_denied"
    assert strange.json()["error"] == "other"
    assert "0120" not in strange.text


@pytest.mark.parametrize("sent", [{}, {"code": "c", "error": "e"}])
def test_an_answer_is_a_code_or_an_error(world: World, sent: dict[str, str]) -> None:
    begun = begin(world)

    answer = complete(world, begun, state=begun.asked["state"], **sent)

    assert answer.status_code == 422


def test_a_service_that_is_not_there_is_told(world: World) -> None:
    answer = world.client.post(SIGN_INS, json={"provider": "no-such"})

    assert code_of(answer) == (404, "no_such_provider")


def test_nothing_of_a_flow_lies_open_on_disk(world: World, fake: FakeProvider) -> None:
    if not world.parts.database.on_sqlite:
        return  # the rows are the same; the files are the database server's
    begun = begin(world)
    person = world.person()
    answer = sign_in(world, fake, link=link_for(world, person.person_id), sub="hanako.kouno.12345")
    assert answer.status_code == 201

    kept = files(world.parts.settings.data)

    _, flow_id, secret, _ = begun.flow.split("_")
    assert flow_id.encode() in kept  # looked in the right place
    for hidden in (secret, begun.asked["state"], begun.asked["nonce"], "hanako.kouno.12345"):
        assert hidden.encode() not in kept


def test_flows_of_long_ago_are_swept(world: World, clock: TestClock) -> None:
    for _ in range(3):
        begin(world)
    clock.advance(DAY)
    begin(world)

    with world.parts.database.reading() as tx:
        assert len(tx.connection.execute(table_of(Flow).select()).all()) == 1


@pytest.mark.spoils_the_log
def test_a_link_written_behind_the_servers_back_signs_nobody_in(
    world: World, alice: Caller, fake: FakeProvider
) -> None:
    """Who can write rows, but has no key, gives alice's account to another person: refused."""
    thief = world.person("乙川")
    table = table_of(ProviderLink)
    with world.parts.database.changing() as tx:
        tx.connection.execute(table.update().values(person_id=thief.person_id))

    answer = sign_in(world, fake)

    assert code_of(answer) == (500, "stored_data_damaged")


def test_of_one_answer_sent_many_times_at_once_one_opens_a_session(
    world: World, alice: Caller, fake: FakeProvider
) -> None:
    begun = begin(world)
    fake.id_token = fake.signed(fake.claims(nonce=begun.asked["nonce"]))
    before = len(world.session(alice.person_id).get("/me/sessions").json()["items"])

    with ThreadPoolExecutor(4) as threads:
        sent = [threads.submit(complete, world, begun, **answer_of(begun, fake)) for _ in range(4)]
        answers = sorted((each.result() for each in sent), key=lambda each: each.status_code)

    assert answers[0].status_code == 201
    assert {code_of(each) for each in answers[1:]} == {(409, "sign_in_used")}
    after = len(as_session(world, answers[0]).get("/me/sessions").json()["items"])
    assert after == before + 1


def test_of_two_accounts_linked_by_one_invitation_at_once_one_is(
    world: World, fake: FakeProvider
) -> None:
    """Each account signs in well at the provider; the invitation is for one of them."""
    person = world.person()
    link = link_for(world, person.person_id)
    flows = [begin(world, link=link) for _ in range(2)]
    signed = {
        f"code-{number}": fake.signed(
            fake.claims(nonce=begun.asked["nonce"], sub=f"account-{number}")
        )
        for number, begun in enumerate(flows)
    }
    fake.by_code = signed

    with ThreadPoolExecutor(2) as threads:
        sent = [
            threads.submit(complete, world, each, **answer_of(each, fake) | {"code": f"code-{n}"})
            for n, each in enumerate(flows)
        ]
        codes = sorted(each.result().status_code for each in sent)

    assert codes == [201, 410]
    with world.parts.database.reading() as tx:
        assert len(links.of_person(tx, person.person_id)) == 1


def test_a_network_that_begins_without_end_and_completes_nothing_has_to_wait(
    world: World, fake: FakeProvider, alice: Caller
) -> None:
    body = {"provider": PROVIDER}
    statuses = [
        world.client.post("/api/v1/sign-ins", json=body).status_code
        for _ in range(limits.BEGUN_FREE)
    ]

    refused = world.client.post("/api/v1/sign-ins", json=body)

    assert set(statuses) == {201}
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_attempts")
    world.clock.advance(refused.json()["wait_seconds"] * SECOND)
    answer = sign_in(world, fake, id=PROVIDER, sub="alice")
    assert answer.json()["person"] == alice.person_id


def test_who_completes_what_they_begin_never_waits(
    world: World, fake: FakeProvider, alice: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "BEGUN_FREE", 3)

    answers = [sign_in(world, fake, id=PROVIDER, sub="alice") for _ in range(8)]

    assert {each.status_code for each in answers} == {201}
