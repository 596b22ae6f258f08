"""A registry that breaks a rule is refused: the message names file, entry, rule and what to do."""

import copy
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from server.programme import contents
from server.programme.contents import (
    AMBIGUITIES,
    CONCEPTS,
    ORGANISATIONS,
    TECHNOLOGIES,
    VISIONS,
)
from server.programme.faults import WORDS, RegistryError, Rule
from server.programme.registry import DATA, read, understand

Files = dict[str, Any]
Edit = Callable[[Files], object]

SHIPPED: Files = {
    name: yaml.safe_load((DATA / name).read_text("utf-8")) for name in contents.SHAPES
}
JST, NEDO = "C-2212A-01", "C-2212A-02"
SECTIONS = {
    VISIONS: "visions",
    TECHNOLOGIES: "technologies",
    CONCEPTS: "concepts",
    ORGANISATIONS: "organisations",
    AMBIGUITIES: "ambiguities",
}


def entry(files: Files, file: str, entry_id: str) -> dict[str, Any]:
    """One entry of the parsed data."""
    found: dict[str, Any] = next(e for e in files[file][SECTIONS[file]] if e["id"] == entry_id)
    return found


def put(file: str, entry_id: str, **values: object) -> Edit:
    """Set fields of an entry."""
    return lambda files: entry(files, file, entry_id).update(values)


def organs(concept_id: str, position: int, **values: object) -> Edit:
    """Set fields of one printed organ of a concept."""
    return lambda files: entry(files, CONCEPTS, concept_id)["organs"][position].update(values)


def drop(file: str, entry_id: str, field: str) -> Edit:
    """Leave a field out."""
    return lambda files: entry(files, file, entry_id).pop(field)


def twice(file: str, entry_id: str) -> Edit:
    """Write an entry twice."""
    return lambda files: files[file][SECTIONS[file]].append(entry(files, file, entry_id))


def minister(concept_id: str, position: int, **values: object) -> Edit:
    """Set fields of one establishing minister."""
    return lambda files: entry(files, CONCEPTS, concept_id)["establishing_ministers"][
        position
    ].update(values)


def council_only_one_office(files: Files) -> None:
    organs(JST, 0, org_ids=["cao"], as_written="内閣府")(files)


def establisher_among_the_organs(files: Files) -> None:
    one = entry(files, CONCEPTS, JST)
    one["organs"].append({"as_written": "文部科学省", "org_ids": ["mext"]})
    one["organs_verbatim"] = one["organs_verbatim"].replace("、JST", "、文部科学省、JST")


def ministers_in_the_other_order(files: Files) -> None:
    entry(files, CONCEPTS, NEDO)["establishing_ministers"].reverse()


def a_letter_decomposed(files: Files) -> None:
    entry(files, ORGANISATIONS, "mod")["note"] = "データ".replace("デ", "\u30c6\u3099")


BROKEN: list[tuple[Rule, str, str, Edit]] = [
    (Rule.UNKNOWN_FIELD, CONCEPTS, JST, put(CONCEPTS, JST, colour="red")),
    (Rule.UNKNOWN_FIELD, TECHNOLOGIES, "T-OCN-01", put(TECHNOLOGIES, "T-OCN-01", council="x")),
    (Rule.UNKNOWN_FIELD, ORGANISATIONS, "mod", put(ORGANISATIONS, "mod", abbreviation="MOD")),
    (Rule.UNKNOWN_FIELD, CONCEPTS, JST, organs(JST, 0, seat="first")),
    (Rule.UNKNOWN_FIELD, VISIONS, "(file)", lambda f: f[VISIONS].update(totals={})),
    (Rule.MISSING_FIELD, CONCEPTS, JST, drop(CONCEPTS, JST, "funding_agency")),
    (Rule.MISSING_FIELD, AMBIGUITIES, "A01", drop(AMBIGUITIES, "A01", "reason")),
    (Rule.MISSING_FIELD, CONCEPTS, "(file)", lambda f: f[CONCEPTS].pop("counts")),
    (Rule.MISSING_FIELD, VISIONS, "visions[0]", drop(VISIONS, "V1", "id")),
    (Rule.WRONG_VALUE, CONCEPTS, JST, put(CONCEPTS, JST, representative="PM")),
    (Rule.WRONG_VALUE, VISIONS, "V1", put(VISIONS, "V1", decided="2022-02-31")),
    (Rule.WRONG_VALUE, VISIONS, "V1", put(VISIONS, "V1", technologies="27")),
    (Rule.WRONG_VALUE, TECHNOLOGIES, "T-BIO-01", put(TECHNOLOGIES, "T-BIO-01", domain="食料")),
    (Rule.WRONG_VALUE, TECHNOLOGIES, "bio", put(TECHNOLOGIES, "T-BIO-01", id="bio")),
    (Rule.WRONG_VALUE, CONCEPTS, JST, put(CONCEPTS, JST, technologies=[])),
    (Rule.WRONG_VALUE, ORGANISATIONS, "mod", put(ORGANISATIONS, "mod", kind="army")),
    (Rule.WRONG_VALUE, AMBIGUITIES, "(file)", lambda f: f.update({AMBIGUITIES: []})),
    (Rule.NOT_NFC, ORGANISATIONS, "organisations.23.note", a_letter_decomposed),
    (Rule.ID_TWICE, TECHNOLOGIES, "T-OCN-01", twice(TECHNOLOGIES, "T-OCN-01")),
    (Rule.ID_TWICE, CONCEPTS, JST, twice(CONCEPTS, JST)),
    (Rule.ID_TWICE, ORGANISATIONS, "mod", twice(ORGANISATIONS, "mod")),
    (Rule.ID_TWICE, VISIONS, "V2", twice(VISIONS, "V2")),
    (Rule.ID_TWICE, AMBIGUITIES, "A36", twice(AMBIGUITIES, "A36")),
    (
        Rule.ID_TWICE,
        ORGANISATIONS,
        "jst",
        lambda f: f[ORGANISATIONS]["funds"].append(f[ORGANISATIONS]["funds"][0]),
    ),
    (Rule.NAME_TWICE, ORGANISATIONS, "mod, atla", put(ORGANISATIONS, "atla", name_ja="防衛省")),
    (Rule.NO_SUCH_ID, CONCEPTS, JST, put(CONCEPTS, JST, vision="V9")),
    (Rule.NO_SUCH_ID, CONCEPTS, JST, put(CONCEPTS, JST, council_list="Z")),
    (Rule.NO_SUCH_ID, CONCEPTS, JST, put(CONCEPTS, JST, funding_agency="amed")),
    (Rule.NO_SUCH_ID, CONCEPTS, JST, put(CONCEPTS, JST, technologies=["T-OCN-99"])),
    (Rule.NO_SUCH_ID, CONCEPTS, JST, put(CONCEPTS, JST, ambiguities=["A99"])),
    (Rule.NO_SUCH_ID, CONCEPTS, JST, organs(JST, 1, org_ids=["navy"])),
    (Rule.NO_SUCH_ID, CONCEPTS, JST, minister(JST, 0, org="min-of-none")),
    (Rule.NO_SUCH_ID, VISIONS, "V1", put(VISIONS, "V1", decided_by=["nobody"])),
    (Rule.NO_SUCH_ID, TECHNOLOGIES, "T-OCN-01", put(TECHNOLOGIES, "T-OCN-01", vision="V9")),
    (Rule.NO_SUCH_ID, ORGANISATIONS, "atla", put(ORGANISATIONS, "atla", parent="war")),
    (
        Rule.NO_SUCH_ID,
        ORGANISATIONS,
        "co_founding_minister",
        lambda f: f[ORGANISATIONS].update(co_founding_minister="emperor"),
    ),
    (Rule.WRONG_KIND, CONCEPTS, JST, put(CONCEPTS, JST, funding_agency="mod")),
    (Rule.WRONG_KIND, CONCEPTS, JST, minister(JST, 0, org="min-es")),
    (Rule.WRONG_KIND, VISIONS, "V1", put(VISIONS, "V1", decided_by=["mod"])),
    (
        Rule.WRONG_KIND,
        ORGANISATIONS,
        "jst",
        lambda f: f[ORGANISATIONS]["funds"][0].update(ministry="jma"),
    ),
    (Rule.PARENT_CYCLE, ORGANISATIONS, "mod", put(ORGANISATIONS, "mod", parent="atla")),
    (Rule.PARENT_CYCLE, ORGANISATIONS, "mod", put(ORGANISATIONS, "mod", parent="mod")),
    (Rule.OTHER_VISION, CONCEPTS, JST, put(CONCEPTS, JST, technologies=["T-OCN-04"])),
    (Rule.NAMED_TWICE, CONCEPTS, JST, put(CONCEPTS, JST, technologies=["T-OCN-01", "T-OCN-01"])),
    (Rule.NAMED_TWICE, CONCEPTS, JST, organs(JST, 1, org_ids=["mod"])),
    (Rule.WITHOUT_LIST, CONCEPTS, "C-AI-01", put(CONCEPTS, "C-AI-01", representative="PO")),
    (Rule.WITHOUT_LIST, CONCEPTS, JST, put(CONCEPTS, JST, council_list=None)),
    (Rule.NO_REPRESENTATIVE, CONCEPTS, JST, put(CONCEPTS, JST, representative=None)),
    (Rule.NOT_AN_ORGAN, CONCEPTS, JST, organs(JST, 1, org_ids=["cas-nss"])),
    (Rule.BARE_OFFICE, CONCEPTS, JST, council_only_one_office),
    (Rule.NAME_DIFFERS, CONCEPTS, JST, organs(JST, 1, org_ids=["mic"])),
    (Rule.NAME_DIFFERS, CONCEPTS, JST, minister(JST, 0, as_written="文科大臣")),
    (Rule.NOT_AS_PRINTED, CONCEPTS, JST, lambda f: entry(f, CONCEPTS, JST)["organs"].pop()),
    (Rule.NOT_AS_PRINTED, CONCEPTS, JST, put(CONCEPTS, JST, representative="PO")),
    (Rule.MINISTERS, CONCEPTS, NEDO, minister(NEDO, 0, org="min-mext", as_written="文部科学大臣")),
    (Rule.MINISTERS, CONCEPTS, NEDO, ministers_in_the_other_order),
    (Rule.MINISTERS, CONCEPTS, NEDO, put(CONCEPTS, NEDO, funding_agency="jst")),
    (Rule.ESTABLISHER_AMONG_ORGANS, CONCEPTS, JST, establisher_among_the_organs),
    (Rule.DATES, VISIONS, "V2", put(VISIONS, "V2", discussion_started="2024-01-01")),
    (Rule.DATES, CONCEPTS, "C-2310-01", put(CONCEPTS, "C-2310-01", decided_date="2023-11-20")),
    (Rule.DATES, CONCEPTS, "C-2310-01", put(CONCEPTS, "C-2310-01", revised_month="2023-01")),
    (Rule.COUNT, VISIONS, "V1", put(VISIONS, "V1", technologies=28)),
    (
        Rule.COUNT,
        CONCEPTS,
        "counts.expected_participations",
        lambda f: f[CONCEPTS]["counts"].update(expected_participations=158),
    ),
    (
        Rule.COUNT,
        TECHNOLOGIES,
        "counts.by_domain.海洋.V1",
        lambda f: f[TECHNOLOGIES]["counts"]["by_domain"]["海洋"].pop("V1"),
    ),
    (
        Rule.COUNT,
        AMBIGUITIES,
        "counts.unheard_of",
        lambda f: f[AMBIGUITIES]["counts"].update(unheard_of=1),
    ),
]


def faults_of(files: Files) -> set[tuple[Rule, str, str]]:
    """The faults found in parsed files; empty when they are a registry."""
    try:
        understand(files)
    except RegistryError as error:
        return {(fault.rule, fault.file, fault.id) for fault in error.faults}
    return set()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped data that may be broken."""
    return Path(shutil.copytree(DATA, tmp_path / "data"))


def test_the_shipped_files_break_no_rule() -> None:
    assert faults_of(SHIPPED) == set()


@pytest.mark.parametrize(
    ("rule", "file", "entry_id", "edit"),
    BROKEN,
    ids=[f"{rule}-{entry_id}-{n}" for n, (rule, _, entry_id, _) in enumerate(BROKEN)],
)
def test_a_broken_rule_is_named_with_file_and_entry(
    rule: Rule, file: str, entry_id: str, edit: Edit
) -> None:
    files = copy.deepcopy(SHIPPED)
    edit(files)
    with pytest.raises(RegistryError) as refused:
        understand(files)
    assert (rule, file, entry_id) in {(f.rule, f.file, f.id) for f in refused.value.faults}
    message = str(refused.value)
    assert f"{file}: {entry_id}: {rule}: " in message
    assert all(words in message for words in WORDS[rule])


def test_a_broken_copy_on_disk_is_refused(folder: Path) -> None:
    file = folder / CONCEPTS
    printed = file.read_text("utf-8")
    file.write_text(printed.replace("org_ids: [atla]", "org_ids: [mod]", 1), "utf-8")
    with pytest.raises(RegistryError, match=f"{CONCEPTS}: {JST}: named-twice: organs: mod"):
        read(folder)


def test_every_rule_has_a_case_and_words() -> None:
    assert {rule for rule, *_ in BROKEN} | {Rule.UNREADABLE} == set(Rule) == set(WORDS)


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("counts: {visions: 2}\ncounts: {visions: 3}\n", "key written twice: counts"),
        ("visions: [\n", "while parsing"),
        ("!!python/object/apply:os.getcwd []\n", "could not determine a constructor"),
        (b"\xff\xfe", "codec can't decode"),
        (None, "No such file"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(
    folder: Path, written: str | bytes | None, found: str
) -> None:
    file = folder / VISIONS
    file.unlink()
    if written is not None:
        file.write_bytes(written if isinstance(written, bytes) else written.encode())
    with pytest.raises(RegistryError, match=f"{VISIONS}: .file.: unreadable: .*{found}"):
        read(folder)


def test_a_date_without_quotes_is_refused(folder: Path) -> None:
    file = folder / VISIONS
    file.write_text(file.read_text("utf-8").replace("'2022-09-16'", "2022-09-16"), "utf-8")
    with pytest.raises(RegistryError, match=f"{VISIONS}: V1: wrong-value: decided"):
        read(folder)


def test_all_faults_are_told_at_once() -> None:
    files = copy.deepcopy(SHIPPED)
    put(CONCEPTS, JST, vision="V9")(files)
    put(ORGANISATIONS, "atla", parent="war")(files)
    put(VISIONS, "V1", technologies=28)(files)
    assert {
        (Rule.NO_SUCH_ID, CONCEPTS, JST),
        (Rule.NO_SUCH_ID, ORGANISATIONS, "atla"),
        (Rule.COUNT, VISIONS, "V1"),
    } <= faults_of(files)


# ---- laws over the whole data ----


def mappings(part: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The place of every mapping whose fields are fixed."""
    if isinstance(part, dict) and not {"decided_by_text"} & set(path):
        yield path
    if isinstance(part, dict | list):
        for key, inner in part.items() if isinstance(part, dict) else enumerate(part):
            yield from mappings(inner, (*path, key))


def at(files: Any, path: tuple[str | int, ...]) -> Any:
    """What stands at a place."""
    for step in path:
        files = files[step]
    return files


def values(part: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The place of every value that holds no others."""
    if not isinstance(part, dict | list):
        yield path
        return
    for key, inner in part.items() if isinstance(part, dict) else enumerate(part):
        yield from values(inner, (*path, key))


PLACES = [(name, *path) for name in SHIPPED for path in mappings(SHIPPED[name])]
ENTRIES = [(name, e["id"]) for name, section in SECTIONS.items() for e in SHIPPED[name][section]]
VALUES = {str(at(SHIPPED, place)) for place in values(SHIPPED) if place[-1] != "id"}
UNUSED = {VISIONS: "V99", TECHNOLOGIES: "T-NEW-99", ORGANISATIONS: "unused", AMBIGUITIES: "A99"}
REFERRED = [(file, one, UNUSED[file]) for file, one in ENTRIES if one in VALUES]


@given(st.sampled_from(PLACES))
def test_a_field_nobody_knows_is_refused_wherever_it_stands(place: tuple[str, ...]) -> None:
    files = copy.deepcopy(SHIPPED)
    at(files, place)["unheard_of"] = 1
    assert place[0] in {file for _, file, _ in faults_of(files)}


@given(st.sampled_from(ENTRIES))
def test_no_entry_can_be_lost_unnoticed(lost: tuple[str, str]) -> None:
    file, entry_id = lost
    files = copy.deepcopy(SHIPPED)
    files[file][SECTIONS[file]].remove(entry(files, file, entry_id))
    assert Rule.COUNT in {rule for rule, found_in, _ in faults_of(files) if found_in == file}


@given(st.sampled_from(REFERRED))
def test_no_reference_can_lead_nowhere_unnoticed(lost: tuple[str, str, str]) -> None:
    file, entry_id, other = lost
    files = copy.deepcopy(SHIPPED)
    entry(files, file, entry_id)["id"] = other
    assert Rule.NO_SUCH_ID in {rule for rule, _, _ in faults_of(files)}
