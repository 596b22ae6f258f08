"""Acts that take two persons of two parts: two of one office, or of one side, are not enough.

Owns that comparison alone (separation of duties, policies/README.md). That there are two persons
at all is a matter of `approvals.py`.
"""

from server.access.deciding import held_to
from server.access.grant import Grant
from server.access.vocabulary import Relation
from server.ids import Id
from server.problems import SecondPersonNeeded


class OtherPartNeeded(SecondPersonNeeded):
    code = "other_part_needed"
    ja = "この操作は、異なる立場の二人（parts のうち二つ）で、同じ内容で行います。"
    en = "This act takes two persons of different parts (two of `parts`), with the same content."


def check(grant: Grant) -> None:
    """Raises OtherPartNeeded unless the proposer may do the act by a part the caller has not."""
    proposer: Id | None = grant.body.get("proposer")
    theirs = frozenset[Relation]() if proposer is None else _parts_of(grant, proposer)
    if not theirs or theirs == grant.by:
        suffices = grant.parts.policy.suffices(grant.action, grant.kind.name)
        raise OtherPartNeeded(parts=sorted(suffices.get(grant.thing.state, ())))


def _parts_of(grant: Grant, person_id: Id) -> frozenset[Relation]:
    """The relations by which somebody else may do the very act, now."""
    kind = grant.kind
    row = kind.one.row(grant.tx, {"id": grant.id, "person": person_id, "now": grant.now})
    if row is None:
        return frozenset()
    held = held_to(kind, row)
    return grant.parts.policy.allows(held, row.category, grant.action, kind.name, row.state)
