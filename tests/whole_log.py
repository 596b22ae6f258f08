"""After a test: everything its logs vouch for still holds.

Owns that one assertion, so that no test, whatever it is about, leaves a log that would not verify.
"""

from server import fsck
from server.access.parts import Parts


def verify(parts: Parts) -> None:
    """Every leaf, checkpoint and row of evidence of this installation is sound."""
    report = fsck.check(parts.database, parts.settings.checkpoints)
    assert report.sound, "\n".join(report.lines())
