"""From the code on a page to the one entry that let it go."""

import re
from typing import Any

import pytest
from sqlalchemy import Table, select, update

from server.audit.models import Entry
from server.clock import to_text
from server.documents.viewing.codes import new_code
from tests.factories import Caller, World
from tests.making.councils import MadeCouncil, established_council
from tests.making.documents import MadeDocument
from tests.making.pages import japanese_pdf, secret_of
from tests.server.documents.viewing.test_pages import entries, page

_entry: Table = Entry.__table__  # type: ignore[attr-defined]


@pytest.fixture
def secret(world: World, council: MadeCouncil) -> MadeDocument:
    """A PDF from organ A to organ B, who has looked at its second page."""
    to = [council.organ_b]
    made = secret_of(world, council, council.organ_a, to, japanese_pdf(2), handling="download")
    assert page(council.organ_b, made.id, 2).status_code == 200
    return made


def code_of(world: World, council: MadeCouncil, kind: str = "document.view") -> str:
    """The code of the newest mark of a kind."""
    marked = [body for row, body in entries(world, council, kind) if row.mark is not None]
    code: str = marked[-1]["mark"]["code"]
    return code


def trace(caller: Caller, council: MadeCouncil, code: str) -> Any:
    return caller.get(f"/councils/{council.id}/traces/{code}")


@pytest.mark.on_both_databases
def test_a_compliance_officer_finds_who_was_shown_the_page_and_when(
    world: World, council: MadeCouncil, secret: MadeDocument
) -> None:
    seen_at, code = world.clock(), code_of(world, council)
    [(row, body)] = entries(world, council, "document.view")

    told = trace(council.compliance, council, code).json()

    assert told == {
        "code": code,
        "seq": row.seq,
        "time": to_text(seen_at),
        "act": "view",
        "person": council.organ_b.person_id,
        "name": body["mark"]["name"],
        "organisation": body["mark"]["organisation"],
        "document": secret.id,
        "version": secret.version,
        "page": 2,
        "leaf_hash": row.leaf_hash.hex(),
    }


def test_the_code_of_a_copy_is_that_of_all_its_pages(
    world: World, council: MadeCouncil, secret: MadeDocument
) -> None:
    assert council.organ_b.get(f"/documents/{secret.id}/download").status_code == 200
    told = trace(council.compliance, council, code_of(world, council, "document.download")).json()
    assert (told["act"], told["page"]) == ("download", None)
    assert council.organ_b.get(f"/documents/{secret.id}/print").status_code == 200
    told = trace(council.compliance, council, code_of(world, council, "document.print")).json()
    assert (told["act"], told["page"]) == ("print", None)


def test_a_code_is_typed_as_it_is_read_off_a_photograph(
    world: World, council: MadeCouncil, secret: MadeDocument
) -> None:
    code = code_of(world, council)
    for typed in (code.lower(), code.replace("-", " "), code.replace("0", "O").replace("1", "l")):
        assert trace(council.compliance, council, typed).json()["code"] == code
    wrong = code[:-1] + ("0" if code[-1] != "0" else "1")
    answer = trace(council.compliance, council, wrong)
    assert (answer.status_code, answer.json()["code"]) == (422, "code_mistyped")


def test_a_code_of_no_mark_and_one_of_another_council_are_unknown(
    world: World, council: MadeCouncil, secret: MadeDocument
) -> None:
    other = established_council(world, concept="C-2212A-01")
    for place, code in ((council, new_code()), (other, code_of(world, council))):
        answer = trace(place.compliance, place, code)
        assert (answer.status_code, answer.json()["code"]) == (404, "no_such_mark")


def test_tracing_is_recorded_without_repeating_the_code(
    world: World, council: MadeCouncil, secret: MadeDocument
) -> None:
    """The code stands in one entry alone, so that it leads to that one."""
    code, unknown = code_of(world, council), new_code()
    trace(council.compliance, council, code)
    trace(council.compliance, council, unknown)

    (allowed, body), (refused, why) = entries(world, council, "council.trace")
    [(viewed, _)] = entries(world, council, "document.view")
    assert (allowed.outcome, body["traced"]) == ("allowed", viewed.seq)
    assert (refused.outcome, why["code"]) == ("refused", "no_such_mark")
    assert re.fullmatch("[0-9a-f]{64}", why["mark"])
    assert code not in str(body)
    assert unknown not in str(why)


def test_only_compliance_officers_of_the_council_trace(
    world: World, council: MadeCouncil, secret: MadeDocument
) -> None:
    code = code_of(world, council)
    for other in (council.auditor, council.secretariat, council.organ_a, council.organ_b):
        assert trace(other, council, code).status_code == 403
    for nobody in (council.stranger,):
        assert trace(nobody, council, code).status_code == 404


@pytest.mark.spoils_the_log
def test_a_moved_mark_is_found_and_never_believed(
    world: World, council: MadeCouncil, secret: MadeDocument
) -> None:
    """Somebody with the database lets a code lead to another's entry: the entry itself says no."""
    code = code_of(world, council)
    with world.parts.database.changing() as tx:
        mine = _entry.c.mark.is_not(None)
        mark = tx.connection.scalar(select(_entry.c.mark).where(mine))
        tx.connection.execute(update(_entry).where(mine).values(mark=None))
        first = (_entry.c.log_id == council.id) & (_entry.c.seq == 3)
        tx.connection.execute(update(_entry).where(first).values(mark=mark))

    answer = trace(council.compliance, council, code)

    assert (answer.status_code, answer.json()["code"]) == (500, "stored_data_damaged")
