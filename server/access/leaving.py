"""Refusals that leave facts behind: what was refused is itself something to deal with.

Owns how such a refusal is recorded: its facts and its entry in one transaction, after everything
else was rolled back. All other refusals go to the recorder, many in one commit.
"""

from abc import abstractmethod

from server.access import alarm
from server.access.parts import Parts
from server.audit import checkpoints
from server.audit import service as audit
from server.audit.service import Draft
from server.database import Tx
from server.problems import Problem
from server.vault import Damaged


class LeavesFacts(Problem):
    """A problem that enters facts in the log its refusal is recorded in."""

    @abstractmethod
    def leave(self, tx: Tx) -> None:
        """Enter the facts, by `facts.enter`; the entry of the refusal vouches for them."""


def record(parts: Parts, log_id: str, draft: Draft, problem: Problem) -> None:
    """Record a refusal durably, with whatever facts it leaves."""
    if not isinstance(problem, LeavesFacts):
        parts.recorder.record(log_id, draft)
        if isinstance(problem, Damaged):
            alarm.damaged(parts, log_id, draft)
        return
    with parts.database.changing() as tx:
        audit.lock(tx, log_id)
        problem.leave(tx)
        tx.flush()
        audit.append(tx, log_id, draft)
        checkpoints.sign(tx, log_id)
