"""The numbered chapters: one story, the same as the models, up and down, on both databases."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext, RevisionStep
from alembic.script import Script, ScriptDirectory
from sqlalchemy import inspect, select, text
from sqlmodel import SQLModel

from server import migrating, settings, tables
from server.access.parts import Parts
from server.audit.models import Entry, Log
from server.database import Database
from server.keyring import FileProvider, Keyring
from server.migrating import SchemaTooNew
from tests import whole_log
from tests.conftest import TestClock
from tests.factories import World
from tests.making.audit import table_of
from tests.making.councils import established_council
from tests.making.documents import provided_secret
from tests.making.publication import asked_round


def chapters() -> list[Script]:
    """Every chapter, the first first."""
    found = ScriptDirectory.from_config(migrating._config()).walk_revisions()
    return list(reversed(list(found)))


REVISIONS = [each.revision for each in chapters()]


@pytest.fixture
def empty(empty_database: str, data: Any, clock: TestClock) -> Iterator[Database]:
    """A database without any table."""
    keyring = Keyring(FileProvider(settings.read({}, data=str(data)).key_file))
    database = Database(empty_database, clock, keyring)
    yield database
    database.dispose()


def schema(database: Database) -> dict[str, Any]:
    """Every table with its columns, keys and indexes, as the database tells them."""
    with database.writer.connect() as connection:
        found = inspect(connection)
        return {
            name: (
                # By name: a later chapter can only add at the end, and nothing counts columns.
                sorted((c["name"], str(c["type"]), c["nullable"]) for c in found.get_columns(name)),
                found.get_pk_constraint(name)["constrained_columns"],
                sorted(str(sorted(k.items())) for k in _plain(found.get_foreign_keys(name))),
                sorted(str(u["column_names"]) for u in found.get_unique_constraints(name)),
                sorted(str(sorted(i.items())) for i in _plain(found.get_indexes(name))),
            )
            for name in sorted(found.get_table_names())
            if name != "alembic_version"
        }


def _plain(found: Any) -> list[dict[str, Any]]:
    return [{k: str(v) for k, v in each.items()} for each in found]


def contents(database: Database) -> dict[str, list[Any]]:
    """Every row of every table of the models."""
    tables.gather()
    with database.writer.connect() as connection:
        return {
            table.name: sorted(map(repr, connection.execute(select(table))))
            for table in SQLModel.metadata.sorted_tables
        }


def rows(database: Database) -> dict[str, list[Any]]:
    """Every row of every table of the models, by the names of its columns."""
    tables.gather()
    with database.writer.connect() as connection:
        return {
            table.name: list(connection.execute(select(table)).mappings())
            for table in SQLModel.metadata.sorted_tables
        }


def _of(found: list[Any], columns: list[str]) -> list[str]:
    """Rows in some of their columns, in an order of their own."""
    return sorted(repr([(name, row[name]) for name in sorted(columns)]) for row in found)


@contextmanager
def dying(monkeypatch: pytest.MonkeyPatch, revision: str) -> Iterator[None]:
    """While it lasts, whoever runs this chapter dies after its last statement."""

    class Killed(BaseException):
        pass

    begin = RevisionStep.__init__

    def begun(step: RevisionStep, revision_map: Any, script: Any, is_upgrade: bool) -> None:
        begin(step, revision_map, script, is_upgrade)
        act = step.migration_fn

        def fails(**kwargs: Any) -> None:
            act(**kwargs)
            if script.revision == revision:
                raise Killed

        step.migration_fn = fails

    with monkeypatch.context() as patch:
        patch.setattr(RevisionStep, "__init__", begun)
        try:
            yield
        except Killed:
            return
    raise AssertionError(f"chapter {revision} was not run")


def test_the_chapters_are_one_story_numbered_without_gaps() -> None:
    scripts = ScriptDirectory.from_config(migrating._config())

    assert len(scripts.get_heads()) == len(scripts.get_bases()) == 1
    assert REVISIONS == [f"{number:04}" for number in range(1, len(REVISIONS) + 1)]
    assert [each.down_revision for each in chapters()] == [None, *REVISIONS[:-1]]
    for each in chapters():
        assert each.path.rpartition("/")[2].startswith(f"{each.revision}_")
        assert each.doc.endswith(".")


def test_every_module_that_declares_a_table_is_gathered() -> None:
    tables.gather()
    modules = {mapper.class_.__module__ for mapper in SQLModel._sa_registry.mappers}

    assert {name for name in modules if name.startswith("server.")} == set(tables.MODULES)


@pytest.mark.on_both_databases
def test_head_equals_the_models(empty: Database) -> None:
    migrating.upgrade(empty)

    with empty.writer.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, SQLModel.metadata) == []


@pytest.mark.on_both_databases
def test_what_the_models_themselves_would_make_is_the_same(empty: Database) -> None:
    """Keys and unique columns too, which the comparison of Alembic leaves out."""
    migrating.upgrade(empty)
    by_chapters = schema(empty)
    migrating.downgrade(empty, "base")

    with empty.writer.begin() as connection:
        SQLModel.metadata.create_all(connection)

    assert schema(empty) == by_chapters


@pytest.mark.on_both_databases
def test_every_chapter_goes_up_and_down_and_up_to_the_same_schema(empty: Database) -> None:
    after = {}
    for revision in REVISIONS:
        migrating.upgrade(empty, revision)
        assert migrating.state(empty)[0] == revision
        after[revision] = schema(empty)
    for revision in reversed(REVISIONS[:-1]):
        migrating.downgrade(empty, revision)
        assert schema(empty) == after[revision]
    migrating.downgrade(empty, "base")
    assert schema(empty) == {}

    migrating.upgrade(empty)
    assert schema(empty) == after[REVISIONS[-1]]


@pytest.mark.on_both_databases
def test_a_chapter_that_dies_leaves_the_schema_before_it(
    empty: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    middle = REVISIONS[len(REVISIONS) // 2]
    with dying(monkeypatch, middle):
        migrating.upgrade(empty)
    # Everything since the start is one transaction: old or new, never between.
    assert schema(empty) == {}
    assert migrating.state(empty)[0] == ""

    migrating.upgrade(empty)
    new = schema(empty)
    with dying(monkeypatch, middle):
        migrating.downgrade(empty, "base")
    assert schema(empty) == new
    assert migrating.state(empty)[0] == REVISIONS[-1]


@pytest.mark.spoils_the_log  # what the new columns of older tables held is lost, and fsck names it
@pytest.mark.on_both_databases
def test_data_survives_a_step_back_and_forward_again(world: World, parts: Parts) -> None:
    """What older tables hold in older columns, the last chapter does not touch."""
    council = established_council(world)
    secret = provided_secret(world, council, council.organ_a, [council.organ_b])
    before = rows(parts.database)

    migrating.downgrade(parts.database, REVISIONS[-2])
    kept = {name: [c[0] for c in columns] for name, (columns, *_) in schema(parts.database).items()}
    migrating.upgrade(parts.database)

    after = rows(parts.database)
    for name in after.keys() & kept.keys():
        assert _of(after[name], kept[name]) == _of(before[name], kept[name]), name
    dropped = after.keys() - kept.keys()
    assert dropped, f"{chapters()[-1].path} makes no table"
    assert all(after[name] == [] for name in dropped)
    shown = world.session(council.organ_b.person_id).get(f"/documents/{secret.id}")
    assert shown.status_code == 200, shown.text


@pytest.mark.on_both_databases
def test_upgrading_what_is_at_head_changes_nothing(world: World, parts: Parts) -> None:
    asked_round(world, established_council(world))
    before = contents(parts.database)

    migrating.upgrade(parts.database)

    assert contents(parts.database) == before
    whole_log.verify(parts)


@pytest.mark.on_both_databases
def test_a_database_of_a_newer_version_is_left_alone(parts: Parts) -> None:
    newer = "UPDATE alembic_version SET version_num = '9999'"
    with parts.database.writer.begin() as connection:
        connection.execute(text(newer))
    before = schema(parts.database)

    with pytest.raises(SchemaTooNew, match=f"9999.*{REVISIONS[-1]}"):
        migrating.upgrade(parts.database)

    assert schema(parts.database) == before


@pytest.mark.spoils_the_log
@pytest.mark.on_both_databases
def test_going_back_and_up_again_runs_with_rows_in_every_table_it_keeps(
    world: World, parts: Parts
) -> None:
    """Down to the chapter of the logs and up: nothing earlier is lost, every step runs."""
    established_council(world)
    with parts.database.writer.connect() as connection:
        logs = [table_of(each) for each in (Log, Entry)]
        before = [sorted(map(repr, connection.execute(select(table)))) for table in logs]

    for revision in reversed(REVISIONS[:-1]):
        migrating.downgrade(parts.database, revision)
    for revision in REVISIONS[1:]:
        migrating.upgrade(parts.database, revision)

    with parts.database.writer.connect() as connection:
        after = [sorted(map(repr, connection.execute(select(table)))) for table in logs]
    assert after == before
