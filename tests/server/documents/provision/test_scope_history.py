"""Handling, the event that ends a period, what is said after the end, and the history of it all."""

from typing import Any

import pytest

from server.clock import DAY, to_text
from tests.factories import Caller, World
from tests.making.councils import MadeCouncil
from tests.making.documents import (
    CONTENT,
    MadeDocument,
    acknowledge,
    draft,
    drafted_secret,
    made,
    provided_secret,
    shared_document,
)

EVENT = "法案の公布（架空）"


def posted(caller: Caller, secret: MadeDocument, path: str, **asked: Any) -> Any:
    return caller.post(f"/documents/{secret.id}/{path}", asked)


def after(world: World, days: float) -> str:
    return to_text(world.clock() + round(days * DAY))


def test_handling_is_tightened_at_once_and_loosened_with_a_reason(
    world: World, council: MadeCouncil
) -> None:
    by, reader = council.organ_a, council.organ_b
    secret = provided_secret(world, council, by, [reader])
    download = f"/documents/{secret.id}/download"
    assert reader.get(download).content == CONTENT
    assert posted(by, secret, "handling", handling="view_only").json()["handling"] == "view_only"
    assert reader.get(download).status_code == 403
    assert not {"print", "download"} & set(reader.get(f"/documents/{secret.id}").json()["may"])
    refused = posted(by, secret, "handling", handling="print")
    assert (refused.status_code, refused.json()["code"]) == (422, "reason_needed")
    assert posted(by, secret, "handling", handling="print", reason="会議で配る").status_code == 200
    shown = reader.get(f"/documents/{secret.id}").json()
    assert shown["handling"] == "print"
    assert "print" in shown["may"]
    assert "download" not in shown["may"]


@pytest.mark.parametrize("person", ["organ_b", "compliance", "secretariat"])
def test_nobody_but_the_provider_changes_the_handling(
    world: World, council: MadeCouncil, person: str
) -> None:
    """BR-17"""
    secret = provided_secret(world, council, council.organ_a, [council.organ_b])
    refused = posted(getattr(council, person), secret, "handling", handling="view_only")
    assert refused.status_code == 403


def test_naming_somebody_later_needs_a_reason_and_removing_does_not(
    world: World, council: MadeCouncil
) -> None:
    secret = provided_secret(world, council, council.organ_a, [council.organ_b])
    refused = posted(council.organ_a, secret, "recipients", add=[council.fa.person_id])
    assert (refused.status_code, refused.json()["code"]) == (422, "reason_needed")
    again = posted(council.organ_a, secret, "recipients", add=[council.organ_b.person_id])
    assert again.status_code == 200, "who is named already is not named anew"
    gone = posted(council.organ_a, secret, "recipients", remove=[council.organ_b.person_id])
    assert gone.json()["recipients"] == []


def test_the_provider_records_the_event_that_ends_the_period(
    world: World, council: MadeCouncil
) -> None:
    by = council.organ_a
    secret = provided_secret(world, council, by, [council.organ_b], event=EVENT)
    assert council.organ_b.get(f"/documents/{secret.id}").json()["event"] == EVENT
    assert posted(by, secret, "release", ground="event_occurred").status_code == 204
    ended = council.fa.get(f"/documents/{secret.id}").json()["ended"]
    assert ended == {"at": to_text(world.clock()), "ground": "event_occurred"}


def test_an_event_needs_a_latest_date(world: World, council: MadeCouncil) -> None:
    refused = draft(world, council, council.organ_a, [], ends_at=None, event=EVENT)
    assert (refused.status_code, refused.json()["code"]) == (422, "event_needs_end")


def test_an_event_that_the_period_does_not_name_ends_nothing(
    world: World, council: MadeCouncil
) -> None:
    secret = provided_secret(world, council, council.organ_a, [council.organ_b])
    refused = posted(council.organ_a, secret, "release", ground="event_occurred")
    assert (refused.status_code, refused.json()["code"]) == (422, "no_event")
    assert council.fa.get(f"/documents/{secret.id}").status_code == 404


def test_the_event_stays_when_the_end_is_moved_and_taking_it_away_needs_a_reason(
    world: World, council: MadeCouncil
) -> None:
    by = council.organ_a
    secret = provided_secret(world, council, by, [council.organ_b])
    earlier, added = after(world, 20), "公表（架空）"
    assert posted(by, secret, "period", ends_at=earlier, event=EVENT).json()["event"] == EVENT
    moved = posted(by, secret, "period", ends_at=after(world, 10))
    assert (moved.status_code, moved.json()["event"]) == (200, EVENT)
    for change in ({"without_event": True}, {"event": added}):
        refused = posted(by, secret, "period", ends_at=after(world, 5), **change)
        assert (refused.status_code, refused.json()["code"]) == (422, "reason_needed")
    plain = posted(by, secret, "period", ends_at=earlier, without_event=True, reason="延期のため")
    assert (plain.json()["event"], plain.json()["ends_at"]) == (None, earlier)


def test_what_is_acknowledged_names_the_event(world: World, council: MadeCouncil) -> None:
    """BR-36: an event set meanwhile is another scope than the one that was read."""
    by, reader = council.organ_a, council.organ_b
    secret = provided_secret(world, council, by, [reader], acknowledged=False)
    before = reader.get(f"/documents/{secret.id}/summary").json()["scope"]
    ends_at = before["ends_at"]
    assert posted(by, secret, "period", ends_at=ends_at, event=EVENT).status_code == 200
    late = posted(reader, secret, "acknowledgement", scope=before["digest"])
    assert (late.status_code, late.json()["code"]) == (409, "scope_changed")
    assert reader.get(f"/documents/{secret.id}/summary").json()["scope"]["event"] == EVENT
    acknowledge(reader, secret.id)


@pytest.mark.parametrize("ground", ["period", "provider", "publicly_known"])
def test_after_the_end_it_says_that_it_is_council_internal_and_why(
    world: World, council: MadeCouncil, ground: str
) -> None:
    secret = provided_secret(world, council, council.organ_a, [council.organ_b], days=30)
    assert council.organ_a.get(f"/documents/{secret.id}").json()["ended"] is None
    if ground == "period":
        world.clock.days(30)
        at = to_text(world.clock())
        world.clock.days(3)
    else:
        assert posted(council.organ_a, secret, "release", ground=ground).status_code == 204
        at = to_text(world.clock())
    member = world.session(council.fa.person_id)
    expected = {"at": at, "ground": ground}
    shown = member.get(f"/documents/{secret.id}").json()
    assert (shown["state"], shown["ended"]) == ("council_internal", expected)
    listed = member.get(f"/councils/{council.id}/documents").json()["items"]
    assert [each["ended"] for each in listed] == [expected]


def test_a_paper_that_never_was_a_secret_has_not_ended(world: World, council: MadeCouncil) -> None:
    paper = shared_document(world, council, council.organ_a)
    shown = council.fa.get(f"/documents/{paper.id}").json()
    assert (shown["ended"], shown["event"], shown["missing"]) == (None, None, None)
    history = council.organ_a.get(f"/documents/{paper.id}/scope-history").json()
    assert history == {"items": [], "next": None}


def everything(world: World, council: MadeCouncil) -> MadeDocument:
    """A secret whose scope went through every change there is."""
    by = council.organ_a
    secret = provided_secret(world, council, by, [council.organ_b])
    for path, asked in (
        ("recipients", {"add": [council.fa.person_id], "reason": "協力を求める"}),
        ("recipients", {"remove": [council.organ_b.person_id]}),
        ("period", {"ends_at": after(world, 60), "event": EVENT, "reason": "対策が続く"}),
        ("handling", {"handling": "view_only"}),
    ):
        world.clock.advance(1000)
        assert posted(by, secret, path, **asked).status_code == 200
    return secret


@pytest.mark.parametrize("person", ["organ_a", "compliance", "auditor"])
def test_the_history_says_who_did_what_to_whom_and_why(
    world: World, council: MadeCouncil, person: str
) -> None:
    secret = everything(world, council)
    assert posted(council.organ_a, secret, "release", reason="報道された").status_code == 204
    path = f"/documents/{secret.id}/scope-history"
    items = getattr(council, person).get(path).json()["items"]
    told = [
        (each["act"], each["person"] and each["person"]["id"], each["reason"]) for each in items
    ]
    assert told[:3] == [
        ("named", council.organ_b.person_id, None),
        ("period_set", None, None),
        ("handling_set", None, None),
    ]
    assert told[3:] == [
        ("provided", None, None),
        ("named", council.fa.person_id, "協力を求める"),
        ("removed", council.organ_b.person_id, None),
        ("period_set", None, "対策が続く"),
        ("handling_set", None, None),
        ("released", None, "報道された"),
    ]
    assert {each["by"]["name"] for each in items} == {"organ_a 太郎"}
    assert (items[6]["event"], items[7]["handling"]) == (EVENT, "view_only")
    assert items[8]["ground"] == "provider"


def test_the_history_is_read_page_by_page_and_keeps_the_end(
    world: World, council: MadeCouncil
) -> None:
    secret = everything(world, council)
    world.clock.days(61)
    officer = world.session(council.compliance.person_id)
    path, cursor, found = f"/documents/{secret.id}/scope-history?limit=2", "", []
    while True:
        page = officer.get(path + cursor).json()
        found += page["items"]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert found == officer.get(f"/documents/{secret.id}/scope-history").json()["items"]
    assert (found[-1]["act"], found[-1]["by"]) == ("period_ended", None)
    assert found[-1]["time"] == found[-3]["ends_at"]


@pytest.mark.parametrize(
    ("person", "status"), [("organ_b", 403), ("fa", 404), ("secretariat", 403), ("stranger", 404)]
)
def test_nobody_else_reads_the_history(
    world: World, council: MadeCouncil, person: str, status: int
) -> None:
    secret = provided_secret(world, council, council.organ_a, [council.organ_b])
    path = f"/documents/{secret.id}/scope-history"
    assert getattr(council, person).get(path).status_code == status


@pytest.mark.on_both_databases
def test_a_scope_is_changed_and_its_history_read_on_both_databases(
    world: World, council: MadeCouncil
) -> None:
    secret = everything(world, council)
    path = f"/documents/{secret.id}/scope-history"
    assert len(council.organ_a.get(path).json()["items"]) == 8
    begun = drafted_secret(world, council, council.organ_a, [council.fa], event=EVENT)
    made(posted(council.organ_a, begun, "provision"))
