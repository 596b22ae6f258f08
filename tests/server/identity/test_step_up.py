"""Proving by passkey that it is still oneself: for one act, on one thing, in one session, once."""

from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest

from clients.sdk.authenticator import COPYABLE
from server.access.models import CouncilRule
from server.audit import facts
from server.clock import MINUTE
from server.identity import sessions
from server.identity.models import StepUp
from server.identity.passkey_models import Challenge
from tests.conftest import TestClock
from tests.factories import World
from tests.making.audit import table_of
from tests.making.councils import established_council
from tests.making.passkeys import (
    DEVICE_BOUND,
    Holder,
    about_self,
    begin_proof,
    enrolled,
    finish_proof,
    given,
    origin_of,
    prove,
)

TOKEN = {"name": "集計", "scopes": ["read"]}


def made(holder: Holder) -> Any:
    """The answer to an act that asks for a fresh proof."""
    return holder.caller.post("/me/tokens", TOKEN)


def another_session(world: World, holder: Holder, agent: str | None = None) -> Holder:
    """The same person in a further session, with the same passkey."""
    with world.changing() as tx:
        token, _ = sessions.start_session(tx, holder.person_id, agent=agent)
    return replace(holder, caller=replace(holder.caller, token=token))


def having_proved(world: World) -> Holder:
    """Somebody who has just proved for making a token."""
    holder = enrolled(world)
    return holder.proved("make_token", about_self(holder))


def proofs(world: World) -> list[Any]:
    with world.parts.database.reading() as tx:
        return list(tx.connection.execute(table_of(StepUp).select()).all())


def test_an_act_that_asks_says_for_what_and_a_proof_lets_it_through(world: World) -> None:
    holder = enrolled(world)
    refused = made(holder)
    asked = refused.json()

    answer = prove(holder, asked["action"], asked["thing"])

    assert (refused.status_code, asked["code"]) == (403, "step_up_needed")
    assert answer.status_code == 200, answer.text
    assert answer.json()["device_bound"] is False
    assert made(holder.fresh(answer)).status_code == 201


@pytest.mark.on_both_databases
def test_a_proof_gives_the_session_a_new_secret_and_the_old_one_is_worth_nothing(
    world: World,
) -> None:
    holder = enrolled(world)
    before = holder.caller.get("/me/sessions").json()["items"]

    after = holder.proved("make_token", about_self(holder))

    assert holder.caller.get("/me").status_code == 401
    shown = after.caller.get("/me/sessions").json()["items"]
    assert [s["id"] for s in shown] == [s["id"] for s in before], "the same session goes on"
    assert shown[0]["expires_at"] == before[0]["expires_at"], "and no longer than before"


def test_a_proof_is_good_for_its_act_alone(world: World) -> None:
    holder = enrolled(world)

    proved = holder.proved("remove_passkey", about_self(holder))

    assert made(proved).json()["code"] == "step_up_needed"


def test_a_proof_is_good_for_its_thing_alone(world: World) -> None:
    holder = enrolled(world)

    proved = holder.proved("make_token", f"person/{world.person().person_id}")

    assert made(proved).json()["code"] == "step_up_needed"


def test_a_proof_is_good_in_its_session_alone(world: World) -> None:
    holder = enrolled(world)
    other = another_session(world, holder)

    holder.proved("make_token", about_self(holder))

    assert made(other).json()["code"] == "step_up_needed"


def test_a_proof_is_good_for_five_minutes(world: World, clock: TestClock) -> None:
    holder = having_proved(world)
    clock.advance(5 * MINUTE)
    assert made(holder).status_code == 201

    clock.advance(1)

    assert made(holder).json()["code"] == "step_up_needed"


def test_signing_in_is_no_proof_for_any_act(world: World) -> None:
    assert made(enrolled(world)).json()["code"] == "step_up_needed"


@pytest.mark.on_both_databases
def test_of_many_who_answer_one_challenge_at_once_one_proves(world: World) -> None:
    holder = enrolled(world)
    asked = begin_proof(holder, "make_token", about_self(holder)).json()
    credential = holder.authenticator.get(asked["options"], origin_of(world))
    body = {"challenge": asked["challenge"], "credential": credential}

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: holder.caller.post("/me/step-up", body), range(4)))

    assert [each.status_code for each in answers].count(200) == 1
    assert len(proofs(world)) == 1


def test_a_challenge_of_another_session_proves_nothing_here(world: World) -> None:
    holder = enrolled(world)
    other = another_session(world, holder)
    begun = begin_proof(holder, "make_token", about_self(holder))

    answer = finish_proof(other, begun)

    assert (answer.status_code, answer.json()["code"]) == (403, "passkey_refused")
    assert not proofs(world)


def test_nobody_proves_with_the_passkey_of_another(world: World) -> None:
    mine, theirs = enrolled(world), enrolled(world)
    begun = begin_proof(mine, "make_token", about_self(mine)).json()
    free = {k: v for k, v in begun["options"].items() if k != "allowCredentials"}
    credential = theirs.authenticator.get(free, origin_of(world))

    answer = mine.caller.post(
        "/me/step-up", {"challenge": begun["challenge"], "credential": credential}
    )

    assert (answer.status_code, answer.json()["code"]) == (403, "passkey_refused")
    assert not proofs(world)


def test_only_ones_own_passkeys_are_asked_for(world: World) -> None:
    holder = enrolled(world)
    enrolled(world)

    options = begin_proof(holder, "make_token", about_self(holder)).json()["options"]

    assert [each["id"] for each in options["allowCredentials"]] == [holder.authenticator.keys[0].id]


def test_a_challenge_is_good_for_five_minutes(world: World, clock: TestClock) -> None:
    holder = enrolled(world)
    begun = begin_proof(holder, "make_token", about_self(holder))
    clock.advance(5 * MINUTE)

    assert finish_proof(holder, begun).json()["code"] == "passkey_refused"


def test_a_challenge_whose_row_was_changed_asks_for_a_signature_nobody_gave(world: World) -> None:
    """Somebody with the database in their hands turns a harmless proof into one of another act."""
    holder = enrolled(world)
    begun = begin_proof(holder, "remove_passkey", about_self(holder))

    with world.parts.database.changing() as tx:
        tx.connection.execute(table_of(Challenge).update().values(action="make_token"))

    answer = finish_proof(holder, begun)

    assert answer.json()["code"] == "passkey_refused"
    assert not proofs(world)


@pytest.mark.parametrize("action", ["read", "no_such_action", "sign_out"])
def test_there_is_nothing_to_prove_for_what_asks_for_no_proof(world: World, action: str) -> None:
    holder = enrolled(world)

    answer = begin_proof(holder, action, about_self(holder))

    assert (answer.status_code, answer.json()["code"]) == (422, "no_step_up")


def test_who_has_no_passkey_is_told_to_add_one(world: World) -> None:
    person = world.person()

    body = {"action": "make_token", "thing": f"person/{person.person_id}"}
    answer = person.post("/me/step-up/options", body)

    assert (answer.status_code, answer.json()["code"]) == (409, "no_passkey_fits")


def test_an_api_token_proves_nothing(world: World) -> None:
    proved = having_proved(world)
    token = made(proved).json()["token"]
    program = replace(proved, caller=replace(proved.caller, token=token))

    assert begin_proof(program, "make_token", about_self(proved)).status_code == 403


def test_entries_say_which_passkey_proved_what(world: World) -> None:
    proved = having_proved(world)
    auditor = world.officer("auditor")

    shown = auditor.get("/system/log/entries?limit=100&kind=person.step_up").json()["items"]

    bodies = [each["opened"]["body"] for each in shown]
    (entry,) = [each for each in bodies if each.get("step") == "proved"]
    (mine,) = proved.caller.get("/me/passkeys").json()["items"]
    assert entry["passkey"] == mine["id"]
    assert (entry["for_action"], entry["for_thing"]) == ("make_token", about_self(proved))


def test_a_copied_key_is_named_in_the_entry_of_its_refusal(world: World) -> None:
    holder = enrolled(world)
    behind = replace(holder, authenticator=deepcopy(holder.authenticator))
    ahead = holder.proved("make_token", about_self(holder))
    late = replace(behind, caller=ahead.caller)

    answer = prove(late, "make_token", about_self(holder))

    assert (answer.status_code, answer.json()["code"]) == (403, "passkey_cloned")
    auditor = world.officer("auditor")
    shown = auditor.get("/system/log/entries?limit=100&kind=person.step_up").json()["items"]
    (body,) = [each["opened"]["body"] for each in shown if each["outcome"] == "refused"]
    assert body["why"] == "count_not_forward"
    assert (body["count"], body["before"]) == (1, 1)


# --- a council that asks for keys bound to a device -----------------------------------------------


def ruled(world: World, council_id: str) -> None:
    """The council asks for passkeys that cannot leave their device."""
    with world.changing(council_id) as tx:
        row = CouncilRule(
            council_id=council_id,
            comment_days=None,
            review_days=None,
            networks=None,
            device_bound=True,
            made_by="-",
        )
        facts.enter(tx, council_id, row)


def acting(world: World, flags: int) -> tuple[Holder, str]:
    """The representative of a member of such a council, with a passkey; and the membership."""
    council = established_council(world)
    ruled(world, council.id)
    return given(world, council.organ_a, flags=flags), council.memberships["organ_a"]


def leave(holder: Holder, membership: str) -> Any:
    return holder.caller.post(f"/memberships/{membership}/leave")


def test_a_council_that_asks_for_device_bound_keys_takes_no_other(world: World) -> None:
    holder, membership = acting(world, COPYABLE)

    answer = leave(holder.proved("leave", f"membership/{membership}"), membership)

    assert (answer.status_code, answer.json()["code"]) == (403, "device_bound_needed")
    assert answer.json()["action"] == "leave"


def test_a_key_that_cannot_leave_its_device_does(world: World) -> None:
    holder, membership = acting(world, DEVICE_BOUND)

    assert leave(holder.proved("leave", f"membership/{membership}"), membership).status_code < 300


def test_the_rule_is_about_that_councils_acts_alone(world: World) -> None:
    holder, _ = acting(world, COPYABLE)

    assert made(holder.proved("make_token", about_self(holder))).status_code == 201


def test_who_asks_for_device_bound_keys_is_offered_only_these(world: World) -> None:
    holder = enrolled(world)
    nothing = begin_proof(holder, "make_token", about_self(holder), device_bound=True)
    bound = given(world, holder.caller)

    options = begin_proof(bound, "make_token", about_self(bound), device_bound=True).json()

    assert nothing.json()["code"] == "no_passkey_fits"
    allowed = [each["id"] for each in options["options"]["allowCredentials"]]
    assert allowed == [bound.authenticator.keys[0].id]


# --- asked by another session -------------------------------------------------------------------


def asks(cli: Holder, action: str = "make_token") -> Any:
    answer = cli.caller.post("/me/step-up/requests", {"action": action, "thing": about_self(cli)})
    assert answer.status_code == 201, answer.text
    return answer.json()


def confirm(browser: Holder, request: str) -> Any:
    begun = browser.caller.post("/me/step-up/options", {"request": request})
    return finish_proof(browser, begun) if begun.status_code == 201 else begun


def test_a_program_asks_and_its_person_confirms_in_the_browser(world: World) -> None:
    browser = enrolled(world)
    cli = another_session(world, browser, agent="kyogikai on pc-1")
    asked = asks(cli)
    path = f"/me/step-up/requests/{asked['id']}"
    shown = browser.caller.get(path).json()

    answer = confirm(browser, asked["id"])

    assert (shown["state"], shown["agent"], shown["current"]) == (
        "waiting",
        "kyogikai on pc-1",
        False,
    )
    assert (shown["action"], shown["thing"]) == ("make_token", about_self(cli))
    assert answer.status_code == 200, answer.text
    assert answer.json()["token"] is None
    assert cli.caller.get(path).json()["state"] == "done"
    assert made(cli).status_code == 201, "the session that asked, with its token of before"
    assert made(browser).json()["code"] == "step_up_needed", "and no other"


def test_a_request_is_confirmed_once(world: World) -> None:
    browser = enrolled(world)
    asked = asks(another_session(world, browser))
    begun = browser.caller.post("/me/step-up/options", {"request": asked["id"]})
    assert confirm(browser, asked["id"]).status_code == 200

    again = finish_proof(browser, begun)

    assert (again.status_code, again.json()["code"]) == (410, "request_over")
    assert confirm(browser, asked["id"]).json()["code"] == "request_over"
    assert len(proofs(world)) == 1


def test_a_request_waits_ten_minutes(world: World, clock: TestClock) -> None:
    browser = enrolled(world)
    asked = asks(another_session(world, browser))
    clock.advance(10 * MINUTE)

    assert confirm(browser, asked["id"]).json()["code"] == "request_over"
    path = f"/me/step-up/requests/{asked['id']}"
    assert browser.caller.get(path).json()["state"] == "expired"


def test_what_a_session_asked_that_has_ended_is_confirmed_no_more(world: World) -> None:
    browser = enrolled(world)
    cli = another_session(world, browser)
    asked = asks(cli)
    assert cli.caller.delete("/me/sessions/current").status_code == 204

    assert confirm(browser, asked["id"]).json()["code"] == "request_over"
    assert browser.caller.get("/me/step-up/requests").json()["items"] == []


def test_nobody_is_told_of_the_request_of_another(world: World) -> None:
    mine, theirs = enrolled(world), enrolled(world)
    asked = asks(theirs)

    assert mine.caller.get(f"/me/step-up/requests/{asked['id']}").status_code == 404
    assert confirm(mine, asked["id"]).status_code == 404
    assert mine.caller.get("/me/step-up/requests").json()["items"] == []


def test_a_request_is_confirmed_for_what_it_says_and_nothing_else(world: World) -> None:
    browser = enrolled(world)
    asked = asks(another_session(world, browser))
    body = {"request": asked["id"], "action": "remove_passkey", "thing": about_self(browser)}

    answer = browser.caller.post("/me/step-up/options", body)

    assert (answer.status_code, answer.json()["code"]) == (422, "no_step_up")


def test_a_step_up_without_act_or_request_is_malformed(world: World) -> None:
    holder = enrolled(world)

    for body in ({}, {"action": "make_token"}, {"thing": about_self(holder)}):
        assert holder.caller.post("/me/step-up/options", body).status_code == 422
