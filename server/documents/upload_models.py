"""Uploads of many parts that are still under way: rows that become a version, or are swept.

No evidence: they decide nothing, and what they say is sealed beside the columns in clear. The
version they become is evidence, and takes nothing from a column (ENC-4).
"""

from sqlalchemy import BigInteger, LargeBinary, UniqueConstraint
from sqlmodel import Field, SQLModel


class Upload(SQLModel, table=True):
    """An upload that was begun. Its id becomes the version's.

    `told` is sealed: who began it, and what they said of the file. `ended_at` is set where it was
    given up; one that nobody goes on with ends by time, which no column says.
    """

    __tablename__ = "upload"

    id: str = Field(primary_key=True)
    council_id: str = Field(foreign_key="council.id", index=True)
    document_id: str = Field(foreign_key="document.id", index=True)
    begun_at: int = Field(sa_type=BigInteger)
    ended_at: int | None = Field(default=None, sa_type=BigInteger)
    told: bytes = Field(sa_type=LargeBinary)


class UploadPart(SQLModel, table=True):
    """One object of an upload: the bytes [`start`, `start` + `length`) of the file.

    `told` is sealed and has both numbers and the digest; what differs from it is damage.
    """

    __tablename__ = "upload_part"
    __table_args__ = (UniqueConstraint("upload_id", "start"),)

    id: str = Field(primary_key=True)
    upload_id: str = Field(foreign_key="upload.id", index=True)
    start: int = Field(sa_type=BigInteger)
    length: int = Field(sa_type=BigInteger)
    stored_at: int = Field(sa_type=BigInteger)
    wrapped: bytes = Field(sa_type=LargeBinary)
    told: bytes = Field(sa_type=LargeBinary)
