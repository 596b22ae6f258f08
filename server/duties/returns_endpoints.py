"""/api/v1: what a member that left owes for the secrets it received, and its certificates."""

from fastapi import APIRouter

from server.access.grant import Grant
from server.access.guard import guarded
from server.access.vocabulary import Action
from server.councils.kinds import MEMBERSHIP
from server.duties import returns, views
from server.duties.schemas import CertificateIn, ReturnsOut

router = APIRouter(prefix="/api/v1", tags=["duty"])


@router.get("/memberships/{membership_id}/returns", name="listReturns")
@guarded(Action.SEE, MEMBERSHIP)
def list_returns(grant: Grant) -> ReturnsOut:
    """The secrets a member received and what is certified of them."""
    return views.owing(returns.owed(grant.tx, grant.id))


@router.post("/memberships/{membership_id}/returns", status_code=201, name="certifyReturn")
@guarded(Action.CERTIFY_RETURN, MEMBERSHIP)
def certify_return(grant: Grant, asked: CertificateIn) -> ReturnsOut:
    """Certify, for the member I represented last, that what it received was returned, destroyed
    or never held. The duty continues.
    """
    return _entered(grant, asked, on_paper=False)


@router.post("/memberships/{membership_id}/returns/paper", status_code=201, name="recordReturn")
@guarded(Action.RECORD_RETURN, MEMBERSHIP)
def record_return(grant: Grant, asked: CertificateIn) -> ReturnsOut:
    """Record a certificate that a member which left has given on paper."""
    return _entered(grant, asked, on_paper=True)


def _entered(grant: Grant, asked: CertificateIn, *, on_paper: bool) -> ReturnsOut:
    row = returns.certify(
        grant.tx,
        grant.council_id,
        grant.id,
        asked.outcome,
        asked.statement,
        documents=asked.documents,
        by=grant.person_id,
        on_paper=on_paper,
    )
    grant.note(certificate=row.id, outcome=asked.outcome)
    return views.owing(returns.owed(grant.tx, grant.id))
