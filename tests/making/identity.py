"""Persons with a real password, and what the database's file holds."""

from pathlib import Path
from typing import Any

from server.audit.models import Entry
from server.identity import fallback, passwords
from server.identity import service as identity
from tests.factories import Caller, World
from tests.making.audit import table_of

PASSWORD = "長い合言葉 correct horse"


def enrolled(world: World, password: str = PASSWORD) -> tuple[Caller, str]:
    """A person who has set a password, and their address; signed in, and proving where asked."""
    person = world.person()
    with world.changing() as tx:
        fallback.set_password(tx, person.person_id, passwords.verifier_of(password))
    return person, address_of(person)


def address_of(person: Caller) -> str:
    """The e-mail address the person was registered with."""
    return str(person.get("/me").json()["email"])


def link_for(world: World, person_id: str, by: str | None = None) -> str:
    """A fresh enrolment link, made by the service."""
    with world.changing() as tx:
        return identity.invite(tx, person_id, by=by)


def sign_in(world: World, email: str, password: str = PASSWORD, **more: str) -> Any:
    """The answer to signing in by password, where there are any (--demo)."""
    body = {"email": email, "password": password, **more}
    return world.client.post("/api/v1/sessions/password", json=body)


def as_session(world: World, answer: Any) -> Caller:
    """The caller behind a new session."""
    return Caller(answer.json()["person"], answer.json()["token"], world.client)


def files(folder: Path) -> bytes:
    """Every byte an installation keeps on disk, its write-ahead log included."""
    return b"".join(file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file())


def recorded(world: World, log_id: str = "system") -> list[tuple[str, str, str]]:
    """Kind, object and outcome of every entry of a log, in order."""
    table = table_of(Entry)
    query = table.select().where(table.c.log_id == log_id).order_by(table.c.seq)
    with world.parts.database.reading() as tx:
        return [(r.kind, r.object, r.outcome) for r in tx.connection.execute(query)]
