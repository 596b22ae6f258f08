"""docs/rules.md says what every number in the code stands for, and which test shows each rule.

A number that is used stands there once; a test that is named exists, in a file that names its rule;
and nothing in the code points to a paper that is not in the tree.
"""

import re
from functools import cache
from pathlib import Path

import pytest

from tests.test_asvs import functions_in

ROOT = Path(__file__).resolve().parents[1]
TEXT = (ROOT / "docs" / "rules.md").read_text("utf-8")
NUMBER = re.compile(r"\b(?:BR-\d\d|(?:ENC|KEY|LOG|IDN|ACC|REL)-T?\d+|F(?:1\d|20|[1-9]))\b")
RULES = re.findall(r"^\| (BR-\d\d) \| (.+) \| (.+) \| (.+) \|$", TEXT, re.MULTILINE)
NOT_YET = "まだ / not yet"
# Papers of others, which are named with whose they are.
ELSEWHERE = {"doc/c2sp_chunked_encryption.md"}
SOURCES = [
    path
    for folder in ("server", "crypto", "clients", "policies", "tests", "docs", "migrations")
    for path in sorted((ROOT / folder).rglob("*"))
    if path.suffix in {".py", ".md", ".csv"} and path.name != "rules.md"
    if "node_modules" not in path.parts
]


@cache
def explained() -> frozenset[str]:
    """The numbers that begin a row."""
    rows = re.findall(r"^\| ([A-Z][^|]*) \|", TEXT, re.MULTILINE)
    return frozenset(number for row in rows for number in NUMBER.findall(row))


def test_every_rule_has_its_row_in_order() -> None:
    assert [number for number, *_ in RULES] == [f"BR-{n:02}" for n in range(1, 54)]


@pytest.mark.parametrize(("number", "words", "source", "tests"), RULES)
def test_a_rule_is_shown_by_tests_that_name_it_or_is_not_there_yet(
    number: str, words: str, source: str, tests: str
) -> None:
    assert re.fullmatch(r"[^/]+ / .+", words), "Japanese, then English"
    assert source
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", tests)
    assert tests == NOT_YET or len(named) == tests.count("::") > 0
    for file, function in named:
        assert function in functions_in(file), f"{file} has no {function}"
    assert not named or any(number in (ROOT / file).read_text("utf-8") for file, _ in named)


def test_a_rule_that_is_not_there_yet_is_named_nowhere_else() -> None:
    waiting = {number for number, _, _, tests in RULES if tests == NOT_YET}
    used = {each for path in SOURCES for each in NUMBER.findall(path.read_text("utf-8"))}
    assert waiting.isdisjoint(used)


def test_the_summary_counts_right() -> None:
    waiting = sum(tests == NOT_YET for *_, tests in RULES)
    assert f"53の規則のうち{53 - waiting}を守り、{waiting}はまだ作っていません" in TEXT
    assert f"Of the 53 rules {53 - waiting} are kept; {waiting} belong to parts" in TEXT


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_a_file_points_to_can_be_looked_up(path: Path) -> None:
    text = path.read_text("utf-8")
    unknown = set(NUMBER.findall(text)) - explained()
    assert not unknown, f"docs/rules.md does not say what {sorted(unknown)} is"
    if path.suffix == ".py":
        for paper in re.findall(r"\b[\w/-]+\.md\b", text):
            places = (ROOT, path.parent, ROOT / "docs", ROOT / "policies")
            found = any((place / paper).exists() for place in places)
            assert found or paper in ELSEWHERE, f"there is no {paper}"
