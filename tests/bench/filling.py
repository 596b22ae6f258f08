"""A council of 300 members with 10,000 documents, most of them secrets, on either database.

Owns the rows that row `list` is measured over. Persons and seats are made by the services;
documents and what hangs on them are written straight into the tables, for the services would take
an hour.
"""

import random
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Boolean, Integer, LargeBinary, Table, insert
from sqlmodel import SQLModel

from server.access import seats
from server.access.models import Acknowledgement, Denial, Membership
from server.access.vocabulary import Category, SeatRole
from server.audit import facts
from server.audit.models import Ending
from server.clock import DAY
from server.councils import duty
from server.database import Tx
from server.documents.models import (
    Document,
    Handling,
    HandlingLevel,
    Period,
    Provided,
    Provision,
    Recipient,
    Release,
    Version,
    VersionFinding,
    VersionOutcome,
)
from server.ids import Id, new_id
from server.keys.service import seal_field
from tests.factories import Caller, World
from tests.making.councils import MadeCouncil, confirm, people

DOCUMENTS, MEMBERS = 10_000, 300
INTERNAL = 0.2  # of the documents; of the others some are drafts, released, expired or suspended
OLDEST = 400 * DAY


def _table(model: type[SQLModel]) -> Table:
    table: Table = model.__table__  # type: ignore[attr-defined]
    return table


@dataclass
class Filling:
    """Rows waiting to be written, by table, in an order that foreign keys allow."""

    council: MadeCouncil
    persons: list[tuple[Id, Id]]  # membership, person
    now: int
    chance: random.Random = field(default_factory=lambda: random.Random(4))
    rows: dict[type[SQLModel], list[dict[str, Any]]] = field(default_factory=dict)
    seq: int = 1_000

    def add(self, model: type[SQLModel], at: int, **values: Any) -> Id:
        """A row of evidence as if recorded at a moment; its id."""
        self.seq += 1
        row = {c.name: _empty(c.type) for c in _table(model).columns if not c.nullable}
        own = {"id": new_id(at), "recorded_at": at, "log_id": self.council.id, "log_seq": self.seq}
        place = {"council_id": self.council.id} if "council_id" in _table(model).c else {}
        self.rows.setdefault(model, []).append({**row, **own, **place, **values})
        return str(own["id"])

    def write(self, tx: Tx) -> None:
        """Write everything."""
        for model, rows in self.rows.items():
            names = {name for row in rows for name in row}
            filled = [{**dict.fromkeys(names), **row} for row in rows]
            tx.connection.execute(insert(_table(model)), filled)


def _empty(kind: Any) -> Any:
    if isinstance(kind, Boolean):
        return False
    if isinstance(kind, Integer):
        return 0
    return b"x" if isinstance(kind, LargeBinary) else "x"


def fill(world: World, council: MadeCouncil, documents: int = DOCUMENTS) -> dict[str, Caller]:
    """Fill the council; a caller for each position a list can be asked from."""
    callers, persons = _members(world, council)
    with world.changing(council.id) as tx:
        filling = Filling(council, persons, tx.now)
        for number in range(documents):
            _document(tx, filling, number, OLDEST * (documents - number) // documents)
        filling.write(tx)
    return callers


def _members(world: World, council: MadeCouncil) -> tuple[dict[str, Caller], list[tuple[Id, Id]]]:
    """300 members with a person each, who has acknowledged the duty; most of them confirmed."""
    made = people(world, {f"m{n}": f"org-{n}" for n in range(MEMBERS)})
    persons = []
    with world.changing(council.id) as tx:
        text = duty.current(tx).name
        for number, caller in enumerate(made.values()):
            membership = Membership(
                council_id=council.id,
                category=Category.IMPLEMENTER_PRIVATE,
                organisation_id=f"org-{number}",
                person_id=None,
                valid_from=tx.now,
            )
            facts.enter(tx, council.id, membership)
            by = council.secretariat.person_id
            seats.name_seat(tx, membership, caller.person_id, SeatRole.REPRESENTATIVE, by=by)
            duty.acknowledge(tx, council.id, caller.person_id, text)
            if number % 10:
                confirm(tx, council.id, membership.id, council.compliance.person_id)
            persons.append((membership.id, caller.person_id))
    callers = {
        "recipient of many": made["m1"],
        "recipient of few": made["m2"],
        "recipient of none": made["m3"],
        "not confirmed": made["m10"],
        "provider": council.organ_a,
        "handler": council.handler_a,
        "secretariat": council.secretariat,
        "compliance": council.compliance,
        "auditor": council.auditor,
    }
    return callers, persons


def _document(tx: Tx, filling: Filling, number: int, age: int) -> None:
    council, chance, at = filling.council, filling.chance, filling.now - age
    document, secret = new_id(at), chance.random() >= INTERNAL
    title = f"資料 {number} 海洋状況把握に関する検討（架空）"
    by = council.organ_a if chance.random() < 0.3 else council.organ_b
    name = "organ_a" if by is council.organ_a else "organ_b"
    filling.add(
        Document,
        at,
        id=document,
        provider_membership_id=council.memberships[name],
        created_by=by.person_id,
        is_secret=secret,
        title=seal_field(tx, council.id, ("document", "title", document), title),
    )
    version = _version(filling, document, at, by)
    if secret:
        _secret(filling, number, document, version, at, by)
    if chance.random() < 0.02:
        who = None if chance.random() < 0.5 else chance.choice(filling.persons)[1]
        filling.add(
            Denial, at, thing_id=document, person_id=who, kind="suspension", made_by=by.person_id
        )


def _version(filling: Filling, document: Id, at: int, by: Caller) -> Id:
    for _ in range(filling.chance.choice((1, 1, 2))):
        version = filling.add(Version, at, document_id=document, created_by=by.person_id)
        filling.add(
            VersionFinding,
            at,
            document_id=document,
            version_id=version,
            outcome=VersionOutcome.READY,
        )
    return version


def _secret(filling: Filling, number: int, document: Id, version: Id, at: int, by: Caller) -> None:
    """Stated, scoped, mostly provided and acknowledged; the period prolonged now and then."""
    chance, mine = filling.chance, {"document_id": document}
    stated = filling.add(Provision, at, **mine, stated_by=by.person_id)
    filling.add(Handling, at, **mine, level=HandlingLevel.VIEW_ONLY, set_by=by.person_id)
    for _ in range(chance.choice((1, 1, 2, 3))):
        ends_at = at + chance.choice((90, 365, 1000)) * DAY
        filling.add(Period, at, **mine, ends_at=ends_at, set_by=by.person_id)
    if chance.random() < 0.05:
        return
    filling.add(
        Provided,
        at,
        **mine,
        provision_id=stated,
        version_id=version,
        provided_by=by.person_id,
    )
    for person in _named(filling, number):
        named = filling.add(Recipient, at, **mine, person_id=person, named_by=by.person_id)
        if chance.random() < 0.1:
            filling.add(Ending, at, fact_id=named, effective_at=at + DAY, reason="removed")
        elif chance.random() < 0.8:
            filling.add(Acknowledgement, at, person_id=person, subject_id=document)
    if chance.random() < 0.05:
        filling.add(Release, at, **mine, ground="provider", released_by=by.person_id)


def _named(filling: Filling, number: int) -> list[Id]:
    """Up to twelve persons; the first of them is named in every second secret, the next in few."""
    everybody = [person for _, person in filling.persons]
    many, few = everybody[1], everybody[2]
    named = set(filling.chance.sample(everybody[4:], filling.chance.randrange(1, 12)))
    if number % 2:
        named.add(many)
    if number % 1000 == 7:
        named.add(few)
    return sorted(named)
