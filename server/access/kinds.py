"""The two kinds that access itself owns: the installation, and a person to themselves."""

from sqlalchemy import Table, literal

from server.access import ways
from server.access.condition import Condition, Part, way
from server.access.kind import PERSON, Kind
from server.access.models import Installation
from server.access.relations import officers
from server.access.vocabulary import KindName, Relation
from server.identity.models import Person

_installation: Table = Installation.__table__  # type: ignore[attr-defined]
_person: Table = Person.__table__  # type: ignore[attr-defined]

INSTALLATION = Kind(
    name=KindName.INSTALLATION,
    table=_installation,
    states=("running",),
    state=literal("running"),
    relations=officers(None),
    ways=ways.officers(None),
)

PERSON_KIND = Kind(
    name=KindName.PERSON,
    table=_person,
    states=("present",),
    state=literal("present"),
    relations={Relation.SELF: _person.c.id == PERSON},
    ways={Relation.SELF: way(Part(Condition.IS_SELF, _person.c.id == PERSON))},
    columns=(_person.c.name, _person.c.kana, _person.c.email),
)
