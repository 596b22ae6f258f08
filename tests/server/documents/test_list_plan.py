"""The list of documents is one statement, whose plan stands without statistics.

Nobody runs ANALYZE on a new installation. Without an index for both of its columns, a look-up went
through everything a person was ever named for, once for each document: minutes, with 10,000.
"""

import pytest

from server.access.listing import Listing
from server.documents.endpoints import _READABLE, _SEEN
from tests.factories import World

# Tables that grow with documents, and the columns by which alone each may be looked up for one.
GROWING = {
    "document": "council_id=? AND id<?",
    "recipient": "person_id=? AND document_id=?",
    "acknowledgement": "person_id=? AND subject_id=?",
    "ending": "fact_id=?",
}


# What depends on the council and not on the document: asked once for the whole list.
OF_THE_COUNCIL = ("log", "office", "council_rule", "council_closing")
Step = tuple[int, int, int, str]


@pytest.fixture(params=[_READABLE, _SEEN], ids=["documents", "document-summaries"])
def plan(request: pytest.FixtureRequest, world: World) -> list[Step]:
    """How SQLite goes about the statement of a list: each step with its number and its parent's."""
    listing: Listing = request.param
    prepared = listing.statement(world.parts.policy, of_one_council=True)
    facts = {"person": "p", "now": 1, "council": "c", "cursor": "x", "most": 51}
    with world.parts.database.reading() as tx:
        text = prepared._text(tx)
        return [tuple(row) for row in tx.driver.execute(f"EXPLAIN QUERY PLAN {text}", facts)]


def test_the_list_is_one_statement_that_scans_and_sorts_nothing(plan: list[Step]) -> None:
    steps = [step for _, _, _, step in plan]
    assert not [each for each in steps if each.startswith("SCAN ") and "CONSTANT" not in each]
    assert not [each for each in steps if "B-TREE FOR ORDER BY" in each and "LAST" not in each]
    for table, by in GROWING.items():
        found = [each for each in steps if each.startswith(f"SEARCH {table} ")]
        assert found
        assert all(by in each for each in found), found
    assert steps[0].startswith("SEARCH document USING INDEX document_by_council"), steps[0]


def test_what_depends_on_the_council_alone_is_asked_once_and_not_for_each_document(
    plan: list[Step],
) -> None:
    steps = {number: (parent, step) for number, parent, _, step in plan}

    def asked_in(number: int) -> str:
        """The sub-query that a step belongs to."""
        while "SUBQUERY" not in steps[number][1]:
            number = steps[number][0]
        return steps[number][1]

    for table in OF_THE_COUNCIL:
        found = [n for n, (_, step) in steps.items() if step.startswith(f"SEARCH {table} ")]
        assert found
        assert not [n for n in found if asked_in(n).startswith("CORRELATED")], table
