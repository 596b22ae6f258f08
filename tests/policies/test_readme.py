"""policies/README.md explains every word of the policy, and no other."""

import re
from collections.abc import Iterable

import pytest

from server.access.vocabulary import Action, Category, KindName, Relation
from server.app import KINDS
from server.settings import HERE

PAGE = (HERE / "policies" / "README.md").read_text(encoding="utf-8")


def rows(section: str) -> list[list[str]]:
    """The cells of the table under a heading, without its head."""
    body = PAGE.split(f"\n## {section}\n")[1].split("\n## ")[0]
    lines = [line for line in body.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines[2:]]


@pytest.mark.parametrize(
    ("section", "words"),
    [
        ("Relations", Relation),
        ("Actions", Action),
        ("Categories", Category),
        ("Kinds and their states", KindName),
    ],
)
def test_every_word_is_explained_in_its_order(section: str, words: Iterable[str]) -> None:
    found = rows(section)
    assert sorted(row[0] for row in found) == sorted(f"`{word}`" for word in words)
    assert all(row[1] for row in found)


def test_every_state_is_explained_with_its_kind() -> None:
    explained = {row[0].strip("`"): re.findall(r"(?:^|; )`(\w+)`", row[2]) for row in
                 rows("Kinds and their states")}  # fmt: skip
    assert explained == {kind.name.value: list(kind.states) for kind in KINDS}


def test_relations_no_kind_has_are_said_to_be_so() -> None:
    known = {relation for kind in KINDS for relation in kind.relations}
    unused = {relation.value for relation in Relation if relation not in known}
    said = {row[0].strip("`") for row in rows("Relations") if "no kind has it" in row[1]}
    assert said == unused


@pytest.mark.parametrize(
    ("section", "columns"),
    [
        ("Columns of grants.csv", ["`p`", "relation", "action", "kind", "state"]),
        (
            "Columns of actions.csv",
            ["action", "scope", "step-up seconds", "persons", "categories"],
        ),
    ],
)
def test_every_column_is_explained(section: str, columns: list[str]) -> None:
    assert [row[0] for row in rows(section)] == columns
