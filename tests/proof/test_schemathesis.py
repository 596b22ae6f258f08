"""Schemathesis on the running server, as two members of two councils (ACC-T2).

The server listens on a socket of this machine; Schemathesis, in a process of its own, makes
requests from the shipped description and holds every answer against it (`schemathesis.toml`).
What it cannot know is held here against what the server answered: that each of the two, given the
ids of everything the other has, got nothing of it.
"""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.access import policy
from server.access.parts import Parts
from server.app import KINDS, create_app
from tests.factories import Caller, World
from tests.making import documents, publication
from tests.making.councils import established_council
from tests.proof.running import serving

HERE = Path(__file__).parent
DESCRIPTION = HERE.parents[1] / "clients" / "openapi.json"
PROGRAM = Path(sys.executable).with_name("schemathesis")
ONE, ANOTHER = "one council", "another council"
WELL = ("--mode=positive", "--phases=fuzzing,stateful", "--max-examples=8")


@dataclass(frozen=True)
class Peer:
    """A member of a council, and by kind the ids of what nobody outside it may know of."""

    caller: Caller
    things: dict[str, list[str]]

    @property
    def ids(self) -> set[str]:
        return {id for ids in self.things.values() for id in ids}


@dataclass
class Watched:
    """The application, noting who was answered what: (bearer's token, path, status)."""

    app: ASGIApp
    seen: list[tuple[str, str, int]] = field(default_factory=list)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        token = Headers(scope=scope).get("authorization", "").removeprefix("Bearer ")

        async def noting(message: Message) -> None:
            if message["type"] == "http.response.start":
                self.seen.append((token, scope["path"], message["status"]))
            await send(message)

        await self.app(scope, receive, noting)

    def about(self, peer: Peer, ids: set[str]) -> list[tuple[str, int]]:
        """What this peer asked about one of these ids, and how they were answered."""
        mine = [(path, status) for token, path, status in self.seen if token == peer.caller.token]
        return [(path, status) for path, status in mine if ids & set(path.split("/"))]

    def had(self, peer: Peer, ids: set[str]) -> set[str]:
        """The paths about one of these ids under which this peer was answered with success."""
        return {path for path, status in self.about(peer, ids) if status < 300}


@pytest.fixture
def unasked(parts: Parts, tmp_path: Path) -> Parts:
    """The server of the shipped policy, but which asks nobody for a fresh proof of identity.

    Schemathesis holds no passkey: asked for one, it would stop at the door of half of the
    operations that change something.
    """
    folder = shutil.copytree(parts.settings.policies, tmp_path / "policies")
    actions = folder / "actions.csv"
    actions.write_text(actions.read_text("utf-8").replace(", 300, ", ", 0, "), "utf-8")
    return replace(parts, policy=policy.load(folder, KINDS))


@pytest.fixture
def peers(world: World) -> dict[str, Peer]:
    """Who represents a member of one council, and of another, each with things of their own."""
    return {ONE: _member(world, "C-2212A-02"), ANOTHER: _member(world, "C-2212A-01")}


def _member(world: World, concept: str) -> Peer:
    council = established_council(world, concept=concept)
    by = council.organ_a
    paper = documents.shared_document(world, council, by)
    secret = documents.provided_secret(world, council, by, [council.organ_b])
    result = publication.result(council, council.private)["id"]
    exception = publication.exception(world, council, result)["id"]
    things = {
        "council_id": [council.id],
        "document_id": [paper.id, secret.id],
        "result_id": [result],
        "exception_id": [exception],
        "round_id": [publication.opened(exception, by)],
        "membership_id": [council.memberships["organ_a"], council.memberships["fa"]],
        "person": [council.organ_b.person_id],
    }
    return Peer(by, things)


def configured(folder: Path, asking: str, peers: dict[str, Peer], of: str) -> dict[str, str]:
    """Write who asks, and the ids of whose things they are given; the variables to run with."""
    entries = []
    for name in sorted(peers, key=lambda name: name != asking):  # the first one asks
        bearer = f"Bearer {peers[name].caller.token}"
        header = {"name": "Authorization", "value": bearer}
        entries.append({"name": name, "fixedHeaders": [header]})
    (folder / "peers.json").write_text(json.dumps({"auth": entries}), "utf-8")
    lines = [(HERE / "schemathesis.toml").read_text("utf-8")]
    for name, ids in peers[of].things.items():
        lines.append(f"[dictionaries.{name}]\nvalues = {json.dumps(ids)}")
        lines.append(f'[parameters."path.{name}"]\ndictionary = "{name}"\nprobability = 0.9')
    (folder / "schemathesis.toml").write_text("\n".join(lines), "utf-8")
    return {**os.environ, "PEERS": str(folder / "peers.json")}


Ran = tuple[subprocess.CompletedProcess[str], Watched]


def run(
    parts: Parts,
    variables: dict[str, str],
    *arguments: str,
    folder: Path,
    planted: dict[str, Peer] | None = None,
) -> Ran:
    """One run of Schemathesis, and what the server answered meanwhile."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        origin = f"http://localhost:{listener.getsockname()[1]}"
        app: ASGIApp = create_app(replace(parts, settings=replace(parts.settings, origin=origin)))
        watched = Watched(Leaking(app, planted) if planted else app)
        command = [PROGRAM, "--no-color", "run", DESCRIPTION, "--url", origin, *arguments]
        with serving(watched, listener):
            ran = subprocess.run(
                command, cwd=folder, env=variables, capture_output=True, text=True, check=False
            )
    return ran, watched


@dataclass
class Leaking:
    """A mistake put in: either peer, reading a document by its id, is taken for one who may."""

    app: ASGIApp
    peers: dict[str, Peer]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        about = re.fullmatch(r"/api/v1/documents/([^/]+)", scope["path"])
        headers = MutableHeaders(scope=scope)
        bearers = {f"Bearer {peer.caller.token}": peer.ids for peer in self.peers.values()}
        if about and headers.get("authorization") in bearers:
            for bearer, ids in bearers.items():
                if about[1] in ids:
                    headers["authorization"] = bearer
        await self.app(scope, receive, send)


def test_every_operation_answers_as_it_is_described(
    unasked: Parts, peers: dict[str, Peer], tmp_path: Path
) -> None:
    variables = configured(tmp_path, ONE, peers, of=ONE)

    ran, watched = run(unasked, variables, folder=tmp_path)

    assert ran.returncode == 0, ran.stdout[-20_000:] + ran.stderr[-4_000:]
    assert max(status for _, _, status in watched.seen) < 500
    assert len(watched.had(peers[ONE], peers[ONE].ids)) > 30  # it was inside, not at the door


def test_what_one_council_has_nobody_of_another_is_given(
    unasked: Parts, peers: dict[str, Peer], tmp_path: Path
) -> None:
    """Asked well for every thing of the one, by the other, through every operation."""
    variables = configured(tmp_path, ANOTHER, peers, of=ONE)

    ran, watched = run(unasked, variables, *WELL, folder=tmp_path)

    assert ran.returncode == 0, ran.stdout[-20_000:] + ran.stderr[-4_000:]
    assert max(status for _, _, status in watched.seen) < 500
    assert watched.had(peers[ANOTHER], peers[ONE].ids) == set()
    about = watched.about(peers[ANOTHER], peers[ONE].ids)
    # 403 or 409 would say that there is something. 422 is said of a body, 404 of any other id too.
    assert {status for _, status in about} <= {404, 405, 415, 422}
    for kind, ids in peers[ONE].things.items():
        assert any(id in path for path, _ in about for id in ids), f"no {kind} was asked for"


def test_a_document_shown_to_another_council_would_be_noticed(
    parts: Parts, peers: dict[str, Peer], tmp_path: Path
) -> None:
    """The same run, of a server with a mistake in it."""
    variables = configured(tmp_path, ANOTHER, peers, of=ONE)
    only = "--include-operation-id=readDocument"

    _, watched = run(parts, variables, *WELL, only, folder=tmp_path, planted=peers)

    assert watched.had(peers[ANOTHER], peers[ONE].ids)
