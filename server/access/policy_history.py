"""Which policy was in use on which day: the files themselves, kept where nobody can edit them.

Owns the table `policy_version`: a row each time a server starts with another policy than the one
in use before, with the text of its files. Old questions are answered by the policy of their day.
"""

import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from sqlalchemy import Table, select

from server.access import policy
from server.access.kind import Kind
from server.access.models import PolicyVersion
from server.access.parts import Parts
from server.access.policy import FILES, Policy, PolicyError
from server.access.policy_changes import changes
from server.audit import checkpoints, facts
from server.audit import service as audit
from server.audit.models import SYSTEM
from server.audit.service import Draft
from server.clock import Instant
from server.database import Tx
from server.problems import Problem

ENTRY = "policy.change"

_version: Table = PolicyVersion.__table__  # type: ignore[attr-defined]


class Unreadable(Problem):
    status, code = 409, "policy_not_understood"
    ja = "当時の規則は、この版のサーバーでは解釈できません。規則の本文は保存されています。"
    en = "This version of the server does not understand the policy of that day; its text is kept."


def note_in_use(parts: Parts) -> bool:
    """Record that this server's policy is in use, where another was before; True if so.

    Of several servers that start at once, one records it: the log's lock puts them in order.
    """
    version = kept(parts.settings.policies, parts.policy.digest)
    with parts.database.changing() as tx:
        audit.lock(tx, SYSTEM)
        before = newest(tx)
        if before is not None and before.digest == parts.policy.digest:
            return False
        facts.enter(tx, SYSTEM, version)
        old = None if before is None else before.digest
        body = {
            "old": old,
            "new": parts.policy.digest,
            "decisions_changed": _count(parts, before),
        }
        draft = Draft(
            kind=ENTRY,
            object="installation/policy",
            outcome="done",
            body=body,
            policy=parts.policy.digest,
        )
        audit.append(tx, SYSTEM, draft)
        checkpoints.sign(tx, SYSTEM)
    return True


def kept(folder: Path, digest: str) -> PolicyVersion:
    """A row with the text of a policy's files as they stand, not entered yet."""
    model, grants, actions = ((folder / name).read_bytes().decode() for name in FILES)
    return PolicyVersion(digest=digest, model=model, grants=grants, actions=actions)


def _count(parts: Parts, before: PolicyVersion | None) -> int | None:
    """How many decisions differ; None where nothing can be compared."""
    if before is None:
        return None
    try:
        return len(changes(loaded(parts, before), parts.policy))
    except PolicyError:
        return None


def newest(tx: Tx, at: Instant | None = None) -> PolicyVersion | None:
    """The policy that came into use last, now or by a moment."""
    query = select(PolicyVersion).where(_version.c.recorded_at <= (tx.now if at is None else at))
    return tx.session.scalars(query.order_by(_version.c.log_seq.desc()).limit(1)).first()


def versions(tx: Tx) -> Sequence[PolicyVersion]:
    """Every policy that came into use, the first first."""
    return tx.session.scalars(select(PolicyVersion).order_by(_version.c.log_seq)).all()


def of_the_day(parts: Parts, tx: Tx, at: Instant) -> tuple[Policy, bool]:
    """The policy in use at a moment, and whether that is on record: for a day before policies were
    kept, the earliest known is taken. Raises Unreadable.
    """
    found = newest(tx, at)
    is_known = found is not None
    if found is None:
        found = next(iter(versions(tx)), None)
    if found is None or found.digest == parts.policy.digest:
        return parts.policy, is_known
    try:
        return loaded(parts, found), is_known
    except PolicyError as error:
        raise Unreadable(digest=found.digest) from error


def loaded(parts: Parts, version: PolicyVersion) -> Policy:
    """A kept policy, read as strictly as on the day. Raises PolicyError."""
    texts = (version.model, version.grants, version.actions)
    return of_texts(dict(zip(FILES, texts, strict=True)), parts.kinds)


def of_texts(files: dict[str, str], kinds: Iterable[Kind]) -> Policy:
    """A policy from the text of its files. Raises PolicyError."""
    with tempfile.TemporaryDirectory(prefix="kyogikai-policy-") as folder:
        for name, text in files.items():
            (Path(folder) / name).write_bytes(text.encode())
        return policy.load(Path(folder), kinds)
