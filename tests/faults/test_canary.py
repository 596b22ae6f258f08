"""Canaries: what people write, and who they are, lies nowhere at rest but sealed.

A real server is driven through the main flows with words that occur nowhere else; then its data
folder, database, write-ahead log, copies of checkpoints, logs, temporary folder, and the files it
holds open without a name are searched for them. The search itself is shown to find.
"""

import os
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from json import loads
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from server import installation
from server.app import build_parts, create_app
from server.clock import system_clock
from tests.factories import Caller, World
from tests.faults.nursery import chosen
from tests.faults.running import Nursery, Server, until
from tests.faults.searching import Search, forms
from tests.making.age_keys import age_key
from tests.making.asking import asked_for
from tests.making.councils import MadeCouncil, established_council
from tests.making.documents import acknowledge, draft, drafted_document, made, uploaded
from tests.making.pages import PDF, japanese_pdf
from tests.making.uploads import begun, complete, sent
from tests.postgres import Postgres

# In words that nothing else of ours uses, with signs that base64 and JSON write differently.
WORDS = {
    name: f"金糸雀の{name}は歌わない?~ canary-{number}-never-at-rest"
    for number, name in enumerate(
        ("表題", "主題", "理由", "根拠", "実質", "本文", "本文二", "要望", "事案", "停止", "解除")
    )
}
FILE = f"{WORDS['本文'][:10]}canary-file-name.txt"


@dataclass(frozen=True)
class Said:
    """An answer in the words of the factories."""

    status_code: int
    content: bytes
    headers: dict[str, str]

    @property
    def text(self) -> str:
        return self.content.decode("utf-8", "replace")

    def json(self) -> Any:
        return loads(self.content)


class Over:
    """What a Caller calls: a real server over a socket. Proofs are recorded beside it."""

    def __init__(self, server: Server, app: FastAPI) -> None:
        self.server, self.app = server, app

    def request(
        self,
        method: str,
        path: str,
        *,
        headers: dict[str, str],
        json: Any = None,
        content: Any = None,
        params: dict[str, str] | None = None,
    ) -> Said:
        whole = f"{path}?{urlencode(params)}" if params else path
        body = content if json is None else json
        answer = self.server.ask(method, whole, body=body, headers=headers)
        lower = {name.lower(): value for name, value in answer.headers.items()}
        return Said(answer.status, answer.body, lower)


@pytest.fixture
def served(
    request: pytest.FixtureRequest, store: str, nursery: Nursery, tmp_path: Path
) -> Iterator[tuple[Server, World, MadeCouncil]]:
    """A fresh installation, a server over it, and a council whose people call that server."""
    url = ""
    if store == "postgresql":
        postgres: Postgres = request.getfixturevalue("postgres")
        url = postgres.create_database("canary")
    asked = chosen(tmp_path / "data", 8000, url)
    installation.prepare(asked)
    parts = build_parts(asked)
    server = Server(nursery, tmp_path / "data", url)
    app = create_app(parts)
    with TestClient(app, base_url=asked.origin) as client:
        world = World(parts, client, system_clock)
        council = established_council(world)
        server.start()
        over: Any = Over(server, app)
        callers = {
            field.name: replace(value, client=over)
            for field in fields(council)
            if isinstance(value := getattr(council, field.name), Caller)
        }
        yield server, world, replace(council, **callers)
        if server.lives():
            server.kill()


def ready(by: Caller, document: str) -> None:
    """Wait until the running server has read the newest version again."""
    until(
        lambda: by.get(f"/documents/{document}").json()["version"] is not None,
        "it was never read again",
    )


def good(answer: Any) -> Any:
    assert answer.status_code in (200, 201, 204, 206), answer.text
    return answer


def everything(world: World, council: MadeCouncil, folder: Path) -> None:
    """The main flows, each with words of its own."""
    by, to, officer = council.organ_a, council.organ_b, council.compliance
    content = (WORDS["本文"] * 4000).encode()
    paper = made(drafted_document(by, council.id, title=WORDS["表題"]))["id"]
    made(uploaded(by, paper, content, name=FILE))
    upload = begun(by, paper, file_name=FILE, media_type="text/plain")
    second = (WORDS["本文二"] * 4000).encode()
    for start, stop in ((0, 100_000), (100_000, len(second))):
        sent(by, upload, start, second[start:stop])
    made(complete(by, upload))
    begun(by, paper, file_name=FILE)  # and one that is never completed
    ready(by, paper)
    assert good(to.get(f"/documents/{paper}/content")).content in (content, second)
    good(to.get(f"/documents/{paper}/content", headers={"Range": "bytes=1000-2000"}))
    good(to.get(f"/documents/{paper}/pages/1"))
    good(to.get(f"/councils/{council.id}/archive"))
    key = age_key(folder).recipient
    good(by.post(f"/documents/{paper}/hand-over", {"recipients": [key]}))

    said = {
        "title": WORDS["表題"],
        "subject": WORDS["主題"],
        "reason": WORDS["理由"],
        "legal_basis": WORDS["根拠"],
        "substance": {"not_publicly_known": True, "why_worth_protecting": WORDS["実質"]},
    }
    secret = made(draft(world, council, by, [to], **said))["id"]
    pdf = japanese_pdf(1)
    made(uploaded(by, secret, pdf, name="canary.pdf", media_type=PDF))
    ready(by, secret)
    made(by.post(f"/documents/{secret}/provision"))
    acknowledge(to, secret)
    good(to.get(f"/documents/{secret}/pages/1"))
    good(to.get(f"/documents/{secret}/print"))
    good(to.get(f"/documents/{secret}/download"))
    asked_for(council, to, "organ_a", wanted=WORDS["要望"], why=WORDS["理由"])
    good(officer.post(f"/documents/{secret}/suspension", {"reason": WORDS["停止"]}))
    good(officer.post(f"/documents/{secret}/resumption"))
    ending = {"ground": "provider", "reason": WORDS["解除"]}
    assert to.post(f"/documents/{secret}/release", ending).status_code == 403
    good(by.post(f"/documents/{secret}/release", ending))
    incident = {"about": "designated_secret", "note": WORDS["事案"]}
    made(to.post(f"/documents/{secret}/incidents", incident))


def canaries(council: MadeCouncil) -> list[str]:
    """The words, who the people are, and what they sign in with."""
    people = [f"{name} 太郎" for name in ("organ_a", "organ_b", "think_tank", "secretariat")]
    return [*WORDS.values(), FILE, *people, council.organ_a.token, council.organ_b.token]


@pytest.mark.on_both_databases
def test_nothing_confidential_is_found_at_rest(
    served: tuple[Server, World, MadeCouncil],
    request: pytest.FixtureRequest,
    store: str,
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    server, world, council = served
    everything(world, council, tmp_path_factory.mktemp("keys"))

    search = Search(canaries(council))
    assert search.opened_by(server.pid)
    assert search.below(tmp_path) > 8  # as it runs, the write-ahead log not yet written back
    server.kill(signal.SIGTERM)
    assert search.below(tmp_path) > 8
    with world.parts.database.reading() as tx:
        assert search.rows(tx) > 1000
    if store == "postgresql":
        postgres: Postgres = request.getfixturevalue("postgres")
        postgres._admin.execute("CHECKPOINT")
        assert search.below(postgres.socket) > 100

    assert search.found == []
    assert server.faults() == []


@pytest.mark.parametrize("form", forms(WORDS["表題"]))
def test_the_search_finds_what_lies_there(form: str, tmp_path: Path) -> None:
    planted = forms(WORDS["表題"])[form]
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "file").write_bytes(os.urandom(1000) + planted + os.urandom(1000))
    search = Search([WORDS["表題"]])
    search.below(tmp_path)
    assert search.found


def test_the_search_finds_what_is_only_held_open(tmp_path: Path) -> None:
    path = tmp_path / "gone"
    with path.open("w+b") as held:
        held.write(WORDS["表題"].encode())
        held.flush()
        path.unlink()
        with subprocess.Popen(["sleep", "60"], stdin=held) as process:
            search = Search([WORDS["表題"]])
            search.opened_by(process.pid)
            process.kill()
    assert search.found
