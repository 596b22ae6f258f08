"""What one policy decides otherwise than another.

Owns the comparison: over the whole finite space, every decision that is newly made or no longer,
and every requirement of an action that changed. Which words are used for it is told elsewhere.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from server.access.policy import Policy, Requirement
from server.access.vocabulary import Action, KindName, Relation

REQUIREMENTS = ("scope", "step_up_seconds", "persons", "categories")


@dataclass(frozen=True, slots=True, order=True)
class Decision:
    """A relation may newly do an action to a kind in a state, or (`is_allowed` false) no longer."""

    kind: KindName
    state: str
    action: Action
    relation: Relation
    is_allowed: bool


@dataclass(frozen=True, slots=True, order=True)
class Required:
    """What an action needs besides a relation has changed: which requirement, from what to what."""

    action: Action
    requirement: str
    old: str
    new: str


Change = Decision | Required


def changes(old: Policy, new: Policy) -> list[Change]:
    """Every change from `old` to `new`: decisions first, then requirements."""
    return [*sorted(_decisions(old, new)), *sorted(_requirements(old, new))]


def _decisions(old: Policy, new: Policy) -> Iterator[Decision]:
    before, after = set(_allowed(old)), set(_allowed(new))
    for decision in before ^ after:
        yield Decision(*decision, is_allowed=decision in after)


def _allowed(policy: Policy) -> Iterator[tuple[KindName, str, Action, Relation]]:
    for (kind, state), actions in policy.table.items():
        for action, relations in actions.items():
            yield from ((kind, state, action, relation) for relation in relations)


def _requirements(old: Policy, new: Policy) -> Iterator[Required]:
    # An action that only one of them grants to anybody has changed as a decision.
    for action in old.requirements.keys() & new.requirements.keys():
        before, after = old.requirements[action], new.requirements[action]
        for name in REQUIREMENTS:
            if getattr(before, name) != getattr(after, name):
                yield Required(action, name, _written(before, name), _written(after, name))


def _written(requirement: Requirement, name: str) -> str:
    value = getattr(requirement, name)
    return "|".join(sorted(value)) if name == "categories" else str(value)
