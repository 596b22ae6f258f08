"""Rows of a council's end: that it was announced, and that it has been noticed.

Nothing here says which state a council is in: `closings.py` reads that off these facts and the
clock. They stand beside memberships and seats because rounds, papers and results all ask for them.
"""

from sqlalchemy import BigInteger, LargeBinary
from sqlmodel import Field

from server.audit.models import Evidence


class CouncilClosing(Evidence, table=True):
    """Both establishing ministries announced that the council closes at `closes_at`, and why.

    Ended, with the reason `taken_back`, only by both of them and only before that moment.
    """

    __tablename__ = "council_closing"

    council_id: str = Field(index=True)
    closes_at: int = Field(sa_type=BigInteger)
    reason: bytes = Field(sa_type=LargeBinary)
    proposed_by: str = Field(foreign_key="person.id")
    announced_by: str = Field(foreign_key="person.id")


class CouncilClosed(Evidence, table=True):
    """A council's end has been noticed and entered in its log; the state never waits for it."""

    __tablename__ = "council_closed"

    council_id: str = Field(unique=True)
    closing_id: str = Field(foreign_key="council_closing.id")
    effective_at: int = Field(sa_type=BigInteger)
