"""Every route, asked by every caller: the answers are those of tests/route_table.py.

The routes come from the application itself: one without rows fails here.
"""

import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient

from server import settings
from server.access.calls import Guarded
from server.access.guard import anyone
from server.access.policy import SESSION_ONLY
from server.access.routes import rule_of
from server.access.vocabulary import Action
from server.app import ROUTERS, build_parts, create_app
from server.ids import new_id
from tests import proving, whole_log
from tests.conftest import TestClock
from tests.factories import Caller
from tests.making import fake_provider, own_sign_in
from tests.policies.stage import Stage, staged
from tests.route_table import EVERYONE, OPEN, ROUTES, Operation, Row

CAMEL = re.compile(r"[a-z]+([A-Z][a-z]+)*")
VERBS = set(
    "accept acknowledge add amend announce answer appoint ask authorise begin certify change"
    " choose close complete confirm consent decide decline destroy disable draft end enrol"
    " exchange explain hand invite issue leave list make name open prepare preview probe prove"
    " provide publish read record recover register release remove rename report request restate"
    " restore resume revise revoke set share sign step suspend upload withdraw".split()
)
_app = FastAPI()
for _router in ROUTERS:
    _app.include_router(_router)
BY_NAME: dict[str, Any] = {
    str(route.name): route
    for route in iter_route_contexts(_app.routes)
    if rule_of(route) is not None
}
GUARDED = {name: rule for name, r in BY_NAME.items() if isinstance(rule := rule_of(r), Guarded)}
CASES = [(name, row) for name, operation in ROUTES.items() for row in operation.rows]


@pytest.fixture(scope="module")
def stage(template: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """One stage for all; whoever changed it has it put back."""
    folder = shutil.copytree(template, tmp_path_factory.mktemp("stage") / "data")
    clock = TestClock()
    parts = build_parts(replace(settings.read({}, data=str(folder)), demo=True), clock)
    client = TestClient(create_app(parts), base_url=parts.settings.origin)
    with fake_provider.running(clock) as provider, client:
        made = staged(parts, client, clock)
        own_sign_in.on_stage(made, provider)
        yield made
        parts.tally.flush(everything=True)
        whole_log.verify(parts)


def path_of(stage: Stage, name: str, row: Row, thing: str | None = None) -> str:
    """The address of an operation about the thing of a row (or about one that is not)."""
    operation = ROUTES[name]
    path: str = BY_NAME[name].path
    for parameter, named in (operation.path or {}).items():
        path = path.replace(f"{{{parameter}}}", stage.things.get(named, named))
    about = thing if thing is not None else stage.things.get(row.about, row.about)
    path = re.sub(r"\{(\w+)_id\}", about, path, count=1)
    assert "{" not in path, f"{name}: say in route_table.py what fills {path}"
    return path


def asked(stage: Stage, name: str, path: str, caller: Caller | None) -> Any:
    """The answer to a valid request; the stage is put back if anything was done."""
    ask = ROUTES[name].ask if name in ROUTES else OPEN[name]
    stage.asker = caller
    wanted = dict(ask(stage)) if ask else {}
    headers = dict(wanted.pop("headers", {}))
    if caller is not None:
        headers["Authorization"] = f"Bearer {caller.token}"
    method = next(iter(BY_NAME[name].methods))
    if caller is not None:
        proving.prove_ahead(stage.world.client, caller.token, method, path)
    answer = stage.world.client.request(method, path, headers=headers, **wanted)
    if method not in ("GET", "HEAD") and answer.status_code < 300:
        stage.put_back()
    return answer


def outcome(answer: Any) -> int:
    """200 for whatever was done, otherwise the status itself."""
    status: int = answer.status_code
    return 200 if 200 <= status < 300 else status


def told(answer: Any) -> Any:
    """What an answer tells, without the number of the request."""
    if not answer.content:
        return None
    return {key: value for key, value in answer.json().items() if key != "request_id"}


def right_scope(name: str) -> str:
    """The scope with which a token does an operation, if any does."""
    reads = next(iter(BY_NAME[name].methods)) in ("GET", "HEAD")
    # How far an upload is, is asked by whoever uploads.
    return "read" if reads and GUARDED[name].action is not Action.UPLOAD else "write"


def test_every_route_has_its_rows_and_no_row_is_without_a_route() -> None:
    guarded = set(GUARDED)
    open_ = {name for name, route in BY_NAME.items() if rule_of(route) is anyone}
    assert set(ROUTES) == guarded
    assert set(OPEN) == open_
    assert guarded | open_ == set(BY_NAME)


def test_every_row_names_callers_once_and_only_those_there_are() -> None:
    for name, row in CASES:
        names = f"{row.ok} {row.refused} {row.conflict}".split()
        assert len(names) == len(set(names)), (name, row)
        assert set(names) <= set(EVERYONE.split()), (name, row)


def test_whoever_the_matrix_must_have_is_asked_at_every_route() -> None:
    """The nine of ACC-T1. Who is not signed in, and who has a token with too small a
    scope, are asked in tests of their own below.
    """
    everyone = set(EVERYONE.split())
    assert {"stranger", "officer_elsewhere"} <= everyone  # of another council
    assert {"ex_member", "lapsed"} <= everyone  # whose seat ended, whose term is over
    assert {"recipient", "provider", "handler"} <= everyone  # in scope
    assert {"secretariat", "compliance", "auditor", "administrator"} <= everyone
    for name, rule in GUARDED.items():
        if rule.kind.name == "document":  # a thing that is suspended, one whose period is over
            assert {"suspended", "expired"} <= {row.about for row in ROUTES[name].rows}, name


def test_every_caller_of_the_table_is_on_the_stage(stage: Stage) -> None:
    assert set(stage.callers) == set(EVERYONE.split())


@pytest.mark.parametrize(("name", "row"), CASES, ids=lambda v: getattr(v, "about", v))
def test_each_caller_is_answered_as_the_table_says(stage: Stage, name: str, row: Row) -> None:
    path = path_of(stage, name, row)
    answers = {who: asked(stage, name, path, caller) for who, caller in stage.callers.items()}
    wrong = {
        who: f"{row.status(who)} expected: {answer.status_code} {answer.text[:200]}"
        for who, answer in answers.items()
        if outcome(answer) != row.status(who)
    }
    assert not wrong
    for who, answer in answers.items():
        if row.status(who) == 403 and answer.content:
            assert {"action", "state", "would_suffice", "held"} <= answer.json().keys(), who


@pytest.mark.parametrize(("name", "row"), CASES, ids=lambda v: getattr(v, "about", v))
def test_whoever_is_not_signed_in_is_told_the_same_of_everything(
    stage: Stage, name: str, row: Row
) -> None:
    """401, alike for what exists and for what does not."""
    nobody = Caller("", "kys_0000000000000000_not-a-token", stage.world.client)
    unknown = new_id(stage.world.clock())
    for caller in (None, nobody):
        there = asked(stage, name, path_of(stage, name, row), caller)
        not_there = asked(stage, name, path_of(stage, name, row, unknown), caller)
        assert there.status_code == not_there.status_code == 401
        assert told(there) == told(not_there)
        assert there.headers["www-authenticate"] == not_there.headers["www-authenticate"]


@pytest.mark.parametrize(
    ("name", "row"),
    [
        (name, row)
        for name, row in CASES
        if GUARDED[name].kind.name not in ("person", "installation")
    ],
    ids=lambda v: getattr(v, "about", v),
)
def test_a_stranger_is_told_of_a_thing_what_is_told_of_no_thing(
    stage: Stage, name: str, row: Row
) -> None:
    path = path_of(stage, name, row)
    nowhere = path_of(stage, name, row, new_id(stage.world.clock()))
    for who in ("stranger", "outsider"):
        caller = stage.callers[who]
        there, not_there = asked(stage, name, path, caller), asked(stage, name, nowhere, caller)
        assert told(there) == told(not_there)
    oddly = path_of(stage, name, row, "\u5354\u8b70\u4f1a")
    for who in ("representative", "compliance", "administrator"):
        for unknown in (nowhere, oddly):
            assert asked(stage, name, unknown, stage.callers[who]).status_code == 404, who


@pytest.mark.parametrize(
    ("name", "row"), [c for c in CASES if c[1].ok], ids=lambda v: getattr(v, "about", v)
)
def test_a_token_does_what_its_scope_and_council_say(stage: Stage, name: str, row: Row) -> None:
    """Of somebody who may: the right scope does where tokens do at all; one too small does not; one
    of another council is told that there is nothing.
    """
    operation: Operation = ROUTES[name]
    who, scope, path = row.ok.split()[-1], right_scope(name), path_of(stage, name, row)
    other = {"read": "write", "write": "read"}[scope]
    stage.put_back()
    tokens = {
        "right": (stage.token(who, scope), 200 if operation.by_token else 403),
        "too small": (stage.token(who, other), 403),
        "elsewhere": (stage.token(who, "read write", stage.things["council_elsewhere"]), 404),
    }
    got = {}
    for word in ("elsewhere", "too small", "right"):  # the last may put the stage back
        token, _ = tokens[word]
        got[word] = outcome(asked(stage, name, path, token))
    stage.put_back()
    assert got == {word: expected for word, (_, expected) in tokens.items()}


def test_what_tokens_do_in_the_table_is_what_the_policy_says(stage: Stage) -> None:
    needs = stage.world.parts.policy.requirements
    for name, operation in ROUTES.items():
        assert operation.by_token == (needs[GUARDED[name].action].scope != SESSION_ONLY), name


@pytest.mark.parametrize("name", OPEN)
def test_an_open_route_keeps_nobody_out(stage: Stage, name: str) -> None:
    path = re.sub(r"\{\w+\}", "C-2212A-02", BY_NAME[name].path)
    for caller in (None, stage.callers["outsider"], stage.callers["representative"]):
        assert outcome(asked(stage, name, path, caller)) == 200


# --- what the description says -------------------------------------------------------------------
def operations(stage: Stage) -> dict[str, dict[str, Any]]:
    """Every operation of the description, by its id."""
    found: dict[str, dict[str, Any]] = {}
    described = stage.world.client.get("/api/v1/openapi.json").json()
    for path in described["paths"].values():
        for method in path.values():
            assert method["operationId"] not in found, "an operationId is written twice"
            found[method["operationId"]] = method
    return found


def test_operation_ids_are_unique_camel_case_and_begin_with_a_verb(stage: Stage) -> None:
    for name in {*operations(stage), *BY_NAME}:
        assert CAMEL.fullmatch(name.replace("OpenApi", "Openapi")), name
        verb = re.match(r"[a-z]+", name)
        assert verb is not None
        assert verb[0] in VERBS, name


def test_every_route_is_described_but_the_pages_for_people(stage: Stage) -> None:
    pages = {"readOpenApi", "readReference"}
    assert set(operations(stage)) == set(BY_NAME) - pages


def test_security_is_switched_off_exactly_where_anyone_may_enter(stage: Stage) -> None:
    off = {name for name, each in operations(stage).items() if each.get("security") == []}
    assert off == {name for name in OPEN if BY_NAME[name].include_in_schema}


def test_every_operation_declares_its_problems(stage: Stage) -> None:
    for name, each in operations(stage).items():
        assert "4XX" in each["responses"], name
        for status, answer in each["responses"].items():
            if status.startswith(("4", "5")):
                assert "application/problem+json" in answer.get("content", {}), (name, status)


def test_no_name_in_the_description_says_which_module_it_is_of(stage: Stage) -> None:
    """Two schemas of one name would be told apart by their modules, and change when one moves."""
    described = stage.world.client.get("/api/v1/openapi.json").json()
    assert [name for name in described["components"]["schemas"] if "__" in name] == []
