"""What the log says of an act or of an attempt: who, from where, to which thing, on what grounds.

Owns the words of these entries. Writes none: the guard hands them to the log or to the recorder.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from crypto.digests import sha256
from server.access.grant import Attempt, Grant
from server.access.kind import Kind
from server.access.policy import Policy
from server.access.thing_ids import is_plain
from server.access.vocabulary import Action
from server.audit.service import Draft
from server.problems import Problem


def act_draft(grant: Grant, outcome: str) -> Draft:
    """The entry that records this act."""
    facts = {
        "action": grant.action.value,
        "relations": sorted(relation.value for relation in grant.by),
        "state": grant.thing.state,
        "category": grant.thing.category,
        **grant.body,
    }
    if grant.on_behalf_of:
        facts["on_behalf_of"] = dict(grant.on_behalf_of)
    policy, kind = grant.parts.policy, grant.kind
    draft = draft_of(policy, grant, kind, grant.id, grant.action, outcome, facts)
    return replace(draft, mark=grant.mark)


def refusal_draft(
    policy: Policy, attempt: Attempt, kind: Kind, id: str, action: Action, problem: Problem
) -> Draft:
    """The entry of a refusal: who asked for what, the problem's code, and what it holds inside."""
    # An id that no row has may be any text: its digest is kept, not the text.
    known = id if is_plain(id) else sha256(id.encode(errors="surrogatepass")).hex()
    facts = {"action": action.value, "code": problem.code, **problem.inside}
    return draft_of(policy, attempt, kind, known, action, "refused", facts)


def draft_of(
    policy: Policy,
    who: Grant | Attempt,
    kind: Kind,
    id: str,
    action: Action,
    outcome: str,
    facts: Mapping[str, Any],
) -> Draft:
    """An entry about an act or an attempt: `facts` are committed to and sealed."""
    caller = who.caller
    actor = {"address": who.address}
    if caller is not None:
        actor |= {
            "person": caller.person_id,
            "credential": caller.credential,
            "credential_id": caller.credential_id,
            **({"service": caller.service_id} if caller.service_id else {}),
        }
    return Draft(
        kind=f"{kind.name.value}.{action.value}",
        object=f"{kind.name.value}/{id}",
        outcome=outcome,
        actor=actor,
        body=facts,
        person_id=caller.person_id if caller else None,
        address_digest=who.address_digest,
        policy=policy.digest,
        request=who.request_id,
    )
