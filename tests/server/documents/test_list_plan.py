"""The list of documents is one statement, whose plan stands without statistics.

Nobody runs ANALYZE on a new installation. Without an index for both of its columns, a look-up went
through everything a person was ever named for, once for each document: minutes, with 10,000.
"""

from server.documents.endpoints import _READABLE, _SEEN
from tests.factories import World
from tests.making.councils import established_council
from tests.making.documents import shared_document

# Tables that grow with documents, and the columns by which alone each may be looked up for one.
GROWING = {
    "document": "council_id=? AND id<?",
    "recipient": "person_id=? AND document_id=?",
    "acknowledgement": "person_id=? AND subject_id=?",
    "ending": "fact_id=?",
}


def test_the_list_is_one_statement_that_scans_and_sorts_nothing(world: World) -> None:
    council = established_council(world)
    shared_document(world, council, council.organ_a)
    me, papers = council.organ_b, f"/councils/{council.id}"
    for path, listing in (("documents", _READABLE), ("document-summaries", _SEEN)):
        assert me.get(f"{papers}/{path}").status_code == 200
        prepared = listing._prepared[world.parts.policy.digest]
        facts = {"person": "p", "now": 1, "council": "c", "cursor": "x", "most": 51}
        with world.parts.database.reading() as tx:
            text = prepared._text(tx)
            plan = [row[3] for row in tx.driver.execute(f"EXPLAIN QUERY PLAN {text}", facts)]

        assert not [step for step in plan if step.startswith("SCAN ") and "CONSTANT" not in step]
        for table, by in GROWING.items():
            steps = [step for step in plan if step.startswith(f"SEARCH {table} ")]
            assert steps
            assert all(by in step for step in steps), steps
        assert plan[0].startswith("SEARCH document USING INDEX document_by_council"), plan[0]
