"""The Japanese of the command: every field and every closed word of the server has its own."""

import re
from collections.abc import Iterator
from dataclasses import fields
from enum import StrEnum
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import pytest

from clients.cli import language, rendering
from clients.cli.commands.council import SeatLine
from clients.cli.terms import LABELS, WORDS, gathered, kind_of_entry, label
from clients.sdk import answers
from crypto.statements import Verdict
from server.access.matters import Task, Topic
from server.access.parts import Parts
from server.access.vocabulary import Action, Category, KindName, OfficeRole, Relation, SeatRole
from server.app import KINDS, create_app
from server.consents.answering import CAPACITY
from server.consents.outcome import State
from server.councils.models import AdmissionVerdict as Decision
from server.councils.models import RepresentativeMode, Requirement, Source
from server.councils.safety import Measure
from server.documents.content.verifying import Fault
from server.documents.models import ReleaseGround, VersionOutcome
from server.inspection.unsearched import Why
from server.programme.models import AdoptionBasis, ConceptState, ProjectRole
from tests.clients.test_contract import described

VOCABULARY: tuple[type[StrEnum], ...] = (
    Task, Topic,
    Action, AdoptionBasis, Category, ConceptState, Decision, KindName, Measure, OfficeRole,
    ProjectRole, Relation, ReleaseGround, RepresentativeMode, Requirement, SeatRole, Source, State,
    Verdict, VersionOutcome,
)  # fmt: skip
ENGLISH_ONLY = {"SHA-256", "ID"}


@pytest.fixture(autouse=True)
def japanese() -> None:
    language.choose("ja", {})


@pytest.fixture
def api(parts: Parts) -> dict[str, Any]:
    return create_app(parts).openapi()


def closed_words(description: Any) -> Iterator[str]:
    """Every word of an `enum` or `const` anywhere in a description."""
    if isinstance(description, dict):
        yield from (word for word in description.get("enum", []) if isinstance(word, str))
        yield from (word for word in [description.get("const")] if isinstance(word, str))
        for each in description.values():
            yield from closed_words(each)
    elif isinstance(description, list):
        for each in description:
            yield from closed_words(each)


def japanese_in(text: str) -> bool:
    return bool(re.search(r"[぀-ヿ一-鿿]", text)) or text in ENGLISH_ONLY


def answered_fields(api: dict[str, Any]) -> set[str]:
    """Every property name of everything the API answers."""
    schemas = api["components"]["schemas"]
    return {
        name
        for each, schema in schemas.items()
        if not each.endswith(("In", "Asked"))
        for name in schema.get("properties", {})
    }


def test_every_field_of_every_answer_has_a_japanese_label(api: dict[str, Any]) -> None:
    assert [name for name in sorted(answered_fields(api)) if not japanese_in(label(name))] == []


def test_every_label_of_one_answer_alone_is_of_a_field_it_has() -> None:
    known = {answer.__name__: answer for answer in _answers()}
    for name in LABELS:
        answer, _, field = name.partition(".")
        if answer[0].isupper():
            assert field in {each.name for each in fields(known[answer])}, name


def _answers() -> Iterator[Any]:
    yield SeatLine
    for part in iter_modules(answers.__path__):
        module = import_module(f"{answers.__name__}.{part.name}")
        yield from (each for each in vars(module).values() if hasattr(each, "__dataclass_fields__"))


def test_no_two_parts_name_the_same_thing() -> None:
    assert gathered([{"reason": "理由"}, {"means.reason": "理由の説明"}])
    with pytest.raises(ValueError, match="reason"):
        gathered([{"reason": "理由"}, {"text": "本文", "reason": "理由の説明"}])


def test_every_closed_word_of_the_server_is_put_in_japanese(api: dict[str, Any]) -> None:
    words = {word.value for vocabulary in VOCABULARY for word in vocabulary}
    words |= {state for kind in KINDS for state in kind.states}
    words |= {*CAPACITY.values(), *closed_words(api)}
    unknown = [word for word in sorted(words) if not japanese_in(WORDS.get(word, word))]
    assert unknown == []


def test_every_kind_of_a_log_s_entry_is_told_in_words_and_code(api: dict[str, Any]) -> None:
    guarded = [
        f"{each['x-guard']['kind']}.{each['x-guard']['action']}"
        for path in api["paths"].values()
        for each in path.values()
        if "x-guard" in each
    ]
    assert guarded
    for kind in guarded:
        said = kind_of_entry(kind)
        assert said.endswith(f"［{kind}］")
        assert not re.search(r"[a-z]", said.removesuffix(f"［{kind}］")), said


def test_one_word_for_one_office() -> None:
    said = [*WORDS.values(), *LABELS.values()]
    assert WORDS["compliance_officer"] == "情報管理責任者"
    assert not [word for word in said if "コンプライアンス" in word]


def test_fields_with_closed_words_are_written_in_words() -> None:
    called = {call.path for call, _ in described().values()}
    assert "/councils" in called
    assert rendering.written(("read", "suspend"), "may") == "閲覧、閲覧の停止"
    assert rendering.written("閲覧の停止", "reason") == "閲覧の停止"
    assert rendering.written("unscanned", "scan") == "未検査"
    assert rendering.written("not_searched", "reason") == WORDS["reason.not_searched"]
    assert {f"reason.{fault}" for fault in Fault} <= WORDS.keys()
    assert {f"detail.{why}" for why in Why} <= WORDS.keys()


def test_days_and_times_are_japan_s_with_the_weekday() -> None:
    assert rendering.written("2026-12-31", "found_on") == "2026-12-31（木）"
    assert rendering.written("2026-12-30T15:00:00.000Z", "until") == "2026-12-31（木）00:00:00 JST"
    assert rendering.written("2026-13-31", "found_on") == "2026-13-31"
