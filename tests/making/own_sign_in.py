"""Signing in by an organisation's own service, as a browser and our pages do it over the API."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import yaml

from server.identity import providers
from server.identity.oidc import Providers
from tests.factories import World
from tests.making.fake_provider import CLIENT, SECRET, FakeProvider

SIGN_INS = "/api/v1/sign-ins"
PROVIDER, ORGANISATION = "org-a-sso", "org-a"


@dataclass(frozen=True)
class Begun:
    """A sign-in under way, as the browser holds it."""

    flow: str
    url: str

    @property
    def asked(self) -> dict[str, str]:
        """What the provider is asked."""
        return dict(parse_qsl(urlsplit(self.url).query))


def entry(issuer: str, **changed: Any) -> dict[str, Any]:
    """A provider as the operator's file names it, with changes; None leaves a field out."""
    usual = {
        "id": PROVIDER,
        "name_ja": "甲省サインイン",
        "name_en": "Ministry A sign-in",
        "issuer": issuer,
        "client_id": CLIENT,
        "client_secret_file": "secret",
        "organisations": [ORGANISATION],
    }
    return {name: value for name, value in (usual | changed).items() if value is not None}


def written(folder: Path, *entries: Mapping[str, Any]) -> Path:
    """The operator's file, and the client's secret beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "secret").write_text(f"{SECRET}\n", "utf-8")
    file = folder / "providers.yaml"
    file.write_text(yaml.safe_dump({"providers": list(entries)}), "utf-8")
    return file


def configure(world: World, *entries: Mapping[str, Any]) -> None:
    """The installation goes on with these providers instead."""
    parts = world.parts
    file = written(parts.settings.data / "other-providers", *entries)
    configured = Providers(providers.load(file), parts.settings.origin, world.clock)
    application: Any = world.client.app
    application.state.parts = replace(parts, providers=configured)


def begin(world: World, provider: str = PROVIDER, link: str | None = None) -> Begun:
    """A sign-in that was begun well."""
    answer = world.client.post(SIGN_INS, json={"provider": provider, "link": link})
    assert answer.status_code == 201, answer.text
    return Begun(answer.json()["flow"], answer.json()["authorization_url"])


def complete(world: World, begun: Begun, **answered: Any) -> Any:
    """Our answer to what the provider sent back; None leaves a part of it out."""
    sent = {"flow": begun.flow, **{k: v for k, v in answered.items() if v is not None}}
    return world.client.post(f"{SIGN_INS}/callback", json=sent)


def answer_of(begun: Begun, provider: FakeProvider) -> dict[str, Any]:
    """What a provider sends back to the browser when all is well."""
    return {"code": "a-code", "state": begun.asked["state"], "iss": provider.issuer}


def sign_in(
    world: World,
    provider: FakeProvider,
    *,
    id: str = PROVIDER,
    link: str | None = None,
    **claims: Any,
) -> Any:
    """A whole sign-in at a fake provider as a subject (`sub`), with changes of its claims."""
    begun = begin(world, id, link)
    good = provider.claims(nonce=begun.asked["nonce"], **claims)
    provider.id_token = provider.signed(good)
    return complete(world, begun, **answer_of(begun, provider))


def code_of(answer: Any) -> tuple[int, str]:
    """Status and code of a refusal."""
    return answer.status_code, json.loads(answer.content).get("code")


def on_stage(stage: Any, provider: FakeProvider) -> None:
    """A provider that may vouch for everybody there, one who is linked, and answers under way."""
    world, representative = stage.world, stage.callers["representative"]
    organisations = {
        organisation
        for caller in stage.callers.values()
        for organisation in caller.get("/me").json()["organisations"]
    }
    configure(world, entry(provider.issuer, organisations=sorted(organisations), timeout=10))
    asked = representative.post("/me/links", {"provider": PROVIDER}).json()
    linking = Begun(asked["flow"], asked["authorization_url"])
    provider.id_token = provider.signed(provider.claims(nonce=linking.asked["nonce"]))
    assert complete(world, linking, **answer_of(linking, provider)).status_code == 201
    stage.things["link"] = representative.get("/me/links").json()["items"][0]["id"]
    begun = begin(world)
    provider.id_token = provider.signed(provider.claims(nonce=begun.asked["nonce"]))
    stage.bodies["answer_there"] = {"flow": begun.flow, **answer_of(begun, provider)}
    event = {"http://schemas.openid.net/event/backchannel-logout": {}}
    notice = provider.claims(events=event, jti="notice-1", auth_time=None)
    stage.bodies["signed_out_there"] = {"logout_token": provider.signed(notice)}
    stage.keep()
