"""Which thing a route speaks of: by its path, or because it speaks of the caller or of the whole.

Owns what an id may look like before anything is asked for by it. Never looks whether there is such
a thing.
"""

from collections.abc import Mapping
from typing import Any

from server.access.kind import Kind
from server.access.vocabulary import KindName
from server.identity.caller import Caller
from server.ids import Id
from server.problems import NotFound

LONGEST = 64
INSTALLATION_ID = "installation"


def thing_id(kind: Kind, caller: Caller, path: Mapping[str, Any]) -> Id:
    """The id a route speaks of: from its path, the caller's own, or the installation."""
    id = asked_id(kind, caller, path)
    if not is_plain(id):
        raise NotFound  # no id looks like this; it is not put to a database
    return id


def asked_id(kind: Kind, caller: Caller, path: Mapping[str, Any]) -> str:
    """As `thing_id`, for the entry of a refusal: any text a caller may have sent."""
    if kind.name is KindName.PERSON:
        return caller.person_id
    if kind.name is KindName.INSTALLATION:
        return INSTALLATION_ID
    return str(path[f"{kind.name}_id"])


def is_plain(id: str) -> bool:
    """Whether an id could be one of ours: short, and no control characters."""
    return len(id) <= LONGEST and id.isprintable()
