"""The review of seats: who acts for a member is confirmed at intervals, or lapses after notice."""

from typing import Any

import pytest

from server.access import reviews
from server.access.models import Membership
from server.access.parts import Parts
from server.clock import DAY, to_text
from server.councils import review_waiting
from server.jobs import run_due
from server.wiring import jobs
from tests.conftest import TestClock
from tests.factories import World
from tests.making.councils import MadeCouncil

INTERVAL = 180


@pytest.fixture
def path(made: MadeCouncil) -> str:
    return f"/memberships/{made.memberships['organ_a']}/review"


def seats_of(made: MadeCouncil, path: str) -> dict[str, Any]:
    """The seats under review, by person."""
    shown = made.organ_a.get(path).json()
    return {each["person"]["id"]: each for each in shown["seats"]}


def test_deputy_and_handlers_are_under_review_and_the_representative_is_not(
    made: MadeCouncil, path: str, clock: TestClock
) -> None:
    shown = made.organ_a.get(path).json()

    assert seats_of(made, path).keys() == {made.deputy_a.person_id, made.handler_a.person_id}
    due = to_text(clock.now + INTERVAL * DAY)
    assert (shown["interval_days"], shown["due_at"], shown["lapsed"]) == (INTERVAL, due, [])


def test_what_is_confirmed_goes_on_and_what_is_not_lapses_with_when_and_why(
    world: World, made: MadeCouncil, path: str, clock: TestClock
) -> None:
    clock.days(170)
    speaker = world.session(made.organ_a.person_id)
    [deputy, handler] = [seats_of_now(speaker, path)[p.person_id] for p in named(made)]
    answer = speaker.post(path, {"confirmed": [deputy["seat"]]})
    assert answer.status_code == 200, answer.text

    clock.days(10)

    council = f"/councils/{made.id}/memberships"
    assert world.session(made.deputy_a.person_id).get(council).status_code == 200
    gone = world.session(made.handler_a.person_id)
    assert gone.get(council).status_code == 404
    shown = world.session(made.organ_a.person_id).get(path).json()
    [lapsed] = shown["lapsed"]
    assert (lapsed["seat"], lapsed["why"]) == (handler["seat"], "not_confirmed")
    assert lapsed["lapsed_at"] == to_text(clock.now)
    assert [each["person"]["id"] for each in shown["seats"]] == [made.deputy_a.person_id]
    [mine] = gone.get("/me/seats").json()["items"]
    assert (mine["state"], mine["why"]) == ("ended", "not_confirmed")


def named(made: MadeCouncil) -> tuple[Any, Any]:
    return made.deputy_a, made.handler_a


def seats_of_now(speaker: Any, path: str) -> dict[str, Any]:
    return {each["person"]["id"]: each for each in speaker.get(path).json()["seats"]}


def test_the_notice_begins_fourteen_days_before_and_waits_for_the_representative(
    world: World, made: MadeCouncil, clock: TestClock
) -> None:
    person = made.organ_a.person_id

    def due() -> list[str]:
        with world.parts.database.reading() as tx:
            waits = review_waiting.waiting_for(tx, person)
            return [each.id for each in waits if each.action == "review_seats"]

    clock.days(INTERVAL - reviews.NOTICE_DAYS - 1)
    assert due() == []
    clock.days(1)
    assert due() == [made.memberships["organ_a"]]
    with world.parts.database.reading() as tx:
        [one] = reviews.reviews_due(tx, tx.now)
    assert (one.representative, one.seats) == (person, 2)
    assert one.due_at == clock.now + reviews.NOTICE_DAYS * DAY


def test_a_confirmation_never_prolongs_the_term_a_seat_was_named_for(
    world: World, made: MadeCouncil, clock: TestClock
) -> None:
    end = to_text(clock.now + 200 * DAY)
    person = world.person("係員", made.organisations["organ_b"])
    asked = {"person": person.person_id, "role": "handler", "valid_to": end}
    member = made.memberships["organ_b"]
    seat = made.organ_b.post(f"/memberships/{member}/seats", asked).json()
    assert seat["valid_to"] == seat["lapses_at"] == to_text(clock.now + INTERVAL * DAY)

    done = made.organ_b.post(f"/memberships/{member}/review", {"confirmed": [seat["id"]]})
    assert done.status_code == 200
    clock.days(100)
    speaker = world.session(made.organ_b.person_id)
    again = seats_of_now(speaker, f"/memberships/{member}/review")[person.person_id]
    speaker.post(f"/memberships/{member}/review", {"confirmed": [again["seat"]]})

    final = seats_of_now(speaker, f"/memberships/{member}/review")[person.person_id]
    assert (final["valid_to"], final["lapses_at"]) == (end, None)


def test_a_review_ends_seats_too_and_with_them_the_sessions(made: MadeCouncil, path: str) -> None:
    handler = seats_of(made, path)[made.handler_a.person_id]["seat"]

    assert made.organ_a.post(path, {"ended": [handler]}).status_code == 200

    assert made.handler_a.get("/me").status_code == 401


@pytest.mark.parametrize(
    ("asked", "status", "code"),
    [
        ({"confirmed": ["own"]}, 409, "not_a_seat_of_this_member"),
        ({"confirmed": ["other"]}, 409, "not_a_seat_of_this_member"),
        ({"confirmed": ["handler"], "ended": ["handler"]}, 422, "confirmed_and_ended"),
        ({"confirmed": ["x"]}, 422, "malformed"),
    ],
)
def test_a_wrong_review_changes_nothing(
    made: MadeCouncil, path: str, asked: dict[str, list[str]], status: int, code: str
) -> None:
    roster = made.organ_a.get(f"/councils/{made.id}/memberships?limit=200").json()["items"]
    held = {s["person"]["id"]: s["id"] for m in roster for s in m["seats"]}
    ids = {
        "own": held[made.organ_a.person_id],
        "other": held[made.organ_b.person_id],
        "handler": held[made.handler_a.person_id],
    }
    before = seats_of(made, path)

    answer = made.organ_a.post(path, {k: [ids.get(v, v) for v in w] for k, w in asked.items()})

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert seats_of(made, path) == before


@pytest.mark.parametrize("name", ["deputy_a", "handler_a", "organ_b", "secretariat", "auditor"])
def test_only_the_members_own_representative_reviews(
    made: MadeCouncil, path: str, name: str
) -> None:
    assert getattr(made, name).post(path, {}).status_code == 403


def test_the_lapse_is_entered_and_ends_the_sessions_that_had_nothing_else(
    world: World, made: MadeCouncil, parts: Parts, clock: TestClock
) -> None:
    clock.days(INTERVAL - 0.25)
    still = world.session(made.handler_a.person_id)
    assert still.get("/me").status_code == 200
    clock.days(0.25)

    run_due(parts.database, jobs(parts))

    assert still.get("/me").status_code == 401
    auditor = world.session(made.auditor.person_id)
    listed = auditor.get(f"/councils/{made.id}/log/entries?limit=200").json()["items"]
    assert [e["kind"] for e in listed].count("seat.lapsed") == 2


def test_a_member_without_a_representative_waits_for_nobodys_review(
    world: World, made: MadeCouncil, clock: TestClock
) -> None:
    with world.changing(made.id) as tx:
        membership = tx.session.get_one(Membership, made.memberships["organ_a"])
        [speaker] = reviews.seats_from(
            tx, tx.now, membership_id=membership.id, role=reviews.SeatRole.REPRESENTATIVE
        )
        reviews.facts.end(tx, speaker, by=None, reason="ended")
    clock.days(INTERVAL - 1)
    with world.parts.database.reading() as tx:
        assert reviews.reviews_due(tx, tx.now) == []
