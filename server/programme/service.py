"""What happens to the programme after loading.

Owns the verbs of the registry, but for adopted projects (`projects.py`). A verb enters facts in the
system log; the caller's entry vouches for them. Nothing here changes a stored row, and nothing here
decides who may.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from server.audit.facts import enter
from server.audit.models import SYSTEM
from server.clock import in_japan
from server.database import Tx
from server.problems import Conflict, Malformed
from server.programme.models import (
    Adoption,
    AdoptionBasis,
    ConceptRevision,
    ResearchConcept,
    Technology,
    Vision,
    VisionAmendment,
)


class TechnologyExists(Conflict):
    code = "technology_exists"
    ja = "同じidの技術があります。別のidにしてください。既存の技術は変わりません（BR-53）。"
    en = "A technology has this id. Give another; existing ones never change (BR-53)."


class NotYet(Malformed):
    code = "date_in_future"
    ja = "日付が未来です。公表・決定された後に記録してください。"
    en = "The date lies in the future. Record it once it has been published or decided."


class NamedTwice(Malformed):
    code = "named_twice"
    ja = "同じものが二度指定されています。twice を確認してください。"
    en = "Something is named twice. See `twice`."


class UnknownReference(Malformed):
    code = "unknown_reference"
    ja = "存在しないidが指定されています。unknown を確認してください。"
    en = "An id that was named does not exist. See `unknown`."


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTechnology:
    """A technology an amendment adds."""

    id: str
    domain: str
    name_ja: str
    heading: str | None
    notes: str | None


def publish_adoption(
    tx: Tx,
    concept: ResearchConcept,
    *,
    published_on: str,
    project_title: str | None,
    source: str | None,
    by: str,
) -> Adoption:
    """Record that the funding agency has published an adoption (BR-02). Raises NotYet."""
    _has_come(tx, published_on)
    adoption = Adoption(
        concept_id=concept.id,
        published_on=published_on,
        basis=AdoptionBasis.PUBLISHED.value,
        project_title=project_title,
        source=source,
        recorded_by=by,
    )
    return enter(tx, SYSTEM, adoption)


def amend_vision(
    tx: Tx,
    vision: Vision,
    *,
    amended_on: str,
    reason: str,
    technologies: Sequence[NewTechnology],
    by: str,
) -> VisionAmendment:
    """Add technologies to a vision; no existing concept or technology changes (BR-53).

    Raises NotYet, NamedTwice, TechnologyExists.
    """
    _has_come(tx, amended_on)
    each_once(t.id for t in technologies)
    if taken := [t.id for t in technologies if tx.session.get(Technology, t.id) is not None]:
        raise TechnologyExists(", ".join(taken))
    amendment = VisionAmendment(
        vision_id=vision.id, amended_on=amended_on, reason=reason, recorded_by=by
    )
    enter(tx, SYSTEM, amendment)
    for technology in technologies:
        _enter_technology(tx, amendment, technology)
    return amendment


def revise_concept(
    tx: Tx,
    concept: ResearchConcept,
    *,
    revised_on: str,
    title_ja: str | None,
    changes: str,
    reason: str,
    by: str,
) -> ConceptRevision:
    """Record that a concept was revised; what was published stays readable. Raises NotYet."""
    _has_come(tx, revised_on)
    revision = ConceptRevision(
        concept_id=concept.id,
        revised_on=revised_on,
        title_ja=title_ja,
        changes=changes,
        reason=reason,
        recorded_by=by,
    )
    return enter(tx, SYSTEM, revision)


def _enter_technology(tx: Tx, amendment: VisionAmendment, new: NewTechnology) -> Technology:
    row = Technology(
        id=new.id,
        vision_id=amendment.vision_id,
        domain=new.domain,
        name_ja=new.name_ja,
        heading=new.heading,
        notes=new.notes,
        source="{}",
        added_by=amendment.id,
    )
    return enter(tx, SYSTEM, row)


def _has_come(tx: Tx, day: str) -> None:
    """Refuse a day that has not begun in Japan."""
    if day > in_japan(tx.now).date().isoformat():
        raise NotYet(day)


def each_once(names: Iterable[str]) -> None:
    """Raises NamedTwice where one of the names comes twice."""
    listed = list(names)
    if twice := sorted({name for name in listed if listed.count(name) > 1}):
        raise NamedTwice(twice=twice)
