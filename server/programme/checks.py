"""The rules across entries of the shipped registry, each a generator of the faults it finds.

Owns what must hold between files. It changes nothing and stops at nothing: all faults are listed.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

from server.programme.bodies import Organisation
from server.programme.contents import (
    AMBIGUITIES,
    CONCEPTS,
    ORGANISATIONS,
    TECHNOLOGIES,
    VISIONS,
    Registry,
)
from server.programme.counting import faults_of_counting
from server.programme.facts import Ambiguity, Concept, Technology, Vision
from server.programme.faults import Fault, Rule

Bodies = Mapping[str, Organisation]

ORGAN_ROLE = "council_participating_organ"
MINISTER_ROLE = "establishing_minister"


def faults_across(registry: Registry) -> Iterator[Fault]:
    """Every broken rule between entries and files, in the order of the files."""
    return chain(
        _ids_once(registry),
        _of_organisations(registry),
        _of_visions(registry),
        _of_technologies(registry),
        chain.from_iterable(_of_concept(c, registry) for c in registry.concepts),
        _readings_resolve(registry),
        faults_of_counting(registry),
    )


def _ids_once(registry: Registry) -> Iterator[Fault]:
    for file, entries in _by_file(registry).items():
        yield from (
            Fault(file, twice, Rule.ID_TWICE, "id") for twice in _twice(e.id for e in entries)
        )
    for name in _twice(o.name_ja for o in registry.organisations):
        bearers = ", ".join(o.id for o in registry.organisations if o.name_ja == name)
        yield Fault(ORGANISATIONS, bearers, Rule.NAME_TWICE, name)


def _by_file(
    registry: Registry,
) -> Mapping[str, Iterable[Vision | Technology | Concept | Organisation | Ambiguity]]:
    return {
        VISIONS: registry.visions,
        TECHNOLOGIES: registry.technologies,
        CONCEPTS: registry.concepts,
        ORGANISATIONS: registry.organisations,
        AMBIGUITIES: registry.ambiguities,
    }


def _twice(names: Iterable[str]) -> list[str]:
    return [name for name, number in Counter(names).items() if number > 1]


def _bodies(registry: Registry) -> Bodies:
    return {o.id: o for o in registry.organisations}


def _of_organisations(registry: Registry) -> Iterator[Fault]:
    bodies = _bodies(registry)
    for body in registry.organisations:
        if body.parent is not None and body.parent not in bodies:
            yield Fault(ORGANISATIONS, body.id, Rule.NO_SUCH_ID, f"parent: {body.parent}")
        if _leads_back(body, bodies):
            yield Fault(ORGANISATIONS, body.id, Rule.PARENT_CYCLE, f"parent: {body.parent}")
    for agency in _twice(f.funding_agency for f in registry.funds):
        yield Fault(ORGANISATIONS, agency, Rule.ID_TWICE, "funds")
    for fund in registry.funds:
        here = fund.funding_agency
        yield from _expect(
            bodies, ORGANISATIONS, here, "funding_agency", here, kind="funding_agency"
        )
        yield from _expect(bodies, ORGANISATIONS, here, "minister", fund.minister, kind="minister")
        yield from _expect(bodies, ORGANISATIONS, here, "ministry", fund.ministry, kind="ministry")
    co_founder = registry.co_founding_minister
    yield from _expect(
        bodies, ORGANISATIONS, "co_founding_minister", "id", co_founder, kind="minister"
    )


def _leads_back(body: Organisation, bodies: Bodies) -> bool:
    above, seen = body.parent, set[str]()
    while above is not None and above in bodies and above not in seen:
        if above == body.id:
            return True
        seen.add(above)
        above = bodies[above].parent
    return False


def _expect(
    bodies: Bodies,
    file: str,
    entry: str,
    field: str,
    named: str,
    *,
    kind: str | None = None,
    role: str | None = None,
) -> Iterator[Fault]:
    """A fault when `named` is no organisation, or not of this kind and role."""
    body = bodies.get(named)
    if body is None:
        yield Fault(file, entry, Rule.NO_SUCH_ID, f"{field}: {named}")
    elif (kind and body.kind != kind) or (role and role not in body.programme_roles):
        yield Fault(file, entry, Rule.WRONG_KIND, f"{field}: {named} is {body.kind}")


def _of_visions(registry: Registry) -> Iterator[Fault]:
    bodies = _bodies(registry)
    for vision in registry.visions:
        for decider in vision.decided_by:
            yield from _expect(
                bodies, VISIONS, vision.id, "decided_by", decider, role="vision_decision"
            )
        if vision.discussion_started and vision.discussion_started > vision.decided:
            found = f"discussion_started {vision.discussion_started} after decided {vision.decided}"
            yield Fault(VISIONS, vision.id, Rule.DATES, found)


def _of_technologies(registry: Registry) -> Iterator[Fault]:
    visions = {v.id for v in registry.visions}
    for technology in registry.technologies:
        if technology.vision not in visions:
            found = f"vision: {technology.vision}"
            yield Fault(TECHNOLOGIES, technology.id, Rule.NO_SUCH_ID, found)


def _of_concept(concept: Concept, registry: Registry) -> Iterator[Fault]:
    bodies = _bodies(registry)
    yield from _concept_references(concept, registry)
    yield from _dates(concept)
    if concept.council_list is None:
        yield from _without_list(concept)
    else:
        yield from _organs(concept, bodies)
        yield from _as_printed(concept, bodies)
        yield from _ministers(concept, registry)


def _concept_references(concept: Concept, registry: Registry) -> Iterator[Fault]:
    here, technologies = concept.id, {t.id: t for t in registry.technologies}
    if concept.vision not in {v.id for v in registry.visions}:
        yield Fault(CONCEPTS, here, Rule.NO_SUCH_ID, f"vision: {concept.vision}")
    if concept.council_list is not None and concept.council_list not in registry.council_lists:
        yield Fault(CONCEPTS, here, Rule.NO_SUCH_ID, f"council_list: {concept.council_list}")
    yield from _expect(
        _bodies(registry),
        CONCEPTS,
        here,
        "funding_agency",
        concept.funding_agency,
        kind="funding_agency",
    )
    for named in _twice(concept.technologies):
        yield Fault(CONCEPTS, here, Rule.NAMED_TWICE, f"technologies: {named}")
    for named in concept.technologies:
        if named not in technologies:
            yield Fault(CONCEPTS, here, Rule.NO_SUCH_ID, f"technologies: {named}")
        elif technologies[named].vision != concept.vision:
            yield Fault(CONCEPTS, here, Rule.OTHER_VISION, f"technologies: {named}")


def _dates(concept: Concept) -> Iterator[Fault]:
    if concept.decided_date and not concept.decided_date.startswith(f"{concept.decided_month}-"):
        found = f"decided_date {concept.decided_date}, decided_month {concept.decided_month}"
        yield Fault(CONCEPTS, concept.id, Rule.DATES, found)
    if concept.revised_month and concept.revised_month < (concept.decided_month or ""):
        found = f"revised_month {concept.revised_month} before {concept.decided_month}"
        yield Fault(CONCEPTS, concept.id, Rule.DATES, found)


def _without_list(concept: Concept) -> Iterator[Fault]:
    """A concept no list names has nothing to say about its council (C-AI-01)."""
    for field in ("establishing_ministers", "organs", "organs_verbatim", "representative"):
        if getattr(concept, field):
            yield Fault(CONCEPTS, concept.id, Rule.WITHOUT_LIST, field)


def _organs(concept: Concept, bodies: Bodies) -> Iterator[Fault]:
    here = concept.id
    for organ in _twice(concept.organ_ids):
        yield Fault(CONCEPTS, here, Rule.NAMED_TWICE, f"organs: {organ}")
    for seat in concept.organs:
        for organ in seat.org_ids:
            if (body := bodies.get(organ)) is None:
                yield Fault(CONCEPTS, here, Rule.NO_SUCH_ID, f"organs: {organ}")
            elif body.kind == "cabinet_organ":
                yield Fault(CONCEPTS, here, Rule.BARE_OFFICE, f"organs: {organ}")
            elif ORGAN_ROLE not in body.programme_roles:
                yield Fault(CONCEPTS, here, Rule.NOT_AN_ORGAN, f"organs: {organ}")
            elif body.name_ja not in seat.as_written:
                found = f"organs: {organ} ({body.name_ja}) in {seat.as_written}"
                yield Fault(CONCEPTS, here, Rule.NAME_DIFFERS, found)


def _as_printed(concept: Concept, bodies: Bodies) -> Iterator[Fault]:
    """The printed list is the organs, then the funding agency's short name, then PD or PO."""
    if concept.representative is None:
        yield Fault(CONCEPTS, concept.id, Rule.NO_REPRESENTATIVE, "representative: null")
    agency = bodies.get(concept.funding_agency)
    tail = [(agency.abbr if agency else None) or "?", concept.representative or "?"]
    made = "、".join([*(seat.as_written for seat in concept.organs), *tail])
    if made != concept.organs_verbatim:
        found = f"organs give {made}; organs_verbatim is {concept.organs_verbatim}"
        yield Fault(CONCEPTS, concept.id, Rule.NOT_AS_PRINTED, found)


def _ministers(concept: Concept, registry: Registry) -> Iterator[Fault]:
    """BR-05: the fund's minister and the co-founding minister, whose ministries are no organs."""
    bodies, here = _bodies(registry), concept.id
    fund = {f.funding_agency: f for f in registry.funds}.get(concept.funding_agency)
    found = [m.org for m in concept.establishing_ministers]
    expected = [fund.minister if fund else "?", registry.co_founding_minister]
    if found != expected:
        yield Fault(CONCEPTS, here, Rule.MINISTERS, f"found {found}, expected {expected}")
    for minister in concept.establishing_ministers:
        body = bodies.get(minister.org)
        yield from _expect(bodies, CONCEPTS, here, "minister", minister.org, role=MINISTER_ROLE)
        if body and body.name_ja != minister.as_written:
            found_name = f"establishing_ministers: {minister.as_written} is not {body.name_ja}"
            yield Fault(CONCEPTS, here, Rule.NAME_DIFFERS, found_name)
    if fund and fund.ministry in concept.organ_ids:
        yield Fault(CONCEPTS, here, Rule.ESTABLISHER_AMONG_ORGANS, f"organs: {fund.ministry}")


def _readings_resolve(registry: Registry) -> Iterator[Fault]:
    known = {a.id for a in registry.ambiguities}
    citing: Mapping[str, Iterable[Vision | Technology | Concept]] = {
        VISIONS: registry.visions,
        TECHNOLOGIES: registry.technologies,
        CONCEPTS: registry.concepts,
    }
    for file, entries in citing.items():
        for entry in entries:
            for reading in entry.ambiguities:
                if reading not in known:
                    yield Fault(file, entry.id, Rule.NO_SUCH_ID, f"ambiguities: {reading}")
