"""An explanation as it is answered: with who can grant what is missing, and by name where allowed.

Owns putting the answer together. What is told of others than the person asked about is told only
to whoever may read the roster.
"""

from typing import Protocol

from server.access.asking import kind_of, reads_roster
from server.access.credentials import check_credential
from server.access.entitled import entitled
from server.access.examined import Stated
from server.access.explaining import BY_ONESELF, GIVEN_BY, Explained
from server.access.explanation_schemas import (
    BesidesOut,
    ConditionOut,
    ExplanationOut,
    SufficientOut,
    WhoOut,
)
from server.access.grant import Grant
from server.access.policy import UNDER_INCIDENT
from server.access.rules import rules_of
from server.access.vocabulary import Action, KindName
from server.access.words import PHRASES
from server.audit.models import SYSTEM
from server.councils.views import names_of
from server.identity import service as identity
from server.ids import Id
from server.problems import Problem

MOST_NAMES = 20


def _lifting(denied: str) -> tuple[Action, KindName]:
    """By which act a denial ends."""
    if denied == UNDER_INCIDENT:
        return Action.CLOSE_INCIDENT, KindName.INCIDENT
    return Action.RESUME, KindName.DOCUMENT


class Say(Protocol):
    """What puts an answer into sentences, Japanese and English."""

    def __call__(self, answer: ExplanationOut, *, is_own: bool) -> tuple[list[str], list[str]]: ...


class Answering:
    """One explanation on its way to an answer, for the caller of a Grant."""

    def __init__(self, grant: Grant, explained: Explained) -> None:
        self._grant, self._explained = grant, explained
        self._log_id = explained.log_id
        self._names = self._log_id != SYSTEM and reads_roster(grant, self._log_id)
        self._known: dict[tuple[Action, KindName], list[WhoOut]] = {}

    @property
    def _is_own(self) -> bool:
        return self._explained.person == self._grant.caller.subject

    def answer(self, say: Say) -> ExplanationOut:
        """The answer, in data and in the sentences that `say` makes of it."""
        answer = self._without_sentences()
        ja, en = say(answer, is_own=self._is_own)
        return answer.model_copy(update={"ja": ja, "en": en})

    def _without_sentences(self) -> ExplanationOut:
        found = self._explained
        return ExplanationOut(
            kind=found.kind.name,
            thing=found.id,
            action=found.action,
            person=found.person,
            name=self._name(),
            at=found.at,
            allowed=found.allowed,
            state=found.state,
            ends_at=found.ends_at,
            category=found.category,
            held=sorted(found.held),
            by=sorted(found.by),
            denied=found.denied,
            denied_since=found.denied_since,
            lifted_by=self._who_may(*_lifting(found.denied)) if found.denied else [],
            relations=self._relations(),
            possible={state: sorted(by) for state, by in sorted(found.possible.items())},
            besides=self._besides(),
            closed_to=sorted(found.closed_to),
            policy=found.policy.digest,
            policy_known=found.is_policy_known,
            ja=[],
            en=[],
        )

    def _name(self) -> str | None:
        """The person's name, for whoever may know it: not of who has no part in this at all."""
        found = self._explained
        if not self._is_own and not (self._names and (found.held or found.category)):
            return None
        return identity.name_of(self._grant.tx, found.person)

    def _relations(self) -> list[SufficientOut]:
        return [
            SufficientOut(
                relation=each.relation,
                holds=each.holds,
                ways=[[self._condition(one) for one in way] for way in each.ways],
            )
            for each in self._explained.relations
        ]

    def _condition(self, stated: Stated) -> ConditionOut:
        ja, en = PHRASES[stated.condition]
        gives = None if stated.holds else GIVEN_BY.get(stated.condition)
        return ConditionOut(
            condition=stated.condition,
            holds=stated.holds,
            since=stated.since,
            until=stated.until,
            ended=stated.ended,
            ja=ja,
            en=en,
            granted_by=[] if gives is None else self._who_may(*gives),
            by_oneself=stated.condition in BY_ONESELF,
            persons=[] if gives is None else self._persons(*gives),
        )

    def _who_may(self, action: Action, kind: KindName) -> list[str]:
        """The relations that the policy lets do this: in this state, where it is this thing."""
        found = self._explained
        states = found.policy.suffices(action, kind)
        if kind is found.kind.name:
            return sorted(states.get(found.state, ()))
        return sorted({relation for relations in states.values() for relation in relations})

    def _persons(self, action: Action, name: KindName) -> list[WhoOut]:
        """Who they are, of this thing or its council; not of a thing nobody asked about."""
        if (action, name) not in self._known:
            self._known[action, name] = self._named(action, name)
        return self._known[action, name]

    def _named(self, action: Action, name: KindName) -> list[WhoOut]:
        found, tx = self._explained, self._grant.tx
        of_council = name is KindName.COUNCIL
        if not self._names or not (of_council or name is found.kind.name):
            return []
        id: Id = self._log_id if of_council else found.id
        kind = kind_of(self._grant, name)
        who = entitled(tx, found.policy, kind, id, action, found.at)[:MOST_NAMES]
        names = names_of(tx, [each.person for each in who])
        return [WhoOut(id=id, name=named.name) for id, named in sorted(names.items())]

    def _besides(self) -> BesidesOut | None:
        found = self._explained
        if found.needs is None:
            return None
        rules = rules_of(self._grant.tx, self._log_id)
        return BesidesOut(
            scope=found.needs.scope,
            step_up_seconds=found.needs.step_up_seconds,
            persons=found.needs.persons,
            categories=sorted(found.needs.categories),
            category_fits=found.category_fits,
            networks=list(rules.networks),
            device_bound=rules.device_bound and bool(found.needs.step_up_seconds),
            obstacles=self._obstacles() if self._is_own else None,
        )

    def _obstacles(self) -> list[str]:
        """What the guard would object to in the caller's own credential, asked of the guard."""
        found, grant = self._explained, self._grant
        thing = f"{found.kind.name}/{found.id}"
        policy = grant.parts.policy
        if found.action not in policy.requirements:
            return []
        try:
            check_credential(policy, grant.tx, grant.caller, found.action, thing, self._log_id)
        except Problem as problem:
            return [problem.code]
        return []
