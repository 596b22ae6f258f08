"""Rows of wrapped keys. A row is written once; rotation adds a version."""

from sqlalchemy import BigInteger, LargeBinary, UniqueConstraint
from sqlmodel import Field, SQLModel

INSTALLATION = "installation"


class KeyVersion(SQLModel, table=True):
    """One version of an owner's key, wrapped by the provider's root key.

    `owner` is a council's id, or `installation` for what belongs to no council.
    """

    __tablename__ = "key_version"
    __table_args__ = (UniqueConstraint("owner", "version"),)

    id: str = Field(primary_key=True)
    owner: str = Field(index=True)
    version: int
    provider: str
    wrapped: bytes = Field(sa_type=LargeBinary)
    created_at: int = Field(sa_type=BigInteger)
