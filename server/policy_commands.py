"""`kyogikai-server policy`: check a policy, say what one changes against another, list which was
in use when.

Owns what these commands print. A policy is named by its folder, or by its digest (or the first
eight of its letters) where this installation has used it.
"""

import json
import sys
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from clients.cli.terms import WORDS
from server.access import policy, policy_history
from server.access.policy import Policy, PolicyError
from server.access.policy_changes import Change, Decision, Required, changes
from server.app import KINDS, build_parts
from server.clock import to_text
from server.settings import Settings

SHORTEST = 8
REQUIREMENT_WORDS = {
    "scope": "必要な資格情報",
    "step_up_seconds": "本人確認の有効秒数",
    "persons": "必要な人数",
    "categories": "開かれている区分",
}


def main(given: Namespace, chosen: Settings) -> int:
    """Run `check`, `diff OLD NEW` or `history`; the exit code: of `diff` 0 for no change, 1 for
    changes; 2 where the command's words are off. Raises PolicyError.
    """
    wanted = 2 if given.what == "diff" else 0
    if len(given.policies) != wanted:
        print("kyogikai-server policy check | diff OLD NEW | history", file=sys.stderr)
        return 2
    if given.what == "diff":
        return _diff(given, chosen)
    return _history(given, chosen) if given.what == "history" else _check(chosen)


def _check(chosen: Settings) -> int:
    loaded = policy.load(chosen.policies, KINDS)
    print(f"{len(loaded.grants)} grants, digest {loaded.digest}")
    return 0


def _diff(given: Namespace, chosen: Settings) -> int:
    found = changes(*(_policy(named, chosen) for named in given.policies))
    if given.as_json:
        print(json.dumps([_plain(change) for change in found], ensure_ascii=False))
    else:
        for change in found:
            print("\n".join(said(change)))
        print(f"変更 {len(found)} 件 / {len(found)} changes")
    return 1 if found else 0


def _policy(named: str, chosen: Settings) -> Policy:
    if Path(named).is_dir():
        return policy.load(Path(named), KINDS)
    parts = build_parts(chosen)
    try:
        with parts.database.reading() as tx:
            for version in policy_history.versions(tx):
                if len(named) >= SHORTEST and version.digest.startswith(named):
                    return policy_history.loaded(parts, version)
    finally:
        parts.database.dispose()
    raise PolicyError(
        f"{named}: フォルダーでも、使われた規則のダイジェストでもありません / neither a folder nor "
        "the digest of a policy this installation has used (kyogikai-server policy history)"
    )


def said(change: Change) -> Iterator[str]:
    """A change in words: Japanese, then English."""
    if isinstance(change, Decision):
        kind, state, action, relation = (
            WORDS.get(word, word)
            for word in (change.kind, change.state, change.action, change.relation)
        )
        ends = "できるようになります" if change.is_allowed else "できなくなります"
        sign = "+" if change.is_allowed else "-"
        yield f"{sign} {relation}は、{kind}（{state}）の「{action}」が{ends}。"
        may = "may now" if change.is_allowed else "may no longer"
        what = f"{change.action} ({change.kind}, {change.state})"
        yield f"    {change.relation} {may} {what}."
        return
    what = f"「{WORDS.get(change.action, change.action)}」の{REQUIREMENT_WORDS[change.requirement]}"
    yield f"~ {what}：{_value(change, change.old)} → {_value(change, change.new)}"
    yield f"    {change.action}: {change.requirement} {change.old or '-'} -> {change.new or '-'}."


def _value(change: Required, value: str) -> str:
    words = (WORDS.get(word, word) for word in value.split("|"))
    return "、".join(words) if change.requirement == "categories" else value


def _plain(change: Change) -> dict[str, Any]:
    if isinstance(change, Decision):
        return {
            "change": "allowed" if change.is_allowed else "no_longer",
            "relation": change.relation,
            "action": change.action,
            "kind": change.kind,
            "state": change.state,
        }
    return {
        "change": "requirement",
        "action": change.action,
        "requirement": change.requirement,
        "old": change.old,
        "new": change.new,
    }


def _history(given: Namespace, chosen: Settings) -> int:
    parts = build_parts(chosen)
    try:
        with parts.database.reading() as tx:
            rows = [
                {"digest": each.digest, "since": to_text(each.recorded_at), "entry": each.log_seq}
                for each in policy_history.versions(tx)
            ]
    finally:
        parts.database.dispose()
    if given.as_json:
        print(json.dumps(rows))
        return 0
    for row in rows:
        print(f"{row['since']}  {row['digest']}  (system log {row['entry']})")
    return 0
