"""How much may be stored and moved: clear answers, a Japanese day, and no two at once too many."""

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Table, select

from server.access import seats
from server.access.models import Membership
from server.access.transfer import Transfer
from server.access.vocabulary import SeatRole
from server.clock import DAY, HOUR, from_text, to_text
from server.councils import duty
from server.database import Tx
from server.documents.content import download_limits, limits, upload_limits
from server.documents.content.limit_models import DailyDownload
from server.documents.content.limits import GIB
from server.documents.oversight import telling
from server.notices import making
from server.notices.sources import declared
from tests.conftest import TestClock
from tests.factories import Caller, World
from tests.making import uploads
from tests.making.closing import run_every_job
from tests.making.councils import MadeCouncil, established_council
from tests.making.documents import (
    CONTENT,
    drafted_document,
    made,
    provided_secret,
    shared_document,
    uploaded,
)

SIZE = len(CONTENT)
_taken: Table = DailyDownload.__table__  # type: ignore[attr-defined]


@pytest.fixture
def council(world: World) -> MadeCouncil:
    return established_council(world)


@pytest.fixture
def three_at_most(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Make a limit so small that three contents fit and a fourth does not."""

    def change(world: World, **gib: int) -> None:
        monkeypatch.setattr(limits, "GIB", 3 * SIZE + 1)
        none = {"council_gib": 0, "daily_upload_gib": 0, "daily_download_gib": 0}
        chosen = replace(world.parts.settings, **{**none, **gib})
        parts = replace(world.parts, settings=chosen)
        world.parts = world.client.app.state.parts = parts  # type: ignore[attr-defined]

    return change


def paper(world: World, by: Caller, council: str) -> str:
    document: str = made(drafted_document(by, council))["id"]
    return document


def used(by: Caller, council: str, what: str) -> Any:
    return by.get(f"/councils/{council}/limits").json()[what]


def test_a_full_council_takes_no_more_and_says_how_much_it_has(
    world: World, council: MadeCouncil, three_at_most: Callable[..., None]
) -> None:
    three_at_most(world, council_gib=1)
    document = paper(world, council.organ_a, council.id)
    for by in (council.organ_a, council.organ_b, council.organ_a):
        of = document if by is council.organ_a else paper(world, by, council.id)
        made(uploaded(by, of))

    answer = uploaded(council.organ_a, document)
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (507, "council_full")
    assert problem["limit"] == 3 * SIZE + 1
    assert "retry-after" not in answer.headers
    told = used(council.organ_b, council.id, "stored")["used"]
    assert 3 * SIZE <= told == problem["used"] < 3 * SIZE + SIZE // 10
    other = established_council(world, concept="C-2212A-03")
    made(uploaded(other.organ_a, paper(world, other.organ_a, other.id)))


@pytest.mark.on_both_databases
def test_parts_of_uploads_that_nobody_completes_take_room_too(
    world: World, council: MadeCouncil, three_at_most: Callable[..., None]
) -> None:
    three_at_most(world, council_gib=1, daily_upload_gib=1)
    mine, other = paper(world, council.organ_a, council.id), paper(world, council.fa, council.id)
    first, second = uploads.begun(council.organ_a, mine), uploads.begun(council.fa, other)
    uploads.sent(council.organ_a, first, 0, CONTENT)
    uploads.sent(council.fa, second, 0, CONTENT)
    uploads.sent(council.organ_a, first, SIZE, CONTENT)

    refused = uploads.patch(council.fa, second, SIZE, CONTENT)
    assert (refused.status_code, refused.json()["code"]) == (507, "council_full")
    made(uploads.complete(council.organ_a, first))
    assert uploaded(council.fa, other).status_code == 507
    assert council.fa.delete(second).status_code == 204
    run_every_job(world)
    made(uploaded(council.fa, other))


def test_what_is_sent_again_by_its_key_is_neither_counted_nor_refused(
    world: World,
    council: MadeCouncil,
    three_at_most: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    three_at_most(world, council_gib=1, daily_upload_gib=1)
    monkeypatch.setattr(limits, "GIB", 3 * SIZE)  # not a byte more
    key = {"Idempotency-Key": "third"}
    document = paper(world, council.organ_a, council.id)
    for _ in range(2):
        made(uploaded(council.organ_a, document))
    first = made(uploaded(council.organ_a, document, headers=key))
    assert uploaded(council.organ_a, document).status_code == 507

    before = used(council.organ_a, council.id, "uploaded_today")
    assert made(uploaded(council.organ_a, document, headers=key)) == first
    assert used(council.organ_a, council.id, "uploaded_today") == before


def test_a_persons_day_ends_at_midnight_in_japan(
    world: World, council: MadeCouncil, clock: TestClock, three_at_most: Callable[..., None]
) -> None:
    three_at_most(world, daily_upload_gib=1)
    clock.now = from_text("2026-10-01T14:59:00Z")  # a minute before midnight in Japan
    by = world.session(council.organ_a.person_id)
    document = paper(world, by, council.id)
    for _ in range(3):
        made(uploaded(by, document))

    answer = uploaded(by, document)
    assert (answer.status_code, answer.json()["code"]) == (429, "daily_upload_limit")
    assert answer.json()["ends_at"] == "2026-10-01T15:00:00.000Z"
    assert answer.headers["retry-after"] == "60"
    other = world.session(council.organ_b.person_id)
    made(uploaded(other, paper(world, other, council.id)))
    clock.advance(60_000)
    made(uploaded(by, document))
    assert used(by, council.id, "uploaded_today")["used"] == SIZE


def test_what_was_sent_counts_and_what_was_not_asked_for_does_not(
    world: World, council: MadeCouncil, three_at_most: Callable[..., None]
) -> None:
    document = shared_document(world, council, council.organ_a).id
    three_at_most(world, daily_download_gib=1)
    reader, path = council.organ_b, f"/documents/{document}/content"
    tag = reader.get(path).headers["etag"]
    reader.get(path, headers={"If-None-Match": tag})
    reader.request("HEAD", path)
    reader.get(path, headers={"Range": f"bytes={SIZE}-"})
    reader.get(path, headers={"Range": "bytes=0-99"})

    assert used(reader, council.id, "downloaded_today")["used"] == SIZE + 100
    assert used(council.organ_a, council.id, "downloaded_today")["used"] == 0
    assert reader.get(path).is_success
    answer = reader.get(f"/documents/{document}/download")
    assert (answer.status_code, answer.json()["code"]) == (429, "daily_download_limit")
    assert reader.get(path, headers={"Range": "bytes=0-9"}).is_success, "what still fits"
    assert council.organ_a.get(path).is_success


def test_a_new_day_begins_at_nothing_and_forgets_the_last(
    world: World, council: MadeCouncil, clock: TestClock
) -> None:
    document = shared_document(world, council, council.organ_a).id
    for _ in range(2):
        reader = world.session(council.organ_b.person_id)
        reader.get(f"/documents/{document}/content")
        assert used(reader, council.id, "downloaded_today")["used"] == SIZE
        clock.days(1)

    with world.parts.database.reading() as tx:
        assert len(tx.connection.execute(select(_taken)).all()) == 1


@pytest.mark.on_both_databases
def test_of_two_uploads_at_once_that_fit_only_alone_one_is_refused(
    world: World,
    council: MadeCouncil,
    three_at_most: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Both have been let begin and have sent everything before either is written."""
    three_at_most(world, council_gib=1)
    documents = [paper(world, by, council.id) for by in (council.organ_a, council.organ_b)]
    made(uploaded(council.organ_a, documents[0], CONTENT * 2))
    arrived, change = threading.Barrier(2), Transfer._change

    def together(transfer: Transfer[Any], act: Any) -> Any:
        arrived.wait(30)
        return change(transfer, act)

    monkeypatch.setattr(Transfer, "_change", together)
    answers = at_once(
        lambda: uploaded(council.organ_a, documents[0]),
        lambda: uploaded(council.organ_b, documents[1]),
    )
    assert sorted(answers) == [201, 507]


@pytest.mark.on_both_databases
def test_one_person_cannot_use_a_day_twice_by_two_councils_at_once(
    world: World,
    council: MadeCouncil,
    three_at_most: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each council has a lock of its own: the person is what both wait for."""
    three_at_most(world, daily_upload_gib=1)
    by, other = council.organ_a, established_council(world, concept="C-2212A-03")
    seated(world, other, by)
    documents = [paper(world, by, each.id) for each in (council, other)]
    made(uploaded(by, documents[0], CONTENT * 2))
    arrived, summed = threading.Barrier(2), upload_limits._sum

    def both_at_the_sum(tx: Tx, which: Any) -> int:
        found = summed(tx, which)
        if tx.heads and "created_by" in str(which):
            with suppress(threading.BrokenBarrierError):
                arrived.wait(0.5)  # who has to wait for the other never gets here beside it
        return found

    monkeypatch.setattr(upload_limits, "_sum", both_at_the_sum)
    answers = at_once(*(lambda id=id: uploaded(by, id) for id in documents))
    assert sorted(answers) == [201, 429]


def seated(world: World, council: MadeCouncil, person: Caller) -> None:
    """The person sits for a member of this council, too, and knows the duty."""
    with world.changing(council.id) as tx:
        membership = tx.session.get_one(Membership, council.memberships["organ_a"])
        seats.name_seat(
            tx, membership, person.person_id, SeatRole.HANDLER, by=council.organ_a.person_id
        )
        duty.acknowledge(tx, council.id, person.person_id, duty.current(tx).name)


@pytest.mark.on_both_databases
def test_of_two_downloads_at_once_that_fit_only_alone_one_is_refused(
    world: World,
    council: MadeCouncil,
    three_at_most: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Both have been decided before the entry of either is written."""
    document = shared_document(world, council, council.organ_a, CONTENT * 2).id
    three_at_most(world, daily_download_gib=1)
    decided, check = threading.Barrier(2), download_limits.refuse

    def together(*given: Any) -> None:
        check(*given)
        if threading.current_thread() not in waited:
            waited.add(threading.current_thread())
            decided.wait(30)

    waited: set[Any] = set()
    monkeypatch.setattr(download_limits, "refuse", together)
    reader = council.organ_b
    ask = lambda: reader.get(f"/documents/{document}/content")  # noqa: E731
    assert sorted(at_once(ask, ask)) == [200, 429]
    monkeypatch.setattr(download_limits, "refuse", check)
    assert used(reader, council.id, "downloaded_today")["used"] == 2 * SIZE


def at_once(*acts: Callable[[], Any]) -> list[int]:
    """The statuses of requests made side by side."""
    answers: list[int] = []
    threads = [
        threading.Thread(target=lambda act=act: answers.append(act().status_code)) for act in acts
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_without_limits_nothing_is_counted_or_refused(
    world: World, council: MadeCouncil, three_at_most: Callable[..., None]
) -> None:
    three_at_most(world)
    document = shared_document(world, council, council.organ_a, CONTENT * 9).id

    assert council.organ_b.get(f"/documents/{document}/content").is_success
    shown = council.organ_b.get(f"/councils/{council.id}/limits").json()
    assert [shown[name]["limit"] for name in ("stored", "uploaded_today", "downloaded_today")] == [
        None
    ] * 3
    assert shown["downloaded_today"]["used"] == 0


def test_the_limits_are_told_to_those_inside_and_to_nobody_else(
    world: World, council: MadeCouncil
) -> None:
    path = f"/councils/{council.id}/limits"
    shown = council.organ_b.get(path).json()

    assert shown["largest_file"] == 8 * GIB
    assert shown["stored"] == {"used": 0, "limit": 1024 * GIB, "ends_at": None}
    day = datetime.fromtimestamp((world.clock() + 9 * HOUR) / 1000, UTC).date()
    midnight = round(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp() * 1000)
    assert shown["uploaded_today"]["ends_at"] == to_text(midnight + DAY - 9 * HOUR)
    assert world.person("部外 者").get(path).status_code == 404


def test_who_opens_very_many_documents_in_a_day_is_let_and_the_officers_are_told(
    world: World, council: MadeCouncil, monkeypatch: pytest.MonkeyPatch, clock: TestClock
) -> None:
    monkeypatch.setattr(telling, "MANY", 3)
    officer, elsewhere = world.officer("compliance_officer"), world.officer("auditor")
    papers = [shared_document(world, council, council.organ_a).id for _ in range(2)]
    secret = provided_secret(world, council, council.organ_a, [council.organ_b]).id
    for document in (*papers, *papers):
        assert council.organ_b.get(f"/documents/{document}/content").is_success
        council.organ_b.get(f"/documents/{document}")
    assert reminded(world, officer) == 0, "the same two, over and over"

    assert council.organ_b.get(f"/documents/{secret}/download").is_success
    assert reminded(world, officer) == 1
    assert reminded(world, officer) == 1, "once a day"
    assert reminded(world, elsewhere) == 0
    clock.days(1)
    assert reminded(world, world.session(officer.person_id)) == 1, "nothing today"


def reminded(world: World, person: Caller) -> int:
    """How often a person was told of somebody who opens many."""
    making.remind(world.parts, declared())
    items = person.get("/me/notices").json()["items"]
    return sum(item["topic"] == "mass_reading" for item in items)
