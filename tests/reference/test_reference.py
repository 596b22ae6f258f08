"""The real decision against the reference, after every step of whatever may happen to a council.

The machine acts through the API and the services; each act is also written down in plain data, and
then every (person, thing, action) is compared. Lists must show what the decision allows, no more.
"""

import contextlib
import functools
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, ClassVar

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    run_state_machine_as_test,
)
from hypothesis.stateful import rule as hypothesis_rule

from server import settings as chosen
from server.access.deciding import decide, held_to
from server.access.grant import Attempt
from server.access.kinds import PERSON_KIND
from server.access.listing import Listing, PageQuery
from server.access.thing_ids import INSTALLATION_ID
from server.access.vocabulary import Action, SeatRole
from server.app import KINDS, build_parts, create_app
from server.clock import DAY, to_text
from server.database import sqlite_file
from server.identity.caller import PASSKEY, SESSION
from server.identity.caller import Caller as Identified
from tests import whole_log
from tests.conftest import TestClock
from tests.factories import Caller
from tests.factories import World as Made
from tests.making import closing, councils, documents, publication
from tests.reference.allowed import allowed
from tests.reference.world import (
    Admission,
    KnowHow,
    Paper,
    Request,
    Result,
    Round,
    Seat,
    World,
)

BY_NAME = {kind.name.value: kind for kind in KINDS}
SMALL = (
    "council",
    "admission",
    "membership",
    "document",
    "result",
    "exception",
    "round",
    "know_how",
)
SEES = ("document", "exception", "round", "know_how")
LISTINGS = {
    (kind, action): Listing(BY_NAME[kind], action)
    for kind in SMALL
    for action in (Action.READ, *([Action.SEE] if kind in SEES else []))
}
PERSONS = (
    "minister_fund minister_pm pd fa organ_a organ_b think_tank private deputy_a handler_a"
    " secretariat compliance auditor admin stranger spare newcomer"
).split()
OFFICES = {
    "secretariat": "secretariat",
    "compliance": "compliance_officer",
    "auditor": "auditor",
    "admin": "system_administrator",
}
REPS = ("minister_fund", "minister_pm", "pd", "fa", "organ_a", "organ_b", "think_tank", "private")
MAY_LEAVE = ("fa", "organ_b", "think_tank", "private")
ASK_FOR_MORE, MOST = 3, 2  # papers and results of one run
NEWCOMERS = "a-holder"
some = st.data()


class NothingToDo(Exception):
    """What a step would do is not possible now: the run goes on with another."""


def rule(**given: Any) -> Callable[[Callable[..., None]], Any]:
    """A step that is let pass where there is nothing to do."""

    def wrap(step: Callable[..., None]) -> Any:
        @functools.wraps(step)
        def run(*args: Any, **kwargs: Any) -> None:
            with contextlib.suppress(NothingToDo):
                step(*args, **kwargs)

        return hypothesis_rule(**given)(run)  # type: ignore[no-untyped-call]

    return wrap


class Start:
    """The council every run begins with, and its database to begin with again."""

    def __init__(self, folder: Path, client: TestClient, parts: Any, clock: TestClock) -> None:
        self.parts, self.client, self.clock = parts, client, clock
        self.made = Made(parts, client, clock)
        confirmed = [name for name in REPS if name != "organ_b"]
        self.council = councils.established_council(self.made, confirmed=confirmed)
        more = councils.people(self.made, {"spare": councils.ORGAN_A, "newcomer": NEWCOMERS})
        self.persons = {
            name: (more.get(name) or getattr(self.council, name)).person_id for name in PERSONS
        }
        with self.made.changing() as tx:
            councils.organisation(tx, NEWCOMERS)
        self.begun, self.file = clock.now, sqlite_file(parts.settings.database_url)
        parts.database.dispose()
        assert self.file is not None
        self.kept = Path(shutil.copy(self.file, folder / "kept"))

    def again(self) -> None:
        self.parts.database.dispose()
        assert self.file is not None
        for ending in ("-wal", "-shm"):
            self.file.with_name(self.file.name + ending).unlink(missing_ok=True)
        shutil.copy(self.kept, self.file)
        self.clock.now = self.begun


def first_world(start: Start) -> World:
    """The council as it was established, written down."""
    council, person = start.council, start.persons
    parts = {
        "minister_fund": "establishing_ministry",
        "minister_pm": "establishing_ministry",
        "pd": "program_director",
        "fa": "funding_agency",
        "organ_a": "implementer_government",
        "organ_b": "implementer_government",
        "think_tank": "think_tank",
        "private": "implementer_private",
    }
    world = World(council.id)
    for name, part in parts.items():
        member = council.memberships[name]
        world.members[member] = part
        world.seats.append(Seat(person[name], member, SeatRole.REPRESENTATIVE, part))
        if name != "organ_b":
            world.safe_until[member] = start.begun + 365 * DAY
    organ_a = council.memberships["organ_a"]
    for name, role in (("deputy_a", SeatRole.DEPUTY), ("handler_a", SeatRole.HANDLER)):
        world.seats.append(Seat(person[name], organ_a, role, parts["organ_a"]))
    world.bound = {(seat.person, council.id) for seat in world.seats}
    world.offices = {person[name]: office for name, office in OFFICES.items()}
    return world


class Council(RuleBasedStateMachine):
    """Everything that changes rights, in any order."""

    start: ClassVar[Start]

    @initialize(data=some, ends=st.booleans())
    def begin(self, data: st.DataObject, ends: bool) -> None:
        """In every other run the council has provided something, and its end is announced."""
        self.start.again()
        self.world, self.council = first_world(self.start), self.start.council
        self.person = self.start.persons
        self.name_of = {id: name for name, id in self.person.items()}
        self.acts: dict[str, set[Action]] = {}
        for (kind, _), actions in self.start.parts.policy.table.items():
            self.acts.setdefault(kind, set()).update(actions)
        if ends:
            for _ in range(2):
                self.a_secret_is_provided(data)
                self.a_scope_is_acknowledged(data)
            self.somebody_is_invited()
            self.a_result_is_registered(data, is_open=True)
            self.an_exception_is_requested(data)
            self.a_round_is_opened(data)
            self.an_end_is_announced(days=data.draw(st.sampled_from((1, 7))))
            if data.draw(st.booleans()):
                self.an_end_comes()

    # --- acting ---------------------------------------------------------------
    @property
    def now(self) -> int:
        return self.start.clock.now

    def may(self, person: str, act: str, kind: str, id: str) -> bool:
        return allowed(self.world, person, act, kind, id, self.now)

    def who_may(self, act: str, kind: str, id: str) -> list[str]:
        return [p for p in self.person.values() if self.may(p, act, kind, id)]

    def caller(self, person: str) -> Caller:
        """The person, signed in anew, so that time has not worn the session out."""
        return self.start.made.session(person)

    def post(self, person: str, path: str, body: Any = None) -> Any:
        answer = self.caller(person).post(path, body)
        assert answer.status_code < 300, f"{self.name_of[person]} {path}: {answer.text}"
        return answer.json() if answer.content else None

    def unless(self, possible: bool) -> None:
        if not possible:
            raise NothingToDo

    def choose(self, data: st.DataObject, what: list[Any]) -> Any:
        if not what:
            raise NothingToDo
        return data.draw(st.sampled_from(what))

    def seat_of(self, person: str) -> Seat | None:
        now = self.now
        return next(
            (s for s in self.world.seats
             if s.person == person and (s.until is None or now < s.until)), None
        )  # fmt: skip

    def member_of(self, person: str) -> str:
        seat = self.seat_of(person)
        assert seat is not None
        return seat.member

    def seated(self) -> list[Seat]:
        return [s for s in self.world.seats if s.until is None or self.now < s.until]

    # --- time ---------------------------------------------------------------
    @rule(days=st.sampled_from((0.5, 6, 12)))
    def time_passes(self, days: float) -> None:
        was_closed = self.world.is_closed(self.now)
        self.start.clock.days(days)
        if self.world.is_closed(self.now) and not was_closed:
            self._closed()

    # --- the council's end ---------------------------------------------------------------
    @precondition(lambda self: self.world.closes_at is None and self.world.papers)
    @rule(days=st.sampled_from((1, 7)))
    def an_end_is_announced(self, days: int) -> None:
        at, reason = self.now + days * DAY, "構想の目的を達したため"
        body = {"closes_at": to_text(at), "notice_days": 1, "reason": reason}
        for name in ("minister_fund", "minister_pm"):
            self.post(self.person[name], f"/councils/{self.council.id}/closing", body)
        self.world.closes_at = at

    @precondition(lambda self: self.world.closes_at and not self.world.is_closed(self.now))
    @rule()
    def an_end_is_taken_back(self) -> None:
        path = f"/councils/{self.council.id}/closing"
        shown = self.caller(self.person["minister_pm"]).get(path).json()["closing"]["id"]
        for name in ("minister_fund", "minister_pm"):
            self.post(self.person[name], f"{path}/withdrawal", {"closing": shown})
        self.world.closes_at = None
        for paper in self.world.papers.values():
            paper.choice = ""

    @precondition(lambda self: self.world.closes_at and not self.world.is_closed(self.now))
    @rule()
    def an_end_comes(self) -> None:
        self.start.clock.now = self.world.closes_at
        self._closed()

    def _closed(self) -> None:
        """What ends with the council: so it is before anybody has noticed, and so afterwards."""
        for round_ in self.world.rounds.values():
            if round_.ended is None and self.world.closes_at < round_.closes_at:
                round_.ended = "not_agreed"
        for request in self.world.requests.values():
            last = self.world.rounds[request.rounds[-1]] if request.rounds else None
            request.withdrawn |= last is None or last.ended == "void"
        for admission in self.world.admissions.values():
            if admission.state == "open":
                admission.state = "withdrawn"
        self.compare()
        closing.run_every_job(self.start.made)
        for id, paper in self.world.papers.items():
            # What has become the council's before is no longer its provider's to destroy.
            is_providers = paper.state(self.world.closes_at, closed=True) != "internal"
            if paper.choice == "destroyed" and is_providers:
                self._gone(id, paper)

    def _gone(self, id: str, paper: Paper) -> None:
        """Its content is destroyed; whoever may open it is told so."""
        paper.destroyed = True
        for who in self.who_may("open", "document", id):
            assert self.caller(who).get(f"/documents/{id}/content").status_code == 410

    @rule(data=some, choice=st.sampled_from(("returned", "destroyed", "kept")))
    def a_provider_decides_about_its_content(self, data: st.DataObject, choice: str) -> None:
        """Before the end it is only said; in a closed council it is done."""
        self.unless(self.world.closes_at is not None)
        papers = self.world.papers
        pairs = [(p, id) for p, id in self.papers("dispose") if not papers[id].destroyed]
        who, id = self.choose(data, pairs)
        self.post(who, f"/documents/{id}/disposition", {"choice": choice})
        papers[id].choice = choice
        if choice == "destroyed" and self.world.is_closed(self.now):
            self._gone(id, papers[id])

    @rule(data=some)
    def content_is_destroyed(self, data: st.DataObject) -> None:
        """Never what was a secret and is the council's now: it is not its provider's alone."""
        found = [(p, id, self.world.papers[id]) for p, id in self.papers("destroy")]
        who, id, paper = self.choose(data, [each for each in found if not each[2].destroyed])
        answer = self.caller(who).post(f"/documents/{id}/destruction", {"reason": "目的を失った"})
        _, _, _, _, internal = self.world.paper(id, self.now)
        if internal and paper.is_secret:
            assert answer.json()["code"] == "belongs_to_council"
            return
        assert answer.status_code == 201, answer.text
        self._gone(id, paper)

    # --- who takes part ---------------------------------------------------------------
    @rule(data=some, role=st.sampled_from((SeatRole.DEPUTY, SeatRole.HANDLER)), term=st.booleans())
    def a_seat_is_named(self, data: st.DataObject, role: SeatRole, term: bool) -> None:
        who = self.choose(
            data,
            [p for n in ("spare", "deputy_a", "handler_a")
             if self.seat_of(p := self.person[n]) is None],
        )  # fmt: skip
        member = self.council.memberships["organ_a"]
        until = self.now + 8 * DAY if term else None
        body = {"person": who, "role": role.value, "valid_to": to_text(until) if until else None}
        for seat in self.seated():
            if role is SeatRole.DEPUTY and seat.member == member and seat.role == role:
                seat.until = self.now
        self.post(self.person["organ_a"], f"/memberships/{member}/seats", body)
        self.world.seats.append(Seat(who, member, role, self.world.members[member], until))

    @rule(data=some)
    def a_seat_ends(self, data: st.DataObject) -> None:
        seat = self.choose(data, [s for s in self.seated() if s.role != SeatRole.REPRESENTATIVE])
        roster = self.caller(self.person["organ_a"]).get(
            f"/councils/{self.council.id}/memberships?limit=200"
        )
        shown = next(m for m in roster.json()["items"] if m["id"] == seat.member)["seats"]
        id = next(s["id"] for s in shown if s["person"]["id"] == seat.person)
        self.post(self.person["organ_a"], f"/memberships/{seat.member}/seats/{id}/ending")
        seat.until = self.now

    @rule(data=some)
    def the_duty_is_acknowledged(self, data: st.DataObject) -> None:
        here = self.council.id
        unbound = [p for p in self.who_may("acknowledge", "council", here)
                   if (p, here) not in self.world.bound]  # fmt: skip
        who = self.choose(data, unbound)
        text = self.caller(who).get(f"/councils/{here}/duty").json()["id"]
        self.post(who, f"/councils/{here}/acknowledgement", {"text": text})
        self.world.bound.add((who, here))

    @precondition(lambda self: not self.world.admissions and not self.world.is_closed(self.now))
    @rule()
    def somebody_is_invited(self) -> None:
        body = {
            "category": "knowledge_holder",
            "organisation": NEWCOMERS,
            "nominee": self.person["newcomer"],
        }
        path = f"/councils/{self.council.id}/admissions"
        id = self.post(self.person["secretariat"], path, body)["id"]
        self.world.admissions[id] = Admission(self.person["newcomer"])
        self.missing = {"minister_fund", "minister_pm", "newcomer"}

    @rule(data=some)
    def a_condition_of_joining_is_met(self, data: st.DataObject) -> None:
        """BR-07: both ministers and the newcomer, in any order."""
        id = self.choose(data, [i for i, a in self.world.admissions.items() if a.state == "open"])
        name = data.draw(st.sampled_from(sorted(self.missing)))
        who = self.person[name]
        if name == "newcomer":
            digest = self.caller(who).get(f"/admissions/{id}").json()["digest"]
            shown = self.post(who, f"/admissions/{id}/consent", {"digest": digest})
        else:
            shown = self.post(who, f"/admissions/{id}/decision", {"verdict": "admit"})
        self.missing -= {name}
        assert (shown["state"] == "admitted") == (not self.missing)
        if not self.missing:
            self._joined(id, shown["membership"])

    def _joined(self, admission: str, member: str) -> None:
        self.world.admissions[admission].state = "admitted"
        self.world.members[member] = "knowledge_holder"
        person = self.person["newcomer"]
        seat = Seat(person, member, SeatRole.REPRESENTATIVE, "knowledge_holder")
        self.world.seats.append(seat)
        for round_ in self._open_rounds():
            round_.ended = "void"

    @rule(data=some, declined=st.booleans())
    def an_invitation_comes_to_nothing(self, data: st.DataObject, declined: bool) -> None:
        id = self.choose(data, [i for i, a in self.world.admissions.items() if a.state == "open"])
        if declined:
            self.post(self.person["newcomer"], f"/admissions/{id}/decline")
        else:
            self.post(self.person["secretariat"], f"/admissions/{id}/withdrawal")
        self.world.admissions[id].state = "declined" if declined else "withdrawn"

    @rule(data=some)
    def a_member_leaves(self, data: st.DataObject) -> None:
        here = [self.council.memberships[name] for name in MAY_LEAVE]
        member = self.choose(data, [m for m in here if m in self.world.members])
        who = next(s.person for s in self.seated() if s.member == member and s.role ==
                   SeatRole.REPRESENTATIVE)  # fmt: skip
        self.post(who, f"/memberships/{member}/leave")
        del self.world.members[member]
        self.world.gone.add(member)
        for seat in self.seated():
            if seat.member == member:
                seat.until = self.now
        for id, round_ in self._open().items():
            if member in round_.bound:
                round_.ended = "void"
            else:
                round_.votes.pop(member, None)
                self._perhaps_agreed(id, round_, dropped=member)

    @rule(days=st.sampled_from((10, 40)))
    def safe_management_is_confirmed(self, days: int) -> None:
        member = self.council.memberships["organ_b"]
        self.unless(member in self.world.members and not self.world.is_closed(self.now))
        until = self.now + days * DAY
        body = {
            "membership": member,
            **councils.CHECKED,
            "evidence": "確認書",
            "valid_to": to_text(until),
        }
        path = f"/councils/{self.council.id}/safe-management-confirmations"
        self.post(self.person["compliance"], path, body)
        self.world.safe_until[member] = max(until, self.world.safe_until.get(member, 0))

    # --- papers ---------------------------------------------------------------
    @rule(data=some)
    def a_paper_is_shared(self, data: st.DataObject) -> None:
        self.unless(len(self.world.papers) < ASK_FOR_MORE)
        who = self.choose(data, self.who_may("share", "council", self.council.id))
        id = documents.made(documents.drafted_document(self.caller(who), self.council.id))["id"]
        self.world.papers[id] = Paper(self.member_of(who), who, is_secret=False)

    @rule(data=some)
    def a_secret_is_provided(self, data: st.DataObject) -> None:
        self.unless(len(self.world.papers) < ASK_FOR_MORE)
        who = self.choose(data, self.who_may("provide", "council", self.council.id))
        named = data.draw(st.sets(st.sampled_from([s.person for s in self.seated()]), min_size=1))
        by, to = self.caller(who), [Caller(p, "", self.start.client) for p in sorted(named)]
        secret = documents.drafted_secret(self.start.made, self.council, by, to, days=9)
        self.world.papers[secret.id] = Paper(
            self.member_of(who), who, True, set(named), ends_at=self.now + 9 * DAY
        )
        self.compare()
        self.post(who, f"/documents/{secret.id}/provision")
        self.world.papers[secret.id].provided = True

    def papers(self, act: str) -> list[tuple[str, str]]:
        """Who may do something to which paper."""
        return [(p, id) for id in self.world.papers for p in self.who_may(act, "document", id)]

    @rule(data=some)
    def a_scope_is_acknowledged(self, data: st.DataObject) -> None:
        who, id = self.choose(data, self.papers("acknowledge"))
        documents.acknowledge(self.caller(who), id)
        self.world.bound.add((who, id))

    @rule(data=some)
    def recipients_change(self, data: st.DataObject) -> None:
        who, id = self.choose(data, self.papers("set_scope"))
        paper = self.world.papers[id]
        add = data.draw(st.sets(st.sampled_from([s.person for s in self.seated()]), max_size=3))
        remove = data.draw(st.sets(st.sampled_from(sorted(self.person.values())), max_size=3)) - add
        body = {"add": sorted(add), "remove": sorted(remove), "reason": "変更"}
        self.post(who, f"/documents/{id}/recipients", body)
        paper.recipients = (paper.recipients | add) - remove

    @rule(data=some, days=st.sampled_from((1, 2, 15)))
    def the_period_changes(self, data: st.DataObject, days: int) -> None:
        who, id = self.choose(data, self.papers("set_scope"))
        until = self.now + days * DAY
        self.post(who, f"/documents/{id}/period", {"ends_at": to_text(until), "reason": "変更"})
        self.world.papers[id].ends_at = until

    @rule(data=some, level=st.sampled_from((0, 1, 2)))
    def the_handling_changes(self, data: st.DataObject, level: int) -> None:
        who, id = self.choose(data, self.papers("set_scope"))
        word = ("view_only", "print", "download")[level]
        self.post(who, f"/documents/{id}/handling", {"handling": word, "reason": "変更"})
        self.world.papers[id].level = level

    @rule(data=some)
    def a_secret_is_released(self, data: st.DataObject) -> None:
        who, id = self.choose(data, self.papers("release"))
        self.post(who, f"/documents/{id}/release", {})
        self.world.papers[id].released = True

    @rule(data=some)
    def access_is_suspended_or_resumed(self, data: st.DataObject) -> None:
        who, id = self.choose(data, self.papers("resume"))
        paper = self.world.papers[id]
        if paper.suspended:
            self.post(who, f"/documents/{id}/resumption")
        else:
            self.unless(self.may(who, "suspend", "document", id))
            self.post(who, f"/documents/{id}/suspension", {"reason": "確認のため"})
        paper.suspended = not paper.suspended

    # --- results ---------------------------------------------------------------
    @rule(data=some, is_open=st.booleans())
    def a_result_is_registered(self, data: st.DataObject, is_open: bool) -> None:
        self.unless(len(self.world.results) < MOST)
        who = self.choose(data, self.who_may("register_result", "council", self.council.id))
        readers = data.draw(st.sets(st.sampled_from([s.person for s in self.seated()]), max_size=2))
        id = publication.result(
            self.council, self.caller(who), open_to_council=is_open, readers=sorted(readers)
        )["id"]
        self.world.results[id] = Result(who, self.member_of(who), is_open, set(readers))

    @rule(data=some)
    def a_result_is_published(self, data: st.DataObject) -> None:
        results = self.world.results
        id = self.choose(data, [i for i, r in results.items() if not r.published])
        body = {"title": "公表", "know_how_left_out": True, "secrets_left_out": True}
        self.post(results[id].owner, f"/results/{id}/publication", body)
        results[id].published = True
        for request in self.world.requests.values():
            if request.result == id:
                for round_id in request.rounds:
                    if round_id in self._open():
                        self.world.rounds[round_id].ended = "void"

    @rule(data=some)
    def an_exception_is_requested(self, data: st.DataObject) -> None:
        self.unless(self.world.closes_at is None)
        asked = {request.result for request in self.world.requests.values()}
        pairs = [(p, id) for id in self.world.results if id not in asked
                 for p in self.who_may("request_exception", "result", id)]  # fmt: skip
        who, result = self.choose(data, pairs)
        nameable = [s.person for s in self.seated() if s.category != "think_tank"]
        named = data.draw(st.sets(st.sampled_from(nameable), max_size=2))
        until = self.now + 25 * DAY
        id = publication.exception(
            self.start.made,
            self.council,
            result,
            self.caller(who),
            until=to_text(until),
            authorised=sorted(named),
        )["id"]
        self.world.requests[id] = Request(result, self.member_of(who), until, set(named))

    # --- rounds ---------------------------------------------------------------
    def _open(self) -> dict[str, Round]:
        return {id: r for id, r in self.world.rounds.items() if r.is_open(self.now)}

    def _open_rounds(self) -> list[Round]:
        return list(self._open().values())

    @rule(data=some)
    def a_round_is_opened(self, data: st.DataObject) -> None:
        self.unless(self.world.closes_at is None)
        requests, open_ = self.world.requests, self._open()
        pairs = [
            (p, id)
            for id, r in requests.items()
            if not any(each in open_ for each in r.rounds)
            and not self.world.results[r.result].published
            and self.now + 10 * DAY < r.until
            for p in self.who_may("open_round", "exception", id)
        ]
        who, id = self.choose(data, pairs)
        round_id = publication.opened(id, self.caller(who), days=10)
        request, members = requests[id], self.world.members
        research = {m for m, part in members.items() if part == "program_director"}
        bound = research | {self.world.results[request.result].member}
        self.world.rounds[round_id] = Round(set(members), bound, self.now + 10 * DAY)
        request.rounds.append(round_id)

    @rule(data=some, verdict=st.sampled_from(("consent", "objection")))
    def a_member_answers(self, data: st.DataObject, verdict: str) -> None:
        pairs = [(p, id) for id in self._open() for p in self.who_may("answer", "round", id)]
        who, id = self.choose(data, pairs)
        self._answer(who, id, verdict)

    @rule(data=some)
    def all_who_can_consent(self, data: st.DataObject) -> None:
        id = self.choose(data, list(self._open()))
        for who in self.who_may("answer", "round", id):
            if id in self._open():
                self._answer(who, id, "consent")

    @rule(data=some)
    def an_answer_is_taken_back(self, data: st.DataObject) -> None:
        pairs = [
            (p, id)
            for id, round_ in self._open().items()
            for p in self.who_may("answer", "round", id)
            if round_.votes.get(self.member_of(p)) in ("consent", "objection")
        ]
        who, id = self.choose(data, pairs)
        self._answer(who, id, "withdrawal")

    def _answer(self, who: str, id: str, verdict: str) -> None:
        reason = {"reason": "理由"} if verdict == "objection" else {}
        answer = publication.answered(self.caller(who), id, verdict, **reason)
        assert answer.status_code == 201, answer.text
        round_ = self.world.rounds[id]
        round_.votes[self.member_of(who)] = verdict
        self._perhaps_agreed(id, round_)

    def _perhaps_agreed(self, id: str, round_: Round, dropped: str | None = None) -> None:
        """Everybody still counted has consented: the know-how exists (BR-28, BR-29)."""
        self.dropped = getattr(self, "dropped", {})
        gone = self.dropped.setdefault(id, set())
        gone |= {dropped} if dropped else set()
        if all(round_.votes.get(m) == "consent" for m in round_.roster - gone):
            round_.ended = "agreed"
            request = next(r for r, made in self.world.requests.items() if id in made.rounds)
            path = f"/councils/{self.council.id}/know-how?limit=200"
            shown = self.caller(self.person["pd"]).get(path).json()["items"]
            entry = next(each["id"] for each in shown if each["exception"] == request)
            self.world.know_how[entry] = KnowHow(request, self.world.requests[request].until)

    @rule(data=some)
    def a_request_is_withdrawn(self, data: st.DataObject) -> None:
        pairs = [(p, id) for id in self.world.requests
                 for p in self.who_may("withdraw", "exception", id)]  # fmt: skip
        who, id = self.choose(data, pairs)
        self.post(who, f"/exceptions/{id}/withdrawal")
        request = self.world.requests[id]
        request.withdrawn = True
        for round_id in request.rounds:
            if round_id in self._open():
                self.world.rounds[round_id].ended = "withdrawn"

    # --- comparing ---------------------------------------------------------------
    def things(self) -> Iterator[tuple[str, str]]:
        world = self.world
        yield "council", world.council
        for kind, ids in (
            ("admission", world.admissions),
            ("membership", [*world.members, *world.gone]),
            ("document", world.papers),
            ("result", world.results),
            ("exception", world.requests),
            ("round", world.rounds),
            ("know_how", world.know_how),
        ):
            for id in ids:
                yield kind, id

    @invariant()
    def compare(self) -> None:
        """Every person, every thing, every action; and each list against them."""
        if not hasattr(self, "world"):
            return
        parts = self.start.parts
        with parts.database.reading() as tx:
            for name, person in self.person.items():
                may = {(kind, id): self.really(tx, person, kind, id) for kind, id in self.things()}
                for (kind, id), acts in may.items():
                    expected = {a for a in self.acts[kind] if self.may(person, a, kind, id)}
                    assert acts == expected, f"{name} {kind} {id}: {acts ^ expected}"
                self.check_lists(tx, person, may)

    def really(self, tx: Any, person: str, kind: str, id: str) -> set[Action]:
        found = BY_NAME[kind]
        row = found.one.row(tx, {"id": id, "person": person, "now": tx.now})
        assert row is not None
        held = held_to(found, row)
        return set(self.start.parts.policy.may(held, row.category, found.name, row.state))

    def check_lists(self, tx: Any, person: str, may: dict[tuple[str, str], set[Action]]) -> None:
        """list == {x | check(x)} (ACC-T4)."""
        who = Identified(person, SESSION, "session", tx.now, PASSKEY)
        attempt, page = Attempt("request", None), PageQuery(limit=200, cursor=None)
        grant = decide(self.start.parts, tx, attempt, who, Action.READ, PERSON_KIND, person)
        for (kind, action), listing in LISTINGS.items():
            shown, _ = listing.page_of(grant, page)
            mine = {id for (name, id), acts in may.items() if name == kind and action in acts}
            ours = {id for name, id in may if name == kind}
            assert {each.id for each in shown} & ours == mine, (kind, action)


@pytest.fixture(scope="module")
def start(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Start]:
    folder = tmp_path_factory.mktemp("reference")
    data = shutil.copytree(template, folder / "data")
    clock = TestClock()
    parts = build_parts(chosen.read({}, data=str(data)), clock)
    with TestClient(create_app(parts), base_url=parts.settings.origin) as client:
        yield Start(folder, client, parts, clock)
        parts.tally.flush(everything=True)
        whole_log.verify(parts)


def test_the_reference_and_the_server_decide_alike_whatever_happens(start: Start) -> None:
    Council.start = start
    run: Callable[..., None] = run_state_machine_as_test
    run(
        Council,
        settings=settings(
            max_examples=25,
            stateful_step_count=30,
            deadline=None,
            database=None,
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_the_reference_is_short_enough_to_be_read() -> None:
    lines = (Path(__file__).parent / "allowed.py").read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 80
    assert not [line for line in lines if "sqlalchemy" in line or "casbin" in line]
    assert INSTALLATION_ID == "installation"
