"""The page for auditors is what the policy says today."""

from server.access.policy import Policy
from server.app import KINDS
from server.generated import matrix
from server.settings import HERE


def test_the_matrix_is_fresh(shipped: Policy) -> None:
    """Make it anew with `python -m server generated`."""
    written = (HERE / "policies" / "matrix.md").read_text(encoding="utf-8")
    assert written == matrix(shipped)


def test_the_matrix_shows_every_grant(shipped: Policy) -> None:
    page = matrix(shipped)
    sections = dict(zip((k.name for k in KINDS), page.split("\n## ")[1:], strict=True))
    for grant in shipped.grants:
        rows = [row for row in sections[grant.kind].splitlines() if f"| {grant.action} |" in row]
        assert len(rows) == 1
        assert grant.relation in rows[0]
