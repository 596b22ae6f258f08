"""docs/asvs.md says only what can be looked up: each requirement once, tests and files that exist.

Whether a test shows what its row says is for a reader to judge; what is here keeps names true.
"""

import ast
import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[1]
# The requirements that weigh most here, of the 345 of ASVS 5.0.0, with their levels.
CHOSEN = """
1.2.4 1.2.10 1.3.6 1.5.2 2.2.2 2.3.1 2.3.3 2.3.4 2.3.5 2.4.1 3.2.1 3.3.1/3.3.3/3.3.4 3.4.1 3.4.3
3.4.6 3.5.1 3.5.8 4.1.3 4.1.4 4.1.5 4.2.1 5.2.1/5.2.3/5.2.4 5.3.2 5.4.1/5.4.2 6.3.3 6.3.4 6.3.8
6.4.4 6.5.1/6.5.2 6.5.6 6.7.2 6.8.1/6.8.2/6.8.4 7.1.1 7.2.3/7.2.4 7.3.1/7.3.2 7.4.2 7.5.3
8.1.2/8.2.3 8.2.1/8.2.2 8.3.2 8.4.1 9.1.2/9.1.3 9.2.2/9.2.3 10.1.2/10.2.1/10.2.2
10.5.1/10.5.3/10.5.4/10.5.5 11.1.1/11.1.2/11.1.4 11.2.2 11.3.2/11.3.3/11.3.4 11.5.1 12.3.1
13.3.1/13.3.3 13.4.5 14.2.1 14.2.7 14.3.2 15.2.4 15.3.3 15.4.2 16.2.5 16.3.2 16.4.2/16.4.3 16.5.3
""".split()
MET, IN_PART, NOT_MET = "満たす / met", "一部 / in part", "満たさない / not met"


class Row(NamedTuple):
    """One row of the table."""

    numbers: str
    levels: str
    words: str
    state: str
    how: str
    tests: str

    def named(self) -> list[tuple[str, str]]:
        """The tests that are named: file and function."""
        found = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", self.tests)
        assert len(found) == self.tests.count("::")
        return found


TEXT = (ROOT / "docs" / "asvs.md").read_text("utf-8")
ROWS = [
    Row(*(cell.strip() for cell in line.strip("|").split(" | ")))
    for line in TEXT.splitlines()
    if re.match(r"\| \d", line)
]


@cache
def functions_in(file: str) -> frozenset[str]:
    tree = ast.parse((ROOT / file).read_text("utf-8"))
    return frozenset(each.name for each in ast.walk(tree) if isinstance(each, ast.FunctionDef))


def test_every_chosen_requirement_has_its_row_and_there_is_no_other() -> None:
    assert [row.numbers for row in ROWS] == CHOSEN
    assert len("/".join(CHOSEN).split("/")) == 87


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.numbers)
def test_what_a_row_names_exists(row: Row) -> None:
    for file, name in row.named():
        assert name in functions_in(file), f"{file} has no {name}"
    for file in re.findall(r"`((?:server|clients|crypto|docs|policies)/[\w/.-]+)`", row.how):
        assert (ROOT / file).exists(), file


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.numbers)
def test_a_row_is_met_by_something_that_a_test_shows_or_says_what_is_missing(row: Row) -> None:
    assert row.state in (MET, IN_PART, NOT_MET)
    assert re.fullmatch(r"[123](/[123])*", row.levels)
    assert row.words
    assert row.how
    if row.state == MET:
        assert row.named()
    else:
        assert re.search(r"\b(no|not|nothing|none|missing)\b", row.how), "say what is missing"


def test_the_summary_counts_right() -> None:
    counted = [sum(row.state == state for row in ROWS) for state in (MET, IN_PART, NOT_MET)]
    met, part, not_ = counted
    assert f"満たすものが{met}行、一部だけ満たすものが{part}行、満たさないものが{not_}行" in TEXT
    assert f"{met} rows are met, {part} in part, {not_} not." in TEXT
    assert f"{len(ROWS)}行（87要求）" in TEXT
