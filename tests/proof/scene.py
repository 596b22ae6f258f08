"""A council, another one that is reached from one network only, and things of theirs, of which the
questions to `server/access/deciding.py` and `credentials.py` are asked.

Owns the scene and the list of the questions. A question is a function: it asks about the scene and
holds the answer against what docs/rules.md says. Questions are tests of their own, and what every
mutant has to get past (test_mutants.py).
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import pytest

from crypto.tokens import parse_token
from server.access import deciding, seats
from server.access.grant import Attempt, Grant
from server.access.kind import Kind
from server.access.models import Membership
from server.access.parts import Parts
from server.access.seating import Term
from server.access.vocabulary import Action, DeputyScope, Relation, SeatRole
from server.councils import duty
from server.database import Tx
from server.identity import proofs
from server.identity.caller import PASSKEY, SESSION, TOKEN, Caller
from server.problems import (
    Problem,
)
from tests.factories import Caller as Person
from tests.factories import World
from tests.making import documents
from tests.making.councils import ORGAN_B, MadeCouncil, established_council, people, rule

R, A = Relation, Action
HERE, AWAY = "192.0.2.7", "198.51.100.7"
PROVED_FOR = "document/a-thing"


@dataclass(frozen=True)
class Scene:
    """A council, another one that is reached from one network only, and things of theirs."""

    world: World
    council: MadeCouncil
    walled: MadeCouncil
    paper: str
    secret: str
    suspended: str
    walled_paper: str
    answering_deputy: Person

    @property
    def parts(self) -> Parts:
        return self.world.parts

    @contextmanager
    def tx(self) -> Iterator[Tx]:
        with self.parts.database.reading() as tx:
            yield tx

    def decided(
        self,
        person: Person | Caller,
        action: Action,
        kind: Kind,
        id: str,
        address: str | None = HERE,
    ) -> Grant:
        """The decision, by itself."""
        caller = person if isinstance(person, Caller) else called(person)
        with self.tx() as tx:
            attempt = Attempt("request", address, caller, address_digest=b"digest")
            return deciding.decide(self.parts, tx, attempt, caller, action, kind, id)

    def refused(self, problem: type[Problem], *about: Any, **more: Any) -> Problem:
        """The refusal that is expected of a decision."""
        with pytest.raises(problem) as told:
            self.decided(*about, **more)
        assert type(told.value) is problem
        return told.value


Question = Callable[[Scene], None]
QUESTIONS: list[Question] = []


def question(asks: Question) -> Question:
    """Have it asked."""
    QUESTIONS.append(asks)
    return asks


def called(person: Person, **changed: Any) -> Caller:
    """A person in their session, as `identify` would have found them."""
    session = parse_token(person.token)[1]
    return replace(Caller(person.person_id, SESSION, session, 0, PASSKEY), **changed)


def by_token(person: Person, *scopes: str, **changed: Any) -> Caller:
    """A person's program with a token."""
    return replace(Caller(person.person_id, TOKEN, "tok", 0, scopes=frozenset(scopes)), **changed)


def made(world: World) -> Scene:
    """The scene."""
    council = established_council(world, concept="C-2212A-02")
    walled = established_council(world, concept="C-2212A-01")
    paper = documents.shared_document(world, council, council.fa).id
    secret = documents.provided_secret(world, council, council.fa, [council.organ_b]).id
    suspended = documents.provided_secret(world, council, council.fa, [council.organ_b]).id
    told = council.compliance.post(f"/documents/{suspended}/suspension", {"reason": "確認"})
    assert told.status_code == 204
    walled_paper = documents.shared_document(world, walled, walled.fa).id
    with world.changing(walled.id) as tx:
        by = walled.compliance.person_id
        rule(tx, walled.id, by=by, networks="192.0.2.0/24", device_bound=True)
    deputy = _deputy_for_answers(world, council)
    scene = Scene(world, council, walled, paper, secret, suspended, walled_paper, deputy)
    with world.parts.database.changing() as tx:
        for thing in (PROVED_FOR, f"document/{secret}"):
            _proved(tx, called(council.fa), thing, device_bound=False)
        _proved(tx, called(walled.organ_a), PROVED_FOR, device_bound=True)
        _proved(tx, called(walled.organ_a), PROVED_FOR, device_bound=False)
        _proved(tx, called(walled.organ_b), PROVED_FOR, device_bound=False)
    return scene


def _deputy_for_answers(world: World, council: MadeCouncil) -> Person:
    """A deputy whose scope leaves documents out."""
    deputy = people(world, {"a deputy": ORGAN_B})["a deputy"]
    by = council.organ_b.person_id
    with world.changing(council.id) as tx:
        membership = tx.session.get(Membership, council.memberships["organ_b"])
        assert membership is not None
        term = Term(scope=DeputyScope.ANSWER)
        seats.name_seat(tx, membership, deputy.person_id, SeatRole.DEPUTY, by=by, term=term)
        duty.acknowledge(tx, council.id, deputy.person_id, duty.current(tx).name)
    return deputy


def _proved(tx: Tx, caller: Caller, thing: str, *, device_bound: bool) -> None:
    proofs.prove(
        tx,
        caller.credential_id,
        caller.person_id,
        action=A.SET_SCOPE,
        thing=thing,
        passkey_id="a passkey",
        device_bound=device_bound,
    )
