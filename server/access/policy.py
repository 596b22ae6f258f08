"""The policy folder, read strictly once, as a table that answers by lookup.

Owns Casbin: nothing else imports it. Casbin decides every (relation, action, kind, state) when the
policy is loaded; afterwards a decision is a set intersection. A line that is not understood keeps
the server down (Casbin itself would drop it silently).
"""

import csv
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path

import casbin

from crypto.digests import sha256
from server.access import bounds
from server.access.bounds import Table
from server.access.kind import Kind
from server.access.vocabulary import Action, Category, KindName, Relation
from server.settings import ReasonNotToStart

ANY = "*"
FILES = ("model.conf", "grants.csv", "actions.csv")
SESSION_ONLY = "session"
# A denial that takes more than a suspension: see `subtract`.
UNDER_INCIDENT = "incident"
SCOPES = ("read", "write")
# Casbin logs each denial with subject and object at WARNING; ours go to the log of the council.
logging.getLogger("casbin").setLevel(logging.CRITICAL)


class PolicyError(ReasonNotToStart):
    """A policy file is not understood: which line, what is expected. Keeps the server down."""


@dataclass(frozen=True, slots=True)
class Grant:
    """One line of grants.csv: a relation may do an action to a kind in a state (`*`: in any)."""

    relation: Relation
    action: Action
    kind: KindName
    state: str


@dataclass(frozen=True, slots=True)
class Requirement:
    """What an action needs besides a relation: see policies/README.md."""

    scope: str
    step_up_seconds: int
    persons: int
    categories: frozenset[Category]


@dataclass(frozen=True, slots=True)
class What:
    """The thing asked about, as the matcher of model.conf sees it."""

    kind: str
    state: str


@dataclass(frozen=True, slots=True)
class Who:
    """The relations a person holds to the thing, as the matcher of model.conf sees them."""

    relations: frozenset[str]


@dataclass(frozen=True, slots=True)
class Policy:
    """Immutable. `digest` names it in every log entry."""

    digest: str
    grants: tuple[Grant, ...]
    requirements: Mapping[Action, Requirement]
    table: Mapping[tuple[KindName, str], Mapping[Action, frozenset[Relation]]]
    # Answers already worked out, for lists: a function of the immutable table, over a finite space.
    _may: dict[object, list[Action]] = field(default_factory=dict, compare=False, repr=False)

    def may(
        self, held: frozenset[Relation], category: str | None, kind: KindName, state: str
    ) -> list[Action]:
        """Every action these relations allow on a thing of this kind in this state."""
        question = (held, category, kind, state)
        known = self._may.get(question)
        if known is None:
            known = self._may[question] = [
                action
                for action, suffices in self.table[kind, state].items()
                if held & suffices and self._category_fits(action, category)
            ]
        return known

    def allows(
        self,
        held: frozenset[Relation],
        category: str | None,
        action: Action,
        kind: KindName,
        state: str,
    ) -> frozenset[Relation]:
        """The relations that allow it: empty means no."""
        suffices = self.table[kind, state].get(action)
        if suffices is None or not self._category_fits(action, category):
            return frozenset()
        return held & suffices

    def suffices(self, action: Action, kind: KindName) -> dict[str, frozenset[Relation]]:
        """For each state of a kind, the relations that allow the action: what a list filters by."""
        found = {}
        for (name, state), actions in self.table.items():
            if name is kind and (relations := actions.get(action)):
                found[state] = relations
        return found

    def _category_fits(self, action: Action, category: str | None) -> bool:
        fits = self.requirements[action].categories
        return category is None or category in fits


def subtract(held: frozenset[Relation], denied: str | None) -> frozenset[Relation]:
    """The one place where relations are taken away (ACC-7): a denial beats every grant.

    A conflict of interest takes everything; a suspension leaves those who must end or watch it; an
    incident takes a document from its provider too, who must not go on serving it.
    """
    if denied is None:
        return held
    if denied == "suspension":
        return held & {Relation.PROVIDER, Relation.COMPLIANCE_OFFICER, Relation.AUDITOR}
    if denied == UNDER_INCIDENT:
        return held & {Relation.COMPLIANCE_OFFICER, Relation.AUDITOR}
    return frozenset()


def load(folder: Path, kinds: Iterable[Kind]) -> Policy:
    """Read and check the policy folder. Raises PolicyError with file and line."""
    declared = {kind.name: kind for kind in kinds}
    known = (_digest(folder), tuple(declared.values()))
    if known in _loaded:
        return _loaded[known]
    grants = _grants(folder / "grants.csv", declared)
    requirements = _requirements(folder / "actions.csv", grants)
    _check_lists(requirements)
    table = _table(_enforcer(folder, grants), grants, declared)
    _check_bounds(table, requirements)
    _loaded[known] = Policy(known[0], grants, requirements, table)
    return _loaded[known]


# Policies by content: a pure function of it, so that asking Casbin again would only repeat itself.
_loaded: dict[tuple[str, tuple[Kind, ...]], Policy] = {}


def _digest(folder: Path) -> str:
    if missing := [name for name in FILES if not (folder / name).is_file()]:
        raise PolicyError(f"{folder} lacks {', '.join(missing)}: restore the policy folder")
    parts = [f"{name} {sha256((folder / name).read_bytes()).hex()}\n" for name in FILES]
    return sha256("".join(parts).encode()).hex()


def _lines(path: Path, columns: int) -> list[tuple[int, list[str]]]:
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise PolicyError(f"{path} cannot be read: restore the policy folder") from error
    rows = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        cells = [cell.strip() for cell in next(csv.reader([line]))]
        if len(cells) != columns:
            raise PolicyError(f"{path.name}:{number}: {columns} columns expected: {line!r}")
        rows.append((number, cells))
    return rows


def _grants(path: Path, declared: Mapping[KindName, Kind]) -> tuple[Grant, ...]:
    grants: list[Grant] = []
    for number, (letter, relation, action, kind, state) in _lines(path, 5):
        where = f"{path.name}:{number}"
        if letter != "p":
            raise PolicyError(f"{where}: a grant begins with p, not {letter!r}; only grants exist")
        try:
            grant = Grant(Relation(relation), Action(action), KindName(kind), state)
        except ValueError as error:
            raise PolicyError(f"{where}: {error}; the words are in policies/README.md") from error
        _check_grant(where, grant, declared)
        if grant in grants:
            raise PolicyError(f"{where}: written twice")
        grants.append(grant)
    return tuple(grants)


def _check_grant(where: str, grant: Grant, declared: Mapping[KindName, Kind]) -> None:
    kind = declared.get(grant.kind)
    if kind is None:
        raise PolicyError(f"{where}: the kind {grant.kind} is not part of this server")
    if grant.relation not in kind.relations:
        raise PolicyError(f"{where}: nobody can be {grant.relation} of a {grant.kind}")
    if grant.state != ANY and grant.state not in kind.states:
        raise PolicyError(f"{where}: {grant.kind} has states {kind.states}, not {grant.state!r}")


def _requirements(path: Path, grants: Sequence[Grant]) -> dict[Action, Requirement]:
    found: dict[Action, Requirement] = {}
    for number, (action, scope, step_up, persons, categories) in _lines(path, 5):
        where = f"{path.name}:{number}"
        try:
            known = Action(action)
            requirement = Requirement(scope, int(step_up), int(persons), _categories(categories))
        except ValueError as error:
            raise PolicyError(f"{where}: {error}") from error
        if scope not in (SESSION_ONLY, *SCOPES) or requirement.persons not in (1, 2):
            raise PolicyError(f"{where}: scope is session, read or write; persons is 1 or 2")
        if known in found or not 0 <= requirement.step_up_seconds <= 300:
            raise PolicyError(f"{where}: written twice, or a step-up older than 300 seconds")
        found[known] = requirement
    if missing := sorted({g.action for g in grants} - found.keys()):
        raise PolicyError(f"{path.name}: no line for {', '.join(missing)}")
    if unused := sorted(found.keys() - {g.action for g in grants}):
        raise PolicyError(f"{path.name}: no grant mentions {', '.join(unused)}")
    return found


def _categories(text: str) -> frozenset[Category]:
    if text == ANY:
        return frozenset(Category)
    if text.startswith("!"):
        return frozenset(Category) - {Category(word) for word in text[1:].split("|")}
    return frozenset(Category(word) for word in text.split("|"))


def _check_lists(requirements: Mapping[Action, Requirement]) -> None:
    """Lists filter by relation and state alone, so what they ask may not depend on a category."""
    for action in (Action.READ, Action.SEE):
        if action in requirements and requirements[action].categories != frozenset(Category):
            raise PolicyError(f"actions.csv: {action} must be open to every category (*)")


def _check_bounds(table: Table, requirements: Mapping[Action, Requirement]) -> None:
    persons = {action: needs.persons for action, needs in requirements.items()}
    categories = {action: needs.categories for action, needs in requirements.items()}
    if crossed := list(bounds.crossed(table, persons, categories)):
        raise PolicyError(f"no policy may do this: {'; '.join(crossed)}")


def _enforcer(folder: Path, grants: Sequence[Grant]) -> casbin.Enforcer:
    enforcer = casbin.Enforcer(str(folder / "model.conf"), str(folder / "grants.csv"))
    understood = enforcer.get_policy()
    if len(understood) != len(grants):
        raise PolicyError(f"{len(grants)} grants written, Casbin understood {len(understood)}")
    return enforcer


def _table(
    enforcer: casbin.Enforcer, grants: Sequence[Grant], declared: Mapping[KindName, Kind]
) -> dict[tuple[KindName, str], dict[Action, frozenset[Relation]]]:
    table: dict[tuple[KindName, str], dict[Action, frozenset[Relation]]] = {
        (name, state): {} for name, kind in declared.items() for state in kind.states
    }
    lines = list(enforcer.get_policy())
    for name, kind in declared.items():
        # Casbin tries line after line: those of other kinds were most of the time this took.
        enforcer.clear_policy()
        enforcer.add_policies([line for line in lines if line[2] == name])
        asked = sorted({(g.relation, g.action) for g in grants if g.kind is name})
        for (relation, action), state in product(asked, kind.states):
            if enforcer.enforce(Who(frozenset({relation})), action, What(name, state)):
                actions = table[name, state]
                actions[action] = actions.get(action, frozenset()) | {relation}
    return table
