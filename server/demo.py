"""`kyogikai-server demo`: the real council of concept C-2212A-02, with clearly fictitious persons.

Owns the story of the demonstration. Everything is done through the public API, in process: who may
not do a step in earnest may not do it here either. One person is left to whoever tries it out: a
link, to enrol a passkey of one's own. One random password lets some of the others be read as.
"""

import asyncio
import json
import secrets
from pathlib import Path
from typing import Any

import httpx2
from fastapi import FastAPI
from sqlalchemy import select

from server import first, serve
from server.access.parts import Parts
from server.app import create_app
from server.clock import DAY, to_text
from server.councils.models import Council, Requirement
from server.demo_stage import FOLDER, DemoFailed, Stage, keep, write
from server.settings import Settings

CONCEPT = "C-2212A-02"
FILE = "demo.json"
GUEST, GUEST_OF = "guest", "mic"
READ_AS = ("rep.mic", "handler.mlit", "pd", "secretariat", "compliance")
MINISTERS = {"min-meti": "経産", "pm": "内閣"}
ORGANS = {
    "cao-space": "宇宙",
    "cao-oceanpolicy": "海洋",
    "mic": "総務",
    "mext": "文科",
    "mlit": "国交",
    "jcg": "海保",
    "mod": "防衛",
    "atla": "装備",
}
AGENCY = {"nedo": "機構"}
UNIVERSITY = "fictitious-university"
SEATS = (("deputy", "代理"), ("handler", "担当"))


def main(settings: Settings) -> None:
    """Make the demonstration once, and print how to sign in."""
    parts = serve.make_ready(settings)
    try:
        file = settings.data / FILE
        if not _made(parts):
            write(file, asyncio.run(_play(parts)))
        _tell(file, settings.origin)
    finally:
        parts.database.dispose()


def _made(parts: Parts) -> bool:
    with parts.database.reading() as tx:
        query = select(Council).where(Council.__table__.c.concept_id == CONCEPT)  # type: ignore[attr-defined]
        return tx.session.scalars(query).first() is not None


async def _play(parts: Parts) -> dict[str, Any]:
    _university(parts)
    app: FastAPI = create_app(parts)
    transport = httpx2.ASGITransport(app=app)
    origin = parts.settings.origin
    async with httpx2.AsyncClient(transport=transport, base_url=origin) as api:
        stage = Stage(api, origin)
        await _offices(stage, parts)
        council = await _establish(stage)
        await _without_delay(stage, council)
        await _admit(stage, council)
        await _seat(stage, council)
        await _confirm(stage, council, parts)
        link = await _guest(stage, council)
        password = await _passwords(stage)
    keep(parts.settings.data / FOLDER, stage)
    people = {name: actor.email for name, actor in stage.actors.items()}
    return {"council": council, "password": password, "people": people, "your_link": link}


async def _without_delay(stage: Stage, council: str) -> None:
    """Two persons let joiners in at once: in earnest members have five working days to comment."""
    rules = {"comment_days": 0}
    for who in ("compliance", "rep.min-meti"):
        await stage.act(who, "PUT", f"/councils/{council}/access-rules", rules)


async def _guest(stage: Stage, council: str) -> str:
    """A seat for whoever tries this out, and the link to enrol for it with a passkey."""
    person = await stage.register("secretariat", GUEST, "架空 来訪者", GUEST_OF)
    roster = await stage.act("secretariat", "GET", f"/councils/{council}/memberships?limit=200")
    [mine] = [m for m in roster["items"] if (m["organisation"] or {}).get("id") == GUEST_OF]
    seat = {"person": person, "role": "handler"}
    await stage.act(f"rep.{GUEST_OF}", "POST", f"/memberships/{mine['id']}/seats", seat)
    return await stage.invite("secretariat", person)


async def _passwords(stage: Stage) -> str:
    """Let some be read as by one password, which a server without --demo would not take."""
    password = secrets.token_urlsafe(15)
    for name in READ_AS:
        await stage.act(name, "PUT", "/me/password", {"new": password})
    return password


def _university(parts: Parts) -> None:
    ja, en = "架空大学", "Fictitious University"
    with parts.database.changing() as tx:
        first.organisation(tx, UNIVERSITY, ja, en, kind="university", made_by="demo")


async def _offices(stage: Stage, parts: Parts) -> None:
    link = first.link(parts)
    if link is None:
        raise DemoFailed("the installation has an administrator; the demo wants an empty one")
    await stage.enrol("administrator", first.ADDRESS, link)
    admin = "administrator"
    await stage.enter(admin, "compliance", "架空 監査子", first.OPERATOR)
    await stage.enter(admin, "secretariat", "架空 事務郎", "cao")
    for name, role in (("compliance", "compliance_officer"), ("secretariat", "secretariat")):
        body = {"person": stage.actors[name].id, "role": role}
        await stage.act(admin, "POST", "/offices", body)
        if role == "secretariat":  # from the second officer on, an appointment takes two
            await stage.act("compliance", "POST", "/offices", body)


async def _establish(stage: Stage) -> str:
    secretariat = "secretariat"
    await stage.enter(secretariat, "pd", "架空 研究代表", UNIVERSITY)
    body = {"representative_mode": "pd", "representative": stage.actors["pd"].id}
    made = await stage.act(secretariat, "POST", f"/concepts/{CONCEPT}/council", body)
    council = str(made["id"])
    for requirement in Requirement:
        finding = {"requirement": requirement.value, "met": True, "basis": "実演用の記録（架空）"}
        await stage.act(secretariat, "POST", f"/councils/{council}/requirements", finding)
    for minister, short in MINISTERS.items():
        await stage.enter(secretariat, f"rep.{minister}", f"架空 {short}代表", minister)
        official = {"minister": minister, "person": stage.actors[f"rep.{minister}"].id}
        for person in (secretariat, "compliance"):
            await stage.act(person, "POST", f"/councils/{council}/officials", official)
    await _consent(stage, council, "pd")
    for minister in MINISTERS:
        shown = await stage.act(f"rep.{minister}", "GET", f"/councils/{council}")
        digest = {"digest": shown["establishment"]["digest"]}
        await stage.act(f"rep.{minister}", "POST", f"/councils/{council}/signatures", digest)
    return council


async def _consent(stage: Stage, council: str, name: str) -> None:
    """The nominee consents to exactly what their admission says."""
    listed = await stage.act(name, "GET", f"/councils/{council}/admissions?limit=200")
    me = stage.actors[name].id
    mine = next(a for a in listed["items"] if (a["nominee"] or {}).get("id") == me)
    body = {"digest": mine["digest"]}
    await stage.act(name, "POST", f"/admissions/{mine['id']}/consent", body)


async def _admit(stage: Stage, council: str) -> None:
    for organisation, short in {**ORGANS, **AGENCY}.items():
        name = f"rep.{organisation}"
        await stage.enter("secretariat", name, f"架空 {short}代表", organisation)
        category = "funding_agency" if organisation in AGENCY else "implementer_government"
        invitation = {
            "category": category,
            "organisation": organisation,
            "nominee": stage.actors[name].id,
        }
        path = f"/councils/{council}/admissions"
        admission = await stage.act("secretariat", "POST", path, invitation)
        for minister in MINISTERS:
            decision = {"verdict": "admit"}
            await stage.act(
                f"rep.{minister}", "POST", f"/admissions/{admission['id']}/decision", decision
            )
        await _consent(stage, council, name)


async def _seat(stage: Stage, council: str) -> None:
    await _acknowledge(stage, council, "pd")
    for organisation in (*MINISTERS, *ORGANS, *AGENCY):
        await _acknowledge(stage, council, f"rep.{organisation}")
    shorts = {**MINISTERS, **ORGANS, **AGENCY}
    roster = await stage.act("secretariat", "GET", f"/councils/{council}/memberships?limit=200")
    for membership in roster["items"]:
        if membership["organisation"] is None:
            continue
        organisation = membership["organisation"]["id"]
        for role, word in SEATS:
            name = f"{role}.{organisation}"
            full_name = f"架空 {shorts[organisation]}{word}"
            person = await stage.enter("secretariat", name, full_name, organisation)
            path, body = f"/memberships/{membership['id']}/seats", {"person": person, "role": role}
            await stage.act(f"rep.{organisation}", "POST", path, body)
            await _acknowledge(stage, council, name)


async def _acknowledge(stage: Stage, council: str, name: str) -> None:
    duty = await stage.act(name, "GET", f"/councils/{council}/duty")
    await stage.act(name, "POST", f"/councils/{council}/acknowledgement", {"text": duty["id"]})


async def _confirm(stage: Stage, council: str, parts: Parts) -> None:
    checklist = await stage.act("compliance", "GET", "/texts/safe-management")
    roster = await stage.act("secretariat", "GET", f"/councils/{council}/memberships?limit=200")
    for membership in roster["items"]:
        body = {
            "membership": membership["id"],
            "checklist": checklist["id"],
            "items": [item["id"] for item in checklist["items"]],
            "evidence": "実演用の確認票（架空）",
            "valid_to": to_text(parts.clock() + 365 * DAY),
        }
        path = f"/councils/{council}/safe-management-confirmations"
        await stage.act("compliance", "POST", path, body)


def _tell(file: Path, origin: str) -> None:
    if not file.exists():
        print("実演用の協議会はすでにあります / the demonstration's council exists already")
        return
    made = json.loads(file.read_text(encoding="utf-8"))
    folder = file.with_name(FOLDER)
    print(f"協議会 / council: {made['council']}  ({CONCEPT})")
    print("架空の人物 / fictitious persons:")
    for name, email in made["people"].items():
        print(f"  {name:24} {email}")
    read_as = "、".join(made["people"][name] for name in READ_AS)
    print(
        f"""
端末で、その人として / at a terminal, as one of them:
  kyogikai --server {origin} --as rep.mic sign-in --passkey-file {folder}/rep.mic.json
ブラウザで、あなた自身のパスキーで（72時間以内に1回） / in a browser, with a passkey of your own:
  {origin}/enrol#{made["your_link"]}
ブラウザで、閲覧だけ / in a browser, to read only:  {origin}/sign-in
  {read_as}
  パスワード / password: {made["password"]}   ({file})"""
    )
