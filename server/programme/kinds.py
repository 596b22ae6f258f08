"""The guarded kind of the programme: a research concept.

Owns what its state means in SQL. A concept belongs to no council: its log is the system log.
"""

from sqlalchemy import Table, case, exists

from server.access import ways
from server.access.kind import Kind
from server.access.relations import officers
from server.access.vocabulary import KindName
from server.audit.facts import holds
from server.programme.models import Adoption, ConceptState, ResearchConcept

_concept: Table = ResearchConcept.__table__  # type: ignore[attr-defined]
_adoption: Table = Adoption.__table__  # type: ignore[attr-defined]

_adopted = exists().where(_adoption.c.concept_id == _concept.c.id, holds(_adoption))

CONCEPT = Kind(
    name=KindName.CONCEPT,
    table=_concept,
    states=tuple(state.value for state in ConceptState),
    state=case((_adopted, ConceptState.ADOPTED.value), else_=ConceptState.IN_CALL.value),
    relations=officers(None),
    ways=ways.officers(None),
    columns=(_concept.c.funding_agency_id, _concept.c.representative),
)
