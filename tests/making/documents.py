"""Documents of a council, made over HTTP as their providers would make them."""

import threading
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from server import jobs
from server.access import seats
from server.access.models import Membership
from server.access.parts import Parts
from server.access.vocabulary import SeatRole
from server.clock import DAY, to_text
from server.documents.checks import JOBS
from tests.factories import Caller, World
from tests.making.councils import MadeCouncil
from tests.never_at_rest import CANARY

CONTENT = f"架空の会議資料。{CANARY}".encode() * 40
TITLE = f"海洋状況把握に関する検討資料（架空）{CANARY}"
STATEMENT: dict[str, Any] = {
    "subject": f"衛星通信の脆弱性に関する事例（架空）{CANARY}",
    "reason": f"対策の検討に必要なため{CANARY}",
    "legal_basis": "経済安全保障推進法第62条第6項",
    "substance": {
        "not_publicly_known": True,
        "why_worth_protecting": f"悪用されるおそれがある{CANARY}",
    },
}


@dataclass(frozen=True)
class MadeDocument:
    """A document: its id, its version's id, who provided it."""

    id: str
    version: str
    provider: Caller


_RUNNING = threading.Lock()


def run_jobs(world: World) -> int:
    """Everything that is due, as the server's worker does it; what another thread has begun (the
    worker of tests/clients) is done, too, when this returns.
    """
    parts: Parts = world.parts
    with _RUNNING:
        return jobs.run_due(
            parts.database, {name: lambda s, job=job: job(parts, s) for name, job in JOBS.items()}
        )


def failing_jobs(world: World) -> list[str]:
    """Jobs that failed at their last try."""
    with world.parts.database.reading() as tx:
        return jobs.failing(tx)


def drafted_document(caller: Caller, council: str, **changed: Any) -> Any:
    """The answer to sharing a paper, without content yet."""
    asked = {"title": TITLE, "contains_designated_secret": False, **changed}
    return caller.post(f"/councils/{council}/documents", asked)


def uploaded(
    caller: Caller,
    document: str,
    content: bytes = CONTENT,
    *,
    name: str = "資料.txt",
    media_type: str = "text/plain; charset=utf-8",
    **kwargs: Any,
) -> Any:
    """The answer to uploading content by raw body."""
    headers = {"Content-Type": media_type, **kwargs.pop("headers", {})}
    path = f"/documents/{document}/content?file_name={quote(name)}"
    return caller.request("PUT", path, content=content, headers=headers, **kwargs)


def shared_document(
    world: World, council: MadeCouncil, by: Caller, content: bytes = CONTENT, **kwargs: Any
) -> MadeDocument:
    """A council-internal paper with a version that is ready."""
    document = made(drafted_document(by, council.id))["id"]
    version = made(uploaded(by, document, content, **kwargs))["id"]
    run_jobs(world)
    return MadeDocument(document, version, by)


def draft(
    world: World,
    council: MadeCouncil,
    by: Caller,
    to: list[Caller],
    *,
    days: float = 30,
    **changed: Any,
) -> Any:
    """The answer to beginning to provide a secret to some persons for some days."""
    asked = {
        "title": TITLE,
        "recipients": [person.person_id for person in to],
        "ends_at": to_text(world.clock() + round(days * DAY)),
        "contains_designated_secret": False,
        "is_own_result": False,
        "handling": "download",
        **STATEMENT,
        **changed,
    }
    return by.post(
        f"/councils/{council.id}/secrets", {k: v for k, v in asked.items() if v is not None}
    )


def drafted_secret(
    world: World,
    council: MadeCouncil,
    by: Caller,
    to: list[Caller],
    *,
    content: bytes = CONTENT,
    **changed: Any,
) -> MadeDocument:
    """A draft with a version that is ready; not provided yet."""
    document = made(draft(world, council, by, to, **changed))["id"]
    version = made(uploaded(by, document, content))["id"]
    run_jobs(world)
    return MadeDocument(document, version, by)


def provided_secret(
    world: World,
    council: MadeCouncil,
    by: Caller,
    to: list[Caller],
    *,
    acknowledged: bool = True,
    **changed: Any,
) -> MadeDocument:
    """A secret provided to some persons, who have acknowledged it unless said otherwise."""
    secret = drafted_secret(world, council, by, to, **changed)
    made(by.post(f"/documents/{secret.id}/provision"))
    if acknowledged:
        for person in to:
            acknowledge(person, secret.id)
    return secret


def made_a_handler(world: World, council: MadeCouncil, person: Caller) -> None:
    """The person's seat ends, and they sit for the same member as a mere handler."""
    with world.changing(council.id) as tx:
        seat = seats.seat_of(tx, council.id, person.person_id)
        assert seat is not None
        membership = tx.session.get(Membership, seat.membership_id)
        assert membership is not None
        seats.facts.end(tx, seat, by=None, reason="replaced")
        seats.name_seat(tx, membership, person.person_id, SeatRole.HANDLER, by=person.person_id)


def acknowledge(person: Caller, document: str) -> None:
    """Acknowledge the scope shown to the person."""
    scope = person.get(f"/documents/{document}/summary").json()["scope"]["digest"]
    answer = person.post(f"/documents/{document}/acknowledgement", {"scope": scope})
    assert answer.status_code == 204, answer.text


def made(answer: Any) -> Any:
    """The body of an answer that made something."""
    assert answer.status_code == 201, answer.text
    return answer.json()
