"""Requests for information and cooperation, and incidents, made over the API."""

from typing import Any

from server.clock import DAY, to_text
from tests.factories import Caller, World
from tests.making.councils import MadeCouncil
from tests.making.documents import made

OUTSIDE = "another-think-tank"


def request_body(council: MadeCouncil, member: str, **more: Any) -> dict[str, Any]:
    """What is asked of a member, known by the caller's name of its membership."""
    return {
        "membership": council.memberships[member],
        "wanted": "衛星の事案の概要（架空）",
        "why": "設計に要る（架空）",
        **more,
    }


def asked_for(council: MadeCouncil, by: Caller, member: str, **more: Any) -> str:
    """A request for information to a member; its id."""
    body = request_body(council, member, **more)
    request: str = made(by.post(f"/councils/{council.id}/information-requests", body))["id"]
    return request


def cooperation_body(world: World, **more: Any) -> dict[str, Any]:
    """What the council asks for, within thirty days."""
    return {
        "asks_for": "views",
        "subject": "標準化の見通し（架空）",
        "text": "ご意見を求めます（架空）。",
        "due_at": to_text(world.clock() + 30 * DAY),
        **more,
    }


def asked_cooperation(
    world: World,
    council: MadeCouncil,
    *members: str,
    organisations: tuple[str, ...] = (),
    by: Caller | None = None,
) -> str:
    """A request for cooperation by the secretariat, unless by another; its id."""
    whom = [council.memberships[name] for name in members]
    body = cooperation_body(world, memberships=whom, organisations=[*organisations])
    caller = by or council.secretariat
    request: str = made(caller.post(f"/councils/{council.id}/cooperation-requests", body))["id"]
    return request


def reported(by: Caller, document: str, about: str = "designated_secret") -> str:
    """An incident about a document, reported by somebody who reads it; its id."""
    body = {"about": about, "note": "三頁に表示がある（架空）"}
    incident: str = made(by.post(f"/documents/{document}/incidents", body))["id"]
    return incident


def all_of_it(world: World, council: MadeCouncil, text: str) -> None:
    """Requests of both sorts, answered in part, and an incident, begun and ended; with `text`
    wherever text can stand.
    """
    asked_for(council, council.private, "organ_b", wanted=text, why=text)
    request = asked_for(council, council.private, "organ_a", wanted=text, why=text)
    answers = [council.organ_a.post(f"/information-requests/{request}/decline", {"reason": text})]
    whom = [council.memberships[name] for name in ("fa", "organ_b")]
    body = cooperation_body(world, subject=text, text=text, memberships=whom)
    cooperation = made(council.pd.post(f"/councils/{council.id}/cooperation-requests", body))["id"]
    answers += [council.fa.post(f"/cooperation-requests/{cooperation}/replies", {"text": text})]
    declared = {"title": text, "contains_designated_secret": True}
    assert council.fa.post(f"/councils/{council.id}/documents", declared).status_code == 422
    [incident] = council.compliance.get(f"/councils/{council.id}/incidents").json()["items"]
    closing = {"outcome": "nothing_stored", "done": text}
    answers += [council.compliance.post(f"/incidents/{incident['id']}/closing", closing)]
    assert [answer.status_code for answer in answers] == [200, 201, 201]
