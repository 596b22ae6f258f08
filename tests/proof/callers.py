"""Who calls, what they ask about, and what the entry of their act or refusal says."""

from dataclasses import replace

import pytest
from starlette.requests import Request

from crypto.digests import sha256
from crypto.tokens import parse_token
from server.access import deciding, entries, thing_ids
from server.access.grant import Attempt
from server.access.kinds import INSTALLATION, PERSON_KIND
from server.access.vocabulary import Action, Relation
from server.audit.service import Draft
from server.documents.kinds import DOCUMENT
from server.identity import sessions
from server.identity.caller import SESSION, TOKEN
from server.keys.service import lookup_digest
from server.problems import (
    NetworkNotAllowed,
    NotFound,
    Unauthenticated,
)
from tests.proof.scene import AWAY, HERE, Scene, by_token, called, question

R, A = Relation, Action


def asking(token: str | None) -> Request:
    """A request with these credentials."""
    headers = [(b"authorization", f"Bearer {token}".encode())] if token else []
    return Request({"type": "http", "headers": headers})


@question
def a_request_is_its_callers_and_its_address_is_known_by_digest(scene: Scene) -> None:
    person = scene.council.fa
    with scene.tx() as tx:
        for address, kept in ((HERE, HERE), (None, "")):
            attempt = Attempt("request", address)
            caller = deciding.begin(tx, asking(person.token), attempt)
            assert caller.person_id == person.person_id
            assert attempt.caller is caller
            assert attempt.address_digest == lookup_digest(tx, "address", kept)
        with pytest.raises(Unauthenticated):
            deciding.begin(tx, asking(None), Attempt("request", HERE))


@question
def what_runs_for_long_goes_on_for_who_began_it(scene: Scene) -> None:
    began = called(scene.council.fa)
    with scene.tx() as tx:
        caller = deciding.begin(tx, asking(None), Attempt("request", HERE), began)
        assert (caller.person_id, caller.credential_id) == (began.person_id, began.credential_id)
        ended = replace(began, credential_id="no-such-session")
        request = asking(scene.council.fa.token)
        with pytest.raises(Unauthenticated):
            deciding.begin(tx, request, Attempt("request", HERE), ended)


@question
def a_token_of_certain_networks_is_none_elsewhere(scene: Scene) -> None:
    with scene.parts.database.changing() as tx:
        _, text = sessions.make_token(
            tx,
            scene.council.fa.person_id,
            name="試験",
            scopes=["read"],
            council_id=None,
            days=1,
            networks=["192.0.2.0/24"],
        )
        assert deciding.begin(tx, asking(text), Attempt("request", HERE)).scopes
        attempt = Attempt("request", AWAY)
        with pytest.raises(NetworkNotAllowed, match=r"^this token is for other networks$"):
            deciding.begin(tx, asking(text), attempt)
        assert attempt.caller is not None  # the entry of the refusal says whose it is
        tx.session.rollback()


# --- ids ------------------------------------------------------------------------------------------
@question
def a_route_speaks_of_its_paths_thing_of_oneself_or_of_the_installation(scene: Scene) -> None:
    me = called(scene.council.fa)
    path = {"document_id": "a-thing", "person_id": "another"}
    for ids in (thing_ids.thing_id, thing_ids.asked_id):
        assert ids(DOCUMENT, me, path) == "a-thing"
        assert ids(PERSON_KIND, me, path) == me.person_id
        assert ids(INSTALLATION, me, path) == "installation"
    assert thing_ids.thing_id(DOCUMENT, me, {"document_id": "x" * 64})
    for odd in ("x" * 65, "a\nb", "a\0b"):
        assert thing_ids.asked_id(DOCUMENT, me, {"document_id": odd}) == odd
        with pytest.raises(NotFound):
            thing_ids.thing_id(DOCUMENT, me, {"document_id": odd})


# --- entries --------------------------------------------------------------------------------------
@question
def an_entry_says_who_did_what_by_which_relation(scene: Scene) -> None:
    council = scene.council
    got = scene.decided(council.fa, A.READ, DOCUMENT, scene.paper)
    got.note(pages=3)
    expected = Draft(
        kind="document.read",
        object=f"document/{scene.paper}",
        outcome="allowed",
        actor={
            "address": HERE,
            "person": council.fa.person_id,
            "credential": SESSION,
            "credential_id": parse_token(council.fa.token)[1],
        },
        body={
            "action": "read",
            "relations": ["member", "provider"],
            "state": "council_internal",
            "category": got.thing.category,
            "pages": 3,
        },
        person_id=council.fa.person_id,
        address_digest=b"digest",
        policy=scene.parts.policy.digest,
        request="request",
    )
    assert entries.act_draft(got, "allowed") == expected
    got.mark = b"digest of a code"
    assert entries.act_draft(got, "allowed") == replace(expected, mark=b"digest of a code")
    deputy = scene.decided(council.deputy_a, A.READ, DOCUMENT, scene.paper)
    assert entries.act_draft(deputy, "allowed").body["on_behalf_of"] == dict(deputy.on_behalf_of)


@question
def an_entry_of_a_refusal_says_the_code_and_no_odd_text(scene: Scene) -> None:
    me = by_token(scene.council.fa, "read", service_id="a-service")
    attempt = Attempt("request", HERE, me, address_digest=b"digest")
    problem = NotFound()
    problem.inside = {"held": []}
    told = entries.refusal_draft(scene.parts.policy, attempt, DOCUMENT, "an-id", A.READ, problem)
    assert told == Draft(
        kind="document.read",
        object="document/an-id",
        outcome="refused",
        actor={
            "address": HERE,
            "person": me.person_id,
            "credential": TOKEN,
            "credential_id": "tok",
            "service": "a-service",
        },
        body={"action": "read", "code": "not_found", "held": []},
        person_id=me.person_id,
        address_digest=b"digest",
        policy=scene.parts.policy.digest,
        request="request",
    )
    nobody = replace(attempt, caller=None)
    odd = "\ud800" + "x" * 80
    told = entries.refusal_draft(scene.parts.policy, nobody, DOCUMENT, odd, A.READ, NotFound())
    assert told.object == f"document/{sha256(odd.encode(errors='surrogatepass')).hex()}"
    assert (told.actor, told.person_id) == ({"address": HERE}, None)
