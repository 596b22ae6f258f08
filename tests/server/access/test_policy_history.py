"""Policies are kept as they were in use; old questions are answered by the policy of the day."""

import shutil
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, select

from server.access import policy, policy_history
from server.access.explaining import explain
from server.access.kinds import INSTALLATION
from server.access.models import PolicyVersion
from server.access.parts import Parts
from server.access.policy_changes import Decision, Required, changes
from server.access.vocabulary import Action, KindName, Relation
from server.app import KINDS
from server.audit import facts, reading
from server.audit.models import SYSTEM, Entry
from server.settings import HERE
from tests.factories import World

SHIPPED = HERE / "policies"
GONE = "p, secretariat, amend_vision, installation, *\n"
GIVEN = "p, auditor, amend_vision, installation, *\n"
_entry: Table = Entry.__table__  # type: ignore[attr-defined]


def folder(tmp_path: Path, name: str = "changed", **replaced: dict[str, str]) -> Path:
    """The shipped policy with lines of grants or actions replaced."""
    made = tmp_path / name
    shutil.copytree(SHIPPED, made)
    for file, pairs in replaced.items():
        path = made / f"{file}.csv"
        text = path.read_text("utf-8")
        for old, new in pairs.items():
            assert old in text
            text = text.replace(old, new)
        path.write_text(text, "utf-8")
    return made


def under(parts: Parts, policies: Path) -> Parts:
    """The same server, started with another policy folder."""
    loaded = policy.load(policies, KINDS)
    return replace(parts, settings=replace(parts.settings, policies=policies), policy=loaded)


def entries(parts: Parts) -> list[Any]:
    query = select(_entry).where(_entry.c.kind == policy_history.ENTRY).order_by(_entry.c.seq)
    with parts.database.reading() as tx:
        return list(tx.connection.execute(query).all())


def body(parts: Parts, row: Any) -> Any:
    """The opened body of an entry."""
    with parts.database.reading() as tx:
        opening = reading.opening_of(tx, SYSTEM, row)
    assert opening is not None
    return opening.body


def kept(parts: Parts) -> list[PolicyVersion]:
    with parts.database.reading() as tx:
        return list(policy_history.versions(tx))


@pytest.mark.on_both_databases
def test_a_start_with_the_same_policy_is_recorded_once(parts: Parts) -> None:
    assert policy_history.note_in_use(parts)
    assert not policy_history.note_in_use(parts)
    [row] = kept(parts)
    assert row.digest == parts.policy.digest
    assert row.grants == (SHIPPED / "grants.csv").read_text("utf-8")
    assert len(entries(parts)) == 1


@pytest.mark.on_both_databases
def test_of_servers_that_start_at_once_one_records_it(parts: Parts) -> None:
    together, said = threading.Barrier(6), []

    def start() -> None:
        together.wait()
        said.append(policy_history.note_in_use(parts))

    threads = [threading.Thread(target=start) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == [False] * 5 + [True]
    assert len(kept(parts)) == len(entries(parts)) == 1


def test_a_changed_policy_is_recorded_with_what_it_changes(parts: Parts, tmp_path: Path) -> None:
    policy_history.note_in_use(parts)
    other = under(parts, folder(tmp_path, grants={GONE: GIVEN}))
    assert policy_history.note_in_use(other)
    assert policy_history.note_in_use(parts), "a policy that comes back is in use anew"
    first, second, third = entries(parts)
    assert body(parts, first) == {
        "old": None, "new": parts.policy.digest, "decisions_changed": None,
    }  # fmt: skip
    changed = {"old": parts.policy.digest, "new": other.policy.digest, "decisions_changed": 2}
    assert body(parts, second) == changed
    assert body(parts, third)["new"] == parts.policy.digest


def test_an_old_question_is_answered_by_the_policy_of_its_day(
    parts: Parts, world: World, tmp_path: Path, clock: Any
) -> None:
    secretariat = world.officer("secretariat").person_id
    then = clock.now

    def may(running: Parts, at: int | None) -> tuple[bool, str, bool]:
        with running.database.reading() as tx:
            found = explain(
                running, tx, INSTALLATION, "installation", secretariat, Action.AMEND_VISION, at
            )
        return found.allowed, found.policy.digest, found.is_policy_known

    clock.days(1)
    policy_history.note_in_use(parts)
    clock.days(1)
    noted = clock.now
    other = under(parts, folder(tmp_path, grants={GONE: GIVEN}))
    clock.days(1)
    policy_history.note_in_use(other)
    assert may(other, None) == (False, other.policy.digest, True)
    assert may(other, noted) == (True, parts.policy.digest, True)
    assert may(other, then) == (True, parts.policy.digest, False)
    assert may(parts, clock.now) == (False, other.policy.digest, True)


def test_a_kept_policy_that_is_no_longer_understood_is_not_guessed_at(
    parts: Parts, world: World, clock: Any
) -> None:
    with world.changing() as tx:
        row = policy_history.kept(SHIPPED, "0" * 64)
        row.grants = "p, emperor, read, installation, *\n"
        facts.enter(tx, SYSTEM, row)
    at = clock.now
    clock.days(1)
    policy_history.note_in_use(parts)
    person = world.officer("auditor").person_id
    assert body(parts, entries(parts)[0])["decisions_changed"] is None
    with parts.database.reading() as tx, pytest.raises(policy_history.Unreadable):
        explain(parts, tx, INSTALLATION, "installation", person, Action.READ, at)


def test_the_changes_of_a_policy_are_its_decisions_and_requirements(tmp_path: Path) -> None:
    old = policy.load(SHIPPED, KINDS)
    line, two = "leave, session, 300, 1, *\n", "leave, session, 300, 2, think_tank\n"
    new = policy.load(folder(tmp_path, grants={GONE: GIVEN}, actions={line: two}), KINDS)
    kind, state = KindName.INSTALLATION, "running"
    every = changes(old, new)
    assert every == [
        Decision(kind, state, Action.AMEND_VISION, Relation.AUDITOR, True),
        Decision(kind, state, Action.AMEND_VISION, Relation.SECRETARIAT, False),
        Required(
            Action.LEAVE,
            "categories",
            "|".join(sorted(old.requirements[Action.LEAVE].categories)),
            "think_tank",
        ),
        Required(Action.LEAVE, "persons", "1", "2"),
    ]
    assert len(changes(new, old)) == len(every)
    assert changes(old, old) == []
