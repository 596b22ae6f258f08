"""Who reads a document, told before and after: always exactly whoever the guard lets through."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import func, select

from server.access import seats
from server.access.models import Acknowledgement, Membership
from server.access.vocabulary import SeatRole
from server.audit import facts
from server.audit.models import Entry
from server.clock import DAY, to_text
from server.councils import duty
from server.documents.models import Document, Period, Recipient
from server.identity.models import Person
from server.ids import new_id
from server.prepared import Prepared
from tests.factories import Caller, World
from tests.making import documents
from tests.making.councils import MadeCouncil, established_council, people

NAMES = (
    "pd fa organ_a organ_b think_tank private deputy_a handler_a minister_fund minister_pm"
    " secretariat compliance auditor admin stranger"
).split()


def everybody(council: MadeCouncil) -> dict[str, Caller]:
    return {name: getattr(council, name) for name in NAMES}


def reading(council: MadeCouncil, document: str) -> set[str]:
    """Whom the guard lets read."""
    return {
        caller.person_id
        for caller in everybody(council).values()
        if caller.get(f"/documents/{document}").status_code == 200
    }


def audience(caller: Caller, document: str) -> Any:
    answer = caller.get(f"/documents/{document}/audience")
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.on_both_databases
def test_the_audience_is_whoever_the_guard_lets_read(world: World) -> None:
    members = ("pd", "organ_a", "organ_b", "think_tank")
    council = established_council(world, confirmed=members)
    by = council.organ_a
    made = [
        documents.shared_document(world, council, by).id,
        documents.provided_secret(world, council, by, [council.organ_b, council.pd]).id,
        documents.provided_secret(
            world, council, by, [council.organ_b, council.fa], acknowledged=False
        ).id,
        documents.drafted_secret(world, council, by, [council.organ_b]).id,
    ]
    documents.acknowledge(council.organ_b, made[2])
    suspended = documents.provided_secret(world, council, by, [council.organ_b]).id
    halted = council.compliance.post(f"/documents/{suspended}/suspension", {"reason": "確認"})
    assert halted.status_code == 204, halted.text
    sizes = set()
    for document in (*made, suspended):
        told = audience(by, document)
        found = {person["id"] for person in told["people"]}
        assert found == reading(council, document)
        assert told["persons"] == len(found)
        counted = [*told["organisations"], *told["offices"]]
        assert sum(each["persons"] for each in counted) == len(found)
        sizes.add(len(found))
    assert len(sizes) >= 4, "the documents do not differ: the test says little"


def test_everybody_who_reads_is_told_how_many_and_only_some_are_told_who(world: World) -> None:
    council = established_council(world)
    secret = documents.provided_secret(world, council, council.organ_a, [council.organ_b]).id
    paper = documents.shared_document(world, council, council.organ_a).id
    for document, caller, named in (
        (secret, council.organ_a, True),
        (secret, council.organ_b, False),
        (paper, council.compliance, True),
        (paper, council.handler_a, False),
        (paper, council.secretariat, False),
    ):
        told = audience(caller, document)
        assert (told["people"] is not None) is named
        assert told["persons"] == len(reading(council, document))
    assert audience(council.organ_b, secret)["until"] is not None
    assert audience(council.handler_a, paper)["until"] is None
    for outside in (council.handler_a, council.secretariat, council.stranger):
        assert outside.get(f"/documents/{secret}/audience").status_code in (403, 404)


def test_what_is_told_before_sharing_is_what_then_holds(world: World) -> None:
    council = established_council(world)
    before = council.handler_a.get(f"/councils/{council.id}/audience")
    assert before.status_code == 200, before.text
    paper = documents.shared_document(world, council, council.handler_a).id
    after = audience(council.handler_a, paper)
    assert before.json()["people"] is None
    assert {**before.json(), "people": None} == {**after, "people": None}
    assert council.stranger.get(f"/councils/{council.id}/audience").status_code == 404


def stored(world: World) -> dict[str, int]:
    tables = (Document, Recipient, Period, Acknowledgement, Person, Entry)
    with world.parts.database.reading() as tx:
        return {
            each.__name__: tx.connection.scalar(select(func.count()).select_from(each)) or 0
            for each in tables
        }


def test_what_is_told_before_providing_is_what_then_is_blocked(world: World) -> None:
    council = established_council(world, confirmed=("pd", "organ_a", "organ_b"))
    unbound = people(world, {"unbound": "atla"})["unbound"]
    with world.changing(council.id) as tx:
        membership = tx.session.get(Membership, council.memberships["organ_a"])
        assert membership is not None
        by = council.organ_a.person_id
        seats.name_seat(tx, membership, unbound.person_id, SeatRole.HANDLER, by=by)
    nobody = new_id(world.clock())
    asked = [council.organ_b, council.fa, unbound, council.stranger]
    body = {
        "recipients": [*(each.person_id for each in asked), nobody],
        "until": to_text(world.clock() + 30 * DAY),
    }
    before = stored(world)
    answer = council.organ_a.post(f"/councils/{council.id}/audience", body)
    assert answer.status_code == 200, answer.text
    assert stored(world) == {**before, "Entry": before["Entry"] + 1}
    plan = answer.json()
    lacks = {
        each["person"]: [lack["condition"] for lack in each["missing"]]
        for each in plan["recipients"]
    }
    everything = ["has_seat", "safe_management_confirmed", "duty_acknowledged"]
    assert lacks == {
        council.organ_b.person_id: [],
        council.fa.person_id: ["safe_management_confirmed"],
        unbound.person_id: ["duty_acknowledged"],
        council.stranger.person_id: everything,
        nobody: everything,
    }
    assert plan["reached"] == 1
    names = {each["person"]: each["name"] for each in plan["recipients"]}
    assert names[council.stranger.person_id] is names[nobody] is None
    made = documents.drafted_secret(world, council, council.organ_a, asked[:3])
    provided = documents.made(council.organ_a.post(f"/documents/{made.id}/provision"))
    assert [each["person"] for each in provided["blocked"]] == [council.fa.person_id]


def test_a_plan_is_for_a_time_to_come_and_for_who_may_provide(world: World) -> None:
    council = established_council(world)
    body = {"recipients": [council.organ_b.person_id], "until": to_text(world.clock())}
    path = f"/councils/{council.id}/audience"
    assert council.organ_a.post(path, body).json()["code"] == "period_over"
    assert council.handler_a.post(path, body).status_code == 403
    assert council.stranger.post(path, body).status_code == 404


@contextmanager
def counted(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """How many prepared statements run."""
    count = [0]
    execute = Prepared._execute

    def counting(self: Prepared, *args: Any) -> Any:
        count[0] += 1
        return execute(self, *args)

    with monkeypatch.context() as patch:
        patch.setattr(Prepared, "_execute", counting)
        yield count


def _more_handlers(world: World, council: MadeCouncil, many: int) -> None:
    made = people(world, {f"h{n}": "atla" for n in range(many)})
    with world.changing(council.id) as tx:
        membership = tx.session.get(Membership, council.memberships["organ_a"])
        assert membership is not None
        text = duty.current(tx)
        for each in made.values():
            by = council.organ_a.person_id
            seats.name_seat(tx, membership, each.person_id, SeatRole.HANDLER, by=by)
            bound = Acknowledgement(
                council_id=council.id,
                person_id=each.person_id,
                subject_id=council.id,
                text_id=text.name,
                text_digest=text.digest,
            )
            facts.enter(tx, council.id, bound)


def test_an_audience_takes_as_many_questions_for_many_as_for_few(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    council = established_council(world)
    paper = documents.shared_document(world, council, council.organ_a).id
    audience(council.organ_a, paper)
    taken = []
    for more in (0, 300):
        _more_handlers(world, council, more)
        with counted(world, monkeypatch) as count:
            told = audience(council.organ_a, paper)
        taken.append((told["persons"], count[0]))
    (few, asked_few), (many, asked_many) = taken
    assert many == few + 300
    assert asked_many == asked_few
