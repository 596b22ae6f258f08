"""Persons with passkeys of a software authenticator, by the ceremonies of the API."""

from dataclasses import dataclass, replace
from typing import Any

from clients.sdk.authenticator import PRESENT, VERIFIED, Authenticator
from crypto.tokens import parse_token
from server.identity import passkeys
from server.identity import service as identity
from server.identity.ceremony import Party
from server.identity.challenges import ADD, For, ask
from tests.factories import Caller, World
from tests.making.identity import PASSWORD
from tests.making.identity import enrolled as with_password

DEVICE_BOUND = PRESENT | VERIFIED


@dataclass(frozen=True)
class Holder:
    """A person, the session they are in, and where their passkey is."""

    caller: Caller
    authenticator: Authenticator

    @property
    def person_id(self) -> str:
        return self.caller.person_id

    def fresh(self, session: Any) -> "Holder":
        """The same person in the session (or with the token) of an answer."""
        return replace(self, caller=replace(self.caller, token=session.json()["token"]))

    def proved(self, action: str, thing: str) -> "Holder":
        """After a step-up for one act: the session goes on with another token."""
        answer = prove(self, action, thing)
        assert answer.status_code == 200, answer.text
        return self.fresh(answer)


def origin_of(world: World) -> str:
    return world.parts.settings.origin


def link_for(world: World, person_id: str) -> str:
    """A fresh enrolment link, made by the service."""
    with world.changing() as tx:
        return identity.invite(tx, person_id, by=None)


def begun(world: World, path: str, body: Any = None) -> Any:
    """What an open ceremony begins with."""
    answer = world.client.post(f"/api/v1{path}", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()


def enrol(
    world: World, link: str, authenticator: Authenticator | None = None, name: str = "鍵"
) -> Any:
    """The answer to enrolling with a passkey by a link; also where the link is unusable."""
    authenticator = authenticator or Authenticator()
    answer = world.client.post("/api/v1/enrolments/options", json={"link": link})
    if answer.status_code != 201:
        return answer
    asked = answer.json()
    credential = authenticator.create(asked["options"], origin_of(world))
    return finish_enrolment(world, link, asked["challenge"], credential, name)


def finish_enrolment(
    world: World, link: str, challenge: str, credential: Any, name: str = "鍵"
) -> Any:
    body = {"link": link, "challenge": challenge, "name": name, "credential": credential}
    return world.client.post("/api/v1/enrolments", json=body)


def enrolled(world: World, *, flags: int | None = None, person: Caller | None = None) -> Holder:
    """A person who has enrolled with a passkey over the API, and is signed in by that."""
    person = person or world.person()
    authenticator = Authenticator() if flags is None else Authenticator(flags=flags)
    answer = enrol(world, link_for(world, person.person_id), authenticator)
    assert answer.status_code == 201, answer.text
    caller = Caller(person.person_id, answer.json()["token"], world.client, proves=False)
    return Holder(caller, authenticator)


def given(world: World, caller: Caller, *, flags: int = DEVICE_BOUND) -> Holder:
    """A caller's own passkey, registered by the service; the session stays what it is."""
    authenticator = Authenticator(flags=flags)
    party = Party(origin_of(world))
    with world.changing() as tx:
        challenge = ask(tx, For(ADD, caller.person_id))
        options = passkeys.options_to_make(tx, party, caller.person_id, "氏名", challenge)
        credential = authenticator.create(options, party.origin)
        passkeys.register(tx, party, caller.person_id, challenge, "鍵", credential)
    return Holder(caller.unproved(), authenticator)


def sign_in(world: World, authenticator: Authenticator, **changed: Any) -> Any:
    """The answer to signing in with whatever passkey the authenticator has."""
    asked = begun(world, "/sessions/options")
    credential = authenticator.get(asked["options"], origin_of(world))
    body = {"challenge": asked["challenge"], "credential": credential, **changed}
    return world.client.post("/api/v1/sessions", json=body)


def begin_proof(holder: Holder, action: str, thing: str, **more: Any) -> Any:
    """The answer to beginning a step-up."""
    body = {"action": action, "thing": thing, **more}
    return holder.caller.post("/me/step-up/options", body)


def finish_proof(holder: Holder, begun: Any) -> Any:
    """The answer to signing what a step-up began with."""
    asked = begun.json()
    origin = holder.caller.client.app.state.parts.settings.origin  # type: ignore[attr-defined]
    credential = holder.authenticator.get(asked["options"], origin)
    body = {"challenge": asked["challenge"], "credential": credential}
    return holder.caller.post("/me/step-up", body)


def prove(holder: Holder, action: str, thing: str, **more: Any) -> Any:
    """The answer to a whole step-up for one act on one thing."""
    answer = begin_proof(holder, action, thing, **more)
    return finish_proof(holder, answer) if answer.status_code == 201 else answer


def about_self(holder: Holder) -> str:
    """How a step-up names the person themself."""
    return f"person/{holder.person_id}"


# --- for the stage of all routes: prepared once, asked again and again --------------------------


def begun_by(world: World, caller: Caller) -> dict[str, Any]:
    """Bodies that this session can send: a signed step-up, and a further passkey just made.

    The caller has two passkeys: one can be removed.
    """
    holder = given(world, caller)
    given(world, caller)
    asked = begin_proof(holder, "make_token", about_self(holder)).json()
    signed = holder.authenticator.get(asked["options"], origin_of(world))
    session_id = parse_token(caller.token)[1]
    with world.changing() as tx:
        challenge = ask(tx, For(ADD, caller.person_id, session_id))
        options = passkeys.options_to_make(
            tx, Party(origin_of(world)), caller.person_id, "氏名", challenge
        )
    made = Authenticator().create(options, origin_of(world))
    return {
        "step_up": {"challenge": asked["challenge"], "credential": signed},
        "addition": {"challenge": challenge.id, "name": "三つ目", "credential": made},
    }


def enrolment(world: World, link: str) -> dict[str, Any]:
    """The body by which a link is used."""
    asked = begun(world, "/enrolments/options", {"link": link})
    made = Authenticator().create(asked["options"], origin_of(world))
    return {"link": link, "challenge": asked["challenge"], "name": "鍵", "credential": made}


def signing_in(world: World) -> dict[str, Any]:
    """The bodies by which somebody signs in: by passkey, and by password."""
    person, email = with_password(world)
    holder = given(world, person)
    asked = begun(world, "/sessions/options")
    signed = holder.authenticator.get(asked["options"], origin_of(world))
    return {
        "sign_in": {"challenge": asked["challenge"], "credential": signed},
        "password": {"email": email, "password": PASSWORD},
    }


def asked_by(caller: Caller) -> str:
    """The id of a request that a session asks its person to confirm."""
    body = {"action": "make_token", "thing": f"person/{caller.person_id}"}
    return str(caller.post("/me/step-up/requests", body).json()["id"])
