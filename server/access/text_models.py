"""Versions of the texts that people acknowledge or confirm. Each is written once."""

from sqlalchemy import BigInteger, Index
from sqlmodel import Field

from server.audit.models import Evidence


class TextVersion(Evidence, table=True):
    """One version of a text, whole: what an acknowledgement names by `name` and digest.

    `content` is its canonical JSON, `digest` the SHA-256 of that. It is in force from
    `effective_at` until a later one is; of two from one moment, the one of the higher number.
    """

    __tablename__ = "text_version"
    # Whole in the index: the guard asks for it at every decision.
    __table_args__ = (Index("text_in_force", "text_id", "effective_at", "version", "name"),)

    text_id: str
    version: int
    name: str = Field(unique=True)
    digest: str
    content: str
    effective_at: int = Field(sa_type=BigInteger)
