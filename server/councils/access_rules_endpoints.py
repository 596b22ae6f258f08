"""/api/v1: from where a council is reached, with which passkeys, and how long procedures take."""

from typing import Annotated

from fastapi import APIRouter, Query

from server.access import two_parts
from server.access.grant import Grant
from server.access.guard import guarded
from server.access.rules import Rules, rules_of
from server.access.vocabulary import Action
from server.clock import Instant
from server.councils import access_rules
from server.councils.access_rules_schemas import AccessRulesIn, AccessRulesOut, AccessRulesQuery
from server.councils.kinds import COUNCIL

router = APIRouter(prefix="/api/v1", tags=["councils"])


@router.get("/councils/{council_id}/access-rules", name="readAccessRules")
@guarded(Action.READ_ROSTER, COUNCIL)
def read_access_rules(grant: Grant, asked: Annotated[AccessRulesQuery, Query()]) -> AccessRulesOut:
    """The council's rules about access, now or as of a past moment."""
    at = grant.now if asked.at is None else min(asked.at, grant.now)
    return _shown(grant, at)


@router.put("/councils/{council_id}/access-rules", name="setAccessRules")
@guarded(Action.SET_ACCESS_RULES, COUNCIL)
def set_access_rules(grant: Grant, asked: AccessRulesIn) -> AccessRulesOut:
    """Set all rules anew. Takes a compliance officer and somebody of an establishing minister."""
    two_parts.check(grant)
    if not asked.accept_lock_out:
        access_rules.check_reach(asked.networks, grant.address)
    rules = Rules(asked.comment_days, asked.review_days, tuple(asked.networks), asked.device_bound)
    proposer = grant.body["proposer"]
    row = access_rules.change(grant.tx, grant.id, rules, proposed_by=proposer, by=grant.person_id)
    grant.note(rule=row.id, **asked.model_dump())
    return _shown(grant, grant.now)


def _shown(grant: Grant, at: Instant) -> AccessRulesOut:
    rules, row = rules_of(grant.tx, grant.id, at=at), access_rules.made(grant.tx, grant.id, at=at)
    return AccessRulesOut(
        comment_days=rules.comment_days,
        review_days=rules.review_days,
        networks=list(rules.networks),
        device_bound=rules.device_bound,
        since=row.recorded_at if row else None,
        proposed_by=row.proposed_by if row else None,
        made_by=row.made_by if row else None,
    )
