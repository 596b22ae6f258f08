"""Every cell of the access-rights matrix that exists so far, asked of persons who are that row.

Each row is played in a real council by a person with the seat or office it names; the outcome is
what the decision says of the facts, not of relations made up for the test.
"""

import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from server import settings
from server.access import seats
from server.access.deciding import held_to
from server.access.models import Membership
from server.access.vocabulary import Action, Category, SeatRole
from server.app import KINDS, build_parts, create_app
from server.councils import duty
from server.councils import facts as council_facts
from server.councils.models import JoinConsent, RepresentativeMode
from tests import quick, whole_log
from tests.conftest import TestClock
from tests.factories import Caller, World
from tests.making import councils, documents, publication
from tests.making.councils import MadeCouncil
from tests.policies.domain_tables import (
    DIFFERS,
    LATER,
    LATER_ROWS,
    MEANS,
    ROWS,
    WHY,
    cells,
    is_later,
)

A = Action
BY_NAME = {kind.name.value: kind for kind in KINDS}
MORE = {
    "rd": Category.RD_IMPLEMENTER,
    "programme": Category.PROGRAMME_MINISTRY,
    "holder": Category.KNOWLEDGE_HOLDER,
}
OFFICES = {
    13: "secretariat",
    14: "compliance_officer",
    15: "system_administrator",
    16: "key_custodian",
    17: "auditor",
}
TESTED = sorted((column, row) for column, row in cells() if not is_later(column, row))


@dataclass
class Cast:
    """Who plays which row, in which council, and the things the columns speak of."""

    world: World
    council: MadeCouncil
    po_council: MadeCouncil
    callers: dict[int, Caller] = field(default_factory=dict)
    members: dict[int, str] = field(default_factory=dict)
    things: dict[str, str] = field(default_factory=dict)
    own: dict[tuple[str, int], str] = field(default_factory=dict)

    def thing(self, name: str, row: int) -> str:
        """A thing of the council the row is played in."""
        return self.things[f"{name} of the PO" if row == 2 else name]

    def may(self, row: int, action: Action, kind: str, id: str) -> bool:
        """The decision itself, for a person signed in and stepped up."""
        parts, found = self.world.parts, BY_NAME[kind]
        with parts.database.reading() as tx:
            asked = {"id": id, "person": self.callers[row].person_id, "now": tx.now}
            facts = found.one.row(tx, asked)
        assert facts is not None
        held = held_to(found, facts)
        return action in parts.policy.may(held, facts.category, found.name, facts.state)


@pytest.fixture(scope="module")
def cast(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cast]:
    folder = shutil.copytree(template, tmp_path_factory.mktemp("cast") / "data")
    clock = TestClock()
    parts = build_parts(settings.read({}, data=str(folder)), clock)
    quick.made_quick(parts.database)
    with TestClient(create_app(parts), base_url=parts.settings.origin) as client:
        yield _cast(World(parts, client, clock))
        parts.tally.flush(everything=True)
        whole_log.verify(parts)


def _cast(world: World) -> Cast:
    council = councils.established_council(world)
    sole = councils.established_council(
        world, concept="C-2212A-04", mode=RepresentativeMode.PO_DEEMED_SOLE
    )
    cast = Cast(world, council, sole)
    _join(cast)
    for row, role in OFFICES.items():
        cast.callers[row] = world.officer(role)
    _share_and_provide(cast)
    _results(cast)
    return cast


def _join(cast: Cast) -> None:
    """Three more members, so that every category is there, and a handler on the research side."""
    world, council = cast.world, cast.council
    people = councils.people(
        world,
        {**{name: f"org-{name}" for name in MORE}, "handler": councils.PRIVATE_ORG, "next": "x"},
    )
    who = {name: getattr(council, name) for name in ("secretariat", "minister_fund", "minister_pm")}
    rows = {1: "pd", 4: "fa", 5: "minister_fund", 7: "organ_a", 8: "private", 10: "think_tank"}
    cast.callers |= {row: getattr(council, name) for row, name in rows.items()}
    cast.members |= {row: council.memberships[name] for row, name in rows.items()}
    cast.callers |= {2: cast.po_council.pd, 11: people["handler"]}
    cast.members |= {2: cast.po_council.memberships["pd"], 11: council.memberships["private"]}
    with world.changing(council.id) as tx:
        row_of = council_facts.find_council(tx, council.id)
        for row, (name, category) in zip((3, 6, 9), MORE.items(), strict=True):
            nominee = people[name]
            cast.members[row] = councils.joined(tx, row_of, category, f"org-{name}", who, nominee)
            cast.callers[row] = nominee
        private = tx.session.get(Membership, cast.members[8])
        assert private is not None
        person = people["handler"].person_id
        by = council.private.person_id
        seats.name_seat(tx, private, person, SeatRole.HANDLER, by=by)
    cast.own["unbound", 11] = str(cast.may(11, A.ACKNOWLEDGE, "council", council.id))
    with world.changing(council.id) as tx:
        text = duty.current(tx).name
        for row in (3, 6, 9, 11):
            duty.acknowledge(tx, council.id, cast.callers[row].person_id, text)
            if row != 11:
                councils.confirm(tx, council.id, cast.members[row], council.compliance.person_id)
    cast.things |= {"council": council.id, "council of the PO": cast.po_council.id}
    for made, name in ((council, "admission"), (cast.po_council, "admission of the PO")):
        body = {"category": "knowledge_holder", "organisation": "x"}
        asked = made.secretariat.post(f"/councils/{made.id}/admissions", body)
        cast.things[name] = documents.made(asked)["id"]


def _share_and_provide(cast: Cast) -> None:
    """Papers of a member that is nobody's row, and a secret of everybody who may provide one."""
    for made, suffix in ((cast.council, ""), (cast.po_council, " of the PO")):
        others = [c for row, c in cast.callers.items() if (row == 2) == bool(suffix) and row < 12]
        by = made.organ_b
        world = cast.world
        cast.things[f"internal{suffix}"] = documents.shared_document(world, made, by).id
        cast.things[f"named{suffix}"] = documents.provided_secret(world, made, by, others).id
        unnamed = documents.provided_secret(world, made, by, [made.minister_pm])
        cast.things[f"unnamed{suffix}"] = unnamed.id
    for row, caller in cast.callers.items():
        made = cast.po_council if row == 2 else cast.council
        if cast.may(row, A.PROVIDE, "council", made.id):
            own = documents.provided_secret(cast.world, made, caller, [made.minister_pm])
            cast.own["secret", row] = own.id


def _results(cast: Cast) -> None:
    """A result of everybody who may register one; an open round; know-how of two owners."""
    for row, caller in cast.callers.items():
        made = cast.po_council if row == 2 else cast.council
        if cast.may(row, A.REGISTER_RESULT, "council", made.id):
            researcher = made.stranger.person_id if row == 2 else None
            cast.own["result", row] = publication.result(made, caller, researcher)["id"]
    council, sole = cast.council, cast.po_council
    cast.things["result"] = publication.result(council)["id"]
    cast.things["result of the PO"] = cast.own["result", 2]
    named = [cast.callers[row].person_id for row in (8, 9, 11)]
    for name, result, authorised in (
        ("know-how", publication.result(council)["id"], []),
        ("know-how that names", cast.own["result", 3], named),
    ):
        cast.things[name] = _agreed(cast, council, result, authorised)
    cast.things["know-how of the PO"] = _agreed(cast, sole, cast.own["result", 2], [])
    for made, suffix, result in (
        (council, "", publication.result(council)["id"]),
        (sole, " of the PO", publication.result(sole, researcher=sole.stranger.person_id)["id"]),
    ):
        asked = publication.exception(cast.world, made, result)["id"]
        cast.things[f"round{suffix}"] = publication.opened(asked, made.organ_a)


def _agreed(cast: Cast, made: MadeCouncil, result: str, authorised: list[str]) -> str:
    asked = publication.exception(cast.world, made, result, authorised=authorised)["id"]
    round_ = publication.opened(asked, made.organ_a)
    heard = {"researchers_heard": "2026年9月1日に聴取"}
    for name, caller in publication.everyone(made).items():
        said = heard if made is cast.po_council and name == "pd" else {}
        assert publication.answered(caller, round_, **said).status_code == 201
    if made is cast.council:
        for row in (3, 6, 9):
            assert publication.answered(cast.callers[row], round_).status_code == 201
    entries = made.pd.get(f"/councils/{made.id}/know-how").json()["items"]
    return str(next(each["id"] for each in entries if each["exception"] == asked))


# --- how the outcome of a column is found ---------------------------------------------------------
def reading_papers(cast: Cast, row: int) -> str:
    paper = cast.thing("internal", row)
    if cast.may(row, A.READ, "document", paper):
        return "yes"
    return "metadata" if cast.may(row, A.SEE, "document", paper) else "no"


def taking_out(cast: Cast, row: int) -> str:
    """Kept and printed alike, and seen in place by nobody but the provider."""
    kept, printed, opened = (scoped(each)(cast, row) for each in (A.DOWNLOAD, A.PRINT, A.OPEN))
    assert (printed, opened, scoped(A.HAND_OVER)(cast, row)) == (kept, "no", "no")
    return kept


def scoped(action: Action) -> Callable[[Cast, int], str]:
    """Named in a secret's scope or not: does it make the difference?"""

    def outcome(cast: Cast, row: int) -> str:
        named, unnamed = (
            cast.may(row, action, "document", cast.thing(name, row))
            for name in ("named", "unnamed")
        )
        assert not unnamed, "nobody opens a secret without being named"
        seen = action is A.READ and cast.may(row, A.SEE, "document", cast.thing("unnamed", row))
        return "named" if named else "metadata" if seen and row in (13, 14) else "no"

    return outcome


def providing(cast: Cast, row: int) -> str:
    council = cast.thing("council", row)
    if cast.may(row, A.PROVIDE, "council", council):
        return "yes"
    return "shares papers only" if cast.may(row, A.SHARE, "council", council) else "no"


def scoping(*actions: Action) -> Callable[[Cast, int], str]:
    """On a secret of one's own, and on others'."""

    def outcome(cast: Cast, row: int) -> str:
        secrets = [cast.thing(name, row) for name in ("named", "unnamed")]
        assert not any(cast.may(row, a, "document", s) for a in actions for s in secrets)
        own = cast.own.get(("secret", row))
        if own and all(cast.may(row, action, "document", own) for action in actions):
            return "own"
        suspends = A.RELEASE in actions and cast.may(row, A.SUSPEND, "document", secrets[0])
        return "suspends" if suspends else "no"

    return outcome


def publishing(cast: Cast, row: int) -> str:
    others = cast.thing("result", row) if row != 1 else cast.own["result", 3]
    assert not cast.may(row, A.PUBLISH, "result", others)
    own = cast.own.get(("result", row))
    if own is None:
        return "no"
    return "own" if cast.may(row, A.PUBLISH, "result", own) else "registers for the researcher"


def requesting(cast: Cast, row: int) -> str:
    asked = cast.may(row, A.REQUEST_EXCEPTION, "result", cast.things["result"])
    return "yes" if asked else "no"


def consenting(cast: Cast, row: int) -> str:
    round_ = cast.thing("round", row)
    if not cast.may(row, A.ANSWER, "round", round_):
        return "no"
    if row != 2:
        return "yes"
    unheard = publication.answered(cast.callers[row], round_)
    return "after hearing" if unheard.status_code == 422 else "yes"


def reading_know_how(cast: Cast, row: int) -> str:
    """Entry one is the PD's and names nobody; entry two is the implementer's and names 8, 9, 11."""
    if row == 2:
        return "yes" if cast.may(2, A.READ, "know_how", cast.thing("know-how", 2)) else "no"
    plain, naming = (
        cast.may(row, A.READ, "know_how", cast.things[name])
        for name in ("know-how", "know-how that names")
    )
    if row == 3:
        return "own" if naming and not plain else "yes" if naming else "no"
    return "yes" if plain and naming else "named" if naming else "no"


def adding(cast: Cast, row: int) -> str:
    if cast.may(row, A.DECIDE, "admission", cast.thing("admission", row)):
        return "decides with the other"
    invites = cast.may(row, A.INVITE_MEMBER, "council", cast.thing("council", row))
    return "invites" if invites else "no"


def joining(cast: Cast, row: int) -> str:
    assert not cast.may(row, A.CONSENT, "admission", cast.thing("admission", row))
    if row == 11:
        return "acknowledges" if cast.own["unbound", 11] == "True" else "no"
    table: Any = JoinConsent.__table__  # type: ignore[attr-defined]
    council = cast.thing("council", row)
    query = select(table.c.id).where(
        table.c.council_id == council, table.c.person_id == cast.callers[row].person_id
    )
    with cast.world.parts.database.reading() as tx:
        consented = tx.connection.execute(query).first() is not None
    is_founder = row == 5 and cast.may(5, A.READ, "membership", cast.members[5])
    return "consented" if consented else "founded" if is_founder else "no"


def confirming(cast: Cast, row: int) -> str:
    asked = cast.may(row, A.CONFIRM_SAFE_MANAGEMENT, "council", cast.thing("council", row))
    return "yes" if asked else "no"


def naming(cast: Cast, row: int) -> str:
    made = cast.po_council if row == 2 else cast.council
    assert not cast.may(row, A.NAME_SEAT, "membership", made.memberships["organ_b"])
    own = cast.members.get(row)
    return "own" if own and cast.may(row, A.NAME_SEAT, "membership", own) else "no"


def reading_the_log(cast: Cast, row: int) -> str:
    council = cast.thing("council", row)
    every, own, proofs = (
        cast.may(row, action, "council", council)
        for action in (A.READ_LOG, A.READ_OWN_LOG, A.PROVE)
    )
    if every:
        return "all and proofs" if proofs and row == 17 else "all"
    return "own" if own else "no"


PROBES: Mapping[str, Callable[[Cast, int], str]] = {
    "read council-internal": reading_papers,
    "read provided secret": scoped(A.READ),
    "provide info": providing,
    "set scope/period": scoping(A.SET_SCOPE),
    "extend recipients": scoping(A.SET_SCOPE),
    "end/extend period": scoping(A.SET_SCOPE, A.RELEASE),
    "download, print": taking_out,
    "publish own result": publishing,
    "request exception": requesting,
    "consent to exception": consenting,
    "read know-how": reading_know_how,
    "add member": adding,
    "consent to join": joining,
    "confirm safe-mgmt of an org": confirming,
    "name handlers": naming,
    "read audit log": reading_the_log,
}


def test_both_tables_are_whole() -> None:
    every = cells()
    columns = {column for column, _ in every}
    assert len(columns) == 11 + 14
    assert set(every) == {(column, row) for column in columns for row in ROWS}
    assert list(ROWS) == list(range(1, 18))


def test_every_cell_is_tested_or_named_as_later() -> None:
    columns = {column for column, _ in cells()}
    assert columns == set(PROBES) | set(LATER)
    assert not set(PROBES) & set(LATER)
    assert set(PROBES) == set(MEANS)
    assert all(LATER.values())
    assert all(LATER_ROWS.values())
    for column, row in TESTED:
        assert cells()[column, row] in MEANS[column], (column, row)


def test_every_meaning_and_every_reason_is_of_a_cell_there_is() -> None:
    every = cells()
    for column, meanings in MEANS.items():
        written = {every[column, row] for row in ROWS if not is_later(column, row)} | {"–"}
        assert set(meanings) == written, column
    assert set(WHY) <= set(TESTED)
    assert set(DIFFERS) <= set(WHY)


def test_a_proposal_that_is_a_no_says_why() -> None:
    for column, row in TESTED:
        cell = cells()[column, row]
        if MEANS[column][cell] == "no" and not cell.startswith("–"):
            assert (column, row) in WHY, (column, row)


@pytest.mark.parametrize(("column", "row"), TESTED, ids=lambda v: str(v).replace(" ", "-"))
def test_the_decision_is_what_the_matrix_says(cast: Cast, column: str, row: int) -> None:
    expected = DIFFERS.get((column, row)) or MEANS[column][cells()[column, row]]
    assert PROBES[column](cast, row) == expected, f"{ROWS[row]}: {column}"


def test_an_acknowledgement_in_one_council_opens_nothing_in_another(cast: Cast) -> None:
    """BR-36: the PO has acknowledged in one council and is seated, unbound, in the other."""
    world, council = cast.world, cast.council
    person = cast.po_council.private.person_id
    with world.changing(council.id) as tx:
        private = tx.session.get(Membership, cast.members[8])
        assert private is not None
        by = council.private.person_id
        seats.name_seat(tx, private, person, SeatRole.DEPUTY, by=by)
    caller = world.session(person)
    assert caller.get(f"/documents/{cast.things['internal']}").status_code == 404
    assert caller.get(f"/documents/{cast.things['internal of the PO']}").status_code == 200
    shown = caller.get(f"/councils/{council.id}/documents").json()["items"]
    assert shown == []
