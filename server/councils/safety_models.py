"""A confirmation of safe management that ran out, entered once."""

from sqlalchemy import BigInteger
from sqlmodel import Field

from server.audit.models import Evidence


class SafeManagementLapse(Evidence, table=True):
    """A member's last confirmation ended by its time. What it opened closed by the clock; this is
    the entry about it, with the moment it took effect.
    """

    __tablename__ = "safe_management_lapse"

    council_id: str = Field(foreign_key="council.id")
    membership_id: str = Field(foreign_key="membership.id", index=True)
    confirmation_id: str = Field(foreign_key="safe_management_confirmation.id", unique=True)
    effective_at: int = Field(sa_type=BigInteger)
