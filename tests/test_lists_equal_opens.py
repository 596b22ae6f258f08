"""What a list shows is what opening each of its things allows: for every caller and every list.

Names are confidential: no list, and no refusal, tells the title of what cannot be opened.
"""

import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from server import settings
from server.app import build_parts, create_app
from tests import whole_log
from tests.conftest import TestClock
from tests.factories import Caller
from tests.making import documents, publication
from tests.policies.stage import Stage, staged
from tests.route_table import EVERYONE

COUNCIL = "/councils/{council}"
# Each list, and where one of its things is opened. A list of summaries shows what may be SEEN.
LISTS = {
    "/councils": "/councils/{id}",
    f"{COUNCIL}/admissions": "/admissions/{id}",
    f"{COUNCIL}/documents": "/documents/{id}",
    f"{COUNCIL}/document-summaries": "/documents/{id}/summary",
    f"{COUNCIL}/results": "/results/{id}",
    "/results": "/results/{id}",
    f"{COUNCIL}/exceptions": "/exceptions/{id}/summary",
    "/rounds": "/rounds/{id}/summary",
    f"{COUNCIL}/information-requests": "/information-requests/{id}",
}
# Lists whose things have no address of their own, or one that asks for more than the list shows.
OTHERS = {
    f"{COUNCIL}/memberships": "a membership is shown in the roster alone; tested below",
    f"{COUNCIL}/know-how": "lists what may be seen; the entry itself is opened by fewer, see below",
    f"{COUNCIL}/findings": "a finding goes with its result, see below",
    f"{COUNCIL}/safe-management-confirmations": "goes with the roster",
    f"{COUNCIL}/information-request-summaries": "for officers, who open none of them",
    f"{COUNCIL}/cooperation-requests": "lists what may be seen; officers who watch open none",
    "/cooperation-requests": "those asked of oneself; members may open the others, too",
    f"{COUNCIL}/incidents": "lists what may be seen; opened by the officers who deal with it",
    f"{COUNCIL}/log/entries": "the whole log or nothing",
    f"{COUNCIL}/log/own": "filtered by person, tested with the log",
    f"{COUNCIL}/log/leaves": "the whole log or nothing",
    "/documents/{document}/readers": "of one document",
    "/documents/{document}/scope-history": "of one document",
    f"{COUNCIL}/safe-management": "goes with the roster",
    "/documents/{document}/versions": "of one document",
    "/documents/{document}/bound": "of one document",
    "/persons/{person}/duty-links": "of one person, for compliance officers",
    "/me/duties": "one's own",
    "/me/duty-links": "one's own",
    "/texts/{text}": "public: the versions of one text",
    f"{COUNCIL}/prospects": "members and persons, not things; they go with the roster",
    "/documents/{document}/conflicts": "of one document",
    "/memberships/{membership}/service-accounts": "goes with the roster",
    "/persons/{person}/affiliations": "of one person, for offices",
    "/providers": "public",
    "/concepts/{concept}/projects": "of one concept",
    "/system/log/entries": "the whole log or nothing",
    "/system/log/leaves": "the whole log or nothing",
    "/offices": "who administers is known to everybody who does",
    "/approvals": "as the offices",
    f"{COUNCIL}/entitled": "persons, not things; tests/policies/test_conditions.py",
    "/system/entitled": "as the council's",
    "/me/sessions": "one's own",
    "/me/tokens": "one's own",
    "/me/passkeys": "one's own",
    "/me/links": "one's own",
    "/me/seats": "one's own",
    "/me/step-up/requests": "one's own",
    "/me/notices": "one's own",
    "/me/waiting": "one's own; that each opens is tested with notices",
    "/notices/failing": "ids and codes, for who runs the server",
    "/admissions/{admission}/comments": "of one admission",
    "/visions": "public",
    "/technologies": "public",
    "/concepts": "public",
    "/publications": "public",
}
ON_STAGE = {
    "councils": "council council_elsewhere preparing",
    "admissions": "admission",
    "documents": "internal secret suspended draft released expired under_incident",
    "results": "result closed_result others_result asked_result",
    "exceptions": "exception exception_open exception_agreed",
    "rounds": "round",
    "information-requests": "information_request declined_request",
}
_EVERYTHING: dict[str, set[str]] = {}
TITLES = {
    "internal": "内部資料の標題（試験）",
    "secret": "秘密の標題（試験）",
    "draft": "案の標題（試験）",
    "closed": "未公開成果の標題（試験）",
}


@pytest.fixture(scope="module")
def stage(template: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    folder = shutil.copytree(template, tmp_path_factory.mktemp("stage") / "data")
    clock = TestClock()
    parts = build_parts(settings.read({}, data=str(folder)), clock)
    with TestClient(create_app(parts), base_url=parts.settings.origin) as client:
        made = staged(parts, client, clock)
        _more(made)
        _EVERYTHING.clear()
        yield made
        parts.tally.flush(everything=True)
        whole_log.verify(parts)


def _more(stage: Stage) -> None:
    """Things told apart by their titles, and some of other providers and owners."""
    world, council = stage.world, stage.council
    who = stage.callers
    documents.shared_document(world, council, who["handler"])
    shared = documents.drafted_document(who["provider"], council.id, title=TITLES["internal"])
    assert shared.status_code == 201
    to = [who["recipient"], who["handler"]]
    provider = who["provider"]
    secret = documents.drafted_secret(world, council, provider, to, title=TITLES["secret"])
    documents.made(provider.post(f"/documents/{secret.id}/provision"))
    documents.acknowledge(who["recipient"], secret.id)
    documents.drafted_secret(world, council, provider, to, title=TITLES["draft"])
    documents.provided_secret(world, council, who["think_tank"], [who["deputy"]])
    publication.result(
        council,
        title=TITLES["closed"],
        open_to_council=False,
        readers=[who["deputy"].person_id],
    )
    publication.result(council, who["named"], open_to_council=False)


def items(caller: Caller, path: str) -> list[Any] | None:
    """Everything a list shows a caller, page by page; None when the list itself is refused."""
    found: list[Any] = []
    cursor: dict[str, str] = {}
    while True:
        answer = caller.get(path, params={"limit": "3", **cursor})
        if answer.status_code in (403, 404):
            return None
        assert answer.status_code == 200, answer.text
        found += answer.json()["items"]
        if answer.json()["next"] is None:
            return found
        cursor = {"cursor": answer.json()["next"]}


def everything(stage: Stage, path: str) -> set[str]:
    """The ids of all things a list could show: what it shows to anyone, and the stage's own."""
    if path not in _EVERYTHING:
        shown = {stage.things[name] for name in ON_STAGE[LISTS[path].split("/")[1]].split()}
        for caller in stage.callers.values():
            shown |= {item["id"] for item in items(caller, at(stage, path)) or ()}
        _EVERYTHING[path] = shown
    return _EVERYTHING[path]


def at(stage: Stage, path: str) -> str:
    return path.format(council=stage.council.id)


def test_every_list_of_the_api_is_here_or_says_why_not(stage: Stage) -> None:
    described = stage.world.client.get("/api/v1/openapi.json").json()["paths"]
    lists = set()
    for path, methods in described.items():
        answer = methods.get("get", {}).get("responses", {}).get("200", {})
        shown = answer.get("content", {}).get("application/json", {}).get("schema", {})
        name = shown.get("$ref", "").rsplit("/", 1)[-1]
        schema = stage.world.client.get("/api/v1/openapi.json").json()["components"]["schemas"]
        if schema.get(name, {}).get("properties", {}).get("items", {}).get("type") == "array":
            lists.add(path.removeprefix("/api/v1").replace("_id}", "}"))
    assert lists == set(LISTS) | set(OTHERS)


@pytest.mark.parametrize("who", EVERYONE.split())
@pytest.mark.parametrize("path", LISTS)
def test_a_list_shows_exactly_what_opens(stage: Stage, path: str, who: str) -> None:
    caller = stage.callers[who]
    shown = items(caller, at(stage, path))
    listed = [item["id"] for item in shown or ()]
    opens = {
        each
        for each in everything(stage, path)
        if caller.get(LISTS[path].format(id=each)).status_code == 200
    }
    if shown is None and "{council}" in path:
        # Who may not enter the council's list may own a result there still: /results lists it.
        opens = set()
    assert len(listed) == len(set(listed))
    assert set(listed) == opens


@pytest.mark.parametrize("who", EVERYONE.split())
def test_what_may_be_done_is_told_alike_by_list_and_thing(stage: Stage, who: str) -> None:
    caller = stage.callers[who]
    for path, opening in LISTS.items():
        for item in items(caller, at(stage, path)) or ():
            opened = caller.get(opening.format(id=item["id"])).json()
            assert item["may"] == opened["may"], (path, item["id"])


@pytest.mark.parametrize("who", EVERYONE.split())
def test_know_how_is_listed_to_those_who_may_know_of_it_and_opened_by_those_authorised(
    stage: Stage, who: str
) -> None:
    caller, known = stage.callers[who], stage.things["know_how"]
    shown = items(caller, f"/councils/{stage.council.id}/know-how")
    status = caller.get(f"/know-how/{known}").status_code
    if shown is None:
        assert status == 404
        return
    assert (known in {item["id"] for item in shown}) == (status in (200, 403))
    for item in shown:
        assert ("read" in item["may"]) == (status == 200)
        assert "information" not in item


@pytest.mark.parametrize("who", EVERYONE.split())
def test_findings_are_shown_with_the_results_they_are_about(stage: Stage, who: str) -> None:
    caller = stage.callers[who]
    for finding in items(caller, f"/councils/{stage.council.id}/findings") or ():
        assert caller.get(f"/results/{finding['result']}").status_code == 200


@pytest.mark.parametrize("who", EVERYONE.split())
def test_the_roster_is_shown_whole_or_not_at_all(stage: Stage, who: str) -> None:
    shown = items(stage.callers[who], f"/councils/{stage.council.id}/memberships")
    if shown is not None:
        present = set(stage.council.memberships.values())
        assert {item["id"] for item in shown} == present | {stage.things["left"]}


@pytest.mark.parametrize("who", EVERYONE.split())
def test_a_title_appears_only_where_its_thing_opens(stage: Stage, who: str) -> None:
    """Not in a list, not in a summary, not in a refusal."""
    caller = stage.callers[who]
    council = stage.council.id
    by_title = {
        item["title"]: f"/{kind}/{item['id']}"
        for kind, owner in (("documents", "provider"), ("results", "owner"))
        for item in items(stage.callers[owner], f"/councils/{council}/{kind}") or ()
        if item["title"] in TITLES.values()
    }
    assert set(by_title) == set(TITLES.values())
    said = [caller.get(at(stage, path)).text for path in LISTS]
    for title, path in by_title.items():
        opened = caller.get(path)
        told = [*said, *(caller.get(f"{path}/{more}").text for more in ("summary", "readers"))]
        if opened.status_code != 200:
            assert not any(title in each for each in (*told, opened.text)), path
