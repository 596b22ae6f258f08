"""The named conditions of a relation are that relation: for every person, thing and moment."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from server import settings
from server.access import entitled, examined, explaining
from server.access.condition import Condition
from server.access.deciding import held_to
from server.access.kind import ID, Kind, OneOf
from server.access.vocabulary import Action
from server.app import KINDS, build_parts, create_app
from server.clock import DAY, SECOND
from server.identity.models import Person
from server.ids import new_id
from server.prepared import Prepared
from tests.conftest import START, TestClock
from tests.policies.stage import Stage, staged

# Before the installation, at its first moment, when all was made, when every term is over.
MOMENTS = (START - DAY, START, START + 90 * DAY, START + 5 * 365 * DAY)
# Kinds with relations that share a look-up: which seat, which office.
LOOKING_UP = [k for k in KINDS if any(isinstance(held, OneOf) for held in k.relations.values())]


@pytest.fixture(scope="module")
def stage(template: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Everybody and everything; then a day on which seats end and a name is taken back."""
    folder = shutil.copytree(template, tmp_path_factory.mktemp("stage") / "data")
    clock = TestClock()
    parts = build_parts(settings.read({}, data=str(folder)), clock)
    with TestClient(create_app(parts), base_url=parts.settings.origin) as client:
        made = staged(parts, client, clock)
        clock.days(1)
        _next_day(made)
        yield made


def _next_day(stage: Stage) -> None:
    """A deputy's seat ends and another has fewer acts, a naming is taken back, a member leaves."""
    council, provider = stage.council, stage.callers["provider"]
    seat = stage.things["deputy_seat"]
    representative = stage.world.session(stage.callers["representative"].person_id)
    path = f"/memberships/{stage.things['membership']}/seats/{seat}/ending"
    ended = representative.post(path)
    assert ended.status_code == 204, ended.text
    successor = {"person": stage.callers["ex_member"].person_id, "role": "deputy"}
    path = f"/memberships/{stage.things['membership']}/seats"
    # Bound by the duty from before: acts at once, for some of the representative's acts.
    named_anew = representative.post(path, {**successor, "scope": "answer"})
    assert named_anew.status_code == 201, named_anew.text
    provider = stage.world.session(provider.person_id)
    named = stage.world.session(stage.callers["named"].person_id).person_id
    taken = provider.post(f"/documents/{stage.things['secret']}/recipients", {"remove": [named]})
    assert taken.status_code == 200, taken.text
    leaving = stage.world.session(council.think_tank.person_id)
    left = leaving.post(f"/memberships/{council.memberships['think_tank']}/leave")
    assert left.status_code == 204, left.text


def moments(stage: Stage) -> tuple[int, ...]:
    now = stage.world.clock()
    return (*MOMENTS, now - DAY, now - SECOND, now, now + 31 * DAY, now + 400 * DAY)


def persons(stage: Stage) -> list[str]:
    """Everybody there is, and somebody there is not."""
    with stage.world.parts.database.reading() as tx:
        return [*tx.connection.scalars(select(Person.id)), new_id(START)]


def things(stage: Stage, kind: Kind) -> list[str]:
    with stage.world.parts.database.reading() as tx:
        return [str(id) for id in tx.connection.scalars(select(kind.table.c.id))]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name.value)
def test_every_relation_says_of_which_conditions_it_is_made(kind: Kind) -> None:
    assert kind.ways.keys() == kind.relations.keys()
    assert all(way for ways in kind.ways.values() for way in ways)


def test_every_condition_is_one_of_some_relation() -> None:
    used = {
        part.condition
        for kind in KINDS
        for ways in kind.ways.values()
        for way in ways
        for part in way
    }
    assert used == set(Condition)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name.value)
def test_the_guard_s_statement_is_the_same_without_any_condition(kind: Kind) -> None:
    assert str(replace(kind, ways={}).facts) == str(kind.facts)


@pytest.mark.parametrize("kind", LOOKING_UP, ids=lambda kind: kind.name.value)
def test_who_holds_no_seat_and_no_office_is_told_no_and_not_null(stage: Stage, kind: Kind) -> None:
    """After a NULL an AND asks on: a list then computed the state of everything, to show nothing
    of it.
    """
    looked_up = [each for each, held in kind.relations.items() if isinstance(held, OneOf)]
    clauses = [kind.clause(relation).label(relation.value) for relation in looked_up]
    statement = Prepared(select(*clauses).where(kind.table.c.id == ID))
    answers = set()
    with stage.world.parts.database.reading() as tx:
        for id in things(stage, kind):
            for person in persons(stage):
                for at in moments(stage):
                    answers |= set(statement.row(tx, {"id": id, "person": person, "now": at}))
    assert answers == {0, 1}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name.value)
def test_the_conditions_together_are_what_the_guard_asks(stage: Stage, kind: Kind) -> None:
    """Both ways, for every relation of the kind: no condition too many, none too few."""
    held, asked = set(), 0
    with stage.world.parts.database.reading() as tx:
        for id in things(stage, kind):
            for person in persons(stage):
                for at in moments(stage):
                    row = kind.one.row(tx, {"id": id, "person": person, "now": at})
                    found = examined.examine(tx, kind, id, person, at)
                    by_conditions = {each.relation for each in found.values() if each.holds}
                    undenied = held_to(kind, row._replace(denied=None))
                    assert by_conditions == undenied, (id, person, at)
                    held |= by_conditions
                    asked += 1
    assert asked
    assert held, "nobody holds anything: the test says nothing"


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name.value)
def test_a_condition_s_times_agree_with_whether_it_holds(stage: Stage, kind: Kind) -> None:
    with stage.world.parts.database.reading() as tx:
        for id in things(stage, kind):
            for person in persons(stage):
                for at in moments(stage):
                    for relation in examined.examine(tx, kind, id, person, at).values():
                        for each in (one for way in relation.ways for one in way):
                            if each.holds:
                                assert each.since is None or each.since <= at
                                assert each.until is None or at < each.until
                                assert each.ended is None
                            else:
                                assert each.ended is None or each.ended <= at
                                assert each.since is None or at < each.since


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name.value)
def test_whoever_may_is_whoever_the_guard_lets_through(stage: Stage, kind: Kind) -> None:
    policy = stage.world.parts.policy
    actions = [action for action in Action if policy.suffices(action, kind.name)]
    with stage.world.parts.database.reading() as tx:
        for id in things(stage, kind):
            for at in (moments(stage)[-3], moments(stage)[-5], MOMENTS[-1]):
                rows = {
                    person: kind.one.row(tx, {"id": id, "person": person, "now": at})
                    for person in persons(stage)
                }
                for action in actions:
                    found = entitled.entitled(tx, policy, kind, id, action, at)
                    expected = {
                        person: by
                        for person, row in rows.items()
                        if (by := policy.allows(
                            held_to(kind, row), row.category, action, kind.name, row.state
                        ))
                    }  # fmt: skip
                    assert {each.person: each.by for each in found} == expected, (id, action, at)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name.value)
def test_an_explanation_says_what_the_guard_decides(stage: Stage, kind: Kind) -> None:
    """Of every person, thing and action: the same outcome, by the same relations."""
    parts = stage.world.parts
    answers = set()
    with parts.database.reading() as tx:
        for id in things(stage, kind):
            for person in persons(stage):
                row = kind.one.row(tx, {"id": id, "person": person, "now": tx.now})
                held = held_to(kind, row)
                for action in (Action.READ, Action.DOWNLOAD, Action.NAME_SEAT, Action.ANSWER):
                    found = explaining.explain(parts, tx, kind, id, person, action, None)
                    by = parts.policy.allows(held, row.category, action, kind.name, row.state)
                    assert found.by == by, (id, person, action)
                    assert found.allowed == bool(by)
                    lacking = {r.relation for r in found.relations if not r.holds}
                    assert not lacking & held, (id, person, action)
                    answers.add(found.allowed)
    assert False in answers
