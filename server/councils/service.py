"""Preparing a council, its requirements and its ministers' signing officials.

Owns the verbs before establishment. A council comes with its own log and its own key;
the expected organs of its concept become invitations, never members (BR-08).
"""

from sqlalchemy import Table, bindparam, select

from server.access import departing, holding, seats
from server.access.models import Office
from server.access.vocabulary import Category, OfficeRole
from server.audit import facts
from server.audit import service as audit
from server.audit.facts import holds
from server.councils import facts as council_facts
from server.councils.invitations import invite_founder, invite_published
from server.councils.models import (
    Council,
    CouncilMinister,
    RepresentativeMode,
    Requirement,
    RequirementFinding,
)
from server.database import Tx
from server.identity import service as identity
from server.ids import Id, new_id
from server.keys import service as keys
from server.problems import Conflict
from server.programme import queries
from server.programme.models import (
    ConceptMinister,
    ConceptState,
    ExpectedOrgan,
    ResearchConcept,
)

_office: Table = Office.__table__  # type: ignore[attr-defined]
_printed_minister: Table = ConceptMinister.__table__  # type: ignore[attr-defined]
_concept: Table = ResearchConcept.__table__  # type: ignore[attr-defined]
_organ: Table = ExpectedOrgan.__table__  # type: ignore[attr-defined]


class HasCouncil(Conflict):
    code = "council_exists"
    ja = "この研究開発構想には既に協議会があります。協議会は構想ごとに一つです（BR-01）。"
    en = "This concept has a council. It is one council per research concept (BR-01)."


class NotAdopted(Conflict):
    code = "not_adopted"
    ja = "採択結果が公表されていません。公表を記録してから協議会を準備してください（BR-02）。"
    en = "No adoption has been published. Record it before preparing a council (BR-02)."


class NotDesignatedFund(Conflict):
    code = "not_designated_fund"
    ja = "指定基金による研究開発ではないため、指定基金協議会は置けません（BR-06）。"
    en = "Not paid from a designated fund: no designated-fund council can be chosen (BR-06)."


class ModeImpossible(Conflict):
    code = "representative_mode"
    ja = (
        "この構想の代表者（PD・PO）と合いません。"
        "PDの構想でPOを代表者とみなすことはできません（BR-12）。"
    )
    en = "The concept's representative is another: a PO cannot be deemed in a PD concept (BR-12)."


class NotEstablishingMinister(Conflict):
    code = "not_establishing_minister"
    ja = "この協議会の設置大臣ではありません。ministers から選んでください（BR-05）。"
    en = "Not an establishing minister of this council. Choose one of `ministers` (BR-05)."


class SignsForOther(Conflict):
    code = "signs_for_other_minister"
    ja = "この人はもう一方の設置大臣のために署名します。別の人を指名してください（BR-05）。"
    en = "This person signs for the other establishing minister. Name somebody else (BR-05)."


def prepare(
    tx: Tx,
    concept: ResearchConcept,
    *,
    mode: RepresentativeMode,
    representative: Id,
    origin_host: str,
    by: Id,
) -> Council:
    """Prepare the council of a concept, with invitations to its founders and expected organs.

    Raises NotAdopted (BR-02), HasCouncil (BR-01), NotDesignatedFund (BR-06), ModeImpossible
    (BR-12), NotFound (representative).
    """
    identity.name_of(tx, representative)
    if queries.state_of(tx, concept) is not ConceptState.ADOPTED:
        raise NotAdopted
    if council_facts.council_of_concept(tx, concept.id) is not None:
        raise HasCouncil
    ministers = ministers_of_fund(tx, concept)
    _check_mode(concept, mode)
    council = _create(tx, concept, mode, origin_host=origin_host, by=by)
    for position, minister in enumerate(ministers, 1):
        row = CouncilMinister(council_id=council.id, organisation_id=minister, position=position)
        facts.enter(tx, council.id, row)
        invite_founder(tx, council, Category.ESTABLISHING_MINISTRY, organisation_id=minister, by=by)
    invite_founder(tx, council, category_of(mode), person_id=representative, by=by)
    agency = concept.funding_agency_id
    invite_published(tx, council, Category.FUNDING_AGENCY, agency, as_written=None, by=by)
    for organ in _expected(tx, concept):
        category = Category.IMPLEMENTER_GOVERNMENT
        invite_published(
            tx, council, category, organ.organisation_id, as_written=organ.as_written, by=by
        )
    return council


def category_of(mode: RepresentativeMode) -> Category:
    """The research representative's category in a council of this mode."""
    is_pd = mode is RepresentativeMode.PD
    return Category.PROGRAM_DIRECTOR if is_pd else Category.PROGRAM_OFFICER


def ministers_of_fund(tx: Tx, concept: ResearchConcept) -> list[str]:
    """設置大臣: those of the agency's fund, as every published list has them (BR-05, ACT 63(4)).

    They follow from the agency alone, so a concept without a list of its own has them too. Raises
    NotDesignatedFund for an agency no list ever named (BR-06).
    """
    joined = _printed_minister.join(_concept, _printed_minister.c.concept_id == _concept.c.id)
    query = (
        select(_printed_minister.c.organisation_id, _printed_minister.c.position)
        .select_from(joined)
        .where(_concept.c.funding_agency_id == concept.funding_agency_id)
        .distinct()
        .order_by(_printed_minister.c.position)
    )
    found = [row.organisation_id for row in tx.connection.execute(query)]
    if len(found) != 2:
        raise NotDesignatedFund(funding_agency=concept.funding_agency_id)
    return found


def _check_mode(concept: ResearchConcept, mode: RepresentativeMode) -> None:
    published = concept.representative
    if published is not None and (mode is RepresentativeMode.PD) != (published == "pd"):
        raise ModeImpossible(published=published)


def _create(
    tx: Tx, concept: ResearchConcept, mode: RepresentativeMode, *, origin_host: str, by: Id
) -> Council:
    council_id = new_id(tx.now)
    audit.create(tx, council_id, f"{origin_host}/council/{council_id}")
    keys.create(tx, council_id)
    council = Council(
        id=council_id, concept_id=concept.id, representative_mode=mode, prepared_by=by
    )
    return facts.enter(tx, council_id, council)


def _expected(tx: Tx, concept: ResearchConcept) -> list[ExpectedOrgan]:
    query = select(ExpectedOrgan).where(_organ.c.concept_id == concept.id)
    return list(tx.session.scalars(query.order_by(_organ.c.position)))


def record_requirement(
    tx: Tx, council_id: Id, requirement: Requirement, *, met: bool, basis: str, by: Id
) -> RequirementFinding:
    """Record that a requirement is met or not, and on what basis; earlier findings stay (BR-03)."""
    row_id = new_id(tx.now)
    finding = RequirementFinding(
        id=row_id,
        council_id=council_id,
        requirement=requirement,
        met=met,
        basis=keys.seal_field(tx, council_id, ("requirement_finding", "basis", row_id), basis),
        recorded_by=by,
    )
    return facts.enter(tx, council_id, finding)


def name_official(tx: Tx, council_id: Id, *, minister: str, person_id: Id, by: Id) -> Office:
    """Name who signs for an establishing minister; whoever did before no longer does (BR-05).

    Raises NotEstablishingMinister, NotAffiliated, SignsForOther, HoldsOffice.
    """
    ministers = council_facts.ministers(tx, council_id)
    if minister not in ministers:
        raise NotEstablishingMinister(ministers=ministers)
    holding.hold_still(tx, council_id, person_id)
    if not identity.affiliated(tx, person_id, minister):
        raise seats.NotAffiliated
    seats.check_may_sit(tx, council_id, person_id)
    if council_facts.ministers_for(tx, council_id, person_id) - {minister}:
        raise SignsForOther
    before = _officials(tx, council_id, minister)
    for earlier in before:
        facts.end(tx, earlier, by=by, reason="replaced")
    office = Office(
        council_id=council_id,
        person_id=person_id,
        role=OfficeRole.ESTABLISHING_MINISTRY,
        organisation_id=minister,
        valid_from=tx.now,
        valid_to=None,
    )
    facts.enter(tx, council_id, office)
    gone = {earlier.person_id for earlier in before} - {person_id}
    departing.signed_out(tx, gone, by=by, reason="replaced")
    return office


def _officials(tx: Tx, council_id: Id, minister: str) -> list[Office]:
    query = select(Office).where(
        _office.c.council_id == bindparam("council"),
        _office.c.role == OfficeRole.ESTABLISHING_MINISTRY,
        _office.c.organisation_id == minister,
        holds(_office),
    )
    return list(tx.session.scalars(query, {"now": tx.now, "council": council_id}))
