"""The questions of `tests/policies/explained.py`, asked by command of a council that is real."""

import json
from dataclasses import dataclass, field

import pytest

from clients.cli.commands.access import KINDS
from server.access import seats
from server.access.vocabulary import Category, KindName
from server.clock import DAY, MINUTE, to_text
from server.councils import duty
from server.identity import sessions
from tests.clients.conftest import Terminal, signed_in
from tests.factories import Caller, World
from tests.making import documents, leaving, publication
from tests.making.councils import MadeCouncil, confirm, established_council, people
from tests.policies.explained import CASES, NOT_TOLD, Case

CONFIRMED = ("pd", "organ_a", "organ_b", "think_tank", "private")
TOKEN = "organ_b_token"


@dataclass
class Scene:
    """A council in which every question has its answer, by the names the questions use."""

    council: MadeCouncil
    persons: dict[str, Caller]
    things: dict[str, str]
    moments: dict[str, str] = field(default_factory=dict)


def scene(world: World) -> Scene:
    """Eleven days after it began, so that a confirmation and a period are over."""
    council = established_council(world, confirmed=CONFIRMED)
    names = set(vars(council)) - {"id", "concept_id", "memberships", "organisations"}
    made = Scene(council, {name: getattr(council, name) for name in names}, {})
    made.persons |= people(world, {"po": "b-university", "think_tank_left": "a-university"})
    with world.changing(council.id) as tx:
        confirm(tx, council.id, council.memberships["fa"], council.compliance.person_id, days=10)
        for name in ("po", "think_tank_left"):
            person = made.persons[name].person_id
            duty.acknowledge(tx, council.id, person, duty.current(tx).name)
        po = seats.admit(
            tx,
            council.id,
            Category.PROGRAM_OFFICER,
            organisation_id=None,
            person_id=made.persons["po"].person_id,
            representative=made.persons["po"].person_id,
            by=council.minister_fund.person_id,
        )
    made.things = {"po_membership": f"membership/{po.id}", **_documents(world, council)}
    leaving.left_member(world, council, made.persons["think_tank_left"], council.organ_a)
    made.moments["before_leaving"] = to_text(world.clock() - 1)
    # After all who join: whoever joins ends it.
    exception = publication.exception(world, council, publication.result(council)["id"])
    made.things["round"] = f"round/{publication.opened(exception['id'], council.organ_a)}"
    world.clock.advance(11 * DAY)
    return made


def _documents(world: World, council: MadeCouncil) -> dict[str, str]:
    by, to = council.organ_a, council.organ_b
    secret = documents.provided_secret(world, council, by, [council.fa], title="秘密の題名").id
    unread = {"add": [council.private.person_id], "reason": "検討に加わるため"}
    named = by.post(f"/documents/{secret}/recipients", unread)
    assert named.status_code == 200, named.text
    suspended = documents.provided_secret(world, council, by, [to]).id
    done = council.compliance.post(f"/documents/{suspended}/suspension", {"reason": "確認中"})
    assert done.status_code == 204, done.text
    return {
        "internal": documents.shared_document(world, council, by).id,
        "secret": secret,
        "ended": documents.provided_secret(world, council, by, [to], days=5).id,
        "suspended": suspended,
    }


def asked(terminal: Terminal, case: Case, made: Scene, *more: str) -> tuple[int, str]:
    """How the command ends, and all it says."""
    question = ["access", "explain", case.action, made.things[case.thing]]
    if case.about is not None:
        question += ["--person", made.persons[case.about].person_id, "--council", made.council.id]
    if case.at is not None:
        question += ["--at", made.moments[case.at]]
    whose = () if case.asker == TOKEN else ("--as", case.asker)
    ran = terminal(*question, *whose, *more)
    return ran.code, ran.out + ran.err


def test_each_question_of_the_matrix_is_answered_by_command_in_both_languages(
    world: World, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = scene(world)
    for name in sorted({case.asker for case in CASES} - {TOKEN}):
        signed_in(terminal, made.persons[name], name)
    with world.changing() as tx:
        person = made.council.organ_b.person_id
        _, token = sessions.make_token(
            tx, person, name="集計", scopes=["read"], council_id=None, days=1
        )
    world.clock.advance(6 * MINUTE)  # by now every proof is too old
    for case in CASES:
        with monkeypatch.context() as given:
            if case.asker == TOKEN:
                given.setenv("KYOGIKAI_TOKEN", token)
            for more, says in (((), case.says), (("--lang", "en"), case.says_in_english)):
                code, said = asked(terminal, case, made, *more)
                assert code == (NOT_TOLD if case.allowed is None else 0), (case, said)
                assert [each for each in says if each not in said] == [], (case, said)
                assert [each for each in case.never if each in said] == [], (case, said)
            if case.allowed is not None:
                _, answer = asked(terminal, case, made, "--json")
                assert json.loads(answer)["allowed"] is case.allowed, case


def test_the_command_asks_about_whatever_the_server_guards() -> None:
    assert sorted(KINDS) == sorted(KindName)
