"""The SQL of a kind speaks of the one row that is asked about, never of any row of its table."""

import re

import pytest

from server.access.kind import Kind
from server.app import KINDS


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name.value)
def test_no_condition_of_a_kind_selects_from_its_own_table_again(kind: Kind) -> None:
    """An EXISTS over the table itself, without alias, would not be about the row asked for: whoever
    owned one result owned them all.
    """
    name = kind.table.name
    again = re.findall(rf"(?:FROM|JOIN|,)\s+{name}(?![\w.])(?!\s+AS\b)", str(kind.facts))
    assert len(again) == 1
