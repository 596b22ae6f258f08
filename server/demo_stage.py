"""The fictitious persons of the demonstration: each acts through the API, with a passkey.

Owns their passkeys (software, in files of the demonstration: whoever reads the files is everybody),
and how an act is proved by one. Knows nothing of the story.
"""

import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2

from clients.sdk.authenticator import Authenticator

FOLDER = "demo"
EMAIL = "{name}@example.jp"


class DemoFailed(Exception):
    """A step of the demonstration was refused; the message is the problem."""


@dataclass(slots=True)
class Actor:
    """A person of the demonstration, signed in."""

    id: str
    email: str
    token: str
    passkey: Authenticator


@dataclass(slots=True)
class Stage:
    """The API in process, and who has entered so far."""

    api: httpx2.AsyncClient
    origin: str
    actors: dict[str, Actor] = field(default_factory=dict)

    async def act(self, who: str, method: str, path: str, body: Any = None) -> Any:
        """One request by one person, proved by passkey where it must be; the answer.

        Raises DemoFailed.
        """
        answer = await self._ask(who, method, path, body)
        if answer.status_code == 401:  # an office was given: it begins with a fresh session
            await self._sign_in(who)
            answer = await self._ask(who, method, path, body)
        refused = answer.json() if answer.status_code == 403 else {}
        if refused.get("code") == "step_up_needed":
            await self._prove(who, refused["action"], refused["thing"])
            answer = await self._ask(who, method, path, body)
        return _made(answer, f"{who} {method} {path}")

    async def _ask(self, who: str, method: str, path: str, body: Any = None) -> httpx2.Response:
        headers = {"Authorization": f"Bearer {self.actors[who].token}"}
        return await self.api.request(method, f"/api/v1{path}", json=body, headers=headers)

    async def _sign_in(self, who: str) -> None:
        actor, begun = self.actors[who], await self._open("/sessions/options", None)
        signed = actor.passkey.get(begun["options"], self.origin)
        proof = {"challenge": begun["challenge"], "credential": signed}
        actor.token = (await self._open("/sessions", proof))["token"]

    async def _prove(self, who: str, action: str, thing: str) -> None:
        actor, about = self.actors[who], {"action": action, "thing": thing}
        begun = _made(await self._ask(who, "POST", "/me/step-up/options", about), who)
        signed = actor.passkey.get(begun["options"], self.origin)
        proof = {"challenge": begun["challenge"], "credential": signed}
        actor.token = _made(await self._ask(who, "POST", "/me/step-up", proof), who)["token"]

    async def enrol(self, name: str, email: str, link: str) -> None:
        """Register a person's first passkey by their link; they are then signed in."""
        passkey = Authenticator()
        begun = await self._open("/enrolments/options", {"link": link})
        made = passkey.create(begun["options"], self.origin)
        body = {
            "link": link,
            "challenge": begun["challenge"],
            "name": "実演用のパスキー",
            "credential": made,
        }
        session = await self._open("/enrolments", body)
        self.actors[name] = Actor(session["person"], email, session["token"], passkey)

    async def _open(self, path: str, body: Any) -> Any:
        return _made(await self.api.post(f"/api/v1{path}", json=body), path)

    async def register(self, by: str, name: str, full_name: str, organisation: str) -> str:
        """Register a person; their id."""
        person = {
            "name": full_name,
            "kana": "カクウ ジンブツ",
            "email": EMAIL.format(name=name),
            "organisation": organisation,
            "title": "（架空の人物）",
        }
        made = await self.act(by, "POST", "/persons", person)
        return str(made["id"])

    async def invite(self, by: str, person: str) -> str:
        """A one-time link for a registered person."""
        made = await self.act(by, "POST", f"/persons/{person}/enrolment-link")
        return str(made["link"])

    async def enter(self, by: str, name: str, full_name: str, organisation: str) -> str:
        """Register, invite and enrol a person; their id."""
        person = await self.register(by, name, full_name, organisation)
        await self.enrol(name, EMAIL.format(name=name), await self.invite(by, person))
        return person


def _made(answer: httpx2.Response, what: str) -> Any:
    if answer.status_code >= 400:
        raise DemoFailed(f"{what}: {answer.status_code} {answer.text}")
    return answer.json() if answer.content else None


def keep(folder: Path, stage: Stage) -> None:
    """Write each person's passkey to a file of its own, as `kyogikai --passkey-file` takes it."""
    folder.mkdir(mode=0o700, exist_ok=True)
    for name, actor in stage.actors.items():
        write(folder / f"{name}.json", actor.passkey.to_dict())


def write(file: Path, value: dict[str, Any]) -> None:
    """Write a file that nobody else can read."""
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as opened:
        json.dump(value, opened, ensure_ascii=False, indent=1)
