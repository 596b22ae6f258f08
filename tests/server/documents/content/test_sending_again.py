"""Content sent again with its Idempotency-Key: one version, the first answer, nothing left behind.

What a kill leaves is tested in uploads/test_upload_crashes.py and tests/faults/test_kills.py.
"""

import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import quote

import pytest

from server import crashpoints
from server.access import resending, seats
from server.access.models import Membership
from server.clock import DAY
from server.identity import sessions
from server.identity.caller import PASSWORD
from tests.conftest import TestClock
from tests.factories import Caller, World
from tests.making.councils import MadeCouncil
from tests.making.documents import CONTENT, drafted_document, made, uploaded
from tests.making.uploads import digest_of
from tests.server.documents.conftest import serving
from tests.server.documents.content.test_content import bodies

KEY = {"Idempotency-Key": "6f1c"}
Send = Callable[..., Any]


def by_body(caller: Caller, document: str, content: bytes = CONTENT, **more: Any) -> Any:
    return uploaded(caller, document, content, headers={**KEY, **more.pop("headers", {})}, **more)


def by_form(
    caller: Caller,
    document: str,
    content: bytes = CONTENT,
    *,
    name: str = "資料.txt",
    media_type: str = "text/plain; charset=utf-8",
) -> Any:
    form = {"files": {"file": (name, content, media_type)}, "headers": KEY}
    return caller.post(f"/documents/{document}/content", **form)


BOTH = pytest.mark.parametrize("send", [by_body, by_form], ids=["body", "form"])


@pytest.fixture
def document(council: MadeCouncil) -> str:
    identifier: str = made(drafted_document(council.organ_a, council.id))["id"]
    return identifier


@pytest.fixture
def both_have_arrived() -> Iterator[None]:
    """Nobody's second transaction begins before two have come as far."""
    gate = threading.Barrier(2, timeout=60)

    def wait(point: str) -> None:
        if point == "upload.object_finished":
            gate.wait()

    crashpoints.set_hook(wait)
    yield
    crashpoints.set_hook(None)


@pytest.fixture
def is_recognised(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Set when a request has been looked at, and what it brings is about to be received."""
    looked_at, found = threading.Event(), resending.found

    def noting(*about: Any) -> Any:
        resent = found(*about)
        looked_at.set()
        return resent

    monkeypatch.setattr(resending, "found", noting)
    return looked_at


def stored(world: World, by: Caller, document: str) -> list[str]:
    """The versions; each has one object in the vault, and there is no other."""
    found = [each["id"] for each in by.get(f"/documents/{document}/versions").json()["items"]]
    assert len(list(world.parts.vault.names())) == len(found)
    return found


def said(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def entries(world: World, document: str) -> list[tuple[str, Any, Any]]:
    """Of each attempt: how it ended, whether it says it was a repetition, or the code."""
    found = bodies(world, document, "upload")
    return [(outcome, body.get("replayed"), body.get("code")) for outcome, body in found]


@BOTH
@pytest.mark.on_both_databases
def test_what_is_sent_again_is_answered_alike_and_stored_once(
    world: World, council: MadeCouncil, document: str, send: Send
) -> None:
    first, again = send(council.organ_a, document), send(council.organ_a, document)

    assert (first.status_code, again.status_code) == (201, 201)
    assert (again.json(), again.headers["location"]) == (first.json(), first.headers["location"])
    assert stored(world, council.organ_a, document) == [first.json()["id"]]
    assert entries(world, document) == [
        ("allowed", None, None),
        ("done", None, None),
        ("done", True, None),
    ]


@BOTH
@pytest.mark.parametrize(
    "other",
    [{"content": CONTENT[::-1]}, {"name": "別名.txt"}, {"media_type": "text/csv"}],
    ids=["bytes", "name", "type"],
)
def test_other_content_under_the_same_key_is_refused_and_leaves_nothing(
    world: World, council: MadeCouncil, document: str, send: Send, other: dict[str, Any]
) -> None:
    first = send(council.organ_a, document)

    assert said(send(council.organ_a, document, **other)) == (422, "idempotency_key_reused")
    assert stored(world, council.organ_a, document) == [first.json()["id"]]
    assert entries(world, document)[-1] == ("refused", None, "idempotency_key_reused")
    assert send(council.organ_a, document).json() == first.json()


def test_a_declared_secret_is_an_incident_whatever_its_key_was_used_for(
    world: World, council: MadeCouncil, document: str
) -> None:
    """BR-50: it is no mistake about a key."""
    made(by_body(council.organ_a, document))
    path = f"/documents/{document}/content?file_name=資料.txt&contains_designated_secret=true"
    answer = council.organ_a.request("PUT", path, content=CONTENT, headers=KEY)
    assert said(answer) == (422, "incident_designated_secret")


@pytest.mark.usefixtures("both_have_arrived")
@pytest.mark.on_both_databases
def test_of_two_at_once_one_is_stored_and_both_are_answered(
    world: World, council: MadeCouncil, document: str
) -> None:
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda _: by_body(council.organ_a, document).json(), range(2)))

    assert answers[0] == answers[1]
    assert stored(world, council.organ_a, document) == [answers[0]["id"]]
    _, ended = [body for outcome, body in bodies(world, document, "upload") if outcome == "done"]
    assert ended["replayed"] is True
    assert ended["begun_as"] >= 0


@pytest.mark.usefixtures("both_have_arrived")
def test_of_two_different_ones_at_once_one_is_refused(
    world: World, council: MadeCouncil, document: str
) -> None:
    with ThreadPoolExecutor(2) as pool:
        contents = (CONTENT, CONTENT[::-1])
        answers = list(pool.map(lambda each: by_body(council.organ_a, document, each), contents))

    codes = sorted((each.status_code, each.json().get("code")) for each in answers)
    assert codes == [(201, None), (422, "idempotency_key_reused")]
    assert len(stored(world, council.organ_a, document)) == 1


def test_a_body_a_form_another_key_and_another_day_are_other_requests(
    world: World, council: MadeCouncil, document: str, clock: TestClock
) -> None:
    made(by_body(council.organ_a, document))
    made(by_form(council.organ_a, document))
    made(by_body(council.organ_a, document, headers={"Idempotency-Key": "7a2d"}))
    made(uploaded(council.organ_a, document))
    made(uploaded(council.organ_a, document))
    assert said(by_body(council.organ_a, document, headers={"Idempotency-Key": "x" * 201})) == (
        422,
        "idempotency_key_reused",
    )
    clock.advance(DAY)
    made(by_body(world.session(council.organ_a.person_id), document))
    later = world.session(council.organ_a.person_id)
    assert len(stored(world, later, document)) == 6


def test_a_refusal_keeps_no_key_and_a_damaged_repetition_gets_no_answer(
    world: World, council: MadeCouncil, document: str
) -> None:
    wrong = {"Content-Digest": digest_of(b"another")}
    assert said(by_body(council.organ_a, document, headers=wrong)) == (422, "wrong_digest")
    first = by_body(council.organ_a, document)

    assert said(by_body(council.organ_a, document, headers=wrong)) == (422, "wrong_digest")
    assert entries(world, document)[-1] == ("refused", None, "wrong_digest")
    assert by_body(council.organ_a, document).json() == first.json()
    assert stored(world, council.organ_a, document) == [first.json()["id"]]


def test_a_repetition_takes_no_room_and_outlives_what_it_made(
    world: World, council: MadeCouncil, document: str
) -> None:
    first = by_body(council.organ_a, document)
    world.parts.vault.healthy = False
    assert said(uploaded(council.organ_a, document)) == (503, "storage_unhealthy")
    assert by_body(council.organ_a, document).json() == first.json()

    destroyed = council.organ_a.post(f"/documents/{document}/destruction", {"reason": "誤り"})
    assert destroyed.status_code == 201, destroyed.text
    assert uploaded(council.organ_a, document).status_code != 201
    assert by_body(council.organ_a, document).json() == first.json()


def removed(world: World, council: MadeCouncil) -> None:
    """The member whose paper it is has to leave the council."""
    with world.changing(council.id) as tx:
        membership = tx.session.get_one(Membership, council.memberships["organ_a"])
        seats.end_membership(tx, membership, by=council.pd.person_id, reason="removed")


def test_who_may_not_know_of_the_paper_any_more_gets_no_old_answer(
    world: World, council: MadeCouncil, document: str
) -> None:
    made(by_body(council.organ_a, document))
    removed(world, council)

    assert by_body(world.session(council.organ_a.person_id), document).status_code == 404


@pytest.mark.parametrize(
    ("end", "answer", "last"),
    [
        (lambda *_: None, b"", ("refused", None, "disconnected")),
        (removed, b"401", ("done", None, None)),
    ],
    ids=["broken off", "removed midway"],
)
def test_a_repetition_that_does_not_end_as_it_began_gets_no_answer(
    world: World,
    council: MadeCouncil,
    document: str,
    is_recognised: threading.Event,
    end: Send,
    answer: bytes,
    last: tuple[str, Any, Any],
) -> None:
    """Over a real socket: half of it, then the line is dead, or the right is gone."""
    first = made(by_body(council.organ_a, document))
    lines = (
        f"PUT /api/v1/documents/{document}/content?file_name={quote('資料.txt')} HTTP/1.1",
        f"Host: {world.parts.settings.origin_host}",
        f"Authorization: Bearer {council.organ_a.token}",
        "Content-Type: text/plain; charset=utf-8",
        "Idempotency-Key: 6f1c",
        "Connection: close",
        f"Content-Length: {len(CONTENT)}",
    )
    got, half = b"", len(CONTENT) // 2
    is_recognised.clear()
    with serving(world.parts) as address, socket.create_connection(address) as line:
        line.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + CONTENT[:half])
        assert is_recognised.wait(60)
        end(world, council)
        if answer:
            line.sendall(CONTENT[half:])
        else:
            line.shutdown(socket.SHUT_WR)
        while piece := line.recv(65536):
            got += piece
    assert first["id"].encode() not in got
    assert got.startswith(b"HTTP/1.1 " + answer) if answer else got == b""
    assert entries(world, document)[-1] == last


def test_a_session_by_password_does_not_repeat_what_a_passkey_did(
    world: World, council: MadeCouncil, document: str
) -> None:
    made(by_body(council.organ_a, document))
    with world.changing() as tx:
        token, _ = sessions.start_session(tx, council.organ_a.person_id, method=PASSWORD)
    weaker = Caller(council.organ_a.person_id, token, council.organ_a.client)
    refused = by_body(weaker, document)
    assert (refused.status_code, refused.json()["code"]) == (403, "passkey_needed")
