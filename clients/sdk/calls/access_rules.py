"""A council's rules about access: from where, with which passkeys, after how long."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from clients.sdk.answers.access_rules import AccessRules
from clients.sdk.call import Call, get, post

PATH = "/councils/{council_id}/access-rules"


def read_access_rules(council_id: str, at: datetime | None = None) -> Call[AccessRules]:
    """The rules of a council, now or as of a past moment."""
    return get(AccessRules, PATH, council_id=council_id).asking(at=at)


def set_access_rules(
    council_id: str,
    *,
    comment_days: int,
    review_days: int,
    networks: Sequence[str],
    device_bound: bool,
    accept_lock_out: bool = False,
) -> Call[AccessRules]:
    """Set every rule anew; a compliance officer and somebody of a minister do the same (two)."""
    body = {
        "comment_days": comment_days,
        "review_days": review_days,
        "networks": list(networks),
        "device_bound": device_bound,
        "accept_lock_out": accept_lock_out,
    }
    call = post(AccessRules, PATH, body, council_id=council_id)
    return replace(call, method="PUT", keyed=False)
