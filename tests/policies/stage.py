"""One council with somebody in every position and a thing in every state, that can be put back.

The facts are made over the API and by the services. `put_back` restores the database file, so that
every question is asked of the same moment.
"""

import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient

from server.access import seats, service_accounts
from server.access.models import Membership
from server.access.parts import Parts
from server.access.seating import Term
from server.access.vocabulary import Category, SeatRole
from server.clock import DAY, MINUTE, to_text
from server.councils import admissions, duty, establishment, invitations
from server.councils import facts as council_facts
from server.councils.models import Admission
from server.database import sqlite_file
from server.identity import service as identity
from server.identity import sessions
from server.programme.models import ConceptState
from tests import quick
from tests.factories import Caller, World
from tests.making import (
    asking,
    councils,
    documents,
    leaving,
    pages,
    passkeys,
    programs,
    publication,
    uploads,
)
from tests.making.councils import MadeCouncil

CONCEPT, ELSEWHERE, PREPARING = "C-2212A-02", "C-2212A-01", "C-2212A-03"
# When the term of a deputy, and the period of a secret, will be over.
SOON = MINUTE
OFFICES = {
    "secretariat": "secretariat",
    "compliance": "compliance_officer",
    "auditor": "auditor",
    "administrator": "system_administrator",
    "custodian": "key_custodian",
}


@dataclass
class Stage:
    """`callers` by their position, `things` by name; `council` is the one everything is about.

    `asker` is who is about to ask, for bodies that are somebody's own (`ceremonies`, by token).
    """

    world: World
    council: MadeCouncil
    callers: dict[str, Caller]
    things: dict[str, str]
    bodies: dict[str, Any] = field(default_factory=dict)
    ceremonies: dict[str, dict[str, Any]] = field(default_factory=dict)
    asker: Caller | None = None
    kept: Path | None = None

    def token(self, name: str, scopes: str, council_id: str | None = None) -> Caller:
        """An API token of a caller."""
        person = self.callers[name].person_id
        with self.world.changing() as tx:
            _, text = sessions.make_token(
                tx, person, name="試験", scopes=scopes.split(), council_id=council_id, days=1
            )
        return Caller(person, text, self.world.client)

    @property
    def file(self) -> Path:
        file = sqlite_file(self.world.parts.settings.database_url)
        assert file is not None
        return file

    def keep(self) -> None:
        """Remember the database as it is."""
        self.world.parts.database.dispose()
        self.kept = self.file.with_suffix(".kept")
        shutil.copy(self.file, self.kept)

    def put_back(self) -> None:
        """Have the database again as it was kept."""
        assert self.kept is not None
        self.world.parts.database.dispose()
        for ending in ("-wal", "-shm"):
            self.file.with_name(self.file.name + ending).unlink(missing_ok=True)
        shutil.copy(self.kept, self.file)


def staged(parts: Parts, client: TestClient, clock: Any) -> Stage:
    """The whole stage; about forty acts."""
    quick.made_quick(parts.database)
    world = World(parts, client, clock)
    council = councils.established_council(world, concept=CONCEPT)
    other = councils.established_council(world, concept=ELSEWHERE)
    callers = _callers(world, council, other)
    stage = Stage(world, council, callers, {})
    stage.things |= {"council": council.id, "council_elsewhere": other.id}
    stage.things |= _concepts(world)
    stage.things |= _projects(stage)
    stage.things |= _preparing(stage)
    stage.things |= _people(stage)
    stage.things |= _documents(stage)
    # Before a round asks every member: who joins ends it.
    stage.things["left"] = leaving.left_member(world, council, callers["ex_member"], council.fa)
    stage.things |= _results(stage)
    stage.things |= _requests(stage)
    provider, internal = stage.callers["provider"], stage.things["internal"]
    stage.things["mark"] = pages.marked_entry(world, council, internal, provider)
    clock.advance(2 * SOON)  # a term and a period are over
    _passkeys(stage)
    stage.things |= _credentials(stage)
    stage.things |= _upload(stage)
    stage.keep()
    return stage


def _callers(world: World, council: MadeCouncil, other: MadeCouncil) -> dict[str, Caller]:
    belongs = dict.fromkeys(("ex_member", "unacknowledged"), councils.ORGAN_A)
    belongs |= {"lapsed": councils.ORGAN_B, "invited": "a-holder", "outsider": "a-university"}
    with world.changing() as tx:
        councils.organisation(tx, asking.OUTSIDE, "think_tank")
    made = councils.people(world, {**belongs, "tank_staff": asking.OUTSIDE})
    offices = {name: world.officer(role) for name, role in OFFICES.items()}
    return {
        "outsider": made["outsider"],
        "tank_staff": made["tank_staff"],
        "stranger": other.organ_a,
        "officer_elsewhere": other.compliance,
        "ex_member": made["ex_member"],
        "lapsed": made["lapsed"],
        "unacknowledged": made["unacknowledged"],
        "invited": made["invited"],
        "handler": council.handler_a,
        "deputy": council.deputy_a,
        "representative": council.organ_a,
        "recipient": council.organ_b,
        "named": council.private,
        "provider": council.fa,
        "owner": council.pd,
        "think_tank": council.think_tank,
        "minister": council.minister_fund,
        **offices,
    }


def _passkeys(stage: Stage) -> None:
    """Everybody in a fresh session, with a passkey, and with what they are about to sign."""
    for name, caller in stage.callers.items():
        fresh = stage.world.session(caller.person_id)
        stage.callers[name] = fresh
        stage.ceremonies[fresh.token] = passkeys.begun_by(stage.world, fresh)


def _credentials(stage: Stage) -> dict[str, str]:
    """What acts of identity are about: a person without credential, a token, an office."""
    world = stage.world
    newcomer = councils.people(world, {"newcomer": "a-university"})["newcomer"].person_id
    with world.changing() as tx:
        link = identity.invite(tx, newcomer, by=None)
    stage.bodies["enrolment"] = passkeys.enrolment(world, link)
    stage.bodies["link"] = {"link": link}
    stage.bodies["exchange"] = programs.exchange(world, stage.callers["representative"])
    stage.token("representative", "read")
    mine = stage.callers["representative"].get("/me/tokens").json()["items"][0]["id"]
    stage.bodies |= passkeys.signing_in(world)
    offices = stage.callers["administrator"].get("/offices").json()["items"]
    custodian = next(each for each in offices if each["role"] == "key_custodian")
    for log in (f"councils/{stage.council.id}", "system"):
        head = stage.callers["auditor"].get(
            f"/{log}/log/checkpoint", headers={"Accept": "application/json"}
        )
        stage.bodies[f"size of {log.split('/')[0]}"] = head.json()["size"]
    representative = stage.callers["representative"]
    issued, _ = leaving.duty_link(world, newcomer)
    register, text = leaving.duty_link(world, stage.callers["representative"].person_id)
    stage.bodies["duty_register"] = {"link": text}
    return {
        "issued_link": issued,
        "duty_link": register,
        "newcomer": newcomer,
        "token": mine,
        "office": custodian["id"],
        "account": stage.callers["auditor"].person_id,
        "passkey": representative.get("/me/passkeys").json()["items"][-1]["id"],
        "step_up_request": passkeys.asked_by(representative),
    }


def _concepts(world: World) -> dict[str, str]:
    found = world.client.get("/api/v1/concepts?limit=200").json()["items"]
    free = [each for each in found if each["id"] not in (CONCEPT, ELSEWHERE, PREPARING)]
    adopted = next(
        e for e in free if e["state"] == ConceptState.ADOPTED and e["representative"] == "pd"
    )
    return {
        "concept_adopted": adopted["id"],
        "adoption": adopted["adoptions"][0]["id"],
        "concept_in_call": next(e["id"] for e in free if e["state"] == ConceptState.IN_CALL),
    }


def _projects(stage: Stage) -> dict[str, str]:
    """A project with one researcher, and another adoption nothing rests on yet."""
    about, keeper = f"/concepts/{stage.things['concept_adopted']}", stage.callers["secretariat"]
    lead = {
        "person_id": stage.callers["stranger"].person_id,
        "organisation_id": "a-university",
        "role": "principal_investigator",
    }
    asked = {"adoption_id": stage.things["adoption"], "title": "課題（架空）", "people": [lead]}
    project = keeper.post(f"{about}/projects", asked).json()
    again = keeper.post(f"{about}/adoption", {"published_on": "2026-09-01"}).json()
    return {
        "project": project["id"],
        "project_lead": lead["person_id"],
        "adoption_unused": again["adoptions"][-1]["id"],
    }


def _preparing(stage: Stage) -> dict[str, str]:
    """A council everything is ready for but the signatures; the same persons sign for it."""
    made = councils.people(stage.world, {"pd": "b-university"})
    names = ("secretariat", "compliance", "auditor", "admin", "minister_fund", "minister_pm")
    who = {**{name: getattr(stage.council, name) for name in names}, **made}
    council_id = councils.prepared_council(stage.world, who, concept=PREPARING)
    with stage.world.changing(council_id) as tx:
        councils.meet_requirements(tx, council_id, who["secretariat"].person_id)
        founder = council_facts.founding_representative(tx, council_id)
        assert founder is not None
        councils.consent(tx, founder, who["pd"].person_id)
        council = council_facts.find_council(tx, council_id)
        digest = admissions.digest_of(establishment.statement(tx, council))
    stage.bodies["signature"] = {"digest": digest}
    return {"preparing": council_id}


def _people(stage: Stage) -> dict[str, str]:
    """An invitation; a seat that has ended and one without acknowledgement."""
    council, callers = stage.council, stage.callers
    membership_id = council.memberships["organ_a"]
    with stage.world.changing(council.id) as tx:
        membership = tx.session.get(Membership, membership_id)
        assert membership is not None
        by = council.organ_a.person_id
        for name in ("ex_member", "unacknowledged"):
            person = callers[name].person_id
            seat = seats.name_seat(tx, membership, person, SeatRole.HANDLER, by=by)
            if name == "ex_member":
                text = duty.current(tx).name
                duty.acknowledge(tx, council.id, person, text)
                seats.end_seat(tx, seat, by=by)
        _a_term(stage, tx)
        deputy = seats.seats_of(tx, membership_id, SeatRole.DEPUTY)[0].id
        admission = invited(stage, tx)
        text = admissions.statement_of(admission, council.concept_id)
        stage.bodies["consent"] = {"digest": admissions.digest_of(text)}
        stage.bodies["duty"] = {"text": duty.current(tx).name}
        service = service_accounts.make(tx, membership, by, "文書保管")
        return {
            "admission": admission.id,
            "membership": membership_id,
            "deputy_seat": deputy,
            "service": service.id,
        }


def _a_term(stage: Stage, tx: Any) -> None:
    """A deputy who acknowledged the duty, and whose term ends soon."""
    person, by = stage.callers["lapsed"].person_id, stage.council.organ_b.person_id
    membership = tx.session.get(Membership, stage.council.memberships["organ_b"])
    assert membership is not None
    term = Term(valid_to=tx.now + SOON)
    seats.name_seat(tx, membership, person, SeatRole.DEPUTY, by=by, term=term)
    duty.acknowledge(tx, stage.council.id, person, duty.current(tx).name)


def invited(stage: Stage, tx: Any) -> Admission:
    """A knowledge holder invited, its nominee named."""
    return invitations.invite(
        tx,
        council_facts.find_council(tx, stage.council.id),
        Category.KNOWLEDGE_HOLDER,
        organisation_id="a-holder",
        person_id=None,
        nominee=stage.callers["invited"].person_id,
        by=stage.council.secretariat.person_id,
    )


def _documents(stage: Stage) -> dict[str, str]:
    world, council = stage.world, stage.council
    by, to = council.fa, [council.organ_b]
    internal = documents.shared_document(world, council, by)
    secret = documents.provided_secret(world, council, by, to)
    suspended = documents.provided_secret(world, council, by, to)
    draft = documents.drafted_secret(world, council, by, to)
    ended = documents.provided_secret(world, council, by, to)
    soon = to_text(world.clock() + SOON)
    expired = documents.provided_secret(world, council, by, to, ends_at=soon)
    released = by.post(f"/documents/{ended.id}/release", {})
    assert released.status_code == 204, released.text
    for one in (secret, suspended):
        asked = {"add": [council.private.person_id], "reason": "検討に加わるため"}
        named = by.post(f"/documents/{one.id}/recipients", asked)
        assert named.status_code == 200, named.text
    answer = council.compliance.post(f"/documents/{suspended.id}/suspension", {"reason": "確認中"})
    assert answer.status_code == 204, answer.text
    shown = council.private.get(f"/documents/{secret.id}/summary").json()
    stage.bodies["scope"] = {"scope": shown["scope"]["digest"]}
    conflicted = documents.shared_document(world, council, by)
    whose = {"person": council.handler_a.person_id, "reason": "競合"}
    answer = council.compliance.post(f"/documents/{conflicted.id}/conflicts", whose)
    assert answer.status_code == 201, answer.text
    path = f"/councils/{council.id}/safe-management-confirmations"
    confirmation = council.compliance.get(path).json()["items"][0]["id"]
    return {
        "conflicted": conflicted.id,
        "confirmation": confirmation,
        "internal": internal.id,
        "secret": secret.id,
        "suspended": suspended.id,
        "draft": draft.id,
        "released": ended.id,
        "expired": expired.id,
    }


def _upload(stage: Stage) -> dict[str, str]:
    """An upload of the provider that only needs to be completed, and a version to restore."""
    paper, by = stage.things["internal"], stage.council.fa
    by = stage.world.session(by.person_id)
    upload = uploads.begun(by, paper)
    uploads.sent(by, upload, 0, documents.CONTENT)
    (version,) = by.get(f"/documents/{paper}/versions").json()["items"]
    return {"upload": upload.rsplit("/", 1)[-1], "internal_version": version["id"]}


def _requests(stage: Stage) -> dict[str, str]:
    """Requests for information and cooperation, and papers under an incident."""
    world, council = stage.world, stage.council
    open_ = asking.asked_for(council, council.handler_a, "fa")
    declined = asking.asked_for(council, council.handler_a, "fa")
    answer = council.fa.post(f"/information-requests/{declined}/decline", {"reason": "保有せず"})
    assert answer.status_code == 200, answer.text
    cooperation = asking.asked_cooperation(
        world, council, "organ_a", "fa", organisations=(asking.OUTSIDE,), by=council.minister_fund
    )
    papers = [documents.shared_document(world, council, council.fa).id for _ in range(2)]
    incident, closed = (asking.reported(council.handler_a, paper) for paper in papers)
    done = {"outcome": "released", "done": "確認した（架空）"}
    answer = council.compliance.post(f"/incidents/{closed}/closing", done)
    assert answer.status_code == 201, answer.text
    # A member for whom none of the callers sits, so that everybody asks another's.
    stage.bodies["information_request"] = asking.request_body(council, "minister_pm")
    stage.bodies["cooperation_request"] = asking.cooperation_body(
        world, memberships=[council.memberships["fa"]]
    )
    return {
        "information_request": open_,
        "declined_request": declined,
        "cooperation_request": cooperation,
        "under_incident": papers[0],
        "incident": incident,
        "closed_incident": closed,
    }


def _results(stage: Stage) -> dict[str, str]:
    world, council = stage.world, stage.council
    closed = publication.result(council, open_to_council=False)["id"]
    others = publication.result(council, council.private, open_to_council=False)["id"]
    open_, asked, kept = (publication.result(council)["id"] for _ in range(3))
    found = publication.finding(council, open_)
    stage.bodies["request"] = publication.request_body(world, found)
    stage.bodies["later"] = to_text(world.clock() + 60 * DAY)
    requested = publication.exception(world, council, asked)["id"]
    again = publication.result(council)["id"]
    open_exception = publication.exception(world, council, again)["id"]
    round_ = publication.opened(open_exception, council.organ_a)
    agreed = publication.exception(world, council, kept)["id"]
    publication.all_consent(council, publication.opened(agreed, council.organ_a))
    know_how = council.pd.get(f"/councils/{council.id}/know-how").json()["items"][0]["id"]
    question = council.organ_a.get(f"/rounds/{round_}").json()["question_sha256"]
    stage.bodies["answer"] = {"question_sha256": question, "verdict": "consent"}
    return {
        "result": open_,
        "closed_result": closed,
        "others_result": others,
        "asked_result": again,
        "exception": requested,
        "exception_open": open_exception,
        "exception_agreed": agreed,
        "round": round_,
        "know_how": know_how,
    }
