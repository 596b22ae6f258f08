"""The pages as a process of their own in front of the API, and passwords in demonstrations."""

import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace

import httpx2
import pytest
import uvicorn
from fastapi.testclient import TestClient

from server.access.parts import Parts
from server.app import create_app
from server.identity import fallback, passwords
from tests.factories import World
from tests.web.test_safety import OURS, held


def free_port() -> int:
    """A port that was free a moment ago."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


@pytest.fixture
def front(parts: Parts) -> Iterator[str]:
    """Pages in one process, the API in another: only the pages' address is known to browsers."""
    port = free_port()
    origin = f"http://localhost:{port}"
    here = replace(parts, settings=replace(parts.settings, origin=origin))
    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(create_app(here), log_level="warning", lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    api = f"http://127.0.0.1:{listening.getsockname()[1]}"
    command = [sys.executable, "-m", "clients.web", "--server", api, "--origin", origin]
    process = subprocess.Popen([*command, "--port", str(port)], stderr=subprocess.PIPE)
    with process:
        wait_for(origin, process)
        yield origin
        process.terminate()
    server.should_exit = True
    thread.join()
    listening.close()


def wait_for(origin: str, process: "subprocess.Popen[bytes]") -> None:
    """Until it answers; its last words if it ended instead."""
    while True:
        assert process.poll() is None, process.communicate()[1].decode()
        try:
            httpx2.get(origin, trust_env=False)
        except httpx2.ConnectError:
            time.sleep(0.05)
        else:
            return


def test_pages_are_served_in_front_of_an_api_elsewhere(world: World, front: str) -> None:
    caller = world.person()
    with httpx2.Client(base_url=front, trust_env=False) as http:
        assert "サインイン" in http.get("/sign-in").text
        page = http.get("/me", headers=held(caller))
        assert (page.status_code, "甲野 太郎" in page.text) == (200, True)
        done = http.post("/sign-out", headers={**held(caller), "Origin": front})
        assert done.status_code == 303
        assert caller.get("/me").status_code == 401
        foreign = http.post("/sign-out", headers={"Origin": "https://evil.example"})
        assert foreign.status_code == 403


def test_an_api_that_is_gone_is_told_as_such() -> None:
    port, api = free_port(), free_port()
    origin = f"http://localhost:{port}"
    command = [sys.executable, "-m", "clients.web", "--server", f"http://127.0.0.1:{api}"]
    process = subprocess.Popen(
        [*command, "--origin", origin, "--port", str(port)], stderr=subprocess.PIPE
    )
    with process:
        wait_for(origin, process)
        answer = httpx2.get(f"{origin}/sign-in", trust_env=False)
        process.terminate()
    assert answer.status_code == 502
    assert "サーバーから応答がありません" in answer.text


@pytest.mark.parametrize(
    ("server", "origin"),
    [
        ("http://api.example.jp", "https://council.example.jp"),
        ("https://api.example.jp", "council.example.jp"),
        ("api.example.jp", "https://council.example.jp"),
    ],
)
def test_an_address_that_cannot_be_is_refused_at_once(server: str, origin: str) -> None:
    command = [sys.executable, "-m", "clients.web", "--server", server, "--origin", origin]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    assert answer.returncode == 2
    assert "http" in answer.stderr


# --- demonstrations -------------------------------------------------------------------------------
def test_passwords_are_not_offered_where_they_are_not_taken(client: TestClient) -> None:
    assert 'type="password"' not in client.get("/sign-in").text
    form = {"email": "p1@example.jp", "password": "correct horse battery"}
    assert client.post("/sign-in/password", data=form, headers=OURS).status_code == 404


@pytest.mark.demo
def test_a_demonstration_signs_in_by_password_to_read(world: World, client: TestClient) -> None:
    caller = world.person()
    with world.changing() as tx:
        fallback.set_password(tx, caller.person_id, passwords.verifier_of("correct horse battery"))
    assert 'type="password"' in client.get("/sign-in").text
    form = {"email": "p1@example.jp", "password": "correct horse battery", "next": "/me/sessions"}
    answer = client.post("/sign-in/password", data=form, headers=OURS, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/me/sessions")
    assert answer.headers["set-cookie"].startswith("__Host-sid=kys_")
    wrong = client.post("/sign-in/password", data={**form, "password": "wrong"}, headers=OURS)
    assert (wrong.status_code, "set-cookie" in wrong.headers) == (401, False)
    assert "パスワード、確認コードのいずれかが違います" in wrong.text
    assert 'name="next" value="/me/sessions"' in wrong.text
