"""Making what a test needs, by the services themselves: persons, sessions, offices, councils."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from fastapi.testclient import TestClient

from server.access.models import Office
from server.access.parts import Parts
from server.audit import checkpoints, facts
from server.audit import service as audit
from server.audit.models import SYSTEM
from server.audit.service import Draft
from server.database import Tx
from server.identity import service as identity
from server.identity import sessions
from server.identity.models import Organisation
from tests import proving


@dataclass(frozen=True)
class Caller:
    """A person with a signed-in session, ready to call the API.

    Ahead of each act that asks for it, the session proves for exactly that act (`tests/proving.py`
    records the proof without a ceremony); `unproved()` does not.
    """

    person_id: str
    token: str
    client: TestClient
    proves: bool = True

    def unproved(self) -> "Caller":
        """The same session, which has proved nothing of late."""
        return replace(self, proves=False)

    def request(self, method: str, path: str, **kwargs: Any) -> Any:
        if self.proves:
            proving.prove_ahead(self.client, self.token, method, f"/api/v1{path}")
        headers = {"Authorization": f"Bearer {self.token}", **kwargs.pop("headers", {})}
        return self.client.request(method, f"/api/v1{path}", headers=headers, **kwargs)

    def get(self, path: str, **kwargs: Any) -> Any:
        return self.request("GET", path, **kwargs)

    def post(self, path: str, json: Any = None, **kwargs: Any) -> Any:
        return self.request("POST", path, json=json, **kwargs)

    def put(self, path: str, json: Any = None, **kwargs: Any) -> Any:
        return self.request("PUT", path, json=json, **kwargs)

    def delete(self, path: str, **kwargs: Any) -> Any:
        return self.request("DELETE", path, **kwargs)


@dataclass
class World:
    """One installation under test. Every method does through services what its name says."""

    parts: Parts
    client: TestClient
    clock: Any
    _count: int = field(default=0)

    @contextmanager
    def changing(self, log_id: str = SYSTEM, kind: str = "test.arrange") -> Iterator[Tx]:
        """A change with its entry, so that every fact made here is vouched for."""
        with self.parts.database.changing() as tx:
            audit.lock(tx, log_id)
            yield tx
            tx.flush()
            for log in sorted({log_id, *tx.evidence}):
                draft = Draft(kind=kind, object="test", outcome="done")
                audit.append(tx, log, draft)
                checkpoints.sign(tx, log)

    def organisation(self, name: str) -> str:
        """An organisation called `name`, made once."""
        with self.parts.database.changing() as tx:
            if tx.session.get(Organisation, name) is None:
                row = Organisation(
                    id=name,
                    name_ja=name,
                    name_en=None,
                    kind="ministry",
                    parent_id=None,
                    abbr=None,
                    roles="[]",
                    source="{}",
                    recorded_at=tx.now,
                )
                tx.session.add(row)
        return name

    def person(self, name: str = "甲野 太郎", organisation: str = "org-a") -> Caller:
        """A registered person with a session (no passkey of their own, no password)."""
        self._count += 1
        self.organisation(organisation)
        with self.changing() as tx:
            person = identity.register(
                tx,
                identity.NewPerson(
                    name=name,
                    kana="コウノ タロウ",
                    email=f"p{self._count}@example.jp",
                    organisation_id=organisation,
                    title="課長",
                ),
            )
            token, _ = sessions.start_session(tx, person.id, hours=12)
            person_id = person.id
        return Caller(person_id, token, self.client)

    def session(self, person_id: str) -> Caller:
        """A fresh session of a person."""
        with self.changing() as tx:
            token, _ = sessions.start_session(tx, person_id, hours=12)
        return Caller(person_id, token, self.client)

    def officer(self, role: str, council_id: str | None = None) -> Caller:
        """A person holding an office."""
        caller = self.person(role, "office-org")
        log_id = council_id or SYSTEM
        with self.changing(log_id) as tx:
            office = Office(
                council_id=council_id,
                person_id=caller.person_id,
                role=role,
                organisation_id=None,
                valid_from=tx.now,
                valid_to=None,
            )
            facts.enter(tx, log_id, office)
        return caller
