"""Every page, and every other address beside the API, asked by every caller (ACC-T1).

The pages come from the application itself: one without a row in `PAGES` fails here. The callers
are those of tests/policies/stage.py, each at a browser that holds their session. Pages that change
something are in tests/web/test_pages.py and test_safety.py.
"""

import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from starlette.routing import Mount, Route

from clients.web import cookies
from server import settings
from server.app import build_parts, create_app
from tests.conftest import TestClock
from tests.factories import Caller
from tests.policies.stage import Stage, staged
from tests.route_table import EVERYONE

# What whoever is not signed in gets, and what whoever is: pages show what is one's own, so nobody's
# part in a council changes what opens. 303 leads to signing in.
PAGES: dict[str, tuple[int, int]] = {
    "/": (200, 200),
    "/sign-in": (200, 200),
    "/sign-in/with/{provider}": (422, 422),  # of no provider that is known
    "/sign-in/callback": (400, 400),  # nothing was begun
    "/enrol": (200, 200),
    "/enrol/second": (303, 200),
    "/duty": (200, 200),
    "/me": (303, 200),
    "/me/sessions": (303, 200),
    "/me/passkeys": (303, 200),
    "/me/links": (303, 200),
    "/confirm/{request}": (303, 404),  # but for who asked: see below
    "/authorise": (303, 400),  # nothing is asked for
    "/static/{digest}/{name}": (404, 404),  # of no such file
}
# What stands beside pages and API, and what a server often shows without meaning to.
BESIDE = {"/healthz": 200, "/readyz": 200}
NOTHING = (
    *("/metrics", "/api/v1/metrics", "/docs", "/redoc", "/openapi.json", "/robots.txt", "/var"),
    *("/.git/config", "/.env", "/static/", "/server/app.py", "/debug", "/admin", "/api/v1/audit"),
)


@pytest.fixture(scope="module")
def stage(template: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """One stage for all: nothing here changes it."""
    folder = shutil.copytree(template, tmp_path_factory.mktemp("stage") / "data")
    clock = TestClock()
    parts = build_parts(settings.read({}, data=str(folder)), clock)
    with TestClient(create_app(parts), base_url=parts.settings.origin) as client:
        yield staged(parts, client, clock)


def opened(stage: Stage, path: str, token: str | None) -> Any:
    """The answer to a browser that holds this for a session."""
    headers = {"Cookie": f"{cookies.SESSION}={token}"} if token else {}
    return stage.world.client.get(path, headers=headers, follow_redirects=False)


def callers(stage: Stage) -> dict[str, Caller]:
    assert set(stage.callers) == set(EVERYONE.split())
    return stage.callers


def test_every_page_that_is_opened_has_its_row(stage: Stage) -> None:
    mounted = next(r for r in stage.world.client.app.routes if isinstance(r, Mount))  # type: ignore[attr-defined]
    shown = {r.path for r in mounted.routes if isinstance(r, Route) and "GET" in (r.methods or ())}
    assert shown == set(PAGES)


@pytest.mark.parametrize("path", PAGES)
def test_each_caller_is_shown_a_page_as_the_table_says(stage: Stage, path: str) -> None:
    stranger, signed_in = PAGES[path]
    answers = {name: opened(stage, path, c.token) for name, c in callers(stage).items()}
    assert {n: a.status_code for n, a in answers.items()} == dict.fromkeys(answers, signed_in)
    for answer in (*answers.values(), opened(stage, path, None)):
        assert answer.headers["cache-control"] == "no-store"
    assert opened(stage, path, None).status_code == stranger


@pytest.mark.parametrize("path", PAGES)
def test_what_is_no_session_any_more_or_never_was_opens_nothing(stage: Stage, path: str) -> None:
    """A token for programs, one that is made up, one that has ended: as without any."""
    program = stage.token("representative", "read write").token
    ended = stage.world.session(stage.callers["representative"].person_id)
    assert ended.delete("/me/sessions/current").status_code == 204
    for token in (program, "kys_0000000000000000_not-a-token", ended.token):
        assert opened(stage, path, token).status_code == PAGES[path][0]


def test_what_one_asks_to_confirm_is_opened_by_nobody_else(stage: Stage) -> None:
    path = f"/confirm/{stage.things['step_up_request']}"
    got = {name: opened(stage, path, c.token).status_code for name, c in callers(stage).items()}
    assert got == {**dict.fromkeys(got, 404), "representative": 200}


def test_a_file_of_the_pages_is_anyones(stage: Stage) -> None:
    style = opened(stage, "/", None).text.split('href="/static/')[1].split('"')[0]
    answers = [opened(stage, f"/static/{style}", c) for c in (None, stage.callers["named"].token)]
    assert [answer.status_code for answer in answers] == [200, 200]


@pytest.mark.parametrize("path", [*BESIDE, *NOTHING])
def test_beside_them_there_is_the_same_for_everybody(stage: Stage, path: str) -> None:
    """Whether the server is well, which says nothing more; and nothing else."""
    client = stage.world.client
    plain = client.get(path, follow_redirects=False)
    assert plain.status_code == BESIDE.get(path, 404)
    assert plain.headers["cache-control"] == "no-store"
    for caller in callers(stage).values():
        bearer = {"Authorization": f"Bearer {caller.token}"}
        answer = client.get(path, headers=bearer, follow_redirects=False)
        assert answer.status_code == plain.status_code
        if path in BESIDE:
            assert answer.content == plain.content
