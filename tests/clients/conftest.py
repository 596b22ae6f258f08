"""The real application behind a real socket, and the two clients in front of it."""

import io
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from clients.cli import main
from clients.sdk import Kyogikai
from server.access.parts import Parts
from server.app import create_app
from tests.factories import Caller, World
from tests.making.councils import MadeCouncil, established_council
from tests.making.documents import run_jobs
from tests.making.passkeys import link_for

Connect = Callable[[str | None], Kyogikai]


@dataclass
class Ran:
    """How one command line ended, and what it said where."""

    code: int
    out: str
    err: str


@dataclass
class Terminal:
    """`kyogikai` as a person uses it, in a configuration folder of their own."""

    server: str
    config: Path
    capture: Any
    monkeypatch: pytest.MonkeyPatch
    world: World

    def __call__(self, *arguments: str, stdin: str = "") -> Ran:
        self.capture.readouterr()
        with self.monkeypatch.context() as patch:
            patch.setattr("sys.stdin", io.StringIO(stdin))
            code = main.run(list(arguments))
        said = self.capture.readouterr()
        return Ran(code, said.out, said.err)


def signed_in(terminal: Terminal, caller: Caller, name: str = "default") -> None:
    """`caller` signs in under a name, with a passkey in a file, enrolled at the first time."""
    file = terminal.config.with_name("passkeys") / f"{caller.person_id}.json"
    if file.exists():
        ran = terminal("sign-in", "--passkey-file", str(file), "--as", name)
    else:
        link = link_for(terminal.world, caller.person_id)
        ran = terminal("enrol", link, "--passkey-file", str(file), "--as", name)
    assert ran.code == 0, ran.err


@pytest.fixture
def live(world: World, parts: Parts) -> Iterator[str]:
    """The address of the application, served from a thread; jobs run as the worker runs them."""
    listening = socket.create_server(("127.0.0.1", 0))
    address = f"http://localhost:{listening.getsockname()[1]}"
    here = replace(parts, settings=replace(parts.settings, origin=address))
    config = uvicorn.Config(create_app(here), log_level="warning", lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    stopping = threading.Event()
    worker = threading.Thread(target=_work, args=(world, stopping))
    thread.start()
    worker.start()
    yield address
    stopping.set()
    server.should_exit = True
    worker.join()
    thread.join()
    listening.close()


def _work(world: World, stopping: threading.Event) -> None:
    while not stopping.wait(0.05):
        run_jobs(world)


@pytest.fixture
def council(world: World) -> MadeCouncil:
    return established_council(world)


@pytest.fixture
def sdk(live: str) -> Iterator[Connect]:
    """The sync SDK for a token."""
    opened: list[Kyogikai] = []

    def connect(token: str | None) -> Kyogikai:
        opened.append(Kyogikai(live, token, first_wait=0.0))
        return opened[-1]

    yield connect
    for each in opened:
        each.close()


@pytest.fixture
def terminal(
    live: str,
    world: World,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Terminal:
    for name in ("KYOGIKAI_TOKEN", "KYOGIKAI_LANG", "KYOGIKAI_AS", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    config = tmp_path / "config"
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.setenv("KYOGIKAI_CONFIG", str(config))
    monkeypatch.setenv("KYOGIKAI_SERVER", live)
    return Terminal(live, config, capsys, monkeypatch, world)
