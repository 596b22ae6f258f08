"""The registry in the database: loaded once, unchanged by a second load, never rewritten."""

import json
from dataclasses import replace
from typing import Any

from sqlalchemy import func
from sqlmodel import col, select

from server.audit.models import SYSTEM, Entry, Evidence
from server.identity.models import Organisation
from server.programme import loading
from server.programme.loading import Difference
from server.programme.models import (
    Adoption,
    ConceptMinister,
    ConceptTechnology,
    ExpectedOrgan,
    ResearchConcept,
    Technology,
    Vision,
)
from server.programme.registry import read
from tests.factories import World

REGISTRY = read()
ROWS: dict[type[Any], int] = {
    Organisation: 42,
    Vision: 2,
    Technology: 50,
    ResearchConcept: 32,
    ConceptTechnology: 42,
    ConceptMinister: 62,
    ExpectedOrgan: 157,
    Adoption: 13,
}
ADDED = {model.__tablename__: number for model, number in ROWS.items()}


def load(world: World, **changed: Any) -> loading.Report:
    """Load the shipped registry, or one with other entries."""
    with world.changing() as tx:
        return loading.load(tx, replace(REGISTRY, **changed))


def renamed(organisation_id: str, **values: Any) -> dict[str, Any]:
    """The shipped organisations with one of them changed."""
    return {
        "organisations": tuple(
            replace(o, **values) if o.id == organisation_id else o for o in REGISTRY.organisations
        )
    }


def log_size(world: World) -> int:
    with world.parts.database.reading() as tx:
        return tx.session.exec(select(func.count()).select_from(Entry)).one()


def test_loading_adds_every_row(world: World) -> None:
    report = load(world)
    assert (report.added, report.unchanged) == (ADDED, {})
    assert (report.updated, report.differing) == ((), ())
    with world.parts.database.reading() as tx:
        for model, number in ROWS.items():
            assert tx.session.exec(select(func.count()).select_from(model)).one() == number


def test_a_second_load_changes_nothing_and_says_so(loaded: World) -> None:
    with loaded.parts.database.changing() as tx:
        before = tx.session.exec(select(func.count()).select_from(Entry)).one()
        report = loading.load(tx, REGISTRY)
        assert tx.session.exec(select(func.count()).select_from(Entry)).one() == before
    assert (report.added, report.unchanged) == ({}, ADDED)
    assert (report.updated, report.differing) == ((), ())
    assert not report.changes


def test_what_is_missing_is_added_and_nothing_else(world: World) -> None:
    load(world, concepts=REGISTRY.concepts[:-1])
    report = load(world)
    assert report.added == {"research_concept": 1, "concept_technology": 1}


def test_every_row_is_vouched_for_by_the_system_log(loaded: World) -> None:
    with loaded.parts.database.reading() as tx:
        for model in ROWS:
            if issubclass(model, Evidence):
                logs = tx.session.exec(select(model.log_id, model.log_seq).distinct()).all()
                assert len(logs) == 1
                assert logs[0][0] == SYSTEM
                entry = tx.session.get(Entry, logs[0])
                assert entry is not None
                assert entry.kind == "programme.load"


def test_the_status_table_is_loaded_as_adoptions_of_its_date(loaded: World) -> None:
    with loaded.parts.database.reading() as tx:
        adoptions = tx.session.exec(select(Adoption)).all()
    assert {a.concept_id for a in adoptions} == {
        c.id for c in REGISTRY.concepts if c.status.adopted
    }
    assert {(a.published_on, a.basis, a.recorded_by) for a in adoptions} == {
        ("2023-11-08", "status_table", None)
    }


def test_organs_printed_as_one_name_become_one_row_each(loaded: World) -> None:
    with loaded.parts.database.reading() as tx:
        query = select(ExpectedOrgan).where(ExpectedOrgan.concept_id == "C-2212A-02")
        organs = tx.session.exec(query.order_by(col(ExpectedOrgan.position))).all()
    assert [o.organisation_id for o in organs[:2]] == ["cao-space", "cao-oceanpolicy"]
    assert organs[0].as_written == organs[1].as_written
    assert [o.position for o in organs] == list(range(1, 9))


def test_where_a_concept_comes_from_is_kept(loaded: World) -> None:
    with loaded.parts.database.reading() as tx:
        concept = tx.session.get(ResearchConcept, "C-2212A-02")
    assert concept is not None
    source = json.loads(concept.source)
    assert source["source"]["seed"] == "003_bea4fcb9d438e39a.txt"
    assert source["source"]["title_line"] == 148
    assert source["status"]["as_of"] == "2023-11-08"


def test_a_new_name_of_an_organisation_follows_the_data(loaded: World) -> None:
    change = renamed("mod", name_ja="国防省", name_en="Department of Defence")
    before = log_size(loaded)
    report = load(loaded, **change)
    assert [(d.id, d.column, d.stored, d.shipped) for d in report.updated] == [
        ("mod", "name_ja", "防衛省", "国防省"),
        ("mod", "name_en", "Ministry of Defense", "Department of Defence"),
    ]
    with loaded.parts.database.reading() as tx:
        stored = tx.session.get(Organisation, "mod")
        assert stored is not None
        assert (stored.name_ja, stored.kind) == ("国防省", "ministry")
    assert log_size(loaded) > before
    assert load(loaded, **change).updated == ()


def test_another_kind_of_organisation_is_only_reported(loaded: World) -> None:
    report = load(loaded, **renamed("mod", kind="agency", parent="cao"))
    assert report.differing == (
        Difference("organisation", "mod", "kind", "ministry", "agency"),
        Difference("organisation", "mod", "parent_id", None, "cao"),
    )
    with loaded.parts.database.reading() as tx:
        stored = tx.session.get(Organisation, "mod")
        assert stored is not None
        assert (stored.kind, stored.parent_id) == ("ministry", None)


def test_a_concept_that_differs_is_only_reported(loaded: World) -> None:
    first = replace(REGISTRY.concepts[0], title_ja="別の題名")
    report = load(loaded, concepts=(first, *REGISTRY.concepts[1:]))
    assert [(d.table, d.id, d.column, d.shipped) for d in report.differing] == [
        ("research_concept", first.id, "title_ja", "別の題名")
    ]
    assert not report.changes
    with loaded.parts.database.reading() as tx:
        stored = tx.session.get(ResearchConcept, first.id)
        assert stored is not None
        assert stored.title_ja == REGISTRY.concepts[0].title_ja


def test_what_is_no_longer_shipped_stays_and_is_reported(loaded: World) -> None:
    report = load(loaded, technologies=REGISTRY.technologies[:-1])
    assert report.differing == (Difference("technology", "T-BIO-04", "*", "T-BIO-04", None),)
    with loaded.parts.database.reading() as tx:
        assert tx.session.get(Technology, "T-BIO-04") is not None


def test_organisations_people_registered_are_no_difference(loaded: World) -> None:
    loaded.organisation("a-university")
    assert load(loaded).differing == ()
