"""Ranges of one reader share an entry for five minutes: what shares, what ends it, what it says.

Every range is decided anew. Nothing leaves without an entry on disk, and nothing is left uncounted.
"""

import os
import socket
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from server.access import seats, sharing
from server.access.parts import Parts
from server.access.sharing import STRETCH, Sharing
from server.app import build_parts
from server.audit import facts
from server.audit.models import SYSTEM
from server.clock import HOUR, MINUTE, from_text
from server.documents.content import limits, sending
from server.documents.models import VersionFinding, VersionOutcome
from server.documents.oversight import telling
from server.identity import sessions
from server.keeping import Keeper
from tests.conftest import TestClock
from tests.factories import Caller, World
from tests.making.councils import MadeCouncil
from tests.making.documents import CONTENT as TEXT
from tests.making.documents import (
    MadeDocument,
    provided_secret,
    run_jobs,
    shared_document,
    uploaded,
)
from tests.server.documents.conftest import serving
from tests.server.documents.content.test_content import blob, bodies, end_seat, request_bytes
from tests.server.documents.content.test_leaving_while_reading import (
    member_removed,
    person_disabled,
    signed_out,
)
from tests.server.documents.content.test_limits import reminded, used

CONTENT = bytes(i * 31 % 253 for i in range(1009)) * 100
COUNTED = ("ranges", "bytes", "start", "stop")


@pytest.fixture
def paper(world: World, council: MadeCouncil) -> MadeDocument:
    return shared_document(world, council, council.organ_a, CONTENT)


def ranged(reader: Caller, document: str, start: int, stop: int, way: str = "content") -> Any:
    """The answer to asking for the bytes [start, stop)."""
    wanted = {"Range": f"bytes={start}-{stop - 1}"}
    return reader.get(f"/documents/{document}/{way}", headers=wanted)


def read(
    reader: Caller,
    document: str,
    start: int = 0,
    stop: int = 10,
    way: str = "content",
    content: bytes = CONTENT,
) -> None:
    answer = ranged(reader, document, start, stop, way)
    assert (answer.status_code, answer.content) == (206, content[start:stop])


def outcomes(world: World, document: str, way: str = "open") -> list[str]:
    return [outcome for outcome, _ in bodies(world, document, way)]


@pytest.mark.on_both_databases
def test_ranges_of_five_minutes_share_an_entry_and_one_closing_counts_them(
    world: World, council: MadeCouncil, paper: MadeDocument, clock: TestClock
) -> None:
    for start, stop in ((500, 600), (10, 20), (90_000, 95_000)):
        read(council.organ_b, paper.id, start, stop)
        clock.advance(1000)
    assert outcomes(world, paper.id) == ["allowed"]

    Keeper(world.parts).round()
    assert outcomes(world, paper.id) == ["allowed"], "the five minutes are not over"
    clock.advance(STRETCH)
    Keeper(world.parts).round()
    (_, opening), (outcome, closing) = bodies(world, paper.id, "open")
    assert outcome == "done"
    assert [closing[name] for name in COUNTED] == [3, 5110, 10, 95_000]
    assert closing["last"] == clock.now - STRETCH - 1000
    assert opening["version"] == closing["version"] == paper.version
    assert "opened" in opening
    assert "opened" not in closing

    read(council.organ_b, paper.id)
    assert outcomes(world, paper.id) == ["allowed", "done", "allowed"]


def test_only_what_an_entry_would_say_alike_shares_it(
    world: World, council: MadeCouncil, paper: MadeDocument
) -> None:
    reader = council.organ_b
    again = world.session(reader.person_id)
    with world.changing(SYSTEM) as tx:
        _, secret = sessions.make_token(
            tx, reader.person_id, name="集計", scopes=["read"], council_id=council.id, days=1
        )
    token = replace(reader, token=secret)
    read(reader, paper.id)
    for number, asks in enumerate(
        (
            lambda: read(reader, paper.id, way="download"),
            lambda: read(again, paper.id),
            lambda: read(token, paper.id),
            lambda: read(council.organ_a, paper.id),
        )
    ):
        for _ in range(2):
            asks()
            read(reader, paper.id)
        ways = outcomes(world, paper.id), outcomes(world, paper.id, "download")
        assert [each.count("allowed") for each in ways] == [1 + number, 1]
        assert not any("done" in each for each in ways)


def test_what_is_sent_whole_or_not_at_all_has_an_entry_of_its_own(
    world: World, council: MadeCouncil, paper: MadeDocument
) -> None:
    reader, path = council.organ_b, f"/documents/{paper.id}/content"
    read(reader, paper.id)
    for wanted, status in (
        ({}, 200),
        ({"Range": "bytes=0-"}, 206),
        ({"Range": "bytes=0-1,5-6"}, 200),
        ({"Range": "bytes=999999999-"}, 416),
        ({"If-None-Match": "*"}, 304),
    ):
        before = outcomes(world, paper.id).count("allowed")
        assert reader.get(path, headers=wanted).status_code == status
        assert outcomes(world, paper.id).count("allowed") == before + 1
    assert outcomes(world, paper.id).count("done") == 3


def test_another_version_is_another_entry(
    world: World, council: MadeCouncil, paper: MadeDocument
) -> None:
    read(council.organ_b, paper.id)
    assert uploaded(council.organ_a, paper.id, CONTENT).status_code == 201
    run_jobs(world)
    read(council.organ_b, paper.id)
    found = [body["version"] for _, body in bodies(world, paper.id, "open")]
    assert len(found) == len(set(found)) == 2


def test_a_change_of_rights_ends_the_sharing_of_all_and_nobodys_reading(
    world: World, council: MadeCouncil, paper: MadeDocument
) -> None:
    """What stands under an entry was decided on the very facts that the entry was."""
    read(council.organ_b, paper.id)
    with world.changing(council.id) as tx:
        seat = seats.seat_of(tx, council.id, council.handler_a.person_id)
        assert seat is not None
        seats.facts.end(tx, seat, by=None, reason="ended")
    for _ in range(2):
        read(council.organ_b, paper.id)
    world.parts.sharing.close(everything=True)
    closings = [body for outcome, body in bodies(world, paper.id, "open") if outcome == "done"]
    assert [each["ranges"] for each in closings] == [1, 2]


def in_conflict(world: World, council: MadeCouncil, paper: MadeDocument) -> None:
    asked = {"person": council.organ_b.person_id, "reason": "競合先の役員"}
    assert council.compliance.post(f"/documents/{paper.id}/conflicts", asked).is_success


def quarantined(world: World, council: MadeCouncil, paper: MadeDocument) -> None:
    with world.changing(council.id) as tx:
        finding = VersionFinding(
            council_id=council.id,
            document_id=paper.id,
            version_id=paper.version,
            outcome=VersionOutcome.QUARANTINED,
            fault="malware",
        )
        facts.enter(tx, council.id, finding)


def destroyed(world: World, council: MadeCouncil, paper: MadeDocument) -> None:
    answer = council.organ_a.post(f"/documents/{paper.id}/destruction", {"reason": "不要のため"})
    assert answer.is_success, answer.text


def damaged(world: World, council: MadeCouncil, paper: MadeDocument) -> None:
    blob(world, paper.version).unlink()


def seat_ended(world: World, council: MadeCouncil, paper: MadeDocument) -> None:
    end_seat(world, council)


def of_person(act: Callable[..., None]) -> Callable[..., None]:
    return lambda world, council, _: act(world, council, council.organ_b.person_id)


@pytest.mark.parametrize(
    ("what", "status"),
    [
        (seat_ended, 404),
        (of_person(member_removed), 401),
        (of_person(person_disabled), 401),
        (of_person(signed_out), 401),
        (in_conflict, 404),
        (quarantined, 409),
        (destroyed, 410),
        (damaged, 500),
    ],
    ids=["seat", "member", "person", "session", "conflict", "quarantine", "destroyed", "damaged"],
)
def test_the_next_range_is_refused_to_whom_it_is_not_for_any_more(
    world: World, council: MadeCouncil, paper: MadeDocument, what: Any, status: int
) -> None:
    read(council.organ_b, paper.id)
    what(world, council, paper)
    assert ranged(council.organ_b, paper.id, 20, 30).status_code == status
    world.parts.sharing.close(everything=True)
    counted = [body for _, body in bodies(world, paper.id, "open") if "ranges" in body]
    assert [(each["ranges"], each["stop"]) for each in counted] == [(1, 10)]
    refused = outcomes(world, paper.id).count("refused")
    assert refused == (status != 401), "bad credentials are only counted"


def test_a_secret_whose_period_ends_is_read_on_other_grounds_under_another_entry(
    world: World, council: MadeCouncil, clock: TestClock
) -> None:
    clock.advance(STRETCH - clock.now % STRETCH)
    secret = provided_secret(world, council, council.organ_a, [council.organ_b], days=1 + 1 / 1440)
    clock.days(1)
    reader = world.session(council.organ_b.person_id)
    for _ in range(2):
        read(reader, secret.id, way="download", content=TEXT)
        clock.advance(2 * MINUTE)
    found = [body["state"] for _, body in bodies(world, secret.id, "download")]
    assert found == ["provided_secret", "council_internal"]


@pytest.mark.on_both_databases
def test_rights_that_move_between_decision_and_range_are_decided_on_again(
    world: World, council: MadeCouncil, paper: MadeDocument, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ACC-3: the version check at open, where no entry is written that would make it."""
    read(council.organ_b, paper.id)
    find, moved = Sharing.find, list[bool]()

    def ended_meanwhile(self: Sharing, *about: Any) -> Any:
        found = find(self, *about)
        if found is not None and not moved:
            moved.append(True)
            end_seat(world, council)
        return found

    monkeypatch.setattr(Sharing, "find", ended_meanwhile)
    assert ranged(council.organ_b, paper.id, 20, 30).status_code == 404
    assert moved
    assert outcomes(world, paper.id) == ["allowed", "refused"]


def test_a_range_that_breaks_off_is_entered_by_itself_and_not_counted_with_the_others(
    world: World, council: MadeCouncil
) -> None:
    content = os.urandom(600_000)
    paper = shared_document(world, council, council.organ_a, content)
    assert ranged(council.organ_b, paper.id, 0, 100).status_code == 206
    path = blob(world, paper.version)
    sealed = bytearray(path.read_bytes())
    sealed[400_000] ^= 1
    path.write_bytes(sealed)
    with pytest.raises(sending.Cut):
        ranged(council.organ_b, paper.id, 0, 500_000)
    world.parts.sharing.close(everything=True)
    (first, _), (second, broken), (third, closing) = bodies(world, paper.id, "open")
    assert (first, second, third) == ("allowed", "refused", "done")
    assert (broken["code"], broken["bytes"]) == ("content_damaged", 262_144)
    assert (closing["ranges"], closing["bytes"]) == (1, 100)
    assert broken["begun_as"] == closing["begun_as"]
    used_up = used(council.organ_b, council.id, "downloaded_today")["used"]
    assert used_up == 262_144 + 100, "what did not leave was given back"


def test_a_range_that_outlives_the_five_minutes_ends_with_an_entry_of_its_own(
    world: World, council: MadeCouncil, clock: TestClock
) -> None:
    size = 12 << 20
    paper = shared_document(world, council, council.organ_a, os.urandom(size + 1))
    head = request_bytes(world, f"/documents/{paper.id}/content", council.organ_b.token)[:-2]
    with serving(world.parts) as address:
        with socket.create_connection(address) as line:
            line.sendall(head + b"Range: bytes=0-99\r\nConnection: close\r\n\r\n")
            assert everything(line).startswith(b"HTTP/1.1 206")
        with socket.create_connection(address) as line:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
            line.sendall(head + b"Range: bytes=1-%d\r\nConnection: close\r\n\r\n" % size)
            assert line.recv(1000)
            clock.advance(STRETCH)
            world.parts.sharing.close()
            everything(line)
    (_, opening), (_, group), (outcome, own) = bodies(world, paper.id, "open")
    assert "opened" in opening
    assert (group["ranges"], group["bytes"]) == (1, 100)
    assert (outcome, own["start"], own["bytes"]) == ("done", 1, size)
    assert own["begun_as"] == group["begun_as"]


def everything(line: socket.socket) -> bytes:
    got = b""
    while piece := line.recv(1 << 20):
        got += piece
    return got


def test_from_another_address_it_is_another_entry(
    world: World, council: MadeCouncil, paper: MadeDocument
) -> None:
    """The entry says from where somebody read, and must be right for each range."""
    read(council.organ_b, paper.id)
    head = request_bytes(world, f"/documents/{paper.id}/content", council.organ_b.token)[:-2]
    with serving(world.parts) as address, socket.create_connection(address) as line:
        line.sendall(head + b"Range: bytes=0-9\r\nConnection: close\r\n\r\n")
        assert everything(line).endswith(CONTENT[:10])
    assert outcomes(world, paper.id) == ["allowed", "allowed"]


@pytest.mark.parametrize("back", [1000, HOUR], ids=["a second", "an hour"])
def test_a_clock_set_back_lets_no_entry_last_longer(
    world: World, council: MadeCouncil, paper: MadeDocument, clock: TestClock, back: int
) -> None:
    clock.advance(STRETCH - clock.now % STRETCH + 10_000)
    read(council.organ_b, paper.id)
    clock.advance(-back)
    for _ in range(3):
        read(council.organ_b, paper.id)
    Keeper(world.parts).round()
    assert outcomes(world, paper.id).count("allowed") >= 2
    clock.advance(back + STRETCH)
    world.parts.sharing.close()
    counted = [
        body.get("ranges", 1) for out, body in bodies(world, paper.id, "open") if out == "done"
    ]
    assert sum(counted) == 4


def test_midnight_in_japan_begins_new_entries_for_the_days_limit_and_alarm(
    world: World, council: MadeCouncil, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telling, "MANY", 2)
    officer = world.officer("compliance_officer")
    papers = [shared_document(world, council, council.organ_a, CONTENT).id for _ in range(2)]
    clock.now = from_text("2026-10-01T14:59:59Z")
    reader = world.session(council.organ_b.person_id)
    for day, told in ((1, 1), (2, 2)):
        for paper in papers:
            for _ in range(3):
                read(reader, paper)
        assert used(reader, council.id, "downloaded_today")["used"] >= 60, day
        assert reminded(world, world.session(officer.person_id)) == told
        clock.advance(1000)
    world.parts.sharing.close(everything=True)
    assert used(reader, council.id, "downloaded_today")["used"] == 60


def test_the_lists_of_who_read_say_the_same_of_ranges_as_of_a_whole(
    world: World, council: MadeCouncil
) -> None:
    secret = provided_secret(world, council, council.organ_a, [council.organ_b])
    for _ in range(3):
        read(council.organ_b, secret.id, way="download", content=TEXT)
    world.parts.sharing.close(everything=True)
    readers = council.compliance.get(f"/documents/{secret.id}/readers").json()["items"]
    mine = [each["act"] for each in readers if each["person"] == council.organ_b.person_id]
    assert [act for act in mine if act != "metadata"] == ["download"]
    [duty] = council.organ_b.get("/me/duties").json()["items"]
    assert duty["first_opened"] == duty["last_opened"] is not None


@pytest.mark.on_both_databases
def test_the_duty_register_says_when_the_last_of_the_ranges_was_read(
    world: World, council: MadeCouncil, clock: TestClock
) -> None:
    """Also where something was opened between, and to who asks for its headers afterwards."""
    clock.advance(STRETCH - clock.now % STRETCH)
    secret = provided_secret(world, council, council.organ_a, [council.organ_b])
    reader = world.session(council.organ_b.person_id)
    begun = clock.now
    read(reader, secret.id, way="download", content=TEXT)
    clock.advance(MINUTE)
    assert reader.get(f"/documents/{secret.id}/download").content == TEXT
    clock.advance(MINUTE)
    read(reader, secret.id, way="download", content=TEXT)
    clock.advance(MINUTE)
    reader.request("HEAD", f"/documents/{secret.id}/download")
    clock.advance(2 * MINUTE)
    Keeper(world.parts).round()
    [duty] = reader.get("/me/duties").json()["items"]
    shown = from_text(duty["first_opened"]), from_text(duty["last_opened"])
    assert shown == (begun, begun + 2 * MINUTE)
    [bound] = council.organ_a.get(f"/documents/{secret.id}/bound").json()["items"]
    assert bound["last_opened"] == duty["last_opened"]


def a_limit(world: World, monkeypatch: pytest.MonkeyPatch, limit: int) -> None:
    """Each person may take out so many bytes a day."""
    monkeypatch.setattr(limits, "GIB", limit)
    chosen = replace(world.parts.settings, daily_download_gib=1)
    parts = replace(world.parts, settings=chosen)
    world.parts = world.client.app.state.parts = parts  # type: ignore[attr-defined]


@pytest.mark.on_both_databases
def test_bytes_are_counted_before_they_leave_and_what_was_promised_ahead_is_given_back(
    world: World, council: MadeCouncil, paper: MadeDocument, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_limit(world, monkeypatch, 1 << 30)
    sent = 0
    for number in range(1, 20):
        read(council.organ_b, paper.id, 0, number * 100)
        sent += number * 100
        counted = used(council.organ_b, council.id, "downloaded_today")["used"]
        assert sent <= counted <= 2 * sent
    world.parts.sharing.close(everything=True)
    assert used(council.organ_b, council.id, "downloaded_today")["used"] == sent
    assert outcomes(world, paper.id) == ["allowed", "done"]


def test_what_was_promised_ahead_is_nobodys_once_the_entry_is_closed(
    world: World, council: MadeCouncil, paper: MadeDocument, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A range that has found its group when it closes is counted, and ends with its own entry."""
    a_limit(world, monkeypatch, 1 << 30)
    for _ in range(3):
        read(council.organ_b, paper.id, 0, 1000)
    find = Sharing.find

    def closed_meanwhile(self: Sharing, *about: Any) -> Any:
        found = find(self, *about)
        self.close(everything=True)
        return found

    monkeypatch.setattr(Sharing, "find", closed_meanwhile)
    read(council.organ_b, paper.id, 0, 1000)
    assert used(council.organ_b, council.id, "downloaded_today")["used"] == 4000
    (_, opening), (_, group), (outcome, own) = bodies(world, paper.id, "open")
    assert "opened" in opening
    assert (group["ranges"], outcome, own["bytes"]) == (3, "done", 1000)
    assert own["begun_as"] == group["begun_as"]


def test_a_limit_is_the_same_for_ranges_as_for_the_whole(
    world: World, council: MadeCouncil, paper: MadeDocument, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_limit(world, monkeypatch, 5_000)
    answers = [ranged(council.organ_b, paper.id, 0, 900) for _ in range(7)]
    assert [each.status_code for each in answers] == [206] * 5 + [429] * 2
    world.parts.sharing.close(everything=True)
    assert used(council.organ_b, council.id, "downloaded_today")["used"] == 4_500
    assert outcomes(world, paper.id) == ["allowed", "refused", "refused", "done"]


def test_a_range_is_noted_as_the_use_of_its_session(
    world: World, council: MadeCouncil, paper: MadeDocument, clock: TestClock
) -> None:
    """Who reads on is not idle, though nothing is recorded."""
    clock.advance(STRETCH - clock.now % STRETCH)
    reader = world.session(council.organ_b.person_id)
    read(reader, paper.id)
    clock.advance(4 * MINUTE)
    read(reader, paper.id)
    assert outcomes(world, paper.id) == ["allowed"]
    [mine] = [each for each in reader.get("/me/sessions").json()["items"] if each["current"]]
    assert from_text(mine["seen_at"]) == clock.now


def test_no_more_groups_are_kept_than_a_bound_and_the_oldest_closes_first(
    world: World, council: MadeCouncil, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sharing, "MOST", 2)
    papers = [shared_document(world, council, council.organ_a, CONTENT).id for _ in range(3)]
    for paper in papers:
        read(council.organ_b, paper)
    assert [outcomes(world, paper) for paper in papers] == [
        ["allowed", "done"],
        ["allowed"],
        ["allowed"],
    ]


def test_a_closing_that_cannot_be_written_is_written_later_and_once(
    world: World, council: MadeCouncil, paper: MadeDocument, monkeypatch: pytest.MonkeyPatch
) -> None:
    read(council.organ_b, paper.id)
    with monkeypatch.context() as broken:
        broken.setattr(world.parts.recorder, "_commit", failing)
        with pytest.raises(OSError, match="gone"):
            world.parts.sharing.close(everything=True)
    assert outcomes(world, paper.id) == ["allowed"]
    read(council.organ_b, paper.id)
    for _ in range(2):
        world.parts.sharing.close(everything=True)
    counted = [body["ranges"] for out, body in bodies(world, paper.id, "open") if "ranges" in body]
    assert counted == [1, 1], "the second range began another"


@pytest.mark.on_both_databases
def test_a_closing_whose_commit_took_place_unanswered_stands_once(
    world: World, council: MadeCouncil, paper: MadeDocument, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database has it, the answer is lost: what is tried again asks before it writes."""
    a_limit(world, monkeypatch, 1 << 30)
    for stop in (1000, 2000, 500):
        read(council.organ_b, paper.id, 0, stop)
    with monkeypatch.context() as broken:
        broken.setattr(world.parts.database.writer.dialect, "do_commit", unanswered(world))
        with pytest.raises(OperationalError, match="lost"):
            world.parts.sharing.close(everything=True)
    assert outcomes(world, paper.id) == ["allowed", "done"]
    read(council.organ_b, paper.id)
    for _ in range(2):
        world.parts.sharing.close(everything=True)
    counted = [body["ranges"] for _, body in bodies(world, paper.id, "open") if "ranges" in body]
    assert counted == [3, 1], "the last range began another"
    assert used(council.organ_b, council.id, "downloaded_today")["used"] == 3510


def unanswered(world: World) -> Callable[[Any], None]:
    """A commit that takes place, and whose answer does not arrive."""
    dialect = world.parts.database.writer.dialect
    commit = dialect.do_commit

    def lost(connection: Any) -> None:
        commit(connection)
        raise dialect.loaded_dbapi.OperationalError("the answer is lost")

    return lost


def test_a_closing_that_fails_forgets_none_that_began_meanwhile(
    world: World, council: MadeCouncil, paper: MadeDocument, monkeypatch: pytest.MonkeyPatch
) -> None:
    read(council.organ_b, paper.id)

    def begun_meanwhile(_: object) -> None:
        read(council.organ_b, paper.id)
        failing(_)

    with monkeypatch.context() as broken:
        broken.setattr(world.parts.sharing, "_record", begun_meanwhile)
        with pytest.raises(OSError, match="gone"):
            world.parts.sharing.close(everything=True)
    world.parts.sharing.close(everything=True)
    closings = [body for _, body in bodies(world, paper.id, "open") if "ranges" in body]
    assert [body["ranges"] for body in closings] == [1, 1]
    assert len({body["begun_as"] for body in closings}) == 2


def failing(_: object) -> None:
    raise OSError("the database is gone")


@pytest.mark.on_both_databases
def test_each_process_has_entries_of_its_own(
    world: World, council: MadeCouncil, paper: MadeDocument
) -> None:
    here, app = world.parts, world.client.app
    other: Parts = build_parts(here.settings, here.clock)
    try:
        for parts in (here, other, here, other):
            app.state.parts = parts  # type: ignore[attr-defined]
            read(council.organ_b, paper.id)
        for parts in (here, other):
            parts.sharing.close(everything=True)
    finally:
        app.state.parts = here  # type: ignore[attr-defined]
        other.database.dispose()
    found = bodies(world, paper.id, "open")
    assert [outcome for outcome, _ in found] == ["allowed", "allowed", "done", "done"]
    assert [body["ranges"] for _, body in found if "ranges" in body] == [2, 2]
