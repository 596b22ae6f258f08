"""The shipped registry: its numbers, and that it says what the published papers say."""

from collections import Counter
from pathlib import Path

import pytest

from server.programme.counting import counts_of
from server.programme.facts import Concept, Technology
from server.programme.registry import read

MATERIAL = Path(__file__).parents[2] / "material"
REGISTRY = read()
LISTED = [c for c in REGISTRY.concepts if c.council_list is not None]


def text_of(document: str) -> str:
    return (MATERIAL / document).read_text("utf-8")


def without_space(text: str) -> str:
    return "".join(text.split()).replace(")", "）")


def concept(concept_id: str) -> Concept:
    return next(c for c in REGISTRY.concepts if c.id == concept_id)


def test_the_registry_has_the_numbers_of_the_programme() -> None:
    assert len(REGISTRY.visions) == 2
    assert len(REGISTRY.technologies) == 50
    assert len(REGISTRY.concepts) == 32
    assert len(LISTED) == 31
    assert len(REGISTRY.organisations) == 42
    assert sum(len(c.organ_ids) for c in REGISTRY.concepts) == 157


def test_technologies_divide_by_vision_and_domain() -> None:
    assert Counter(t.vision for t in REGISTRY.technologies) == {"V1": 27, "V2": 23}
    assert Counter(t.domain for t in REGISTRY.technologies) == {
        "海洋": 10,
        "宇宙・航空": 18,
        "サイバー空間": 7,
        "領域横断": 11,
        "バイオ": 4,
    }


def test_every_technology_of_the_first_vision_has_a_concept() -> None:
    developed = {t for c in REGISTRY.concepts for t in c.technologies}
    assert {t.id for t in REGISTRY.technologies if t.vision == "V1"} <= developed


def test_reading_twice_gives_equal_registries_and_shares_nothing() -> None:
    again = read()
    assert again == REGISTRY
    assert again.concepts[0] is not REGISTRY.concepts[0]


def test_every_number_is_stated_in_the_data() -> None:
    counted = sum(len(numbers) for numbers in counts_of(REGISTRY).values())
    assert counted > 40  # a rule that compares nothing would pass too


def test_the_council_of_the_walkthrough_has_its_expected_participants() -> None:
    council = concept("C-2212A-02")
    assert (
        council.title_ja == "船舶向け通信衛星コンステレーションによる海洋状況把握技術の開発・実証"
    )
    assert [m.org for m in council.establishing_ministers] == ["min-meti", "pm"]
    assert len(council.organ_ids) == 8
    assert (council.funding_agency, council.representative) == ("nedo", "PD")


def test_the_defence_agency_stands_without_its_ministry_in_eight_lists() -> None:
    alone = [c.id for c in LISTED if "atla" in c.organ_ids and "mod" not in c.organ_ids]
    assert len(alone) == 8


def test_adopted_concepts_of_the_status_table() -> None:
    adopted = [c for c in REGISTRY.concepts if c.status.adopted]
    assert len(adopted) == 13
    assert {c.status.as_of for c in adopted} == {"2023-11-08"}


# ---- against the published papers ----


def test_every_document_the_data_name_is_among_the_material() -> None:
    named = {c.source.seed for c in REGISTRY.concepts}
    named |= {source for v in REGISTRY.visions for source in v.source}
    named |= {printed.seed for printed in REGISTRY.council_lists.values()}
    numbers = {number for o in REGISTRY.organisations for number in o.seeds}
    present = {path.name for path in MATERIAL.glob("*.txt")}
    assert named <= present
    assert numbers <= {name[:3] for name in present}


@pytest.mark.parametrize("listed", LISTED, ids=lambda c: c.id)
def test_lists_are_printed_where_the_data_say(listed: Concept) -> None:
    lines = ["", *text_of(listed.source.seed).split("\n")]
    ministers = "、".join(m.as_written for m in listed.establishing_ministers)
    printed_title = listed.title_as_printed_in_list or listed.title_ja
    assert printed_title in lines[listed.source.title_line or 0]
    assert lines[listed.source.ministers_line or 0] == f"設置大臣：{ministers}"
    assert lines[listed.source.organs_line or 0] == f"関係行政機関等：{listed.organs_verbatim}"


@pytest.mark.parametrize("technology", REGISTRY.technologies, ids=lambda t: t.id)
def test_technologies_are_named_in_the_paper(technology: Technology) -> None:
    names = [technology.name_ja, *(v.text for v in technology.variants_in_seeds)]
    paper = text_of("003_bea4fcb9d438e39a.txt")
    assert any(name in paper for name in names)


def test_the_first_vision_is_the_one_of_its_own_paper() -> None:
    paper = without_space(text_of("001_6fafc2541398d54e.txt"))
    first = [t for t in REGISTRY.technologies if t.vision == "V1"]
    assert [t.id for t in first if without_space(t.name_ja) not in paper] == []
