"""Deputies: for a term, within a scope, with both names on every act; one voice per member."""

from typing import Any

import pytest
from sqlalchemy import Table, select

from crypto.canonical import parse
from server.audit import service as audit
from server.audit.models import Entry
from server.clock import DAY, to_text
from tests.conftest import TestClock
from tests.factories import Caller, World
from tests.making.councils import MadeCouncil
from tests.making.documents import drafted_document
from tests.making.publication import answered, asked_round

_entry: Table = Entry.__table__  # type: ignore[attr-defined]


def opened_bodies(world: World, log_id: str, kind: str) -> list[dict[str, Any]]:
    """What was entered of the acts of one kind, opened, in order."""
    with world.parts.database.reading() as tx:
        query = select(_entry).where(_entry.c.log_id == log_id, _entry.c.kind == kind)
        rows = tx.connection.execute(query.order_by(_entry.c.seq)).all()
        openings = [audit.open_opening(tx, log_id, row.seq, row.opening) for row in rows]
        return [parse(opening)["body"][1] for opening in openings]


def bound(person: Caller, made: MadeCouncil) -> Caller:
    """The person, having acknowledged the duty."""
    text = person.get(f"/councils/{made.id}/duty").json()["id"]
    person.post(f"/councils/{made.id}/acknowledgement", {"text": text})
    return person


def deputy(world: World, made: MadeCouncil, person: Caller | None = None, **term: Any) -> Caller:
    """A deputy of organ_b, named by its representative."""
    named = person or world.person("代理 花子", made.organisations["organ_b"])
    asked = {"person": named.person_id, "role": "deputy", **term}
    answer = made.organ_b.post(f"/memberships/{made.memberships['organ_b']}/seats", asked)
    assert answer.status_code == 201, answer.text
    return named


def test_a_deputy_named_for_later_sits_when_the_term_begins_and_no_longer_when_it_is_over(
    world: World, made: MadeCouncil, clock: TestClock
) -> None:
    start, end = clock.now + 10 * DAY, clock.now + 20 * DAY
    person = deputy(world, made, valid_from=to_text(start), valid_to=to_text(end))
    path = f"/councils/{made.id}"

    assert person.get(path).status_code == 404
    clock.days(10)
    inside = bound(world.session(person.person_id), made)
    assert inside.get(f"{path}/memberships").status_code == 200
    clock.days(10)
    assert world.session(person.person_id).get(f"{path}/memberships").status_code == 404


def test_the_next_deputy_takes_over_when_their_term_begins(
    world: World, made: MadeCouncil, clock: TestClock
) -> None:
    first = deputy(world, made)
    second = deputy(world, made, valid_from=to_text(clock.now + 5 * DAY))

    def deputies(at: int) -> list[str]:
        asked = f"/councils/{made.id}/memberships?limit=200&at={to_text(at)}"
        members = made.secretariat.get(asked).json()["items"]
        mine = next(m for m in members if m["id"] == made.memberships["organ_b"])
        return [s["person"]["id"] for s in mine["seats"] if s["role"] == "deputy"]

    assert deputies(clock.now) == [first.person_id]
    assert deputies(clock.now + 5 * DAY - 1) == [first.person_id]
    assert deputies(clock.now + 5 * DAY) == [second.person_id]


@pytest.mark.parametrize(
    ("role", "more", "code"),
    [
        ("handler", {"valid_from": 1}, "of_deputies_alone"),
        ("handler", {"scope": "answer"}, "of_deputies_alone"),
        ("deputy", {"scope": "everything"}, "malformed"),
        ("deputy", {"valid_from": 5, "valid_to": 5}, "term_over"),
    ],
)
def test_a_wrong_delegation_is_refused(
    world: World, made: MadeCouncil, clock: TestClock, role: str, more: dict[str, Any], code: str
) -> None:
    person = world.person("代理 花子", made.organisations["organ_b"])
    days = {k: to_text(clock.now + v * DAY) if isinstance(v, int) else v for k, v in more.items()}
    asked = {"person": person.person_id, "role": role, **days}

    answer = made.organ_b.post(f"/memberships/{made.memberships['organ_b']}/seats", asked)

    assert (answer.status_code, answer.json()["code"]) == (422, code)


def test_who_is_named_for_later_gets_no_second_seat_and_no_office_meanwhile(
    world: World, made: MadeCouncil, clock: TestClock
) -> None:
    """What excludes one another must not come to hold together by the passing of time."""
    person = deputy(world, made, valid_from=to_text(clock.now + 5 * DAY))
    asked = {"person": person.person_id, "role": "handler"}
    path = f"/memberships/{made.memberships['organ_b']}/seats"
    office = {"person": person.person_id, "role": "auditor", "council": made.id}

    assert made.organ_b.post(path, asked).json()["code"] == "already_seated"
    one, other = world.officer("system_administrator"), world.officer("compliance_officer")
    assert one.post("/offices", office).status_code == 202
    assert other.post("/offices", office).json()["code"] == "incompatible_office"


@pytest.mark.parametrize(
    ("scope", "answers", "shares"),
    [(None, 201, 201), ("answer", 201, 403), ("provide", 403, 201)],
)
def test_the_scope_says_which_acts_a_deputy_does(
    world: World, made: MadeCouncil, scope: str | None, answers: int, shares: int
) -> None:
    _, _, round_id = asked_round(world, made)
    person = bound(deputy(world, made, scope=scope), made)

    assert drafted_document(person, made.id).status_code == shares
    question = made.fa.get(f"/rounds/{round_id}").json()["question_sha256"]
    said = {"question_sha256": question, "verdict": "consent"}
    assert person.post(f"/rounds/{round_id}/answers", said).status_code == answers


def test_a_member_has_one_voice_and_both_names_stand_beside_the_deputys_answer(
    world: World, made: MadeCouncil
) -> None:
    """BR-34: the later word of the same member replaces the earlier; each says who gave it."""
    _, _, round_id = asked_round(world, made)
    answered(made.organ_b, round_id)
    person = bound(deputy(world, made), made)

    answered(person, round_id, "objection", reason="代理として反対する。")

    shown = made.organ_b.get(f"/rounds/{round_id}").json()
    member = made.memberships["organ_b"]
    mine = [a for a in shown["answers"] if a["membership"] == member]
    assert [(a["person"], a["capacity"], a["on_behalf_of"]) for a in mine] == [
        (made.organ_b.person_id, "representative", None),
        (person.person_id, "deputy", made.organ_b.person_id),
    ]
    standing = {r["membership"]: r["verdict"] for r in shown["roster"]}
    assert standing[member] == "objection"
    assert len(shown["roster"]) == len(standing)


def test_every_act_of_a_deputy_is_entered_with_whom_they_stood_in_for(
    world: World, made: MadeCouncil
) -> None:
    person = bound(deputy(world, made), made)
    drafted_document(person, made.id)
    drafted_document(made.organ_b, made.id)

    by_deputy, by_representative = opened_bodies(world, made.id, "council.share")[-2:]

    assert by_deputy["on_behalf_of"] == {
        "membership": made.memberships["organ_b"],
        "representative": made.organ_b.person_id,
    }
    assert "on_behalf_of" not in by_representative


def test_a_deputy_whose_term_ended_yesterday_is_told_so_and_it_is_entered(
    world: World, made: MadeCouncil, clock: TestClock
) -> None:
    _, _, round_id = asked_round(world, made)
    person = bound(deputy(world, made, valid_to=to_text(clock.now + 3 * DAY)), made)
    clock.days(4)

    late = world.session(person.person_id)
    answer = late.get(f"/rounds/{round_id}")

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    refused = opened_bodies(world, made.id, "round.read")[-1]
    assert refused == {"action": "read", "code": "not_found"}
    [mine] = late.get("/me/seats").json()["items"]
    assert (mine["role"], mine["state"], mine["why"]) == ("deputy", "ended", "term_over")
    assert mine["ended_at"] == to_text(clock.now - DAY)
