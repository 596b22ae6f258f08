"""Results, requests and rounds of a council, made over the API as their persons would."""

from dataclasses import fields, replace
from functools import partial
from typing import Any

from sqlalchemy import Table, select

from server import jobs
from server.audit.models import Entry
from server.clock import DAY, to_text
from server.consents import closing
from server.consents.models import RoundClosed
from server.publication import agreement
from tests.factories import Caller, World
from tests.making.councils import MadeCouncil
from tests.never_at_rest import CANARY

HARM = f"懸念用途への転用があり得る。{CANARY}"
INFORMATION = f"観測パラメータ（試験値）：積分時間 12 ms、軌道間隔 5 度。{CANARY}"
VOICES = ("minister_fund", "minister_pm", "pd", "fa", "organ_a", "organ_b", "think_tank", "private")


def result(
    council: MadeCouncil, by: Caller | None = None, researcher: str | None = None, **changed: Any
) -> dict[str, Any]:
    """A result of the PD (unless somebody else registers it), open to the council."""
    asked = {"title": "衛星間測位の成果", "summary": "概要。", "open_to_council": True, **changed}
    if researcher is not None:
        asked["owner"] = researcher
    answer = (by or council.pd).post(f"/councils/{council.id}/results", asked)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def finding(council: MadeCouncil, result_id: str, by: Caller | None = None) -> str:
    """A finding by a government member that public use of a result is foreseeable; its id."""
    asked = {"result": result_id, "found_on": "2026-09-01", "evidence": "海上保安での利用計画。"}
    answer = (by or council.organ_a).post(f"/councils/{council.id}/findings", asked)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def request_body(world: World, finding_id: str, **changed: Any) -> dict[str, Any]:
    """A complete request for two years."""
    return {
        "finding": finding_id,
        "harm": HARM,
        "information": INFORMATION,
        "until": to_text(world.clock.now + 730 * DAY),
        **changed,
    }


def exception(
    world: World, council: MadeCouncil, result_id: str, by: Caller | None = None, **changed: Any
) -> dict[str, Any]:
    """A request by a government member (with its finding) that information be not published."""
    by = by or council.organ_a
    body = request_body(world, finding(council, result_id, by), **changed)
    answer = by.post(f"/results/{result_id}/exceptions", body)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def opened(exception_id: str, by: Caller, **asked: Any) -> str:
    """A round about a request; its id."""
    answer = by.post(f"/exceptions/{exception_id}/rounds", asked)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["round"])


def answered(caller: Caller, round_id: str, verdict: str = "consent", **changed: Any) -> Any:
    """An answer to the question as the caller reads it."""
    shown = caller.get(f"/rounds/{round_id}")
    assert shown.status_code == 200, shown.text
    body = {"question_sha256": shown.json()["question_sha256"], "verdict": verdict, **changed}
    return caller.post(f"/rounds/{round_id}/answers", body)


def everyone(council: MadeCouncil, *but: str) -> dict[str, Caller]:
    """The representative of every member, except those named."""
    return {name: getattr(council, name) for name in VOICES if name not in but}


def all_consent(council: MadeCouncil, round_id: str, *but: str) -> None:
    """Every representative consents, except those named."""
    for caller in everyone(council, *but).values():
        answer = answered(caller, round_id)
        assert answer.status_code == 201, answer.text


def asked_round(world: World, council: MadeCouncil) -> tuple[dict[str, Any], dict[str, Any], str]:
    """A result of the PD, a request about it, and its open round."""
    made = result(council)
    wanted = exception(world, council, made["id"])
    return made, wanted, opened(wanted["id"], council.organ_a)


def stepped_up(world: World, council: MadeCouncil) -> MadeCouncil:
    """The same council after time has passed: everybody with a fresh session."""

    callers = {
        field.name: world.session(getattr(council, field.name).person_id)
        for field in fields(council)
        if isinstance(getattr(council, field.name), Caller)
    }
    return replace(council, **callers)


def run_jobs(world: World) -> None:
    """What a worker would do now for rounds and know-how."""
    known = {**closing.JOBS, **agreement.JOBS}
    bound = {name: partial(job, world.parts) for name, job in known.items()}
    jobs.run_due(world.parts.database, bound)


def entries(world: World, log_id: str) -> list[tuple[str, str]]:
    """Kind and object of every entry of a log, in order."""
    table: Table = Entry.__table__  # type: ignore[attr-defined]
    query = select(table.c.kind, table.c.object).where(table.c.log_id == log_id)
    with world.parts.database.reading() as tx:
        return [(r.kind, r.object) for r in tx.connection.execute(query.order_by(table.c.seq))]


def closed(world: World, round_id: str) -> tuple[str, str]:
    """What a round is recorded to have come to, and since when."""
    table: Table = RoundClosed.__table__  # type: ignore[attr-defined]
    query = select(table.c.outcome, table.c.effective_at).where(table.c.round_id == round_id)
    with world.parts.database.reading() as tx:
        row = tx.connection.execute(query).one()
    return row.outcome, to_text(row.effective_at)
