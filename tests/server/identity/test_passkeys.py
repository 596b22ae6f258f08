"""Passkeys: enrolling, signing in, one's own; and everything that is refused alike."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from typing import Any

import pytest
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

from clients.sdk.authenticator import COPYABLE, PRESENT, VERIFIED, Authenticator
from server.audit.models import Entry
from server.clock import HOUR, MINUTE
from server.identity import challenges, passkeys, sessions
from tests.conftest import TestClock
from tests.factories import Caller, World
from tests.making.audit import table_of
from tests.making.identity import recorded
from tests.making.passkeys import (
    Holder,
    about_self,
    begun,
    enrol,
    enrolled,
    finish_enrolment,
    link_for,
    origin_of,
    sign_in,
)

EVIL = "https://evil.example"


def counted(world: World) -> list[str]:
    """The kinds of refusals that were counted."""
    world.parts.tally.flush(everything=True)
    return [kind for kind, _, outcome in recorded(world) if outcome == "refused"]


def added(world: World, holder: Holder, authenticator: Authenticator) -> Any:
    """The answer to adding a passkey, having proved by the one there is."""
    caller = holder.proved("add_passkey", about_self(holder)).caller
    options = caller.post("/me/passkeys/options")
    assert options.status_code == 201, options.text
    asked = options.json()
    credential = authenticator.create(asked["options"], origin_of(world))
    body = {"challenge": asked["challenge"], "name": "二つ目", "credential": credential}
    return caller.post("/me/passkeys", body), caller


# --- what works ---------------------------------------------------------------------------------


@pytest.mark.on_both_databases
def test_a_link_registers_a_passkey_and_signs_in_and_then_the_passkey_does(world: World) -> None:
    holder = enrolled(world)

    me = holder.caller.get("/me").json()
    again = sign_in(world, holder.authenticator)

    assert (me["passkeys"], me["second_passkey_needed"]) == (1, True)
    assert again.status_code == 201, again.text
    assert again.json()["person"] == holder.person_id
    entries = recorded(world)
    assert ("credential.enrol", f"person/{holder.person_id}", "done") in entries
    assert ("session.start", f"person/{holder.person_id}", "done") in entries


def test_the_browser_is_asked_for_a_key_it_keeps_behind_a_verified_person(world: World) -> None:
    person = world.person("乙川 花子")

    options = begun(world, "/enrolments/options", {"link": link_for(world, person.person_id)})
    made = options["options"]

    assert made["rp"] == {"name": "協議会 Kyogikai", "id": "localhost"}
    chosen = made["authenticatorSelection"]
    assert chosen["residentKey"] == chosen["userVerification"] == "required"
    assert made["attestation"] == "none"
    assert [each["alg"] for each in made["pubKeyCredParams"]] == [-7, -8, -257]
    assert made["extensions"] == {"credProps": True}
    assert base64url_to_bytes(made["user"]["id"]).hex() == person.person_id.replace("-", "")
    assert len(base64url_to_bytes(made["challenge"])) == 32


def test_signing_in_names_nobody_and_is_begun_alike_by_everybody(world: World) -> None:
    enrolled(world)

    asked = begun(world, "/sessions/options")

    assert asked["options"]["allowCredentials"] == []
    assert asked["options"]["userVerification"] == "required"
    assert asked["options"]["rpId"] == "localhost"


def test_beginning_to_sign_in_writes_nothing(world: World) -> None:
    begun(world, "/sessions/options")

    with world.parts.database.reading() as tx:
        assert tx.connection.execute(table_of(challenges.Challenge).select()).all() == []


def test_a_second_passkey_is_added_by_the_first(world: World) -> None:
    holder, second = enrolled(world), Authenticator()

    answer, caller = added(world, holder, second)

    assert answer.status_code == 201, answer.text
    assert caller.get("/me").json()["second_passkey_needed"] is False
    shown = caller.get("/me/passkeys").json()["items"]
    assert [each["name"] for each in shown] == ["鍵", "二つ目"]
    assert {each["device_bound"] for each in shown} == {False}
    assert sign_in(world, second).json()["person"] == holder.person_id


def test_the_first_passkey_alone_does_not_add_another_without_a_fresh_proof(world: World) -> None:
    holder = enrolled(world)

    answer = holder.caller.post("/me/passkeys/options")

    assert (answer.status_code, answer.json()["code"]) == (403, "step_up_needed")
    assert answer.json()["action"] == "add_passkey"
    assert answer.json()["thing"] == about_self(holder)


def test_a_passkey_is_renamed_and_its_names_are_kept_sealed(world: World) -> None:
    holder = enrolled(world)
    (mine,) = holder.caller.get("/me/passkeys").json()["items"]

    answer = holder.caller.put(f"/me/passkeys/{mine['id']}", {"name": "職場の鍵"})

    assert answer.status_code == 204
    assert holder.caller.get("/me/passkeys").json()["items"][0]["name"] == "職場の鍵"
    with world.parts.database.reading() as tx:
        row = tx.connection.execute(table_of(passkeys.PasskeyUse).select()).one()
    assert "職場の鍵".encode() not in row.name


def test_a_removed_passkey_signs_nobody_in(world: World) -> None:
    holder, second = enrolled(world), Authenticator()
    _, caller = added(world, holder, second)
    mine = caller.get("/me/passkeys").json()["items"]
    other = Holder(caller, second).proved("remove_passkey", about_self(holder))

    answer = other.caller.delete(f"/me/passkeys/{mine[0]['id']}")

    assert answer.status_code == 204, answer.text
    assert sign_in(world, holder.authenticator).status_code == 401
    assert sign_in(world, second).status_code == 201


def test_the_last_passkey_stays_until_there_is_another(world: World) -> None:
    holder = enrolled(world)
    (mine,) = holder.caller.get("/me/passkeys").json()["items"]
    proved = holder.proved("remove_passkey", about_self(holder))

    answer = proved.caller.delete(f"/me/passkeys/{mine['id']}")

    assert (answer.status_code, answer.json()["code"]) == (409, "last_passkey")
    assert sign_in(world, holder.authenticator).status_code == 201


def test_what_a_removed_passkey_had_just_proved_counts_no_more(world: World) -> None:
    holder, second = enrolled(world), Authenticator()
    _, caller = added(world, holder, second)
    first_id = caller.get("/me/passkeys").json()["items"][0]["id"]
    by_first = Holder(caller, holder.authenticator).proved("make_token", about_self(holder))
    by_second = Holder(by_first.caller, second).proved("remove_passkey", about_self(holder))
    assert by_second.caller.delete(f"/me/passkeys/{first_id}").status_code == 204

    answer = by_second.caller.post("/me/tokens", {"name": "x", "scopes": ["read"]})

    assert answer.json()["code"] == "step_up_needed"


def test_nobody_names_or_removes_the_passkey_of_another(world: World) -> None:
    mine, theirs = enrolled(world), enrolled(world)
    (their,) = theirs.caller.get("/me/passkeys").json()["items"]
    path = f"/me/passkeys/{their['id']}"
    proved = mine.proved("remove_passkey", about_self(mine))

    assert proved.caller.put(path, {"name": "私の"}).status_code == 404
    assert proved.caller.delete(path).status_code == 404


def test_there_is_a_limit_to_passkeys(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passkeys, "MOST", 1)

    answer, _ = added(world, enrolled(world), Authenticator())

    assert (answer.status_code, answer.json()["code"]) == (409, "too_many_passkeys")


# --- what is refused alike ----------------------------------------------------------------------

Spoil = Callable[[Any, Authenticator, World], Any]


def other_origin(asked: Any, a: Authenticator, _: World) -> Any:
    return a.get(asked["options"], "http://sub.localhost:8000")


def other_relying_party(asked: Any, a: Authenticator, _: World) -> Any:
    a.keys[-1].rp = "evil.example"
    return a.get({**asked["options"], "rpId": "evil.example"}, EVIL)


def right_origin_of_another_relying_party(asked: Any, a: Authenticator, world: World) -> Any:
    """A client that lies about the page: the authenticator's own hash tells."""
    credential = other_relying_party(asked, a, world)
    client_data = base64url_to_bytes(credential["response"]["clientDataJSON"])
    told = client_data.replace(EVIL.encode(), origin_of(world).encode())
    credential["response"]["clientDataJSON"] = bytes_to_base64url(told)
    return credential


def person_not_verified(asked: Any, a: Authenticator, world: World) -> Any:
    a.flags &= ~VERIFIED
    return a.get(asked["options"], origin_of(world))


def person_not_present(asked: Any, a: Authenticator, world: World) -> Any:
    a.flags &= ~PRESENT
    return a.get(asked["options"], origin_of(world))


def other_challenge(asked: Any, a: Authenticator, world: World) -> Any:
    return a.get(begun(world, "/sessions/options")["options"], origin_of(world))


def other_signature(asked: Any, a: Authenticator, world: World) -> Any:
    first = a.get(asked["options"], origin_of(world))
    second = a.get(asked["options"], origin_of(world))
    first["response"]["signature"] = second["response"]["signature"]
    return first


def other_person(asked: Any, a: Authenticator, world: World) -> Any:
    handle = bytes_to_base64url(bytes(16))
    credential = a.get(asked["options"], origin_of(world))
    credential["response"]["userHandle"] = handle
    return credential


def no_person(asked: Any, a: Authenticator, world: World) -> Any:
    credential = a.get(asked["options"], origin_of(world))
    del credential["response"]["userHandle"]
    return credential


def became_copyable(asked: Any, a: Authenticator, world: World) -> Any:
    a.flags = PRESENT | VERIFIED if a.flags == COPYABLE else COPYABLE
    return a.get(asked["options"], origin_of(world))


def unknown_key(asked: Any, a: Authenticator, world: World) -> Any:
    stranger = Authenticator()
    options = begun(world, "/enrolments/options", {"link": link_for(world, _stranger(world))})
    stranger.create(options["options"], origin_of(world))
    return stranger.get(asked["options"], origin_of(world))


def _stranger(world: World) -> str:
    return world.person().person_id


def a_registration(asked: Any, a: Authenticator, world: World) -> Any:
    """The client data of a creation, signed as if it were an authentication."""
    credential = a.get(asked["options"], origin_of(world))
    client_data = base64url_to_bytes(credential["response"]["clientDataJSON"])
    told = client_data.replace(b"webauthn.get", b"webauthn.create")
    credential["response"]["clientDataJSON"] = bytes_to_base64url(told)
    return credential


def in_a_frame(asked: Any, a: Authenticator, world: World) -> Any:
    credential = a.get(asked["options"], origin_of(world))
    client_data = base64url_to_bytes(credential["response"]["clientDataJSON"])
    told = client_data.replace(b'"crossOrigin":false', b'"crossOrigin":true')
    credential["response"]["clientDataJSON"] = bytes_to_base64url(told)
    return credential


def no_json(asked: Any, a: Authenticator, world: World) -> Any:
    credential = a.get(asked["options"], origin_of(world))
    credential["response"]["clientDataJSON"] = bytes_to_base64url(b"[" * 5000)
    return credential


def short_data(asked: Any, a: Authenticator, world: World) -> Any:
    credential = a.get(asked["options"], origin_of(world))
    credential["response"]["authenticatorData"] = bytes_to_base64url(bytes(10))
    return credential


SPOILT: list[tuple[Spoil, str]] = [
    (other_origin, "passkey.wrong_origin"),
    (other_relying_party, "passkey.wrong_origin"),
    (right_origin_of_another_relying_party, "passkey.wrong_relying_party"),
    (person_not_verified, "passkey.person_not_verified"),
    (person_not_present, "passkey.person_not_verified"),
    (other_challenge, "passkey.wrong_challenge"),
    (other_signature, "passkey.wrong_signature"),
    (other_person, "passkey.wrong_user_handle"),
    (no_person, "passkey.wrong_user_handle"),
    (became_copyable, "passkey.backup_eligibility_changed"),
    (unknown_key, "passkey.unknown_credential"),
    (a_registration, "passkey.wrong_type"),
    (in_a_frame, "passkey.cross_origin"),
    (no_json, "passkey.malformed"),
    (short_data, "passkey.malformed"),
]


@pytest.mark.parametrize(("spoil", "kind"), SPOILT, ids=lambda v: getattr(v, "__name__", ""))
def test_what_proves_nothing_is_refused_alike_outside_and_named_inside(
    world: World, spoil: Spoil, kind: str
) -> None:
    holder = enrolled(world)
    asked = begun(world, "/sessions/options")
    credential = spoil(asked, deepcopy(holder.authenticator), world)

    body = {"challenge": asked["challenge"], "credential": credential}
    answer = world.client.post("/api/v1/sessions", json=body)

    assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")
    assert answer.json()["detail"] is None
    assert kind in counted(world)
    assert sign_in(world, holder.authenticator).status_code == 201, "nothing else is spoilt"


@pytest.mark.on_both_databases
def test_a_challenge_is_signed_once(world: World) -> None:
    holder = enrolled(world)
    asked = begun(world, "/sessions/options")
    credential = holder.authenticator.get(asked["options"], origin_of(world))
    body = {"challenge": asked["challenge"], "credential": credential}
    assert world.client.post("/api/v1/sessions", json=body).status_code == 201

    again = world.client.post("/api/v1/sessions", json=body)

    assert (again.status_code, again.json()["code"]) == (401, "unauthenticated")
    assert "passkey.no_challenge" in counted(world)


@pytest.mark.on_both_databases
def test_of_many_who_use_one_challenge_at_once_one_signs_in(world: World) -> None:
    holder = enrolled(world)
    asked = begun(world, "/sessions/options")
    credential = holder.authenticator.get(asked["options"], origin_of(world))
    body = {"challenge": asked["challenge"], "credential": credential}

    with ThreadPoolExecutor(4) as pool:
        answers = list(
            pool.map(lambda _: world.client.post("/api/v1/sessions", json=body), range(4))
        )

    assert sorted(each.status_code for each in answers) == [201, 401, 401, 401]


def test_a_challenge_is_good_for_five_minutes(world: World, clock: TestClock) -> None:
    holder = enrolled(world)
    for waited, status in ((5 * MINUTE - 1, 201), (5 * MINUTE, 401)):
        asked = begun(world, "/sessions/options")
        credential = holder.authenticator.get(asked["options"], origin_of(world))
        clock.advance(waited)
        body = {"challenge": asked["challenge"], "credential": credential}
        assert world.client.post("/api/v1/sessions", json=body).status_code == status


def test_a_clock_that_is_set_back_opens_no_old_challenge(world: World, clock: TestClock) -> None:
    """Swept or not: what was used is not used again."""
    holder = enrolled(world)
    asked = begun(world, "/sessions/options")
    credential = holder.authenticator.get(asked["options"], origin_of(world))
    body = {"challenge": asked["challenge"], "credential": credential}
    assert world.client.post("/api/v1/sessions", json=body).status_code == 201
    clock.advance(HOUR)
    with world.parts.database.changing() as tx:
        challenges.sweep(tx)
    clock.advance(-HOUR)

    assert world.client.post("/api/v1/sessions", json=body).status_code == 401


def test_what_was_begun_for_one_purpose_serves_no_other(world: World) -> None:
    """The challenge of a step-up signs nobody in, and neither does that of an enrolment."""
    holder = enrolled(world)
    stepping = holder.caller.post(
        "/me/step-up/options", {"action": "make_token", "thing": about_self(holder)}
    ).json()
    credential = holder.authenticator.get(stepping["options"], origin_of(world))

    answer = world.client.post(
        "/api/v1/sessions", json={"challenge": stepping["challenge"], "credential": credential}
    )

    assert answer.status_code == 401
    asked = begun(world, "/sessions/options")
    credential = holder.authenticator.get(asked["options"], origin_of(world))
    body = {"challenge": asked["challenge"], "credential": credential}
    answer = holder.caller.post("/me/step-up", body)
    assert (answer.status_code, answer.json()["code"]) == (403, "passkey_refused")


@pytest.mark.spoils_the_log
def test_a_row_moved_to_another_person_verifies_for_nobody(world: World) -> None:
    """Somebody with the database in their hands gives themself another's passkey."""
    mine, theirs = enrolled(world), world.person()
    table = table_of(passkeys.Passkey)
    with world.parts.database.changing() as tx:
        tx.connection.execute(table.update().values(person_id=theirs.person_id))
    asked = begun(world, "/sessions/options")
    mine.authenticator.keys[0].user = bytes_to_base64url(
        bytes.fromhex(theirs.person_id.replace("-", ""))
    )
    credential = mine.authenticator.get(asked["options"], origin_of(world))
    body = {"challenge": asked["challenge"], "credential": credential}

    answer = world.client.post("/api/v1/sessions", json=body)

    assert (answer.status_code, answer.json()["code"]) == (500, "stored_data_damaged")


# --- copied keys --------------------------------------------------------------------------------


def test_a_copied_key_that_lags_behind_is_refused_and_named(world: World) -> None:
    holder = enrolled(world)
    copied = deepcopy(holder.authenticator)
    for _ in range(2):
        assert sign_in(world, holder.authenticator).status_code == 201

    answer = sign_in(world, copied)

    assert (answer.status_code, answer.json()["code"]) == (403, "passkey_cloned")
    table = table_of(Entry)
    with world.parts.database.reading() as tx:
        query = table.select().where(table.c.kind == "passkey.cloned")
        row = tx.connection.execute(query).one()
    assert (row.person_id, row.outcome) == (holder.person_id, "refused")
    assert sign_in(world, holder.authenticator).status_code == 201, "the owner goes on"


def test_only_who_holds_a_key_can_make_it_look_copied(world: World) -> None:
    """A count of zero with a wrong signature is a wrong signature."""
    holder = enrolled(world)
    assert sign_in(world, holder.authenticator).status_code == 201
    stale = deepcopy(holder.authenticator)
    stale.keys[0].count = 0
    asked = begun(world, "/sessions/options")
    credential = stale.get(asked["options"], origin_of(world))
    credential["response"]["signature"] = bytes_to_base64url(b"0" * 70)

    body = {"challenge": asked["challenge"], "credential": credential}
    answer = world.client.post("/api/v1/sessions", json=body)

    assert answer.status_code == 401
    assert not [entry for entry in recorded(world) if entry[0] == "passkey.cloned"]


class Uncounted(Authenticator):
    """As passkeys that are shared among devices: the count is always zero."""

    def get(self, options: Any, origin: str) -> dict[str, Any]:
        self.keys[-1].count = -1
        return super().get(options, origin)


def test_a_key_that_never_counts_is_taken_as_often_as_it_signs(world: World) -> None:
    person, authenticator = world.person(), Uncounted()
    assert enrol(world, link_for(world, person.person_id), authenticator).status_code == 201

    answers = [sign_in(world, authenticator).status_code for _ in range(3)]

    assert answers == [201, 201, 201]


# --- enrolling ----------------------------------------------------------------------------------


@pytest.mark.parametrize("origin", ["http://sub.localhost:8000", "http://localhost"])
def test_a_key_made_on_another_page_is_not_registered(world: World, origin: str) -> None:
    link = link_for(world, world.person().person_id)
    asked = begun(world, "/enrolments/options", {"link": link})
    credential = Authenticator().create(asked["options"], origin)

    answer = finish_enrolment(world, link, asked["challenge"], credential)

    assert (answer.status_code, answer.json()["code"]) == (403, "passkey_refused")
    assert "passkey.wrong_origin" in counted(world)
    assert enrol(world, link).status_code == 201, "the link is not used up by a refusal"


def test_a_key_of_an_unverified_person_or_outside_the_authenticator_is_not_registered(
    world: World,
) -> None:
    link = link_for(world, world.person().person_id)
    for flags, kept in ((PRESENT, True), (COPYABLE, False)):
        asked = begun(world, "/enrolments/options", {"link": link})
        credential = Authenticator(flags=flags).create(asked["options"], origin_of(world))
        credential["clientExtensionResults"] = {"credProps": {"rk": kept}}
        answer = finish_enrolment(world, link, asked["challenge"], credential)
        assert answer.json()["code"] == "passkey_refused"

    assert {"passkey.person_not_verified", "passkey.not_discoverable"} <= set(counted(world))


def test_a_challenge_made_for_one_link_registers_nothing_by_another(world: World) -> None:
    mine = link_for(world, world.person().person_id)
    theirs = link_for(world, world.person().person_id)
    asked = begun(world, "/enrolments/options", {"link": mine})
    credential = Authenticator().create(asked["options"], origin_of(world))

    answer = finish_enrolment(world, theirs, asked["challenge"], credential)

    assert answer.json()["code"] == "passkey_refused"
    assert "passkey.challenge_of_another" in counted(world)


def test_one_key_is_not_registered_for_two_persons(world: World) -> None:
    holder, link = enrolled(world), link_for(world, world.person().person_id)
    asked = begun(world, "/enrolments/options", {"link": link})
    credential = Authenticator().create(asked["options"], origin_of(world))
    held = base64url_to_bytes(holder.authenticator.keys[0].id)
    attestation = base64url_to_bytes(credential["response"]["attestationObject"])
    made = base64url_to_bytes(credential["id"])
    credential["id"] = credential["rawId"] = bytes_to_base64url(held)
    credential["response"]["attestationObject"] = bytes_to_base64url(
        attestation.replace(made, held)
    )

    answer = finish_enrolment(world, link, asked["challenge"], credential)

    assert (answer.status_code, answer.json()["code"]) == (409, "passkey_known")


@pytest.mark.on_both_databases
def test_of_many_who_use_one_link_at_once_one_enrols(world: World) -> None:
    link = link_for(world, world.person().person_id)

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: enrol(world, link, Authenticator()), range(4)))

    assert sorted(each.status_code for each in answers) == [201, 410, 410, 410]


@pytest.mark.parametrize("member", ["id", "rawId", "type", "response"])
def test_an_answer_without_its_parts_is_malformed(world: World, member: str) -> None:
    holder = enrolled(world)
    asked = begun(world, "/sessions/options")
    credential = holder.authenticator.get(asked["options"], origin_of(world))
    del credential[member]

    body = {"challenge": asked["challenge"], "credential": credential}
    assert world.client.post("/api/v1/sessions", json=body).status_code == 422


def test_what_newer_browsers_add_to_an_answer_is_passed_over(world: World) -> None:
    holder = enrolled(world)
    asked = begun(world, "/sessions/options")
    credential = holder.authenticator.get(asked["options"], origin_of(world))
    credential |= {"authenticatorAttachment": "platform", "somethingNew": {"a": 1}}

    body = {"challenge": asked["challenge"], "credential": credential}
    assert world.client.post("/api/v1/sessions", json=body).status_code == 201


# --- the first passkey of who signs in at their organisation ------------------------------------


def oidc_session(world: World, person_id: str) -> Caller:
    """A session by an organisation's own sign-in."""
    with world.changing() as tx:
        token, _ = sessions.start_session(tx, person_id, method="oidc")
    return Caller(person_id, token, world.client, proves=False)


def first_passkey(world: World, caller: Any) -> Any:
    options = caller.post("/me/first-passkey/options")
    if options.status_code != 201:
        return options
    asked = options.json()
    credential = Authenticator().create(asked["options"], origin_of(world))
    body = {"challenge": asked["challenge"], "name": "最初", "credential": credential}
    return caller.post("/me/first-passkey", body)


def test_who_signs_in_at_their_organisation_adds_a_first_passkey_at_once(
    world: World, clock: TestClock
) -> None:
    caller = oidc_session(world, world.person().person_id)

    assert first_passkey(world, caller).status_code == 201
    assert first_passkey(world, caller).json()["code"] == "has_passkey"


def test_a_first_passkey_waits_for_no_session_older_than_five_minutes(
    world: World, clock: TestClock
) -> None:
    caller = oidc_session(world, world.person().person_id)
    clock.advance(5 * MINUTE + 1)

    answer = first_passkey(world, caller)

    assert (answer.status_code, answer.json()["code"]) == (409, "fresh_sign_in_needed")


def test_a_session_by_passkey_has_no_first_passkey_to_add(world: World) -> None:
    person = world.person()

    assert first_passkey(world, person).json()["code"] == "fresh_sign_in_needed"
