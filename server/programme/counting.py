"""How many entries there are, and whether the data say so themselves.

The expected numbers are facts of the shipped data (`counts` in each file), never of this program.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from server.programme import contents
from server.programme.contents import Registry
from server.programme.faults import Fault, Rule

Tally = dict[str, int]


def faults_of_counting(registry: Registry) -> Iterator[Fault]:
    """Every stated number that differs from the entries, and every number not stated."""
    for file, counted in counts_of(registry).items():
        stated = _flat(registry.counts[file])
        for name in sorted(counted.keys() | stated.keys()):
            if counted.get(name, 0) != stated.get(name, "not stated"):
                found = f"counted {counted.get(name, 0)}, stated {stated.get(name, 'not at all')}"
                yield Fault(file, f"counts.{name}", Rule.COUNT, found)
    for vision in registry.visions:
        counted_here = sum(t.vision == vision.id for t in registry.technologies)
        if counted_here != vision.technologies:
            found = f"technologies: counted {counted_here}, stated {vision.technologies}"
            yield Fault(contents.VISIONS, vision.id, Rule.COUNT, found)


def counts_of(registry: Registry) -> dict[str, Tally]:
    """The numbers of each file by name (`by_vision.V1`), counted from the entries."""
    return {
        contents.VISIONS: {"visions": len(registry.visions)},
        contents.TECHNOLOGIES: _of_technologies(registry),
        contents.CONCEPTS: _of_concepts(registry),
        contents.ORGANISATIONS: {
            "organisations": len(registry.organisations),
            **_by("by_kind", (o.kind for o in registry.organisations)),
        },
        contents.AMBIGUITIES: {"ambiguities": len(registry.ambiguities)},
    }


def _of_technologies(registry: Registry) -> Tally:
    technologies = registry.technologies
    return {
        "technologies": len(technologies),
        **_by("by_vision", (t.vision for t in technologies)),
        **_by("by_domain", (f"{t.domain}.total" for t in technologies)),
        **_by("by_domain", (f"{t.domain}.{t.vision}" for t in technologies)),
    }


def _of_concepts(registry: Registry) -> Tally:
    concepts = registry.concepts
    listed = [c for c in concepts if c.council_list is not None]
    dates = {name: printed.dated for name, printed in registry.council_lists.items()}
    return {
        "concepts": len(concepts),
        "with_council_list": len(listed),
        "without_council_list": len(concepts) - len(listed),
        "expected_participations": sum(len(c.organ_ids) for c in concepts),
        **_by("by_list", (c.council_list or "" for c in listed)),
        **_by("by_list_date", (dates.get(c.council_list or "", "?") for c in listed)),
        **_by("by_vision", (c.vision for c in concepts)),
        **_by("by_funding_agency", (c.funding_agency for c in concepts)),
        **_by("listed_by_funding_agency", (c.funding_agency for c in listed)),
        **_by("by_representative", (c.representative or "none" for c in listed)),
        "by_status.adopted": sum(c.status.adopted is True for c in concepts),
        "by_status.call_or_review": sum(c.status.call_or_review is True for c in concepts),
        "by_status.council_held": sum(c.status.council_held is True for c in concepts),
    }


def _by(name: str, keys: Iterable[str]) -> Tally:
    return {f"{name}.{key}": number for key, number in Counter(keys).items()}


def _flat(stated: Mapping[str, Any], before: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, part in stated.items():
        inside = _flat(part, f"{before}{key}.") if isinstance(part, Mapping) else None
        flat.update(inside if inside is not None else {f"{before}{key}": part})
    return flat
