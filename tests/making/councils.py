"""An established council with a person in every part, made through the services."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from server import settings
from server.access import seats, text_files
from server.access.models import CouncilRule, Membership, Office
from server.access.vocabulary import Category, OfficeRole, SeatRole
from server.audit import facts
from server.audit.models import SYSTEM
from server.clock import DAY
from server.councils import admissions, duty, establishment, invitations, safety, service
from server.councils import facts as council_facts
from server.councils.models import (
    Admission,
    AdmissionVerdict,
    Council,
    RepresentativeMode,
    Requirement,
)
from server.database import Tx
from server.identity import service as identity
from server.identity import sessions
from server.identity.models import Organisation
from server.programme import loading
from server.programme.models import ResearchConcept
from server.programme.registry import read
from tests.factories import Caller, World
from tests.making.beginnings import copied

FUND, PM = "minister_fund", "minister_pm"
THINK_TANK_ORG, PRIVATE_ORG = "thinktank", "maritime-systems"
ORGAN_A, ORGAN_B = "atla", "cao-oceanpolicy"
_registry = read()
_checklist = text_files.read_folder(settings.read({}).texts)[text_files.CHECKLIST]
# Everything the shipped checklist asks for was found in place.
CHECKED: dict[str, Any] = {
    "checklist": f"{_checklist.id}/{_checklist.versions[-1].version}",
    "items": [item.id for item in _checklist.versions[-1].items],
}


@dataclass(frozen=True)
class MadeCouncil:
    """A council and who is who in it. `memberships`: the membership's id by the caller's name."""

    id: str
    concept_id: str
    memberships: Mapping[str, str]
    organisations: Mapping[str, str]
    minister_fund: Caller
    minister_pm: Caller
    pd: Caller
    fa: Caller
    organ_a: Caller
    organ_b: Caller
    think_tank: Caller
    private: Caller
    deputy_a: Caller
    handler_a: Caller
    secretariat: Caller
    compliance: Caller
    auditor: Caller
    admin: Caller
    stranger: Caller


def load_registry(world: World) -> None:
    """The shipped programme, once per world."""
    with world.parts.database.reading() as tx:
        known = tx.session.get(ResearchConcept, "C-2212A-02") is not None
    if not known:
        copied(world, "registry", lambda: _load_registry(world))


def _load_registry(world: World) -> None:
    with world.changing() as tx:
        loading.load(tx, _registry)


def organisation(tx: Tx, name: str, kind: str = "ministry") -> str:
    """An organisation beyond the registry, once."""
    if tx.session.get(Organisation, name) is None:
        row = Organisation(
            id=name,
            name_ja=name,
            name_en=None,
            kind=kind,
            parent_id=None,
            abbr=None,
            roles="[]",
            source="{}",
            recorded_at=tx.now,
        )
        tx.session.add(row)
        tx.flush()
    return name


def people(world: World, of: Mapping[str, str]) -> dict[str, Caller]:
    """Persons, each in an organisation, with sessions, in one transaction."""
    made = {}
    with world.changing() as tx:
        for name, belongs in of.items():
            world._count += 1
            new = identity.NewPerson(
                name=f"{name} 太郎",
                kana="タロウ",
                email=f"{name}-{world._count}@example.jp",
                organisation_id=organisation(tx, belongs),
                title="課長",
            )
            person = identity.register(tx, new)
            token, _ = sessions.start_session(tx, person.id, hours=12)
            made[name] = Caller(person.id, token, world.client)
    return made


def office(
    tx: Tx, role: OfficeRole, person: str, council_id: str | None, organisation_id: str | None
) -> Office:
    """An office, appointed without ceremony."""
    row = Office(
        council_id=council_id,
        person_id=person,
        role=role,
        organisation_id=organisation_id,
        valid_from=tx.now,
        valid_to=None,
    )
    return facts.enter(tx, council_id or SYSTEM, row)


def rule(tx: Tx, council_id: str, *, by: str, **given: Any) -> CouncilRule:
    """The council's access rules, set without ceremony: no comment period unless one is given."""
    row = CouncilRule(council_id=council_id, made_by=by, **{"comment_days": 0, **given})
    return facts.enter(tx, council_id, row)


def prepared_council(
    world: World,
    who: Mapping[str, Caller],
    *,
    concept: str = "C-2212A-02",
    mode: RepresentativeMode | None = None,
) -> str:
    """A council just prepared, with its offices and both signing officials; its id.

    `who` names secretariat, compliance, auditor, admin, pd, minister_fund, minister_pm.
    """
    with world.changing() as tx:
        by = who["secretariat"].person_id
        found = tx.session.get(ResearchConcept, concept)
        assert found is not None
        mode = mode or RepresentativeMode(found.representative or "pd")
        council = service.prepare(
            tx,
            found,
            mode=mode,
            representative=who["pd"].person_id,
            origin_host=world.parts.settings.origin_host,
            by=by,
        )
        rule(tx, council.id, by=who["compliance"].person_id)
        for name, role in (
            ("secretariat", OfficeRole.SECRETARIAT),
            ("compliance", OfficeRole.COMPLIANCE_OFFICER),
            ("auditor", OfficeRole.AUDITOR),
        ):
            office(tx, role, who[name].person_id, council.id, None)
        office(tx, OfficeRole.SYSTEM_ADMINISTRATOR, who["admin"].person_id, None, None)
        for name, minister in zip((FUND, PM), council_facts.ministers(tx, council.id), strict=True):
            person = who[name].person_id
            service.name_official(tx, council.id, minister=minister, person_id=person, by=by)
    return council.id


def meet_requirements(tx: Tx, council_id: str, by: str) -> None:
    """Every requirement recorded as met."""
    for requirement in Requirement:
        service.record_requirement(
            tx, council_id, requirement, met=True, basis="確認済み（架空）", by=by
        )


def establish(tx: Tx, council: Council, who: Mapping[str, Caller]) -> None:
    """Requirements, the representative's consent, both signatures."""
    meet_requirements(tx, council.id, who["secretariat"].person_id)
    representative = council_facts.founding_representative(tx, council.id)
    assert representative is not None
    consent(tx, representative, who["pd"].person_id)
    digest = admissions.digest_of(establishment.statement(tx, council))
    for name in (FUND, PM):
        establishment.sign(tx, council, digest=digest, by=who[name].person_id)


def consent(tx: Tx, admission: Admission, person: str) -> None:
    """The nominee's consent to what is stated."""
    council = council_facts.find_council(tx, admission.council_id)
    text = admissions.statement_of(admission, council.concept_id)
    admissions.consent(tx, admission, digest=admissions.digest_of(text), by=person)


def joined(
    tx: Tx,
    council: Council,
    category: Category,
    organisation_id: str,
    who: Mapping[str, Caller],
    nominee: Caller,
) -> str:
    """An organisation's membership after invitation, both decisions and consent."""
    admission = invitations.invite(
        tx,
        council,
        category,
        organisation_id=organisation_id,
        person_id=None,
        nominee=nominee.person_id,
        by=who["secretariat"].person_id,
    )
    for name, minister in zip((FUND, PM), council_facts.ministers(tx, council.id), strict=True):
        admissions.decide(
            tx,
            admission,
            minister=minister,
            verdict=AdmissionVerdict.ADMIT,
            reason=None,
            by=who[name].person_id,
        )
    consent(tx, admission, nominee.person_id)
    membership = seats.membership_of(tx, council.id, organisation_id=organisation_id)
    assert membership is not None
    return membership.id


def parties(world: World, concept: str = "C-2212A-02") -> tuple[dict[str, str], dict[str, Caller]]:
    """The members' organisations, and a person for every part in a council of `concept`."""
    return copied(world, ("parties", concept), lambda: _parties(world, concept))


def _parties(world: World, concept: str) -> tuple[dict[str, str], dict[str, Caller]]:
    load_registry(world)
    with world.parts.database.reading() as tx:
        found = tx.session.get(ResearchConcept, concept)
        assert found is not None
        fund, pm = service.ministers_of_fund(tx, found)
        agency = found.funding_agency_id
    organisations = {
        FUND: fund,
        PM: pm,
        "fa": agency,
        "organ_a": ORGAN_A,
        "organ_b": ORGAN_B,
        "think_tank": THINK_TANK_ORG,
        "private": PRIVATE_ORG,
    }
    offices = ("secretariat", "compliance", "auditor", "admin")
    belongs = {
        **organisations,
        "pd": "a-university",
        "deputy_a": ORGAN_A,
        "handler_a": ORGAN_A,
        **dict.fromkeys(offices, "office-org"),
        "stranger": "elsewhere",
    }
    return organisations, people(world, belongs)


def established_council(
    world: World,
    *,
    concept: str = "C-2212A-02",
    confirmed: Collection[str] | None = None,
    mode: RepresentativeMode | None = None,
) -> MadeCouncil:
    """The council of `concept`, established, with a member in every part.

    Everybody with a seat has acknowledged the duty; sessions have just stepped up. Members named in
    `confirmed` (all, unless given) have a safe-management confirmation valid for a year.
    """
    given = (concept, None if confirmed is None else tuple(sorted(confirmed)), mode)
    return copied(world, given, lambda: _established(world, concept, confirmed, mode))


def _established(
    world: World,
    concept: str,
    confirmed: Collection[str] | None,
    mode: RepresentativeMode | None,
) -> MadeCouncil:
    organisations, who = parties(world, concept)
    council_id = prepared_council(world, who, concept=concept, mode=mode)
    with world.changing(council_id) as tx:
        council = council_facts.find_council(tx, council_id)
        establish(tx, council, who)
        members = _members(tx, council, organisations, who)
        _seat_others(tx, members["organ_a"], who)
        for name in (*members, "deputy_a", "handler_a"):
            text = duty.current(tx).name
            duty.acknowledge(tx, council_id, who[name].person_id, text)
        for name in members if confirmed is None else confirmed:
            confirm(tx, council_id, members[name], who["compliance"].person_id)
    return MadeCouncil(
        id=council_id, concept_id=concept, memberships=members, organisations=organisations, **who
    )


def _members(
    tx: Tx, council: Council, organisations: Mapping[str, str], who: Mapping[str, Caller]
) -> dict[str, str]:
    joining = {
        "fa": Category.FUNDING_AGENCY,
        "organ_a": Category.IMPLEMENTER_GOVERNMENT,
        "organ_b": Category.IMPLEMENTER_GOVERNMENT,
        "think_tank": Category.THINK_TANK,
        "private": Category.IMPLEMENTER_PRIVATE,
    }
    members = {
        name: joined(tx, council, category, organisations[name], who, who[name])
        for name, category in joining.items()
    }
    for name in (FUND, PM):
        found = seats.membership_of(tx, council.id, organisation_id=organisations[name])
        assert found is not None
        members[name] = found.id
    director = seats.membership_of(tx, council.id, person_id=who["pd"].person_id)
    assert director is not None
    members["pd"] = director.id
    return members


def _seat_others(tx: Tx, membership_id: str, who: Mapping[str, Caller]) -> None:
    membership = tx.session.get(Membership, membership_id)
    assert membership is not None
    for name, role in (("deputy_a", SeatRole.DEPUTY), ("handler_a", SeatRole.HANDLER)):
        by = who["organ_a"].person_id
        seats.name_seat(tx, membership, who[name].person_id, role, by=by)


def confirm(tx: Tx, council_id: str, membership_id: str, by: str, *, days: float = 365) -> None:
    """A safe-management confirmation of one member."""
    safety.confirm(
        tx,
        council_id,
        membership_id,
        **CHECKED,
        evidence="確認書（架空）",
        valid_to=tx.now + round(days * DAY),
        by=by,
    )
