"""The rows a registry means, in an order in which each row follows those it refers to.

Pure: no database, no time. What a row says here is compared with what is stored (`loading.py`).
"""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from sqlmodel import SQLModel

from crypto.canonical import canonical
from server.identity.models import Organisation
from server.programme import bodies, facts
from server.programme.contents import Registry
from server.programme.models import (
    Adoption,
    AdoptionBasis,
    ConceptMinister,
    ConceptTechnology,
    ExpectedOrgan,
    ResearchConcept,
    Technology,
    Vision,
)


@dataclass(frozen=True, slots=True)
class Row:
    """One row to be: `key` finds it again, `values` are compared, `fixed` is set once."""

    model: type[SQLModel]
    key: str
    values: dict[str, Any]
    fixed: dict[str, Any]


def rows_of(registry: Registry) -> Iterator[Row]:
    """Every row of the registry."""
    for body in _parents_first(registry.organisations):
        yield _row(Organisation, body.id, _organisation(body))
    for vision in registry.visions:
        yield _row(Vision, vision.id, _vision(vision))
    for technology in registry.technologies:
        yield _row(Technology, technology.id, _technology(technology), added_by=None)
    for concept in registry.concepts:
        yield _row(ResearchConcept, concept.id, _concept(concept))
        yield from _technologies(concept)
        yield from _ministers(concept)
        yield from _organs(concept)
        yield from _adoption(concept)


def key_of(stored: SQLModel) -> str:
    """The `key` of a stored row: its id, or for a shipped adoption the concept's."""
    return stored.concept_id if isinstance(stored, Adoption) else str(getattr(stored, "id", ""))


def _row(model: type[SQLModel], key: str, values: dict[str, Any], **fixed: Any) -> Row:
    return Row(model, key, values, {"id": key, **fixed})


def _parents_first(organisations: Iterable[bodies.Organisation]) -> Iterator[bodies.Organisation]:
    waiting, placed = list(organisations), set[str]()
    while waiting:
        ready = [o for o in waiting if o.parent is None or o.parent in placed]
        yield from ready
        placed.update(o.id for o in ready)
        waiting = [o for o in waiting if o.id not in placed]


def _organisation(body: bodies.Organisation) -> dict[str, Any]:
    told = ("named_in_seeds", "seeds", "name_en_status", "note", "aliases")
    return {
        "name_ja": body.name_ja,
        "name_en": body.name_en,
        "kind": body.kind,
        "parent_id": body.parent,
        "abbr": body.abbr,
        "roles": canonical(list(body.programme_roles)).decode(),
        "source": _told(body, told),
    }


def _vision(vision: facts.Vision) -> dict[str, Any]:
    told = (
        "source", "decided_by", "decided_by_text", "discussion_started", "drafting",
        "planning_horizon", "later_change", "ambiguities",
    )  # fmt: skip
    return {
        "name_ja": vision.name_ja,
        "name_en": vision.name_en,
        "decided_on": vision.decided,
        "source": _told(vision, told),
    }


def _technology(technology: facts.Technology) -> dict[str, Any]:
    return {
        "vision_id": technology.vision,
        "domain": technology.domain,
        "name_ja": technology.name_ja,
        "heading": technology.heading,
        "notes": technology.note,
        "source": _told(technology, ("variants_in_seeds", "ambiguities")),
    }


def _concept(concept: facts.Concept) -> dict[str, Any]:
    told = (
        "source", "status", "organs_verbatim", "technologies_basis", "list_number", "decided_date",
        "decided_month_note", "revised_month", "title_as_printed_in_list", "title_in_status_table",
        "domain_in_status_table", "ambiguities",
    )  # fmt: skip
    return {
        "title_ja": concept.title_ja,
        "vision_id": concept.vision,
        "funding_agency_id": concept.funding_agency,
        "representative": concept.representative and concept.representative.lower(),
        "council_list": concept.council_list,
        "decided_month": concept.decided_month,
        "call_started_month": concept.call_started_month,
        "source": _told(concept, told),
    }


def _technologies(concept: facts.Concept) -> Iterator[Row]:
    for technology in concept.technologies:
        values = {"concept_id": concept.id, "technology_id": technology}
        yield _row(ConceptTechnology, f"{concept.id}/{technology}", values)


def _ministers(concept: facts.Concept) -> Iterator[Row]:
    for position, minister in enumerate(concept.establishing_ministers, 1):
        values = _seat(concept, minister.org, minister.as_written, position)
        yield _row(ConceptMinister, f"{concept.id}/{minister.org}", values)


def _organs(concept: facts.Concept) -> Iterator[Row]:
    printed = [(organ, seat.as_written) for seat in concept.organs for organ in seat.org_ids]
    for position, (organ, as_written) in enumerate(printed, 1):
        values = _seat(concept, organ, as_written, position)
        yield _row(ExpectedOrgan, f"{concept.id}/{organ}", values)


def _seat(concept: facts.Concept, organ: str, as_written: str, position: int) -> dict[str, Any]:
    return {
        "concept_id": concept.id,
        "organisation_id": organ,
        "as_written": as_written,
        "position": position,
    }


def _adoption(concept: facts.Concept) -> Iterator[Row]:
    """The status table shows the concept as adopted: a fact with the date of the table."""
    if concept.status.adopted:
        values = {
            "concept_id": concept.id,
            "published_on": concept.status.as_of,
            "basis": AdoptionBasis.STATUS_TABLE.value,
            "project_title": None,
            "source": concept.source.seed,
            "recorded_by": None,
        }
        yield Row(Adoption, concept.id, values, {})


def _told(entry: Any, fields: Iterable[str]) -> str:
    """What has no column of its own, as canonical JSON, without what the data leave out."""
    everything = asdict(entry)
    said = {name: _plain(everything[name]) for name in fields}
    return canonical({k: v for k, v in said.items() if v not in (None, [])}).decode()


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    return [_plain(part) for part in value] if isinstance(value, list | tuple) else value
