"""How many documents one person may take away by reporting them, and that all may report."""

import threading
from contextlib import suppress
from typing import Any

import pytest

from server.access import seats
from server.access.models import Membership
from server.access.vocabulary import SeatRole
from server.clock import from_text
from server.councils import duty
from server.documents.incidents import reporting
from tests.conftest import TestClock
from tests.factories import Caller, World
from tests.making.asking import reported
from tests.making.councils import MadeCouncil, established_council
from tests.making.documents import (
    drafted_document,
    made,
    run_jobs,
    shared_document,
    uploaded,
)

BODY = {"about": "wrong_disclosure", "note": "架空"}


def papers(council: MadeCouncil, count: int) -> list[str]:
    return [made(drafted_document(council.fa, council.id))["id"] for _ in range(count)]


def report(by: Caller, document: str) -> Any:
    return by.post(f"/documents/{document}/incidents", BODY)


def released(officer: Caller, incident: str) -> None:
    said = {"outcome": "released", "done": "架空"}
    assert officer.post(f"/incidents/{incident}/closing", said).status_code == 201


def test_who_finds_ten_leaked_papers_reports_ten_and_nobody_reports_without_end(
    council: MadeCouncil,
) -> None:
    found = papers(council, reporting.MOST + 1)
    *first, last = found
    assert len(first) >= 10
    for document in first:
        reported(council.organ_b, document, "wrong_disclosure")

    answer = report(council.organ_b, last)
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (429, "daily_report_limit")
    assert (problem["limit"], problem["used"]) == (reporting.MOST, reporting.MOST)
    assert int(answer.headers["retry-after"]) > 0
    assert council.organ_b.get(f"/documents/{last}").status_code == 200, "nothing was taken away"
    listed = council.compliance.get(f"/councils/{council.id}/log/entries?limit=200").json()["items"]
    refused = [each for each in listed if each["outcome"] == "refused"]
    assert [each["kind"] for each in refused] == ["document.report_incident"]
    assert report(council.organ_a, last).status_code == 201, "somebody else may"


def test_the_limit_is_of_a_day_in_japan_and_what_was_given_back_counts(
    world: World, council: MadeCouncil, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reporting, "MOST", 1)
    clock.now = from_text("2026-10-01T14:59:00Z")  # a minute before midnight in Japan
    by, [document] = world.session(council.organ_b.person_id), papers_by(world, council)
    released(world.session(council.compliance.person_id), reported(by, document))
    answer = report(by, document)
    assert answer.json()["ends_at"] == "2026-10-01T15:00:00.000Z"
    assert answer.headers["retry-after"] == "60"
    clock.advance(60_000)
    assert report(by, document).status_code == 201


def papers_by(world: World, council: MadeCouncil) -> list[str]:
    return [made(drafted_document(world.session(council.fa.person_id), council.id))["id"]]


def test_an_officer_has_more_to_report_and_a_limit_too(
    council: MadeCouncil, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reporting, "MOST", 0)
    monkeypatch.setattr(reporting, "MOST_OF_OFFICER", 1)
    one, other = papers(council, 2)
    assert report(council.organ_b, one).status_code == 429
    assert report(council.compliance, one).status_code == 201
    assert report(council.compliance, other).status_code == 429


@pytest.mark.on_both_databases
def test_nobody_reports_twice_as_many_by_two_councils_at_once(
    world: World, council: MadeCouncil, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each council has a lock of its own: the person is what both wait for."""
    monkeypatch.setattr(reporting, "MOST", 1)
    other, by = established_council(world, concept="C-2212A-03"), council.organ_a
    with world.changing(other.id) as tx:
        membership = tx.session.get_one(Membership, other.memberships["organ_a"])
        seats.name_seat(tx, membership, by.person_id, SeatRole.HANDLER, by=by.person_id)
        duty.acknowledge(tx, other.id, by.person_id, duty.current(tx).name)
    found = [papers(each, 1)[0] for each in (council, other)]
    arrived, counted, answers = threading.Barrier(2), reporting._today, []

    def both_at_the_count(*given: Any) -> int:
        number = counted(*given)
        with suppress(threading.BrokenBarrierError):
            arrived.wait(0.5)  # who has to wait for the other never gets here beside it
        return number

    monkeypatch.setattr(reporting, "_today", both_at_the_count)
    threads = [
        threading.Thread(target=lambda d=d: answers.append(report(by, d).status_code))
        for d in found
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [201, 429]


def test_what_the_server_found_neither_keeps_readers_from_reporting_nor_is_told_to_them(
    world: World, council: MadeCouncil
) -> None:
    """A provider whose own upload bore a marking would else have a paper nobody can stop."""
    paper = shared_document(world, council, council.fa).id
    made(uploaded(council.fa, paper, "【特定秘密】\n".encode()))
    run_jobs(world)
    listed = council.compliance.get(f"/councils/{council.id}/incidents").json()["items"]
    [detected] = [each["id"] for each in listed]
    assert report(council.organ_b, paper).status_code == 201
    assert council.organ_b.get(f"/documents/{paper}").status_code == 404
    released(council.compliance, detected)
    assert council.organ_b.get(f"/documents/{paper}").status_code == 404, "the other is open"
